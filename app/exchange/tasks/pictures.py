"""Pictures for other tools: written anew by one encoder, so that a file tells nothing but its pixels."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from app.errors import Fault
from app.pictures import decode_picture
from app.study.records import Reference

_CELL, _GAP, _CAPTION, _MOST = 112, 8, 20, 9
_HEADINGS = {"most": "Most activating", "least": "Least activating"}
_INK, _PAPER = (32, 32, 32), (255, 255, 255)


def as_png(data: bytes, what: str) -> bytes:
    """A picture of the study file as PNG.

    Raises:
        Fault: it is damaged; `what` names it.
    """
    return _encoded(_decoded(data, what))


def composed(references: Sequence[Reference]) -> bytes:
    """The examples of a unit in one picture as PNG: most activating above least, each over its activation."""
    rows = [(words, [one for one in references if one.role == role][:_MOST]) for role, words in _HEADINGS.items()]
    rows = [(words, shown) for words, shown in rows if shown]
    columns, height = max(len(shown) for _, shown in rows), _CELL + 2 * _CAPTION + _GAP
    picture = Image.new("RGB", (columns * (_CELL + _GAP) + _GAP, len(rows) * height + _GAP), _PAPER)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(14)
    for row, (words, shown) in enumerate(rows):
        top = _GAP + row * height
        draw.text((_GAP, top), words, _INK, font)
        for column, one in enumerate(shown):
            left = _GAP + column * (_CELL + _GAP)
            small = _fitted(_decoded(one.image, "an example"))
            picture.paste(small, (left + (_CELL - small.width) // 2, top + _CAPTION + (_CELL - small.height) // 2))
            below = (left + _CELL // 2, top + _CAPTION + _CELL + 2)
            draw.text(below, f"{one.activation:.2f}", _INK, font, anchor="ma")
    return _encoded(picture)


def _fitted(image: Image.Image) -> Image.Image:
    """As large as a cell; small ones grow by whole pixels."""
    scale = _CELL / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.NEAREST if scale > 2 else Image.Resampling.LANCZOS)


def _decoded(data: bytes, what: str) -> Image.Image:
    image = decode_picture(data)
    if image is None:
        raise Fault(f"A picture of the study cannot be read: {what}. Ask for a fresh copy of the study.")
    return image


def _encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()
