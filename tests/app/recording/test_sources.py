"""Whatever images come from: the same sorted names everywhere, and the bytes of each by its name, or why not."""

from __future__ import annotations

import io
import os
import pickle
import random
import struct
import sys
import tarfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import webdataset
from hypothesis import given
from hypothesis import strategies as st
from PIL import EpsImagePlugin, Image

from app.errors import Fault
from app.recording.images import Unreadable, decode
from app.recording.sources import (
    ImageSource,
    folder_source,
    huggingface_source,
    list_source,
    source,
    tar_source,
    torchvision_source,
)
from app.recording.sources.numbered import NumberedNames


def check(given: ImageSource, expected: Mapping[str, bytes]) -> None:
    """It names these images, in order, and gives the bytes of each, read at random by several threads."""
    assert list(given.names) == sorted(expected)
    assert sorted(name for rank in range(3) for name in given.names[rank::3]) == sorted(expected)
    asked = [name for name in expected for _ in range(3)]
    random.Random(0).shuffle(asked)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(given.read, asked)) == [expected[name] for name in asked]


def write(folder: Path, *names: str) -> dict[str, bytes]:
    """Files that hold their own name: a source does not look into them."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return {name: name.encode() for name in names}


# A folder


def test_a_folder_gives_its_images_by_their_path_in_it(tmp_path: Path) -> None:
    images = write(tmp_path, "b/2.JPG", "b/deep/er/1.png", "a.jpeg", "b.webp", "ü/ß.tiff")
    write(tmp_path, "notes.txt", "b/jpg", "b/a.jpg.txt")
    found = folder_source(tmp_path)
    check(found, images)
    assert found.description == "a folder"


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"There are no images in .* \(looked for .bmp, "):
        folder_source(tmp_path)
    with pytest.raises(Fault, match="There is no folder"):
        folder_source(tmp_path / "nowhere")


def test_links_to_folders_are_followed_and_a_link_back_ends(tmp_path: Path) -> None:
    images = write(tmp_path / "data", "class/1.png")
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "linked").symlink_to(tmp_path / "data")
    (tmp_path / "data" / "class" / "back").symlink_to(tmp_path / "data")
    check(folder_source(tmp_path / "images"), {f"linked/{name}": data for name, data in images.items()})


def test_what_is_named_like_an_image_and_is_none_is_told_when_read(tmp_path: Path) -> None:
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "itself.png").symlink_to(tmp_path / "itself.png")
    os.mkfifo(tmp_path / "pipe.png")
    found = folder_source(tmp_path)
    assert found.names == ("gone.png", "itself.png", "pipe.png")
    for name, reason in zip(found.names, ["No such file", "symbolic links", "not a file"], strict=True):
        with pytest.raises(Unreadable, match=reason):
            found.read(name)


def test_a_gigantic_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "12345.png")
    monkeypatch.setattr(source, "MAX_BYTES", 8)
    with pytest.raises(Unreadable, match="9 bytes are too many"):
        folder_source(tmp_path).read("12345.png")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no file can have such a name")
def test_a_name_that_could_not_be_written_down_is_a_fault(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")).write_bytes(b"")
    with pytest.raises(Fault, match=r"\\udcff.png is not UTF-8. Rename it"):
        folder_source(tmp_path)


# A list


def listed(path: Path, text: str | bytes) -> ImageSource:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list_source(path)


def test_a_list_gives_its_files_under_the_names_in_it(tmp_path: Path) -> None:
    images = write(tmp_path / "lists", "here/1.png", "here/2.png", "../there/3.png")
    text = "\ufeff# my images\r\n\r\n./here/1.png\r\nhere/2.png \r\nhere/1.png\r\n../there/3.png"
    found = listed(tmp_path / "lists" / "all.txt", text)
    check(found, images)
    assert found.description == "a list file"


@pytest.mark.parametrize("mixed", [False, True])
def test_names_from_a_list_of_absolute_paths_tell_nothing_of_this_machine(tmp_path: Path, mixed: bool) -> None:
    images = write(tmp_path / "data", "a/1.png", "b/2.png")
    lines = [str(tmp_path / "data" / name) for name in images]
    if mixed:
        lines[0] = "a/1.png"
    check(listed(tmp_path / "data" / "all.txt", "\n".join(lines)), images)


@given(st.permutations(["b.png", "a/1.png", "a/1.png", "c d.png", "./b.png", "# no", ""]))
def test_a_list_means_the_same_in_any_order(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    found = listed(tmp_path_factory.getbasetemp() / "any.txt", "\n".join(lines))
    assert found.names == ("a/1.png", "b.png", "c d.png")


def test_a_listed_file_that_is_missing_is_told_when_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file or directory"):
        listed(tmp_path / "all.txt", "gone.png").read("gone.png")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "names no image"),
        (b"# a.png\n\n", "names no image"),
        (b"\xff\xd8\xff\xe0", "not text in UTF-8"),
        (b"a.png\0b.png", "not text in UTF-8"),
        (b"/here/a.png\n/there/b.png", "lie in no folder in common"),
    ],
)
def test_a_list_that_is_none_is_a_fault(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(Fault, match=message):
        listed(tmp_path / "all.txt", content)
    with pytest.raises(Fault, match="There is no file"):
        list_source(tmp_path / "nowhere.txt")


# Tar shards


def write_shard(path: Path, *samples: Mapping[str, object]) -> Path:
    path.parent.mkdir(exist_ok=True, parents=True)
    with webdataset.TarWriter(str(path)) as writer:
        for sample in samples:
            writer.write(sample)
    return path


def add(path: Path, name: str, data: bytes = b"data", **header: object) -> None:
    """A member with a header that webdataset would not write."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    for key, value in header.items():
        setattr(member, key, value)
    with tarfile.open(path, "a") as tar:
        tar.addfile(member, io.BytesIO(data))


def test_shards_that_webdataset_wrote_are_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    with webdataset.ShardWriter(str(tmp_path / "shards" / "train-%03d.tar"), maxcount=4, verbose=0) as writer:
        for i in range(10):
            writer.write({"__key__": f"n/{i:05}", "jpg": b"image %d" % i, "cls": i, "json": {"class": i}, "txt": "."})
    expected = {f"train-{i // 4:03}.tar/n/{i:05}.jpg": b"image %d" % i for i in range(10)}
    for pattern in ("shards/train-{000..002}.tar", "shards/*.tar", str(tmp_path / "shards" / "train-*.tar")):
        found = tar_source(pattern, tmp_path)
        check(found, expected)
        assert found.description == "3 tar shards"
    assert len(tar_source("shards/train-{000,002}.tar", tmp_path).names) == 6


def test_shards_of_several_folders_keep_their_folders_in_the_names(tmp_path: Path) -> None:
    for split in ("train", "test"):
        write_shard(tmp_path / split / "0.tar", {"__key__": "a", "png": split.encode()})
    check(tar_source("{train,test}/0.tar", tmp_path), {"train/0.tar/a.png": b"train", "test/0.tar/a.png": b"test"})


def test_of_several_images_in_a_sample_one_is_taken_and_it_is_said(tmp_path: Path) -> None:
    write_shard(
        tmp_path / "a.tar",
        {"__key__": "x", "seg.png": b"mask", "jpeg": b"photograph"},
        {"__key__": "y", "2020.JPG": b"dotted"},
    )
    found = tar_source("a.tar", tmp_path)
    check(found, {"a.tar/x.jpeg": b"photograph", "a.tar/y.2020.JPG": b"dotted"})
    assert found.description == "1 tar shard (1 further images of samples with several were left out)"


def test_a_hostile_tar_opens_nothing_but_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tar = write_shard(tmp_path / "a.tar", {"__key__": "b", "png": b"good"})
    add(tar, "link.png", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd")
    add(tar, "hard.png", b"", type=tarfile.LNKTYPE, linkname="b.png")
    add(tar, "device.png", b"", type=tarfile.CHRTYPE)
    add(tar, "folder.png", b"", type=tarfile.DIRTYPE)
    add(tar, "huge.png", b"x" * 99)
    add(tar, "/../../up.png")
    add(tar, "._b.png")
    monkeypatch.setattr(source, "MAX_BYTES", 50)
    found = tar_source("a.tar", tmp_path)
    names = ["../../up.png", "b.png", "device.png", "hard.png", "huge.png", "link.png"]
    assert found.names == tuple(f"a.tar/{name}" for name in names)
    assert [found.read(name) for name in found.names[:2]] == [b"data", b"good"]
    for name in found.names[2:]:
        with pytest.raises(Unreadable, match="99 bytes are too many" if "huge" in name else "a link or a device"):
            found.read(name)


def test_names_in_a_tar_can_always_be_written_down(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w", encoding="latin-1", format=tarfile.GNU_FORMAT) as tar:
        tar.addfile(tarfile.TarInfo("\xff.png"))
    check(tar_source("a.tar", tmp_path), {"a.tar/\\xff.png": b""})


def shard_of_three() -> bytes:
    file = io.BytesIO()
    with webdataset.TarWriter(file) as writer:
        for i in range(3):
            writer.write({"__key__": f"{i}", "png": b"%d" % i * 300, "cls": i})
    return file.getvalue()


SHARD = shard_of_three()
with tarfile.open(fileobj=io.BytesIO(SHARD)) as opened:
    END = [member.offset_data for member in opened][-1] + 512
ALL = ("damaged.tar/0.png", "damaged.tar/1.png", "damaged.tar/2.png")


def names_of(shard: bytes, folder: Path) -> tuple[str, ...] | None:
    """None where it is damaged."""
    (folder / "damaged.tar").write_bytes(shard)
    try:
        return tuple(tar_source("damaged.tar", folder).names)
    except Fault as fault:
        assert "damaged.tar is damaged: " in str(fault)  # noqa: PT017 - one of two outcomes
        return None


@given(st.integers(0, len(SHARD)) | st.sampled_from(range(0, len(SHARD) + 1, 512)))
def test_a_shard_that_was_cut_off_never_passes_for_a_smaller_one(
    tmp_path_factory: pytest.TempPathFactory, kept: int
) -> None:
    whole = kept >= END + 512  # the mark of the end is there
    assert names_of(SHARD[:kept], tmp_path_factory.getbasetemp()) == (ALL if whole else None)


@given(st.integers(0, END), st.integers(0, 255))
def test_a_damaged_byte_never_hides_an_image(tmp_path_factory: pytest.TempPathFactory, at: int, byte: int) -> None:
    damaged = SHARD[:at] + bytes([byte]) + SHARD[at + 1 :]
    assert names_of(damaged, tmp_path_factory.getbasetemp()) in (ALL, None)


def test_a_size_below_zero_ends_in_a_fault(tmp_path: Path) -> None:
    header = tarfile.TarInfo("a.png").tobuf()
    header = header[:124] + (-1024).to_bytes(12, signed=True) + header[136:148] + b" " * 8 + header[156:]
    header = header[:148] + b"%06o\0 " % sum(header) + header[156:]
    assert names_of(SHARD[:1024] + header, tmp_path) is None


def test_a_shard_that_shrank_after_it_was_opened_is_told_when_read(tmp_path: Path) -> None:
    tar = write_shard(tmp_path / "a.tar", {"__key__": "a", "png": b"x" * 900})
    found = tar_source("a.tar", tmp_path)
    tar.write_bytes(tar.read_bytes()[:1000])
    with pytest.raises(Unreadable, match="cut off since"):
        found.read("a.tar/a.png")


def test_shards_that_are_none_are_faults(tmp_path: Path) -> None:
    write_shard(tmp_path / "a.tar.gz", {"__key__": "a", "png": b"x"})
    write_shard(tmp_path / "text.tar", {"__key__": "a", "txt": "x"})
    twice = write_shard(tmp_path / "twice.tar", {"__key__": "a", "png": b"x"}, {"__key__": "b", "png": b"x"})
    add(twice, "a.png")
    for pattern, message in {
        "a.tar.gz": "a.tar.gz is compressed.* Unpack it",
        "text.tar": "There are no images in the tar shards text.tar",
        "twice.tar": "hold twice.tar/a.png twice",
        "{text,gone}.tar": "There is no tar shard .*gone.tar",
        "gone*.tar": "There is no tar shard .*gone",
        "text{.tar": "braces in text{.tar do not match",
    }.items():
        with pytest.raises(Fault, match=message):
            tar_source(pattern, tmp_path)


# Data sets


@given(st.integers(1, 300), st.data())
def test_numbers_as_names_are_a_sequence_in_order(count: int, data: st.DataObject) -> None:
    names, plain = NumberedNames("train/", count), [f"train/{i:08}" for i in range(count)]
    assert list(names) == plain == sorted(plain)
    part = data.draw(st.slices(count))
    assert names[part] == plain[part]
    assert [names.number(name) for name in names] == list(range(count))


def saved(path: Path, splits: Mapping[str, int] | int, **columns: object) -> dict[str, list[bytes]]:
    """A data set on disk with a column of images for each name in `columns`, and the bytes in it."""
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    features = datasets.Features({"label": datasets.Value("int64"), **dict.fromkeys(columns, datasets.Image())})

    def table(split: str, count: int) -> tuple[object, list[bytes]]:
        data = [f"{split} {i}".encode() for i in range(count)]
        rows = {column: [{"bytes": one, "path": None} for one in data] for column in columns}
        return datasets.Dataset.from_dict({"label": list(range(count)), **rows}, features=features), data

    if isinstance(splits, int):
        dataset, data = table("", splits)
        dataset.save_to_disk(str(path))
        return {"": data}
    tables = {split: table(split, count) for split, count in splits.items()}
    datasets.DatasetDict({split: one for split, (one, _) in tables.items()}).save_to_disk(str(path))
    return {split: data for split, (_, data) in tables.items()}


def test_a_hugging_face_data_set_is_read_by_number(tmp_path: Path) -> None:
    data = saved(tmp_path / "d", {"train": 12, "test": 3}, image=True)["train"]
    found = huggingface_source(tmp_path / "d", None, "train")
    check(found, {f"train/{i:08}": one for i, one in enumerate(data)})
    assert found.description == "Hugging Face dataset, split train, column image"


def test_the_only_split_and_column_need_not_be_named(tmp_path: Path) -> None:
    data = saved(tmp_path / "one", 3, photo=True)[""]
    found = huggingface_source(tmp_path / "one", None, None)
    check(found, {f"{i:08}": one for i, one in enumerate(data)})
    assert found.description == "Hugging Face dataset, column photo"


def test_what_is_not_in_the_data_set_is_a_fault_that_lists_what_is(tmp_path: Path) -> None:
    path = tmp_path / "d"
    saved(path, {"train": 2, "test": 1}, left=True, right=True)
    for column, split, message in [
        ("left", None, "Which split of .* It has: train, test"),
        ("left", "dev", "no split dev .* It has: train, test"),
        (None, "train", "Which column of images .* It has: left, right"),
        ("label", "train", "no column of images label .* It has: left, right"),
    ]:
        with pytest.raises(Fault, match=message):
            huggingface_source(path, column, split)
    with pytest.raises(Fault, match="is no data set written by save_to_disk"):
        huggingface_source(tmp_path, None, None)
    with pytest.raises(Fault, match="There is no folder"):
        huggingface_source(tmp_path / "gone", None, None)
    next((path / "train").glob("*.arrow")).write_bytes(b"no table")
    with pytest.raises(Fault, match="or it is damaged"):
        huggingface_source(path, "left", "train")


def test_rows_that_hold_a_path_are_files_and_rows_may_be_empty(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    rows = [{"bytes": None, "path": "1.png"}, None, {"bytes": None, "path": "gone.png"}]
    features = datasets.Features({"image": datasets.Image(decode=False)})
    # save_to_disk puts the files' bytes into the table; other writers leave the paths.
    dataset = datasets.Dataset.from_dict({"image": rows}, features=features)
    (tmp_path / "1.png").write_bytes(b"one")
    from app.recording.sources import huggingface

    found = huggingface._Rows(dataset, "image", None, tmp_path)
    assert found.read("00000000") == b"one"
    for name, reason in {"00000001": "no image in this row", "00000002": "No such file"}.items():
        with pytest.raises(Unreadable, match=reason):
            found.read(name)


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(Fault, match=r"pip install 'neuron-jury\[huggingface\]'"):
        huggingface_source(tmp_path, None, None)


def test_a_torchvision_folder_is_read_as_pixels(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pixels = [rng.integers(0, 256, (5, 7, 3), dtype=np.uint8) for _ in range(4)]
    for i, image in enumerate(pixels):
        (tmp_path / f"class{i % 2}").mkdir(exist_ok=True)
        Image.fromarray(image).save(tmp_path / f"class{i % 2}" / f"{i}.png")
    found = torchvision_source("ImageFolder", tmp_path, {"allow_empty": True})
    ordered = [pixels[i] for i in (0, 2, 1, 3)]
    check(found, {f"{i:08}": b"P6\n7 5\n255\n" + image.tobytes() for i, image in enumerate(ordered)})
    assert np.array_equal(np.asarray(decode(found.read("00000002"))), pixels[1])
    assert found.description == "torchvision ImageFolder, allow_empty=True"
    (tmp_path / "class1" / "3.png").write_bytes(b"no image")
    with pytest.raises(Unreadable, match=r"^not an image$"):
        found.read("00000003")


def test_a_data_set_with_digits_in_one_file_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    digits = np.arange(3 * 28 * 28, dtype=np.uint32).astype(np.uint8).reshape(3, 28, 28)
    for part in ("train", "t10k"):
        (folder / f"{part}-images-idx3-ubyte").write_bytes(struct.pack(">4i", 2051, *digits.shape) + digits.tobytes())
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2i", 2049, 3) + bytes(3))
    found = torchvision_source("MNIST", tmp_path, {"train": False})
    expected = [b"P6\n28 28\n255\n" + np.repeat(digit[..., None], 3, axis=2).tobytes() for digit in digits]
    check(found, {f"{i:08}": one for i, one in enumerate(expected)})
    assert found.description == "torchvision MNIST, train=False"


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("CIFAR10", {"train": False}, "not found or corrupted. Nothing is downloaded here"),
        ("SBU", {}, "not found or corrupted. Nothing is downloaded here"),
        ("CIFAR10", {"download": True}, "The argument download of torchvision's CIFAR10 cannot be set"),
        ("ImageFolder", {"loader": "x"}, "The argument loader .* cannot be set"),
        ("CIFAR10", {"colour": True}, "does not take these arguments: .*colour"),
        ("FakeData", {}, "FakeData is not used"),
        ("LSUN", {"classes": "test"}, "LSUN is not used: it loads pickles"),
        ("NoSuch", {}, "torchvision has no data set NoSuch"),
        ("utils", {}, "torchvision has no data set utils"),
    ],
)
def test_a_torchvision_data_set_that_cannot_be_used_is_a_fault(
    name: str, arguments: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(Fault, match=message):
        torchvision_source(name, tmp_path, arguments)


def test_a_data_set_without_photographs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "MovingMNIST").mkdir()
    np.save(tmp_path / "MovingMNIST" / "mnist_test_seq.npy", np.zeros((20, 1, 8, 8), np.uint8))
    with pytest.raises(Fault, match="hold no images"):
        torchvision_source("MovingMNIST", tmp_path, {})


class Bomb:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.marker,)


@pytest.mark.parametrize(("name", "folder"), [("CIFAR10", "cifar-10-batches-py"), ("CIFAR100", "cifar-100-python")])
def test_no_pickle_is_loaded_that_is_not_the_published_one(name: str, folder: str, tmp_path: Path) -> None:
    (tmp_path / folder).mkdir()
    bomb = pickle.dumps(Bomb(tmp_path / "exploded"))
    for file in ("train", "test", "meta", "batches.meta", "test_batch", *(f"data_batch_{i}" for i in range(1, 6))):
        (tmp_path / folder / file).write_bytes(bomb)
    with pytest.raises(Fault, match="not found or corrupted"):
        torchvision_source(name, tmp_path, {})
    assert not (tmp_path / "exploded").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for Ghostscript is a shell script")
def test_a_photograph_that_is_postscript_starts_no_ghostscript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gs").write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
    (tmp_path / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(EpsImagePlugin, "gs_binary", None)
    (tmp_path / "images" / "class").mkdir(parents=True)
    Image.new("RGB", (4, 4)).save(tmp_path / "images" / "class" / "a.png")
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    (tmp_path / "images" / "class" / "b.png").write_bytes(postscript)
    with pytest.raises(Unreadable):
        torchvision_source("ImageFolder", tmp_path / "images", {}).read("00000001")
    with pytest.raises(Unreadable, match="not an image"):
        decode(postscript)
    assert not (tmp_path / "started").exists()
