"""The legend of a chart: each sign and what it stands for, in as many lines as they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.findings.charts.chart import Key
from app.qt.results.chart_ink import Ink

_SIGN, _GAP, _BETWEEN, _ABOVE = 26, 7, 20, 4
_DOT = 4.5


class ChartLegend(QWidget):
    """Draws the keys of a chart; a screen reader reads them as one text."""

    def __init__(self, ink: Ink) -> None:
        super().__init__()
        self._ink = ink
        self._keys: tuple[Key, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_keys(self, keys: Sequence[Key], ink: Ink) -> None:
        """Draw these."""
        self._keys, self._ink = tuple(keys), ink
        self.setAccessibleName("; ".join(key.text for key in keys))
        self.setVisible(bool(keys))
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The narrower, the more lines."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger words need more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """As high as its lines: scroll areas do not ask for the height that goes with a width."""
        self.setFixedHeight(max((ceil(rect.bottom()) for _, rect in self._places(self.width())), default=0) + _ABOVE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw each sign, and its text beside it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for key, room in self._places(self.width()):
            self._draw_sign(painter, key, QRectF(room.left(), room.top() + 3, _SIGN, room.height() - 6))
            color = QColor(self._ink.theme.text)
            if isinstance(key.tone, int) and self._ink.fades(key.tone):
                color = QColor(self._ink.theme.muted)
            painter.setPen(color)
            beside = room.adjusted(_SIGN + _GAP, 0, 0, 0)
            cut = self.fontMetrics().elidedText(_line(key), Qt.TextElideMode.ElideRight, round(beside.width()))
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
        painter.end()

    def _places(self, width: int) -> Iterator[tuple[Key, QRectF]]:
        high = self.fontMetrics().height() + 2
        left, top = 0.0, 0.0
        for key in self._keys:
            wide = min(width, _SIGN + _GAP + self.fontMetrics().horizontalAdvance(_line(key)) + 2)
            if left and left + wide > width:
                left, top = 0.0, top + high + _ABOVE
            yield key, QRectF(left, top, wide, high)
            left += wide + _BETWEEN

    def _draw_sign(self, painter: QPainter, key: Key, room: QRectF) -> None:
        color, ground = self._ink.color(key.tone), QColor(self._ink.theme.surface)
        edge = QColor(self._ink.theme.text) if isinstance(key.tone, int) else color
        middle = room.center()
        if key.sign == "bar":
            painter.fillRect(room, color)
            hatch = self._ink.hatch(key.tone) if isinstance(key.tone, int) else None
            if hatch is not None:
                painter.fillRect(room, hatch)
            painter.setPen(QPen(QColor(self._ink.theme.line), 1))
            painter.drawRect(room)
        elif key.sign in ("line", "dashed"):
            style = Qt.PenStyle.DashLine if key.sign == "dashed" else Qt.PenStyle.SolidLine
            painter.setPen(QPen(color, 2, style))
            painter.drawLine(QPointF(room.left(), middle.y()), QPointF(room.right(), middle.y()))
        else:
            painter.setPen(QPen(edge, 1.4))
            painter.setBrush(color if key.filled else ground)
            _draw_dot(painter, key.sign, middle)


def _draw_dot(painter: QPainter, sign: str, at: QPointF) -> None:
    if sign == "circle":
        painter.drawEllipse(at, _DOT, _DOT)
    elif sign == "square":
        painter.drawRect(QRectF(at.x() - _DOT, at.y() - _DOT, 2 * _DOT, 2 * _DOT))
    else:
        far = _DOT * 1.3
        ends = ((0, -far), (far, 0), (0, far), (-far, 0))
        painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in ends]))


def _line(key: Key) -> str:
    return " ".join(key.text.split())
