"""One worker thread, through which everything goes that touches the study file or decodes an image."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from app.errors import Fault

T = TypeVar("T")


class Work(Protocol):
    """Do `work` somewhere, then hand what it returned, or its Fault, to `then` in the window's thread."""

    def __call__(self, work: Callable[[], T], then: Callable[[T | Fault], None], /) -> None:
        """Begin; may return before `work` is done."""


def here_and_now(work: Callable[[], T], then: Callable[[T | Fault], None], /) -> None:
    """Work with no thread, for a picture of the page."""
    outcome: T | Fault
    try:
        outcome = work()
    except Fault as fault:
        outcome = fault
    then(outcome)


class Background(QObject):
    """The worker. It is a `Work`, and so a session's background too.

    A single thread, first come first served: SQLite is never used from two threads at once, and an answer's write
    waits for the few images that are decoded ahead, at most.
    """

    idle = Signal()
    """Nothing is under way any more."""
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pending = 0
        self._pool = ThreadPoolExecutor(1, "study-file")
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def __call__(self, work: Callable[[], T], then: Callable[[T | Fault], None], /) -> None:
        """Do `work` in the thread, then call `then` in the window's thread."""
        self.pending += 1
        self._pool.submit(self._do, work, then)

    def stop(self) -> None:
        """Wait for what is under way, then end the thread."""
        self._pool.shutdown(wait=True)

    def _do(self, work: Callable[[], T], then: Callable[[T | Fault], None]) -> None:
        try:
            outcome: T | Fault = work()
        except Fault as fault:
            outcome = fault
        except Exception as bug:
            self._finished.emit(partial(_tell_bug, bug, then))
            return
        self._finished.emit(partial(then, outcome))

    def _deliver(self, call: Callable[[], None]) -> None:
        self.pending -= 1
        try:
            call()
        finally:
            if not self.pending:
                self.idle.emit()


def _tell_bug(bug: Exception, then: Callable[[Fault], None]) -> None:
    # Whoever waits must hear of it too, or the page would say "Saving…" for ever.
    sys.excepthook(type(bug), bug, bug.__traceback__)
    then(Fault("Something went wrong in the program, and this was not done. Try again."))
