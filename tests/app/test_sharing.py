"""The commands for many raters on many machines, as a person types them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers import FakeClock, label_everything, new_study, study_file

from app.cli import main
from app.cli.making import next_step
from app.errors import Fault
from app.study import files_out
from app.study.file import StudyFile
from app.study.protocol import Conditions, Protocol


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def label(path: Path) -> None:
    with StudyFile.open(path) as file:
        rater = file.issued_to()
        assert rater is not None
        label_everything(file, rater, FakeClock())


def full_after_one() -> Callable[..., None]:
    """Instead of packing a file: the second meets a full disk."""
    pack, calls = files_out.pack, iter(range(9))

    def packed(*args: Any, **options: Any) -> None:
        if next(calls) == 1:
            raise Fault("The disk is full.")
        pack(*args, **options)

    return packed


def test_from_packing_to_collecting(tmp_path: Path) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    assert run("pack", study, "--raters", 2, "--out", out).exit_code == 0
    files = sorted(out.glob("*.jury"))
    assert [file.name for file in files] == ["study-rater-01.jury", "study-rater-02.jury"]
    for file in files:
        label(file)
    before = study.read_bytes()
    dry = run("collect", study, *files, "--dry-run")
    assert "24 answers and other events would come in" in dry.output
    assert study.read_bytes() == before
    assert "24 answers and other events came in" in run("collect", study, *files).output
    again = run("collect", study, *files)
    assert "0 answers and other events came in" in again.output
    assert "rater-01, 0 new, 12 known, all done" in again.output
    assert "12 events hold together, under their key" in run("verify", study).output
    assert "24 of 24 trials done" in run("status", study).output


def test_a_folder_stands_for_the_study_files_in_it(tmp_path: Path) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    run("pack", study, "--raters", 2, "--out", out)
    (out / "later").mkdir()
    first, second = sorted(out.glob("*.jury"))
    second = second.rename(out / "later" / second.name)
    for file in (first, second):
        label(file)
    result = run("collect", study, first, out)
    assert result.exit_code == 0, result.output
    assert "24 answers and other events came in" in result.output
    assert result.output.count("rater-01, ") == 1
    everything = run("collect", study, tmp_path)  # where the study itself lies, too
    assert everything.exit_code == 0, everything.output
    assert "0 answers and other events came in" in everything.output
    (tmp_path / "none").mkdir()
    empty = run("collect", study, tmp_path / "none", first)
    assert empty.exit_code == 1
    assert "none holds no .jury file" in empty.output
    assert "rater-01, 0 new, 12 known, all done" in empty.output
    assert "1 of 2 files was refused" in empty.output


def test_the_list_of_whom_a_file_was_sent_to_is_kept(tmp_path: Path) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    run("pack", study, "--raters", 1, "--out", out)
    contacts = out / "raters.csv"
    contacts.write_text(contacts.read_text().replace("12,", "12,ann@example.org"))
    run("pack", study, "--names", "heron, otter", "--out", out)
    assert run("reassign", study, "heron", "--out", out).exit_code == 0
    with contacts.open(newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows] == ["rater", "rater-01", "heron", "otter", "rater-02"]
    assert rows[1][3] == "ann@example.org"
    for path in (study, *out.glob("*.jury")):
        assert b"ann@example.org" not in path.read_bytes()


def test_too_few_blind_labels_are_foretold(tmp_path: Path) -> None:
    study, out = tmp_path / "study.jury", tmp_path / "out"
    protocol = Protocol(raters_per_stimulus=2, conditions=Conditions(blind=0.5, revealed=0.5))
    StudyFile.create(study, replace(new_study(20), protocol=protocol))
    assert (
        "of 20 images will have fewer than two blind labels" in run("pack", study, "--raters", 4, "--out", out).output
    )
    other = study_file(tmp_path / "out")
    assert "blind labels" not in run("pack", other, "--raters", 4, "--out", tmp_path / "there").output


def test_what_could_not_be_written_is_named_and_written_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    with monkeypatch.context() as full:
        full.setattr(files_out, "pack", full_after_one())
        result = run("pack", study, "--raters", 3, "--out", out)
    assert result.exit_code == 1
    assert "The disk is full. 1 of 3 files are written." in result.output
    assert "have no file yet: rater-02, rater-03." in result.output
    assert f"neuronjury pack {study} --again NAME --out {out}" in result.output
    for name in ("rater-02", "rater-03"):
        assert run("pack", study, "--again", name, "--out", out).exit_code == 0
    with (out / "raters.csv").open(newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["rater", "rater-01", "rater-02", "rater-03"]


def test_that_the_list_is_not_written_hides_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    (out / "raters.csv").mkdir(parents=True)
    monkeypatch.setattr(files_out, "pack", full_after_one())
    result = run("pack", study, "--raters", 2, "--out", out)
    assert "raters.csv is not" in result.output
    assert "have no file yet: rater-02." in result.output


def test_it_is_said_where_fewer_trials_come_again(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, replace(new_study(60), protocol=Protocol(repeats=0.1, raters_per_stimulus=2)))
    result = run("pack", study, "--raters", 8, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "rater-08: 2 fewer trials come again than [session] asks for" in result.output
    given = run("reassign", study, "rater-08", "--out", tmp_path / "out")
    assert "rater-09: 2 fewer trials come again" in given.output
    assert run("reassign", study, "rater-08", "--out", tmp_path / "out").exit_code == 1


def test_a_refused_file_is_named_and_the_others_come_in(tmp_path: Path) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    run("pack", study, "--raters", 1, "--out", out)
    (mine,) = out.glob("*.jury")
    label(mine)
    strange = tmp_path / "strange.jury"
    strange.write_text("no study")
    result = run("collect", study, strange, mine)
    assert result.exit_code == 1
    assert "strange.jury is no Neuron Jury study file" in result.output
    assert "12 answers and other events came in" in result.output
    assert "1 of 2 files was refused" in result.output


def test_forgetting_asks_first(tmp_path: Path) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    run("pack", study, "--raters", 2, "--out", out)
    assert "Nothing was changed" in CliRunner().invoke(main, ["forget-rater", str(study), "rater-01"], "n\n").output
    assert run("forget-rater", study, "rater-01", "--yes").exit_code == 0
    assert "rater-01" not in run("status", study).output


def test_what_is_asked_wrongly_is_told_in_a_line(tmp_path: Path) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    for words, told in (
        (("pack", study, "--out", out), "Say how many"),
        (("pack", study, "--names", "a,a", "--out", out), "stands twice"),
        (("pack", study, "--again", "a", "--out", out), "no rater called a. Nobody was added yet."),
        (("reassign", study, "a", "--out", out), "no rater called a"),
        (("forget-rater", study, "a", "--yes"), "no rater called a"),
    ):
        result = run(*words)
        assert result.exit_code == 1
        assert told in result.output
        assert "Traceback" not in result.output


def test_who_is_there_is_told_and_whose_rest_is_given_already(tmp_path: Path) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    run("pack", study, "--names", "heron,otter", "--out", out)
    for words in (("pack", study, "--again", "hero"), ("reassign", study, "hero")):
        assert "no rater called hero. There are: heron, otter." in run(*words, "--out", tmp_path / "b").output
    assert "somebody else" not in run("pack", study, "--again", "heron", "--out", tmp_path / "b").output
    run("reassign", study, "heron", "--to", "lynx", "--out", out)
    again = run("pack", study, "--again", "heron", "--out", tmp_path / "c")
    assert again.exit_code == 0
    assert "What heron did not get to do went to somebody else" in again.output
    assert (tmp_path / "c" / "study-heron.jury").exists()


def test_one_of_a_kind_is_counted_as_one(tmp_path: Path) -> None:
    study, out = tmp_path / "study.jury", tmp_path / "out"
    StudyFile.create(study, new_study(1))
    assert "1 file in" in run("pack", study, "--raters", 1, "--out", out).output
    assert ", 1 trial left" in run("collect", study, out).output
    label(next(out.glob("*.jury")))
    assert "1 answer or other event came in." in run("collect", study, out).output
    assert "1 event holds together" in run("verify", study).output
    (tmp_path / "no.jury").write_text("no study")
    assert "1 of 1 file was refused." in run("collect", study, tmp_path / "no.jury").output
    assert "with 1 event. " in run("forget-rater", study, "rater-01", "--yes").output


def test_where_raters_share_the_images_handing_out_is_what_follows() -> None:
    assert next_step(Path("a.jury"), Protocol()) == "neuronjury label a.jury"
    assert next_step(Path("a.jury"), Protocol(raters_per_stimulus=2)).startswith("neuronjury pack a.jury --raters ")


def test_only_labels_beside_the_examples_are_foretold_where_some_lack_them(tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, replace(new_study(20), protocol=Protocol(raters_per_stimulus=2, without_references=0.5)))
    told = run("pack", study, "--raters", 4, "--out", tmp_path / "out").output
    assert "two blind labels with the examples beside them, as trials are laid down" in told
    assert "`without_references`" in told
