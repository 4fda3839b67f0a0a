-- copy categorize: not of this schema: 'theirs'
INSERT INTO sqlite_schema VALUES ('table', 'theirs', 'theirs', 0, 'CREATE/**/VIRTUAL/**/TABLE theirs USING dbstat');
