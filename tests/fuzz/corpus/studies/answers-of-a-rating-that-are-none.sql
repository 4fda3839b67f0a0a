-- packed rate vouch
UPDATE event SET answer = '٣' WHERE kind = 'label';
