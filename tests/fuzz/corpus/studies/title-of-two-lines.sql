-- packed categorize: names that cannot be shown
UPDATE study SET title = 'Edges?' || char(13) || char(10) || 'All done.';
