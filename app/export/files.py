"""Files written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from app.errors import Fault


def make_folder(out: Path) -> None:
    """Make the folder `out` if it is missing.

    Raises:
        Fault: something else has that name, or the folder cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise Fault(f"{out} is a file: name a folder for the report") from error
    except OSError as error:
        raise Fault(f"the folder {out} cannot be made ({error.strerror}): name another for the report") from error


def write_whole(path: Path, text: str) -> None:
    """Put `text` at `path` in one step, so that nobody ever reads half a file.

    A lone surrogate (a file name in no known encoding) becomes its escape, which JSON reads back as it was.

    Raises:
        Fault: the file cannot be written; what lay there before is untouched.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Fault(f"{path} cannot be written ({error.strerror}): free it, or name another folder") from error


def remove(path: Path) -> None:
    """Remove a file that an earlier report wrote, if it is there.

    Raises:
        Fault: it cannot be removed.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Fault(f"{path} is of an earlier report and cannot be removed: {error.strerror}.") from error
