"""Whether somebody is there: any input at all, and the window in front."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

_AT_MOST_EVERY_MS = 1000
_INPUT = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletMove,
        QEvent.Type.TabletPress,
    }
)
_FRONT = {QEvent.Type.WindowActivate: True, QEvent.Type.WindowDeactivate: False}


class Presence(QObject):
    """Watches a page and everything on it."""

    touched = Signal()
    """There was input; said at most once a second."""
    front = Signal(bool)
    """The page's window came to the front, or went from there."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self.watch()

    def watch(self) -> None:
        """Watch all that is on the page now."""
        for widget in (self._page, *self._page.findChildren(QWidget)):
            widget.setMouseTracking(True)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look on; every event goes its way."""
        kind = event.type()
        if kind in _INPUT:
            if not self._rest.isActive():
                self._rest.start(_AT_MOST_EVERY_MS)
                self.touched.emit()
        elif watched is self._page and kind in _FRONT:
            self.front.emit(_FRONT[kind])
        return False
