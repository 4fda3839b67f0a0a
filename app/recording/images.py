"""Images: decoded with care, and made into what the network sees."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

Pixels = NDArray[np.uint8]
"""(..., height, width, 3)."""
SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"})
DECODER = 2
"""Raised by one whenever `decode` or `fit` changes in a way that gives other pixels."""
# Those of the suffixes, and never EPS, for one: Pillow would start Ghostscript on it.
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM")
MAX_PIXELS = 200_000_000
"""An image with more is not decoded: with as many, it takes close to a gigabyte, and some kinds of pixels several."""
MAX_ASPECT = 20
"""A longer, thinner image is not used: scaled up to the network's short side, it would take gigabytes too."""

Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own limit, beyond twice of which it opens no image, would be lower
# Pillow warns of damage that it can live with. Said once for all threads, because `catch_warnings` is for one alone.
warnings.filterwarnings("ignore", module=r"PIL\.")


class Unreadable(Exception):  # noqa: N818 - a finding about one file, counted and named, that stops nothing
    """Why an image was skipped."""


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """From a photograph to the network's input: short side to `resize`, the centre `crop`, then (x - mean) / std."""

    resize: int
    crop: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    interpolation: Literal["nearest", "bilinear", "bicubic"]


def decode(data: bytes) -> Image.Image:
    """Decode an image to RGB, upright: EXIF orientation applied, transparency laid on white, 16 bits scaled to 8.

    Of an animation it is the first frame. Safe from several threads at once.

    Raises:
        Unreadable: it is no image of a known format, truncated, or larger than MAX_PIXELS.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise Unreadable(f"{image.width} x {image.height} pixels are too many")
        if max(image.size) > MAX_ASPECT * min(image.size):
            raise Unreadable(f"{image.width} x {image.height} pixels are too long and thin")
        image.load()
        return upright_rgb(image)
    except (Unreadable, MemoryError):  # the latter says nothing of the image
        raise
    except Exception as error:  # Pillow's plugins raise almost anything on damaged files
        raise Unreadable(reason(error)) from error


def upright_rgb(image: Image.Image) -> Image.Image:
    """The image in RGB, as `decode` gives it; the very same one where nothing is to be done.

    Raises:
        Unreadable: what its numbers mean cannot be known.
    """
    with contextlib.suppress(Exception):
        # The pixels are turned first; then the EXIF is written anew, which fails where it was damaged.
        ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode == "F" or (image.mode == "I" and image.format != "PPM"):  # Pillow gives 16 bits of a PGM as "I"
        raise Unreadable("it has 32 bits a pixel: save it with 8 or 16")
    if image.mode.startswith("I"):  # 16 bits: convert() would clip instead of scaling
        values = np.asarray(image).astype(np.uint32)
        return Image.fromarray(((values + 128) // 257).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def reason(error: Exception) -> str:
    """Why an image cannot be read, in one line that names no path of this machine."""
    if isinstance(error, UnidentifiedImageError):
        return "not an image"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return next(iter(str(error).splitlines()), f"damaged ({type(error).__name__})").rstrip(".")


def fit(image: Image.Image, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """Short side to `resize`, then the centre `crop`, with torchvision's rounding."""
    short = min(image.size)
    width, height = (preprocessing.resize * side // short for side in image.size)
    resized = image.resize((width, height), Image.Resampling[preprocessing.interpolation.upper()])
    left, top = (round((side - preprocessing.crop) / 2) for side in (width, height))
    box = (left, top, left + preprocessing.crop, top + preprocessing.crop)
    return np.asarray(resized.crop(box), dtype=np.uint8)
