"""Two programs, two real processes, write one study file at once."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from helpers import study_file
from torturing import ACTS, look, torture_study

from app.errors import Fault
from app.study import opening
from app.study.chain import forks
from app.study.file import StudyFile

WRITER = Path(__file__).with_name("writer.py")
STIMULI = 40


def write_at_once(path: Path, *names: str) -> list[str]:
    """What processes say that label for these raters at the same time."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with ExitStack() as stack:
        writers = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, WRITER, path, name],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    env=environment,
                )
            )
            for name in names
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
        return [writer.communicate()[0].strip() for writer in writers]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = study_file(tmp_path, STIMULI)
    with StudyFile.open(path) as study:
        study.add_rater("ann")
        study.add_rater("bob")
    return path


def test_two_raters_at_once_both_finish_and_nothing_is_lost(path: Path) -> None:
    assert write_at_once(path, "ann", "bob") == [f"{STIMULI} done"] * 2
    assert look(path)[1] == []
    with StudyFile.open(path) as study:
        assert [len(study.events(rater)) for rater in study.raters()] == [STIMULI] * 2


def test_one_rater_in_two_programs_is_told_and_no_log_goes_two_ways(path: Path) -> None:
    said = write_at_once(path, "ann", "ann")
    written = sum(int(one.split()[0]) for one in said)
    told = [one for one in said if "Another window is labeling as ann in this file. Close one of the two" in one]
    assert len(told) == 1, said  # whoever came second; the other one finished
    assert sum(one.endswith("done") for one in said) == 1
    assert look(path)[1] == []
    with StudyFile.open(path) as study:
        events = study.events(study.raters()[0])
    assert len(events) == written  # all that either was told is saved
    assert not forks(event.sequence for event in events)


@pytest.mark.parametrize("act", ["answer", "add a rater", "collect", "forget"])
def test_a_program_that_does_not_let_go_is_told_and_waited_for_no_longer_than_it_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.01)
    path = torture_study(tmp_path)
    other = sqlite3.connect(path, isolation_level=None)
    with StudyFile.open(path) as study:
        does = ACTS[act](study)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Fault, match=r"is being written by another program. Close that program, then try again"):
            does()
        other.execute("ROLLBACK")
        does()
    other.close()
    assert look(path)[1] == []
