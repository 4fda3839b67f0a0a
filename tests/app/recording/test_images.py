"""Photographs as they come: upright, opaque, in colour; the unreadable ones counted and named."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.errors import Fault
from app.recording import images
from app.recording.images import Preprocessing, Unreadable, decode, load_pixels, scan_folder
from app.recording.torchvision_ import torchvision


def silent(done: int, total: int) -> None:
    assert 0 <= done <= total


def encoded(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def test_what_cannot_be_read_is_skipped_and_named(tmp_path: Path) -> None:
    good = encoded(Image.new("RGB", (40, 30), "red"))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "good.png").write_bytes(good)
    (tmp_path / "copy.png").write_bytes(good)
    (tmp_path / "cut.png").write_bytes(encoded(Image.effect_noise((90, 90), 50))[:2000])
    (tmp_path / "text.jpg").write_text("no image")
    (tmp_path / "notes.txt").write_text("not looked at")
    found = scan_folder(tmp_path, silent)
    assert [image.name for image in found.images] == ["b/good.png"]
    assert found.duplicates == ("copy.png",)
    assert [name for name, _ in found.skipped] == ["cut.png", "text.jpg"]
    assert all(reason and "BytesIO" not in reason for _, reason in found.skipped)


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="There are no images in"):
        scan_folder(tmp_path, silent)
    with pytest.raises(Fault, match="There is no folder"):
        scan_folder(tmp_path / "nowhere", silent)
    (tmp_path / "a.png").write_bytes(b"x")
    with pytest.raises(Fault, match=r"None of the 1 images .* a\.png"):
        scan_folder(tmp_path, silent)


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


def test_a_file_that_changed_since_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(Image.new("RGB", (40, 30), "red")))
    found = scan_folder(tmp_path, silent)
    (tmp_path / "a.png").write_bytes(encoded(Image.new("RGB", (40, 30), "blue")))
    with pytest.raises(Fault, match="has changed"):
        load_pixels(found, found.images[0], Preprocessing(20, 20, (0.5,), (0.5,), "bilinear"))


@pytest.mark.parametrize("size", [(341, 256), (97, 300), (64, 64)])
def test_preprocessing_is_torchvisions_own(size: tuple[int, int], tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    found = scan_folder(tmp_path, silent)
    ours = load_pixels(found, found.images[0], Preprocessing(72, 65, (0.5,), (0.5,), "bilinear"))
    transforms = torchvision.transforms
    theirs = transforms.Compose([transforms.Resize(72), transforms.CenterCrop(65)])(Image.fromarray(pixels))
    assert np.array_equal(ours, np.asarray(theirs))
