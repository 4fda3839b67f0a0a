"""A disk that is full, reports an error once, or is gone for a while, at each point of everything one does."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Literal

from torturing import ACTS, Act, look, names
from vfs import FULL, IOERR, OK, Op, watching

from app.errors import Fault
from app.study.file import StudyFile

Mode = Literal["full", "error", "gone"]
MODES: tuple[Mode, ...] = ("full", "error", "gone")
_ON = {
    "full": "the disk is full. Free some space, then try again.",
    "error": "the disk reports an error. Nothing that was saved before is lost.",
    "gone": "the disk reports an error. Nothing that was saved before is lost.",
}
_ALREADY = (
    "saved after all. Open the study again",  # what a rater said
    "There is a rater called bob in this study already.",
    "There is no rater called ann.",
    "study-dan.jury exists already.",
)
"""What whoever tries again may be told where the first time did do it: the error came after that."""


@dataclass
class Outcome:
    """What came of it."""

    points: int = 0
    silent: list[str] = field(default_factory=list)
    """Where nobody was told, or not in the words for it, and it was not done."""
    lost: list[str] = field(default_factory=list)
    """Where something that was there is gone, or what was done again is not there."""
    damaged: list[str] = field(default_factory=list)


class _Disk:
    """Fails at the `at`th change: full from there on, with an error that once, or with errors from there on."""

    def __init__(self, mode: Mode, at: int) -> None:
        self._mode = mode
        self._left = at
        self.works = True
        self.failed: Op | None = None

    def __call__(self, op: Op) -> int:
        if self.works or (self._mode == "full" and op.kind not in ("create", "write")):
            return OK
        self._left -= 1
        if self._left > 0 or (self._left < 0 and self._mode == "error"):
            return OK
        self.failed = self.failed or op
        return FULL if self._mode == "full" else IOERR


def fail(act: str, mode: Mode, base: Path, room: Path, *, every: int = 1) -> Outcome:
    """Do this to a copy of the study in `base`, once for each point at which the disk may fail, and try again then.

    `every`: or for each so-manieth of them.
    """
    outcome = Outcome()
    for disk in _disks(mode, every):
        shutil.rmtree(room, ignore_errors=True)
        shutil.copytree(base, room)
        _fail_once(act, mode, disk, room / "study.jury", outcome)
        if disk.failed is None:
            return outcome
        outcome.points += 1
    raise AssertionError("it never ends")


def _disks(mode: Mode, every: int) -> Iterator[_Disk]:
    return (_Disk(mode, at) for at in count(1, every))


def _fail_once(name: str, mode: Mode, disk: _Disk, path: Path, outcome: Outcome) -> None:
    with watching(disk), StudyFile.open(path) as study:
        before = names(study)
        act = ACTS[name](study)
        disk.works = False
        told = _told(act)
        disk.works = True
        if disk.failed is None:
            return
        where = f"{name}, {mode}, {disk.failed.kind} of {Path(disk.failed.path).name}"
        meanwhile = names(study)
        # SQLite itself passes over a folder that cannot be synced when a journal is made: then it is simply done.
        done = told is None and disk.failed.kind == "folder" and meanwhile != before
        if not done and _ON[mode] not in (told or ""):
            outcome.silent.append(f"{where}: {told}")
        again = _told(act)
        if again is not None and not (meanwhile != before and any(words in again for words in _ALREADY)):
            outcome.lost.append(f"{where}: {again}")
    there, wrong = look(path)
    outcome.damaged += [f"{where}: {what}" for what in wrong]
    if there == before or (name != "forget" and not before <= there):
        outcome.lost.append(where)


def _told(act: Act) -> str | None:
    try:
        act()
    except Fault as fault:
        return str(fault)
    return None
