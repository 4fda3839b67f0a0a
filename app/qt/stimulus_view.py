"""The stimulus, large, on a gray that is the same in every theme."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.qt.images import Picture
from app.qt.scaling import draw_centred, fitted_size, scaled

SURROUND = QColor(128, 128, 128)
_MARGIN = 12
_LARGEST = 720.0
_MOST_TIMES = 20
"""Small crops are not blown up beyond these: larger squares of color are harder, not easier, to recognise."""
CANNOT_BE_SHOWN = "This image cannot be shown: press 0 to go on."


class StimulusView(QWidget):
    """Draws one picture, and says when it was really on screen."""

    painted = Signal()
    """The picture handed over last is on screen, for the first time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The image to judge")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 200)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._picture: Picture = None
        self._has_picture = False
        self._new = False

    @property
    def shows_image(self) -> bool:
        """There is an image, and not words in its place."""
        return self._picture is not None

    def show_picture(self, picture: Picture) -> None:
        """Draw this picture; None where it cannot be shown."""
        self._picture, self._has_picture, self._new = picture, True, True
        self.setAccessibleDescription("" if picture is not None else CANNOT_BE_SHOWN)
        self.update()

    def clear(self) -> None:
        """Draw only the gray, until there is a picture."""
        self._picture, self._has_picture, self._new = None, False, False
        self.update()

    def sizeHint(self) -> QSize:
        """Large; the layout gives what there is."""
        return QSize(560, 480)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, then say so."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), SURROUND)
        if self._picture is not None:
            ratio = self.devicePixelRatioF()
            inner = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
            room = inner.size().boundedTo(QSizeF(_LARGEST, _LARGEST))
            room = room.boundedTo(QSizeF(self._picture.size()) * _MOST_TIMES)
            draw_centred(painter, scaled(self._picture, fitted_size(self._picture.size(), room, ratio), ratio), inner)
        elif self._has_picture:
            painter.setPen(QColor("white"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, CANNOT_BE_SHOWN)
        painter.end()
        if self._new:
            self._new = False
            self.painted.emit()
