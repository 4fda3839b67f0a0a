"""A line from one end of a rating to the other, with nothing on it until the rater puts it there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider

from app.qt.texts import trial as texts
from app.qt.theme import Theme
from app.study.records import SLIDER_TOP

_HIGH, _TRACK, _THUMB, _FOCUS = 44, 6, 11, 4
_BIG_STEP = 10


class RatingSlider(QSlider):
    """Its value means nothing before it `is_set`."""

    changed = Signal()
    """It was set, moved or emptied."""

    def __init__(self, low: str, high: str, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, SLIDER_TOP)
        self.setPageStep(_BIG_STEP)
        self.setAccessibleName(texts.SLIDER.format(low=low, high=high, top=SLIDER_TOP))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._theme = theme
        self.is_set = False
        self._right: tuple[int, int] | None = None
        self.empty()

    def empty(self) -> None:
        """Nothing is on the line, and nothing is marked."""
        self.is_set, self._right = False, None
        self.setEnabled(True)
        self.setSliderPosition(0)
        self._tell()

    def put(self, value: int) -> None:
        """Set it to this value, or the nearest there is."""
        self.is_set = True
        self.setSliderPosition(value)
        self._tell()

    def step(self, by: int, *, big: bool = False) -> None:
        """Move it; the first step puts it in the middle."""
        self.put(self.value() + by * (_BIG_STEP if big else 1) if self.is_set else SLIDER_TOP // 2)

    def show_outcome(self, given: int | None, right: tuple[int, int] | None) -> None:
        """The answer is given for good: where it was, and from where to where it would be right."""
        self.setEnabled(False)
        self._right = right
        if given is not None:
            self.put(given)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self._theme = theme
        self.update()

    def _tell(self) -> None:
        said = texts.SET_TO.format(value=self.value()) if self.is_set else texts.NOT_SET
        self.setAccessibleDescription(said)
        self.update()
        self.changed.emit()

    # ---- mouse and keys ------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put it where the pointer is."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.put(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.put(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It is where it is."""
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A turn of the wheel is too easy a slip to be an answer."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page keys move it by ten, Home and End to its ends; every other key is the page's."""
        key = event.key()
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.step(1 if key == Qt.Key.Key_PageUp else -1, big=True)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.put(0 if key == Qt.Key.Key_Home else SLIDER_TOP)
        else:
            event.ignore()

    # ---- the look ------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(300, _HIGH)

    def minimumSizeHint(self) -> QSize:
        """Still good to aim at."""
        return QSize(160, _HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line, what is right where that is told, and the thumb once it is there."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_focus(painter)
        self._bar(painter, 0, SLIDER_TOP, _TRACK, QColor(theme.muted))
        if self._right is not None:
            self._bar(painter, *self._right, 3 * _TRACK, QColor(theme.text))
        if self.is_set:
            painter.setPen(QPen(QColor(theme.surface), 2))
            painter.setBrush(QColor(theme.accent))
            painter.drawEllipse(QPointF(self._x_of(self.value()), self.height() / 2), _THUMB, _THUMB)
        painter.end()

    def _paint_focus(self, painter: QPainter) -> None:
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _FOCUS, _FOCUS)

    def _bar(self, painter: QPainter, low: int, high: int, thick: int, color: QColor) -> None:
        left, right = self._x_of(low), self._x_of(high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(left, (self.height() - thick) / 2, right - left, thick), 3, 3)

    @property
    def _room(self) -> float:
        return max(1.0, self.width() - 2.0 * (_THUMB + _FOCUS))

    def _x_of(self, value: int) -> float:
        return _THUMB + _FOCUS + self._room * value / SLIDER_TOP

    def _value_at(self, x: float) -> int:
        return round((x - _THUMB - _FOCUS) / self._room * SLIDER_TOP)
