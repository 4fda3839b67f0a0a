-- packed categorize: numbers that cannot be
INSERT INTO category_example WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
SELECT rubric, position, i, (SELECT sha256 FROM image LIMIT 1) FROM n, category;
