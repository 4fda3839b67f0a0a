"""Files come back in any order, any number of times, in any state, and the study is the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import FakeClock, label_everything, new_study, which_one_study
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.study.chain import event_hash, first_break
from app.study.collecting import collect, look
from app.study.file import StudyFile
from app.study.handing_out import hand_out, pack_again
from app.study.log import RaterLog
from app.study.protocol import Conditions, Protocol
from app.study.records import Entry, NewStudy

PROTOCOL = Protocol(conditions=Conditions(0.5, 0.25, 0.25), repeats=0.1, repeat_distance=2)
TABLES = ("study", "rater", "issue", "forgotten", "trial", "event", "stimulus", "measurement", "image", "unit")


def handed_out(
    folder: Path, new: NewStudy | None = None, names: tuple[str, ...] = ("r1", "r2")
) -> tuple[Path, list[Path]]:
    """A study with a file for each of these raters."""
    path = folder / "study.jury"
    StudyFile.create(path, new or replace(new_study(12), protocol=PROTOCOL))
    with StudyFile.open(path) as study:
        files = hand_out(study, names, folder / "out", lambda done, total: None)
    return path, [one.path for one in files]


def label(path: Path) -> None:
    """The rater whose file this is goes through all of it."""
    with StudyFile.open(path) as file:
        rater = file.issued_to()
        assert rater is not None
        label_everything(file, rater, FakeClock())


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of the rows themselves."""
    with sqlite3.connect(path) as connection:
        found = {table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in TABLES}
    connection.close()
    return found


def copy_without(path: Path, target: Path, kept: Callable[[str], bool]) -> Path:
    """The same file with some of its events alone, as a program that was written for it might leave it."""
    target.write_bytes(path.read_bytes())
    with sqlite3.connect(target, isolation_level=None) as connection:
        trigger = "event_is_never_removed"
        (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (trigger,)).fetchone()
        connection.execute(f"DROP TRIGGER {trigger}")
        uuids = [uuid for (uuid,) in connection.execute("SELECT uuid FROM event") if not kept(uuid)]
        connection.executemany("DELETE FROM event WHERE uuid = ?", [(uuid,) for uuid in uuids])
        connection.execute(sql)
    connection.close()
    return target


def events_of(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        found = [uuid for (uuid,) in connection.execute("SELECT uuid FROM event ORDER BY rater, sequence")]
    connection.close()
    return found


def taken(study: Path, *files: Path) -> int:
    with StudyFile.open(study) as home:
        preview = look(home, files)
        came = collect(home, files)
    assert not preview.refused
    assert came == preview
    return came.events


def refused(study: Path, file: Path) -> str:
    """Why it is refused; the study stays as it was."""
    before = content(study)
    with StudyFile.open(study) as home:
        preview = look(home, [file])
        assert collect(home, [file]).refused == preview.refused
    assert content(study) == before
    (only,) = preview.refused
    return only.why


def test_what_raters_said_in_their_files_comes_back(tmp_path: Path) -> None:
    study, files = handed_out(tmp_path)
    for file in files:
        label(file)
    assert taken(study, *files) == sum(len(events_of(file)) for file in files)
    assert taken(study, *files) == 0
    with StudyFile.open(study) as home:
        assert {judgement.rater for judgement in home.judgements()} == {"r1", "r2"}
        for rater in home.raters():
            assert first_break(home.events(rater), home.key(rater)) is None


def test_the_study_is_as_if_all_had_been_labeled_in_it(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    label(file)
    taken(study, file)
    with StudyFile.open(study) as home, StudyFile.open(file) as theirs:
        assert [j.label for j in home.judgements()] == [j.label for j in theirs.judgements()]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), pairs=st.booleans())
def test_any_partition_in_any_order_with_repeats_gives_the_same_study(
    data: st.DataObject, pairs: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    study, files = handed_out(folder, which_one_study(8) if pairs else new_study(6))
    for file in files:
        label(file)
    empty = study.read_bytes()
    taken(study, *files)
    whole = content(study)

    study.write_bytes(empty)
    parts: list[Path] = []
    for number, file in enumerate(files):
        place = {uuid: data.draw(st.integers(0, 2), label=uuid) for uuid in events_of(file)}
        for part in range(3):
            name = folder / f"part-{number}-{part}.jury"
            parts.append(copy_without(file, name, lambda uuid, place=place, part=part: place[uuid] == part))  # type: ignore[misc]
    order = data.draw(st.permutations(parts + data.draw(st.lists(st.sampled_from(parts), max_size=4))))
    cut = data.draw(st.integers(0, len(order)))
    for some in (order[:cut], order[cut:]):
        with StudyFile.open(study) as home:
            collect(home, some)
    assert content(study) == whole


def test_a_rater_who_is_not_done_is_completed_later(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    label(file)
    first = set(events_of(file)[:5])
    half = copy_without(file, tmp_path / "half.jury", first.__contains__)
    assert taken(study, half) == 5
    assert taken(study, file) == len(events_of(file)) - 5


def test_two_copies_that_went_on_by_themselves_are_both_kept_and_told(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    other = tmp_path / "other.jury"
    other.write_bytes(file.read_bytes())
    label(file)
    label(other)
    with StudyFile.open(study) as home:
        came = collect(home, [file, other])
        assert "two copies of the file from event 1" in came.notes[0]
        assert came.events == len(events_of(file)) + len(events_of(other))
        (rater,) = home.raters()
        assert first_break(home.events(rater), home.key(rater)) is None


def test_raters_of_a_plain_copy_come_along_with_their_trials(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    copies = [tmp_path / "a.jury", tmp_path / "b.jury"]
    for copy in copies:
        copy.write_bytes(study.read_bytes())
        with StudyFile.open(copy) as file:
            label_everything(file, file.add_rater("anna"), FakeClock())
    other = tmp_path / "again.jury"
    other.write_bytes(study.read_bytes())
    taken(study, *copies)
    taken(other, copies[1])
    taken(other, copies[0])
    assert content(study) == content(other)
    with StudyFile.open(study) as home:
        names = [rater.pseudonym for rater in home.raters()]
        assert all(name.startswith("anna ") for name in names)
        assert len(set(names)) == 2


def altered(file: Path, change: str) -> Path:
    with sqlite3.connect(file, isolation_level=None) as connection:
        trigger = "event_is_never_changed"
        (sql,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (trigger,)).fetchone()
        connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(change)
        connection.execute(sql)
    connection.close()
    return file


def test_an_altered_event_is_refused_by_name(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    label(file)
    altered(file, "UPDATE event SET milliseconds = milliseconds + 1 WHERE sequence = 4")
    assert "event 4 of r1 was altered" in refused(study, file)


def test_a_log_that_was_written_without_the_key_is_refused(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    altered(file, "UPDATE issue SET key = zeroblob(32)")
    label(file)
    assert "event 1 of r1 was not written with the key" in refused(study, file)


def test_what_was_collected_cannot_be_changed_by_a_later_file(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    with StudyFile.open(file) as theirs:
        rater = theirs.issued_to()
        assert rater is not None
        RaterLog(theirs, rater).append(Entry(None, "consent"))
        (event,) = theirs.events(rater)
    taken(study, file)
    other = replace(event, at="2001-01-01T00:00:00Z")
    altered(file, f"UPDATE event SET at = '{other.at}', hash = '{event_hash(other.row)}', mac = NULL")
    assert "event 1 of r1" in refused(study, file)


def test_files_that_do_not_belong_here_are_refused_with_the_reason(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    foreign = tmp_path / "foreign.jury"
    new = new_study(6)
    StudyFile.create(foreign, replace(new, info=replace(new.info, uuid="other")))
    assert "belongs to another study" in refused(study, foreign)
    worded = tmp_path / "worded.jury"
    StudyFile.create(worded, replace(new, rubric=replace(new.rubric, question="Circles?")))
    assert "asks another question" in refused(study, worded)
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG")
    assert "no Neuron Jury study file" in refused(study, picture)
    assert "the study itself" in refused(study, study)
    (tmp_path / "another-name.jury").hardlink_to(study)
    assert "the study itself" in refused(study, tmp_path / "another-name.jury")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE trial SET position = position + 100")
    connection.close()
    assert "other trials for r1" in refused(study, file)


def test_a_file_that_was_handed_out_collects_nothing(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    with StudyFile.open(file) as theirs, pytest.raises(Fault, match="collect into the study"):
        look(theirs, [study])
    with StudyFile.open(file) as theirs, pytest.raises(Fault, match="nobody else can be added"):
        theirs.add_rater("another")


def test_a_file_that_was_lost_is_written_again_as_it_was(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    before = content(file)
    file.unlink()
    with StudyFile.open(study) as home:
        pack_again(home, "r1", file.parent)
    assert content(file) == before
