-- copy categorize: numbers that cannot be
UPDATE stratum SET population = -9223372036854775808;
