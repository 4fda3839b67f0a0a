-- copy categorize: is damaged
-- what SQLite says of it cites the byte, so that Python cannot read what it says
UPDATE sqlite_schema SET sql = replace(sql, 'title TEXT', 'title TE' || CAST(x'8C' AS TEXT) || 'T') WHERE name = 'study';
