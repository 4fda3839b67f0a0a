"""Small pictures of stimuli, decoded in the worker when they come into view, and the outline of a receptive field."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, QSizeF, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from shiboken6 import isValid

from app.errors import Fault
from app.export import Field, StimulusPicture
from app.qt.background import Work
from app.qt.images import Picture, decode
from app.qt.scaling import filled_size, scaled

_AT_ONCE = 6
"""So many are decoded in one go: the worker has other things to do, too."""
_KEPT = 400
# The white shows on a dark picture, its dark borders on a light one.
_OUTLINE = ((4.0, "#202020"), (2.0, "#ffffff"))


@dataclass(frozen=True, slots=True)
class Small:
    """A picture at the size of a tile, or None in it where it cannot be shown."""

    picture: Picture


class Thumbnails(QObject):
    """Hands out small pictures; what is not there yet is decoded, and `arrived` says so.

    Only what was asked for since the last ones arrived is decoded: what has scrolled out of view is forgotten.
    """

    arrived = Signal()

    def __init__(self, work: Work, side: int, parent: QObject) -> None:
        super().__init__(parent)
        self._work, self._side = work, side
        self._kept: OrderedDict[tuple[str, float], Small] = OrderedDict()
        self._wanted: dict[tuple[str, float], StimulusPicture] = {}
        self._coming: frozenset[tuple[str, float]] = frozenset()

    def small(self, stimulus: StimulusPicture, ratio: float) -> Small | None:
        """The picture for a screen of `ratio` pixels to the unit; None where it is still to come."""
        key = (stimulus.id, ratio)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._coming:
            self._wanted[key] = stimulus
            if not self._coming:
                self._next()
        return self._kept.get(key)

    def forget(self) -> None:
        """These are no longer the stimuli."""
        self._kept.clear()
        self._wanted.clear()

    def _next(self) -> None:
        batch = dict(list(self._wanted.items())[:_AT_ONCE])
        self._wanted.clear()
        self._coming = frozenset(batch)
        side = self._side

        def decoded() -> dict[tuple[str, float], Small]:
            return {key: Small(_small(stimulus, side, key[1])) for key, stimulus in batch.items()}

        self._work(decoded, self._take)

    def _take(self, outcome: dict[tuple[str, float], Small] | Fault) -> None:
        if not isValid(self):
            return  # the page was left while they were decoded
        # What failed once would fail again, and nobody is to be told of it without end.
        self._kept.update(dict.fromkeys(self._coming, Small(None)) if isinstance(outcome, Fault) else outcome)
        self._coming = frozenset()
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        if self._wanted:
            self._next()
        self.arrived.emit()


def outlined(picture: Picture, field: Field | None) -> Picture:
    """The picture with the field outlined, but for a field that is all of it."""
    if picture is None or field is None:
        return picture
    return _outlined(picture.copy(), field, QSizeF(picture.size()))


def _small(stimulus: StimulusPicture, side: int, ratio: float) -> Picture:
    picture = decode(stimulus.image)
    if picture is None:
        return None
    small = scaled(picture, filled_size(picture.size(), QSizeF(side, side), ratio), ratio)
    return _outlined(small, stimulus.field, QSizeF(picture.size())) if stimulus.field is not None else small


def _outlined(image: QImage, field: Field, size: QSizeF) -> QImage:
    """Draw around the field; `size` is that of the picture before it was scaled."""
    top, left, bottom, right = field
    if (top, left) == (0, 0) and (bottom, right) == (size.height(), size.width()):
        return image
    shown = image.deviceIndependentSize()
    wide, high = shown.width() / size.width(), shown.height() / size.height()
    inside = QRectF(0, 0, shown.width(), shown.height()).adjusted(2, 2, -2, -2)
    # Around the field, so that none of it is hidden; where it touches the edge, along the edge.
    around = QRectF(left * wide, top * high, (right - left) * wide, (bottom - top) * high).adjusted(-2, -2, 2, 2)
    painter = QPainter(image)
    for width, color in _OUTLINE:
        painter.setPen(QPen(QColor(color), width))
        painter.drawRect(around & inside)
    painter.end()
    return image
