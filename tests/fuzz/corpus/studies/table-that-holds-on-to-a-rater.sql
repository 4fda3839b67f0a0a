-- copy categorize: not of this schema: 'theirs'
CREATE TABLE theirs (x REFERENCES rater, above REFERENCES theirs);
INSERT INTO theirs SELECT id, NULL FROM rater;
