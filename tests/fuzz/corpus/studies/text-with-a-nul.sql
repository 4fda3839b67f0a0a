-- packed categorize vouch
UPDATE event SET note = 'a' || char(0) || 'b' WHERE kind = 'label';
