-- copy categorize
UPDATE stratum SET population = 0, drawn = 1000000000000;
