"""Whatever an image file holds, it is decoded to upright RGB, or it is said why not; nothing else ever comes out."""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from app.recording.images import Unreadable, decode, upright_rgb

# pytest makes errors of all warnings; in the program those of Pillow about damage are ignored.
pytestmark = pytest.mark.filterwarnings("ignore:::PIL")

BYTES = np.random.default_rng(0).integers(0, 256, (6, 8, 4), dtype=np.uint8)
WORDS = np.array([[0, 1000, 32896, 65535]], dtype=np.uint16)
GRAYS = [0, 4, 128, 255]
"""The words as bytes."""


def encoded(image: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def pixels(data: bytes) -> NDArray[np.uint8]:
    image = decode(data)
    assert image.mode == "RGB"
    return np.asarray(image)


def on_white(alpha: NDArray[np.uint8], colour: NDArray[np.uint8]) -> NDArray[np.float64]:
    share = alpha[..., None] / 255
    return share * colour + (1 - share) * 255


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_transparent_colour_is_laid_on_white(kind: str) -> None:
    how = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    found = pixels(encoded(Image.fromarray(BYTES), kind, **how))
    assert np.abs(found - on_white(BYTES[..., 3], BYTES[..., :3])).max() <= 1


def test_transparent_gray_and_palettes_are_laid_on_white() -> None:
    gray, alpha = BYTES[..., 0], BYTES[..., 3]
    found = pixels(encoded(Image.fromarray(np.stack([gray, alpha], axis=2))))
    assert np.abs(found - on_white(alpha, np.repeat(gray[..., None], 3, axis=2))).max() <= 1
    palette = Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 40, 50, 60])
    palette.putpixel((1, 0), 1)
    for transparency in (0, bytes([0, 255])):
        for kind in ("PNG", "GIF") if isinstance(transparency, int) else ("PNG",):
            assert pixels(encoded(palette, kind, transparency=transparency)).tolist() == [[[255] * 3, [40, 50, 60]]]
    assert pixels(encoded(palette)).tolist() == [[[10, 20, 30], [40, 50, 60]]]
    colour = Image.fromarray(BYTES[..., :3])
    found = pixels(encoded(colour, transparency=colour.getpixel((0, 0))))
    assert found[0, 0].tolist() == [255] * 3
    assert np.array_equal(found[1:], BYTES[1:, :, :3])


@pytest.mark.parametrize(
    "data",
    [
        encoded(Image.fromarray(WORDS)),
        encoded(Image.fromarray(WORDS), "TIFF"),
        encoded(Image.fromarray(WORDS.astype(">u2")), "TIFF"),
        b"P5 4 1 65535\n" + WORDS.astype(">u2").tobytes(),
        b"P6 4 1 65535\n" + np.repeat(WORDS[..., None], 3, axis=2).astype(">u2").tobytes(),
    ],
    ids=["PNG", "TIFF", "TIFF big-endian", "PGM", "PPM"],
)
def test_sixteen_bits_are_scaled_to_eight(data: bytes) -> None:
    assert pixels(data).tolist() == [[[gray] * 3 for gray in GRAYS]]


def test_sixteen_bits_of_colour_lose_their_lower_half() -> None:
    # Pillow cannot write such a PNG, so it is put together here.
    rows = b"".join(b"\0" + row.tobytes() for row in np.repeat(WORDS[..., None], 3, axis=2).astype(">u2"))
    assert np.abs(pixels(png(rows, 4, 1, depth=16, colour=2))[0, :, 0].astype(int) - GRAYS).max() <= 1


def png(rows: bytes, width: int, height: int, depth: int, colour: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">2I5B", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_photograph_in_printers_colours_is_not_inverted() -> None:
    # Pillow writes CMYK as Adobe does: inverted, and marked so.
    flat = np.full((16, 16, 4), [0, 255, 255, 0], dtype=np.uint8)
    red = pixels(encoded(Image.fromarray(flat, "CMYK"), "JPEG", quality=95))
    assert np.abs(red.astype(int) - [255, 0, 0]).max() < 10


def test_a_tiff_in_video_colours_becomes_rgb() -> None:
    image = Image.new("RGB", (16, 16), (200, 60, 30))
    found = pixels(encoded(image.convert("YCbCr"), "TIFF"))
    assert np.abs(found.astype(int) - [200, 60, 30]).max() < 4


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "MPO"])
def test_of_several_frames_it_is_the_first(kind: str) -> None:
    first, second = Image.new("RGB", (16, 16), (250, 0, 0)), Image.new("RGB", (16, 16), (0, 0, 250))
    found = pixels(encoded(first, kind, save_all=True, append_images=[second]))
    assert found.shape == (16, 16, 3)
    assert np.abs(found.astype(int) - [250, 0, 0]).max() < 12


ORIENTED = Image.new("RGB", (16, 32), (0, 0, 0))
ORIENTED.paste((255, 255, 255), (0, 0, 8, 16))


def exif(orientation: int) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010F] = "Maker"
    found[0x011A] = 72.0
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(kind: str, orientation: int) -> None:
    # What a camera that was held so would have stored of the image.
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = ORIENTED.transpose(undo[orientation]) if orientation in undo else ORIENTED
    found = pixels(encoded(stored, kind, exif=exif(orientation)))
    assert found.shape == (32, 16, 3)
    assert np.abs(found.astype(int) - np.asarray(ORIENTED)).max() < 40


def test_a_photograph_whose_exif_is_damaged_is_used_and_upright() -> None:
    data = encoded(ORIENTED, "JPEG", exif=exif(6))
    # The maker's name is said to be a number: Pillow reads that without complaint, but fails to write it anew.
    name = struct.pack(">2H", 0x010F, 2)
    assert data.count(name) == 1
    damaged = data.replace(name, struct.pack(">2H", 0x010F, 1))
    assert pixels(damaged).shape == (16, 32, 3)


def test_an_ordinary_photograph_is_not_copied() -> None:
    image = Image.open(io.BytesIO(encoded(ORIENTED, "JPEG")))
    assert upright_rgb(image) is image


@pytest.mark.parametrize("kind", ["EPS", "PDF", "ICO", "PCX", "TGA", "SGI", "DDS"])
def test_formats_that_no_suffix_promises_are_not_opened(kind: str) -> None:
    with pytest.raises(Unreadable, match=r"^not an image$"):
        decode(encoded(Image.new("RGB", (16, 16)), kind))


def test_a_decompression_bomb_is_not_decoded() -> None:
    with pytest.raises(Unreadable, match="decompression bomb"):
        decode(png(b"", 30_000, 30_000, depth=8, colour=2))


SAMPLES = [
    *(encoded(Image.fromarray(BYTES), kind) for kind in ("PNG", "TIFF", "WEBP")),
    *(encoded(Image.fromarray(BYTES[..., :3]), kind) for kind in ("BMP", "PPM", "GIF")),
    encoded(Image.fromarray(BYTES[..., :3]), "JPEG", exif=exif(5)),
    encoded(Image.fromarray(BYTES[..., :3]), "TIFF", compression="tiff_lzw"),
    encoded(Image.fromarray(WORDS), "PNG"),
]


def rgb_or_a_reason(data: bytes) -> None:
    try:
        assert decode(data).mode == "RGB"
    except Unreadable as why:
        told = str(why)
    else:
        return
    assert told
    assert "BytesIO" not in told
    assert "\n" not in told


@given(st.sampled_from(SAMPLES), st.integers(0, 400), st.binary(max_size=4))
def test_a_damaged_image_is_decoded_or_it_is_said_why_not(data: bytes, at: int, other: bytes) -> None:
    rgb_or_a_reason(data[:at] + other + data[at + len(other) :])


@given(st.sampled_from(SAMPLES), st.integers(0, 400))
def test_a_truncated_image_is_decoded_or_it_is_said_why_not(data: bytes, kept: int) -> None:
    rgb_or_a_reason(data[:kept])


@given(st.binary(max_size=60))
def test_of_any_bytes_it_is_said_why_not(data: bytes) -> None:
    rgb_or_a_reason(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "PPM"])
def test_a_truncated_photograph_is_not_filled_up(kind: str) -> None:
    noise = Image.effect_noise((90, 90), 50).convert("RGB")
    data = encoded(noise, kind)
    with pytest.raises(Unreadable):
        decode(data[: len(data) // 2])


def test_threads_that_decode_leave_the_filters_of_warnings_alone() -> None:
    before = list(warnings.filters)
    together = threading.Barrier(4)

    def work(_: int) -> None:
        together.wait()
        for data in SAMPLES * 5:
            rgb_or_a_reason(data[:-9])
            decode(data)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert warnings.filters == before
