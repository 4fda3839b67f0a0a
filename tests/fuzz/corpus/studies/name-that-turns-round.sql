-- copy categorize: names that cannot be shown
UPDATE rater SET pseudonym = 'ann' || char(8238) || 'yrujgpj' WHERE pseudonym = 'eve';
