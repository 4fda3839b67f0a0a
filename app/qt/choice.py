"""A drop-down list in the look of the window."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy

_LETTERS = 12
"""That a choice has room for at least."""
_ARROW_AT = 13
"""Pixels from the right."""


class Choice(QComboBox):
    """A choice that the mouse wheel does not change by accident."""

    def __init__(self) -> None:
        super().__init__()
        self.named: QLabel | None = None
        """What stands beside it, and is shown and hidden with it."""
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        # The list is made before it has the style sheet, which is what gives it a bar to scroll by.
        self.view().setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def paintEvent(self, event: QPaintEvent) -> None:
        """With an arrow: a style sheet leaves Qt without one."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1.6))
        x, y = self.width() - _ARROW_AT, self.height() / 2
        painter.drawPolyline([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let it scroll the page."""
        event.ignore()
