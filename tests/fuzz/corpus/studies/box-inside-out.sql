-- copy categorize
UPDATE measurement SET "right" = -5, "bottom" = -900000;
UPDATE study SET facts = '{"show": "image"}';
