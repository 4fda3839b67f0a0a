"""Images in WebDataset tar shards.

The webdataset library streams whole shards, and its reader by index (wids) is not part of version 1.0.2. Here every
worker must reach every image, so Python's tarfile finds where the images lie, and each is read from there.
"""

from __future__ import annotations

import glob
import itertools
import tarfile
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from braceexpand import braceexpand

from app.errors import Fault
from app.recording.images import SUFFIXES, Unreadable, reason
from app.recording.sources.source import LOOKED_FOR, ImageSource, check_size, common_folder

_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
"""How gzip, bzip2, xz and Zstandard begin."""
_MOST_SHARDS = 1_000_000
_NO_FILE = -1
"""The size of a member that is a link, a device or full of holes."""


class _Shards:
    """Where the images lie in uncompressed tars: one number a column and image, nothing that grows with use."""

    def __init__(self, shards: Sequence[Path]) -> None:
        self._shards = shards
        folder = common_folder({str(shard.parent) for shard in shards}, "The tar shards")
        names: list[str] = []
        where, offsets, sizes = array("q"), array("q"), array("q")
        others = 0
        for number, shard in enumerate(shards):
            prefix = shard.relative_to(folder).as_posix()
            for member, left_out in _images(shard):
                names.append(f"{prefix}/{member.name.removeprefix('./').lstrip('/')}")
                where.append(number)
                offsets.append(member.offset_data)
                sizes.append(member.size if member.isreg() and not member.issparse() else _NO_FILE)
                others += left_out
        order = sorted(range(len(names)), key=names.__getitem__)
        self.names = tuple(names[i] for i in order)
        self._where, self._offsets, self._sizes = (np.asarray(column)[order] for column in (where, offsets, sizes))
        self.description = f"{len(shards)} tar shard{'s' * (len(shards) != 1)}"
        if others:
            self.description += f" ({others} further images of samples with several were left out)"

    def read(self, name: str) -> bytes:
        i = bisect_left(self.names, name)
        size = int(self._sizes[i])
        if size == _NO_FILE:
            raise Unreadable("it is a link or a device, not a file")
        check_size(size)
        try:
            with self._shards[int(self._where[i])].open("rb") as file:
                file.seek(self._offsets[i])
                data = file.read(size)
        except OSError as error:
            raise Unreadable(reason(error)) from error
        if len(data) < size:
            raise Unreadable("its shard was cut off since")
        return data


def tar_source(pattern: str, folder: Path) -> ImageSource:
    """The images of WebDataset shards, one of each sample.

    A sample is the members with one key, the path up to the first dot of the file name. Of several images in a sample
    it is the one with the fewest dots in its extension, then the first in the alphabet: jpg, not seg.png.

    Args:
        pattern: shards relative to `folder`, with braces or wildcards: "shards/train-{000..009}.tar", "shards/*.tar".
        folder: the folder of study.toml.

    Raises:
        Fault: a shard is missing, compressed or damaged, or there is no image in any of them.
    """
    source = _Shards(_expand(pattern, folder))
    if not source.names:
        raise Fault(f"There are no images in the tar shards {pattern} ({LOOKED_FOR}).")
    twice = next((name for name, after in itertools.pairwise(source.names) if name == after), None)
    if twice:
        raise Fault(f"The tar shards {pattern} hold {twice} twice. Make the shard again, with a key for each sample.")
    return source


def _expand(pattern: str, folder: Path) -> list[Path]:
    try:
        written = list(itertools.islice(braceexpand(pattern, escape=False), _MOST_SHARDS))
    except ValueError as error:
        raise Fault(f"The braces in {pattern} do not match. Write shards as in train-{{000..009}}.tar.") from error
    found: set[Path] = set()
    for one in written:
        wild = glob.has_magic(one)
        # Path.glob takes no absolute pattern.
        matches = glob.glob(one, root_dir=folder, recursive=True) if wild else [one]  # noqa: PTH207
        shards = [(folder / match).absolute() for match in matches]
        if not shards or not all(shard.is_file() for shard in shards):
            raise Fault(f"There is no tar shard {folder / one}.")
        found.update(shards)
    return sorted(found)


def _images(shard: Path) -> Iterator[tuple[tarfile.TarInfo, int]]:
    """One image of each sample in a shard, with how many more the sample has."""
    named = ((*_split(member.name), member) for member in _members(shard) if not member.isdir())
    images = (one for one in named if "." + one[1].rpartition(".")[2] in SUFFIXES)
    for _, sample in itertools.groupby(images, key=lambda one: one[0]):
        (_, _, member), *others = sorted(sample, key=lambda one: (one[1].count("."), one[1]))
        yield member, len(others)


def _split(name: str) -> tuple[str, str]:
    """WebDataset's key of a member, and its extension in lower case; none for a name without a key, as of "._a.jpg"."""
    folder, slash, file = name.rpartition("/")
    key, _, extension = file.partition(".")
    return folder + slash + key, extension.lower() if key else ""


def _members(shard: Path) -> Iterator[tarfile.TarInfo]:
    """The members of a tar from its headers. A tar may come from anybody: nothing of it is unpacked.

    Raises:
        Fault: it is compressed, damaged or cut off.
    """
    try:
        with shard.open("rb") as file:
            if file.read(6).startswith(_COMPRESSED):
                raise Fault(
                    f"{shard} is compressed, so single images cannot be read from it. Unpack it to a plain .tar."
                )
        # tarfile's own replacement for names that are not UTF-8 could not be written into a study.
        with tarfile.open(shard, "r:", encoding="utf-8", errors="backslashreplace") as tar:
            while member := tar.next():
                tar.members = []  # type: ignore[attr-defined] # tarfile would keep them all
                if member.size < 0:  # it would lead back, and round for ever
                    raise tarfile.ReadError("a size below 0")
                yield member
            _check_end(tar)
    except Fault:
        raise
    except Exception as error:  # a hostile header raises RecursionError, OverflowError, ...
        raise Fault(f"The tar shard {shard} is damaged: {reason(error)}. Make it or fetch it again.") from error


def _check_end(tar: tarfile.TarFile) -> None:
    """Where a header is damaged, or missing, tarfile takes it for the end, which is a block of zeros."""
    assert tar.fileobj is not None
    tar.fileobj.seek(tar.offset)
    if tar.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
        raise tarfile.ReadError("it ends too early")
