-- copy categorize: 'theirs' is not as Neuron Jury made it
INSERT INTO sqlite_schema VALUES ('table', 'theirs', 'theirs', 0, 'CREATE/**/VIRTUAL/**/TABLE theirs USING dbstat');
