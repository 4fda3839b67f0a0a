"""Images for the page: read, decoded with care, and ahead of time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable

from PySide6.QtGui import QImage

from app.errors import Fault
from app.pictures import decode_picture
from app.qt.background import Work

_KEPT = 8

Picture = QImage | None
"""A decoded image, or None where it cannot be shown."""


def decode(data: bytes) -> Picture:
    """Decode an image that may come from anybody; None where it is damaged, too large or of no known format."""
    image = decode_picture(data)
    if image is None:
        return None
    # copy(): QImage would otherwise look into bytes that Python is about to let go of.
    return QImage(image.tobytes(), *image.size, 3 * image.width, QImage.Format.Format_RGB888).copy()


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
