-- copy categorize: not of this schema: 'theirs'
CREATE INDEX theirs ON event (hex(answer));
