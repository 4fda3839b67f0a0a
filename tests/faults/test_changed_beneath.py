"""The study file is removed, replaced, set back or renamed while it is open, and the clock is set back.

A file that was moved away and put back again: tests/app/qt/test_window.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import FakeClock, study_file
from torturing import ACTS, look, names, torture_study

from app.errors import Fault
from app.session import Session
from app.study.collecting import collect
from app.study.file import StudyFile
from app.study.forgetting import forget_rater
from app.study.handing_out import hand_out
from app.study.log import RaterLog
from app.study.records import Answer


@pytest.fixture
def study(tmp_path: Path) -> Iterator[StudyFile]:
    with StudyFile.open(torture_study(tmp_path)) as opened:
        yield opened


def removed(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    """As a program does that keeps folders on several machines the same."""
    other = path.with_suffix(".other")
    shutil.copyfile(path, other)
    other.replace(path)


def folder_renamed(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


@pytest.mark.parametrize("happens", [removed, replaced, folder_renamed])
def test_nothing_is_written_to_a_file_that_is_no_longer_the_one(
    study: StudyFile, happens: Callable[[Path], None]
) -> None:
    prepared = {name: ACTS[name](study) for name in ("answer", "add a rater", "forget")}
    returned = list((study.path.parent / "returned").iterdir())
    happens(study.path)
    told = "was moved, removed or replaced while it was open. Put it back and open it again."
    for act in (
        *prepared.values(),
        lambda: collect(study, returned),
        lambda: hand_out(study, ["dan"], study.path.parent / "out", lambda done, total: None),
        lambda: forget_rater(study, "cat"),
    ):
        with pytest.raises(Fault, match=told):
            act()
    if study.path.exists():
        assert look(study.path) == (names(study), [])


def test_a_file_that_was_renamed_keeps_what_was_said_and_goes_on_under_its_new_name(study: StudyFile) -> None:
    before, moved = names(study), study.path.with_name("moved.jury")
    answer = ACTS["answer"](study)
    study.path.rename(moved)
    with pytest.raises(Fault, match="was moved"):
        answer()
    with StudyFile.open(moved) as again:
        ACTS["answer"](again)()
        assert before < names(again)


def test_a_file_that_was_set_back_to_an_older_copy_in_place_is_told(study: StudyFile) -> None:
    """`cp backup.jury study.jury`: it is the same file to the system, with what it held before."""
    backup = shutil.copyfile(study.path, study.path.with_suffix(".backup"))
    answer = ACTS["answer"](study)
    answer()
    study.path.write_bytes(backup.read_bytes())
    with pytest.raises(Fault, match="replaced by an older copy while it was open, and answers are missing in it"):
        answer()
    assert look(study.path)[1] == []


def test_clocks_that_are_set_back_change_neither_order_nor_labels(tmp_path: Path) -> None:
    """The computer's clock by eight years, and the one that measures how long an answer took."""
    with StudyFile.open(study_file(tmp_path, stimuli=4)) as study:
        rater, clock = study.add_rater("ann"), FakeClock()
        days = iter(["2031-01-01T00:00:00Z", "2023-06-01T00:00:00Z", "2023-05-01T00:00:00Z"])
        log = RaterLog(study, rater, now=lambda: next(days))
        session = Session(study.trials(rater), study.rubric(), log, clock=clock)
        session.go_on()
        session.painted()
        clock.seconds += 2
        session.answer(Answer("edge"))
        session.undo()
        session.painted()
        clock.seconds -= 3600
        session.answer(Answer("unrelated"))
        assert session.screen.problem is None
        events = study.events(rater)
        assert [event.at[:4] for event in events] == ["2031", "2023", "2023"]
        assert [event.milliseconds for event in events] == [2000, 0, 0]
        assert [(one.label, one.seconds) for one in study.judgements()] == [("unrelated", 0.0)]
        again = Session(study.trials(rater), study.rubric(), RaterLog(study, rater))
        assert again.screen.trial == session.screen.trial
    assert look(study.path)[1] == []
