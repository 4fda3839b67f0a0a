"""Images that are files: all of a folder tree, or those in a list."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.errors import Fault
from app.reading import check_file
from app.recording.images import SUFFIXES, reason
from app.recording.sources.source import LOOKED_FOR, MAX_BYTES, ImageSource, common_folder, read_file

_ENDINGS = tuple(SUFFIXES)


class _Files:
    """Files below one root, by their path relative to it."""

    def __init__(self, root: Path, names: Iterable[str], description: str) -> None:
        self._root = root
        self.names = tuple(sorted(names))
        self.description = description

    def read(self, name: str) -> bytes:
        return read_file(self._root / name)


def folder_source(root: Path) -> ImageSource:
    """All files below `root` that are named like images. Links are followed, to folders too.

    Raises:
        Fault: there is no such folder, no image in it, or a part of it cannot be read.
    """
    if not root.is_dir():
        raise Fault(f"There is no folder {root}.")
    source = _Files(root, _walk(root), "a folder")
    if not source.names:
        raise Fault(f"There are no images in {root} ({LOOKED_FOR}).")
    return source


def _walk(root: Path) -> Iterator[str]:
    """The names of all images below `root`. Strings throughout: paths would make a million files slow."""
    waiting: list[tuple[str, str, frozenset[tuple[int, int]]]] = [(str(root), "", frozenset())]
    while waiting:
        folder, prefix, above = waiting.pop()
        identity, entries = _look_into(folder)
        if identity in above:
            continue  # a link back to a folder that it lies in
        for entry in entries:
            if _is_folder(entry):
                waiting.append((entry.path, f"{prefix}{entry.name}/", above | {identity}))
            elif entry.name.lower().endswith(_ENDINGS):
                yield prefix + _in_unicode(entry)


def _look_into(folder: str) -> tuple[tuple[int, int], list[os.DirEntry[str]]]:
    try:
        status = Path(folder).stat()
        with os.scandir(folder) as entries:
            return (status.st_dev, status.st_ino), list(entries)
    except OSError as error:
        raise Fault(
            f"The folder {folder} cannot be read: {reason(error)}. Make it readable, or move it away."
        ) from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, for one: reading it says so
        return False


def _in_unicode(entry: os.DirEntry[str]) -> str:
    try:
        entry.name.encode()
    except UnicodeEncodeError as error:
        path = entry.path.encode(errors="backslashreplace").decode()
        raise Fault(f"The name of the file {path} is not UTF-8. Rename it.") from error
    return entry.name


def list_source(path: Path) -> ImageSource:
    """The files in a text file with one path a line, relative to the list's folder, or absolute.

    Blank lines and lines that start with # say nothing; a line twice counts once. A name is the path as it is written;
    where one is absolute, the names are relative to the folder that all files have in common. Whether a file exists
    is found when it is read.

    Raises:
        Fault: there is no such list, it is not text in UTF-8, empty, or its files have no folder in common.
    """
    lines = _lines(path)
    if not lines:
        raise Fault(f"The list {path} names no image. It takes one path a line.")
    absolute = {line for line in lines if Path(line).is_absolute()}
    if not absolute:
        return _Files(path.parent, lines, "a list file")
    here = path.parent.absolute().as_posix()
    files = absolute | {f"{here}/{line}" for line in lines - absolute}
    folder = common_folder({file.rpartition("/")[0] for file in files}, f"The images in the list {path}")
    return _Files(folder, {file.removeprefix(f"{folder.as_posix()}/") for file in files}, "a list file")


def _lines(path: Path) -> set[str]:
    try:
        check_file(path, MAX_BYTES)
        text = path.read_text("utf-8-sig")  # editors on Windows write a byte order mark
    except UnicodeDecodeError as error:
        raise Fault(f"The list {path} is not text in UTF-8. It takes one path a line.") from error
    except OSError as error:
        raise Fault(f"The list {path} cannot be read: {reason(error)}.") from error
    if "\0" in text:
        raise Fault(f"The list {path} is not text in UTF-8. It takes one path a line.")
    written = {line.strip() for line in text.split("\n")}
    return {Path(line).as_posix() for line in written if line and not line.startswith("#")}
