"""How long a trial took, and how much of that its rater was not there."""

from __future__ import annotations

from collections.abc import Callable

IDLE_AFTER = 60.0
"""Seconds without any input after which time counts as idle."""


class Stopwatch:
    """Runs from `start` on; what goes by without input for a minute, away from the window, or paused, is idle.

    A clock that goes backwards stands still here.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._away = False
        self._paused = False
        self.reset()

    def reset(self) -> None:
        """Back to nothing, until it is started again."""
        self._started = False
        self._seconds = self._idle = self._quiet = 0.0
        self._mark = self._clock()

    def start(self) -> None:
        """Begin, once: what is on screen is seen from now on."""
        if not self._started:
            self._started = True
            self._mark = self._clock()

    def touched(self) -> None:
        """There was input of any kind."""
        self._advance()
        self._quiet = 0.0

    def away(self, away: bool) -> None:
        """The window is no longer in front, or is again."""
        self.touched()
        self._away = away

    def pause(self, paused: bool) -> None:
        """The rater takes a rest, or is back."""
        self.touched()
        self._paused = paused

    def read(self) -> tuple[int, int]:
        """Milliseconds since the start, and how many of them were idle."""
        self._advance()
        milliseconds = round(1000 * self._seconds)
        return milliseconds, min(milliseconds, round(1000 * self._idle))

    def _advance(self) -> None:
        now = self._clock()
        passed, self._mark = max(0.0, now - self._mark), now
        if not self._started:
            return
        self._seconds += passed
        if self._away or self._paused:
            self._idle += passed
        else:
            self._idle += max(0.0, self._quiet + passed - max(self._quiet, IDLE_AFTER))
        self._quiet += passed
