"""One thing at a time, in the study's own worker, with a result even where it was stopped."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.qt.background import Background
from app.qt.sharing.work import Progress
from app.qt.stoppable import Stoppable

T = TypeVar("T")
Job = Callable[[Progress, Event], T]
"""Work that is handed what it tells its progress to, and an event: once that is set, it stops as soon as it can."""


class Jobs(QObject):
    """Does the jobs of a page; while one is under way no other begins.

    Args:
        background: the worker that the study file is used in.
        parent: whoever they are done for.
    """

    changed = Signal()
    """Something has begun, or nothing is under way any more."""
    stopping = Signal()
    progressed = Signal(str, int, int)
    failed = Signal(str)
    """Why it could not be done, in words."""

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._stop = Event()
        self._writes = False
        self._then: Callable[[object], None] | None = None
        self._task = Stoppable(background, self)
        self._task.progressed.connect(self.progressed)
        self._task.done.connect(self._done)
        self._task.failed.connect(self._fail)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._task.busy

    @property
    def writing(self) -> bool:
        """Whether files are being written for raters."""
        return self.busy and self._writes

    def do(self, job: Job[T], then: Callable[[T], None], *, writes: bool = False) -> None:
        """Do this in the worker, then hand what it returned to `then`, unless something is under way already."""
        if self.busy:
            return
        stop = self._stop = Event()
        self._writes = writes
        self._then = lambda outcome: then(outcome)  # type: ignore[arg-type]  # it is what the job returned
        self._task.start(lambda told: job(told, stop))
        self.changed.emit()

    def stop(self) -> None:
        """Stop what is under way as soon as that can be; `then` hears what became of it."""
        if self.busy:
            self._stop.set()
            self.stopping.emit()

    def drop(self) -> None:
        """Stop it, and hear nothing more of it."""
        self._stop.set()
        self._task.drop()

    def _done(self, outcome: object) -> None:
        then, self._then = self._then, None
        self.changed.emit()
        if then is not None:
            then(outcome)

    def _fail(self, why: str) -> None:
        self.changed.emit()
        self.failed.emit(why)
