-- packed categorize: is damaged.*non-TEXT value in event.answer
CREATE TABLE kept AS SELECT sql FROM sqlite_schema WHERE name = 'event';
UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'event';
-- reopen
UPDATE event SET answer = X'00FF' WHERE answer IS NOT NULL;
UPDATE sqlite_schema SET sql = (SELECT sql FROM kept) WHERE name = 'event';
DROP TABLE kept;
