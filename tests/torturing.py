"""A rater's session that is killed, filled up and cut off, again and again: what was acknowledged has to be there.

A child process labels a study with no window, and writes the id of each event to its standard output once the program
says that it is saved: from then on it is acknowledged. The parent kills it at a moment of its own choosing and looks at
the file as anybody would who opens it next.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from app.study.chain import first_break
from app.study.file import StudyFile

_CHILD = """
import sys
from pathlib import Path
from app.session import Session
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.records import Answer

class Heard(RaterLog):
    def append(self, entry):
        super().append(entry)
        print(self._hash, flush=True)  # only now is it acknowledged

with StudyFile.open(Path(sys.argv[1])) as study:
    names = study.rubric().names
    print("ready", flush=True)
    while True:
        raters = [one for one in study.raters() if len(study.events(one)) < len(study.trials(one))]
        rater = raters[0] if raters else study.add_rater(f"r{len(study.raters()) + 1}")
        session = Session(study.trials(rater), study.rubric(), Heard(study, rater), protocol=study.protocol())
        session.go_on()
        number = 0
        while session.screen.step == "trial":
            session.painted()
            session.answer(Answer(names[number % len(names)]))
            if number % 7 == 3:
                session.undo()
            number += 1
            if session.screen.problem:
                sys.exit(session.screen.problem)
"""


@dataclass
class Outcome:
    """What came of it."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    damaged: int = 0
    """How often the file did not open, was not whole, or a chain was broken."""


def torture(path: Path, kills: int, seed: int, longest: float = 0.25) -> Outcome:
    """Kill a session on this study so many times, each at a random moment; what came of it."""
    rng = random.Random(seed)
    outcome, acknowledged = Outcome(), set[str]()
    for _ in range(kills):
        acknowledged |= set(_killed(path, rng.uniform(0, longest)))
        outcome.kills += 1
        _look(path, acknowledged, outcome)
    outcome.acknowledged = len(acknowledged)
    return outcome


def _killed(path: Path, after: float) -> list[str]:
    """What a session acknowledged until it was killed, so long after it was ready."""
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    timer = threading.Timer(after, lambda: child.send_signal(signal.SIGKILL))
    timer.start()
    lines = child.stdout.read().split("\n")
    child.wait()
    timer.join()
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL, f"the session ended by itself: {child.returncode}"
    return [line for line in lines[:-1] if line]  # the last may be cut off: nobody has read it whole


def _look(path: Path, acknowledged: set[str], outcome: Outcome) -> None:
    with StudyFile.open(path) as study:
        if study.connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            outcome.damaged += 1
        there: set[str] = set()
        for rater in study.raters():
            events = study.events(rater)
            outcome.damaged += first_break(events) is not None
            there |= {event.hash for event in events}
    outcome.lost += len(acknowledged - there)
