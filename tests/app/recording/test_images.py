"""Photographs as they come: upright, opaque, in colour; the unreadable ones counted and named."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from app.recording import images
from app.recording.images import Preprocessing, Unreadable, decode, fit
from app.recording.torchvision_ import torchvision


def encoded(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def test_images_are_turned_upright() -> None:
    image = Image.new("RGB", (2, 1), "black")
    image.putpixel((1, 0), (255, 255, 255))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees, clockwise
    upright = decode(encoded(image, exif=exif))
    assert upright.size == (1, 2)
    assert upright.getpixel((0, 1)) == (255, 255, 255)


def test_transparency_is_laid_on_white() -> None:
    assert decode(encoded(Image.new("RGBA", (2, 2), (0, 0, 0, 0)))).getpixel((0, 0)) == (255, 255, 255)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    image = Image.fromarray(np.array([[0, 32896, 65535]], dtype=np.uint16))
    assert [decode(encoded(image)).getpixel((x, 0))[0] for x in range(3)] == [0, 128, 255]  # type: ignore[index]


@pytest.mark.parametrize("kind", ["float32", "int32"])
def test_pixels_of_32_bits_are_refused_rather_than_shown_black(kind: str) -> None:
    with pytest.raises(Unreadable, match="32 bits"):
        decode(encoded(Image.fromarray(np.full((3, 3), 1, dtype=kind)), "TIFF"))


def test_a_thread_of_an_image_is_not_used() -> None:
    with pytest.raises(Unreadable, match="1 x 50 pixels are too long and thin"):
        decode(encoded(Image.new("RGB", (1, 50))))


@pytest.mark.parametrize("mode", ["L", "CMYK", "1", "P"])
def test_every_mode_becomes_colour(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    assert decode(encoded(Image.new(mode, (3, 3)), kind)).mode == "RGB"


def test_a_gigantic_image_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 100)
    with pytest.raises(Unreadable, match="11 x 11 pixels are too many"):
        decode(encoded(Image.new("RGB", (11, 11))))


@pytest.mark.parametrize("size", [(341, 256), (97, 300), (64, 64)])
def test_preprocessing_is_torchvisions_own(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    ours = fit(Image.fromarray(pixels), Preprocessing(72, 65, (0.5,), (0.5,), "bilinear"))
    transforms = torchvision.transforms
    theirs = transforms.Compose([transforms.Resize(72), transforms.CenterCrop(65)])(Image.fromarray(pixels))
    assert np.array_equal(ours, np.asarray(theirs))
