"""Files with a password, as a person types the commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from helpers import FakeClock, label_everything, study_file

from app.cli import common, main
from app.study.file import StudyFile

PASSWORD = "pässword's end"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody is there who can be asked."""
    monkeypatch.setattr(common, "has_terminal", lambda: True)


def run(*words: object, typed: str = "", variable: str | None = None) -> Result:
    environment = {common.VARIABLE: variable}
    return CliRunner(env=environment).invoke(main, [str(word) for word in words], typed)


def packed(folder: Path, *names: str) -> tuple[Path, list[Path]]:
    study, out = study_file(folder), folder / "out"
    result = run("pack", study, "--names", ",".join(names), "--out", out, "--password", variable=PASSWORD)
    assert result.exit_code == 0, result.output
    assert "tell it to the raters, apart from the files" in result.output
    return study, sorted(out.glob("*.jury"))


def label(file: Path) -> None:
    with StudyFile.open(file, password=PASSWORD) as theirs:
        rater = theirs.issued_to()
        assert rater is not None
        label_everything(theirs, rater, FakeClock())


def test_from_packing_to_collecting_by_the_variable(tmp_path: Path) -> None:
    study, files = packed(tmp_path, "heron", "otter")
    label(files[0])
    dry = run("collect", study, *files, "--dry-run", variable=PASSWORD)
    assert "12 answers and other events would come in" in dry.output
    assert "12 answers and other events came in" in run("collect", study, *files, variable=PASSWORD).output
    assert "under their key" in run("verify", files[0], variable=PASSWORD).output
    status = run("status", files[0], "--json", variable=PASSWORD)
    assert "heron" in str(json.loads(status.stdout))
    again = run("pack", study, "--again", "otter", "--out", tmp_path / "b", "--password", variable=PASSWORD)
    assert again.exit_code == 0
    given = run("reassign", study, "otter", "--to", "lynx", "--out", tmp_path / "b", "--password", variable=PASSWORD)
    assert given.exit_code == 0
    for file in (tmp_path / "b").glob("*.jury"):
        StudyFile.open(file, password=PASSWORD).close()


@pytest.mark.usefixtures("terminal")
def test_in_a_terminal_it_is_asked_for_and_never_shown(tmp_path: Path) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    words = ("pack", study, "--names", "heron,otter", "--out", out, "--password")
    typed = f"{PASSWORD}\nanother one\n{PASSWORD}\n{PASSWORD}\n"  # the second time it differs: both are asked for anew
    result = run(*words, typed=typed)
    assert result.exit_code == 0
    assert "pässword" not in result.output
    files = sorted(out.glob("*.jury"))
    label(files[1])
    result = run("collect", study, *files, typed=f"{PASSWORD}\n")  # once, for both
    assert "12 answers and other events came in" in result.output
    wrong = run("collect", study, *files, typed=3 * "something else\n")
    assert wrong.output.count("Password of the 2 files that have one:") == 3
    assert "2 of 2 files were refused" in wrong.output
    assert "is not the password of" in wrong.output
    assert "12 events hold together" in run("verify", files[1], typed=f"{PASSWORD}\n").output
    assert "is not the password of" in run("status", files[1], typed="something else\n").output


@pytest.mark.usefixtures("terminal")
def test_after_a_slip_it_is_asked_for_once_more(tmp_path: Path) -> None:
    study, files = packed(tmp_path, "heron", "otter")
    label(files[0])
    result = run("collect", study, *files, typed=f"a slip\n{PASSWORD}\nnever read\n")
    assert result.output.count("Password of the 2 files that have one:") == 2
    assert "12 answers and other events came in" in result.output
    slip = run("collect", study, files[0], variable="a slip")
    assert "Password of" not in slip.output
    assert "another password:" not in slip.output
    assert "1 of 1 file was refused" in slip.output


@pytest.mark.usefixtures("terminal")
def test_files_with_another_password_are_counted(tmp_path: Path) -> None:
    study, files = packed(tmp_path, "heron", "otter")
    other = tmp_path / "other"
    run("pack", study, "--again", "otter", "--out", other, "--password", variable="quite another")
    result = run("collect", study, files[0], other, typed=f"{PASSWORD}\n")
    assert "1 file has another password: collect it in a call of its own." in result.output
    assert "another password:" not in run("collect", study, *files, typed=f"{PASSWORD}\n").output


@pytest.mark.usefixtures("terminal")
def test_nobody_is_asked_where_no_file_has_one(tmp_path: Path) -> None:
    study = study_file(tmp_path)
    assert run("pack", study, "--raters", 1, "--out", tmp_path / "out").exit_code == 0
    (file,) = (tmp_path / "out").glob("*.jury")
    result = run("collect", study, file, tmp_path / "nothing.jury")
    assert "Password" not in result.output
    assert "0 answers and other events came in" in result.output


def test_with_nobody_to_ask_it_is_told_how_to_give_it(tmp_path: Path) -> None:
    study, (file,) = packed(tmp_path, "heron")
    how = "Run this in a terminal to be asked for it, or set NEURONJURY_PASSWORD."
    for words in (
        ("pack", study, "--raters", 1, "--out", tmp_path / "b", "--password"),
        ("collect", study, file),
        ("verify", file),
        ("status", file),
    ):
        result = run(*words)
        assert result.exit_code == 1
        assert how in result.output
    assert not (tmp_path / "b").exists()


def test_what_is_the_studys_business_is_refused_of_a_raters_file(tmp_path: Path) -> None:
    _, (file,) = packed(tmp_path, "heron")
    out = tmp_path / "b"
    for words in (("report", file, "--out", out), ("pack", file, "--raters", 1, "--out", out)):
        result = run(*words, variable=PASSWORD)
        assert result.exit_code == 1
        assert "or is no study file. If it is a rater's file, collect it into the study." in result.output
    assert not out.exists()


def test_a_short_one_is_refused(tmp_path: Path) -> None:
    study = study_file(tmp_path)
    result = run("pack", study, "--raters", 1, "--out", tmp_path / "b", "--password", variable="short")
    assert "at least 8 characters" in result.output
    assert "rater" not in run("status", study).output.lower().replace("raters", "")
