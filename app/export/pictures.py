"""The pictures of a report: stimuli and references, made small.

Their bytes may come from anywhere, so only plain picture formats are read, and a bad one is left out.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# Never EPS: Pillow would start Ghostscript on it.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM")
_MOST_PIXELS = 50_000_000
_GROUND = (128, 128, 128)


@dataclass(frozen=True, slots=True)
class StimulusPicture:
    """One stimulus for the quilt: its picture, and the share of its raters who gave each label."""

    id: str
    image: bytes
    activation: float
    stratum: int
    shares: Mapping[str, float]
    n_raters: int


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """One of the most or least activating examples that raters saw beside the stimuli; `rank` 1 is the extreme."""

    image: bytes
    activation: float
    role: Literal["most", "least"]
    rank: int


def thumbnail(image: bytes, side: int) -> str | None:
    """The picture at most `side` pixels wide and high as a JPEG data URI; None where it cannot be read."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(image), formats=_FORMATS) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    return None
                opened.draft("RGB", (side, side))
                small = opened.convert("RGBA")
    # A damaged or hostile picture raises nearly anything: OSError, SyntaxError, struct.error, ValueError, ...
    except Exception:
        return None
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    flat = Image.new("RGB", small.size, _GROUND)
    flat.paste(small, mask=small.getchannel("A"))
    data = io.BytesIO()
    flat.save(data, "JPEG", quality=80, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode("ascii")
