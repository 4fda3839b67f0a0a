"""Images for the page, decoded with care."""

from __future__ import annotations

from PySide6.QtGui import QImage

from app.pictures import MOST_PIXELS_A_SIDE, decode_picture

Picture = QImage | None
"""A decoded image, or None where it cannot be shown."""


def decode(data: bytes, most: int = MOST_PIXELS_A_SIDE) -> Picture:
    """Decode an image that may come from anybody; None where it is damaged, too large or of no known format."""
    image = decode_picture(data, most)
    if image is None:
        return None
    # Converted where it is decoded, to the format of the screen: that copies it out of Python's bytes, and painting it
    # is then no more than a copy.
    pixels = QImage(image.tobytes(), *image.size, 3 * image.width, QImage.Format.Format_RGB888)
    return pixels.convertToFormat(QImage.Format.Format_RGB32)
