"""What a rater sends back: small, whole, and never in the place of something else."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import NAME_IT, FakeClock, label_everything, new_study, png, which_one_study

from app.errors import Fault
from app.study.collecting import collect
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.opening import Locked, connect
from app.study.protocol import Conditions, Protocol
from app.study.records import Known, NewStudy, Rater
from app.study.returning import answers_name, holds_answers_alone, save_answers

PASSWORD = "long enough"


def handed_out(folder: Path, new: NewStudy | None = None, password: str | None = None) -> tuple[Path, Path]:
    """A study, and the file of its one rater."""
    path = folder / "curves.jury"
    StudyFile.create(path, new or new_study(6))
    with StudyFile.open(path) as study:
        (file,) = hand_out(study, ["heron"], folder / "out", lambda done, total: None, password=password)
    return path, file.path


def owner(file: StudyFile) -> Rater:
    rater = file.issued_to()
    assert rater is not None
    return rater


def label_and_save(path: Path, to: Path, password: str | None = None) -> None:
    with StudyFile.open(path, password=password) as file:
        label_everything(file, owner(file), FakeClock())
        save_answers(file, owner(file), to)


def with_everything() -> NewStudy:
    known = (
        Known("k1", "catch", 1, png(901), ("edge",), "why"),
        Known("k2", "practice", 1, png(902), ("edge",), "told afterwards"),
    )
    return replace(new_study(8), known=known, protocol=Protocol(conditions=Conditions(0.5, 0.25, 0.25), consent="Yes?"))


@pytest.mark.parametrize(
    "new",
    [with_everything(), which_one_study(8), replace(new_study(3, units=2), rubric=NAME_IT)],
    ids=["catch, practice, revealed, consent", "which one", "name it"],
)
def test_what_comes_back_collects_without_a_word_and_is_all_there(tmp_path: Path, new: NewStudy) -> None:
    home, file = handed_out(tmp_path, new)
    answers = tmp_path / "answers.jury"
    label_and_save(file, answers)
    by_file, by_answers = tmp_path / "by-file.jury", tmp_path / "by-answers.jury"
    said = []
    for copy, sent in ((by_file, file), (by_answers, answers)):
        shutil.copy(home, copy)
        with StudyFile.open(copy) as study:
            came = collect(study, [sent])
            assert (came.refused, came.notes) == ((), ())
            assert [(found.rater.pseudonym, found.left) for found in came.found] == [("heron", 0)]
            said.append((study.judgements(), study.events(study.raters()[0])))
    assert said[0] == said[1]
    assert said[0][1]


def test_it_holds_no_picture_and_is_a_fraction_of_the_file(tmp_path: Path) -> None:
    _, file = handed_out(tmp_path, new_study(40, side=120))
    answers = tmp_path / "answers.jury"
    label_and_save(file, answers)
    data = answers.read_bytes()
    assert b"PNG" in file.read_bytes()
    assert b"PNG" not in data
    assert len(data) < file.stat().st_size / 4
    with StudyFile.open(answers, writable=False) as sent, StudyFile.open(file, writable=False) as given:
        assert holds_answers_alone(sent)
        assert not holds_answers_alone(given)
        assert sent.protocol() == given.protocol()


def test_a_part_may_be_sent_and_the_rest_later(tmp_path: Path) -> None:
    home, file = handed_out(tmp_path)
    answers = tmp_path / "answers.jury"
    with StudyFile.open(file) as study:
        save_answers(study, owner(study), answers)
        nothing = answers.read_bytes()
    label_and_save(file, answers)
    with StudyFile.open(home) as study:
        (tmp_path / "first.jury").write_bytes(nothing)
        assert collect(study, [tmp_path / "first.jury"]).events == 0
        assert collect(study, [answers]).events == 6


def test_where_raters_added_themselves_only_one_of_them_is_in_it(tmp_path: Path) -> None:
    home = tmp_path / "lab.jury"
    StudyFile.create(home, with_everything())
    copy = shutil.copy(home, tmp_path / "copy.jury")
    answers = tmp_path / "answers.jury"
    with StudyFile.open(copy) as study:
        ann = study.add_rater("ann")
        label_everything(study, ann, FakeClock())
        label_everything(study, study.add_rater("bob"), FakeClock())
        save_answers(study, ann, answers)
        wanted = study.events(ann)
    for secret in (b"bob", b"edges", b"told afterwards"):
        assert secret not in answers.read_bytes()
    with StudyFile.open(home) as study:
        came = collect(study, [answers])
        assert came.refused == ()
        assert [note.split(":")[0] for note in came.notes] == ["Not handed out by this study"]
        (rater,) = study.raters()
        assert rater == ann
        assert study.events(rater) == wanted


def test_it_has_the_password_of_the_file(tmp_path: Path) -> None:
    home, file = handed_out(tmp_path, password=PASSWORD)
    answers = tmp_path / "answers.jury"
    for _ in range(2):  # the second time in the place of the first
        label_and_save(file, answers, PASSWORD)
    with pytest.raises(Locked):
        StudyFile.open(answers, writable=False)
    with StudyFile.open(home) as study:
        assert collect(study, [answers], password=PASSWORD).events == 6


def test_what_it_is_called(tmp_path: Path) -> None:
    _, file = handed_out(tmp_path)
    with StudyFile.open(file) as study:
        assert answers_name(study, owner(study)) == "curves-heron-answers.jury"
    shutil.copy(file, tmp_path / "as I like.jury")
    with StudyFile.open(tmp_path / "as I like.jury") as study:
        strange = replace(owner(study), pseudonym="../..\\ä:" + "x" * 300)
        assert answers_name(study, owner(study)) == "as I like-heron-answers.jury"
        name = answers_name(study, strange)
    assert name.startswith("as I like------")
    assert len(name) < 150


def test_nothing_but_older_answers_of_the_same_rater_is_ever_replaced(tmp_path: Path) -> None:
    _, file = handed_out(tmp_path)
    (tmp_path / "other").mkdir()
    _, another = handed_out(tmp_path / "other")
    text, theirs, given = (tmp_path / name for name in ("notes.jury", "theirs.jury", "given.jury"))
    text.write_text("my notes")
    label_and_save(another, theirs)
    shutil.copy(file, given)
    newer = tmp_path / "newer.jury"
    copied = shutil.copy(file, tmp_path / "copied.jury")
    label_and_save(copied, newer)  # it holds answers that `file` does not
    with StudyFile.open(file) as study:
        for path in (text, theirs, given, newer, file):
            before = path.read_bytes()
            with pytest.raises(Fault, match="left alone"):
                save_answers(study, owner(study), path)
            assert path.read_bytes() == before


def test_where_it_cannot_be_written_what_was_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, file = handed_out(tmp_path)
    answers = tmp_path / "answers.jury"
    with StudyFile.open(file) as study:
        save_answers(study, owner(study), answers)
        before = answers.read_bytes()

        def full(*args: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(Fault, match="No space left"):
            save_answers(study, owner(study), answers)
    assert answers.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.jury", "curves.jury", "out"]


def test_a_folder_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    _, file = handed_out(tmp_path)
    (tmp_path / "letter.txt").touch()
    with StudyFile.open(file) as study:
        for folder in (tmp_path / "typed wrong", tmp_path / "letter.txt"):
            with pytest.raises(Fault, match=f"There is no folder {folder}"):
                save_answers(study, owner(study), folder / "answers.jury")
    assert not (tmp_path / "typed wrong").exists()


@pytest.mark.parametrize("length", [300, 250, 235])
def test_a_name_that_is_too_long_is_told(tmp_path: Path, length: int) -> None:
    """By the system, or once what is put behind it while it is written comes to it."""
    _, file = handed_out(tmp_path)
    path = tmp_path / ("x" * (length - 5) + ".jury")
    with StudyFile.open(file) as study, pytest.raises(Fault) as told:
        save_answers(study, owner(study), path)
    assert str(told.value) == f"{path} cannot be written: File name too long."
    assert sorted(one.name for one in tmp_path.iterdir()) == ["curves.jury", "out"]


def test_what_cannot_be_written_is_told_by_the_name_that_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, file = handed_out(tmp_path)
    path = tmp_path / "answers.jury"

    def full(*args: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("app.study.file.connect", full)
    with StudyFile(file, connect(file, "rw")) as study, pytest.raises(Fault) as told:
        save_answers(study, owner(study), path)
    assert str(told.value).startswith(f"{path} could not be written: the disk is full")
