"""A sheet that lies over the window's page: no window of its own, so that the page stays in front all the while."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.qt.words import Column, words

_STILL_HERE_MS = 15_000


class Sheet(QWidget):
    """Opened over `host`, closed with Esc or by a click beside it; Tab stays within it.

    Args:
        host: what it covers.
        title: what stands above.
        tall: it takes all the height there is.
    """

    closed = Signal()
    still_open = Signal()
    """Every few seconds: whoever has it open is at work."""

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
        self._still = QTimer(self)
        self._still.setInterval(_STILL_HERE_MS)
        self._still.timeout.connect(self.still_open)
        host.installEventFilter(self)
        self.hide()

    def open(self, focus: QWidget) -> None:
        """Lie over the page, with the keyboard at `focus`."""
        self.setGeometry(self._host.geometry())
        self.show()
        self.raise_()
        focus.setFocus()
        self._still.start()

    def dismiss(self) -> None:
        """Go away, and say so."""
        if self.isVisible():
            self._still.stop()
            self.hide()
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; no key reaches the page below."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes."""
        event.accept()
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.dismiss()

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
