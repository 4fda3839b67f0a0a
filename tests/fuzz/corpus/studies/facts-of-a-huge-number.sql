-- copy categorize: the facts of the study cannot be read
UPDATE study SET facts = '{"show": ' || replace(hex(zeroblob(30000)), '0', '9') || '}';
