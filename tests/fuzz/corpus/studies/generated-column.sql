-- copy categorize: 'theirs' is not as Neuron Jury made it
CREATE TABLE theirs (x, y NOT NULL AS (CASE WHEN x THEN hex(zeroblob(200000000)) END));
