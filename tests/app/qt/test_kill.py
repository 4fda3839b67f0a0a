"""The window is killed while somebody labels: no acknowledged answer is lost, and the file stays whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import new_study

from app.session import Session
from app.study.chain import event_hash
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Protocol

KILLS = 20
STIMULI = 1500
CHILD = Path(__file__).with_name("kill_child.py")


def label_until_killed(path: Path, rng: random.Random) -> int:
    """Kill the window at a random moment while it labels; the number of answers that it acknowledged before."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path(__file__).parents[3])}
    environment["TMPDIR"] = str(path.parent)  # where a window marks the study as in use
    child = subprocess.Popen([sys.executable, CHILD, path], stdout=subprocess.PIPE, text=True, env=environment)
    assert child.stdout is not None
    acknowledged = 0
    with child, child.stdout as lines:
        for _ in range(rng.randint(3, 25)):
            acknowledged = int(lines.readline())
        # Somewhere within the next few answers: in a write, a commit, a paint or in between.
        try:
            child.wait(rng.uniform(0.0, 0.06))
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
        for line in lines:
            if line.endswith("\n"):
                acknowledged = int(line)
    assert child.returncode == -signal.SIGKILL
    return acknowledged


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    rng = random.Random(20)
    path = tmp_path / "killed.jury"
    StudyFile.create(path, replace(new_study(STIMULI), protocol=Protocol(consent="We keep your answers.")))
    with StudyFile.open(path) as study:
        study.add_rater("ann", seed=1)
    before = 0
    for _ in range(KILLS):
        acknowledged = label_until_killed(path, rng)
        with StudyFile.open(path) as study:  # rolls back what was half written
            assert study.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            (rater,) = study.raters()
            log = RaterLog(study, rater)
            assert log.events[0].kind == "consent"
            done = Session(study.trials(rater), study.rubric(), log).screen.done
            # At most the one answer on its way when the window died is there without having been acknowledged.
            assert before < acknowledged <= done <= acknowledged + 1
            previous = ""
            for number, event in enumerate(log.events, 1):
                assert (event.sequence, event.previous, event.hash) == (number, previous, event_hash(event.row))
                previous = event.hash
        before = done
