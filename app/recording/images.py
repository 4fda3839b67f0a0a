"""A folder of images: found, decoded with care, and made into what the network sees."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.errors import Fault

SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff", ".webp"})
MAX_PIXELS = 100_000_000
"""An image with more is not decoded: it would take gigabytes."""
MAX_ASPECT = 20
"""A longer, thinner image is not used: scaled up to the network's short side, it would take gigabytes too."""


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


@dataclass(frozen=True, slots=True)
class ImageFile:
    """One image: its path relative to the folder, and the hash of its bytes, which is its identity."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ImageFolder:
    """The images of a folder tree, each once, in the order of their hashes."""

    root: Path
    images: tuple[ImageFile, ...]
    duplicates: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    """(name, reason) of each file that looked like an image and could not be read."""


def scan_folder(root: Path, progress: Callable[[int, int], None]) -> ImageFolder:
    """Find all images below `root`, decode each once to see that it can be, and drop duplicates.

    Raises:
        Fault: there is no such folder, or no readable image in it.
    """
    if not root.is_dir():
        raise Fault(f"There is no folder {root}.")
    paths = sorted(path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not paths:
        raise Fault(f"There are no images in {root} (looked for {', '.join(sorted(SUFFIXES))}).")
    first: dict[str, str] = {}
    duplicates, skipped = [], []
    for done, path in enumerate(paths, 1):
        name = path.relative_to(root).as_posix()
        try:
            data = _read_bytes(path)
            decode(data)
        except Unreadable as found:
            skipped.append((name, str(found)))
        else:
            digest = hashlib.sha256(data).hexdigest()
            if digest in first:
                duplicates.append(name)
            else:
                first[digest] = name
        progress(done, len(paths))
    if not first:
        name, reason = skipped[0]
        raise Fault(f"None of the {len(paths)} images in {root} can be read; {name}, for one: {reason}.")
    images = tuple(ImageFile(name, digest) for digest, name in sorted(first.items()))
    return ImageFolder(root, images, tuple(duplicates), tuple(skipped))


def load_pixels(folder: ImageFolder, image: ImageFile, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """The pixels that the network sees, before normalisation: (crop, crop, 3).

    Raises:
        Fault: the file has changed since the folder was scanned.
    """
    path = folder.root / image.name
    try:
        data = _read_bytes(path)
        if hashlib.sha256(data).hexdigest() != image.sha256:
            raise Unreadable("its bytes are not what they were")
        return _fit(decode(data), preprocessing)
    except Unreadable as reason:
        raise Fault(f"{path} has changed while it was being recorded: {reason}. Start again.") from reason


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from error


def decode(data: bytes) -> Image.Image:
    """Decode an image to RGB, upright: EXIF orientation applied, transparency laid on white, 16 bits scaled to 8.

    Raises:
        Unreadable: it is no image, truncated, or larger than MAX_PIXELS.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of damage that it can live with
            image = Image.open(io.BytesIO(data))
            if image.width * image.height > MAX_PIXELS:
                raise Unreadable(f"{image.width} x {image.height} pixels are too many")
            if max(image.size) > MAX_ASPECT * min(image.size):
                raise Unreadable(f"{image.width} x {image.height} pixels are too long and thin")
            image.load()
            return _to_rgb(ImageOps.exif_transpose(image))
    except Unreadable:
        raise
    except Exception as error:  # Pillow's plugins raise almost anything on damaged files
        raise Unreadable(_first_line(error)) from error


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("F", "I"):
        raise Unreadable("it has 32 bits a pixel: save it with 8 or 16")
    if image.mode.startswith("I"):  # 16 bits: convert() would clip instead of scaling
        return Image.fromarray((np.asarray(image).clip(0, 65535) / 257).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def _first_line(error: Exception) -> str:
    text = str(error).splitlines()
    # Pillow names the buffer that it was given, which says nothing to anybody.
    return "not an image" if not text or "BytesIO" in text[0] else text[0]


def _fit(image: Image.Image, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """Short side to `resize`, then the centre `crop`, with torchvision's rounding."""
    short = min(image.size)
    width, height = (preprocessing.resize * side // short for side in image.size)
    resized = image.resize((width, height), Image.Resampling[preprocessing.interpolation.upper()])
    left, top = (round((side - preprocessing.crop) / 2) for side in (width, height))
    box = (left, top, left + preprocessing.crop, top + preprocessing.crop)
    return np.asarray(resized.crop(box), dtype=np.uint8)
