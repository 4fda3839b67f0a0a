-- packed categorize: do not fit together
DELETE FROM stimulus WHERE id = (SELECT stimulus FROM trial LIMIT 1);
