-- packed categorize: was altered|is damaged|could not be used
INSERT INTO sqlite_schema SELECT * FROM sqlite_schema WHERE name = 'rater';
