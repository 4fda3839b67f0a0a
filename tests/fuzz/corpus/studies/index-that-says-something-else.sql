-- copy categorize: is damaged
-- the names of the categories are read from an index alone: here it is another one, which has numbers
UPDATE sqlite_schema SET rootpage = (
    SELECT sum(rootpage) FROM sqlite_schema WHERE name IN ('sqlite_autoindex_category_1', 'sqlite_autoindex_category_2')
) - rootpage WHERE name IN ('sqlite_autoindex_category_1', 'sqlite_autoindex_category_2');
