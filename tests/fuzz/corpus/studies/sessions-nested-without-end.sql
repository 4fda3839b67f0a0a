-- packed categorize: how its sessions run cannot be read
UPDATE protocol SET json = replace(hex(zeroblob(50000)), '00', '[');
