-- packed categorize vouch: texts that are too long
UPDATE event SET note = replace(hex(zeroblob(200000)), '0', 'a') WHERE kind = 'label';
