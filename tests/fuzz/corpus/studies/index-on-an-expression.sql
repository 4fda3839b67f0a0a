-- copy categorize: 'theirs' is not as Neuron Jury made it
CREATE INDEX theirs ON event (hex(answer));
