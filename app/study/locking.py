"""A study file with a password: SQLCipher encrypts each page of it, and of its journal, with AES-256.

This is the one place that knows of SQLCipher. Its library, a twin of the standard sqlite3 module with classes of its
own, is an extra that is loaded for files with a password alone. It can neither set SQLite's limits nor its defensive
mode: `check_sizes` stands in for the one limit that matters.
"""

from __future__ import annotations

import sqlite3
import sys
import unicodedata
from pathlib import Path
from typing import Any, cast

from app.errors import Fault

LEAST = 8
"""Characters of a password, at packing."""
PAGE = 4096
"""Bytes of a page of SQLCipher: such a file is a whole number of them."""
_LIBRARY = "sqlcipher3.dbapi2"


def check_new_password(password: str | None) -> None:
    """May files be written with this password, if one is wanted at all?

    Raises:
        Fault: it is too short, or the library is not installed.
    """
    if password is None:
        return
    if len(_normal(password)) < LEAST:
        raise Fault(f"A password needs at least {LEAST} characters.")
    _library()


def looks_locked(path: Path, header: bytes) -> bool:
    """Whether a file that is no plain study might be one with a password, by its first 100 bytes and its size.

    All of it is encrypted, so that nothing more can be said without the password.

    Raises:
        OSError: it cannot be looked at.
    """
    if len(header) < 100 or header.isascii():
        return False
    return path.stat().st_size % PAGE == 0 or path.with_name(path.name + "-journal").exists()


def connect(password: str, where: str, **options: Any) -> sqlite3.Connection:
    """As `sqlite3.connect`, with a password; whether it is the right one shows when something is first read.

    A fifth of a second: the key is derived from the password by 256,000 rounds of PBKDF2.

    Raises:
        Fault: the library is not installed.
    """
    connection = _library().connect(where, **options)
    # It would write to the terminal whenever a password is wrong.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # In hexadecimal, so that no character of it means anything to SQL; the same as PRAGMA key with its UTF-8.
    key = _normal(password).encode("utf-8", "surrogatepass").hex()
    connection.execute(f"PRAGMA hexkey = '{key}'")
    return cast(sqlite3.Connection, connection)


def has_password(connection: object) -> bool:
    """Whether this is a connection to a file with a password."""
    return not isinstance(connection, sqlite3.Connection)


def is_refused(error: BaseException) -> bool:
    """Whether a password was the wrong one: what it makes of the file is no database."""
    return isinstance(error, errors("DatabaseError")) and "not a database" in str(error)


def errors(name: str) -> tuple[type[Exception], ...]:
    """The class of errors of this DB-API name: the standard module's, and SQLCipher's once that is loaded."""
    modules = (sqlite3, sys.modules.get(_LIBRARY))
    return tuple(getattr(module, name) for module in modules if module is not None)


def check_sizes(connection: sqlite3.Connection, most: int) -> None:
    """Is no text and no blob in any table larger than `most` bytes? Their sizes are read, not they.

    For files in which there are no views and virtual tables but our own.

    Raises:
        sqlite3.DataError: one is, in the words of SQLite's own limit.
    """
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = connection.execute("SELECT name FROM pragma_table_xinfo(?)", (table,)).fetchall()
        sizes = " OR ".join(f"octet_length({_quoted(column)}) > {most:d}" for (column,) in columns)
        if connection.execute(f"SELECT 1 FROM {_quoted(table)} WHERE {sizes} LIMIT 1").fetchone():
            raise sqlite3.DataError("string or blob too big")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _normal(password: str) -> str:
    """One form of what is typed differently on different keyboards."""
    return unicodedata.normalize("NFC", password)


def _library() -> Any:
    try:
        from sqlcipher3 import dbapi2
    except ImportError as error:
        raise Fault(
            "This installation of Neuron Jury cannot read or write files with a password: the part for that,"
            " sqlcipher3, is missing. It comes with the extra neuron-jury[password], and with the installers."
        ) from error
    return dbapi2
