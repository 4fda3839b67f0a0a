"""From the layers of a panel to what pyqtgraph draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont

from app.findings.charts.chart import Band, Bars, Cells, Dots, Layer, Line, Rule, Span
from app.qt.results.chart_ink import Ink
from app.qt.results.chart_items import BarsItem, CellsItem

_SYMBOLS = {"circle": "o", "diamond": "d", "square": "s"}
DOT = 9
"""Pixels across."""
_BAND, _SPAN = 60, 40
"""Opacity, of 255."""


def items_of(layer: Layer, ink: Ink, font: QFont) -> list[Any]:
    """What draws a layer, the lowest first."""
    match layer:
        case Bars():
            return [BarsItem(layer, ink)]
        case Cells():
            return [CellsItem(layer, ink, font)]
        case Dots():
            return _dots(layer, ink)
        case Line():
            return [_line(layer, ink)]
        case Band():
            return [_band(layer, ink)]
        case Span():
            return [_span(layer, ink)]
        case Rule():
            return [_rule(layer, ink)]


def _line(layer: Line, ink: Ink) -> Any:
    style = Qt.PenStyle.DashLine if layer.dashed else Qt.PenStyle.SolidLine
    pen = pg.mkPen(ink.color(layer.tone), width=2, style=style)
    return pg.PlotCurveItem(list(layer.x), list(layer.y), pen=pen, antialias=True)


def _band(layer: Band, ink: Ink) -> Any:
    color = ink.color(layer.tone)
    color.setAlpha(_BAND)
    ends = [pg.PlotCurveItem(list(layer.x), list(values), pen=None) for values in (layer.low, layer.high)]
    return pg.FillBetweenItem(*ends, brush=color)


def _span(layer: Span, ink: Ink) -> Any:
    color = ink.color("accent")
    edge = pg.mkPen(color, width=1)
    fill = QColor(color)
    fill.setAlpha(_SPAN)
    way = "vertical" if layer.on == "x" else "horizontal"
    return pg.LinearRegionItem((layer.low, layer.high), way, brush=fill, pen=edge, movable=False)


def _rule(layer: Rule, ink: Ink) -> Any:
    style = Qt.PenStyle.DashLine if layer.dashed else Qt.PenStyle.SolidLine
    color = ink.color(layer.tone) if layer.tone != "ink" else QColor(ink.theme.muted)
    return pg.InfiniteLine(layer.at, 90 if layer.on == "x" else 0, pen=pg.mkPen(color, width=1, style=style))


def _dots(layer: Dots, ink: Ink) -> list[Any]:
    """The intervals with a rim, or they would drown in a dark bar; then the line from dot to dot; then the dots."""
    items: list[Any] = []
    color, ground = ink.color(layer.tone), QColor(ink.theme.surface)
    edge = QColor(ink.theme.text) if isinstance(layer.tone, int) else color
    reach = [dot for dot in layer.dots if dot.low is not None and dot.high is not None]
    if reach:
        ends = np.array([(dot.low, dot.high) for dot in reach], dtype=float).ravel()
        fixed = np.repeat([dot.y if layer.along == "x" else dot.x for dot in reach], 2)
        places = (ends, fixed) if layer.along == "x" else (fixed, ends)
        items += [
            pg.PlotCurveItem(*places, connect="pairs", pen=pg.mkPen(shade, width=width), antialias=False)
            for shade, width in ((ground, 3.5), (edge, 1.5))
        ]
    if layer.joined and len(layer.dots) > 1:
        x, y = [dot.x for dot in layer.dots], [dot.y for dot in layer.dots]
        items.append(pg.PlotCurveItem(x, y, pen=pg.mkPen(edge, width=1.3), antialias=True))
    if layer.dots:
        items.append(
            pg.ScatterPlotItem(
                x=[dot.x for dot in layer.dots],
                y=[dot.y for dot in layer.dots],
                symbol=_SYMBOLS[layer.shape],
                size=DOT,
                brush=color if layer.filled else ground,
                pen=pg.mkPen(edge, width=1.4),
                antialias=True,
            )
        )
    return items
