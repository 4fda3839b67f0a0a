-- copy categorize: is damaged.*NULL value in measurement.activation
CREATE TABLE kept AS SELECT sql FROM sqlite_schema WHERE name = 'measurement';
UPDATE sqlite_schema SET sql = replace(sql, 'activation REAL NOT NULL', 'activation REAL') WHERE name = 'measurement';
-- reopen
UPDATE measurement SET activation = NULL;
UPDATE sqlite_schema SET sql = (SELECT sql FROM kept) WHERE name = 'measurement';
DROP TABLE kept;
