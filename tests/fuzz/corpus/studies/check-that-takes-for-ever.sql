-- copy categorize: not of this schema: 'theirs'
CREATE TABLE theirs (x CHECK (length(hex(zeroblob(200000000 + x))) > 0));
INSERT INTO theirs WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i FROM n;
