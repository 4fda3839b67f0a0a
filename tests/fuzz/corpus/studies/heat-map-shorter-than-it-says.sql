-- copy categorize: heat_map has what it cannot have|CHECK constraint failed in heat_map
INSERT INTO heat_map SELECT id, 1000, 1000, X'00' FROM stimulus;
