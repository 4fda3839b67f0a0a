"""Files of an older schema: backed up beside themselves, brought to the newest one, and looked over before it counts.

A file that may be written is upgraded in place, in one transaction. One that is only read (what a rater sends back,
say) stays as it is: what is read is an upgraded copy, in a temporary database of SQLite's own.
The log must come out as it went in: hashes and codes are over the columns of an event as schema 1 has them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import uuid
from contextlib import closing, suppress
from pathlib import Path

from sqlite_utils import Database

from app.errors import Fault
from app.study import locking, schema
from app.study.opening import check_content, check_whole, connect

_LOG = (
    "SELECT uuid, rater, sequence, trial, kind, answer, confidence, note, milliseconds, idle, at, rubric, previous,"
    " hash, mac FROM event ORDER BY uuid"
)


def upgrade(path: Path, connection: sqlite3.Connection, password: str | None) -> None:
    """Bring a file to the newest schema, in place, once a backup of it lies beside it.

    Args:
        path: the file.
        connection: to it, for writing.
        password: of the file, where it has one: the backup has the same.

    Raises:
        Fault: it is damaged or was altered, or no backup can be made; the file is then as it was.
        sqlite3.DatabaseError: it cannot be written; the file is then as it was.
    """
    # A migration may have to make a table anew that others refer to. What that lets through is found in the end.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    backup = None
    try:
        version = schema.version_of(connection)
        if version < schema.VERSION:  # another program may have been faster
            check_whole(path, connection, version)
            backup = _back_up(path, version, password)
            _migrate(path, connection)
        else:
            check_content(path, connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if backup is not None and schema.version_of(connection) == version:
            backup.unlink(missing_ok=True)  # the file itself is what it is a copy of
        raise
    connection.execute("PRAGMA foreign_keys = ON")


def upgraded_copy(path: Path, connection: sqlite3.Connection, password: str | None) -> sqlite3.Connection:
    """A copy of the file in the newest schema, for reading alone: it is gone when its connection is closed.

    Args:
        path: the file, which stays as it is.
        connection: to it; it is not needed afterwards.
        password: of the file, where it has one: what SQLite writes of the copy to the disk is encrypted with it too.

    Raises:
        Fault: it is damaged or was altered.
    """
    copy = connect(None, "rw", password)
    try:
        connection.execute("BEGIN")
        check_whole(path, connection, schema.version_of(connection))
        connection.backup(copy)
        copy.execute("PRAGMA foreign_keys = OFF")
        copy.execute("BEGIN")
        _migrate(path, copy)
        copy.execute("COMMIT")
        copy.execute("PRAGMA query_only = ON")
    except BaseException:
        copy.close()
        raise
    return copy


def _migrate(path: Path, connection: sqlite3.Connection) -> None:
    """All migrations that are wanting, within a transaction; then, is it a whole study file with the same log?"""
    before = _digest_of_log(connection)
    try:
        schema.migrations.apply(Database(connection))
    except locking.errors("IntegrityError") as error:
        raise Fault(f"{path} was altered: its tables do not fit together. Ask for a fresh copy of it.") from error
    check_content(path, connection)
    if _digest_of_log(connection) != before:
        raise Fault(f"{path} cannot be upgraded: its log would not be the same. It stays as it was; please report it.")


def _digest_of_log(connection: sqlite3.Connection) -> str:
    """SHA-256 of every event as schema 1 has it: where it is the same, so are their number, their chains and codes."""
    digest = hashlib.sha256()
    for row in connection.execute(_LOG):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _back_up(path: Path, version: int, password: str | None) -> Path:
    """A copy beside the file, on the disk for good before this returns; it takes no name that is taken.

    By a connection of its own: SQLite copies nothing out of a transaction that writes. Nobody else can write meanwhile.
    """
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with closing(connect(path, "ro", password)) as source, closing(connect(part, "rwc", password)) as target:
            source.backup(target)
        shutil.copymode(path, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        backup = _free_name(path, version)
        part.rename(backup)
        _sync_folder(path.parent)
    except OSError as error:
        raise Fault(f"{path} has to be upgraded, and no backup can be made of it first: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return backup


def _free_name(path: Path, version: int) -> Path:
    number, name = 1, f"{path.stem}.schema-{version}.backup"
    while (found := path.with_name(f"{name}{f'-{number}' if number > 1 else ''}{path.suffix}")).exists():
        number += 1
    return found


def _sync_folder(folder: Path) -> None:
    """See that the name of a new file is on the disk too; Windows cannot be asked to, and does so by itself."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            with suppress(OSError):  # some network drives refuse
                os.fsync(opened)
        finally:
            os.close(opened)
