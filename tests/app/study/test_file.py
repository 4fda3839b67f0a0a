"""The study file: what goes in comes out, what is not ours is refused, nothing that was said is lost."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from helpers import new_study, study_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.study import opening, schema
from app.study.chain import event_hash
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("units", [1, 3])
def test_what_is_written_is_read_again(tmp_path: Path, units: int) -> None:
    new = new_study(units=units)
    path = tmp_path / "a.jury"
    StudyFile.create(path, new)
    with StudyFile.open(path) as study:
        assert study.info() == new.info
        assert study.rubric() == new.rubric
        assert study.stimuli() == tuple(sorted(new.stimuli, key=lambda s: s.id))
        assert study.units() == tuple(sample.unit for sample in new.units)
        for sample in new.units:
            number = sample.unit.number
            assert study.references(number) == sample.references
            assert [r.role for r in study.references(number)] == ["most"] * 3 + ["least"] * 3
            assert study.strata(number) == sample.strata
            assert study.histogram(number) == sample.histogram
            assert study.stimuli(number) == tuple(s for s in study.stimuli() if s.unit == number)
        assert study.image(new.stimuli[3].id) == new.stimuli[3].image


def test_a_study_is_never_overwritten(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    before = digest(path)
    with pytest.raises(Fault, match="exists already"):
        StudyFile.create(path, new_study(3))
    assert digest(path) == before


def test_a_study_that_could_not_be_finished_leaves_nothing(tmp_path: Path) -> None:
    new = new_study()
    broken = replace(new, stimuli=new.stimuli + new.stimuli[:1])
    with pytest.raises(sqlite3.IntegrityError):
        StudyFile.create(tmp_path / "a.jury", broken)
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_a_new_file_is_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("no folder can be opened there")
    path, synced = tmp_path / "a.jury", []

    def fsync(number: int) -> None:
        synced.append((os.path.sameopenfile(number, folder), path.exists()))

    folder = os.open(tmp_path, os.O_RDONLY)
    monkeypatch.setattr(os, "fsync", fsync)
    try:
        StudyFile.create(path, new_study(3))
    finally:
        os.close(folder)
    assert synced == [(True, True)]  # the folder, once the file has its name


def test_where_folders_cannot_be_synced_files_are_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(number: int) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "fsync", fsync)
    with StudyFile.open(study_file(tmp_path, 3)) as study:
        assert len(study.stimuli()) == 3


def test_what_belongs_in_a_file_is_worked_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = study_file(tmp_path, 3)
    with StudyFile.open(path):
        pass
    monkeypatch.setattr(type(schema.migrations), "apply", None)  # would be called, and cannot be
    with StudyFile.open(path) as study:
        assert len(study.stimuli()) == 3


def test_the_file_is_sqlite_with_a_rollback_journal_and_every_sync(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        ask = study.connection.execute
        assert ask("PRAGMA journal_mode").fetchone() == ("delete",)
        assert ask("PRAGMA synchronous").fetchone() == (3,)
        assert ask("PRAGMA trusted_schema").fetchone() == (0,)
        assert ask("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
        assert all(row[5] for row in ask("PRAGMA table_list").fetchall() if row[1] in OUR_TABLES)


OUR_TABLES = {
    "study", "rubric", "category", "image", "unit", "stimulus", "measurement", "other_activation", "stratum",
    "reference", "histogram", "rater", "trial", "event",
}  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00" + bytes(84)])
def test_what_is_no_study_file_is_refused_untouched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jury"
    path.write_bytes(content)
    with pytest.raises(Fault, match="no Neuron Jury study file"):
        StudyFile.open(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "a.jury"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    before = digest(path)
    with pytest.raises(Fault, match="no Neuron Jury study file"):
        StudyFile.open(path)
    assert digest(path) == before


def test_a_newer_file_is_refused_untouched(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    connection.close()
    before = digest(path)
    with pytest.raises(Fault, match="newer version"):
        StudyFile.open(path)
    assert digest(path) == before


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="There is no file"):
        StudyFile.open(tmp_path / "nowhere.jury")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TRIGGER theirs AFTER INSERT ON event BEGIN SELECT 1; END",
        "CREATE VIEW theirs AS SELECT * FROM event",
        "CREATE VIRTUAL TABLE theirs USING fts5(x)",
        "DROP TRIGGER event_is_never_changed",
        "DROP VIEW judgement",
        "CREATE UNIQUE INDEX theirs ON event (trial)",  # it would refuse an undo
        "UPDATE study SET facts = '{bad'",
        "UPDATE study SET facts = '7'",
        "UPDATE unit SET facts = '[]'",
        "UPDATE trial SET rater = (SELECT id FROM rater WHERE pseudonym = 'bob')",
        "UPDATE trial SET stimulus = 'nowhere'",
        "UPDATE stimulus SET unit = 2",
        "UPDATE measurement SET stratum = 3",
        "DELETE FROM stratum",
    ],
)
def test_a_file_that_was_altered_is_refused(tmp_path: Path, change: str) -> None:
    path = study_file(tmp_path, stimuli=1)
    with StudyFile.open(path) as study:
        ann, bob = study.add_rater("ann"), study.add_rater("bob")
        RaterLog(study, ann).append(Entry(study.trials(ann)[0].id, "label", "edge", milliseconds=5))
        study.connection.execute("DELETE FROM trial WHERE rater = ?", (bob.id,))
    with sqlite3.connect(path) as connection:
        connection.execute(change)
    connection.close()
    with pytest.raises(Fault, match="was altered"), StudyFile.open(path) as study:
        _ = study.info(), study.units()


def test_tables_and_indexes_of_ones_own_are_let_be(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (x)")
        connection.execute("CREATE INDEX faster ON event (answer)")
    connection.close()
    StudyFile.open(path).close()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    data = bytearray(path.read_bytes())
    data[4096 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4096)
    path.write_bytes(data)
    with pytest.raises(Fault, match=r"damaged|could not be used|altered"):
        StudyFile.open(path)


def test_damage_that_sqlite_cites_is_told_too(tmp_path: Path) -> None:
    """The byte is in what SQLite says of it, which Python then cannot read."""
    path = study_file(tmp_path)
    data = path.read_bytes()
    at = data.index(b"INTEGER", data.index(b"CREATE TABLE study")) + 4
    path.write_bytes(data[:at] + b"\x8c" + data[at + 1 :])
    for writable in (True, False):
        with pytest.raises(Fault, match=r"study\.jury is damaged\. Ask for a fresh copy"):
            StudyFile.open(path, writable=writable)


@pytest.mark.parametrize(
    ("change", "told", "detail"),
    [
        (
            "UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema WHERE tbl_name = 'category'"
            " AND type = 'index') - rootpage WHERE tbl_name = 'category' AND type = 'index'",
            "is damaged. Ask for a fresh copy, or restore a backup.",
            "missing from index sqlite_autoindex_category_",
        ),
        (
            "UPDATE sqlite_schema SET sql = 'CREATE VIEW judgement AS SELECT 1' WHERE name = 'judgement'",
            "was altered: not all of it is as Neuron Jury made it. Ask for a fresh copy of it.",
            "'judgement'",
        ),
        (
            "UPDATE sqlite_schema SET name = 'event_by_trial', tbl_name = 'event_by_trial',"
            " sql = 'CREATE TABLE event_by_trial (a)' WHERE name = 'somebodys'",
            "was altered: not all of it is as Neuron Jury made it. Ask for a fresh copy of it.",
            "'event_by_trial'",
        ),
    ],
)
def test_what_is_wrong_is_told_in_plain_words_and_the_detail_is_kept(
    tmp_path: Path, change: str, told: str, detail: str
) -> None:
    path = study_file(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE somebodys (a)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rowid = -1 WHERE name = 'somebodys'")
        connection.execute(change)
    with pytest.raises(Fault) as caught:
        StudyFile.open(path)
    assert str(caught.value) == f"{path} {told}"
    assert detail in str(caught.value.__cause__)


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"is a folder\. Open the study file itself"):
        StudyFile.open(tmp_path)


def test_a_read_only_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = study_file(tmp_path)
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write anywhere
    with pytest.raises(Fault, match="cannot be written to"):
        StudyFile.open(path)
    with StudyFile.open(path, writable=False) as study:
        assert study.info().title == "Edges?"


def test_each_rater_gets_every_stimulus_once_in_an_order_of_their_own(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        ann, bob = study.add_rater("ann", seed=1), study.add_rater("bob", seed=2)
        orders = [[trial.stimulus for trial in study.trials(rater)] for rater in (ann, bob)]
        everything = sorted(stimulus.id for stimulus in study.stimuli())
        assert sorted(orders[0]) == sorted(orders[1]) == everything
        assert orders[0] != orders[1]
        assert {trial.condition for trial in study.trials(ann)} == {"blind"}


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_stimuli_of_a_unit_come_together(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    with StudyFile.open(study_file(tmp_path_factory.mktemp("a"), stimuli=4, units=3)) as study:
        trials = study.trials(study.add_rater("ann", seed=seed))
        assert len({trial.stimulus for trial in trials}) == len(trials) == 12
        assert [len(list(block)) for _, block in groupby(trial.unit for trial in trials)] == [4, 4, 4]
        unit = {stimulus.id: stimulus.unit for stimulus in study.stimuli()}
        assert all(trial.unit == unit[trial.stimulus] for trial in trials)


def test_the_order_of_the_units_and_within_them_is_a_raters_own(tmp_path: Path) -> None:
    units, within = set(), set()
    with StudyFile.open(study_file(tmp_path, stimuli=4, units=3)) as study:
        for seed in range(40):
            trials = study.trials(study.add_rater(f"rater {seed}", seed=seed))
            units.add(tuple(trial.unit for trial in trials[::4]))
            within.add(tuple(trial.stimulus for trial in trials if trial.unit == 2))
    assert len(units) == 6
    assert len(within) > 12


def test_judgements_of_a_unit_are_those_on_the_stimuli_drawn_for_it(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path, stimuli=3, units=2)) as study:
        rater = study.add_rater("ann")
        log = RaterLog(study, rater)
        for trial in study.trials(rater):
            log.append(Entry(trial.id, "label", "edge" if trial.unit == 1 else "unrelated", milliseconds=5))
        assert [j.label for j in study.judgements(1)] == ["edge"] * 3
        assert [j.label for j in study.judgements(2)] == ["unrelated"] * 3
        assert len(study.judgements()) == 6
        assert {j.stimulus for j in study.judgements(2)} == {s.id for s in study.stimuli(2)}


def test_two_units_of_one_name_are_refused(tmp_path: Path) -> None:
    new = new_study(units=2)
    first, second = new.units
    twice = replace(new, units=(first, replace(second, unit=replace(second.unit, name=first.unit.name))))
    with pytest.raises(sqlite3.IntegrityError):
        StudyFile.create(tmp_path / "a.jury", twice)


def test_the_seed_of_a_rater_fixes_the_order(tmp_path: Path) -> None:
    orders = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with StudyFile.open(study_file(tmp_path / name)) as study:
            orders.append([trial.stimulus for trial in study.trials(study.add_rater("ann", seed=5))])
    assert orders[0] == orders[1]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x00b"])
def test_a_name_must_be_a_name(tmp_path: Path, name: str) -> None:
    with StudyFile.open(study_file(tmp_path)) as study, pytest.raises(Fault, match="name of 1 to 60"):
        study.add_rater(name)


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        study.add_rater("ann")
        with pytest.raises(Fault, match="rater called ann"):
            study.add_rater(" ann ")


def test_judgements_cannot_be_changed_or_removed(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        rater = study.add_rater("ann")
        RaterLog(study, rater).append(Entry(study.trials(rater)[0].id, "label", "edge", milliseconds=5))
        replace = "REPLACE INTO event SELECT * FROM event"
        for statement in ("UPDATE event SET answer = 'unrelated'", "DELETE FROM event", replace):
            with pytest.raises(sqlite3.IntegrityError, match="undo is an event"):
                study.connection.execute(statement)


def test_the_newest_event_of_a_trial_is_the_label(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        rater = study.add_rater("ann")
        first, second, third = study.trials(rater)[:3]
        log = RaterLog(study, rater)
        log.append(Entry(first.id, "label", "edge", milliseconds=1500))
        log.append(Entry(first.id, "undo"))
        log.append(Entry(first.id, "label", "unrelated", milliseconds=700))
        log.append(Entry(second.id, "cannot_tell", milliseconds=10))
        log.append(Entry(third.id, "label", "edge", milliseconds=10))
        log.append(Entry(third.id, "undo"))
        found = {j.stimulus: (j.label, j.seconds) for j in study.judgements()}
    assert found == {first.stimulus: ("unrelated", 0.7), second.stimulus: (None, 0.01)}


def test_events_are_chained_by_hash(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with StudyFile.open(path) as study:
        rater = study.add_rater("ann")
        RaterLog(study, rater).append(Entry(study.trials(rater)[0].id, "label", "edge", milliseconds=5))
    with StudyFile.open(path) as study:
        log = RaterLog(study, rater)
        log.append(Entry(study.trials(rater)[1].id, "label", "unrelated", milliseconds=5))
        events = study.events(rater)
    assert [event.sequence for event in events] == [1, 2]
    assert [event.previous for event in events] == ["", events[0].hash]
    assert [event_hash(event.row) for event in events] == [event.hash for event in events]


def test_the_second_of_two_windows_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with StudyFile.open(path) as one, StudyFile.open(path) as two:
        rater = one.add_rater("ann")
        first, second = RaterLog(one, rater), RaterLog(two, rater)
        first.append(Entry(one.trials(rater)[0].id, "label", "edge", milliseconds=5))
        with pytest.raises(Fault, match="Another window"):
            second.append(Entry(one.trials(rater)[0].id, "label", "unrelated", milliseconds=5))
        first.append(Entry(one.trials(rater)[1].id, "label", "edge", milliseconds=5))
        assert len(one.judgements()) == 2


def test_a_file_that_was_replaced_while_open_is_told(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with StudyFile.open(path) as study:
        rater = study.add_rater("ann")
        log = RaterLog(study, rater)
        path.rename(tmp_path / "elsewhere.jury")
        with pytest.raises(Fault, match="moved, removed or replaced"):
            log.append(Entry(study.trials(rater)[0].id, "label", "edge", milliseconds=5))


def test_a_full_disk_is_told_and_the_answer_can_be_given_again(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        rater = study.add_rater("ann")
        log = RaterLog(study, rater)
        pages = study.connection.execute("PRAGMA page_count").fetchone()[0]
        study.connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own "disk is full"
        trials = iter(study.trials(rater) * 20)
        told = None
        while told is None:
            trial = next(trials)
            try:
                log.append(Entry(trial.id, "label", "edge", milliseconds=5))
            except Fault as fault:
                told = str(fault)
        assert "disk is full" in told
        written = len(study.events(rater))
        study.connection.execute("PRAGMA max_page_count = 100000")
        log.append(Entry(trial.id, "label", "edge", milliseconds=5))
        assert len(study.events(rater)) == written + 1


def test_nothing_of_this_machine_is_in_the_file(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with StudyFile.open(path) as study:
        study.add_rater("ann")
    assert str(tmp_path).encode() not in path.read_bytes()


def test_a_row_that_is_larger_than_any_study_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = study_file(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE study SET facts = ?", ('{"a": "' + "x" * 3_000_000 + '"}',))
    connection.close()
    with StudyFile.open(path) as study:
        assert study.info().facts
    monkeypatch.setitem(opening._LIMITS, sqlite3.SQLITE_LIMIT_LENGTH, 2_000_000)
    with pytest.raises(Fault, match="larger than a study ever does"), StudyFile.open(path) as study:
        study.info()
