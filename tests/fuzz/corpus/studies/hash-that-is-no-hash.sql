-- packed categorize: was altered
UPDATE event SET hash = '名';
