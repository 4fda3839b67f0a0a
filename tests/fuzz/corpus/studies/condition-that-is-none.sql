-- copy name_it: trial has what it cannot have|CHECK constraint failed in trial
UPDATE trial SET condition = char(10) WHERE rowid = (SELECT min(rowid) FROM trial);
