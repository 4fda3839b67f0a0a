"""A rater's session with no window: what to show, what was answered, undo, resume.

The log and a clock are handed in, so that a session can be tested, and be labeled by stand-ins, without a window.
The order is fixed: first the log, then the screen. Where writing may stall, `background` does it elsewhere, and the
screen says `saving` meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.errors import Fault
from app.study.records import CANNOT_TELL, Event, Kind, Rubric, Trial

Then = Callable[[Fault | None], None]
Background = Callable[[Callable[[], None], Then], None]


class Log(Protocol):
    """Where a session writes; an event is safe when `append` returns."""

    @property
    def events(self) -> Sequence[Event]:
        """The events there were when the log was opened, in order."""

    def append(self, trial: Trial, kind: Kind, answer: str | None, milliseconds: int) -> None:
        """Write one event, or raise a Fault and write nothing."""


@dataclass(frozen=True, slots=True)
class Screen:
    """All that a page needs to draw; nothing that it must look up."""

    trial: Trial | None
    """The trial to judge; None when all are done."""
    upcoming: tuple[Trial, ...]
    """The trials likely to come next, for decoding ahead."""
    new_unit: bool
    """The trial is of another unit than the one on screen before: the examples beside it are others."""
    done: int
    total: int
    can_undo: bool
    saving: bool
    """An answer is on its way to the disk: the screen moves on when it is there."""
    problem: str | None
    """Why the last answer was not saved, in words for the rater."""


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

    Set `on_screen`, then call `show()`: every change hands a new Screen to it.
    """

    def __init__(
        self,
        trials: Sequence[Trial],
        rubric: Rubric,
        log: Log,
        clock: Callable[[], float] = time.monotonic,
        background: Background = at_once,
    ) -> None:
        self.rubric = rubric
        self.on_screen: Callable[[Screen], None] = lambda screen: None
        self._trials = tuple(trials)
        self._log = log
        self._clock = clock
        self._background = background
        self._saving = False
        self._problem: str | None = None
        self._answered = self._replay(log.events)
        self._at = self._next_open()
        self._before = self._answered[-1] if self._answered else None
        self._shown_at: float | None = None

    def _replay(self, events: Sequence[Event]) -> list[int]:
        """The indices of the answered trials in the order they were answered, from the log."""
        place = {trial.id: index for index, trial in enumerate(self._trials)}
        answered: list[int] = []
        for event in events:
            index = place[event.trial]
            if index in answered:
                answered.remove(index)
            if event.kind != "undo":
                answered.append(index)
        return answered

    def _next_open(self) -> int | None:
        answered = set(self._answered)
        return next((index for index in range(len(self._trials)) if index not in answered), None)

    @property
    def screen(self) -> Screen:
        """What is to be seen now."""
        answered = set(self._answered)
        waiting = [t for index, t in enumerate(self._trials) if index not in answered and index != self._at]
        trial = None if self._at is None else self._trials[self._at]
        before = None if self._before is None else self._trials[self._before]
        return Screen(
            trial=trial,
            upcoming=tuple(waiting[:3]),
            new_unit=trial is not None and before is not None and trial.unit != before.unit,
            done=len(self._answered),
            total=len(self._trials),
            can_undo=bool(self._answered) and not self._saving,
            saving=self._saving,
            problem=self._problem,
        )

    def show(self) -> None:
        """Hand the screen as it is to `on_screen`."""
        self.on_screen(self.screen)

    def painted(self) -> None:
        """The page says that the trial is really on screen: its time starts here, once."""
        if self._shown_at is None:
            self._shown_at = self._clock()

    def answer(self, label: str) -> None:
        """Judge the trial on screen: a category's name, or CANNOT_TELL. Ignored while saving or when all is done.

        Raises:
            ValueError: the rubric has no such category.
        """
        if label != CANNOT_TELL and label not in self.rubric.names:
            raise ValueError(f"the rubric has no category {label!r}")
        if self._saving or self._at is None:
            return
        at, trial = self._at, self._trials[self._at]
        milliseconds = self._elapsed()
        kind: Kind = "cannot_tell" if label == CANNOT_TELL else "label"
        answer = None if label == CANNOT_TELL else label

        def saved() -> None:
            self._answered.append(at)
            self._at = self._next_open()

        self._write(lambda: self._log.append(trial, kind, answer, milliseconds), saved)

    def undo(self) -> None:
        """Take the newest answer back and show its trial again. Ignored while saving or where there is none."""
        if self._saving or not self._answered:
            return
        last = self._answered[-1]

        def saved() -> None:
            self._at = self._answered.pop()

        self._write(lambda: self._log.append(self._trials[last], "undo", None, 0), saved)

    def _elapsed(self) -> int:
        """Milliseconds since the trial was painted; 0 where it never was, or where the clock went backwards."""
        if self._shown_at is None:
            return 0
        return max(0, round(1000 * (self._clock() - self._shown_at)))

    def _write(self, work: Callable[[], None], saved: Callable[[], None]) -> None:
        self._saving, self._problem = True, None

        def then(fault: Fault | None) -> None:
            self._saving = False
            if fault is None:
                self._before = self._before if self._at is None else self._at
                saved()
                self._shown_at = None
            else:
                self._problem = str(fault)
            self.show()

        self._background(work, then)
        if self._saving:
            self.show()
