"""Files for many raters, and what comes back, in the window."""
