"""Work that takes long and may be stopped: one at a time, the newest, in a worker thread."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import Fault
from app.qt.background import Background

Progress = Callable[[str, int, int], None]
_EVERY_MS = 50
_NEVER = 1_000_000_000


class Stoppable(QObject):
    """Does one piece of work at a time; a new one replaces the one under way, of which nothing more is heard.

    How far it is gets asked for now and then instead of being sent, so that a worker that tells of every picture
    does not flood the window.
    """

    progressed = Signal(str, int, int)
    """A step, and how much of how much of it is done."""
    done = Signal(object)
    """What the work returned."""
    failed = Signal(str)
    """Why it could not be done, in words."""
    stopped = Signal()

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._run: _Run | None = None
        self._clock = QTimer(self)
        self._clock.setInterval(_EVERY_MS)
        self._clock.timeout.connect(self._look)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._run is not None

    def start(self, work: Callable[[Progress], object]) -> None:
        """Do this instead of whatever is under way; `work` is handed what it tells its progress to."""
        self._drop()
        self._run = run = _Run()
        self._clock.start()
        self._background(partial(run.do, work), partial(self._finish, run))

    def stop(self) -> None:
        """Stop what is under way, and say so."""
        if self._drop():
            self.stopped.emit()

    def drop(self) -> None:
        """Stop what is under way, without a word."""
        self._drop()

    def _drop(self) -> bool:
        run, self._run = self._run, None
        self._clock.stop()
        if run is not None:
            run.stop.set()
        return run is not None

    def _look(self) -> None:
        if self._run is not None and self._run.told is not None:
            told, self._run.told = self._run.told, None
            self.progressed.emit(*told)

    def _finish(self, run: _Run, outcome: object) -> None:
        if run is not self._run:
            return
        self._drop()
        if isinstance(outcome, Fault):
            self.failed.emit(str(outcome))
        else:
            self.done.emit(outcome)


@contextmanager
def nobody_held_up() -> Iterator[None]:
    """Meanwhile Python's collector leaves the oldest objects alone.

    It looks through all of them in one go, in which every thread stands still: a third of a second in a study of
    40,000 judgements.
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)


class _Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Raised out of the progress of work that is to stop."""


class _Run:
    """One piece of work, as both threads see it."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.told: tuple[str, int, int] | None = None

    def do(self, work: Callable[[Progress], object]) -> object:
        """In the worker: the work, unless or until it is stopped."""
        try:
            self._tell("", 0, 0)
            with nobody_held_up():
                return work(self._tell)
        except _Stopped:
            return None  # nobody listens any more

    def _tell(self, step: str, done: int, total: int) -> None:
        if self.stop.is_set():
            raise _Stopped
        if step:
            self.told = (step, done, total)
