"""The stimulus, large, on a gray that is the same in every theme; it can be zoomed, and a heat map laid over it."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.qt.heat_map import OPACITY, heat_image
from app.qt.images import Picture
from app.qt.scaling import draw_centred, filled_size, scaled
from app.qt.texts import trial as texts
from app.study.records import HeatMap

SURROUND = QColor(128, 128, 128)
_MARGIN = 12
_LARGEST = 960.0
_MOST_TIMES = 20
"""Small crops are not blown up beyond these: larger squares of color are harder, not easier, to recognise."""
_SIZED_KEPT = 6
_ZOOM_STEP = 1.25
_MOST_ZOOM = 12.0
_SMOOTH_BELOW = 3.0
"""Zoomed in so far that each pixel covers these, pixels are shown as they are."""


class StimulusView(QWidget):
    """Draws one picture, and says when it was really on screen."""

    painted = Signal()
    """The picture handed over last is on screen, for the first time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(texts.STIMULUS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(180, 150)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._instead = texts.CANNOT_BE_SHOWN.format(key="0")
        self.zoom = 1.0
        """1: the picture fits."""
        self._picture: Picture = None
        self._has_picture = self._new = False
        self._heat: QImage | None = None
        self._sized: OrderedDict[tuple[int, int, int, float], QImage] = OrderedDict()
        self._dragged_from: QPointF | None = None
        self.clear()

    @property
    def shows_image(self) -> bool:
        """There is an image, and not words in its place."""
        return self._picture is not None

    @property
    def shows_heat(self) -> bool:
        """A heat map lies over the image."""
        return self._heat is not None

    @property
    def cannot_be_shown(self) -> str:
        """What stands in place of a picture that cannot be shown."""
        return self._instead

    @cannot_be_shown.setter
    def cannot_be_shown(self, words: str) -> None:
        self._instead = words
        self._say_what_is_missing()

    def _say_what_is_missing(self) -> None:
        missing = self._has_picture and self._picture is None
        self.setAccessibleDescription(self._instead if missing else "")
        self.update()

    def prepare(self, picture: Picture) -> None:
        """Have a picture at its size that is likely to come next: smoothing takes longer than painting."""
        if picture is not None:
            self._at_its_size(picture)

    def show_picture(self, picture: Picture) -> None:
        """Draw this picture, to fit; None where it cannot be shown."""
        self.clear()
        self._picture, self._has_picture, self._new = picture, True, True
        self._say_what_is_missing()

    def show_heat(self, heat: HeatMap | None) -> None:
        """Lay this heat map over the picture; None: take it away."""
        self._heat = heat_image(heat) if heat is not None else None
        self.update()

    def clear(self) -> None:
        """Draw only the gray, until there is a picture."""
        self._picture = None
        self._has_picture = self._new = False
        self._say_what_is_missing()
        self.show_heat(None)
        self.fit()

    def sizeHint(self) -> QSize:
        """Large; the layout gives what there is."""
        return QSize(560, 480)

    # ---- zooming -------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show all of the picture."""
        self.zoom, self._shift = 1.0, QPointF()
        self._dragged_from = None
        self.unsetCursor()
        self.update()

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        """So many steps closer, or away where they are negative; what is at this point, or in the middle, stays."""
        zoom = min(_MOST_ZOOM, max(1.0, self.zoom * _ZOOM_STEP**steps))
        if self._picture is None or zoom == self.zoom:
            return
        away = (at if at is not None else QRectF(self.rect()).center()) - QRectF(self.rect()).center()
        self._shift = away - (away - self._shift) * (zoom / self.zoom)
        self.zoom = zoom
        self._keep_inside()
        self.setCursor(Qt.CursorShape.OpenHandCursor) if zoom > 1 else self.unsetCursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self.zoom_by(event.angleDelta().y() / 120, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to drag, where there is more of the picture than is seen."""
        if self.zoom > 1 and event.button() == Qt.MouseButton.LeftButton:
            self._dragged_from = event.position() - self._shift

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        if self._dragged_from is not None:
            self._shift = event.position() - self._dragged_from
            self._keep_inside()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._dragged_from = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Back to all of the picture."""
        self.fit()

    def _keep_inside(self) -> None:
        """No farther than to the picture's edge, and in the middle where there is room for all of it."""
        if self._picture is not None:
            size = QSizeF(self._fitted(self._picture)) * (self.zoom / self.devicePixelRatioF())
            wide, high = (max(0.0, over) / 2 for over in (size.width() - self.width(), size.height() - self.height()))
            x, y = self._shift.x(), self._shift.y()
            self._shift = QPointF(min(wide, max(-wide, x)), min(high, max(-high, y)))
        self.update()

    # ---- painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, then say so."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), SURROUND)
        if self._picture is not None:
            self._paint_picture(painter, self._picture)
        elif self._has_picture:
            painter.setPen(QColor("white"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._instead)
        painter.end()
        if self._new:
            self._new = False
            self.painted.emit()

    def _paint_picture(self, painter: QPainter, picture: QImage) -> None:
        ratio, size = self.devicePixelRatioF(), self._fitted(picture)
        where = QRectF(QPointF(), QSizeF(size) * (self.zoom / ratio))
        where.moveCenter(QRectF(self.rect()).center() + self._shift)
        if self.zoom == 1:
            draw_centred(painter, self._at_its_size(picture), self._inner)
        else:
            smooth = size.width() * self.zoom < _SMOOTH_BELOW * picture.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(where, picture)
        if self._heat is not None:
            painter.setOpacity(OPACITY)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(where, self._heat)

    def _at_its_size(self, picture: QImage) -> QImage:
        ratio, size = self.devicePixelRatioF(), self._fitted(picture)
        key = (picture.cacheKey(), size.width(), size.height(), ratio)
        if key not in self._sized:
            self._sized[key] = scaled(picture, size, ratio)
            while len(self._sized) > _SIZED_KEPT:
                self._sized.popitem(last=False)
        return self._sized[key]

    @property
    def _inner(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)

    def _fitted(self, picture: QImage) -> QSize:
        """Its size in device pixels where all of it is shown."""
        room = self._inner.size().boundedTo(QSizeF(_LARGEST, _LARGEST))
        room = room.boundedTo(QSizeF(picture.size()) * _MOST_TIMES)
        return filled_size(picture.size(), room, self.devicePixelRatioF())
