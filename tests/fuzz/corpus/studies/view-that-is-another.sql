-- copy categorize: 'judgement' is not as Neuron Jury made it
UPDATE sqlite_schema SET sql = 'CREATE VIEW judgement AS SELECT * FROM event' WHERE name = 'judgement';
