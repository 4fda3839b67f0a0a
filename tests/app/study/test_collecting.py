"""Files come back in any order, any number of times, in any state, and the study is the same."""

from __future__ import annotations

import gc
import os
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import fuzzing
import pytest
from helpers import NAME_IT, FakeClock, label_everything, new_study, png, which_one_study
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.study import sound
from app.study.chain import event_hash, first_break
from app.study.collecting import Preview, collect, files_in, look
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.forgetting import forget_rater
from app.study.handing_out import hand_out, pack_again, reassign
from app.study.log import RaterLog
from app.study.merging import Home
from app.study.protocol import Conditions, Protocol
from app.study.records import Known, NewStudy

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
        for pragma, rows in (("foreign_key_check", []), ("foreign_keys", [(1,)])):
            assert home.connection.execute(f"PRAGMA {pragma}").fetchall() == rows
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


COPIED = {
    "categorize": replace(new_study(6), known=(Known("known", "practice", 1, png(99), ("edge",)),)),
    "which_one": replace(
        which_one_study(8), known=(Known("known", "catch", 1, png(98), other_id="other", other=png(99)),)
    ),
    "name_it": replace(new_study(6, 2), rubric=NAME_IT),
}


@pytest.mark.parametrize("task", COPIED)
def test_raters_of_a_plain_copy_come_along_with_their_trials(tmp_path: Path, task: str) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, COPIED[task])
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


# ---- the study can always be opened again ----------------------------------------------------------------------------


def on_one_trial(path: Path, times: int) -> None:
    """The rater of this file, or the first, flags a trial and takes the flag off, over and over."""
    with StudyFile.open(path) as file:
        file.connection.execute("PRAGMA synchronous = OFF")
        rater = file.issued_to() or file.raters()[0]
        log, trial = RaterLog(file, rater), file.trials(rater)[0]
        for n in range(times):
            log.append(Entry(trial.id, "unflag" if n % 2 else "flag"))


def copied(path: Path, name: str) -> Path:
    target = path.with_name(name)
    target.write_bytes(path.read_bytes())
    return target


def brought(study: Path, *files: Path) -> Preview:
    """What came in; the study opens still."""
    with StudyFile.open(study) as home:
        came = collect(home, files)
    StudyFile.open(study, writable=False).close()
    return came


def test_what_a_window_writes_can_be_opened_again_however_often_a_trial_is_flagged(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    other = copied(file, "other.jury")
    for one in (file, other):
        on_one_trial(one, 501)
    assert brought(study, file, other).events == 1002


def test_the_file_that_would_bring_too_many_branches_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    copies = [copied(file, f"{n}.jury") for n in range(3)]
    for copy in copies:
        on_one_trial(copy, 1)
    monkeypatch.setattr("app.study.merging.MOST_BRANCHES", 2)
    came = brought(study, *copies)
    assert (came.events, [one.path for one in came.refused]) == (2, [copies[2]])
    assert "2.jury: the log of r1 would go more than 2 ways" in came.refused[0].why


def test_nothing_is_written_with_which_the_study_could_not_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    copies = [copied(study, name) for name in ("a.jury", "b.jury")]
    for copy in copies:
        with StudyFile.open(copy) as file:
            file.add_rater("anna")
    before = content(study)
    monkeypatch.setattr(sound, "_COUNTS", (sound._more("rater", 1),))
    with StudyFile.open(study) as home, pytest.raises(Fault, match="more rows than a study ever does"):
        collect(home, copies)
    assert content(study) == before
    assert brought(study, copies[0]).found


def test_a_long_name_leaves_room_for_what_tells_two_apart(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    copies = [copied(study, name) for name in ("a.jury", "b.jury")]
    for copy in copies:
        with StudyFile.open(copy) as file:
            file.add_rater("w")
            file.connection.execute("UPDATE rater SET pseudonym = ?", ("w" * sound.LONGEST_LINE,))
    again = copied(study, "again.jury")
    brought(study, *copies)
    brought(again, copies[1])
    brought(again, copies[0])
    assert content(study) == content(again)
    with StudyFile.open(study) as home:
        assert len({rater.pseudonym for rater in home.raters()}) == 2


# ---- copies of the study ---------------------------------------------------------------------------------------------


def test_one_who_was_taken_out_does_not_keep_out_the_others_of_a_copy(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    with StudyFile.open(study) as home:
        gone, other = (home.add_rater(name) for name in ("gone", "other"))
    copy = copied(study, "copy.jury")
    with StudyFile.open(copy) as file:
        for rater in (gone, other):
            label_everything(file, rater, FakeClock())
    with StudyFile.open(study) as home:
        forget_rater(home, "gone")
    came = brought(study, copy)
    assert [(one.rater.pseudonym, one.new) for one in came.found] == [("other", 6)]
    assert came.notes == (f"Left out of {copy}, because they were taken out of the study for good: gone.",)
    with StudyFile.open(study) as home:
        forget_rater(home, "other")
    assert "by a rater who was taken out of the study for good" in refused(study, copy)


def test_a_file_handed_out_from_a_copy_comes_in_with_the_copy_in_any_order(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    copy = copied(study, "copy.jury")
    with StudyFile.open(copy) as file:
        (packed,) = hand_out(file, ["r1"], tmp_path / "out", lambda done, total: None)
        key = file.key(packed.rater)
    label(packed.path)
    assert "Collect that copy first, or together with this file" in refused(study, packed.path)
    other = copied(study, "other.jury")
    for home, files in ((study, (packed.path, copy)), (other, (copy, packed.path))):
        came = brought(home, *files)
        assert came.events == 6
        assert "Not handed out by this study: r1." in came.notes[-1]
        with StudyFile.open(home) as opened:
            (rater,) = opened.raters()
            assert opened.key(rater) == key
    assert content(study) == content(other)
    forged = altered(copied(packed.path, "forged.jury"), "UPDATE event SET mac = NULL")
    assert "was not written with the key" in refused(study, forged)
    third = tmp_path / "third.jury"
    StudyFile.create(third, new_study(6))
    (no,) = brought(third, copy, forged).refused
    assert "was not written with the key" in no.why


def invented(study: Path, rows: Callable[[list[str]], list[tuple[str, int, str]]]) -> Path:
    """A copy with a rater whom nobody added: stimulus, occasion and kind of the trials follow from the stimuli."""
    target = copied(study, "invented.jury")
    with sqlite3.connect(target) as connection:
        stimuli = [id_ for (id_,) in connection.execute("SELECT id FROM stimulus ORDER BY id")]
        connection.execute("INSERT INTO rater VALUES ('nobody', 'nobody', 0, 0, 1)")
        connection.executemany(
            "INSERT INTO trial VALUES (?, 'nobody', ?, ?, 1, 'blind', ?, ?, NULL, 1, 1)",
            [(str(uuid.uuid4()), place, *row) for place, row in enumerate(rows(stimuli), 1)],
        )
    connection.close()
    return target


def test_invented_raters_have_the_trials_of_others_or_are_refused(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    new = new_study(6)
    known = Known("known", "catch", 1, new.stimuli[0].image, ("edge",))
    StudyFile.create(study, replace(new, known=(known,)))
    twice = invented(study, lambda ids: [(ids[0], 1, "main"), (ids[0], 1, "main")])
    assert "has a trial for nobody twice" in refused(study, twice)
    told = invented(study, lambda ids: [("known", 1, "main")])
    assert "on what the study does not ask" in refused(study, told)
    none = invented(study, lambda ids: [(ids[0], 1, "catch")])
    assert "on what the study does not ask" in refused(study, none)
    fine = invented(study, lambda ids: [(ids[0], 1, "main"), (ids[0], 2, "main"), ("known", 1, "catch")])
    assert "Not handed out by this study: nobody." in brought(study, fine).notes[-1]
    assert brought(study, fine).notes == ()  # it is known by then


def test_a_name_that_nobody_else_has_any_more_is_told_as_what_it_is(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    copies = [copied(study, name) for name in ("a.jury", "b.jury")]
    for copy in copies:
        with StudyFile.open(copy) as file:
            file.add_rater("anna")
    notes = brought(study, *copies).notes
    for copy in copies:
        assert sum(f"anna, who came in {copy}, becomes anna " in note for note in notes) == 1
    with StudyFile.open(study) as home:
        first, second = (rater.pseudonym for rater in home.raters())
        forget_rater(home, first)
    assert brought(study, copies[1]).notes == (f"{second} becomes anna: nobody else is called that.",)


def test_of_two_with_one_name_it_is_told_whom_the_study_has(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    copy = copied(study, "a.jury")
    for path in (copy, study):
        with StudyFile.open(path) as file:
            file.add_rater("anna")
    told = "becomes anna {}, because another rater is called that too."
    with StudyFile.open(study) as home, StudyFile.open(copy, writable=False) as theirs:
        (mine,), (other,) = home.raters(), theirs.raters()
    notes = brought(study, copy).notes
    assert f"anna of this study {told.format(mine.id[:4])}" in notes
    assert f"anna, who came in {copy}, {told.format(other.id[:4])}" in notes


def test_a_copy_with_nobody_in_it_is_told(tmp_path: Path) -> None:
    study, _ = handed_out(tmp_path, names=())
    fresh = copied(study, "fresh.jury")
    assert brought(study, fresh).notes == (f"{fresh}: a copy of the study with nobody in it.",)


@pytest.mark.parametrize(
    ("created", "told"),
    [
        ("2025-11-20T08:00:00Z", "of the same title, but built another time (2025-11-20; this one 2026-01-01)."),
        ("2026-01-01T09:00:00Z", "of the same title, but built another time."),
        ("yesterday \x1b[2J", "of the same title, but built another time."),
    ],
)
def test_another_study_of_the_same_title_is_told_by_its_day(tmp_path: Path, created: str, told: str) -> None:
    study, _ = handed_out(tmp_path, names=())
    other, new = tmp_path / "other.jury", new_study(6)
    StudyFile.create(other, replace(new, info=replace(new.info, uuid="other", created=created)))
    assert refused(study, other) == f"{other} belongs to another study: {told}"


# ---- what a file says of itself --------------------------------------------------------------------------------------


def test_what_was_taken_back_is_left_to_do(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    label(file)
    with StudyFile.open(file) as theirs:
        (rater,) = theirs.raters()
        log, trials = RaterLog(theirs, rater), theirs.trials(rater)
        for trial in trials[-3:]:
            log.append(Entry(trial.id, "undo"))
        log.append(Entry(trials[-1].id, "flag"))
    (found,) = brought(study, file).found
    assert found.left == 3


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE stimulus SET image = (SELECT max(image) FROM stimulus)",
        "UPDATE reference SET activation = -activation",
        "UPDATE reference SET image = (SELECT max(image) FROM reference)",
        "UPDATE image SET data = (SELECT data FROM image ORDER BY sha256 LIMIT 1)",
        "UPDATE image SET data = substr(data, 1, length(data) - 1)",
    ],
)
def test_a_file_that_shows_other_pictures_is_refused(tmp_path: Path, change: str) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    altered(file, change)
    label(file)
    assert "shows other images than the study" in refused(study, file)


def test_a_file_so_damaged_that_sqlite_cites_it_keeps_no_other_out(tmp_path: Path) -> None:
    study, (file, bad) = handed_out(tmp_path, names=("r1", "r2"))
    label(file)
    data = bad.read_bytes()
    at = data.index(b"INTEGER", data.index(b"CREATE TABLE study"))
    bad.write_bytes(data[:at] + b"\xff" + data[at + 1 :])
    with StudyFile.open(study) as home:
        came = collect(home, [bad, file])
    assert [(one.path, "is damaged" in one.why) for one in came.refused] == [(bad, True)]
    assert came.events > 0


def test_raters_whom_a_file_calls_simulated_are_left_out_and_named(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    label(file)
    altered(file, "UPDATE rater SET simulated = 1")
    came = brought(study, file)
    assert (came.events, came.notes) == (0, (f"Left out of {file}, because they are simulated there: r1.",))
    with StudyFile.open(study) as home:
        home.add_rater("stand-in", simulated=True)
    assert brought(study, copied(study, "copy.jury")).notes == ()  # the study's own are no news


def test_an_answer_taken_back_in_either_copy_is_told_to_count_in_neither(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    label(file)
    other = copied(file, "other.jury")
    for path, said in ((file, "undo"), (other, "flag")):
        with StudyFile.open(path) as theirs:
            (rater,) = theirs.raters()
            last = theirs.trials(rater)[-1]
            RaterLog(theirs, rater).append(Entry(last.id, said))  # type: ignore[arg-type]
    came = brought(study, file, other)
    assert "taken back in either counts in neither" in came.notes[0]
    with StudyFile.open(study) as home:
        gone = last.id
        assert not home.connection.execute("SELECT 1 FROM judgement WHERE trial = ?", (gone,)).fetchall()


def test_what_others_add_while_files_are_read_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The study is looked at once nobody else can write to it."""
    study, (file,) = handed_out(tmp_path, names=("r1",))
    label(file)
    with StudyFile.open(study) as home:
        begin = home.writing

        def later() -> object:
            with StudyFile.open(study) as another:
                collect(another, [file])
            return begin()

        monkeypatch.setattr(home, "writing", later)
        came = collect(home, [file])
    assert came.events == 0
    assert not came.refused


def written_over(file: StudyFile, script: str) -> None:
    """Changed past SQLite's locks, as by a program that copies files, while it is read."""
    changed = file.path.with_suffix(".changed")
    fuzzing.altered(file.path, changed, script)
    file.path.write_bytes(changed.read_bytes())
    file.connection.execute("PRAGMA shrink_memory")  # what it has read of the file is forgotten


@pytest.mark.parametrize("change", ["trial = 'of nobody'", "rubric = 7"])
def test_a_file_that_is_changed_once_it_was_checked_brings_nothing_that_does_not_fit(
    tmp_path: Path, change: str
) -> None:
    study, (path,) = handed_out(tmp_path, names=("r1",))
    label(path)
    with StudyFile.open(study) as itself:
        home = Home(itself, None)
        with home.opened(path) as file:
            written_over(file, f"UPDATE event SET {change} WHERE sequence = 3")
            with pytest.raises(Fault, match="do not fit together"):
                home.looked_at(file)


@pytest.mark.parametrize("change", ["id = NULL", "block = 9e999"])
def test_a_file_whose_trials_are_changed_to_what_none_are_keeps_no_other_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    study, (good,) = handed_out(tmp_path, names=("r1",))
    label(good)
    copy = copied(study, "copy.jury")
    with StudyFile.open(copy) as file:
        file.add_rater("eve")
    opened = Home.opened

    def then_changed(home: Home, path: Path) -> StudyFile:
        file = opened(home, path)
        if path == copy:
            loose = "UPDATE sqlite_schema SET sql = replace(replace(sql, ' NOT NULL', ''), ') STRICT', ')')"
            of_eve = "position = 1 AND rater = (SELECT id FROM rater WHERE pseudonym = 'eve')"
            written_over(
                file, f"{loose} WHERE name = 'trial';{fuzzing.REOPEN}UPDATE trial SET {change} WHERE {of_eve};"
            )
        return file

    monkeypatch.setattr(Home, "opened", then_changed)
    came = brought(study, copy, good)
    assert [one.path for one in came.refused] == [copy]
    assert "do not fit together" in came.refused[0].why
    assert came.events == len(events_of(good))


def test_nobody_writes_to_a_file_between_its_check_and_its_last_read(tmp_path: Path) -> None:
    study, (path,) = handed_out(tmp_path, names=("r1",))
    with StudyFile.open(study) as itself:
        home = Home(itself, None)
        with sqlite3.connect(path, timeout=0) as other, home.opened(path) as file:
            home.looked_at(file)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("UPDATE study SET title = 'another'").connection.commit()
        other.execute("UPDATE study SET title = 'another'").connection.commit()
        other.close()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells which files a program has open")
def test_whoever_stops_it_finds_nothing_written_and_no_file_left_open(tmp_path: Path) -> None:
    study, files = handed_out(tmp_path, names=("r1", "r2", "r3"))
    for file in files:
        label(file)
    before = content(study)

    def stop(done: int, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with StudyFile.open(study) as home:
        with pytest.raises(KeyboardInterrupt) as stopped:
            collect(home, files, stop)
        assert stopped.tb  # it holds on to whatever was not closed
        held = {os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()}
        assert held.isdisjoint(map(os.path.realpath, files))
        assert home.connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert gc.isenabled()
    assert content(study) == before
    assert taken(study, *files) == sum(len(events_of(file)) for file in files)


def test_the_index_by_trial_is_whole_however_much_comes_in(tmp_path: Path) -> None:
    study, files = handed_out(tmp_path, names=tuple(f"r{number}" for number in range(12)))
    for file in files:
        label(file)
    asked: list[str] = []
    with StudyFile.open(study) as home:
        home.connection.set_trace_callback(asked.append)
        for some, is_sorted_anew in ((files[:4], True), (files[4:11], True), (files[11:], False), (files, False)):
            asked.clear()
            collect(home, some)
            assert any(sql.startswith("CREATE INDEX") for sql in asked) == is_sorted_anew
    with StudyFile.open(study) as home:  # all of the schema is checked there, and each index against its table
        by_trial = "SELECT count(*) FROM event INDEXED BY event_by_trial WHERE trial = ?"
        for rater in home.raters():
            for trial in home.trials(rater):
                assert home.connection.execute(by_trial, (trial.id,)).fetchone() == (1,)


def test_where_another_program_has_taken_the_index_away_all_comes_in(tmp_path: Path) -> None:
    study, (path,) = handed_out(tmp_path, names=("r1",))
    label(path)
    with StudyFile.open(study) as home:
        with sqlite3.connect(study) as other:
            other.execute("DROP INDEX event_by_trial")
        other.close()
        assert collect(home, [path]).events == len(events_of(path))


@pytest.mark.parametrize("is_forged_first", [True, False])
def test_a_file_that_is_written_to_between_any_two_reads_leaves_the_study_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_forged_first: bool
) -> None:
    study, (path,) = handed_out(tmp_path, names=("r1",))
    label(path)
    with sqlite3.connect(path) as connection:
        ((trial,),) = connection.execute("SELECT id FROM trial WHERE position = 1")
    connection.close()
    forged = tmp_path / "forged.jury"
    changes = (
        f"UPDATE {table} SET {column} = 'of nobody' WHERE {column} = '{trial}';"
        for table, column in (("trial", "id"), ("event", "trial"))
    )
    fuzzing.altered(path, forged, "\n".join(changes), vouch=True)
    first, then = path.read_bytes(), forged.read_bytes()
    if is_forged_first:
        fuzzing.altered(forged, path, f"UPDATE trial SET id = '{trial}' WHERE id = 'of nobody'")
        first, then = then, path.read_bytes()
    opened, empty = Home.opened, study.read_bytes()
    reads, collected = [0], list[bool]()

    def watched(home: Home, path: Path) -> StudyFile:
        """Before the read whose turn it is the trial gets another id: one of the study, or just not."""
        file = opened(home, path)

        def read(sql: str) -> None:
            reads.append(reads.pop() + 1)
            if reads[0] == turn:
                path.write_bytes(then)

        file.connection.execute("PRAGMA cache_size = 1")
        file.connection.execute("PRAGMA shrink_memory")
        file.connection.set_trace_callback(read)
        return file

    monkeypatch.setattr(Home, "opened", watched)
    turn = 0
    while turn <= reads[0]:
        turn, reads[0] = turn + 1, 0
        study.write_bytes(empty)
        forged.write_bytes(first)
        with StudyFile.open(study) as home:
            collected.append(not collect(home, [forged]).refused)
        with StudyFile.open(study) as home:
            assert not home.connection.execute("PRAGMA foreign_key_check").fetchall()
    assert turn > 5
    assert any(collected) == (not is_forged_first)


def test_a_copy_that_asks_nothing_or_shows_otherwise_than_asked_is_refused(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    other_side = invented(study, lambda ids: [(ids[0], 1, "main")])
    with sqlite3.connect(other_side) as connection:
        connection.execute("UPDATE trial SET stimulus = NULL, other = stimulus")
    connection.close()
    assert "do not fit together" in refused(study, other_side)
    with sqlite3.connect(other_side) as connection:
        for table in ("category_example", "category", "rubric"):
            connection.execute(f"DELETE FROM {table}")
    connection.close()
    assert "do not fit together" in refused(study, other_side)


def renamed(study: Path, name: str, *raters: tuple[str, str]) -> Path:
    """A copy with raters of these ids and names."""
    target = copied(study, name)
    with sqlite3.connect(target) as connection:
        connection.executemany("INSERT INTO rater VALUES (?, ?, 0, 0, 1)", raters)
    connection.close()
    return target


def test_names_that_are_others_ids_keep_nobody_out(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    swapped = renamed(study, "swapped.jury", ("z1", "x"), ("a1", "z1"))
    short = renamed(study, "short.jury", ("q", "a"), ("z", "q"))
    same = renamed(study, "same.jury", ("y", "a"))
    taken(study, swapped, short, same)
    with StudyFile.open(study) as home:
        assert {rater.id: rater.pseudonym for rater in home.raters()} == {
            "z1": "x", "a1": "z1", "z": "q", "q": "a 2", "y": "a 3"
        }  # fmt: skip


@pytest.mark.parametrize("id_", ["ab\0cd", "ab\ncd", "\x1b[2J", ""])
def test_a_file_with_ids_that_cannot_be_shown_is_refused_by_itself(tmp_path: Path, id_: str) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    assert "it has ids that are none" in refused(study, renamed(study, "odd.jury", (id_, "anna")))


def test_a_journal_that_is_the_study_is_not_touched(tmp_path: Path) -> None:
    """Closing it would take the locks off the study that it is collected into."""
    study, (file,) = handed_out(tmp_path, names=("r1",))
    file.with_name(file.name + "-journal").hardlink_to(study)
    assert "the study itself" in refused(study, file)


def test_whose_rest_was_given_away_in_a_copy_is_told_in_any_order(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    first = copied(study, "first.jury")
    with StudyFile.open(first) as copy:
        hand_out(copy, ["r1"], tmp_path / "out", lambda done, total: None)
    second = copied(first, "second.jury")
    with StudyFile.open(second) as copy:
        reassign(copy, "r1", "r2", tmp_path / "more", lambda done, total: None)
    found = []
    for order in ((first, second), (second, first)):
        home = copied(study, "home.jury")
        taken(home, *order)
        found.append(content(home))
    assert found[0] == found[1]
    assert sorted(withdrawn for *_, withdrawn in found[0]["issue"]) == [0, 1]


def test_a_stand_in_of_the_study_stays_one_whatever_a_file_says(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, new_study(6))
    with StudyFile.open(study) as home:
        home.add_rater("bot", simulated=True)
    copy = copied(study, "copy.jury")
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE rater SET simulated = 0")
    connection.close()
    with StudyFile.open(copy) as file:
        label_everything(file, file.raters()[0], FakeClock())
    assert taken(study, copy) == 0


def test_a_loop_of_links_among_what_came_back_keeps_no_other_out(tmp_path: Path) -> None:
    study, (file,) = handed_out(tmp_path, names=("r1",))
    loop = file.with_name("loop.jury")
    loop.symlink_to(loop)
    (tmp_path / "empty").mkdir()
    files, without = files_in([tmp_path, file, tmp_path / "empty"], study)
    assert (sorted(files), without) == (sorted([loop, file]), [tmp_path / "empty"])
    came = brought(study, *files)
    assert len(came.found) == len(came.refused) == 1
