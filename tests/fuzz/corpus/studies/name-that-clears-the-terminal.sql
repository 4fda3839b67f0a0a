-- copy categorize: names that cannot be shown
UPDATE rater SET pseudonym = char(27) || '[2J' || char(27) || ']0;x' || char(7) WHERE pseudonym = 'eve';
