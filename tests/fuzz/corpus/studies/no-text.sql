-- packed categorize: holds what is no text
UPDATE event SET note = CAST(X'FFFE61' AS TEXT) WHERE kind = 'label';
