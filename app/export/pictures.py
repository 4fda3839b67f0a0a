"""The pictures of a report: stimuli and references, made small, the field outlined; a bad one is left out."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from PIL import Image

Field = tuple[int, int, int, int]
"""(top, left, bottom, right) of a receptive field, in the picture's own pixels, bottom and right excluded."""

# From the field outwards: the white shows on a dark picture, its dark borders on a light one.
_OUTLINE = ("#202020", "#ffffff", "#ffffff", "#202020")


@dataclass(frozen=True, slots=True)
class StimulusPicture:
    """One stimulus for the quilt: its picture, and the share of its raters who gave each label."""

    id: str
    image: bytes
    activation: float
    stratum: int
    shares: Mapping[str, float]
    n_raters: int
    field: Field | None = None
    """To be outlined; None where the picture is the field itself."""
    mean: float | None = None
    """Of the labels, where they are numbers."""


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """One of the most or least activating examples that raters saw beside the stimuli; `rank` 1 is the extreme."""

    image: bytes
    activation: float
    role: Literal["most", "least"]
    rank: int
    field: Field | None = None
    """To be outlined; None where the picture is the field itself."""


def thumbnail(image: bytes, side: int, field: Field | None = None) -> str | None:
    """The picture at most `side` pixels wide and high as a JPEG data URI; None where it cannot be read.

    A `field` is outlined, but for one that is all of the picture.
    """
    from PIL import Image

    from app.pictures import decode_picture

    small = decode_picture(image)
    if small is None:
        return None
    size = small.size
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    if field is not None and field != (0, 0, size[1], size[0]):
        _outline(small, field, size)
    data = io.BytesIO()
    small.save(data, "JPEG", quality=80, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode("ascii")


def _outline(small: Image.Image, field: Field, size: tuple[int, int]) -> None:
    """Draw around the field, as far as there is room, so that none of it is hidden; `size` is the unshrunk one."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(small)
    wide, high = small.width / size[0], small.height / size[1]
    top, bottom = sorted(round(edge * high) for edge in field[::2])
    left, right = sorted(round(edge * wide) for edge in field[1::2])
    for step, colour in enumerate(_OUTLINE):
        inset = len(_OUTLINE) - 1 - step  # at the picture's edge the lines still lie side by side
        near = max(left - 1 - step, inset), max(top - 1 - step, inset)
        far = min(right + step, small.width - 1 - inset), min(bottom + step, small.height - 1 - inset)
        if near[0] <= far[0] and near[1] <= far[1]:
            draw.rectangle((near, far), outline=colour)
