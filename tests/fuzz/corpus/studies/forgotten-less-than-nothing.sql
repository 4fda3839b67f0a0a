-- copy categorize: numbers that cannot be
INSERT INTO forgotten VALUES ('x', -1, '');
