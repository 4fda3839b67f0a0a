"""What a report says, in words and as charts, prepared once for the page, the paper, the files and the window."""
