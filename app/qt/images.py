"""Images for the page: read, decoded with care, and ahead of time."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable, Iterable

from PIL import Image
from PySide6.QtGui import QImage

from app.errors import Fault
from app.qt.background import Work

MOST_PIXELS_A_SIDE = 4096
_FORMATS = ("PNG", "JPEG", "WEBP")
_GRAY = (128, 128, 128, 255)
_KEPT = 8

Picture = QImage | None
"""A decoded image, or None where it cannot be shown."""


def decode(data: bytes) -> Picture:
    """Decode an image that may come from anybody; None where it is damaged, too large or of no known format."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
            if max(opened.size) > MOST_PIXELS_A_SIDE:
                return None
            image = opened.convert("RGBA")
    except Exception:  # a decoder fed with anything may raise anything: none of it may end a session
        return None
    on_gray = Image.alpha_composite(Image.new("RGBA", image.size, _GRAY), image)
    # copy(): QImage would otherwise look into bytes that Python is about to let go of.
    return QImage(on_gray.tobytes(), *on_gray.size, 4 * on_gray.width, QImage.Format.Format_RGBA8888).copy()


class Images:
    """The stimuli's images by stimulus id. Used from the window's thread; decoding happens in `work`."""

    def __init__(self, read: Callable[[str], bytes], work: Work) -> None:
        self._read = read
        self._work = work
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._wanted: dict[str, list[Callable[[Picture], None]]] = {}

    def want(self, stimulus: str, then: Callable[[Picture], None]) -> None:
        """Hand the picture to `then`: at once where it is decoded already."""
        if stimulus in self._kept:
            self._kept.move_to_end(stimulus)
            then(self._kept[stimulus])
        elif stimulus in self._wanted:
            self._wanted[stimulus].append(then)
        else:
            self._wanted[stimulus] = [then]
            self._work(lambda: decode(self._read(stimulus)), lambda outcome: self._arrived(stimulus, outcome))

    def ahead(self, stimuli: Iterable[str]) -> None:
        """Decode these too, for later."""
        for stimulus in stimuli:
            self.want(stimulus, lambda picture: None)

    def _arrived(self, stimulus: str, outcome: Picture | Fault) -> None:
        picture = None if isinstance(outcome, Fault) else outcome
        if not isinstance(outcome, Fault):  # a fault of reading may pass: it is not kept
            self._kept[stimulus] = picture
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        for then in self._wanted.pop(stimulus):
            then(picture)
