-- copy categorize: 'theirs' is not as Neuron Jury made it
CREATE TABLE theirs (x REFERENCES rater, above REFERENCES theirs);
INSERT INTO theirs SELECT id, NULL FROM rater;
