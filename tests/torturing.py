"""What is done to a study while it is killed, cut off and filled up, and what has to be true of it afterwards.

A process of its own (faults/victim.py) labels, collects or packs with no window, and writes what is saved to its
standard output once the program says so: from then on it is acknowledged. The parent kills it at a moment of its own
choosing, and looks at the files as anybody would who opens them next. For faults of the disk the same things are done
one by one, each an `Act` on an open study.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from helpers import FakeClock, label_everything, study_file

from app.errors import Fault
from app.session import Session
from app.study.chain import first_break, forks
from app.study.collecting import collect
from app.study.file import StudyFile
from app.study.forgetting import forget_rater
from app.study.handing_out import hand_out, pack_again
from app.study.log import RaterLog
from app.study.records import Answer, Rater

VICTIMS = ("label", "collect", "pack")
_VICTIM = Path(__file__).parent / "faults" / "victim.py"
_TOP = Path(__file__).parent.parent

# ---- what is in a study -------------------------------------------------------------------------------------------


def names(study: StudyFile) -> frozenset[str]:
    """Everything in it that may be lost: raters by their id, and events by their hash."""
    raters = study.raters()
    return frozenset({one.id for one in raters} | {event.hash for one in raters for event in study.events(one)})


def look(path: Path) -> tuple[frozenset[str], list[str]]:
    """What is in the study, opened by whoever comes next; and what is wrong with it, in words."""
    try:
        with StudyFile.open(path) as study:
            return names(study), _wrong(study)
    except Fault as fault:
        return frozenset(), [str(fault)]


def _wrong(study: StudyFile) -> list[str]:
    whole = study.connection.execute("PRAGMA integrity_check").fetchall()
    wrong = [] if whole == [("ok",)] else [str(whole)]
    for rater in study.raters():
        events = study.events(rater)
        broken = first_break(events, study.key(rater))
        if broken is not None:
            wrong.append(f"event {broken.sequence} of {rater.pseudonym} {broken.what}")
        if forks(event.sequence for event in events):
            wrong.append(f"{rater.pseudonym} has two branches")
    return wrong


# ---- what is done to it -------------------------------------------------------------------------------------------

Act = Callable[[], object]
Prepare = Callable[[StudyFile], Act]
"""Makes ready what is to be done to an open study, so that what is called then does it, and may be called again."""


def torture_study(folder: Path, stimuli: int = 6) -> Path:
    """A study in which ann has judged two images, with what another rater returned beside it."""
    path = study_file(folder, stimuli=stimuli)
    with StudyFile.open(path) as study:
        (other,) = hand_out(study, ["cat"], folder / "returned", lambda done, total: None)
        study.add_rater("ann", seed=1)
        for _ in range(2):
            _answer(study)()
    with StudyFile.open(other.path) as file:
        rater = file.issued_to()
        assert rater is not None
        label_everything(file, rater, FakeClock())
    return path


def _returned(study: StudyFile) -> list[Path]:
    return sorted((study.path.parent / "returned").glob("*.jury"))


def _ann(study: StudyFile) -> Rater:
    return next(rater for rater in study.raters() if rater.pseudonym == "ann")


def _session(study: StudyFile) -> Session:
    rater = _ann(study)
    session = Session(study.trials(rater), study.rubric(), RaterLog(study, rater), protocol=study.protocol())
    session.go_on()
    return session


def _in_session(does: Callable[[Session], None]) -> Prepare:
    """What a rater does; where the screen says that it was not saved, its words are raised."""

    def prepare(study: StudyFile) -> Act:
        session = _session(study)

        def act() -> None:
            does(session)
            if session.screen.problem is not None:
                raise Fault(session.screen.problem)

        return act

    return prepare


def _say(session: Session) -> None:
    session.painted()
    session.answer(Answer("edge"))


_answer = _in_session(_say)


def _hand_out(study: StudyFile) -> Act:
    """As a person goes about it: where the rater is there already, only the file is written again."""
    out = study.path.parent / "out"

    def act() -> None:
        if any(rater.pseudonym == "dan" for rater in study.raters()):
            pack_again(study, "dan", out)
        else:
            hand_out(study, ["dan"], out, lambda done, total: None)

    return act


def _collect(study: StudyFile) -> Act:
    def act() -> None:
        assert not collect(study, _returned(study)).refused

    return act


ACTS: dict[str, Prepare] = {
    "answer": _answer,
    "undo": _in_session(lambda session: session.undo()),
    "comment": _in_session(lambda session: session.comment("a shadow, I think")),
    "flag": _in_session(lambda session: session.flag()),
    "add a rater": lambda study: partial(study.add_rater, "bob"),
    "collect": _collect,
    "hand out": _hand_out,
    "forget": lambda study: partial(forget_rater, study, "ann"),
}
"""In an order in which they can be done one after the other."""

# ---- kills --------------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What came of kills of one kind."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    damaged: list[str] = field(default_factory=list)
    """Why a file did not open, was not whole, or a chain was broken."""


def torture(kind: str, folder: Path, kills: int, seed: int, stimuli: int = 40) -> Outcome:
    """Kill what works on a new study in this folder so many times, each at a random moment; what came of it."""
    assert kind in VICTIMS
    rng = random.Random(seed)
    path = torture_study(folder, stimuli)
    outcome, acknowledged = Outcome(), dict[Path, set[str]]()
    with _victim() as victim:
        for _ in range(kills):
            # However fast the machine is: after so many lines, somewhere within the next few.
            heard = _killed(victim, kind, path, rng.randrange(12), rng.uniform(0, 0.06))
            for file, name in heard:
                acknowledged.setdefault(file, set()).add(name)
            outcome.kills += 1
            for file in {path, *(file for file, _ in heard)}:
                _check(file, acknowledged, outcome)
    for file in {path, *acknowledged}:  # and what later kills had no part in
        _check(file, acknowledged, outcome)
    outcome.acknowledged = sum(map(len, acknowledged.values()))
    return outcome


def _check(file: Path, acknowledged: dict[Path, set[str]], outcome: Outcome) -> None:
    there, wrong = look(file)
    outcome.lost += len(acknowledged.get(file, set()) - there)
    outcome.damaged += wrong


@contextmanager
def _victim() -> Iterator[subprocess.Popen[str]]:
    paths = [str(_TOP), *filter(None, [os.environ.get("PYTHONPATH")])]
    with subprocess.Popen(
        [sys.executable, _VICTIM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    ) as victim:
        yield victim


def _killed(victim: subprocess.Popen[str], kind: str, path: Path, lines: int, after: float) -> list[tuple[Path, str]]:
    """What it acknowledged, by file, until it was killed: so many seconds after it had acknowledged so much."""
    assert victim.stdin is not None
    assert victim.stdout is not None
    victim.stdin.write(f"{kind}\t{path}\n")
    victim.stdin.flush()
    said: list[tuple[Path, str]] = []
    number, timer = 0, None
    for line in victim.stdout:
        what, _, rest = line.rstrip("\n").rpartition("\t")
        if what == "ended":
            break
        if what == "ready":
            number = int(rest)
        else:
            said.append((Path(what), rest))
        if timer is None and len(said) >= lines:
            timer = threading.Timer(after, os.kill, (number, signal.SIGKILL))
            timer.start()
    assert timer is not None, "it ended by itself"
    timer.join()
    assert int(rest) == -signal.SIGKILL, f"it ended by itself: {rest}"
    return said
