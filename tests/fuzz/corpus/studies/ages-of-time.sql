-- packed categorize vouch: numbers that cannot be
UPDATE event SET milliseconds = 9223372036854775807;
