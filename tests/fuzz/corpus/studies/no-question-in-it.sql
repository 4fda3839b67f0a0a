-- packed categorize: was altered|is incomplete
DELETE FROM rubric;
DELETE FROM category;
