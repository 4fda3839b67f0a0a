-- copy categorize: not of this schema: 'judgement'
UPDATE sqlite_schema SET sql = 'CREATE VIEW judgement AS SELECT * FROM event' WHERE name = 'judgement';
