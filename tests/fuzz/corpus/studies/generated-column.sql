-- copy categorize: not of this schema: 'theirs'
CREATE TABLE theirs (x, y NOT NULL AS (CASE WHEN x THEN hex(zeroblob(200000000)) END));
