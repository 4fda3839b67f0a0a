"""A rater's file with a password: it is a study file like any other, and nobody else can read a word of it."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from helpers import FakeClock, label_everything, png, study_file

from app.errors import Fault
from app.study import locking, opening
from app.study.chain import first_break
from app.study.collecting import collect, look
from app.study.file import StudyFile
from app.study.forgetting import forget_rater
from app.study.handing_out import hand_out, pack_again, reassign
from app.study.opening import Locked, connect

PASSWORD = 'it\'s "péché"\0; --'
QUESTION, NAME, PNG = b"Does this show an edge?", b"heron", png(1)[:8]


def handed_out(folder: Path, *names: str, password: str | None = PASSWORD) -> tuple[Path, list[Path]]:
    """A study with a file for each of these raters."""
    path = study_file(folder)
    with StudyFile.open(path) as study:
        files = hand_out(study, names, folder / "out", lambda done, total: None, password=password)
    return path, [one.path for one in files]


def in_clear(file: Path) -> list[bytes]:
    """What of this can be read in a file or its journal, by whoever has no password."""
    data = b"".join(one.read_bytes() for one in file.parent.iterdir() if one.name.startswith(file.name))
    return [word for word in (b"SQLite format 3", QUESTION, NAME, PNG, b"CREATE TABLE") if word in data]


def changed_by_hand(file: Path, *statements: str) -> None:
    """What somebody who has the password does to their file."""
    connection = connect(file, "rw", PASSWORD)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_it_labels_resumes_and_collects_as_any_other_file_and_holds_nothing_readable(tmp_path: Path) -> None:
    study, (plain,) = handed_out(tmp_path, "heron", password=None)
    assert len(in_clear(plain)) == 5  # this is how it would be found
    plain.unlink()
    with StudyFile.open(study) as home:
        file = pack_again(home, "heron", tmp_path / "out", password=PASSWORD).path
    for _ in range(2):  # the second time there is nothing left to do
        with StudyFile.open(file, password=unicodedata.normalize("NFD", PASSWORD)) as theirs:
            rater = theirs.issued_to()
            assert rater is not None
            assert label_everything(theirs, rater, FakeClock()).screen.step == "done"
    assert in_clear(file) == []
    with StudyFile.open(study) as home:
        other = hand_out(home, ["otter"], tmp_path / "out", lambda done, total: None)[0].path  # has no password
        assert [one.left for one in look(home, [file, other], password=PASSWORD).found] == [0, 12]
        came = collect(home, [file, other], password=PASSWORD)
        assert (came.events, came.refused) == (12, ())
        assert len(home.judgements()) == 12


def test_without_the_password_it_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, "heron")
    before = file.read_bytes()
    for given, told in (
        (None, "needs a password, or is no study"),
        ("", "needs a pass"),
        ("wrong one", "is not the pass"),
    ):
        with pytest.raises(Locked, match=told):
            StudyFile.open(file, password=given)
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert file.read_bytes() == before
    with StudyFile.open(study) as home:
        (refused,) = collect(home, [file], password="wrong one").refused
        assert refused.locked
        assert "is not the password" in refused.why


def test_another_program_that_knows_sqlcipher_opens_it_with_the_same_password(tmp_path: Path) -> None:
    dbapi2 = pytest.importorskip("sqlcipher3.dbapi2")
    password = "it's 8 or more"
    _, (file,) = handed_out(tmp_path, "heron", password=password)
    connection = dbapi2.connect(str(file))
    connection.execute("PRAGMA key = 'it''s 8 or more'")
    assert connection.execute("SELECT pseudonym FROM rater").fetchall() == [("heron",)]
    connection.close()


def test_a_password_that_is_too_short_adds_nobody_and_writes_nothing(tmp_path: Path) -> None:
    study = study_file(tmp_path)
    with StudyFile.open(study) as home:
        with pytest.raises(Fault, match="at least 8 characters"):
            hand_out(
                home, ["heron"], tmp_path / "out", lambda done, total: None, password="e\N{COMBINING ACUTE ACCENT}" * 7
            )
        home.add_rater("ann")
        with pytest.raises(Fault, match="at least 8 characters"):
            reassign(home, "ann", "otter", tmp_path / "out", lambda done, total: None, password="")
        assert [rater.pseudonym for rater in home.raters()] == ["ann"]
    assert not (tmp_path / "out").exists()


def test_without_the_library_a_line_says_what_to_install_and_other_files_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, (file,) = handed_out(tmp_path, "heron")
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    with pytest.raises(Fault, match=r"neuron-jury\[password\]"):
        StudyFile.open(file, password=PASSWORD)
    with StudyFile.open(study) as home:
        with pytest.raises(Fault, match=r"neuron-jury\[password\]"):
            hand_out(home, ["otter"], tmp_path / "out", lambda done, total: None, password=PASSWORD)
        assert [rater.pseudonym for rater in home.raters()] == ["heron"]


def test_the_library_is_loaded_for_files_with_a_password_alone(tmp_path: Path) -> None:
    program = "import sys; from pathlib import Path; from app.study.file import StudyFile\n"
    program += "StudyFile.open(Path(sys.argv[1])).close(); print([name for name in sys.modules if 'sqlcipher' in name])"
    words = [sys.executable, "-c", program, str(study_file(tmp_path))]
    top = Path(__file__).parents[3]
    assert subprocess.run(words, capture_output=True, text=True, check=True, cwd=top).stdout == "[]\n"


# ---- what is no such file, or was altered -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [bytes(8192), b"words" * 4096, png(1), b"\x89PNG" + bytes(range(256)) * 3],
    ids=["zeros", "text", "png", "cut"],
)
def test_what_cannot_be_such_a_file_is_not_asked_a_password_of(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.jury"
    path.write_bytes(data)
    with pytest.raises(Fault, match="is no Neuron Jury study file") as told:
        StudyFile.open(path, password=PASSWORD)
    assert not isinstance(told.value, Locked)


def test_what_may_be_one_is(tmp_path: Path) -> None:
    path = tmp_path / "a.jury"
    path.write_bytes(random.Random(1).randbytes(8192))
    with pytest.raises(Locked, match="or is no study file"):
        StudyFile.open(path)
    with pytest.raises(Locked, match="or it is no study file"):
        StudyFile.open(path, password=PASSWORD)


def test_a_byte_that_was_altered_shows_wherever_it_is(tmp_path: Path) -> None:
    _, (file,) = handed_out(tmp_path, "heron")
    data = file.read_bytes()
    for place, kind in ((30, Locked), (locking.PAGE + 100, Fault), (len(data) - 10, Fault)):
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(kind, match="is damaged" if kind is Fault else "is not the password"):
            StudyFile.open(file, password=PASSWORD)


def test_what_is_not_ours_is_refused_inside_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (file,) = handed_out(tmp_path, "heron")
    good = file.read_bytes()
    monkeypatch.setitem(opening._LIMITS, sqlite3.SQLITE_LIMIT_LENGTH, 2_000_000)
    trigger = "CREATE TRIGGER evil AFTER INSERT ON event BEGIN UPDATE study SET title = 'x'; END"
    for statements, told in (
        ([trigger], "was altered: not all of it is as Neuron Jury made it"),
        (["CREATE VIRTUAL TABLE evil USING fts5(a)"], "was altered: not all of it"),
        (["PRAGMA user_version = 99"], "made by a newer version"),
        (["PRAGMA application_id = 1"], "is no Neuron Jury study file"),
        (['CREATE TABLE "a""b" (big)', 'INSERT INTO "a""b" VALUES (zeroblob(3000000))'], "larger than a study"),
    ):
        file.write_bytes(good)
        changed_by_hand(file, *statements)
        with pytest.raises(Fault, match=told):
            StudyFile.open(file, password=PASSWORD)


def test_what_the_file_brings_along_cannot_do_more_than_in_a_plain_one(tmp_path: Path) -> None:
    _, (file,) = handed_out(tmp_path, "heron")
    asked = ("trusted_schema", "cell_size_check", "foreign_keys", "recursive_triggers", "synchronous", "journal_mode")
    with StudyFile.open(file, password=PASSWORD) as theirs, StudyFile.open(study_file(tmp_path / "plain")) as plain:
        for name in asked:
            one, other = (study.connection.execute(f"PRAGMA {name}").fetchone() for study in (theirs, plain))
            assert one == other, name
        with pytest.raises(locking.errors("OperationalError"), match="not authorized"):
            theirs.connection.execute("SELECT load_extension('evil')")


# ---- faults ------------------------------------------------------------------------------------------------------


def test_faults_are_told_in_words(tmp_path: Path) -> None:
    _, (file,) = handed_out(tmp_path, "heron")
    with StudyFile.open(file, password=PASSWORD) as theirs:
        with pytest.raises(locking.errors("IntegrityError")), theirs.writing() as connection:
            connection.execute("DELETE FROM rater")  # a bug of ours would show as one
        theirs.connection.execute("PRAGMA query_only = ON")
        with pytest.raises(Fault, match="is read-only"):
            theirs.write("UPDATE study SET title = ?", ("x",))
        theirs.connection.execute("PRAGMA query_only = OFF")
        with pytest.raises(Fault, match="to forget them, delete it"):
            forget_rater(theirs, "heron")
        theirs.compact()
        assert len(theirs.trials(theirs.raters()[0])) == 12
    assert in_clear(file) == []


HALF_DONE = """
import os, signal, sys
from pathlib import Path
from app.study.file import StudyFile
study = StudyFile.open(Path(sys.argv[1]), password=sys.stdin.read())
study.connection.execute("PRAGMA cache_size = 1")  # so that pages go to the disk before the commit
with study.writing() as connection:
    connection.execute("UPDATE image SET data = zeroblob(length(data))")
    connection.execute("UPDATE rubric SET question = 'Half done'")
    os.kill(os.getpid(), signal.SIGKILL)
"""

LABELS = """
import sys
from pathlib import Path
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.events import Entry
study = StudyFile.open(Path(sys.argv[1]), password=sys.stdin.read())
rater = study.issued_to()
log, trial = RaterLog(study, rater), study.trials(rater)[0]
while True:
    log.append(Entry(trial.id, "comment", note="heron says: Does this show an edge?"))
    print("saved", flush=True)
"""


def started(program: str, file: Path) -> subprocess.Popen[str]:
    top = Path(__file__).parents[3]
    words = [sys.executable, "-c", program, str(file)]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=top, encoding="utf-8")
    assert child.stdin is not None
    child.stdin.write(PASSWORD)
    child.stdin.close()
    return child


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_the_journal_is_encrypted_and_what_was_half_done_is_undone(tmp_path: Path) -> None:
    _, (file,) = handed_out(tmp_path, "heron")
    with started(HALF_DONE, file) as child:
        assert child.wait() == -signal.SIGKILL
    assert file.with_name(file.name + "-journal").stat().st_size > locking.PAGE
    assert in_clear(file) == []
    with pytest.raises(Locked):  # SQLite undoes it with the pages as they are, whatever the password
        StudyFile.open(file, password="wrong one")
    with StudyFile.open(file, password=PASSWORD) as theirs:
        assert theirs.rubric().question.encode() == QUESTION


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_kills_lose_nothing(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, "heron")
    rng, saved = random.Random(5), 0
    for _ in range(2):
        with started(LABELS, file) as child:
            assert child.stdout is not None
            for _ in range(rng.randint(1, 12)):
                assert child.stdout.readline() == "saved\n"
                saved += 1
            child.send_signal(signal.SIGKILL)
            saved += child.stdout.read().count("saved\n")
        assert in_clear(file) == []
        with StudyFile.open(file, password=PASSWORD) as theirs:
            rater = theirs.issued_to()
            assert rater is not None
            events = theirs.events(rater)
            assert saved <= len(events) <= saved + 1  # the one on its way
            assert first_break(events, theirs.key(rater)) is None
            saved = len(events)
    with StudyFile.open(study) as home:
        assert collect(home, [file], password=PASSWORD).events == saved


def test_a_plain_file_needs_no_password_and_minds_none(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path), password=PASSWORD) as study:
        assert isinstance(study.connection, sqlite3.Connection)
        assert not locking.has_password(study.connection)
    assert opening.check_header(study.path) is False
