"""Every word on screen, in one place, ready for translation. Plain constants; braces are filled in with `format`."""
