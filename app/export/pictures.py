"""The pictures of a report: stimuli and references, made small; a bad one is left out."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


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

    from app.pictures import decode_picture

    small = decode_picture(image)
    if small is None:
        return None
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    data = io.BytesIO()
    small.save(data, "JPEG", quality=80, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode("ascii")
