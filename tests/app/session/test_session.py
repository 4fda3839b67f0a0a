"""A session, told as a script of what happened; no window anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import CANNOT_SAY, RUBRIC, FakeClock, FakeLog, HeldBackground, study_file, trials
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.session import Screen, Session
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.records import CANNOT_TELL, Answer


def session_of(count: int, log: FakeLog | None = None, **parts: object) -> tuple[Session, FakeLog, list[Screen]]:
    log = log or FakeLog()
    session = Session(trials(count), RUBRIC, log, **parts)  # type: ignore[arg-type]
    session.go_on()  # past the instructions
    screens: list[Screen] = []
    session.on_screen = screens.append
    session.show()
    return session, log, screens


def test_answers_are_logged_in_order_and_the_screen_moves_on() -> None:
    session, log, screens = session_of(3)
    session.answer(Answer("edge"))
    session.answer(CANNOT_SAY)
    session.answer(Answer("unrelated"))
    assert [line[:3] for line in log.lines] == [
        ("trial-1", "label", "edge"),
        ("trial-2", "cannot_tell", None),
        ("trial-3", "label", "unrelated"),
    ]
    assert [(s.trial.id if s.trial else None, s.done) for s in screens] == [
        ("trial-1", 0),
        ("trial-2", 1),
        ("trial-3", 2),
        (None, 3),
    ]


def test_an_answer_after_the_last_trial_is_ignored() -> None:
    session, log, screens = session_of(1)
    session.answer(Answer("edge"))
    session.answer(Answer("edge"))
    assert len(log.lines) == 1
    assert screens[-1].trial is None


def test_undo_at_the_first_trial_does_nothing() -> None:
    session, log, screens = session_of(2)
    assert not screens[-1].can_undo
    session.undo()
    assert log.lines == []


def test_undo_is_an_event_and_shows_the_trial_again() -> None:
    session, log, screens = session_of(3)
    session.answer(Answer("edge"))
    session.answer(Answer("edge"))
    session.undo()
    session.undo()
    assert [line[:2] for line in log.lines[2:]] == [("trial-2", "undo"), ("trial-1", "undo")]
    assert screens[-1].trial is not None
    assert screens[-1].trial.id == "trial-1"
    session.answer(Answer("imperfect"))
    assert screens[-1].trial is not None
    assert screens[-1].trial.id == "trial-2"


def test_undo_after_the_last_trial_comes_back_to_it() -> None:
    session, _, screens = session_of(2)
    session.answer(Answer("edge"))
    session.answer(Answer("edge"))
    session.undo()
    assert screens[-1].trial is not None
    assert screens[-1].trial.id == "trial-2"


def test_a_label_that_the_rubric_does_not_have_is_a_bug() -> None:
    session, log, _ = session_of(1)
    with pytest.raises(ValueError, match=r"no answer .*curve"):
        session.answer(Answer("curve"))
    assert log.lines == []


def test_a_failed_write_keeps_the_rater_on_the_trial_and_says_why() -> None:
    session, log, screens = session_of(2)
    log.fault = Fault("the disk is full")
    session.answer(Answer("edge"))
    assert screens[-1].trial is not None
    assert screens[-1].trial.id == "trial-1"
    assert screens[-1].problem == "the disk is full"
    assert screens[-1].done == 0
    log.fault = None
    session.answer(Answer("edge"))
    assert screens[-1].problem is None
    assert screens[-1].done == 1


def test_a_failed_undo_takes_nothing_back() -> None:
    session, log, screens = session_of(2)
    session.answer(Answer("edge"))
    log.fault = Fault("the disk is full")
    session.undo()
    assert screens[-1].done == 1
    assert screens[-1].problem == "the disk is full"


def test_the_screen_moves_on_only_when_the_answer_is_saved() -> None:
    background = HeldBackground()
    session, log, screens = session_of(2, background=background)
    session.answer(Answer("edge"))
    assert (screens[-1].saving, screens[-1].done, log.lines) == (True, 0, [])
    session.answer(Answer("edge"))  # pressed again while it is being saved: it was not meant for the next image
    session.undo()
    background.release()
    assert background.waiting == []
    assert (screens[-1].saving, screens[-1].done) == (False, 1)
    assert len(log.lines) == 1


def test_time_runs_from_the_painting_to_the_answer() -> None:
    clock = FakeClock()
    session, log, _ = session_of(3, clock=clock)
    clock.seconds += 50  # not yet on screen
    session.painted()
    clock.seconds += 1.5
    session.painted()  # painted anew, because the window was uncovered: the time runs on
    clock.seconds += 0.25
    session.answer(Answer("edge"))
    session.answer(Answer("edge"))  # never painted
    session.painted()
    clock.seconds -= 10  # a clock that goes backwards
    session.answer(Answer("edge"))
    assert [line[3] for line in log.lines] == [1750, 0, 0]


def test_the_next_trials_are_named_for_decoding_ahead() -> None:
    session, _, screens = session_of(6)
    session.answer(Answer("edge"))
    assert [trial.id for trial in screens[-1].upcoming] == ["trial-3", "trial-4", "trial-5"]


def test_a_change_of_unit_is_told_on_the_first_trial_of_the_next_until_it_is_answered() -> None:
    log = FakeLog()
    background = HeldBackground()
    session = Session(trials(4, units=2), RUBRIC, log, background=background)
    session.go_on()
    told = []
    for _ in range(4):
        told.append(session.screen.new_unit)
        session.answer(Answer("edge"))
        told.append(session.screen.new_unit)  # while it is being saved
        background.release()
    assert told == [False, False, False, False, True, True, False, False]
    assert not session.screen.new_unit


def test_a_failed_write_leaves_the_change_of_unit_told() -> None:
    log = FakeLog()
    session = Session(trials(2, units=2), RUBRIC, log)
    session.go_on()
    session.answer(Answer("edge"))
    log.fault = Fault("the disk is full")
    session.answer(Answer("edge"))
    assert session.screen.new_unit


@given(moves=st.lists(st.sampled_from(["edge", "undo"]), max_size=20))
def test_a_change_of_unit_is_told_whenever_the_screen_before_showed_another(moves: list[str]) -> None:
    session = Session(trials(6, units=3), RUBRIC, FakeLog())
    session.go_on()
    shown = session.screen.trial
    for move in moves:
        before = shown
        if move == "undo":
            moved = session.screen.can_undo
            session.undo()
        else:
            moved = session.screen.trial is not None
            session.answer(CANNOT_SAY if move == CANNOT_TELL else Answer(move))
        shown = session.screen.trial or shown
        if moved and session.screen.trial is not None:
            assert before is not None
            assert session.screen.new_unit == (session.screen.trial.unit != before.unit)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.sampled_from(["unrelated", "imperfect", "edge", CANNOT_TELL, "undo", "reopen"]), max_size=25))
def test_closing_and_opening_again_at_any_time_changes_nothing(
    moves: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is pressed, a session opened from the log stands where the one before stood."""
    path: Path = study_file(tmp_path_factory.mktemp("resume"), stimuli=6)
    with StudyFile.open(path) as study:
        rater = study.add_rater("ann", seed=1)
        order = study.trials(rater)
        session = Session(order, RUBRIC, RaterLog(study, rater))
        session.go_on()
        said: dict[str, str | None] = {}
        stack: list[str] = []
        for move in moves:
            trial = session.screen.trial
            if move == "reopen":
                before = session.screen
                session = Session(order, RUBRIC, RaterLog(study, rater))
                session.go_on()
                after = session.screen
                assert (after.trial, after.done, after.can_undo) == (before.trial, before.done, before.can_undo)
            elif move == "undo":
                session.undo()
                if stack:
                    del said[stack.pop()]
            else:
                session.answer(CANNOT_SAY if move == CANNOT_TELL else Answer(move))
                if trial is not None:
                    said[trial.stimulus] = None if move == CANNOT_TELL else move
                    stack.append(trial.stimulus)
        assert {j.stimulus: j.label for j in study.judgements()} == said
