"""Labels all of a rater's trials as fast as it can: writer.py STUDY.jury NAME. Says what happened in one line.

It waits for a line on its standard input first, so that two of them can begin at once.
"""

from __future__ import annotations

import sys
from pathlib import Path

from app.errors import Fault
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog

with StudyFile.open(Path(sys.argv[1])) as study:
    rater = next(one for one in study.raters() if one.pseudonym == sys.argv[2])
    log, trials = RaterLog(study, rater), study.trials(rater)
    print("ready", flush=True)
    sys.stdin.readline()
    written = 0
    try:
        for trial in trials:
            log.append(Entry(trial.id, "label", "edge"))
            written += 1
    except Fault as fault:
        print(f"{written} {fault}")
    else:
        print(f"{written} done")
