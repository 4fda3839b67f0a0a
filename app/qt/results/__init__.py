"""The results page: a report in the window, to look at from all sides."""
