"""What every source of images is, and the reading of one file, which several of them share."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from app.errors import Fault
from app.recording.images import SUFFIXES, Unreadable, reason

MAX_BYTES = 500_000_000
"""A larger file is not read: no photograph is that large."""
_OF_THE_FILE = {
    errno.ENOENT, errno.EACCES, errno.EPERM, errno.ELOOP, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL,
}  # fmt: skip
"""Errors that say something of the file; all others come and go."""
LOOKED_FOR = f"looked for {', '.join(sorted(SUFFIXES))}"


class ImageSource(Protocol):
    """Images by name."""

    @property
    def names(self) -> Sequence[str]:
        """Each image's name: unique, sorted, without an absolute path."""

    @property
    def description(self) -> str:
        """One line that says what kind of source it is, without an absolute path."""

    def read(self, name: str) -> bytes:
        """The encoded bytes of one of `names`. Safe from several threads at once.

        Raises:
            Unreadable: they cannot be had.
        """


def read_file(path: Path) -> bytes:
    """The bytes of one ordinary file.

    Raises:
        Unreadable: there is none, it cannot be read, or it has more than MAX_BYTES.
        Fault: the system is in trouble (a disk or a network that fails, too many open files): the image may be fine.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            raise Unreadable("it is not a file")
        check_size(status.st_size)
        return path.read_bytes()
    except ValueError as error:  # a path that no system can have
        raise Unreadable(reason(error)) from error
    except OSError as error:
        if error.errno not in _OF_THE_FILE:
            raise Fault(f"{path} cannot be read now: {error.strerror}. Go on with the same command later.") from error
        raise Unreadable(reason(error)) from error


def check_size(size: int) -> None:
    """Raise Unreadable where an image would have more than MAX_BYTES."""
    if size > MAX_BYTES:
        raise Unreadable(f"{size:,} bytes are too many")


def common_folder(folders: Iterable[str], what: str) -> Path:
    """The deepest folder that is, or holds, all of these.

    Args:
        folders: absolute paths, at least one.
        what: the words for the files in them, should there be a fault.

    Raises:
        Fault: there is only the root, and names relative to it would be absolute paths.
    """
    try:
        folder = Path(os.path.commonpath(folders))
    except ValueError:  # different drives
        folder = Path("/")
    if folder == Path(folder.anchor):
        raise Fault(
            f"{what} lie in no folder in common, so that their names in the study would tell where things are on this"
            " machine. Put them below one folder, or links to them."
        )
    return folder
