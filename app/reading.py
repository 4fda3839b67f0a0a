"""Reading a whole file that a person named: an ordinary one, and no larger than such a file ever is."""

from __future__ import annotations

import stat
from pathlib import Path

from app.errors import Fault


def check_file(path: Path, most: int) -> None:
    """See that there is an ordinary file with at most so many bytes.

    A pipe would wait for ever, and a device may give bytes without an end.

    Raises:
        Fault: there is none, or it is larger.
    """
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise Fault(f"There is no file {path}. Check the name.") from error
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:  # a name that no system can have
        raise Fault(f"{str(path)!r} is no name of a file.") from error
    if stat.S_ISDIR(status.st_mode):
        raise Fault(f"{path} cannot be read: Is a directory.")
    if not stat.S_ISREG(status.st_mode):
        raise Fault(f"{path} is no ordinary file. Name one that is.")
    if status.st_size > most:
        raise Fault(f"{path} has {status.st_size:,} bytes, and {most:,} are the most that are read.")


def read_bytes(path: Path, most: int) -> bytes:
    """All bytes of an ordinary file.

    Raises:
        Fault: there is none, it cannot be read, or has more than `most` bytes.
    """
    check_file(path, most)
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > most:  # it says of itself that it is shorter, as those of /proc do
        raise Fault(f"{path} has more than {most:,} bytes, which are the most that are read.")
    return data
