-- copy categorize: not of this schema: 'sqlite_stat1'
ANALYZE;
UPDATE sqlite_stat1 SET stat = '1000000 1000000 1000000' WHERE tbl = 'event';
