-- packed categorize: is damaged.*missing from index sqlite_autoindex_event_1
CREATE TABLE kept AS SELECT * FROM sqlite_schema WHERE name IN ('event', 'sqlite_autoindex_event_1');
UPDATE sqlite_schema SET sql = replace(sql, ' TEXT PRIMARY KEY', ' TEXT') WHERE name = 'event';
DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_event_1';
-- reopen

INSERT INTO event SELECT uuid, rater, sequence + 1000, trial, kind, answer, confidence, note, milliseconds, idle, at,
    rubric, previous, hash, mac FROM event WHERE kind = 'label' LIMIT 1;

UPDATE sqlite_schema SET sql = (SELECT sql FROM kept WHERE type = 'table') WHERE name = 'event';
INSERT INTO sqlite_schema SELECT * FROM kept WHERE type = 'index';
DROP TABLE kept;
