-- packed categorize: was not written with the key
UPDATE event SET mac = 'é';
