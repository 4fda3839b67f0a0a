-- copy categorize: numbers that cannot be
UPDATE measurement SET "right" = 4611686018427387904;
