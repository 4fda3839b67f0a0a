-- packed categorize: was altered
UPDATE study SET issued_to = 'somebody';
