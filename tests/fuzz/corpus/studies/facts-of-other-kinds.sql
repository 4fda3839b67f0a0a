-- copy categorize
UPDATE study SET facts = '{"show": [], "model": 1e999, "images": NaN}';
UPDATE unit SET facts = '{"layer": {}, "channel": "<b>", "sampling": -1}';
