"""Where in a picture a unit fires, as colors to lay over it, with a legend."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.qt.texts import trial as texts
from app.qt.words import activation_words
from app.study.records import HeatMap

OPACITY = 0.5
_BAR_WIDE, _BAR_HIGH, _GAP = 64, 10, 6


@lru_cache(1)
def _viridis() -> npt.NDArray[np.uint8]:
    """256 colors whose lightness rises evenly: read rightly by every eye, and in gray."""
    return np.asarray(pg.colormap.get("viridis").getLookupTable(nPts=256), dtype=np.uint8)[:, :3]


def heat_range(heat: HeatMap) -> tuple[float, float]:
    """The lowest and the highest value; a file from anybody may hold some that are no numbers."""
    values = np.asarray(heat.values)
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)


def heat_image(heat: HeatMap) -> QImage:
    """One pixel for each value, to be stretched smoothly over the picture."""
    low, high = heat_range(heat)
    values = np.nan_to_num(np.asarray(heat.values), nan=low, posinf=high, neginf=low).reshape(heat.rows, heat.columns)
    shares = (values - low) / (high - low) if high > low else np.full_like(values, 0.5)
    return _image(_viridis()[np.round(255 * shares).astype(np.uint8)])


def _image(colors: npt.NDArray[np.uint8]) -> QImage:
    rows, columns, _ = colors.shape
    # copy(): QImage would otherwise look into bytes that Python is about to let go of.
    return QImage(colors.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


class HeatLegend(QWidget):
    """The colors of a heat map from its lowest to its highest value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._ends = ("", "")
        self._bar = _image(_viridis()[None])

    def show_heat(self, heat: HeatMap | None) -> None:
        """Say what the colors of this heat map mean; None: nothing."""
        low, high = (activation_words(value) for value in heat_range(heat)) if heat is not None else ("", "")
        self._ends = (low, high)
        self.setAccessibleName(texts.HEAT_LEGEND.format(low=low, high=high) if heat is not None else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The bar between two numbers."""
        measure = self.fontMetrics()
        numbers = sum(measure.horizontalAdvance(end) for end in self._ends)
        return QSize(numbers + 2 * _GAP + _BAR_WIDE, measure.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the lowest number, the bar, the highest number."""
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        room = self.rect()
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._ends[0])
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._ends[1])
        left = self.fontMetrics().horizontalAdvance(self._ends[0]) + _GAP
        bar = QRectF(left, (self.height() - _BAR_HIGH) / 2, _BAR_WIDE, _BAR_HIGH)
        painter.drawImage(bar, self._bar)
        painter.end()
