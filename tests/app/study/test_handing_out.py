"""Who gets what: rests that go to somebody else once, repeats that fit, files that every system can name."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import NAME_IT, FakeClock, label_everything, new_study, some_answer, study_file
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import Fault
from app.session import Session
from app.study import files_out
from app.study.file import StudyFile
from app.study.files_out import Stopped, Unwritten, file_of
from app.study.handing_out import hand_out, pack_again, reassign, two_blind
from app.study.log import RaterLog
from app.study.protocol import Conditions, Protocol
from app.study.records import NewStudy, Rater


def silent(done: int, total: int) -> None:
    """No progress is shown."""


def made(folder: Path, new: NewStudy) -> StudyFile:
    path = folder / "study.jury"
    StudyFile.create(path, new)
    return StudyFile.open(path)


def answer(study: StudyFile, rater: Rater, count: int) -> None:
    """The first trials of a rater, answered."""
    session = Session(study.trials(rater), study.rubric(), RaterLog(study, rater), clock=FakeClock())
    session.go_on()
    for _ in range(count):
        session.painted()
        assert session.screen.trial is not None
        session.answer(some_answer(study.rubric(), session.screen.trial))


# ---- what is left goes to somebody else ---------------------------------------------------------------------------


def test_a_rest_goes_to_one_person_only(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with made(tmp_path, new_study(6)) as study:
        hand_out(study, ["a"], out, silent)
        assert reassign(study, "a", "b", out, silent).trials == 6
        with pytest.raises(Fault, match="went to somebody else already"):
            reassign(study, "a", "c", out, silent)
        assert [rater.pseudonym for rater in study.raters()] == ["a", "b"]
        assert reassign(study, "b", "c", out, silent).trials == 6


def test_who_labels_in_the_study_itself_keeps_their_rest(tmp_path: Path) -> None:
    with made(tmp_path, new_study(6)) as study:
        study.add_rater("ann")
        with pytest.raises(Fault, match="No file was handed out to ann"):
            reassign(study, "ann", "b", tmp_path / "out", silent)
        assert [rater.pseudonym for rater in study.raters()] == ["ann"]


def test_of_units_to_be_named_only_those_without_a_name_are_given_away(tmp_path: Path) -> None:
    with made(tmp_path, replace(new_study(6, units=3), rubric=NAME_IT)) as study:
        (gone,) = hand_out(study, ["a"], tmp_path / "out", silent)
        answer(study, gone.rater, 2)
        new = reassign(study, "a", "b", tmp_path / "out", silent)
        done = {judgement.stimulus for judgement in study.judgements()}
        assert {f"unit {trial.unit}" for trial in study.trials(new.rater)} == {"unit 1", "unit 2", "unit 3"} - done
        assert new.trials == 1


# ---- repeats ------------------------------------------------------------------------------------------------------


def test_a_small_rest_has_as_many_repeats_as_fit(tmp_path: Path) -> None:
    protocol = Protocol(repeats=0.5, repeat_distance=20)
    with made(tmp_path, replace(new_study(60), protocol=protocol)) as study:
        (gone,) = hand_out(study, ["a"], tmp_path / "out", silent)
        assert (gone.trials, gone.unrepeated) == (90, 0)
        first, trials = 0, study.trials(gone.rater)
        while sum(trial.occasion == 1 for trial in trials[:first]) < 36:
            first += 1
        answer(study, gone.rater, first)
        new = reassign(study, "a", "b", tmp_path / "out", silent)
        occasions = Counter(trial.occasion for trial in study.trials(new.rater))
        assert occasions == {1: 24, 2: 4}  # 12 are asked for, and 4 have 20 others behind them
        assert (new.trials, new.unrepeated) == (28, 8)
        assert pack_again(study, "b", tmp_path / "again").unrepeated == 8


def test_small_shares_have_as_many_repeats_as_fit(tmp_path: Path) -> None:
    protocol = Protocol(repeats=0.1, raters_per_stimulus=2)
    with made(tmp_path, replace(new_study(60), protocol=protocol)) as study:
        files = hand_out(study, [f"r{number}" for number in range(8)], tmp_path / "out", silent)
    assert {(file.trials, file.unrepeated) for file in files} == {(15, 2)}  # 15 leave no room for a distance of 20


# ---- files that are not written -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "why"), [(Fault("The disk is full."), "The disk is full."), (Stopped(), ""), (KeyboardInterrupt(), "")]
)
def test_whose_file_is_wanting_is_told(tmp_path: Path, reason: BaseException, why: str) -> None:
    def stops(done: int, total: int) -> None:
        if done == 1:
            raise reason

    with made(tmp_path, new_study(6)) as study:
        with pytest.raises(Unwritten, match=r"1 of 3 files are written") as told:
            hand_out(study, ["a", "b", "c"], tmp_path / "out", stops)
        assert [(file.rater.pseudonym, file.trials) for file in told.value.files] == [("a", 6)]
        assert (told.value.missing, told.value.why) == (("b", "c"), why)
        for name in told.value.missing:
            assert pack_again(study, name, tmp_path / "out").trials == 6


def test_where_nobody_could_be_added_nothing_is_wanting(tmp_path: Path) -> None:
    with made(tmp_path, new_study(6)) as study:
        with pytest.raises(Fault) as told:
            hand_out(study, ["a", ""], tmp_path / "out", silent)
        assert not isinstance(told.value, Unwritten)
        assert study.raters() == ()


def test_a_file_that_cannot_be_written_again_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise Fault("The disk is full.")

    with made(tmp_path, new_study(6)) as study:
        hand_out(study, ["a"], tmp_path / "out", silent)
        monkeypatch.setattr(files_out, "pack", full)
        with pytest.raises(Fault, match=r"^The disk is full\.$"):
            pack_again(study, "a", tmp_path / "again")


# ---- names of files -----------------------------------------------------------------------------------------------


def test_names_of_one_script_have_files_of_their_own(tmp_path: Path) -> None:
    names = ["Сова", "Рысь", "評価者一", "評価者二", "कि", "की", "Zoe\u0308", "a/b: c.", "two  words"]
    with made(tmp_path, new_study(6)) as study:
        files = [file.path.name for file in hand_out(study, names, tmp_path / "out", silent)]
    assert files == [
        "study-Сова.jury", "study-Рысь.jury", "study-評価者一.jury", "study-評価者二.jury", "study-कि.jury",
        "study-की.jury", "study-Zo\N{LATIN SMALL LETTER E WITH DIAERESIS}.jury", "study-a-b--c-.jury",
        "study-two-words.jury",
    ]  # fmt: skip


@pytest.mark.parametrize("stem", ["s", "界" * 80])
def test_every_system_takes_the_name_of_a_file(tmp_path: Path, stem: str) -> None:
    path = study_file(tmp_path, 3)
    with StudyFile.open(path, writable=False) as study:
        study.path = path.with_name(f"{stem}.jury")

        @settings(max_examples=100, deadline=None)
        @given(st.text(min_size=1, max_size=60))
        @example("\N{MATHEMATICAL SCRIPT CAPITAL X}" * 60)
        def check(name: str) -> None:
            found = file_of(study, Path(), name).name
            assert len(f"{found}.12345678.part-journal".encode()) <= 255
            assert found == unicodedata.normalize("NFC", found)
            assert not set(found) & set('<>:"/\\|?*\0\n ')
            assert found.startswith(stem[:26] + "-")
            assert found.endswith(".jury")

        check()


def test_all_of_a_file_is_labeled_as_before(tmp_path: Path) -> None:
    """A small share with lowered repeats is a session like any other."""
    protocol = Protocol(repeats=0.3, raters_per_stimulus=1, repeat_distance=3)
    with made(tmp_path, replace(new_study(12), protocol=protocol)) as study:
        files = hand_out(study, ["a", "b", "c"], tmp_path / "out", silent)
    for file in files:
        assert (file.trials, file.unrepeated) == (5, 0)  # 4 with 3 behind them leave room for 1, and 1 is asked for
        with StudyFile.open(file.path) as theirs:
            rater = theirs.issued_to()
            assert rater is not None
            label_everything(theirs, rater, FakeClock())
            assert len(theirs.events(rater)) == 5


# ---- what the trials will allow to be said -------------------------------------------------------------------------


def test_images_with_two_blind_labels_are_counted_from_the_trials(tmp_path: Path) -> None:
    mixed = Protocol(conditions=Conditions(blind=0.5, revealed=0.5), raters_per_stimulus=2, without_references=0.2)
    with made(tmp_path, replace(new_study(20), protocol=mixed)) as study:
        assert two_blind(study) is None
        hand_out(study, ["a", "b", "c"], tmp_path / "out", silent)
        blind = Counter(
            trial.stimulus
            for rater in study.raters()
            for trial in study.trials(rater)
            if trial.condition == "blind" and trial.references
        )
        enough = sum(count == 2 for count in blind.values())
        assert two_blind(study) == (enough, 20)
        assert 0 < enough < 10


def test_a_repeat_is_no_second_rater_and_who_was_replaced_counts_where_they_answered(tmp_path: Path) -> None:
    twice = Protocol(repeats=0.5, repeat_distance=1)
    with made(tmp_path, replace(new_study(12), protocol=twice)) as study:
        out = tmp_path / "out"
        hand_out(study, ["a"], out, silent)
        assert two_blind(study) is None
        hand_out(study, ["b"], out, silent)
        assert two_blind(study) == (12, 12)
        judged = {trial.stimulus for trial in study.trials(study.raters()[0])[:4]}
        answer(study, study.raters()[0], 4)
        study.connection.execute("UPDATE issue SET withdrawn = 1 WHERE rater = ?", (study.raters()[0].id,))
        assert two_blind(study) == (len(judged), 12)


def test_of_names_for_units_no_blind_labels_are_foretold(tmp_path: Path) -> None:
    with made(tmp_path, replace(new_study(), rubric=NAME_IT)) as study:
        hand_out(study, ["a", "b"], tmp_path / "out", silent)
        assert two_blind(study) is None
