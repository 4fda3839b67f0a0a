"""The commands, run as a person runs them."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from helpers import new_study, png, study_file, which_one_study

from analysis.simulate import world
from app.cli import main
from app.demo import PHOTOGRAPHS, has_screen, label_by_stand_ins
from app.errors import Fault
from app.export import SIMULATED
from app.status import study_status
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Conditions, Practice, Protocol
from app.study.records import Known

ROOT = Path(__file__).parents[2]


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def refused(*words: object) -> str:
    """What the program said when it refused, having shown no traceback."""
    result = run(*words)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output
    return result.output


def test_building_names_what_it_left_out_and_what_looks_wrong(
    squeezenet_weights: Path, photographs: Path, tmp_path: Path
) -> None:
    images = shutil.copytree(photographs, tmp_path / "images")
    shutil.copy(images / "photograph-03.png", images / "copy.png")
    (images / "broken.jpg").write_bytes(b"no image")
    rubric = (ROOT / "resources" / "demo" / "study.toml").read_text().partition("[rubric]")[2]
    (tmp_path / "study.toml").write_text(
        f"""title = "t"\nclaim = "c"
        [model]\nname = "torchvision:squeezenet1_1"\nweights = "{squeezenet_weights}"
        [unit]\nlayer = "features.4"\nchannel = 3
        [images]\nfolder = "images"\n[preprocessing]\nresize = 96\ncrop = 96
        [rubric]{rubric}"""
    )
    result = run("build", tmp_path / "study.toml")
    assert result.exit_code == 0, result.output
    assert "cannot be read: 1\n    broken.jpg: not an image" in result.output
    assert "copies of others: 1\n    photograph-03.png" in result.output
    assert "behind its nonlinearity" in result.output  # a fire module ends in an activation function
    assert f"Next: neuronjury label {tmp_path / 'study.jury'}" in result.output
    assert "exists already" in refused("build", tmp_path / "study.toml")


def test_the_help_lists_every_command() -> None:
    text = run("--help").output
    assert [name for name in main.commands if f"\n  neuronjury {name} " not in text] == []


@pytest.mark.parametrize("command", ["build", "label", "status", "report", "analyze", "demo"])
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Example:\n    neuronjury {command}" in result.output.replace("      ", "    ")


def labeled(folder: Path, raters: int = 3, stimuli: int = 40, units: int = 1, show: str = "crop") -> Path:
    """A study in which people labeled everything: the stronger the activation the higher, with some noise."""
    path = study_file(folder, stimuli, units, show=show)
    rng = np.random.default_rng(0)
    with StudyFile.open(path) as study:
        activation = {s.id: s.activation for s in study.stimuli()}
        for number in range(raters):
            rater = study.add_rater(f"rater {number}", seed=number)
            log = RaterLog(study, rater)
            for trial in study.trials(rater):
                level = int(np.clip((activation[trial.stimulus] + rng.normal()) // 4 + 1, 0, 2))
                log.append(Entry(trial.id, "label", ("unrelated", "imperfect", "edge")[level], milliseconds=900))
    return path


def test_report_of_a_study(tmp_path: Path) -> None:
    result = run("report", labeled(tmp_path), "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "out" / "report.json").read_text())
    assert found["schema"] == "neuronjury-report/1"
    names = {figure["name"] for figure in found["figures"]}
    assert names >= {
        "percent_agreement",
        "krippendorff_alpha",
        "krippendorff_alpha_nominal",
        "gwet_ac1",
        "probability_of_label",
        "auroc",
        "share_of_expected_activation",
        "ceiling_lower",
        "unit_against_consensus",
        "normalised_agreement",
    }
    assert set(found["curves"]) >= {"label_given_activation", "activation_given_label", "label_contribution"}
    assert SIMULATED not in (tmp_path / "out" / "report.html").read_text()
    assert {"report.html", "report.json", "figures.csv"} <= {p.name for p in (tmp_path / "out").iterdir()}


def test_a_report_is_about_one_unit_and_names_the_others(tmp_path: Path) -> None:
    path = labeled(tmp_path, stimuli=20, units=2)
    with StudyFile.open(path) as study:
        first, second = (unit.name for unit in study.units())
    for name, other, words in ((first, second, ()), (second, first, ("--unit", second))):
        out = tmp_path / f"out-{len(words)}"
        result = run("report", path, "--out", out, "--only", "html,json", *words)
        assert result.exit_code == 0, result.output
        told = json.loads((out / "report.json").read_text())["study"]
        assert (told["unit"], told["other_units"]) == (name, [other])
        assert told["their_reports"] == "neuronjury report study.jury --out DIR --unit NAME"
        assert (told["n_stimuli"], told["n_judgements"]) == (20, 60)
        assert told["unit_facts"]["layer"] == name.partition(":")[0]
        page = (out / "report.html").read_text()
        assert f"<span>on {name}</span>" in page
        assert f"Other units of this study: {other}." in page
        assert told["their_reports"] in page


def test_how_to_report_on_the_other_units_is_a_command_and_names_nobody(tmp_path: Path) -> None:
    path = labeled(tmp_path, stimuli=20, units=2).rename(tmp_path / "Ann's study.jury")
    commands = []
    for words in ((), ("--anonymous",)):
        result = run("report", path, "--out", tmp_path / "out", "--only", "json", *words)
        assert result.exit_code == 0, result.output
        text = (tmp_path / "out" / "report.json").read_text()
        commands.append(shlex.split(json.loads(text)["study"]["their_reports"]))
    assert [command[2] for command in commands] == ["Ann's study.jury", "STUDY.jury"]
    assert "Ann's study" not in text


@pytest.mark.parametrize(("show", "outlined"), [("crop", False), ("image", True)])
def test_the_report_of_a_study_of_one_unit(tmp_path: Path, show: str, outlined: bool) -> None:
    """It names the unit and no other, and outlines the fields where raters saw whole images."""
    run("report", labeled(tmp_path, stimuli=20, show=show), "--out", tmp_path / "out", "--only", "html,json")
    told = json.loads((tmp_path / "out" / "report.json").read_text())["study"]
    assert told["unit"] == "features.1:61"
    assert not {"other_units", "their_reports"} & set(told)
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Other units" not in page
    assert ("The outline marks the receptive field" in page) == outlined


def test_a_unit_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    said = refused("report", study_file(tmp_path, 2, 2), "--out", tmp_path / "out", "--unit", "dog faces")
    assert "no unit called 'dog faces'. Its units: features.1:61, features.2:62." in said
    assert not (tmp_path / "out").exists()


def test_a_unit_that_nobody_labeled_is_named(tmp_path: Path) -> None:
    path = study_file(tmp_path, 2, 2)
    with StudyFile.open(path) as study:
        rater = study.add_rater("ann")
        log = RaterLog(study, rater)
        for trial in study.trials(rater):
            if trial.unit == 1:
                log.append(Entry(trial.id, "label", "edge", milliseconds=5))
    said = refused("report", path, "--out", tmp_path / "out", "--unit", "features.2:62")
    assert "Nobody has labeled anything" in said
    assert "features.2:62" in said


def test_the_tables_of_a_study_give_the_same_figures_through_analyze(tmp_path: Path) -> None:
    path = labeled(tmp_path)
    with StudyFile.open(path) as study:
        people, stimuli = study.judgements(), study.stimuli()
    with (tmp_path / "j.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["stimulus", "rater", "label", "condition", "seconds", "place", "remark"])
        table.writerows(
            [j.stimulus, j.rater, j.label, j.condition, j.seconds, j.place, "ignored"] for j in reversed(people)
        )
    with (tmp_path / "s.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["stimulus", "activation", "stratum", "inclusion_probability"])
        table.writerows([s.id, s.activation, s.stratum, s.inclusion_probability] for s in reversed(stimuli))
    run("report", path, "--out", tmp_path / "one", "--seed", 3, "--only", "json")
    result = run(
        "analyze", tmp_path / "j.csv", "--stimuli", tmp_path / "s.csv", "--categories", "unrelated, imperfect, edge",
        "--scale", "ordinal", "--seed", 3, "--only", "json", "--out", tmp_path / "two",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    one, two = (json.loads((tmp_path / out / "report.json").read_text()) for out in ("one", "two"))
    assert one["figures"] == two["figures"]
    assert one["curves"] == two["curves"]


def test_the_strata_of_a_report_are_those_of_the_study_and_go_back_through_analyze(tmp_path: Path) -> None:
    path, first, second = labeled(tmp_path), tmp_path / "one", tmp_path / "two"
    run("report", path, "--out", first, "--seed", 3, "--only", "html,json,csv,judgements")
    with StudyFile.open(path) as study:
        strata = {s.id: str(s.stratum) for s in study.stimuli()}
    with (first / "stimuli.csv").open(newline="") as file:
        assert {row["stimulus"]: row["stratum"] for row in csv.DictReader(file)} == strata
    page = (first / "report.html").read_text()
    assert set(re.findall(r"<h3>Stratum (\d+):", page)) == set(strata.values()) == {"1", "2"}
    result = run(
        "analyze", first / "judgements.csv", "--stimuli", first / "stimuli.csv", "--scale", "ordinal",
        "--categories", "unrelated, imperfect, edge", "--seed", 3, "--only", "json,csv", "--out", second,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    one, two = (json.loads((out / "report.json").read_text())["figures"] for out in (first, second))
    assert one == two
    assert (first / "stimuli.csv").read_bytes() == (second / "stimuli.csv").read_bytes()


def test_stand_ins_are_left_out_where_people_labeled(tmp_path: Path) -> None:
    path = labeled(tmp_path)
    run("report", path, "--out", tmp_path / "before", "--only", "html,json")
    label_by_stand_ins(path, lambda *_: None)
    run("report", path, "--out", tmp_path / "after", "--only", "html,json")
    before, after = (json.loads((tmp_path / out / "report.json").read_text()) for out in ("before", "after"))
    assert before["figures"] == after["figures"]
    assert after["study"]["stand_ins_left_out"] == 5


def test_stand_ins_alone_are_named_as_such_everywhere(tmp_path: Path) -> None:
    path = study_file(tmp_path, 24)
    label_by_stand_ins(path, lambda *_: None)
    with StudyFile.open(path) as study:
        assert all(j.simulated for j in study.judgements())
        assert len(study.judgements()) == 5 * 24
        before = study.judgements()
    label_by_stand_ins(path, lambda *_: None)  # once more: there is nothing left to label
    with StudyFile.open(path) as study:
        assert study.judgements() == before
    run("report", path, "--out", tmp_path / "out", "--only", "html,json")
    found = json.loads((tmp_path / "out" / "report.json").read_text())
    assert found["warnings"][0] == SIMULATED
    assert found["study"]["simulated"] is True
    page = (tmp_path / "out" / "report.html").read_text()
    assert page.count("Simulated raters") >= page.count("<h2")


def test_stand_ins_go_through_whatever_a_session_has(tmp_path: Path) -> None:
    path = tmp_path / "study.jury"
    protocol = Protocol(
        consent="Yes?", block=5, break_seconds=600, repeats=0.1, repeat_distance=3,
        conditions=Conditions(0.5, 0.25, 0.25), practice=Practice(needed=1.0),
    )  # fmt: skip
    known = tuple(Known(kind, kind, 1, png(700 + n), ("edge",)) for n, kind in enumerate(("catch", "practice")))
    StudyFile.create(path, replace(new_study(24), protocol=protocol, known=known))
    label_by_stand_ins(path, lambda *_: None)
    with StudyFile.open(path) as study:
        assert [status.left for status in study_status(study)] == [0] * 5
        assert {status.catch_accuracy for status in study_status(study)} == {1.0}


def test_stand_ins_say_what_they_cannot_do(tmp_path: Path) -> None:
    path = tmp_path / "study.jury"
    StudyFile.create(path, which_one_study())
    with pytest.raises(Fault, match="choose one category"):
        label_by_stand_ins(path, lambda *_: None)


def test_categories_on_two_lines_are_told(tmp_path: Path) -> None:
    (tmp_path / "j.csv").write_text("stimulus,rater,label\n1,a,no\n")
    result = run("analyze", tmp_path / "j.csv", "--categories", "no\nyes", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "--categories cannot be read" in result.output


def test_analyze_without_stimuli_speaks_of_people_alone(tmp_path: Path) -> None:
    rows = [f"{number},{rater},{'yes' if number % 3 else 'no'}" for number in range(20) for rater in "ab"]
    (tmp_path / "j.csv").write_text("stimulus,rater,label\n" + "\n".join(rows))
    result = run("analyze", tmp_path / "j.csv", "--categories", "no,yes", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "out" / "report.json").read_text())
    figures = {(f["name"], f["speaks_for"]): f for f in found["figures"]}
    assert figures["percent_agreement", "these raters"]["value"] == 1
    assert "auroc" not in {name for name, _ in figures}
    assert any("cannot speak for other raters" in warning for warning in found["warnings"])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("stimulus,rater\n1,a\n", "no column label"),
        ("stimulus,rater,label\n", "has no rows"),
        ("stimulus,rater,label\n1,a\n", "line 2: the row has not as many values"),
        ("stimulus,rater,label\n1,a,maybe\n", "maybe"),
        ("stimulus,rater,label\n1,a,yes\n1,a,no\n", "1"),
        ("stimulus,rater,label,occasion\n1,a,yes,soon\n", "'soon', which is no number"),
        ("stimulus,rater,label,occasion\n1,a,yes,1.5\n", "'1.5', which is no whole number"),
        ("stimulus,rater,label,occasion\n1,a,yes,nan\n", "'nan', which is no whole number"),
        ("stimulus,rater,label,occasion\n1,a,yes,inf\n", "'inf', which is no whole number"),
        ("stimulus,rater,label,label\n1,a,yes,no\n", "two columns called 'label'"),
        ("stimulus;rater;label\n1;a;yes\n", "separated by semicolons"),
        ("stimulus,rater,label\n1,,yes\n", "line 2: the rater is empty"),
        ("\xff\xfe", "no CSV file in UTF-8"),
    ],
)
def test_a_wrong_table_is_told(tmp_path: Path, table: str, words: str) -> None:
    (tmp_path / "j.csv").write_bytes(table.encode("latin-1"))
    said = refused("analyze", tmp_path / "j.csv", "--categories", "no,yes", "--out", tmp_path / "out")
    assert words in said
    assert not (tmp_path / "out").exists()


def test_a_table_from_a_spreadsheet_is_read_as_it_is_meant(tmp_path: Path) -> None:
    """A byte order mark, Windows line ends, spaces around values, empty rows at the end, a comma in a label."""
    rows = [
        f'{number}, {rater},"big, bold"' if number % 3 else f"{number},{rater}, no"
        for number in range(20)
        for rater in "ab"
    ]
    (tmp_path / "j.csv").write_bytes(
        b"\xef\xbb\xbf" + "\r\n".join([" stimulus,rater,label", *rows, ",,", ",,", ""]).encode()
    )
    result = run("analyze", tmp_path / "j.csv", "--categories", 'no, "big, bold"', "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (found["study"]["n_judgements"], found["study"]["n_no_answer"]) == (40, 0)
    assert found["study"]["categories"] == ["no", "big, bold"]


def test_a_nominal_study_has_its_ceiling_at_the_head_of_the_report(tmp_path: Path) -> None:
    made = world(400, 4, 20, 4, 3, seed=1, scale="nominal")
    people, stimuli = made.judgements, made.stimuli
    rows = [
        [people.stimuli[i], people.raters[r], people.categories[k]]
        for i, r, k in zip(people.stimulus, people.rater, people.label, strict=True)
    ]
    for path, header, table in (
        (tmp_path / "j.csv", ["stimulus", "rater", "label"], rows),
        (tmp_path / "s.csv", ["stimulus", "activation"], zip(stimuli.stimuli, stimuli.activation, strict=True)),
    ):
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([header, *table])
    names = ",".join(people.categories)
    result = run(
        "analyze", tmp_path / "j.csv", "--stimuli", tmp_path / "s.csv", "--categories", names,
        "--only", "html", "--out", tmp_path / "out",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Of what a single person can achieve against the others for" in page
    assert "The unit as a share of a person" in page
    assert "these stimuli" in page  # no inclusion probabilities: it speaks of these alone, and says so


def test_a_log_that_was_altered_is_told_on_the_first_page(tmp_path: Path) -> None:
    path = labeled(tmp_path)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "REPLACE INTO event SELECT uuid, rater, sequence, trial, kind, iif(answer = 'edge', 'unrelated', 'edge'),"
            " confidence, note, milliseconds, idle, at, rubric, previous, hash, mac FROM event WHERE sequence = 7"
            " LIMIT 1"
        )
    connection.close()
    run("report", path, "--out", tmp_path / "out", "--only", "json")
    warnings = json.loads((tmp_path / "out" / "report.json").read_text())["warnings"]
    assert any("was altered or is incomplete: event 7" in warning for warning in warnings)


def test_a_study_that_was_cut_off_while_it_was_written_is_reported_on(tmp_path: Path) -> None:
    """The journal beside the file is hot: what it undoes must be undone before anything is read."""
    path = labeled(tmp_path)
    with StudyFile.open(path) as study:
        before = study.judgements()
        study.connection.execute("PRAGMA cache_size = 1")  # so that a transaction spills into the file
        study.connection.execute("BEGIN IMMEDIATE")
        study.connection.execute("UPDATE trial SET occasion = 2")
        study.connection.execute("UPDATE image SET data = zeroblob(length(data))")
        (tmp_path / "copy").mkdir()
        for name in (path.name, f"{path.name}-journal"):
            shutil.copy(path.with_name(name), tmp_path / "copy" / name)
        study.connection.execute("ROLLBACK")
    cut_off = tmp_path / "copy" / path.name
    assert cut_off.read_bytes() != path.read_bytes()
    assert run("report", cut_off, "--out", tmp_path / "out", "--only", "json").exit_code == 0
    with StudyFile.open(cut_off) as study:
        assert study.judgements() == before


def test_stimuli_without_activation_are_told(tmp_path: Path) -> None:
    (tmp_path / "j.csv").write_text("stimulus,rater,label\n1,a,yes\n2,a,no\n")
    (tmp_path / "s.csv").write_text("stimulus,activation\n1,0.5\n")
    said = refused(
        "analyze",
        tmp_path / "j.csv",
        "--stimuli",
        tmp_path / "s.csv",
        "--categories",
        "no,yes",
        "--out",
        tmp_path / "o",
    )
    assert "2" in said


def test_a_report_of_nothing_is_refused(tmp_path: Path) -> None:
    assert "Nobody has labeled anything" in refused("report", study_file(tmp_path), "--out", tmp_path / "out")


def test_the_status_of_a_study_is_a_table_or_json(tmp_path: Path) -> None:
    path = labeled(tmp_path, raters=2, stimuli=10)
    with StudyFile.open(path) as study:
        study.add_rater("late")
    lines = run("status", path).output.splitlines()
    assert lines[0] == "Edges?: 3 raters, 20 of 30 trials done, 10 left."
    assert [line.split("  ")[0] for line in lines[2:]] == ["rater", "rater 0", "rater 1", "late"]
    assert "10 of 10  0.90" in lines[3]
    told = json.loads(run("status", path, "--json").output)
    assert [(rater["pseudonym"], rater["left"], rater["pace"]) for rater in told["raters"]] == [
        ("rater 0", 0, 0.9),
        ("rater 1", 0, 0.9),
        ("late", 10, None),
    ]
    assert (told["left"], told["title"]) == (10, "Edges?")


def test_the_status_of_a_study_with_nobody_yet_says_so(tmp_path: Path) -> None:
    path = study_file(tmp_path)
    before = path.read_bytes()
    result = run("status", path)
    assert (result.exit_code, result.output) == (0, "Edges?: Nobody has begun yet.\n")
    assert json.loads(run("status", path, "--json").output)["raters"] == []
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", ["report", "label", "status"])
def test_a_file_that_is_no_study_is_refused(tmp_path: Path, command: str) -> None:
    (tmp_path / "a.jury").write_text("hello")
    out = ["--out", tmp_path / "out"] if command == "report" else []
    assert "no Neuron Jury study file" in refused(command, tmp_path / "a.jury", *out)


def test_labeling_with_no_screen_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert "no screen" in refused("label", study_file(tmp_path))


def test_a_screen_is_an_x_or_a_wayland_display() -> None:
    assert not has_screen({}, "linux")
    assert has_screen({"DISPLAY": ":0"}, "linux")
    assert has_screen({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert has_screen({}, "darwin")


def test_the_demo_with_no_screen_does_the_whole_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    result = run("demo", "--out", tmp_path / "demo")
    assert result.exit_code == 0, result.output
    assert "There is no screen here" in result.output
    assert len(list((tmp_path / "demo" / "photographs").iterdir())) == len(PHOTOGRAPHS)
    assert (tmp_path / "demo" / "labeling-page.png").read_bytes().startswith(b"\x89PNG")
    with StudyFile.open(tmp_path / "demo" / "demo.jury") as study:
        facts = study.units()[0].facts
        assert 2000 < facts["population"] < 10000  # type: ignore[operator]
        assert min(s.activation for s in study.stimuli()) < 0
        assert facts["receptive_field"] == [19, 19]
        assert len(study.judgements()) == 5 * len(study.stimuli())
    page = (tmp_path / "demo" / "report" / "report.html").read_text()
    assert SIMULATED in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    shutil.rmtree(tmp_path / "demo" / "report")
    again = run("demo", "--out", tmp_path / "demo")
    assert again.exit_code == 0, again.output
    assert "going on with it" in again.output
    assert (tmp_path / "demo" / "report" / "report.html").exists()
