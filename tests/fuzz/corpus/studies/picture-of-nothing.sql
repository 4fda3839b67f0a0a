-- packed which_one: shows other images
UPDATE image SET data = X'';
