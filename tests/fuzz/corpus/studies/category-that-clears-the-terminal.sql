-- packed categorize: names that cannot be shown
UPDATE category SET name = char(27) || 'c' WHERE position = 1;
