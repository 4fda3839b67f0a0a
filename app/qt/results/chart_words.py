"""Words above a panel: its heading, and those of the lines across it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from app.qt.theme import Theme

_GAP = 6


class PanelHeading(pg.GraphicsWidget):  # type: ignore[misc]
    """The heading of a panel, on one line, cut where there is no room."""

    def __init__(self, text: str, theme: Theme, font: QFont) -> None:
        super().__init__()
        self._text, self._color = " ".join(text.split()), QColor(theme.text)
        self._font = QFont(font)
        self._font.setWeight(QFont.Weight.DemiBold)
        self.setFixedHeight(QFontMetricsF(self._font).height() + 4)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw it over the middle of the panel."""
        painter.setFont(self._font)
        painter.setPen(self._color)
        cut = painter.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, round(self.size().width()))
        painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, cut)


class LineWords(pg.GraphicsWidget):  # type: ignore[misc]
    """The words of the lines across a panel, above it, each beside its line and clear of the others.

    Args:
        words: the place of each line on the x axis, and its word.
        span: from where to where the x axis runs.
    """

    def __init__(
        self, words: Sequence[tuple[float, str]], span: tuple[float, float], theme: Theme, font: QFont
    ) -> None:
        super().__init__()
        self._words, self._span, self._font = sorted(words), span, font
        self._color = QColor(theme.muted)
        self._line = QFontMetricsF(font).height()
        self._lines = min(2, len(self._words))
        self.setFixedHeight(self._line * self._lines + 2)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw each word on the lowest line where it is clear of the last; where there is none, leave it out."""
        painter.setFont(self._font)
        painter.setPen(self._color)
        measure, size = QFontMetricsF(self._font), self.size()
        ends = [-1.0] * self._lines
        low, high = self._span
        for at, text in self._words:
            word = measure.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, size.width())
            wide = measure.horizontalAdvance(word)
            left = max(0.0, min((at - low) / (high - low) * size.width() - wide / 2, size.width() - wide))
            line = next((number for number, end in enumerate(ends) if left > end), None)
            if line is not None:
                ends[line] = left + wide + _GAP
                top = size.height() - (line + 1) * self._line
                painter.drawText(QRectF(left, top, wide + 1, self._line), 0, word)
