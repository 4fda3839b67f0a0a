"""References side by side, each with its activation underneath."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.qt.scaling import draw_centred, filled_size, scaled
from app.qt.sights import Example
from app.qt.stimulus_view import SURROUND
from app.qt.texts import trial as texts
from app.qt.words import activation_words

MOST_SHOWN = 9
_GAP = 8
_APART = 4
"""Between two captions, at least."""
_LARGEST = 240
_LARGE_ENOUGH = 0.9
"""Of the largest possible: the room that a row less leaves is worth more."""


def columns_for(count: int, width: float, height: float, caption: float) -> int:
    """The number of columns for `count` square images with captions: the fewest rows in which they are large."""
    shapes = {ceil(count / rows) for rows in range(1, count + 1)}
    sides = {columns: _side(count, columns, width, height, caption) for columns in shapes}
    largest = max(sides.values())
    return max(columns for columns, side in sides.items() if side >= min(largest, _LARGE_ENOUGH * largest))


def _side(count: int, columns: int, width: float, height: float, caption: float) -> float:
    rows = ceil(count / columns)
    return min((width + _GAP) / columns - _GAP, height / rows - caption - _GAP, _LARGEST)


class ReferenceGrid(QWidget):
    """Up to nine examples, as large as the room allows that `fill` is told of."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.examples: tuple[Example, ...] = ()
        self.captions: tuple[str, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._columns = 1
        self._cell = 1.0

    def show_examples(self, examples: Sequence[Example]) -> None:
        """Draw the first nine of these; `fill` comes next, for their number may be another."""
        self.examples = tuple(examples[:MOST_SHOWN])
        self.captions = tuple(activation_words(example.activation) for example in self.examples)
        self.setAccessibleDescription(texts.ACTIVATIONS.format(activations=", ".join(self.captions)))

    def fill(self, width: float, height: float) -> None:
        """Choose the layout for this room, and take no more height than it needs."""
        if not self.examples:
            self.setFixedHeight(0)
            return
        count = len(self.examples)
        self._columns = columns_for(count, width, height, self._caption)
        self._cell = max(16.0, _side(count, self._columns, width, height, self._caption))
        self.setFixedHeight(ceil(ceil(count / self._columns) * (self._cell + self._caption + _GAP)))
        self.update()

    @property
    def _caption(self) -> float:
        return self.fontMetrics().height() + 2.0

    def caption_font(self) -> QFont:
        """The grid's own, or smaller where the widest caption would run into the next."""
        font = QFont(self.font())
        widest = max((self.fontMetrics().horizontalAdvance(text) for text in self.captions), default=0)
        if widest > (room := self._cell + _GAP - _APART):
            font.setPointSizeF(font.pointSizeF() * room / widest)
        return font

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every example in its cell."""
        painter = QPainter(self)
        painter.setFont(self.caption_font())
        for place, (example, text) in enumerate(zip(self.examples, self.captions, strict=True)):
            row, column = divmod(place, self._columns)
            left, top = column * (self._cell + _GAP), row * (self._cell + self._caption + _GAP)
            self._draw_example(painter, example, QRectF(left, top, self._cell, self._cell))
            below = QRectF(left - _GAP / 2, top + self._cell, self._cell + _GAP, self._caption)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def _draw_example(self, painter: QPainter, example: Example, cell: QRectF) -> None:
        painter.fillRect(cell, SURROUND)
        if example.picture is not None:
            ratio = self.devicePixelRatioF()
            size = filled_size(example.picture.size(), cell.size(), ratio)
            draw_centred(painter, scaled(example.picture, size, ratio), cell)
