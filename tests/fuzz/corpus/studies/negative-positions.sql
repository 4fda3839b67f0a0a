-- copy categorize: numbers that cannot be
UPDATE trial SET position = -position;
