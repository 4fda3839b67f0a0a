"""Works on a study with no window until it is killed, and says what is saved as soon as the program has said so.

Reads lines from its standard input: `label`, `collect` or `pack`, a tab, and the study. For each it makes a new process
of itself, which has everything imported by then and says "ready" with its number. What is killed is that process.
It prints a line for everything that is saved: the file, a tab, and the hash of an event or the id of a rater that is in
the file for good. "ended" comes last, with its exit code, which is minus the signal that ended it.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from app.errors import Fault
from app.session import Session
from app.study.collecting import collect
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.log import RaterLog
from app.study.records import Answer, Rater


def say(what: object, more: object) -> None:
    """One line in one call to the system: nobody is ever killed in the middle of it."""
    os.write(sys.stdout.fileno(), f"{what}\t{more}\n".encode())


class Heard(RaterLog):
    """A log that says what it has saved."""

    def __init__(self, study: StudyFile, rater: Rater) -> None:
        super().__init__(study, rater)
        self._path = study.path

    def append(self, entry: Entry) -> None:
        super().append(entry)
        say(self._path, self._hash)


def judge(study: StudyFile, rater: Rater) -> Iterator[None]:
    """Judge every trial of a rater, with comments, flags and second thoughts; stop after each."""
    session = Session(study.trials(rater), study.rubric(), Heard(study, rater), protocol=study.protocol())
    session.go_on()
    for number in count():
        if session.screen.step != "trial":
            return
        session.painted()
        if number % 5 == 2:
            session.comment(f"the {number}th")
        session.answer(Answer(study.rubric().names[number % 3]))
        if number % 7 == 3:
            session.undo()
        if session.screen.problem:
            raise Fault(session.screen.problem)
        yield


def new_rater(study: StudyFile) -> Rater:
    rater = study.add_rater(f"r{len(study.raters()) + 1}")
    say(study.path, rater.id)
    return rater


def label(study: StudyFile) -> None:
    """One rater after the other labels."""
    while True:
        begun = [one for one in study.raters() if 0 < len(study.events(one)) < len(study.trials(one))]
        for _ in judge(study, begun[0] if begun else new_rater(study)):
            pass


def collect_all(study: StudyFile) -> None:
    """A rater labels a little in a copy of the study, which is then collected."""
    copy = study.path.parent / "copy.jury"
    while True:
        if copy.exists():
            collect(study, [copy])
        else:
            part = copy.with_suffix(".part")
            part.write_bytes(study.path.read_bytes())
            part.replace(copy)
        with StudyFile.open(copy) as theirs:
            for number, _ in enumerate(judge(theirs, new_rater(theirs))):
                if number % 3 == 2:
                    brought = {event.hash for one in theirs.raters() for event in theirs.events(one)}
                    assert not collect(study, [copy]).refused
                    for name in brought:
                        say(study.path, name)


def pack_all(study: StudyFile) -> None:
    """Files are handed out to one rater after the other."""
    while True:
        name = f"r{len(study.raters()) + 1}"
        (handed,) = hand_out(study, [name], study.path.parent / "out", lambda done, total: None)
        say(study.path, handed.rater.id)
        say(handed.path, handed.rater.id)


def work(kind: str, path: Path) -> None:
    with StudyFile.open(path) as study:
        say("ready", os.getpid())
        {"label": label, "collect": collect_all, "pack": pack_all}[kind](study)


if __name__ == "__main__":
    for line in sys.stdin:
        what, _, where = line.rstrip("\n").partition("\t")
        child = os.fork()
        if not child:
            try:
                work(what, Path(where))
            except BaseException:
                traceback.print_exc()
            os._exit(1)
        say("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
