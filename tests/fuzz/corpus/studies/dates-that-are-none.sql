-- packed categorize vouch
UPDATE event SET at = '2026-13-45T99:99:99Z';
UPDATE study SET created = 'yesterday';
