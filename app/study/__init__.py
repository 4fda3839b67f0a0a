"""The study file: one SQLite file that holds all that a rater sees and all that raters said."""
