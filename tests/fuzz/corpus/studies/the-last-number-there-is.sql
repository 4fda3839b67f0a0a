-- packed categorize vouch: numbers that cannot be
UPDATE event SET sequence = 9223372036854775807 WHERE sequence = (SELECT max(sequence) FROM event);
