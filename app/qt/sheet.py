"""A sheet that lies over the window's page: no window of its own, so that the page stays in front all the while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.qt.presence import Presence
from app.qt.words import Column, words


class Sheet(QWidget):
    """Opened over `host`, closed with Esc or by a click beside it; Tab stays within it.

    Args:
        host: what it covers.
        title: what stands above.
        tall: it takes all the height there is.
    """

    closed = Signal()
    touched = Signal()
    """There was input on it; said at most once a second."""

    def __init__(self, host: QWidget, title: str, *, tall: bool) -> None:
        super().__init__(host.parentWidget())
        self._host = host
        self.setProperty("role", "scrim")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self.panel = Column(56)
        self.panel.setProperty("role", "panel")
        self.body = QVBoxLayout(self.panel)
        self.body.setContentsMargins(28, 22, 28, 22)
        self.body.setSpacing(12)
        self.body.addWidget(words(title, "heading"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 24, 24, 24)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.panel, 1000)
        middle.addStretch(1)
        if not tall:
            rows.addStretch(1)
        rows.addLayout(middle, 1000 if tall else 0)
        if not tall:
            rows.addStretch(1)
        self._focus: QWidget = self
        self._presence = Presence(self)
        self._presence.touched.connect(self.touched)
        host.installEventFilter(self)
        self.hide()

    def open(self, focus: QWidget) -> None:
        """Lie over the page, with the keyboard at `focus`."""
        self._focus = focus
        self._presence.watch()  # what was put on it meanwhile, too
        self.setGeometry(self._host.geometry())
        self.show()
        self.raise_()
        focus.setFocus()

    def take_keyboard(self) -> None:
        """Have the keyboard again, where it was."""
        (self.focusWidget() or self._focus).setFocus()

    def dismiss(self) -> None:
        """Go away, and say so."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def leave(self) -> None:
        """The person wants it closed."""
        self.dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; no key reaches the page below."""
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes."""
        event.accept()
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.leave()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go round within the sheet."""
        # Not by nextInFocusChain: PySide takes what it returns for a child, and forgets it when its "parent" goes.
        stops = [w for w in self.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled()]
        stops = [w for w in stops if w.isVisible() and w.focusProxy() is None]
        if not stops:
            return False
        now = self.focusWidget()
        place = stops.index(now) if now in stops else -1 if forward else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(place + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the page whatever its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._host.geometry())
        return super().eventFilter(watched, event)


class ButtonSheet(Sheet):
    """A sheet with nothing to type: Enter presses the button that has the focus."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key held down counts once."""
        focused = self.focusWidget()
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.isAutoRepeat() and isinstance(focused, QPushButton):
            focused.click()
        super().keyPressEvent(event)
