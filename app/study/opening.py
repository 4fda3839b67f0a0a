"""Opening a SQLite file that may come from anybody, and telling its faults in words."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from app.errors import Fault
from app.reading import check_file
from app.study import locking, schema, sound

BUSY_SECONDS = 10.0
MOST_BYTES = 64 * 1024**3
"""A larger file is no study."""
_HEADER = b"SQLite format 3\x00"
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")
"""How a rollback journal ends that belongs to a transaction over several files, which studies never have."""
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 256 * 1024 * 1024,  # of one row, image and all
    sqlite3.SQLITE_LIMIT_ATTACHED: 1,  # what VACUUM takes
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
}
"""What a file that came from somebody may make SQLite do at most."""


class Locked(Fault):
    """The file has a password, as far as can be told, and none or a wrong one was given."""


def check_header(path: Path) -> bool:
    """Read the first 100 bytes: is this a study file, and one that this program knows?

    The file is only read, so that a file which is refused is untouched.

    Returns:
        Whether it seems to have a password: what it is shows only once it is opened with that, by `check_known`.

    Raises:
        Fault: it is not there, is no study file, or is from a newer version of the program.
    """
    try:
        if path.is_dir():
            raise Fault(f"{path} is a folder. Open the study file itself: its name ends in .jury.")
        check_file(path, MOST_BYTES)
        _check_beside(path.resolve())
        with path.open("rb") as file:
            header = file.read(100)
        locked = not header.startswith(_HEADER) and locking.looks_locked(path, header)
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from error
    if not locked:
        whole = len(header) == 100 and header.startswith(_HEADER)
        if whole and header[18:20] == b"\x02\x02":
            why = sqlite3.DatabaseError("the header asks for a write-ahead log")
            raise Fault(f"{path} was changed by another program. Ask for a fresh copy of it.") from why
        application = int.from_bytes(header[68:72], "big") if whole else 0
        _check_known(path, application, version=int.from_bytes(header[60:64], "big"))
    return locked


def _check_beside(path: Path) -> None:
    """May SQLite look at what lies beside the file? It does so when it opens it, before anything can be checked.

    Raises:
        Fault: there is a journal that no study leaves behind: one that is no plain file, or that names another file,
            which SQLite would remove; or a write-ahead log, with changes that are not in the file.
        OSError: it cannot be looked at.
    """
    for one in beside(path):
        try:
            status = one.lstat()
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(status.st_mode) or (one.name.endswith("-wal") and status.st_size):
            raise Fault(f"{one} was not left there by Neuron Jury. Close what has the study open, or move it away.")
        # The length of a name, its checksum, and the sign: one that was cut off may end with the sign alone.
        end = _last_16_bytes(one)
        if end[8:] == _NAMES_ANOTHER and 0 < int.from_bytes(end[:4], "big") <= status.st_size - 16:
            raise Fault(f"{one} was not left there by Neuron Jury: it names another file. Move it away.")


def beside(path: Path) -> Iterator[Path]:
    """What SQLite looks for beside a file."""
    return (path.with_name(path.name + ending) for ending in ("-journal", "-wal"))


def _last_16_bytes(path: Path) -> bytes:
    """Or as many as there are; none if another program that writes has just removed the file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 16))
            return file.read(16)
    except FileNotFoundError:
        return b""


def check_known(path: Path, connection: sqlite3.Connection) -> None:
    """As `check_header`, of a file with a password.

    Raises:
        Fault: it is no study file, or is from a newer version of the program.
    """
    ((application,), (version,)) = (
        connection.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")
    )
    _check_known(path, application, version)


def _check_known(path: Path, application: int, version: int) -> None:
    if application != schema.APPLICATION_ID or version < 1:
        raise Fault(f"{path} is no Neuron Jury study file. If you were sent it as one, ask for a fresh copy.")
    if version > schema.VERSION:
        raise Fault(
            f"{path} was made by a newer version of Neuron Jury (its format is {version}, this program knows"
            f" {schema.VERSION}). Install the newest Neuron Jury; the file was not changed."
        )


def connect(path: Path | None, mode: str, password: str | None = None) -> sqlite3.Connection:
    """A connection in `mode` (`rwc`, `rw` or `ro`) that runs nothing the file brings along.

    With no path it is to an empty database of SQLite's own, in memory or a temporary file, gone when it is closed.

    Raises:
        Locked: the password is wrong, or there is none on the file.
        Fault: the library for files with a password is not installed.
    """
    connection = (sqlite3.connect if password is None else partial(locking.connect, password))(
        f"{path.resolve().as_uri()}?mode={mode}" if path else "",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions begin where we say so
        check_same_thread=False,
    )
    try:
        _prepare(connection, mode)
    except BaseException as error:
        connection.close()
        if password is not None and locking.is_refused(error):
            raise Locked(f"This is not the password of {path}, or it is no study file.") from error
        raise
    return connection


def _prepare(connection: sqlite3.Connection, mode: str) -> None:
    if not locking.has_password(connection):
        for limit, most in _LIMITS.items():
            connection.setlimit(limit, most)
    for pragma in (
        "trusted_schema = OFF",
        "recursive_triggers = ON",
        "cell_size_check = ON",
        "foreign_keys = ON",
        # FULL would let the journal of a committed answer come back after a power cut, and undo the answer: EXTRA has
        # its removal on disk too before a commit returns. On macOS only fullfsync empties the drive's own cache.
        "synchronous = EXTRA",
        "fullfsync = ON",
        "cache_size = -65536",  # KB: of a study of a million answers SQLite's own 2 MB would be read over and over
    ):
        connection.execute(f"PRAGMA {pragma}")
    if mode != "ro":
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    connection.execute("SELECT 1 FROM sqlite_schema").fetchone()  # whether a password fits shows at the first look


def check_content(path: Path, connection: sqlite3.Connection) -> None:
    """Is it a study file that is whole, whose tables fit together, and is there nothing in it that could run?

    Raises:
        Fault: it is damaged, was altered, or holds views, triggers or virtual tables that are not ours.
    """
    check_whole(path, connection, schema.VERSION)
    flaw = next(sound.flaws(connection), None)
    if flaw is not None:
        raise Fault(f"{path} was altered: {flaw}. Ask for a fresh copy of it.")
    if any(connection.execute(strays).fetchone() for strays in ("PRAGMA foreign_key_check", *_STRAYS)):
        raise Fault(f"{path} was altered: its tables do not fit together. Ask for a fresh copy of it.")


def check_whole(path: Path, connection: sqlite3.Connection, version: int) -> None:
    """Is the file whole, has it the tables of this schema, and is there nothing in it that could run?

    Raises:
        Fault: as for `check_content`; what exactly is wrong is its `__cause__`, for whoever may have to mend it.
    """
    # What is not ours first: the checks that SQLite then makes evaluate what tables and indexes ask for.
    strange = schema.strange_objects(connection, version)
    if strange:
        why = sqlite3.DatabaseError(f"not of this schema: {', '.join(map(repr, strange[:5]))}")
        told = f"{path} was altered: not all of it is as Neuron Jury made it. Ask for a fresh copy of it."
        raise Fault(told) from why
    if locking.has_password(connection):
        locking.check_sizes(connection, _LIMITS[sqlite3.SQLITE_LIMIT_LENGTH])
    # Not quick_check, which passes an index over that says something else than its table: what is read may be either.
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != ("ok",):
        raise Fault(f"{path} {_DAMAGED}") from sqlite3.DatabaseError(verdict[0])


_STRAYS = (
    # an event in the name of somebody else than the trial's rater
    "SELECT 1 FROM event JOIN trial ON trial.id = event.trial WHERE trial.rater IS NOT event.rater",
    # trials that are not what the task asks for
    "SELECT 1 FROM trial, (SELECT task FROM rubric ORDER BY version DESC LIMIT 1)"
    " WHERE (stimulus IS NULL) <> (task = 'name_it') OR (other IS NULL) = (task = 'which_one')",
    # nothing asked
    "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM rubric)",
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
    journal = path.resolve()
    journal = journal.with_name(journal.name + "-journal")  # SQLite's, if `path` is a link
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


def real(path: Path) -> Path:
    """Where a file really lies, links followed; as it was named, where they lead nowhere."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, or a name that no system can have
        return path


def identity(path: Path) -> tuple[int, int] | None:
    """Which file this is on disk, or None where there is none; changes when a file is replaced."""
    try:
        found = path.stat()
    except (OSError, ValueError):  # no system can have a name with a NUL in it
        return None
    return found.st_dev, found.st_ino


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite reports into a fault that says what to do; bugs of ours pass through.

    What SQLite said is the fault's `__cause__`.

    Raises:
        Fault: for whatever is wrong with the file, the disk, or another program that holds the file.
    """
    try:
        yield
    except locking.errors("DatabaseError") as error:
        said = str(error)
        if isinstance(error, locking.errors("ProgrammingError") + locking.errors("IntegrityError")):
            raise  # ours to mend
        for sign, words in _WORDS.items():
            if sign in said:
                raise Fault(f"{path} {words}") from error
        raise Fault(f"{path} could not be used ({said}). Check the disk, then open the file again.") from error
    except UnicodeDecodeError as error:  # what SQLite said of it cites bytes of the file that are no text
        raise Fault(f"{path} {_DAMAGED}") from error


_DAMAGED = "is damaged. Ask for a fresh copy, or restore a backup."
_WORDS = {
    "Could not decode": "was altered: it holds what is no text. Ask for a fresh copy of it.",
    "locked": "is being written by another program. Close that program, then try again.",
    "full": "could not be written: the disk is full. Free some space, then try again.",
    "readonly": "could not be used: the file or its folder is read-only. Copy it to a folder of your own.",
    "unable to open": "could not be opened. Check that its folder is there and may be written to.",
    "not a database": "is no Neuron Jury study file.",
    "too big": "holds something larger than a study ever does: it was altered. The file was not used.",
    "malformed": _DAMAGED,
    "disk I/O": "could not be written: the disk reports an error. Nothing that was saved before is lost.",
}
