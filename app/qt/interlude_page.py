"""What stands between two stretches of trials: a break, how practice went, or that it ends here."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent

from app.qt.page import Page
from app.qt.texts import pages as texts
from app.qt.whom import whom
from app.qt.words import button, words
from app.session import Interlude, Screen

_TICK_MS = 200


class InterludePage(Page):
    """A calm page with one way on; a break that is asked for counts down first.

    Args:
        contact: whom a rater turns to who did not pass practice.
        clock: seconds, monotonic.
    """

    go_on = Signal()
    next_rater = Signal()
    close_wanted = Signal()

    def __init__(self, contact: str, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(texts.INTERLUDE)
        self._contact = contact
        self._clock = clock
        self._over_at = 0.0
        self._failed = False
        self.title = words("", "title")
        self.result = words("", "heading")
        self.lead = words("", "reading")
        self.wait = words("", "body")
        self.wait.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for label in (self.title, self.result, self.lead, self.wait):
            self.column.addWidget(label)
        self.next = button(texts.NEXT_RATER, self.next_rater.emit)
        self.back = self.add_undo()
        self.buttons.addStretch(1)
        self.buttons.addWidget(self.next)
        self.on = self.add_main(texts.GO_ON, self._leave)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)

    def draw(self, screen: Screen) -> None:
        """Draw an interlude, or that practice was failed for good."""
        super().draw(screen)
        self._failed = screen.step == "failed"
        self.next.setVisible(self._failed)
        self.back.setVisible(screen.can_undo)
        if screen.interlude is None:
            title, result, lead, on = self._failed_words()
        else:
            title, result, lead, on = _interlude_words(screen.interlude)
        for label, text in ((self.title, title), (self.result, result), (self.lead, lead)):
            label.setText(text)
            label.setVisible(bool(text))
        self.on.setText(on)
        self.on.setAccessibleName(on)
        self.wait.setVisible(screen.interlude is not None and screen.interlude.kind == "break")
        self._over_at = self._clock() + (screen.interlude.seconds_left if screen.interlude else 0.0)
        self._timer.start()
        self.tick()

    def tick(self) -> None:
        """Say how long the break lasts yet; when it is over, let the rater go on."""
        left = ceil(self._over_at - self._clock())
        over = left <= 0
        if over:
            self._timer.stop()
        self.wait.setText(texts.BREAK_READY if over else _wait_words(left))
        if over != self.on.isEnabled():
            focused = self.window().focusWidget()
            here = focused is not None and self.isAncestorOf(focused)  # and not on a sheet that lies above
            self.setFocusProxy(self.on if over else self.wait)
            if here:
                self.wait.setFocus()  # Enter must find no other button while the main one waits
            self.on.setEnabled(over)
            if here:
                self.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """The window may have been out of sight: time went on."""
        super().showEvent(event)
        self._timer.start()
        self.tick()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks at the clock any more."""
        super().hideEvent(event)
        self._timer.stop()

    def _leave(self) -> None:
        (self.close_wanted if self._failed else self.go_on).emit()

    def _failed_words(self) -> tuple[str, str, str, str]:
        contact = texts.FAILED_CONTACT.format(whom=whom(self._contact))
        return texts.FAILED_TITLE, "", f"{texts.FAILED_LEAD}\n\n{texts.FAILED_SAVED} {contact}", texts.CLOSE


def _wait_words(seconds: int) -> str:
    return texts.BREAK_WAIT_ONE if seconds == 1 else texts.BREAK_WAIT.format(seconds=seconds)


def _interlude_words(interlude: Interlude) -> tuple[str, str, str, str]:
    """Title, result, what follows, and the words of the button."""
    if interlude.kind == "break":
        block = texts.BREAK_BLOCK.format(block=interlude.block, blocks=interlude.blocks)
        return texts.BREAK_TITLE, block, texts.BREAK_LEAD, texts.GO_ON
    right, tried = interlude.right, interlude.tried
    result = texts.PRACTICE_RESULT.format(right=right, tried=tried)
    if interlude.needed:
        result += " " + texts.PRACTICE_NEEDED.format(needed=needed_of(interlude), tried=tried)
    if interlude.kind == "practice_passed":
        return texts.PRACTICE_PASSED_TITLE, result, texts.PRACTICE_PASSED_NEXT, texts.PRACTICE_START
    again = texts.PRACTICE_AGAIN_NEXT.format(left=interlude.attempts_left)
    return texts.PRACTICE_AGAIN_TITLE, result, again, texts.PRACTICE_RETRY


def needed_of(interlude: Interlude) -> int:
    """How many must be right for practice to be passed."""
    return ceil(interlude.needed * interlude.tried - 1e-9)
