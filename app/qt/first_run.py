"""What stands at home while no study was opened yet: the three ways to open the one that somebody was sent."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.qt.texts import pages as texts
from app.qt.words import button, words

_MARGIN = 36


class FirstRun(QWidget):
    """A title, and a place to drop the file onto with one big button in it."""

    choose_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.zone = QFrame()
        self.zone.setProperty("role", "drop")
        self.choose = button(texts.HOME_OPEN, self.choose_wanted.emit, main=True)
        self.choose.setProperty("big", True)
        inside = QVBoxLayout(self.zone)
        inside.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        inside.setSpacing(14)
        inside.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)
        for text in (texts.FIRST_DROP, texts.FIRST_DOUBLE_CLICK):
            way = words(text, "reading")
            way.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(way)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(words(texts.FIRST_TITLE, "title"))
        column.addWidget(words(texts.FIRST_LEAD, "reading"))
        column.addSpacing(8)
        column.addWidget(self.zone)
        self.setFocusProxy(self.choose)

    def light(self, *, over: bool) -> None:
        """Files are held over the window, or no longer."""
        light(self.zone, over=over)


def light(zone: QFrame, *, over: bool) -> None:
    """A place to drop files onto lights up, or no longer."""
    zone.setProperty("over", over)
    zone.style().unpolish(zone)
    zone.style().polish(zone)
