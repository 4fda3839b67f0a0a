"""Files of older schemas open: backed up, upgraded and verified, or left as they were."""

from __future__ import annotations

import csv
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import vfs
from helpers import FakeClock, label_everything
from sqlite_utils import Database, Migrations

from app.errors import Fault
from app.study import schema
from app.study.chain import first_break
from app.study.collecting import collect, look
from app.study.file import StudyFile

GOLDEN = Path(__file__).parents[2] / "golden"
RELEASED = range(1, schema.VERSION + 1)
CHANGED = (
    "Schema {} is not what its golden file has. A released schema is never changed: write a migration to the next one,"
    " in app/study/schema.py. Until the first release, make the golden files anew: PYTHONPATH=.:tests python"
    " tests/golden/make.py"
)


# ---- what was released -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", RELEASED)
def test_a_released_schema_is_what_it_was(version: int) -> None:
    with closing(sqlite3.connect(f"{(GOLDEN / f'schema-{version}.jury').as_uri()}?mode=ro", uri=True)) as connection:
        assert schema.version_of(connection) == version
        assert schema.strange_objects(connection, version) == [], CHANGED.format(version)


@pytest.mark.parametrize("version", RELEASED)
def test_what_everybody_said_is_read_from_a_golden_file_and_the_file_is_not_touched(version: int) -> None:
    path = GOLDEN / f"schema-{version}.jury"
    before = path.read_bytes()
    with path.with_suffix(".csv").open(newline="") as file:
        columns, *kept = csv.reader(file)
    with StudyFile.open(path, writable=False) as study:
        rows = study.connection.execute(f"SELECT {', '.join(columns)} FROM judgement ORDER BY rater, place").fetchall()
        assert [["" if value is None else str(value) for value in row] for row in rows] == kept
        assert all(first_break(study.events(rater), study.key(rater)) is None for rater in study.raters())
        assert len(study.raters()) == 5
        assert {len(study.units()), len(study.catches()), len(study.practice())} == {2, 1}
        for table, rows_of in (("imported", 1), ("forgotten", 1), ("issue", 2), ("heat_map", 8)):
            assert study.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (rows_of,)
    assert path.read_bytes() == before
    assert sorted(one.name for one in GOLDEN.glob("schema-*.backup*")) == []


@pytest.mark.parametrize("version", RELEASED)
def test_a_golden_file_opens_for_writing_and_takes_a_file_that_was_handed_out(version: int, tmp_path: Path) -> None:
    study, theirs = copy(tmp_path, version), copy(tmp_path, version, "-handed-out")
    with StudyFile.open(study) as home:
        assert collect(home, [theirs]).events == 12


def copy(folder: Path, version: int = 1, what: str = "") -> Path:
    target = folder / f"study{what}.jury"
    shutil.copy(GOLDEN / f"schema-{version}{what}.jury", target)
    return target


# ---- the way from one to the next, with a next one that is made up ------------------------------------------------


def version_2(db: Database) -> None:
    """The hardest that a migration may have to do: the log's table is made anew, because an event may be more."""
    made = schema.objects(db.conn)
    anew = (
        made["table", "event"]
        .replace("'unflag', 'consent')", "'unflag', 'consent', 'yawn')")
        .replace("TABLE event", "TABLE event_2")
    )
    db.execute("DROP VIEW judgement")
    db.execute(anew)
    db.execute("INSERT INTO event_2 SELECT * FROM event ORDER BY rowid")
    db.execute("DROP TABLE event")
    db.execute("ALTER TABLE event_2 RENAME TO event")
    for (_, name), sql in made.items():
        if name.startswith("event_") or name == "judgement":
            db.execute(sql)
    db.execute("CREATE TABLE mood (rater TEXT PRIMARY KEY REFERENCES rater (id), mood TEXT NOT NULL) STRICT")
    db.execute("PRAGMA user_version = 2")


def forgetful(db: Database) -> None:
    """A migration with a fault: it loses the last event."""
    version_2(db)
    made = schema.objects(db.conn)["trigger", "event_is_never_removed"]
    db.execute("DROP TRIGGER event_is_never_removed")
    db.execute("DELETE FROM event WHERE rowid = (SELECT max(rowid) FROM event)")
    db.execute(made)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes this a program of the future, which knows a second schema."""

    def become(second: Callable[[Database], None] = version_2) -> None:
        two = Migrations("neuronjury")
        two(name="version_1")(schema.version_1)
        two(name="version_2")(second)
        monkeypatch.setattr(schema, "migrations", two)
        monkeypatch.setattr(schema, "VERSION", 2)

    return become


def events(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM event ORDER BY uuid").fetchall()


def version(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[60:64], "big")


def test_an_older_file_is_backed_up_and_upgraded(tmp_path: Path, newer: Callable[..., None]) -> None:
    path = copy(tmp_path)
    path.chmod(0o640)
    before = events(path)
    newer()
    with StudyFile.open(path) as study:
        study.connection.execute("INSERT INTO mood SELECT id, 'awake' FROM rater")
        assert study.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        rater = study.add_rater("new")
        label_everything(study, rater, FakeClock())
        assert all(first_break(study.events(one), study.key(one)) is None for one in study.raters())
    (backup,) = tmp_path.glob("*.backup*")
    assert backup.name == "study.schema-1.backup.jury"
    assert backup.stat().st_mode == path.stat().st_mode
    assert (version(backup), version(path)) == (1, 2)
    assert events(backup) == before
    assert set(before) < set(events(path))
    StudyFile.open(path).close()
    assert len(list(tmp_path.iterdir())) == 2  # once is enough


def test_a_backup_takes_no_name_that_is_taken(tmp_path: Path, newer: Callable[..., None]) -> None:
    path = copy(tmp_path)
    for name in ("study.schema-1.backup.jury", "study.schema-1.backup-2.jury"):
        (tmp_path / name).write_text(name)
    newer()
    StudyFile.open(path).close()
    assert version(tmp_path / "study.schema-1.backup-3.jury") == 1
    assert (tmp_path / "study.schema-1.backup.jury").read_text() == "study.schema-1.backup.jury"


def test_a_file_that_is_only_read_stays_as_it_is(tmp_path: Path, newer: Callable[..., None]) -> None:
    path = copy(tmp_path)
    before = path.read_bytes()
    newer()
    with StudyFile.open(path, writable=False) as study:
        assert study.connection.execute("SELECT count(*) FROM mood").fetchone() == (0,)
        assert len(study.judgements()) == 40
        with pytest.raises(Fault, match="read-only"):
            study.add_rater("new")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_rater_did_in_an_older_file_comes_into_an_upgraded_study(
    tmp_path: Path, newer: Callable[..., None]
) -> None:
    study, theirs = copy(tmp_path), copy(tmp_path, what="-handed-out")
    before = theirs.read_bytes()
    newer()
    with StudyFile.open(study) as home:
        assert look(home, [theirs]).events == collect(home, [theirs]).events == 12
        (late,) = [rater for rater in home.raters() if rater.pseudonym == "late"]
        assert first_break(home.events(late), home.key(late)) is None
    assert theirs.read_bytes() == before


def test_a_file_with_a_password_has_a_backup_with_that_password(tmp_path: Path, newer: Callable[..., None]) -> None:
    pytest.importorskip("sqlcipher3")
    from app.study.handing_out import hand_out

    with StudyFile.open(copy(tmp_path)) as home:
        (file,) = hand_out(home, ["secret"], tmp_path / "out", lambda done, total: None, password="long enough")
    newer()
    with StudyFile.open(file.path, writable=False, password="long enough") as theirs:
        assert theirs.connection.execute("SELECT count(*) FROM mood").fetchone() == (0,)
    StudyFile.open(file.path, password="long enough").close()
    (backup,) = file.path.parent.glob("*.backup.jury")
    for path in (file.path, backup):
        assert not path.read_bytes().startswith(b"SQLite")
        with StudyFile.open(path, writable=False, password="long enough") as theirs:
            assert theirs.raters()[0].pseudonym == "secret"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("CREATE TRIGGER theirs AFTER INSERT ON event BEGIN SELECT 1; END", "was altered"),  # gone with the old table
        ("UPDATE trial SET stimulus = 'nowhere'", "was altered"),
        ("DELETE FROM _sqlite_migrations", "could not be used"),
        ("UPDATE _sqlite_migrations SET name = 'version_2'", "could not be used"),
        ("INSERT INTO _sqlite_migrations SELECT 2, migration_set, 'version_2', '' FROM _sqlite_migrations", "altered"),
        ("PRAGMA user_version = 0", "is no Neuron Jury study file"),
    ],
)
@pytest.mark.parametrize("writable", [True, False])
def test_an_older_file_that_was_altered_stays_as_it_is(
    change: str, told: str, writable: bool, tmp_path: Path, newer: Callable[..., None]
) -> None:
    path = copy(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(change)
    before = path.read_bytes()
    newer()
    with pytest.raises(Fault, match=told):
        StudyFile.open(path, writable=writable)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_upgrade_that_would_lose_something_is_undone(tmp_path: Path, newer: Callable[..., None]) -> None:
    path = copy(tmp_path)
    before = path.read_bytes()
    newer(forgetful)
    for writable in (True, False):
        with pytest.raises(Fault, match="its log would not be the same"):
            StudyFile.open(path, writable=writable)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_takes_no_backup_is_told(
    tmp_path: Path, newer: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copy(tmp_path)
    before = path.read_bytes()
    newer()

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(Fault, match="no backup can be made of it first: Permission denied"):
        StudyFile.open(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def seen() -> None:
    if why := vfs.why_not():
        pytest.skip(why)


def changes_of(path: Path) -> list[dict[str, bytes]]:
    """How the folder of this file stood before each change that its upgrade makes to anything in it."""
    found: list[dict[str, bytes]] = []

    def keep(op: vfs.Op) -> int:
        if Path(op.path).parent == path.parent:
            found.append({one.name: one.read_bytes() for one in path.parent.iterdir()})
        return vfs.OK

    with vfs.watching(keep):
        StudyFile.open(path).close()
    return found


def test_killed_at_any_write_it_is_one_or_the_other(seen: None, tmp_path: Path, newer: Callable[..., None]) -> None:
    (tmp_path / "whole").mkdir()
    path = copy(tmp_path / "whole")
    before = set(events(path))
    newer()
    states = changes_of(path)
    assert len(states) > 50
    assert {version(path)} | {state["study.jury"][63] for state in states} == {1, 2}
    for number, state in enumerate(states[:: len(states) // 12]):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, data in state.items():
            (folder / name).write_bytes(data)
        with StudyFile.open(folder / "study.jury") as study:
            assert study.connection.execute("SELECT count(*) FROM mood").fetchone() == (0,)
        assert set(events(folder / "study.jury")) == before
        backups = list(folder.glob("*.backup*"))
        assert backups
        assert all(set(events(backup)) == before for backup in backups)


def test_a_full_disk_leaves_the_file_as_it_was(seen: None, tmp_path: Path, newer: Callable[..., None]) -> None:
    (tmp_path / "counted").mkdir()
    newer()
    writes = len(changes_of(copy(tmp_path / "counted")))
    outcomes: list[str] = []
    for full_from in range(0, writes, writes // 10):
        folder = tmp_path / str(full_from)
        folder.mkdir()
        path = copy(folder)
        before = path.read_bytes()
        countdown = iter(range(full_from))

        def write(op: vfs.Op, countdown: Iterator[int] = countdown) -> int:
            file = Path(op.path)
            size = file.stat().st_size if file.exists() else -1
            makes_larger = op.kind in ("create", "write") and op.offset + len(op.data) > size
            return vfs.FULL if next(countdown, None) is None and makes_larger else vfs.OK

        told = ""
        with vfs.watching(write):
            try:
                StudyFile.open(path).close()
            except Fault as fault:
                told = str(fault)
        outcomes.append(told)
        assert path.read_bytes() == before if told else version(path) == 2
        StudyFile.open(path).close()  # there is room again
        assert version(path) == 2
        assert events(path) == events(folder / "study.schema-1.backup.jury")
    told = [outcome for outcome in outcomes if outcome]
    assert len(told) >= 5
    assert all("the disk is full" in one for one in told)


def test_of_two_programs_at_once_one_upgrades(tmp_path: Path, newer: Callable[..., None]) -> None:
    """Two real processes of a newer program, each of which waits for the other."""
    path = copy(tmp_path)
    before = set(events(path))
    script = tmp_path / "newer.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom app.study import schema\nfrom app.study.file import StudyFile\n"
        "@schema.migrations()\ndef version_2(db):\n"
        "    db.execute('CREATE TABLE mood (x TEXT) STRICT')\n    db.execute('PRAGMA user_version = 2')\n"
        "schema.VERSION = 2\nprint('ready', flush=True)\nsys.stdin.readline()\n"
        "StudyFile.open(Path(sys.argv[1])).close()\n"
    )
    both = [
        subprocess.Popen(
            [sys.executable, script, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in both:
        _, said = one.communicate()
        assert (one.returncode, said) == (0, "")
    assert version(path) == 2
    assert set(events(path)) == before
    assert len(list(tmp_path.glob("*.backup*"))) == 1
