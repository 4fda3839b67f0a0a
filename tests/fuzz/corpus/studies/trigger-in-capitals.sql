-- copy categorize: not of this schema: 'theirs'
INSERT INTO sqlite_schema VALUES ('Trigger', 'theirs', 'rater', 0,
    'CREATE TRIGGER theirs AFTER INSERT ON rater BEGIN DELETE FROM stimulus; END');
