-- packed categorize: is incomplete
DELETE FROM study;
