-- copy categorize
CREATE TABLE mine (name VARCHAR(20) NOT NULL, price DECIMAL(10, 2) DEFAULT 0);
CREATE INDEX faster ON event (answer, confidence DESC);
