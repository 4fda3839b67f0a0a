-- copy categorize
INSERT INTO heat_map SELECT id, 2, 2, X'0000C07F0000807F000080FF0000C0FF' FROM stimulus;
UPDATE trial SET condition = 'revealed' WHERE kind = 'main';
