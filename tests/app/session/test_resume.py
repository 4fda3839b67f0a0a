"""Whatever a session has, and whatever is pressed: opened again from the file, it stands where it stood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers import FakeClock, new_study, png, some_answer, which_one_study
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.session import Screen, Session
from app.study.chain import first_break
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Conditions, Practice, Protocol
from app.study.records import Known, Rater

PROTOCOLS = [
    Protocol(),
    Protocol(consent="Yes?", block=2, break_seconds=30),
    Protocol(conditions=Conditions(0.5, 0.25, 0.25), repeats=0.25, repeat_distance=2),
    Protocol(practice=Practice(needed=0.5, attempts=2), block=3),
]
MOVES = ("answer", "answer", "answer", "undo", "comment", "flag", "pause", "go on", "wait", "agree", "reopen")


def opened(study: StudyFile, rater: Rater, clock: FakeClock) -> Session:
    log = RaterLog(study, rater, now=lambda: "2026-01-01T00:00:00Z")
    return Session(
        study.trials(rater),
        study.rubric(),
        log,
        protocol=study.protocol(),
        practice=study.practice(),
        clock=clock,
    )


def settled(session: Session, clock: FakeClock) -> Screen:
    """The screen past everything that is not written down: instructions, what is told, breaks, a pause."""
    while session.screen.paused:
        session.pause()
    while session.screen.step in ("instructions", "feedback", "interlude"):
        clock.seconds += 60
        session.go_on()
    return session.screen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    protocol=st.sampled_from(PROTOCOLS),
    pairs=st.booleans(),
    moves=st.lists(st.sampled_from(MOVES), max_size=40),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_session_opened_again_stands_where_it_stood(
    protocol: Protocol, pairs: bool, moves: list[str], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path: Path = tmp_path_factory.mktemp("resume") / "study.jury"
    new = which_one_study(8) if pairs else new_study(6)
    known = tuple(
        Known(
            f"p{n}",
            "practice",
            1,
            png(900 + n),
            () if pairs else ("edge",),
            "",
            *((f"q{n}", png(910 + n)) if pairs else ()),
        )
        for n in range(2)
    )
    StudyFile.create(path, replace(new, protocol=protocol, known=known if protocol.practice.needed else ()))
    with StudyFile.open(path) as study:
        clock, rater = FakeClock(), study.add_rater("ann", seed=seed)
        session = opened(study, rater, clock)
        for number, move in enumerate(moves):
            clock.seconds += 1
            trial = session.screen.trial
            if move == "answer" and trial is not None:
                session.answer(some_answer(study.rubric(), trial))
            elif move == "comment":
                session.comment(f"comment {number}")
            elif move == "wait":
                clock.seconds += 100
            elif move == "reopen":
                again = opened(study, rater, clock)
                assert settled(again, clock) == settled(session, clock)
                session = again
            else:
                {"undo": session.undo, "flag": session.flag, "pause": session.pause, "go on": session.go_on,
                 "agree": session.agree}.get(move, lambda: None)()  # fmt: skip
            assert session.screen.problem is None
        assert settled(opened(study, rater, clock), clock) == settled(session, clock)
        assert first_break(study.events(rater)) is None
        assert study.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
