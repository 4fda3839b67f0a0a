-- packed rate: the answers of a trial cannot be read
UPDATE known SET accepted = '["1e999", "-1e999"]';
