"""Bars and squares: what is filled with a hatch that keeps its size whatever the scale of the axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from app.findings.charts.chart import Bars, Cells
from app.qt.results.chart_ink import Ink
from app.qt.texts import results_charts as texts

_SHADE = 0.85
"""The share of the accent in a cell that holds everything; less, so that words stay readable."""
_ROOM, _THINNEST = 4, 3
"""Pixels: beside the words of a cell, and of a bar."""
_LIGHT = 140


class _Filled(pg.GraphicsObject):  # type: ignore[misc]
    """Something that is filled, drawn in pixels: in the units of the axes a hatch would be stretched."""

    def __init__(self, rects: Sequence[QRectF]) -> None:
        super().__init__()
        self._rects = list(rects)
        self._bounds = QRectF()
        for rect in self._rects:
            self._bounds = self._bounds.united(rect)

    def boundingRect(self) -> QRectF:
        """All of it, in the units of the axes."""
        return self._bounds

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw each rectangle where the axes have it."""
        place = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for number, rect in enumerate(self._rects):
            self._fill(painter, number, place.mapRect(rect))
        painter.restore()

    def _fill(self, painter: QPainter, number: int, room: QRectF) -> None:
        raise NotImplementedError


class BarsItem(_Filled):
    """The bars of one label."""

    def __init__(self, layer: Bars, ink: Ink) -> None:
        super().__init__(
            [QRectF(b.low, b.base, b.high - b.low, b.top - b.base).normalized() for b in layer.bars],
        )
        self._color, self._hatch = ink.color(layer.label), ink.hatch(layer.label)
        self._rim = QPen(QColor(ink.theme.surface), 1)

    def _fill(self, painter: QPainter, number: int, room: QRectF) -> None:  # noqa: ARG002
        if room.width() < _THINNEST:  # a band of one single activation is to be seen, too
            room.adjust(-_THINNEST / 2, 0, _THINNEST / 2, 0)
        painter.fillRect(room, self._color)
        if self._hatch is not None:
            painter.fillRect(room, self._hatch)
        painter.setPen(self._rim)
        painter.drawRect(room)


class CellsItem(_Filled):
    """A table of shares: the larger, the stronger the accent; with the percent written in, where there is room."""

    def __init__(self, layer: Cells, ink: Ink, font: Any) -> None:
        places = [(row, column) for row, shares in enumerate(layer.shares) for column in range(len(shares))]
        super().__init__([QRectF(column - 0.5, row - 0.5, 1, 1) for row, column in places])
        self._shares = [layer.shares[row][column] for row, column in places]
        self._ink, self._font = ink, font

    def _fill(self, painter: QPainter, number: int, room: QRectF) -> None:
        share, theme = self._shares[number], self._ink.theme
        ground = QColor(theme.window) if share is None else _between(theme.surface, theme.accent, _SHADE * share)
        painter.fillRect(room, ground)
        if share is None:
            painter.fillRect(room, QBrush(QColor(theme.line), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawRect(room)
        text = texts.NOT_KNOWN if share is None else f"{100 * share:.0f}"
        painter.setFont(self._font)
        if painter.fontMetrics().horizontalAdvance(text) + _ROOM <= room.width():
            painter.setPen(QColor("#10161f" if ground.lightness() > _LIGHT else "#ffffff"))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


def _between(one: str, other: str, part: float) -> QColor:
    """The color that lies so far from the one to the other."""
    a, b = QColor(one), QColor(other)
    ends = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(start + part * (end - start)) for start, end in ends))
