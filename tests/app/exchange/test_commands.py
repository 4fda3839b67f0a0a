"""The commands for other tools, as a person types them; and what the report says of it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result
from helpers import FakeClock, label_everything, study_file

from app.cli import main
from app.findings.account import account_of
from app.results.computing import report_on
from app.results.source import read_source
from app.status import exclusions, study_status
from app.study.file import StudyFile
from app.study.protocol import Exclusion


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def answers(study: Path, folder: Path, *, times: bool = False) -> Path:
    """A table in which two people judge everything."""
    rows = ["stimulus,rater,label" + (",seconds" if times else "")]
    with StudyFile.open(study, writable=False) as file:
        stimuli = [stimulus.id for stimulus in file.stimuli()]
    for number, stimulus in enumerate(stimuli):
        rows += [f"{stimulus},{who},{('edge', 'unrelated')[(number + at) // 6 % 2]}" + (",3" if times else "")
                 for at, who in enumerate(("cy", "dee"))]  # fmt: skip
    path = folder / "answers.csv"
    path.write_text("\n".join(rows))
    return path


def test_from_tasks_to_answers(tmp_path: Path) -> None:
    study, out = study_file(tmp_path), tmp_path / "out"
    told = run("tasks", study, "--to", "jspsych", "--out", out, "--seed", 5)
    assert f"12 tasks in {out}" in told.output
    trials = [trial["data"] for trial in json.loads((out / "timeline.json").read_text()) if "data" in trial]
    file = tmp_path / "heron.json"
    file.write_text(json.dumps([{**trials[0], "rater": "heron", "response": 2, "rt": 800}, {**trials[1], "rt": 1}]))
    dry = run("import", study, file, "--from", "jspsych", "--dry-run")
    assert dry.output.splitlines() == [
        "heron: 1 new, 0 known, 11 left to judge",
        f"Left out: {file}, trial 2: there is no answer.",
        "1 answers would come in.",
    ]
    assert "1 answers came in" in run("import", study, file, "--from", "jspsych").output
    assert "heron: 0 new, 1 known" in run("import", study, file, "--from", "jspsych").output
    assert "heron: 1 events hold together" in run("verify", study).output
    assert "1 of 12 trials done" in run("status", study).output


def test_a_file_without_an_answer_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("stimulus,rater,label\nelsewhere,ann,edge\n")
    result = run("import", study_file(tmp_path), file, "--from", "csv")
    assert result.exit_code == 1
    assert "line 2: the study has nothing to judge that is called “elsewhere”" in result.output
    assert "There is no answer to this study in these files" in result.output


def test_two_answers_without_a_time_are_told(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("stimulus,rater,label\n0000,ann,edge\n0000,ann,unrelated\n")
    told = run("import", study_file(tmp_path), file, "--from", "csv").output
    assert "To 1 there are two answers, and no time says which came later: neither counts" in told


def test_no_time_is_no_reason_to_leave_somebody_out(tmp_path: Path) -> None:
    study = study_file(tmp_path)
    run("import", study, answers(study, tmp_path), "--from", "csv")
    with StudyFile.open(study) as file:
        untimed = study_status(file)
    assert [(one.done, one.untimed, one.pace, one.warnings) for one in untimed] == [(12, 12, None, ())] * 2
    assert not any(exclusions(one, Exclusion(least_minutes=1)) for one in untimed)
    other = tmp_path / "other"
    other.mkdir()
    study = study_file(other)
    run("import", study, answers(study, other, times=True), "--from", "csv")
    with StudyFile.open(study) as file:
        timed = study_status(file)
    assert [one.pace for one in timed] == [3.0, 3.0]
    assert all(exclusions(one, Exclusion(least_minutes=1)) for one in timed)


def test_the_report_says_that_labels_came_from_elsewhere(tmp_path: Path) -> None:
    study = study_file(tmp_path)
    with StudyFile.open(study) as file:
        label_everything(file, file.add_rater("ann"), FakeClock())
    assert "imported" not in report_on(read_source(study), lambda *_: None).study
    run("import", study, answers(study, tmp_path), "--from", "csv")
    source = read_source(study)
    assert {judgement.place for judgement in source.judgements if judgement.rater == "cy"} == {0}
    account = account_of(report_on(source, lambda *_: None))
    sentence = "Read from files of other tools: 24 judgements by 2 raters from a plain table."
    assert any(sentence in warning for warning in account.warnings)
    assert any(sentence in paragraph for paragraph in account.methods)
    assert not any("imported" in fact.name.lower() for fact in account.facts)
