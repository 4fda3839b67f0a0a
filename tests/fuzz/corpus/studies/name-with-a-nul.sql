-- copy categorize: names that cannot be shown
UPDATE rater SET pseudonym = 'eve' || char(0) || '; DROP' WHERE pseudonym = 'eve';
