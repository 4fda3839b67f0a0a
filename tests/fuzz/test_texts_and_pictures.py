"""Descriptions, tables, pictures and settings from anybody: taken, or refused in words; never anything else."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import fuzzing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.building.asking import _png
from app.errors import Fault, plain
from app.pictures import decode_picture
from app.recording.images import MAX_PIXELS, Unreadable, decode
from app.recording.sources import list_source
from app.study.file import StudyFile
from app.study_toml import read_study_toml
from app.tables import judgement_columns, read_stimuli

KEPT = [(kind, path) for kind in fuzzing.KINDS for path in sorted((fuzzing.CORPUS / kind).iterdir())]
TAKEN = {
    "absolute-path.toml", "bom-and-crlf.toml", "path-that-goes-up.toml",  # what is there is looked at when it is built
    "judgements.csv", "ratings.csv", "stimuli.csv", "bom.csv", "nul.csv", "formula.csv",
    "only-returns.csv", "whole.json", "twice.json",
}  # fmt: skip
"""Of the kept files, those in which there is nothing to refuse."""


@pytest.mark.parametrize(("kind", "path"), KEPT, ids=[f"{kind}-{path.stem}" for kind, path in KEPT])
def test_the_corpus(kind: str, path: Path, tmp_path: Path) -> None:
    said = fuzzing.KINDS[kind][2](path.read_bytes(), tmp_path)
    assert (said is None) == (path.name in TAKEN or kind == "settings"), said
    assert said is None or plain(said) == said


@pytest.mark.parametrize("kind", [kind for kind in fuzzing.KINDS if kind != "settings"])
def test_altered_files(kind: str, tmp_path: Path) -> None:
    seeds, tokens, check = fuzzing.KINDS[kind]

    @given(seed=st.sampled_from(seeds()), edits=fuzzing.edits(tokens))
    @settings(fuzzing.STEADY, max_examples=60 if kind == "toml" else 150)
    def take(seed: bytes, edits: list[fuzzing.Edit]) -> None:
        check(fuzzing.edited(seed, edits), tmp_path)

    take()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "blind", "unit"]), inner),
    max_leaves=6,
)


@given(
    values=st.dictionaries(
        st.sampled_from(["title", "claim", "model", "unit", "units", "rubric", "session", "seed"]), VALUES
    )
)
@settings(fuzzing.STEADY, max_examples=60)
def test_any_values_in_a_description(values: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
    assert fuzzing.toml(text.encode(errors="replace"), tmp_path_factory.getbasetemp()) is not None


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'
    return "''" if value is None else str(value).lower()


# ---- what is no file ---------------------------------------------------------------------------------------------

READERS: dict[str, Callable[[Path], object]] = {
    "description": read_study_toml,
    "judgements": judgement_columns,
    "stimuli": read_stimuli,
    "study": StudyFile.open,
    "picture of a category": _png,
    "list of images": list_source,
}


@pytest.mark.parametrize("what", ["pipe", "device", "folder", "nothing", "loop", "far too large"])
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_ordinary_file_is_refused(tmp_path: Path, reader: str, what: str) -> None:
    """A pipe would wait for ever, and a device never ends."""
    path = tmp_path / "named"
    if what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    elif what == "loop":
        path.symlink_to(path)
    elif what == "far too large":
        with path.open("wb") as file:
            file.truncate(10**12)  # of which nothing is on the disk
    elif what == "device":
        path = Path("/dev/zero")
        if not path.exists():
            pytest.skip("there is no /dev/zero here")
    with pytest.raises(Fault, match=r"ordinary file|directory|is a folder|no file|symbolic links|bytes"):
        READERS[reader](path)


# ---- pictures ----------------------------------------------------------------------------------------------------


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int, *, before: bytes = b"", data: bytes = b"", after: bytes = b"") -> bytes:
    """A PNG that says so of itself, in eight-bit gray."""
    header = chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + before + chunk(b"IDAT", data) + after + chunk(b"IEND", b"")


def gif_of(width: int, height: int) -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
        + bytes(6)
        + b","
        + bytes(4)
        + struct.pack("<HHB", width, height, 0)
        + b"\x02\x02\x4c\x01\x00;"
    )


def bmp_of(width: int, height: int) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 8, 0, 0, 54) + header + bytes(8)


def tiff_of(width: int, height: int) -> bytes:
    tags = ((256, width), (257, height), (258, 8), (259, 5), (262, 1), (273, 8), (277, 1), (278, height), (279, 4))
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IIH", 12, 0, len(tags)) + entries + bytes(4)


BOMBS = {
    "png": png_of(60_000, 60_000, data=zlib.compress(bytes(10_000))),
    "png-beyond-2-to-the-31": png_of(2**31 - 1, 2**31 - 1),
    "gif": gif_of(60_000, 60_000),
    "bmp": bmp_of(60_000, 60_000),
    "tiff": tiff_of(60_000, 60_000),
    "ppm": b"P6 60000 60000 255\n" + bytes(30),
    "jpeg": fuzzing.encoded("JPEG").replace(struct.pack(">HH", 7, 9), struct.pack(">HH", 60_000, 60_000), 1),
    "a-little-too-large": png_of(20_001, 10_000),
    "long-and-thin": png_of(1_000_000, 1),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_picture_of_absurd_size_is_refused_before_it_is_decoded(name: str) -> None:
    tracemalloc.start()
    try:
        assert decode_picture(BOMBS[name]) is None
        with pytest.raises(Unreadable, match=r"too many|decompression bomb|too long|not an image"):
            decode(BOMBS[name])
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_the_largest_photograph_is_one_of_200_million_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow's own limit would be lower; whether they are decoded is seen without decoding them."""
    assert MAX_PIXELS == 200_000_000
    decoded: list[tuple[int, int]] = []
    monkeypatch.setattr(Image.Image, "load", lambda image: decoded.append(image.size))
    monkeypatch.setattr("app.recording.images.upright_rgb", lambda image: image)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda image: decoded.append(image.size))
    decode(png_of(20_000, 10_000))
    assert decoded == [(20_000, 10_000)]


LARGE = zlib.compress(bytes(200_000_000), 9)
"""200 MB in 200 kB."""
PLAIN_ROWS = zlib.compress(bytes(8 * 9))
CHUNKS = {
    "text": chunk(b"zTXt", b"Comment\0\0" + LARGE),
    "international text": chunk(b"iTXt", b"Comment\0\1\0\0\0" + LARGE),
    "colour profile": chunk(b"iCCP", b"ICC\0\0" + LARGE),
}


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("name", CHUNKS)
def test_what_comes_with_a_picture_is_not_blown_up(name: str, where: str) -> None:
    data = png_of(8, 8, data=PLAIN_ROWS, **{where: CHUNKS[name]})
    tracemalloc.start()
    try:
        decode_picture(data)
        try:
            decode(data)
        except Unreadable as why:
            assert "text" in str(why).lower() or "large" in str(why).lower()  # noqa: PT017 - or it is passed over
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_of_an_animation_of_thousands_one_is_decoded() -> None:
    frames = chunk(b"acTL", struct.pack(">II", 100_000, 0))
    frame = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 1, 8, 8, 0, 0, 1, 1, 0, 0)) + chunk(b"fdAT", bytes(4) + PLAIN_ROWS)
    data = png_of(8, 8, before=frames, data=PLAIN_ROWS, after=frame * 20_000)
    assert decode(data).size == (8, 8)
    shown = decode_picture(data)
    assert shown is not None
    assert shown.size == (8, 8)


def test_a_picture_of_a_study_is_a_png_and_nothing_else() -> None:
    """A JPEG of some kilobytes can ask for minutes of work, scan after scan; EPS for another program."""
    assert decode_picture(fuzzing.encoded("PNG")) is not None
    for kind in ("JPEG", "WEBP", "GIF", "TIFF", "BMP", "PPM", "EPS", "PDF", "ICO"):
        assert decode_picture(fuzzing.encoded(kind)) is None


@pytest.mark.parametrize("ending", [".png", ".jpg", ".tif"])
def test_postscript_that_is_called_a_picture_is_not_run(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    image = io.BytesIO()
    Image.new("RGB", (8, 8)).save(image, "EPS")
    path.write_bytes(image.getvalue())
    with pytest.raises(Fault, match="not an image"):
        _png(path)
