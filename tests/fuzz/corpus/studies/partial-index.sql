-- copy categorize: 'theirs' is not as Neuron Jury made it
CREATE INDEX theirs ON event (answer) WHERE kind LIKE 'l%';
