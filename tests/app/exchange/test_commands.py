"""The commands for other tools, as a person types them; and what the report says of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from helpers import NAME_IT, FakeClock, label_everything, new_study, study_file

from app.cli import main
from app.findings.account import account_of
from app.results.computing import report_on
from app.results.source import read_source
from app.status import exclusions, study_status
from app.study.file import StudyFile
from app.study.protocol import Exclusion
from app.study.records import NewStudy


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
        f"Left out: {file}, trial 2: there is no answer.",
        "heron: 1 new, 0 known, 11 left to judge",
        "1 answers would come in.",
    ]
    assert "1 answers came in" in run("import", study, file, "--from", "jspsych").output
    assert "heron: 0 new, 1 known" in run("import", study, file, "--from", "jspsych").output
    assert "heron: 1 event holds together" in run("verify", study).output
    assert "1 of 12 trials done" in run("status", study).output


@pytest.mark.parametrize(
    ("new", "tool", "where"),
    [
        (new_study(4), "label-studio", "to the right of what is judged in label-studio"),
        (new_study(4), "jspsych", "below what is judged in jspsych"),
        (new_study(4), "prodigy", "behind the button for help, and not beside what is judged in prodigy"),
        (replace(new_study(4), rubric=NAME_IT), "label-studio", "above the answers in label-studio"),
    ],
)
def test_it_is_told_where_the_examples_stand(tmp_path: Path, new: NewStudy, tool: str, where: str) -> None:
    StudyFile.create(tmp_path / "study.jury", new)
    told = run("tasks", tmp_path / "study.jury", "--to", tool, "--out", tmp_path / "out").stdout
    line = f"The examples stand {where}: see whether the study's instructions say so, or say elsewhere."
    assert told.splitlines()[1:] == [line]
    assert line in (tmp_path / "out" / "README.md").read_text()


def test_without_examples_nothing_is_said_of_them(tmp_path: Path) -> None:
    new = new_study(4)
    without = tuple(replace(unit, references=()) for unit in new.units)
    StudyFile.create(tmp_path / "study.jury", replace(new, units=without))
    told = run("tasks", tmp_path / "study.jury", "--to", "prodigy", "--out", tmp_path / "out").output
    assert "examples stand" not in told + (tmp_path / "out" / "README.md").read_text()


def test_one_persons_table_needs_no_column_for_the_rater(tmp_path: Path) -> None:
    study, file, other = study_file(tmp_path), tmp_path / "t.csv", tmp_path / "two.csv"
    file.write_text(f"stimulus,label\n0000,edge\n{new_study().stimuli[1].id},unrelated\n")
    assert "give --rater NAME" in run("import", study, file, "--from", "csv").output
    told = run("import", study, file, "--from", "csv", "--rater", "solo")
    assert told.output.splitlines() == ["solo: 2 new, 0 known, 10 left to judge", "2 answers came in."]
    other.write_text("stimulus,rater,label\n0000,ann,edge\n0000,bob,edge\n")
    assert "answers of 2 people" in run("import", study, other, "--from", "csv", "--rater", "solo").output


def test_what_somebody_wanted_out_is_one_line_after_what_can_be_mended(tmp_path: Path) -> None:
    study, file = study_file(tmp_path, 40), tmp_path / "ls.json"
    with StudyFile.open(study) as opened:
        stimuli = [stimulus.id for stimulus in opened.stimuli()]

    def task(stimulus: str, *annotations: tuple[int, str]) -> dict[str, object]:
        heard = [{"completed_by": who, "was_cancelled": said == "-", "result": [{"value": {"choices": [said]}}]}
                 for who, said in annotations]  # fmt: skip
        return {"data": {"stimulus": stimulus}, "annotations": heard}

    tasks = [task(one, (1, "edge"), (2, "edge"), (3, "-")) for one in stimuli]
    file.write_text(json.dumps(tasks))
    run("import", study, file, "--from", "label-studio")
    run("forget-rater", study, "label-studio 1", "--yes")
    tasks += [task(one, (4, "edgee")) for one in stimuli[:7]] + [task(stimuli[0], (4, "edge"))]
    file.write_text(json.dumps(tasks))
    result = run("import", study, file, "--from", "label-studio", "--dry-run")
    places = "; ".join(f"task {number}, annotation 1" for number in range(41, 46))
    left = [
        f"Left out: {file}, {places}; and 2 more places, by 4: “edgee” is no answer of this study.",
        f"Left out: {file}, 40 answers: cancelled in Label Studio.",
        f"Left out: {file}, 40 answers, by 1: this rater was taken out of the study for good.",
    ]
    assert result.stderr.splitlines() == left
    assert result.output.splitlines()[:3] == left  # before what comes in, whichever streams a terminal or a pipe joins
    assert [line.split(":")[0] for line in result.stdout.splitlines()[:2]] == [
        "2 is label-studio 2 here",
        "4 is label-studio 4 here",
    ]


def test_rejected_tasks_of_prodigy_are_counted_over_the_files(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.jsonl" for name in "abcde"]
    for file in files:
        file.write_text('{"stimulus": "0000", "answer": "reject"}\n{"stimulus": "0001", "answer": "maybe"}\n')
    lines = run("import", study_file(tmp_path), *files, "--from", "prodigy").stderr.splitlines()
    assert [line.startswith(f"Left out: {file}, line 2: ") for file, line in zip(files, lines, strict=False)] == [
        True
    ] * 5
    named = ", ".join(map(str, files[:3]))
    rejected = "Prodigy's answer is “reject”, and only accepted ones are taken."
    assert lines[5] == f"Left out: {named}, and 2 more files, 5 answers: {rejected}"


def test_no_more_than_twenty_lines_say_what_was_left_out(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    rows = [f"no-{number},ann,edge" for number in range(25)]
    file.write_text("\n".join(["stimulus,rater,label", *rows, "0000,ann,edge"]))
    lines = run("import", study_file(tmp_path), file, "--from", "csv").stderr.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "Left out: 5 more."


def test_a_file_without_an_answer_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("stimulus,rater,label\nelsewhere,ann,edge\n")
    result = run("import", study_file(tmp_path), file, "--from", "csv")
    assert result.exit_code == 1
    assert "line 2, by ann: the study has nothing to judge that is called “elsewhere”" in result.output
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
