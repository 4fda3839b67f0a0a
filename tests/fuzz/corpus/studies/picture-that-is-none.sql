-- packed categorize: shows other images
UPDATE image SET data = CAST('%!PS-Adobe-3.0 EPSF-3.0' AS BLOB);
