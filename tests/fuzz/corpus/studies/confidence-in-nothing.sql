-- packed which_one vouch
UPDATE event SET confidence = -9223372036854775808 WHERE kind = 'label';
