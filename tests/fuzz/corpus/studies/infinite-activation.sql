-- copy categorize: numbers that cannot be
UPDATE measurement SET activation = 9e999;
