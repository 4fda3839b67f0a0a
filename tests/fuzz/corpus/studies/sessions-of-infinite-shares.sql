-- packed categorize: how its sessions run cannot be read
UPDATE protocol SET json = '{"repeats": 1e999}';
