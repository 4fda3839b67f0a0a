-- copy categorize: ids that are none
UPDATE trial SET rater = char(27) || '[2J' WHERE rater = (SELECT id FROM rater WHERE pseudonym = 'eve');
UPDATE event SET rater = char(27) || '[2J' WHERE rater = (SELECT id FROM rater WHERE pseudonym = 'eve');
UPDATE rater SET id = char(27) || '[2J' WHERE pseudonym = 'eve';
