-- packed categorize: numbers that cannot be
UPDATE histogram SET high = 9e999 WHERE high = (SELECT max(high) FROM histogram);
