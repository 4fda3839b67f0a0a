"""The study that smoke tests label: makes it, watches it, and collects what comes back.

    python packaging/smoke_study.py make FOLDER             FOLDER/study.jury, and for-rater.jury to be labeled
    python packaging/smoke_study.py wait FOLDER N           until for-rater.jury holds N answers; fails after 30 s
    python packaging/smoke_study.py collect FOLDER KEYS     bring it back; are these what was pressed (such as 121221)?
    python packaging/smoke_study.py picture OUT.png         of the screen that DISPLAY names

It runs in the environment that froze the program (build/clean): what the researcher has, without torch.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from pathlib import Path

from app.study.collecting import collect
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.specimen import specimen

_STUDY, _PACKED = "study.jury", "for-rater.jury"
_SECONDS = 30


def make(folder: Path) -> None:
    """Write the study, and the file of its one rater."""
    StudyFile.create(folder / _STUDY, specimen())
    with StudyFile.open(folder / _STUDY) as study:
        (packed,) = hand_out(study, ["rater-1"], folder, lambda done, total: None)
    packed.path.rename(folder / _PACKED)


def wait(folder: Path, answers: int) -> None:
    """Return when the file holds so many answers."""
    last, found = time.monotonic() + _SECONDS, 0
    while time.monotonic() < last:
        try:
            with StudyFile.open(folder / _PACKED, writable=False) as study:
                found = len(study.judgements())
        except sqlite3.OperationalError:
            pass  # the program is writing at this moment
        if found == answers:
            return
        time.sleep(0.1)
    sys.exit(f"The file holds {found} answers, not {answers}.")


def bring_back(folder: Path, keys: str) -> None:
    """Collect the file, and compare what it says with the keys that were pressed."""
    with StudyFile.open(folder / _STUDY) as study:
        names = study.rubric().names
        came = collect(study, [folder / _PACKED])
        (rater,) = study.raters()
        said = {judgement.stimulus: judgement.label for judgement in study.judgements()}
        labels = [said.get(trial.stimulus or "") for trial in study.trials(rater)]
    if came.refused or came.notes:
        sys.exit(f"Collecting complained: {came.refused} {came.notes}")
    wanted = [names[int(key) - 1] for key in keys]
    if labels != wanted:
        sys.exit(f"Pressed: {wanted}; read back: {labels}")
    print(f"{len(labels)} answers came back as they were pressed: {', '.join(map(str, labels))}.")


def picture(out: Path) -> None:
    """Of the whole screen."""
    from PIL import ImageGrab

    ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).save(out)


if __name__ == "__main__":
    what, where, *rest = sys.argv[1:]
    if what == "make":
        make(Path(where))
    elif what == "wait":
        wait(Path(where), int(rest[0]))
    elif what == "collect":
        bring_back(Path(where), rest[0])
    elif what == "picture":
        picture(Path(where))
    else:
        sys.exit(__doc__)
