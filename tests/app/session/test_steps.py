"""Consent, instructions, practice, breaks, feedback, comments, flags and pauses, told as scripts."""

from __future__ import annotations

import pytest
from helpers import CANNOT_SAY, NAME_IT, RUBRIC, SEVEN, SLIDER, WHICH_ONE, FakeClock, FakeLog, HeldBackground, trials

from app.errors import Fault
from app.session import Session
from app.study.events import Entry, Event
from app.study.protocol import Practice, Protocol
from app.study.records import Answer, Condition, Known, Rubric, Trial

EDGE = Answer("edge")


def practice(attempts: int, right: str = "edge") -> tuple[tuple[Trial, ...], dict[str, Known]]:
    """Two practice trials an attempt, on stimuli whose answer is `right`."""
    found = tuple(
        Trial(f"practice-{attempt}-{n}", 2 * attempt + n, f"known-{n}", 1, "blind", attempt, "practice", block=0)
        for attempt in range(1, attempts + 1)
        for n in (1, 2)
    )
    known = {f"known-{n}": Known(f"known-{n}", "practice", 1, b"", (right,), "It is clear.") for n in (1, 2)}
    return found, known


def blocks(*sizes: int) -> tuple[Trial, ...]:
    found = [block for block, size in enumerate(sizes, 1) for _ in range(size)]
    return tuple(
        Trial(f"trial-{n}", n, f"stimulus-{n}", 1, "blind", 1, block=block) for n, block in enumerate(found, 1)
    )


def in_condition(condition: Condition) -> tuple[Trial, ...]:
    first, second = trials(2)
    return Trial(first.id, 1, first.stimulus, 1, condition, 1), second


def begun(found: tuple[Trial, ...], log: FakeLog | None = None, **parts: object) -> Session:
    """A session past its instructions."""
    session = Session(found, RUBRIC, log or FakeLog(), **parts)  # type: ignore[arg-type]
    session.go_on()
    return session


def events(log: FakeLog) -> tuple[Event, ...]:
    """What a log holds, as it is read back."""
    return tuple(
        Event(str(n), "ann", n, e.trial, e.kind, e.answer, e.confidence, e.note, e.milliseconds, e.idle, "", 1, "", "")
        for n, e in enumerate(log.entries, 1)
    )


def seen(session: Session) -> tuple[str, str | None]:
    return session.screen.step, session.screen.trial.id if session.screen.trial else None


# ---- before the first trial ------------------------------------------------------------------------------------------


def test_consent_comes_first_is_written_down_and_is_asked_once() -> None:
    log, protocol = FakeLog(), Protocol(consent="Do you agree?")
    session = Session(trials(2), RUBRIC, log, protocol=protocol)
    assert seen(session) == ("consent", None)
    session.answer(EDGE)
    session.go_on()
    assert (seen(session), log.lines) == (("consent", None), [])
    session.agree()
    session.agree()
    assert log.entries == [Entry(None, "consent")]
    assert seen(session) == ("instructions", None)
    again = Session(trials(2), RUBRIC, FakeLog(events(log)), protocol=protocol)
    assert seen(again) == ("instructions", None)


def test_consent_that_could_not_be_written_is_not_given() -> None:
    log = FakeLog()
    log.fault = Fault("the disk is full")
    session = Session(trials(1), RUBRIC, log, protocol=Protocol(consent="Do you agree?"))
    session.agree()
    assert session.screen.step == "consent"
    assert session.screen.problem == "the disk is full"


def test_instructions_come_before_the_first_trial_and_not_again_after_an_answer() -> None:
    log = FakeLog()
    session = Session(trials(2), RUBRIC, log)
    assert seen(session) == ("instructions", None)
    assert [trial.id for trial in session.screen.upcoming] == ["trial-1", "trial-2"]
    session.answer(EDGE)
    assert log.lines == []
    session.go_on()
    session.answer(EDGE)
    assert seen(Session(trials(2), RUBRIC, FakeLog(events(log)))) == ("trial", "trial-2")


def test_nobody_is_instructed_where_there_is_nothing_to_do() -> None:
    assert Session((), RUBRIC, FakeLog()).screen.step == "done"


# ---- practice --------------------------------------------------------------------------------------------------------


def test_practice_tells_what_is_right_and_counts_for_nothing() -> None:
    found, known = practice(1)
    session = begun((*found, *trials(1)), practice=known)
    assert session.screen.practice == (1, 2)
    session.answer(Answer("unrelated"))
    screen = session.screen
    assert (screen.step, screen.trial and screen.trial.id, screen.answer) == (
        "feedback",
        "practice-1-1",
        Answer("unrelated"),
    )
    assert screen.verdict is not None
    assert (screen.verdict.right, screen.verdict.accepted, screen.verdict.why) == (False, ("edge",), "It is clear.")
    assert not screen.can_undo
    session.undo()
    session.answer(EDGE)  # told already: no second answer
    assert session.screen == screen
    session.go_on()
    assert session.screen.practice == (2, 2)
    session.answer(EDGE)
    assert session.screen.verdict is not None
    assert session.screen.verdict.right
    session.go_on()
    interlude = session.screen.interlude
    assert interlude is not None
    assert (interlude.kind, interlude.right, interlude.tried) == ("practice_passed", 1, 2)
    session.go_on()
    assert (seen(session), session.screen.done, session.screen.total) == (("trial", "trial-1"), 0, 1)
    session.undo()  # what was told cannot be taken back
    assert seen(session) == ("trial", "trial-1")


def test_practice_that_must_be_passed_is_tried_again_and_passed_over_once_it_is() -> None:
    found, known = practice(3)
    protocol = Protocol(practice=Practice(needed=1.0, attempts=3))
    session = begun((*found, *trials(1)), practice=known, protocol=protocol)
    _practise(session, "unrelated", "edge")
    interlude = session.screen.interlude
    assert interlude is not None
    assert (interlude.kind, interlude.right, interlude.needed, interlude.attempts_left) == ("practice_again", 1, 1.0, 2)
    session.go_on()
    assert seen(session) == ("trial", "practice-2-1")
    _practise(session, "edge", "edge")
    assert session.screen.interlude is not None
    assert session.screen.interlude.kind == "practice_passed"
    session.go_on()
    assert seen(session) == ("trial", "trial-1")


def test_practice_that_is_failed_for_good_ends_the_session() -> None:
    found, known = practice(1)
    log = FakeLog()
    protocol = Protocol(practice=Practice(needed=0.9, attempts=1))
    session = begun((*found, *trials(1)), log, practice=known, protocol=protocol)
    _practise(session, "edge", "unrelated")
    assert seen(session) == ("failed", None)
    session.answer(EDGE)
    session.go_on()
    session.undo()
    assert seen(session) == ("failed", None)
    again = Session((*found, *trials(1)), RUBRIC, FakeLog(events(log)), practice=known, protocol=protocol)
    assert seen(again) == ("failed", None)


def _practise(session: Session, *labels: str) -> None:
    for label in labels:
        session.answer(Answer(label))
        session.go_on()


@pytest.mark.parametrize(
    ("rubric", "accepted", "answer", "right"),
    [
        (SEVEN, ("5", "7"), Answer("5"), True),
        (SEVEN, ("5", "7"), Answer("4"), False),
        (SLIDER, ("60", "100"), Answer("100"), True),
        (RUBRIC, ("edge", "imperfect"), Answer("imperfect"), True),
        (RUBRIC, ("edge",), CANNOT_SAY, False),
        (WHICH_ONE, (), Answer("right", confidence=1), True),
        (WHICH_ONE, (), Answer("left", confidence=3), False),
    ],
)
def test_what_is_right_follows_from_the_task(
    rubric: Rubric, accepted: tuple[str, ...], answer: Answer, right: bool
) -> None:
    """In the two-alternative task the stronger image, here on the right, is the right one."""
    pair = rubric.task == "which_one"
    trial = Trial("p", 1, "weak" if pair else "known", 1, "blind", 1, "practice", other="known" if pair else None)
    known = Known("known", "practice", 1, b"", accepted)
    session = Session((trial, *trials(1)), rubric, FakeLog(), practice={"known": known})
    session.go_on()
    session.answer(answer)
    verdict = session.screen.verdict
    assert verdict is not None
    assert verdict.right == right
    assert verdict.accepted == (("right",) if pair else accepted)


# ---- breaks ----------------------------------------------------------------------------------------------------------


def test_a_break_comes_between_blocks_and_lasts_as_long_as_it_must() -> None:
    clock = FakeClock()
    session = begun(blocks(1, 2), clock=clock, protocol=Protocol(block=2, break_seconds=30))
    session.answer(EDGE)
    interlude = session.screen.interlude
    assert interlude is not None
    assert (interlude.kind, interlude.seconds_left, interlude.block, interlude.blocks) == ("break", 30, 1, 2)
    assert session.screen.can_undo
    session.go_on()
    clock.seconds += 29
    session.go_on()
    session.answer(EDGE)
    assert session.screen.interlude is not None
    assert session.screen.interlude.seconds_left == 1
    clock.seconds += 1
    session.go_on()
    assert seen(session) == ("trial", "trial-2")


def test_an_undo_from_a_break_and_back_begins_the_break_anew_but_not_once_it_was_ended() -> None:
    clock = FakeClock()
    session = begun(blocks(1, 1), clock=clock, protocol=Protocol(block=1, break_seconds=10))
    session.answer(EDGE)
    clock.seconds += 9
    session.undo()
    assert seen(session) == ("trial", "trial-1")
    session.answer(EDGE)
    assert session.screen.interlude is not None
    assert session.screen.interlude.seconds_left == 10
    clock.seconds += 10
    session.go_on()
    session.undo()
    session.answer(EDGE)
    assert seen(session) == ("trial", "trial-2")


def test_time_on_a_break_is_no_time_of_a_trial() -> None:
    clock, log = FakeClock(), FakeLog()
    session = begun(blocks(1, 1), log, clock=clock, protocol=Protocol(block=1))
    session.painted()
    clock.seconds += 2
    session.answer(EDGE)
    clock.seconds += 500
    session.go_on()
    session.painted()
    clock.seconds += 3
    session.answer(EDGE)
    assert [(entry.milliseconds, entry.idle) for entry in log.entries] == [(2000, 0), (3000, 0)]


def test_whoever_goes_back_over_a_break_after_coming_back_need_not_sit_through_it_again() -> None:
    log, protocol = FakeLog(), Protocol(block=1, break_seconds=300)
    clock = FakeClock()
    session = begun(blocks(1, 2), log, clock=clock, protocol=protocol)
    session.answer(EDGE)
    clock.seconds += 300
    session.go_on()
    session.answer(EDGE)
    again = Session(blocks(1, 2), RUBRIC, FakeLog(events(log)), clock=clock, protocol=protocol)
    again.undo()
    assert seen(again) == ("trial", "trial-2")


def test_blocks_without_breaks_follow_each_other() -> None:
    session = begun(blocks(1, 1))
    session.answer(EDGE)
    assert seen(session) == ("trial", "trial-2")


# ---- feedback --------------------------------------------------------------------------------------------------------


def test_an_answer_that_is_told_about_is_final() -> None:
    log = FakeLog()
    session = begun(in_condition("feedback"), log)
    session.answer(EDGE)
    assert (seen(session), session.screen.answer, session.screen.verdict) == (("feedback", "trial-1"), EDGE, None)
    assert [trial.id for trial in session.screen.upcoming] == ["trial-2"]
    session.undo()
    session.answer(CANNOT_SAY)
    assert [entry.kind for entry in log.entries] == ["label"]
    session.go_on()
    assert seen(session) == ("trial", "trial-2")
    assert not session.screen.can_undo
    again = Session(in_condition("feedback"), RUBRIC, FakeLog(events(log)))
    assert seen(again) == ("trial", "trial-2")
    assert not again.screen.can_undo


def test_undo_stops_at_an_answer_that_is_final() -> None:
    log = FakeLog()
    session = begun((*in_condition("feedback"), *trials(3)[2:]), log)
    session.answer(EDGE)
    session.go_on()
    session.answer(EDGE)
    session.undo()
    session.undo()
    assert [entry.kind for entry in log.entries] == ["label", "label", "undo"]


def test_revealed_answers_can_be_taken_back() -> None:
    session = begun(in_condition("revealed"))
    session.answer(EDGE)
    assert seen(session) == ("trial", "trial-2")
    session.undo()
    assert seen(session) == ("trial", "trial-1")


# ---- comments, flags, pauses -----------------------------------------------------------------------------------------


def test_comments_and_flags_are_events_that_leave_the_screen_where_it_is() -> None:
    clock, log = FakeClock(), FakeLog()
    session = begun(trials(2), log, clock=clock)
    session.painted()
    clock.seconds += 1
    session.comment("  a fold, not an edge ")
    session.flag()
    clock.seconds += 1
    screen = session.screen
    assert (seen(session), screen.comment, screen.flagged, screen.done) == (
        ("trial", "trial-1"),
        "a fold, not an edge",
        True,
        0,
    )
    session.comment("a fold, not an edge")  # nothing new
    session.flag()
    session.comment("")
    assert (session.screen.comment, session.screen.flagged) == ("", False)
    session.answer(EDGE)
    assert [(e.trial, e.kind, e.note, e.milliseconds) for e in log.entries] == [
        ("trial-1", "comment", "a fold, not an edge", 0),
        ("trial-1", "flag", None, 0),
        ("trial-1", "unflag", None, 0),
        ("trial-1", "comment", "", 0),
        ("trial-1", "label", None, 2000),
    ]
    assert (session.screen.comment, session.screen.flagged) == ("", False)


def test_what_was_said_of_a_trial_is_there_again_after_undo_and_resume() -> None:
    log = FakeLog()
    session = begun(trials(2), log)
    session.comment("odd")
    session.flag()
    session.answer(EDGE)
    session.undo()
    assert (session.screen.comment, session.screen.flagged) == ("odd", True)
    again = Session(trials(2), RUBRIC, FakeLog(events(log)))
    again.go_on()
    assert (again.screen.comment, again.screen.flagged) == ("odd", True)


def test_a_pause_hides_the_trial_takes_no_answer_and_is_idle() -> None:
    clock, log = FakeClock(), FakeLog()
    session = begun(trials(2), log, clock=clock)
    session.painted()
    clock.seconds += 2
    session.pause()
    assert session.screen.paused
    session.answer(EDGE)
    session.undo()
    assert log.lines == []
    clock.seconds += 300
    session.pause()
    assert not session.screen.paused
    clock.seconds += 1
    session.answer(EDGE)
    assert [(entry.milliseconds, entry.idle) for entry in log.entries] == [(303_000, 300_000)]


def test_there_is_no_pause_but_at_a_trial() -> None:
    session = Session(trials(1), RUBRIC, FakeLog())
    session.pause()
    assert not session.screen.paused


def test_idle_time_is_written_beside_the_time() -> None:
    clock, log = FakeClock(), FakeLog()
    session = begun(trials(1), log, clock=clock)
    session.painted()
    clock.seconds += 50
    session.touched()
    clock.seconds += 70
    session.away(True)
    clock.seconds += 30
    session.away(False)
    session.answer(EDGE)
    assert [(entry.milliseconds, entry.idle) for entry in log.entries] == [(150_000, 40_000)]


def test_half_a_character_is_no_reason_to_stop() -> None:
    log = FakeLog()
    session = begun(trials(1), log)
    session.comment("a\ud800b")
    assert [entry.note for entry in log.entries] == ["a?b"]


def test_a_bug_in_the_log_does_not_lock_the_session() -> None:
    class Broken(FakeLog):
        def append(self, entry: Entry) -> None:
            raise RuntimeError("a bug")

    session = begun(trials(1), Broken())
    with pytest.raises(RuntimeError, match="a bug"):
        session.answer(EDGE)
    assert not session.screen.saving


def test_while_an_answer_is_being_saved_nothing_else_happens() -> None:
    background, log = HeldBackground(), FakeLog()
    session = begun(trials(2), log, background=background)
    session.answer(EDGE)
    session.comment("late")
    session.flag()
    session.pause()
    session.go_on()
    assert not session.screen.paused
    background.release()
    assert [entry.kind for entry in log.entries] == ["label"]


# ---- answers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rubric", "answer"),
    [
        (RUBRIC, Answer("curve")),
        (RUBRIC, Answer(None, "nothing")),  # not on offer
        (RUBRIC, Answer('["edge"]')),  # several may not be chosen
        (SEVEN, Answer("0")),
        (SEVEN, Answer("3.5")),
        (SLIDER, Answer("101")),
        (WHICH_ONE, Answer("left")),  # no confidence
        (WHICH_ONE, Answer("both", confidence=1)),
        (NAME_IT, Answer("one thing")),  # no name
        (NAME_IT, Answer("one thing", note=" ")),
        (NAME_IT, CANNOT_SAY),
        (RUBRIC, Answer("edge", "undo")),
    ],
)
def test_an_answer_that_is_not_on_offer_is_a_bug(rubric: Rubric, answer: Answer) -> None:
    log = FakeLog()
    session = Session(trials(1), rubric, log)
    session.go_on()
    with pytest.raises(ValueError, match="no answer"):
        session.answer(answer)
    assert log.lines == []


@pytest.mark.parametrize(
    ("rubric", "answer"),
    [
        (SEVEN, Answer("7")),
        (SLIDER, Answer("0")),
        (SLIDER, CANNOT_SAY),
        (WHICH_ONE, Answer("left", confidence=3)),
        (NAME_IT, Answer("one thing", note="edges")),
        (NAME_IT, Answer("nothing nameable")),
    ],
)
def test_each_task_takes_its_answers(rubric: Rubric, answer: Answer) -> None:
    log = FakeLog()
    session = Session(trials(1), rubric, log)
    session.go_on()
    session.answer(answer)
    assert [(e.kind, e.answer, e.confidence, e.note) for e in log.entries] == [
        (answer.kind, answer.label, answer.confidence, answer.note)
    ]


def test_several_categories_are_one_label_in_the_order_of_the_rubric() -> None:
    from dataclasses import replace

    several = replace(RUBRIC, scale="nominal", several=True)
    label = several.label_of(["edge", "unrelated"])
    assert label == '["unrelated", "edge"]'
    assert several.chosen(label) == ("unrelated", "edge")
    several.check(Answer(label))
    for wrong in ('["edge", "unrelated"]', "[]", "edge", '["edge", "edge"]', '["curve"]', "{"):
        with pytest.raises(ValueError, match="no answer"):
            several.check(Answer(wrong))
