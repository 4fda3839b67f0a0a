"""How an image is made to fit: whole multiples of its pixels where there is room, smooth where there is not."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter


def fitted_size(image: QSize, room: QSizeF, ratio: float) -> QSize:
    """The size in device pixels, `ratio` of which make one unit of `room`."""
    wide, high = room.width() * ratio, room.height() * ratio
    whole = min(int(wide) // image.width(), int(high) // image.height())
    if whole >= 1:
        return image * whole
    scale = min(wide / image.width(), high / image.height())
    return QSize(max(1, int(image.width() * scale)), max(1, int(image.height() * scale)))


def filled_size(image: QSize, room: QSizeF, ratio: float) -> QSize:
    """Like `fitted_size`, but fills the room where whole multiples would waste much of it: below three times."""
    size = fitted_size(image, room, ratio)
    if size.width() >= 3 * image.width():
        return size
    return image.scaled((room * ratio).toSize(), Qt.AspectRatioMode.KeepAspectRatio)


def scaled(image: QImage, size: QSize, ratio: float) -> QImage:
    """The image at `size` device pixels: its pixels repeated for a whole multiple, smoothed otherwise."""
    whole = size.width() % image.width() == 0 and size.height() % image.height() == 0
    how = Qt.TransformationMode.FastTransformation if whole else Qt.TransformationMode.SmoothTransformation
    result = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, how) if size != image.size() else QImage(image)
    result.setDevicePixelRatio(ratio)
    return result


def draw_centred(painter: QPainter, image: QImage, room: QRectF) -> None:
    """Draw a scaled image in the middle of `room`, on whole device pixels."""
    ratio = image.devicePixelRatio()
    size = image.deviceIndependentSize()
    left = room.left() + (room.width() - size.width()) / 2
    top = room.top() + (room.height() - size.height()) / 2
    painter.drawImage(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), image)
