-- copy categorize
UPDATE rater SET pseudonym = '<img src="file:///etc/passwd" onerror=alert(1)>' WHERE pseudonym = 'eve';
