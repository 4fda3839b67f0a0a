"""What PyInstaller starts."""

import os

from app.annotator import main

# PyInstaller lets this program find its own libraries through a variable that it hands on to whatever is started from
# it: a file manager would load this program's libraries instead of the system's.
before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before is not None:
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
# On Windows click takes a study's name for a pattern: "study [1].jury" would open "study 1.jury" beside it.
main(windows_expand_args=False)
