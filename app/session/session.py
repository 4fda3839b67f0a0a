"""One rater's session: keys and clicks come in as calls, what is to be seen goes out as a Screen.

The log and a clock are handed in, so that a session can be tested, and be labeled by stand-ins, without a window.
The order is fixed: first the log, then the screen. Where writing may stall, `background` does it elsewhere, and the
screen says `saving` meanwhile.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol as Shape

from app.errors import Fault
from app.session.course import Course
from app.session.screen import Interlude, Screen, Step
from app.session.stopwatch import Stopwatch
from app.study.events import Entry, Event
from app.study.protocol import Protocol
from app.study.records import Answer, Known, Rubric, Trial

Then = Callable[[Fault | None], None]
Background = Callable[[Callable[[], None], Then], None]
AHEAD = 3


class Log(Shape):
    """Where a session writes; an event is safe when `append` returns."""

    @property
    def events(self) -> Sequence[Event]:
        """The events there were when the log was opened, in order."""

    def append(self, entry: Entry) -> None:
        """Write one event, or raise a Fault and write nothing."""


def at_once(work: Callable[[], None], then: Then) -> None:
    """The background of a session with no window: do it here and now."""
    try:
        work()
    except Fault as fault:
        then(fault)
    else:
        then(None)


class Session:
    """One rater's way through their trials.

    Set `on_screen`, then call `show()`: every change hands a new Screen to it. What does not fit the step that the
    session is at, or comes while something is being saved, is ignored: it was not meant for what is there now.

    Args:
        trials: in order.
        rubric: what answers there are.
        log: where it is written, and what was written before.
        protocol: how the session runs.
        practice: what practice trials say afterwards, by stimulus.
        clock: seconds, monotonic.
        background: where writing is done.
    """

    def __init__(
        self,
        trials: Sequence[Trial],
        rubric: Rubric,
        log: Log,
        *,
        protocol: Protocol | None = None,
        practice: Mapping[str, Known] | None = None,
        clock: Callable[[], float] = time.monotonic,
        background: Background = at_once,
    ) -> None:
        self.rubric = rubric
        self.protocol = protocol or Protocol()
        self.on_screen: Callable[[Screen], None] = lambda screen: None
        self._course = Course(trials, rubric, self.protocol, practice or {}, log.events)
        self._log = log
        self._clock = clock
        self._background = background
        self._stopwatch = Stopwatch(clock)
        self._saving = False
        self._paused = False
        self._problem: str | None = None
        self._instructed = self._course.newest is not None or not trials
        self._told: int | None = None  # the trial that something is told about, at "feedback"
        self._begun: set[int] = set()  # trials whose interlude was ended
        self._interlude_since = clock()
        self._before = self._course.newest  # the trial on screen before this one

    # ---- what is to be seen --------------------------------------------------------------------------------------

    @property
    def screen(self) -> Screen:
        """What is to be seen now."""
        course, step = self._course, self._step
        index = {"trial": course.at, "feedback": self._told}.get(step)
        trial = None if index is None else course.trials[index]
        before = None if self._before is None else course.trials[self._before]
        upcoming = course.upcoming(AHEAD + 1)
        return Screen(
            step=step,
            trial=trial,
            upcoming=upcoming[1:] if step == "trial" else upcoming[:AHEAD],
            new_unit=trial is not None and before is not None and trial.unit != before.unit,
            practice=None if index is None else course.in_attempt(index),
            interlude=self._interlude() if step == "interlude" else None,
            answer=course.answers.get(index) if step == "feedback" and index is not None else None,
            verdict=course.verdict(index) if step == "feedback" and index is not None else None,
            comment="" if index is None else course.comments.get(index, ""),
            flagged=index is not None and index in course.flagged,
            done=course.done,
            total=course.total,
            can_undo=course.can_undo and not self._saving and step in ("trial", "interlude", "done"),
            saving=self._saving,
            paused=self._paused,
            problem=self._problem,
        )

    @property
    def _step(self) -> Step:
        course = self._course
        if not course.consented:
            return "consent"
        if not self._instructed:
            return "instructions"
        if self._told is not None:
            return "feedback"
        if course.failed:
            return "failed"
        if course.at is None:
            return "done"
        return "trial" if course.at in self._begun or course.interlude() is None else "interlude"

    def _interlude(self) -> Interlude | None:
        interlude = self._course.interlude()
        if interlude is None:
            return None
        passed = max(0.0, self._clock() - self._interlude_since)
        return dataclasses.replace(interlude, seconds_left=max(0.0, interlude.seconds_left - passed))

    def show(self) -> None:
        """Hand the screen as it is to `on_screen`."""
        self.on_screen(self.screen)

    # ---- what the page tells of the person -----------------------------------------------------------------------

    def painted(self) -> None:
        """The trial is really on screen: its time starts here, once."""
        self._stopwatch.start()

    def touched(self) -> None:
        """There was input of any kind: the rater is there."""
        self._stopwatch.touched()

    def away(self, away: bool) -> None:
        """The window is no longer in front, or is again."""
        self._stopwatch.away(away)

    def pause(self) -> None:
        """Hide what is to be judged while the rater takes a rest, or show it again. Only at a trial."""
        if self._saving or (self._step != "trial" and not self._paused):
            return
        self._paused = not self._paused
        self._stopwatch.pause(self._paused)
        self.show()

    # ---- what the person says ------------------------------------------------------------------------------------

    def agree(self) -> None:
        """Consent; an event of the log. Only at "consent"."""
        if self._step == "consent":
            self._write(Entry(None, "consent"))

    def go_on(self) -> None:
        """Leave the instructions, what is told about an answer, or an interlude that has lasted long enough."""
        step = self._step
        if self._saving or step not in ("instructions", "feedback", "interlude"):
            return
        if step == "instructions":
            self._instructed = True
        elif step == "feedback":
            self._told = None
        else:
            interlude, at = self._interlude(), self._course.at
            if interlude is None or at is None or interlude.seconds_left > 0:
                return
            self._begun.add(at)
        self._arrive()
        self.show()

    def answer(self, answer: Answer) -> None:
        """Judge the trial on screen. Only at a trial.

        Raises:
            ValueError: the rubric does not offer this answer.
        """
        self.rubric.check(answer)
        at = self._course.at
        if self._step != "trial" or at is None or self._paused:
            return
        milliseconds, idle = self._stopwatch.read()
        trial = self._course.trials[at].id
        note = None if answer.note is None else _writable(answer.note)
        entry = Entry(trial, answer.kind, answer.label, answer.confidence, note, milliseconds, idle)
        self._write(entry)

    def undo(self) -> None:
        """Take the newest answer back and show its trial again, where it is not locked."""
        newest = self._course.newest
        if self.screen.can_undo and newest is not None and not self._paused:
            self._write(Entry(self._course.trials[newest].id, "undo"))

    def comment(self, text: str) -> None:
        """Say something about the trial on screen, in place of what was said before; nothing takes it away."""
        trial = self.screen.trial
        words = _writable(text)
        if trial is not None and words != self.screen.comment:
            self._write(Entry(trial.id, "comment", note=words))

    def flag(self) -> None:
        """Flag the trial on screen, or take the flag away."""
        screen = self.screen
        if screen.trial is not None:
            self._write(Entry(screen.trial.id, "unflag" if screen.flagged else "flag"))

    # ---- first the log, then the screen --------------------------------------------------------------------------

    def _write(self, entry: Entry) -> None:
        if self._saving:
            return
        self._saving, self._problem = True, None

        def then(fault: Fault | None) -> None:
            self._saving = False
            if fault is None:
                self._written(entry)
            else:
                self._problem = str(fault)
            self.show()

        try:
            self._background(lambda: self._log.append(entry), then)
        except BaseException:  # a bug: whoever hears of it can go on
            self._saving = False
            raise
        if self._saving:
            self.show()

    def _written(self, entry: Entry) -> None:
        """The log holds it: an answer, or one taken back, moves the screen on."""
        before = self._course.at
        self._course.apply(entry)
        if entry.kind in ("consent", "comment", "flag", "unflag"):
            return
        self._before = self._before if before is None else before
        newest, at = self._course.newest, self._course.at
        if entry.kind == "undo" and at is not None:
            self._begun.add(at)  # whoever comes back to a trial need not sit through the break before it again
        elif newest is not None and self._course.is_locked(newest):
            self._told = newest
        self._arrive()

    def _arrive(self) -> None:
        self._stopwatch.reset()
        self._interlude_since = self._clock()


def _writable(text: str) -> str:
    """What a person typed, without halves of characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8").strip()
