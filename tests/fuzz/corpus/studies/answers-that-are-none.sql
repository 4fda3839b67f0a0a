-- packed categorize vouch
UPDATE event SET answer = '<script>alert(1)</script>' WHERE kind = 'label';
