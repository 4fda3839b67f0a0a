-- copy categorize: is damaged.*non-INTEGER value in rater.seed
CREATE TABLE kept AS SELECT sql FROM sqlite_schema WHERE name = 'rater';
UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'rater';
-- reopen
UPDATE rater SET seed = 'many';
UPDATE sqlite_schema SET sql = (SELECT sql FROM kept) WHERE name = 'rater';
DROP TABLE kept;
