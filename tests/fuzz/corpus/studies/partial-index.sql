-- copy categorize: not of this schema: 'theirs'
CREATE INDEX theirs ON event (answer) WHERE kind LIKE 'l%';
