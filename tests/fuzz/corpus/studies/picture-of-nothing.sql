-- packed which_one
UPDATE image SET data = X'';
