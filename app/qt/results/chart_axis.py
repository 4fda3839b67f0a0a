"""Axes with few, round numbers or with names, in words that fit the room there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, floor, inf, log10
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF

from app.findings.charts.chart import Axis
from app.qt.theme import Theme

_NAME_LETTERS = 22
"""A name beside the left axis is cut beyond so many average letters."""
_BROKEN_LETTERS = 7
"""A name below the bottom axis that is longer, and has several words, may need two lines."""
_STEPS = (1.0, 2.0, 5.0, 10.0)
_TICK, _GAP, _BETWEEN = 4, 3, 14
_LINES_APART = 1.9
"""Lines of text between two numbers beside the left axis, at least."""
_GRID = 70
_BELOW = -1000
"""Lines of the grid lie below all else; pyqtgraph puts its panels below 0."""


class ChartAxis(pg.AxisItem):  # type: ignore[misc]
    """One axis of a panel.

    Args:
        axis: what it shows.
        side: "left" or "bottom".
        numbers: whether it bears any; an inner axis that is shared does not.
        grid: whether its lines lead across the panel.
    """

    _made = False
    """Qt calls `resizeEvent` while this is still being made."""

    def __init__(self, axis: Axis, side: str, theme: Theme, font: QFont, *, numbers: bool, grid: bool) -> None:
        super().__init__(side, textPen=theme.muted, pen=theme.line, tickPen=theme.bars if grid else theme.line)
        self._axis, self._letters, self._color = axis, QFontMetricsF(font), theme.muted
        self._numbers = numbers
        self._tick = 0 if grid or axis.ticks else _TICK
        self._lines = 1
        self.setStyle(
            tickFont=font, tickLength=self._tick, showValues=numbers, tickTextOffset=_GAP, hideOverlappingLabels=False
        )
        self.enableAutoSIPrefix(False)
        self.label.setFont(font)
        if grid:
            self.setGrid(_GRID)
        self.setZValue(_BELOW)
        self._made = True

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Round numbers, as many as there is room for."""
        low, high = min(low, high), max(low, high)
        for step in _steps(high - low):
            first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
            values = [number * step for number in range(first, last + 1)]
            if len(values) < 2 or size * step / (high - low) >= self._apart(values, step):
                return [(step, values)]
        return []

    def tickStrings(self, values: Sequence[float], _scale: float, spacing: float) -> list[str]:
        """The numbers, all with the same decimals."""
        factor, sign = (100, "\N{NO-BREAK SPACE}%") if self._axis.percent else (1, "")
        decimals = max(0, -floor(log10(spacing * factor) + 1e-9))
        texts = (f"{value * factor:,.{decimals}f}" for value in values)
        zero = f"-{0:.{decimals}f}"
        return [(text.lstrip("-") if text == zero else text).replace("-", "\N{MINUS SIGN}") + sign for text in texts]

    def take_room(self, low: float, high: float, size: float) -> None:
        """Be as wide as the words beside a panel of `size` pixels are: before they are drawn, pyqtgraph guesses."""
        line = self._letters.height()
        if self.orientation == "left":
            self._lines = 1 if self._letters.horizontalAdvance(self._axis.name) <= size else 2
            name = line * self._lines + _GAP if self._named else 0.0
            self.setWidth(self._words_width(low, high, size) + name)
        else:
            self._lines = 2 if self._may_break else 1
            words = self._lines * line if self._numbers else 0.0
            self.setHeight(self._tick + words + _GAP + (line + _GAP if self._named else 0.0))
        self._fit_words(size)

    def boundingRect(self) -> QRectF:
        """With the halves of words that stick out at the ends; without them pyqtgraph would leave those words out."""
        out = self._letters.height() if self._made else 0.0
        across, up = (0.0, out) if self.orientation == "left" else (2 * out, 0.0)
        return QRectF(super().boundingRect().adjusted(-across, -up, across, up))

    def resizeEvent(self, event: Any = None) -> None:
        """Cut words that no longer fit, then put them where they belong."""
        if self._made:
            self._fit_words(self.size().height() if self.orientation == "left" else self.size().width())
        super().resizeEvent(event)

    @property
    def _named(self) -> bool:
        return self._numbers and bool(self._axis.name)

    @property
    def _may_break(self) -> bool:
        longest = _BROKEN_LETTERS * self._letters.averageCharWidth()
        return any(" " in name and self._letters.horizontalAdvance(name) > longest for _, name in self._axis.ticks)

    def _apart(self, values: Sequence[float], step: float) -> float:
        """Pixels from one of these numbers to the next, at least."""
        if self.orientation == "left":
            return _LINES_APART * self._letters.height()
        ends = self.tickStrings((values[0], values[-1]), 1.0, step)
        return max(map(self._letters.horizontalAdvance, ends)) + _BETWEEN

    def _fit_words(self, size: float) -> None:
        if self._named:
            self.setLabel("<br>".join(map(escape, self._name_lines(size))), color=self._color)
        if not self._axis.ticks or not self._numbers:
            if self._axis.ticks:
                self.setTicks([[(at, "") for at, _ in self._axis.ticks]])
            return
        if self.orientation == "left":
            room = _NAME_LETTERS * self._letters.averageCharWidth()
            self.setTicks([[(at, self._cut(name, room)) for at, name in self._axis.ticks]])
        else:
            room = max(1.0, size / len(self._axis.ticks))
            self.setTicks([[(at, "\n".join(self._broken(name, room))) for at, name in self._axis.ticks]])

    def _name_lines(self, size: float) -> list[str]:
        """The axis' name on one line, or on two where it is too long for the height."""
        return self._broken(self._axis.name, size) if self.orientation == "left" else [self._cut(self._axis.name, size)]

    def _broken(self, text: str, room: float) -> list[str]:
        """On one line, or on two where there is room for two; each cut where it is still too long."""
        parts = text.split()
        if self._lines < 2 or len(parts) < 2 or self._letters.horizontalAdvance(" ".join(parts)) <= room:
            return [self._cut(text, room)]
        ways = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
        best = min(ways, key=lambda way: max(map(self._letters.horizontalAdvance, way)))
        return [self._cut(line, room) for line in best]

    def _cut(self, text: str, room: float) -> str:
        return self._letters.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, room)

    def _words_width(self, low: float, high: float, size: float) -> float:
        """What the numbers or names take, with a gap on both sides."""
        if not self._numbers:
            return 1.0
        if self._axis.ticks:
            room = _NAME_LETTERS * self._letters.averageCharWidth()
            told = [self._cut(name, room) for _, name in self._axis.ticks]
        else:
            told = [
                text for step, values in self.tickValues(low, high, size) for text in self.tickStrings(values, 1, step)
            ]
        widest = max(map(self._letters.horizontalAdvance, told), default=0.0)
        return self._tick + widest + 3.0 * _GAP


def _steps(span: float) -> Iterator[float]:
    """Round numbers from a hundredth of the span up."""
    power = 10.0 ** floor(log10(span / 100)) if 0 < span < inf else 1.0
    while True:
        yield from (step * power for step in _STEPS[:-1])
        power *= 10
