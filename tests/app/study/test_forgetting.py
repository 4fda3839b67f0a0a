"""Whoever asks to be forgotten is: nothing of theirs is left in the bytes, and nothing brings it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import FakeClock, label_everything, new_study

from app.errors import Fault
from app.study.collecting import collect, look
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.forgetting import forget_rater
from app.study.handing_out import hand_out
from app.study.log import RaterLog


def study_of_two(folder: Path) -> tuple[Path, list[Path]]:
    """A study whose two raters have labeled, one with a comment, and their files."""
    path = folder / "study.jury"
    StudyFile.create(path, new_study(8))
    with StudyFile.open(path) as study:
        files = [one.path for one in hand_out(study, ("somebody", "another"), folder, lambda done, total: None)]
    for file in files:
        with StudyFile.open(file) as theirs:
            rater = theirs.issued_to()
            assert rater is not None
            label_everything(theirs, rater, FakeClock())
            words = f"words of {rater.pseudonym}"
            RaterLog(theirs, rater).append(Entry(theirs.trials(rater)[0].id, "comment", note=words))
    with StudyFile.open(path) as study:
        collect(study, files)
    return path, files


def test_nothing_of_them_is_left_in_the_file(tmp_path: Path) -> None:
    path, _ = study_of_two(tmp_path)
    with StudyFile.open(path) as study:
        gone, other = study.raters()
        uuids = [event.uuid for event in study.events(gone)]
        kept = study.events(other)
        key = study.key(gone)
        assert key is not None
        assert forget_rater(study, "somebody") == len(uuids) == 9
        assert study.raters() == (other,)
        assert study.events(other) == kept
    data = path.read_bytes()
    for trace in ("somebody", gone.id, *uuids):
        assert trace.encode() not in data
    assert key not in data
    assert b"words of another" in data  # this is how the words would be found
    with StudyFile.open(path) as study:  # and it opens as before
        assert study.connection.execute("SELECT events FROM forgotten").fetchall() == [(9,)]


def test_an_old_file_does_not_bring_them_back(tmp_path: Path) -> None:
    path, files = study_of_two(tmp_path)
    with StudyFile.open(path) as study:
        forget_rater(study, "somebody")
        preview = look(study, files)
        assert "taken out of the study for good" in preview.refused[0].why
        assert collect(study, files).events == 0
        assert [rater.pseudonym for rater in study.raters()] == ["another"]


def test_where_the_file_cannot_be_written_anew_a_second_try_does_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = study_of_two(tmp_path)

    def full(study: StudyFile) -> None:
        raise Fault("The disk is full.")

    with StudyFile.open(path) as study:
        with monkeypatch.context() as patched:
            patched.setattr(StudyFile, "compact", full)
            with pytest.raises(Fault, match=r"somebody is taken out.* The disk is full"):
                forget_rater(study, "somebody")
        assert study.connection.execute("PRAGMA freelist_count").fetchone() != (0,)
        with pytest.raises(Fault, match=r"no rater called somebody\. There are: another\. The file was written anew"):
            forget_rater(study, "somebody")
        assert study.connection.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_who_is_not_there_cannot_be_forgotten(tmp_path: Path) -> None:
    path, files = study_of_two(tmp_path)
    with StudyFile.open(path) as study, pytest.raises(Fault, match="There are: somebody, another"):
        forget_rater(study, "nobody")
    with StudyFile.open(files[0]) as theirs, pytest.raises(Fault, match="to forget them, delete it"):
        forget_rater(theirs, "somebody")
