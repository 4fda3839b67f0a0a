"""Runs in a file system of its own, which `unshare` made: ROOM.py full|read-only FOLDER. Fails where a check does.

full: a disk of 800 KiB on which somebody labels until it is full, and then some space is freed. read-only: the folder
becomes read-only while a study in it is open, and whoever comes then opens it, and later it is as before.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from helpers import new_study
from torturing import ACTS, Act, look, names

from app.errors import Fault
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.log import RaterLog


def told(act: Act) -> str:
    try:
        act()
    except Fault as fault:
        return str(fault)
    return ""


def full(folder: Path) -> None:
    path = folder / "study.jury"
    StudyFile.create(path, new_study(4))
    ballast = folder / "ballast"
    with StudyFile.open(path) as study:
        ann = study.add_rater("ann")
        log, trials = RaterLog(study, ann), study.trials(ann)
        log.append(Entry(trials[0].id, "label", "edge"))
        ballast.touch()
        with ballast.open("wb", buffering=0) as file:
            while not told(lambda: log.append(Entry(trials[1].id, "comment", note="x" * 300))):
                file.write(bytes(2048))
            with suppress(OSError):
                while file.write(bytes(4096)):
                    pass
        before = names(study)
        for act in (
            lambda: log.append(Entry(trials[1].id, "label", "edge")),
            lambda: study.add_rater("bob"),
            lambda: hand_out(study, ["cat"], folder / "out", lambda done, total: None),
        ):
            assert "the disk is full. Free some space, then try again." in told(act), told(act)
        assert look(path) == (before, [])  # whoever opens it now finds everything, on the full disk too
        ballast.unlink()
        log.append(Entry(trials[1].id, "label", "edge"))
        assert len(names(study) - before) == 1


def read_only(folder: Path) -> None:
    path = folder / "study.jury"
    StudyFile.create(path, new_study(4))
    with StudyFile.open(path) as study:
        study.add_rater("ann")
        answer = ACTS["answer"](study)
        answer()
        before = names(study)
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        assert "its folder is there and may be written to" in told(answer), told(answer)
        assert "Copy it to a folder of your own" in told(lambda: StudyFile.open(path))
        with StudyFile.open(path, writable=False) as reader:
            assert names(reader) == before
        subprocess.run(["umount", folder], check=True)
        answer()
        assert len(names(study) - before) == 1
    assert look(path)[1] == []


if __name__ == "__main__":
    {"full": full, "read-only": read_only}[sys.argv[1]](Path(sys.argv[2]))
