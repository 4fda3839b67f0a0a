-- packed categorize: not of this schema: 'sqlite_theirs'
INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_theirs', 'rater', 0,
    'CREATE TRIGGER sqlite_theirs AFTER INSERT ON rater BEGIN DELETE FROM stimulus; END');
