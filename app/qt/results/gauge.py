"""A card's own small picture: a line with the value on it, its interval, chance and the noise ceiling."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.findings.cards import Card
from app.qt.texts import results as texts
from app.qt.theme import Theme

_SIDE, _TRACK, _DOT, _BAND = 8, 6, 7, 9
"""Left and right of the line; how thick it is; how wide half of the dot is; how high half of the band is."""
_GAP = 8
"""Between two words."""


class Gauge(QWidget):
    """Draws what the card says of places between 0 and 100; a screen reader hears the card's words."""

    def __init__(self, card: Card, theme: Theme) -> None:
        super().__init__()
        self._card, self._theme = card, theme
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(card.heading)
        told = texts.GAUGE.format(value=card.value or texts.NO_NUMBER, interval=card.interval).strip()
        self.setAccessibleDescription(f"{told}. {card.supports}".strip())

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """The line, the band's word above it, and two rows of words below."""
        line = self.fontMetrics().height()
        return QSize(160, self._middle + _BAND + 2 + 2 * line)

    def minimumSizeHint(self) -> QSize:
        """Narrower it cannot be read."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Line, ceiling, interval, marks, value: the later above the earlier."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_track(painter)
        self._draw_band(painter)
        self._draw_interval(painter)
        self._draw_marks(painter)
        self._draw_value(painter)

    @property
    def _middle(self) -> int:
        return _BAND + 2 + (self.fontMetrics().height() if self._card.band_word else 0)

    def _x(self, at: float) -> float:
        return _SIDE + min(100.0, max(0.0, at)) / 100 * (self.width() - 2 * _SIDE)

    def _bar(self, low: float, high: float, half: float) -> QRectF:
        return QRectF(self._x(low), self._middle - half, max(2.0, self._x(high) - self._x(low)), 2 * half)

    def _draw_track(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.line))
        painter.drawRoundedRect(self._bar(0, 100, _TRACK / 2), _TRACK / 2, _TRACK / 2)

    def _draw_band(self, painter: QPainter) -> None:
        """The noise ceiling, hatched: color alone would not tell it from the interval."""
        card = self._card
        if card.band is None:
            return
        room = self._bar(*card.band, _BAND)
        painter.setPen(QPen(QColor(self._theme.muted), 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRect(room)
        painter.setBrush(_hatched(self._theme.muted))
        painter.drawRect(room)
        if card.band_word:
            width = self.fontMetrics().horizontalAdvance(card.band_word)
            left = min(max(0.0, room.center().x() - width / 2), self.width() - width - 2.0)
            self._write(painter, card.band_word, left, 0.0)

    def _draw_interval(self, painter: QPainter) -> None:
        card = self._card
        if card.low is not None and card.high is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.accent))
            painter.drawRect(self._bar(card.low, card.high, _TRACK / 2))

    def _draw_marks(self, painter: QPainter) -> None:
        """Where chance and the like lie, and what the ends are; in the second row where two words would touch."""
        painter.setPen(QPen(QColor(self._theme.text), 2))
        for at, _ in self._card.marks:
            x = self._x(at)
            painter.drawLine(QPointF(x, self._middle - _DOT), QPointF(x, self._middle + _DOT))
        first, last = self._card.ends
        named = [*self._card.marks, *((at, word) for at, word in ((0.0, first), (100.0, last)) if word)]
        metrics = self.fontMetrics()
        taken = [-1.0 * _GAP, -1.0 * _GAP]
        for at, word in sorted(named):
            width = metrics.horizontalAdvance(word)
            left = min(max(0.0, self._x(at) - width / 2), self.width() - width - 2.0)
            row = 0 if left >= taken[0] + _GAP else 1
            taken[row] = left + width
            self._write(painter, word, left, self._middle + _BAND + 2 + row * metrics.height())

    def _write(self, painter: QPainter, word: str, left: float, top: float) -> None:
        painter.setPen(QColor(self._theme.muted))
        metrics = self.fontMetrics()
        room = QRectF(left, top, metrics.horizontalAdvance(word) + 2.0, metrics.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, word)

    def _draw_value(self, painter: QPainter) -> None:
        if self._card.at is not None:
            painter.setPen(QPen(QColor(self._theme.surface), 2))
            painter.setBrush(QColor(self._theme.accent))
            painter.drawEllipse(QPointF(self._x(self._card.at), self._middle), _DOT, _DOT)


def _hatched(color: str) -> QBrush:
    return QBrush(QColor(color), Qt.BrushStyle.BDiagPattern)
