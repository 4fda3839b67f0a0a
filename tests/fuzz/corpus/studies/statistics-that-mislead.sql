-- copy categorize: 'sqlite_stat1' is not as Neuron Jury made it
ANALYZE;
UPDATE sqlite_stat1 SET stat = '1000000 1000000 1000000' WHERE tbl = 'event';
