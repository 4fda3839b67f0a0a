-- packed categorize vouch: more rows than a study ever does
INSERT INTO event WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
SELECT printf('%08d', i), rater, 100, trial, 'comment', NULL, NULL, 'a', 0, 0, at, rubric, previous, hash, mac
FROM n, (SELECT * FROM event WHERE kind = 'label' LIMIT 1);
