-- copy categorize: the facts of the study cannot be read
UPDATE study SET facts = replace(hex(zeroblob(50000)), '00', '{"a":');
