"""Opening a SQLite file that may come from anybody, and telling its faults in words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import Fault
from app.study import schema

BUSY_SECONDS = 10.0
_HEADER = b"SQLite format 3\x00"
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 256 * 1024 * 1024,  # of one row, image and all
    sqlite3.SQLITE_LIMIT_ATTACHED: 1,  # what VACUUM takes
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
}
"""What a file that came from somebody may make SQLite do at most."""


def check_header(path: Path) -> None:
    """Read the first 100 bytes: is this a study file, and one that this program knows?

    The file is only read, so that a file which is refused is untouched.

    Raises:
        Fault: it is not there, is no study file, or is from a newer version of the program.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError as error:
        raise Fault(f"There is no file {path}. Check the name, or build a study with: neuronjury build") from error
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from error
    version = int.from_bytes(header[60:64], "big")
    application = int.from_bytes(header[68:72], "big")
    if len(header) < 100 or not header.startswith(_HEADER) or application != schema.APPLICATION_ID:
        raise Fault(f"{path} is no Neuron Jury study file. Study files end in .jury and come from: neuronjury build")
    if version > schema.VERSION:
        raise Fault(
            f"{path} was made by a newer version of Neuron Jury (its format is {version}, this program knows"
            f" {schema.VERSION}). Install the newest Neuron Jury; the file was not changed."
        )


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """A connection in `mode` (`rwc`, `rw` or `ro`) that runs nothing the file brings along."""
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions begin where we say so
        check_same_thread=False,
    )
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    for pragma in (
        "trusted_schema = OFF",
        "recursive_triggers = ON",
        "cell_size_check = ON",
        "foreign_keys = ON",
        "synchronous = FULL",
    ):
        connection.execute(f"PRAGMA {pragma}")
    if mode != "ro":
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    return connection


def check_content(path: Path, connection: sqlite3.Connection) -> None:
    """Is the file whole, and is there nothing in it that could run?

    Raises:
        Fault: it is damaged, or holds views, triggers or virtual tables that are not ours.
    """
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != ("ok",):
        raise Fault(f"{path} is damaged ({verdict[0]}). Ask for a fresh copy, or restore a backup.")
    strange = schema.strange_objects(connection)
    if strange:
        raise Fault(
            f"{path} was altered: {', '.join(strange[:5])} is not as Neuron Jury made it. The file was not used."
        )
    if any(connection.execute(strays).fetchone() for strays in ("PRAGMA foreign_key_check", *_STRAYS)):
        raise Fault(f"{path} was altered: its tables do not fit together. Ask for a fresh copy of it.")


_STRAYS = (
    # an event in the name of somebody else than the trial's rater
    "SELECT 1 FROM event JOIN trial ON trial.id = event.trial WHERE trial.rater IS NOT event.rater",
    # trials that are not what the task asks for
    "SELECT 1 FROM trial, (SELECT task FROM rubric ORDER BY version DESC LIMIT 1)"
    " WHERE (stimulus IS NULL) <> (task = 'name_it') OR (other IS NULL) = (task = 'which_one')",
    # categories where there are none to choose from, or none where there are
    "SELECT 1 FROM rubric WHERE (task = 'categorize') <> EXISTS (SELECT 1 FROM category WHERE rubric = version)",
    # a stimulus of a stratum that its unit does not have (0: a file that was handed out does not tell)
    "SELECT 1 FROM measurement JOIN stimulus ON stimulus.id = measurement.stimulus"
    " LEFT JOIN stratum ON stratum.unit = stimulus.unit AND stratum.number = measurement.stratum"
    " WHERE stratum.number IS NULL AND measurement.stratum <> 0",
)
"""What foreign keys cannot say: each query finds rows that belong nowhere."""


def is_cut_off(path: Path) -> bool:
    """Whether the program was cut off while it wrote the file, so that SQLite has something to undo.

    Raises:
        Fault: it was, and nothing may be written here.
    """
    journal = path.with_name(path.name + "-journal")
    try:
        cut_off = journal.stat().st_size > 0
    except OSError:
        return False
    if cut_off and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise Fault(
            f"{path} was cut off while it was being written, and its folder is read-only. Copy it together with"
            f" {journal.name} to a folder of your own and open it there."
        )
    return cut_off


def identity(path: Path) -> tuple[int, int] | None:
    """Which file this is on disk, or None where there is none; changes when a file is replaced."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite reports into a fault that says what to do; bugs of ours pass through.

    Raises:
        Fault: for whatever is wrong with the file, the disk, or another program that holds the file.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        said = str(error)
        if isinstance(error, (sqlite3.ProgrammingError, sqlite3.IntegrityError)):
            raise  # ours to mend
        for sign, words in _WORDS.items():
            if sign in said:
                raise Fault(f"{path} {words}") from error
        raise Fault(f"{path} could not be used ({said}). Check the disk, then open the file again.") from error


_WORDS = {
    "locked": "is being written by another program. Close that program, then try again.",
    "full": "could not be written: the disk is full. Free some space, then try again.",
    "readonly": "could not be used: the file or its folder is read-only. Copy it to a folder of your own.",
    "unable to open": "could not be opened. Check that its folder is there and may be written to.",
    "not a database": "is no Neuron Jury study file.",
    "too big": "holds something larger than a study ever does: it was altered. The file was not used.",
    "malformed": "is damaged. Ask for a fresh copy, or restore a backup.",
    "disk I/O": "could not be written: the disk reports an error. Nothing that was saved before is lost.",
}
