"""What lies beside a study file comes from the same hands: SQLite looks at it before anything can be checked."""

from __future__ import annotations

import os
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest
from helpers import study_file

from app.errors import Fault
from app.study.file import StudyFile

MAGIC = bytes.fromhex("d9d505f920a163d7")


def journal_that_names(other: Path, pages: int, page: int = 4096) -> bytes:
    """A rollback journal with nothing to undo, of a transaction over several files that `other` is to list."""
    name = str(other).encode()
    header = MAGIC + struct.pack(">5I", 0, 0, pages, 512, page)
    check = sum(byte if byte < 128 else byte - 256 for byte in name) & 0xFFFFFFFF
    end = struct.pack(">I", 2**30 // page + 1) + name + struct.pack(">2I", len(name), check) + MAGIC
    return header.ljust(512, b"\0") + end


@pytest.mark.parametrize("writable", [True, False])
@pytest.mark.parametrize("through_a_link", [True, False])
def test_no_journal_makes_sqlite_remove_another_file(tmp_path: Path, writable: bool, through_a_link: bool) -> None:
    path, theirs = study_file(tmp_path), tmp_path / "precious.txt"
    theirs.write_text("years of work\n")
    with closing(sqlite3.connect(path)) as connection:
        (pages,), (size,) = (connection.execute(f"PRAGMA {one}").fetchone() for one in ("page_count", "page_size"))
    named = path
    if through_a_link:
        (tmp_path / "elsewhere").mkdir()
        named = tmp_path / "elsewhere" / "link.jury"
        named.symlink_to(path)
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(journal_that_names(theirs, pages, size))
    with pytest.raises(Fault, match="names another file"):
        StudyFile.open(named, writable=writable)
    assert theirs.exists()
    with closing(sqlite3.connect(path)) as connection:  # and this journal would have done it
        connection.execute("SELECT count(*) FROM study").fetchone()
    assert not theirs.exists()


@pytest.mark.parametrize("ending", ["-journal", "-wal"])
@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_journal_is_told(tmp_path: Path, ending: str, kind: str) -> None:
    path = study_file(tmp_path)
    beside = path.with_name(path.name + ending)
    if kind == "pipe":
        os.mkfifo(beside)
    elif kind == "link":
        beside.symlink_to(tmp_path / "anything")
    else:
        beside.mkdir()
    with pytest.raises(Fault, match="not left there by Neuron Jury"):
        StudyFile.open(path)


def test_a_write_ahead_log_of_another_program_is_told_and_left_alone(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("UPDATE study SET title = 'Another'")
        for writable in (True, False):
            with pytest.raises(Fault, match="not left there by Neuron Jury"):
                StudyFile.open(path, writable=writable)
    before = path.read_bytes()
    with pytest.raises(Fault, match="was changed by another program"):
        StudyFile.open(path)
    assert path.read_bytes() == before
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    with StudyFile.open(path) as study:
        assert study.info().title == "Another"


def test_a_file_can_load_no_library_and_change_no_definitions(tmp_path: Path) -> None:
    """Python 3.11 cannot switch SQLite's defensive mode on: this is what it would be for."""
    with StudyFile.open(study_file(tmp_path)) as study:
        with pytest.raises(sqlite3.OperationalError, match=r"not authorized|no such function"):
            study.connection.execute("SELECT load_extension('anything')")
        assert study.connection.execute("PRAGMA writable_schema").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="may not be modified"):
            study.connection.execute("DELETE FROM sqlite_schema")
