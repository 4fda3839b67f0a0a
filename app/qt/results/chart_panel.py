"""One panel of a chart in a grid: title, words of its lines, axes, layers; and what lies where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGraphicsRectItem

from app.findings.charts.chart import Cells, Panel, Rule, Span
from app.qt.results.chart_axis import ChartAxis
from app.qt.results.chart_extent import Range, Target, bar_at, bin_at, targets_of, things_of
from app.qt.results.chart_ink import Ink
from app.qt.results.chart_layers import DOT, items_of
from app.qt.results.chart_words import LineWords, PanelHeading

_NEAR = 12.0
"""Pixels from a dot at which it is meant."""
_MARKS_ABOVE = 1000
_RING = DOT + 9
_GLOW = 55
_GUESSED_WIDTH, _AROUND = 300.0, 16.0
"""Pixels: of a panel that is not on screen yet, and what is free above and below one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the chart a panel stands, and which of its axes bear numbers."""

    row: int
    column: int
    left: bool
    bottom: bool
    height: float
    """Pixels of the whole row."""


class PanelView:
    """Draws a panel into four rows and two columns of a grid."""

    def __init__(
        self, panel: Panel, ranges: tuple[Range, Range], place: Place, ink: Ink, font: QFont, grid: pg.GraphicsLayout
    ) -> None:
        self.panel, self._ranges, self._ink = panel, ranges, ink
        self.targets = targets_of(panel)
        self._things = list(things_of(panel))
        self._rects: dict[str, QGraphicsRectItem] = {}
        self._ring: Any = None
        self.left: ChartAxis | None = None
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0.0)
        self._build(place, font, grid)
        for level, layer in enumerate(panel.layers):
            for item in items_of(layer, ink, font):
                item.setZValue(level)
                self.box.addItem(item, ignoreBounds=True)
        self._write_beside_levels(font)

    # ---- what lies where -----------------------------------------------------------------------------------------

    def holds(self, scene: QPointF) -> bool:
        """Whether the place lies in this panel."""
        return bool(self.box.sceneBoundingRect().contains(scene))

    def target_at(self, scene: QPointF) -> Target | None:
        """What is pointed at there: the nearest dot, else a bar or a cell, else the bin."""
        at = self.box.mapSceneToView(scene)
        near = [(self._away(thing, scene), thing) for thing in self._things]
        distance, dot = min(near, key=lambda pair: pair[0], default=(_NEAR, None))
        found = bin_at(self.panel, at.x())
        if dot is not None and distance < _NEAR and not dot.cell and not self._is_bar(dot):
            return Target(dot.x, dot.y, dot.says, found, dot.rater)
        for cell in self._things:
            if cell.cell and abs(cell.x - at.x()) <= 0.5 and abs(cell.y - at.y()) <= 0.5:
                return cell
        says = bar_at(self.panel, at.x(), at.y())
        return Target(at.x(), at.y(), says, found) if says or found is not None else None

    def place_of(self, target: Target) -> QPointF:
        """Where on the scene a target lies; that of a bin is in the middle of the panel."""
        y = sum(self._ranges[1]) / 2 if target.bin is not None and not target.rater else target.y
        return QPointF(self.box.mapViewToScene(QPointF(target.x, y)))

    @property
    def left_width(self) -> float:
        """Pixels that the left axis takes."""
        return float(self.left.minimumWidth()) if self.left is not None else 0.0

    # ---- marks -----------------------------------------------------------------------------------------------------

    def mark(self, target: Target | None) -> None:
        """Show which dot or cell is meant."""
        cell = QRectF(target.x - 0.5, target.y - 0.5, 1, 1) if target is not None and target.cell else None
        self._frame("cell", cell, glow=False)
        dot = target if target is not None and target in self._things and not target.cell else None
        if dot is not None and self._is_bar(dot):
            dot = None
        if self._ring is None and dot is not None:
            pen = pg.mkPen(self._ink.theme.accent, width=2)
            self._ring = pg.ScatterPlotItem(size=_RING, brush=None, pen=pen, antialias=True)
            self._ring.setZValue(_MARKS_ABOVE)
            self.box.addItem(self._ring, ignoreBounds=True)
        if self._ring is not None:
            self._ring.setData([dot.x] if dot is not None else [], [dot.y] if dot is not None else [])

    def mark_bin(self, name: str, place: Range | None) -> None:
        """Show which bin is meant ("pointed") or kept ("pinned"); None: none."""
        low, high = self._ranges[1]
        here = place if place in self.panel.bins else None
        rect = QRectF(here[0], low, here[1] - here[0], high - low) if here is not None else None
        self._frame(name, rect, glow=name == "pointed")

    def _frame(self, name: str, rect: QRectF | None, *, glow: bool) -> None:
        if name not in self._rects and rect is not None:
            color = QColor(self._ink.theme.accent)
            item = QGraphicsRectItem()
            item.setPen(pg.mkPen(color, width=1 if glow else 3))
            color.setAlpha(_GLOW if glow else 0)
            item.setBrush(color)
            item.setZValue(_MARKS_ABOVE)
            self.box.addItem(item, ignoreBounds=True)
            self._rects[name] = item
        if name in self._rects:
            self._rects[name].setVisible(rect is not None)
            if rect is not None:
                self._rects[name].setRect(rect)

    # ---- building --------------------------------------------------------------------------------------------------

    def _build(self, place: Place, font: QFont, grid: pg.GraphicsLayout) -> None:
        panel, theme, (x, y) = self.panel, self._ink.theme, self._ranges
        top, side = 4 * place.row, 2 * place.column
        above: list[Any] = []
        if panel.title:
            above.append(PanelHeading(panel.title, theme, font))
        words = [(at, word) for at, word in _words_on(panel, "x") if word]
        if words:
            above.append(LineWords(words, x, theme, font))
        for row, item in enumerate(above):
            grid.addItem(item, top + row, side + 1)
        cells = any(isinstance(layer, Cells) for layer in panel.layers)
        grid_lines = not cells and not panel.y.ticks
        # Squares show by themselves where they begin: an axis without words would only take time to be made.
        wanted_left, wanted_bottom = place.left or not cells, place.bottom or not cells
        bottom = ChartAxis(panel.x, "bottom", theme, font, numbers=place.bottom, grid=False) if wanted_bottom else None
        taken = sum(item.minimumHeight() for item in above)
        if bottom is not None:
            bottom.take_room(*x, _GUESSED_WIDTH)
            taken += bottom.minimumHeight()
        self.height = max(1.0, place.height - taken - _AROUND)
        if wanted_left:
            self.left = ChartAxis(panel.y, "left", theme, font, numbers=place.left, grid=grid_lines)
            self.left.take_room(*y, self.height)
        for axis, row, column in ((self.left, 2, 0), (bottom, 3, 1)):
            if axis is not None:
                grid.addItem(axis, top + row, side + column)
                axis.linkToView(self.box)
        grid.addItem(self.box, top + 2, side + 1)
        self.box.disableAutoRange()
        self.box.invertY(cells)
        self.box.setRange(xRange=x, yRange=y, padding=0)

    def _write_beside_levels(self, font: QFont) -> None:
        """The words of what lies across at one height, at its right end."""
        for at, word in _words_on(self.panel, "y"):
            if word:
                text = pg.TextItem(" ".join(word.split()), color=self._ink.theme.muted, anchor=(1, 1))
                text.setFont(font)
                text.setPos(self._ranges[0][1], at)
                text.setZValue(_MARKS_ABOVE - 1)
                self.box.addItem(text, ignoreBounds=True)

    def _away(self, thing: Target, scene: QPointF) -> float:
        away = self.box.mapViewToScene(QPointF(thing.x, thing.y)) - scene
        return float((away.x() ** 2 + away.y() ** 2) ** 0.5)

    def _is_bar(self, thing: Target) -> bool:
        return bar_at(self.panel, thing.x, thing.y) == thing.says


def _words_on(panel: Panel, side: str) -> list[tuple[float, str]]:
    found = []
    for layer in panel.layers:
        if isinstance(layer, Rule) and layer.on == side:
            found.append((layer.at, layer.word))
        elif isinstance(layer, Span) and layer.on == side:
            found.append(((layer.low + layer.high) / 2 if side == "x" else layer.high, layer.word))
    return found
