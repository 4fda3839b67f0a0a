"""A report's folder: which files there are, what a reader of each finds, and what happens when one cannot be."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.machinery import ModuleSpec
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner
from helpers import RUBRIC, SLIDER, new_study, which_one_study
from pyarrow import parquet

import app.export.files
import app.export.formats
from analysis.figures import Figure, Report
from app.cli import main, reporting
from app.errors import Fault
from app.export import FORMATS, JudgementRow, JudgementTable, formats_of, strangers_in, write_report
from app.export.files import CHARTS, MANIFEST, write_whole
from app.export.judgement_files import COLUMNS, judgements_csv, judgements_parquet
from app.findings.charts import charts_of
from app.results import report_study, report_tables
from app.results.computing import report_on
from app.results.judgement_table import judgement_table
from app.results.source import read_source
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Conditions, Exclusion, Protocol
from app.study.records import Known, NewStudy, Trial

QUICK = ("json", "csv", "judgements")
"""Formats that nothing is drawn for."""
Say = Callable[[str, Trial, float], Entry]


def study_of(folder: Path, new: NewStudy, raters: tuple[str, ...], say: Say, stand_ins: tuple[str, ...] = ()) -> Path:
    """A study file in which `say`, told rater, trial and activation, answers every trial."""
    path = folder / "study.jury"
    folder.mkdir(exist_ok=True)
    StudyFile.create(path, new)
    activation = {stimulus.id: stimulus.activation for stimulus in new.stimuli}
    with StudyFile.open(path) as study:
        for number, name in enumerate((*raters, *stand_ins)):
            rater = study.add_rater(name, seed=number, simulated=name in stand_ins)
            log = RaterLog(study, rater, now=lambda: "2026-01-01T00:00:00Z")
            for trial in study.trials(rater):
                log.append(say(name, trial, activation.get(trial.stimulus or "", 9.0)))
    return path


def by_activation(rater: str, trial: Trial, activation: float) -> Entry:
    """A label that goes up with the activation, and some that do not, differently for each rater."""
    turn = sum(map(ord, rater + (trial.stimulus or ""))) % 11
    if turn == 10:
        return Entry(trial.id, "cannot_tell", milliseconds=800)
    label = RUBRIC.names[min(2, max(0, round(activation / 3 + (turn == 1))))]
    return Entry(
        trial.id, "label", label, note=f"note of {rater}" if turn == 2 else None, milliseconds=700 + 100 * turn
    )


def slide(rater: str, trial: Trial, activation: float) -> Entry:
    """A number that goes up with the activation, and a little that does not."""
    turn = sum(map(ord, rater + (trial.stimulus or ""))) % 7
    return Entry(trial.id, "label", str(round(10 * activation) + 20 + turn), milliseconds=900)


def nothing_heard(*_: object) -> None:
    """Progress that nobody looks at."""


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- the folder --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report without drawings, of a study with blind and revealed judgements and repeats."""
    folder = tmp_path_factory.mktemp("rich")
    protocol = Protocol(conditions=Conditions(0.85, 0.15), repeats=0.1, repeat_distance=4)
    raters = ("ann", "bob", "cy", "dee", "eve", "flo")
    study = study_of(folder, replace(new_study(40), protocol=protocol), raters, by_activation)
    assert report_study(study, folder / "out", nothing_heard, only=QUICK) == folder / "out"
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in all formats, of a study that has few charts; beside it the steps that were told."""
    folder = tmp_path_factory.mktemp("whole")
    study = study_of(folder, replace(new_study(12), rubric=SLIDER), ("ann", "bob", "cy"), slide)
    steps: list[tuple[str, int, int]] = []
    assert report_study(study, folder / "out", lambda *step: steps.append(step)) == folder / "out" / "report.html"
    (folder / "steps.json").write_text(json.dumps(steps))
    return folder


def test_all_formats_are_there_and_nothing_else(whole: Path) -> None:
    out = whole / "out"
    names = {path.name for path in out.iterdir()} - {MANIFEST}
    assert {"report.html", "report.json", "report.pdf", "figures.csv", "stimuli.csv", "references.bib"} <= names
    assert {"judgements.csv", "judgements.parquet"} <= names
    assert {name for name in names if not name.endswith(".csv")} == {
        "report.html", "report.json", "report.pdf", "judgements.parquet", "references.bib", "figures",
    }  # fmt: skip
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert (out / "references.bib").read_text(encoding="utf-8").startswith("@")


def test_each_chart_of_the_page_lies_in_figures_twice(whole: Path) -> None:
    figures = {path.name for path in (whole / "out" / "figures").iterdir()}
    keys = {name.rpartition(".")[0] for name in figures}
    assert figures == {f"{key}.{kind}" for key in keys for kind in ("svg", "png")}
    assert {"mean_given_activation", "ceiling", "rater_bias"} <= keys <= set(CHARTS)


def test_every_chart_that_there_can_be_is_known_as_a_reports(rich: Path) -> None:
    """Or an old one would never be removed."""
    report = report_on(read_source(rich / "study.jury"), nothing_heard)
    keys = {re.sub(r"_\d+$", "", chart.key) for chart in charts_of(report)}
    assert {"roc", "confusion", "revealing"} <= keys <= set(CHARTS)


def test_progress_covers_all_of_it(whole: Path) -> None:
    steps = json.loads((whole / "steps.json").read_text())
    writing = [(done, total) for step, done, total in steps if step == "Writing the report"]
    assert [done for done, _ in writing] == list(range(1, writing[-1][1] + 1))
    assert len({total for _, total in writing}) == 1
    drawn = len(list((whole / "out" / "figures").iterdir())) // 2
    # 12 stimuli and 6 references, the charts for the page and for files, and the seven formats
    assert writing[-1][1] >= 12 + 6 + 2 * drawn + len(FORMATS)


@pytest.mark.parametrize(
    ("only", "files"),
    [
        ("json", {"report.json"}),
        ("judgements, JSON", {"report.json", "judgements.csv", "judgements.parquet"}),
        ("bib", {"references.bib"}),
    ],
)
def test_only_some_formats(tmp_path: Path, only: str, files: set[str]) -> None:
    study = study_of(tmp_path, new_study(12), ("ann", "bob"), by_activation)
    result = CliRunner().invoke(main, ["report", str(study), "--out", str(tmp_path / "out"), "--only", only])
    assert result.exit_code == 0, result.output
    assert names_in(tmp_path / "out") == files
    assert f"Report: {tmp_path / 'out'}" in result.output


@pytest.mark.parametrize(("only", "told"), [("pdf,docx", "no format called docx"), (" ,", "No format is named")])
def test_a_format_that_there_is_not(tmp_path: Path, only: str, told: str) -> None:
    study = study_of(tmp_path, new_study(12), ("ann",), by_activation)
    result = CliRunner().invoke(main, ["report", str(study), "--out", str(tmp_path / "out"), "--only", only])
    assert result.exit_code == 1
    assert told in result.output
    assert "a report can be html, json, csv, pdf, figures, judgements, bib." in result.output
    assert not (tmp_path / "out").exists()


def test_formats_by_name() -> None:
    assert formats_of(None) == FORMATS
    assert formats_of("bib, html,html") == ("html", "bib")


def names_in(out: Path) -> set[str]:
    """All files below a report's folder, but for its list of them."""
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} - {MANIFEST}


def short(out: Path, *only: str) -> None:
    """A report that takes no time."""
    write_report(Report((Figure("auroc", 0.5),)), out, only=only)


def test_an_earlier_reports_files_go_and_others_stay(whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole / "out", out)
    own = ["labels.csv", "notes.txt", "figures/roc_final.svg", "figures/photo.png", "figures/auroc.svg.txt"]
    for name in own:
        (out / name).write_text("mine")
    short(out, "json")
    assert names_in(out) == {"report.json", *own}
    for name in own:
        (out / name).unlink()
    (out / "figures").rmdir()
    shutil.copytree(whole / "out", out, dirs_exist_ok=True)
    short(out, "json")
    assert {path.name for path in out.iterdir()} == {"report.json", MANIFEST}  # nor an empty folder


@pytest.mark.parametrize("only", [("json",), ("html",)])
def test_what_no_report_wrote_is_left_alone(tmp_path: Path, only: tuple[str, ...]) -> None:
    own = ("references.bib", "raters.csv", "stimuli.csv", "judgements.csv", "figures/roc.png")
    (tmp_path / "figures").mkdir()
    for name in own:
        (tmp_path / name).write_text("mine")
    for _ in range(2):
        short(tmp_path, *only)
        assert names_in(tmp_path) == {*own, f"report.{only[0]}"}
    assert {(tmp_path / name).read_text() for name in own} == {"mine"}


def refused(out: Path, *only: str) -> str:
    """What is told, when nothing was drawn and nothing changed."""
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    steps: list[tuple[int, int]] = []
    with pytest.raises(Fault) as fault:
        write_report(Report(()), out, only=only, progress=lambda *step: steps.append(step))
    assert steps == []
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    return str(fault.value)


@pytest.mark.parametrize(
    ("only", "name"),
    [
        ("bib", "references.bib"),
        ("csv", "stimuli.csv"),
        ("judgements", "judgements.csv"),
        ("figures", "figures/roc.png"),
    ],
)
def test_nothing_is_written_over_what_no_report_wrote(tmp_path: Path, only: str, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    told = refused(tmp_path, "json", only)
    assert f"{tmp_path} holds {name}, which no report wrote" in told
    assert "name another folder" in told
    assert "move them away" in told


def test_what_was_changed_since_is_not_a_reports_any_more(tmp_path: Path) -> None:
    short(tmp_path, "csv", "json")
    (tmp_path / "raters.csv").write_text("mine")
    for only in (("csv",), ("json",)):  # neither written over nor removed
        assert "holds raters.csv, which no report wrote or which changed since" in refused(tmp_path, *only)
    for path in tmp_path.glob("*.csv"):
        path.write_text("mine")
    assert re.search(r"holds (\w+\.csv, ){3}\w+\.csv and \d+ more, which", refused(tmp_path, "json"))


@pytest.mark.parametrize("name", ["report.json", "report.pdf"])
def test_a_folder_or_a_link_in_the_place_of_a_file_is_seen_first(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert f"holds {name}, " in refused(tmp_path, "html", "json", "pdf")
    (tmp_path / name).rmdir()
    (tmp_path / name).symlink_to(tmp_path / "nowhere")
    assert f"holds {name}, " in refused(tmp_path, "html", "json", "pdf")


@pytest.mark.parametrize("text", ["", "[]", '{"files": 3}', '{"files": {"report.json": "x"}, "earlier": 3}'])
def test_a_list_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    assert "no list of a report's files" in refused(tmp_path, "json")


def test_a_list_cannot_have_other_files_removed(tmp_path: Path) -> None:
    out, own = tmp_path / "out", tmp_path / "own.txt"
    out.mkdir()
    own.write_text("mine")
    sums = dict.fromkeys(("../own.txt", str(own), "figures/../../own.txt"), hashlib.sha256(b"mine").hexdigest())
    (out / MANIFEST).write_text(json.dumps({"files": sums}))
    short(out, "json")
    assert own.read_text() == "mine"


def test_a_report_whose_writing_broke_off_can_be_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short(tmp_path, "csv", "json")
    written: list[str] = []

    def full(path: Path, content: str | bytes) -> None:
        if len(written) == 3:
            raise Fault("the disk is full")
        written.append(path.name)
        write_whole(path, content)

    for value in (0.25, 0.75):
        written.clear()
        with monkeypatch.context() as broken:
            broken.setattr(app.export.files, "write_whole", full)
            with pytest.raises(Fault, match="the disk is full"):
                write_report(Report((Figure("auroc", value),)), tmp_path, only=("csv", "json"))
    assert "report.json" in written or "figures.csv" in written
    short(tmp_path, "json")
    assert names_in(tmp_path) == {"report.json"}


def test_no_folder_is_made_for_a_report_that_is_none(tmp_path: Path) -> None:
    def stop(*_: int) -> None:
        raise Fault("stopped")

    with pytest.raises(Fault, match="stopped"):
        write_report(Report(()), tmp_path / "out" / "below", only=("figures", "json"), progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_cannot_be_made_leaves_the_old_one(tmp_path: Path) -> None:
    """Stopped in the middle of the work, the folder holds the earlier report whole."""

    class StopError(Exception):
        pass

    def stop(step: str, done: int, total: int) -> None:
        if step == "Writing the report" and done == 2:
            raise StopError

    study, out = study_of(tmp_path, new_study(12), ("ann", "bob"), by_activation), tmp_path / "out"
    report_study(study, out, nothing_heard, only=QUICK)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(StopError):
        report_study(study, out, stop, seed=99, only=QUICK)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_file_where_the_figures_should_lie(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "figures").write_text("mine")
    with pytest.raises(Fault, match="figures is a file"):
        report_study(whole / "study.jury", tmp_path, nothing_heard, only=("figures",))
    assert (tmp_path / "figures").read_text() == "mine"


def test_without_judgements_at_hand_there_are_no_files_of_them(tmp_path: Path) -> None:
    write_report(Report(()), tmp_path, only=("json", "judgements"))
    assert names_in(tmp_path) == {"report.json"}


# ---- libraries that an annotator does not have -----------------------------------------------------------------------


def without(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    there = app.export.formats.find_spec

    def find(name: str) -> ModuleSpec | None:
        return None if name == library else there(name)

    monkeypatch.setattr(app.export.formats, "find_spec", find)


@pytest.mark.parametrize("library", ["jinja2", "matplotlib", "typst", "pyarrow"])
def test_a_missing_library_is_told_in_one_line_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    without(library, monkeypatch)
    study = study_of(tmp_path, new_study(12), ("ann",), by_activation)
    result = CliRunner().invoke(main, ["report", str(study), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert result.output == f"Error: Writing a report needs {library}: pip install 'neuron-jury[report]'\n"
    assert not (tmp_path / "out").exists()


def test_what_a_format_does_not_need_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("jinja2", "matplotlib", "typst", "pyarrow"):
        without(library, monkeypatch)
    study = study_of(tmp_path, new_study(12), ("ann",), by_activation)
    report_study(study, tmp_path / "out", nothing_heard, only=("json", "csv", "bib"))
    assert (tmp_path / "out" / "report.json").exists()


def test_a_plan_needs_them_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without("matplotlib", monkeypatch)
    words = ["plan", "--categories", "a,b", "--common", "0.5,0.5", "--worlds", "2", "--out", str(tmp_path / "plan")]
    result = CliRunner().invoke(main, words)
    assert result.output == "Error: Writing a plan needs matplotlib: pip install 'neuron-jury[report]'\n"


# ---- what was said ---------------------------------------------------------------------------------------------------


def row(label: str | float | None = "hi", **more: object) -> JudgementRow:
    given = {"stimulus": "s1", "rater": "ann", "condition": "blind", "occasion": 1, "seconds": 1.25, "confidence": None}
    given |= {"place": 3, "references": True, "kind": "label", "note": None, "enters": True}
    return JudgementRow(label=label, **(given | more))  # type: ignore[arg-type]


def test_the_columns_of_plain_tables_come_first() -> None:
    plain = ("stimulus", "rater", "label", "condition", "occasion", "seconds", "confidence")
    assert (*plain, "place", "references", "kind", "note", "enters") == COLUMNS
    text = judgements_csv(JudgementTable((row(), row(None, kind="cannot_tell", enters=False, place=None))))
    assert text.splitlines() == [
        ",".join(COLUMNS),
        "s1,ann,hi,blind,1,1.25,,3,true,label,,true",
        "s1,ann,,blind,1,1.25,,,true,cannot_tell,,false",
    ]


def test_csv_runs_nothing_in_a_spreadsheet_and_numbers_stay_numbers() -> None:
    text = judgements_csv(JudgementTable((row(-2.0, note="=cmd()", rater="+bob"), row(0.5)), numbers=True))
    first, second = list(csv.DictReader(io.StringIO(text)))
    assert (first["label"], second["label"]) == ("-2", "0.5")
    assert (first["note"], first["rater"]) == ("'=cmd()", "'+bob")


def test_parquet_keeps_order_types_and_gaps() -> None:
    rows = (row("hi", confidence=2), row(None, seconds=None, references=None, kind=None), row("lo", note="why?"))
    table = parquet.read_table(io.BytesIO(judgements_parquet(JudgementTable(rows, ("lo", "mid", "hi"), ordered=True))))
    assert tuple(table.column_names) == COLUMNS
    label = table.schema.field("label")
    assert pa.types.is_dictionary(label.type)
    assert label.type.ordered
    assert table["label"].chunk(0).dictionary.to_pylist() == ["lo", "mid", "hi"]
    assert json.loads(label.metadata[b"labels"]) == ["lo", "mid", "hi"]
    assert table.to_pylist() == [{name: getattr(one, name) for name in COLUMNS} for one in rows]
    assert pa.types.is_dictionary(table.schema.field("rater").type)
    assert not table.schema.field("rater").type.ordered
    assert [str(table.schema.field(name).type) for name in ("seconds", "confidence", "enters")] == [
        "double", "int32", "bool",
    ]  # fmt: skip


def test_parquet_of_numbers_and_of_labels_without_an_order() -> None:
    numbers = parquet.read_table(io.BytesIO(judgements_parquet(JudgementTable((row(2.5), row(None)), numbers=True))))
    assert numbers["label"].to_pylist() == [2.5, None]
    named = judgements_parquet(JudgementTable((row("b"), row("strange")), ("a", "b")))
    label = parquet.read_table(io.BytesIO(named)).schema.field("label")
    assert not label.type.ordered
    assert judgements_parquet(JudgementTable((), ("a", "b")))  # nobody said anything


def test_both_files_of_a_study_say_the_same(rich: Path) -> None:
    table = parquet.read_table(rich / "out" / "judgements.parquet").to_pylist()
    told = rows_of(rich / "out" / "judgements.csv")
    assert len(told) == len(table) > 100
    for one, other in zip(told, table, strict=True):
        assert float(one.pop("seconds")) == other.pop("seconds")
        assert one == {name: "" if value is None else str(value) for name, value in other.items()} | {
            name: str(other[name]).lower() for name in ("references", "enters")
        }


def test_what_enters_is_what_the_figures_are_made_of(rich: Path) -> None:
    told = rows_of(rich / "out" / "judgements.csv")
    entered = [one for one in told if one["enters"] == "true"]
    study = json.loads((rich / "out" / "report.json").read_text(encoding="utf-8"))["study"]
    assert len(entered) == study["n_judgements"]
    assert {(one["condition"], one["occasion"], one["kind"]) for one in entered} == {("blind", "1", "label")}
    assert {one["condition"] for one in told} == {"blind", "revealed"}
    assert {one["occasion"] for one in told} == {"1", "2"}
    assert {one["kind"] for one in told} == {"label", "cannot_tell"}
    assert any(one["note"].startswith("note of") for one in told)
    assert sorted(int(one["place"]) for one in told if one["rater"] == "ann") == list(range(1, len(told) // 6 + 1))


def test_raters_left_out_are_in_it_and_stand_ins_only_alone(tmp_path: Path) -> None:
    known = Known("ffff", "catch", 1, new_study(1).stimuli[0].image, ("edge",))
    new = replace(new_study(20), known=(known,), protocol=Protocol(exclusion=Exclusion(catch_accuracy=0.8)))

    def say(rater: str, trial: Trial, activation: float) -> Entry:
        label = ("unrelated" if rater == "bad" else "edge") if trial.kind == "catch" else None
        return replace(by_activation(rater, trial, activation), kind="label", answer=label or "edge", note=None)

    source = read_source(study_of(tmp_path / "both", new, ("ann", "bad"), say, ("stand-in 1",)))
    table = judgement_table(source)
    assert {(one.rater, one.enters) for one in table.rows} == {("ann", True), ("bad", False)}
    alone = judgement_table(read_source(study_of(tmp_path / "alone", new, (), say, ("stand-in 1",))))
    assert {(one.rater, one.enters) for one in alone.rows} == {("stand-in 1", True)}


def test_numbers_and_pairs(tmp_path: Path) -> None:
    def choose(rater: str, trial: Trial, activation: float) -> Entry:
        return Entry(trial.id, "label", "left", confidence=2, milliseconds=900)

    slid = judgement_table(
        read_source(study_of(tmp_path / "a", replace(new_study(12), rubric=SLIDER), ("ann",), slide))
    )
    assert slid.numbers
    assert all(isinstance(one.label, float) for one in slid.rows)
    new = which_one_study(12)
    chosen = judgement_table(read_source(study_of(tmp_path / "b", new, ("ann",), choose)))
    assert {one.stimulus for one in chosen.rows} == {pair.id for pair in new.pairs}
    assert {one.label for one in chosen.rows} <= {stimulus.id for stimulus in new.stimuli}
    assert {(one.confidence, one.enters) for one in chosen.rows} == {(2, True)}
    assert parquet.read_table(io.BytesIO(judgements_parquet(chosen))).num_rows == 6


def test_the_files_of_a_report_give_the_same_figures_again(rich: Path, tmp_path: Path) -> None:
    """`neuronjury analyze judgements.csv --stimuli stimuli.csv` of a study that leaves nobody out.

    The table of stimuli holds those that somebody judged blind: here, all.
    """
    out = rich / "out"
    assert len(rows_of(out / "stimuli.csv")) == 40
    first = json.loads((out / "report.json").read_text(encoding="utf-8"))
    words = [
        "analyze",
        out / "judgements.csv",
        "--stimuli",
        out / "stimuli.csv",
        "--out",
        tmp_path,
        "--scale",
        "ordinal",
    ]
    words += ["--categories", ",".join(RUBRIC.names), "--seed", first["study"]["seed"], "--only", "json,judgements"]
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    again = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert again["figures"] == first["figures"]
    assert again["curves"] == first["curves"]
    kept = [name for name in COLUMNS if name != "references" and name != "kind"]
    written = [[one[name] for name in kept] for one in rows_of(tmp_path / "judgements.csv")]
    assert written == [[one[name] for name in kept] for one in rows_of(out / "judgements.csv")]


# ---- plain tables ----------------------------------------------------------------------------------------------------


def tables(folder: Path, name: str = "labels.csv") -> Path:
    rows = [("stimulus", "rater", "label", "confidence", "note"), ("s0", "ann", "", "sure", "")]
    rows += [(f"s{i}", rater, "yes" if i % 3 else "no", str(i), "") for i in range(1, 13) for rater in ("ann", "bob")]
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return folder / name


def test_tables_are_reported_in_all_formats(tmp_path: Path) -> None:
    page = report_tables(
        tables(tmp_path), None, tmp_path / "out", nothing_heard, categories=["no", "yes"], scale="nominal", seed=0
    )
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (page.parent / "report.pdf").read_bytes().startswith(b"%PDF-")
    said = rows_of(page.parent / "judgements.csv")
    assert len(said) == 25  # the one without a label too
    assert (said[0]["label"], said[0]["enters"], said[0]["confidence"], said[0]["references"]) == ("", "false", "", "")
    assert (said[2]["confidence"], said[2]["condition"], said[2]["enters"]) == ("1", "blind", "true")


@pytest.mark.parametrize("name", ["judgements.csv", "stimuli.csv"])
def test_no_table_that_is_read_is_written_over(tmp_path: Path, name: str) -> None:
    table = tables(tmp_path, name)
    before = table.read_bytes()
    with pytest.raises(Fault, match=f"would be written over .*{name}: name another folder with --out"):
        report_tables(
            table, None, tmp_path / "." / "", nothing_heard, categories=["no", "yes"], scale="nominal", seed=0
        )
    assert table.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [name]


# ---- a folder with other things in it ------------------------------------------------------------------------------


def analysed_into(out: Path, table: Path, answer: str | None = None) -> str:
    words = ["analyze", table, "--categories", "no,yes", "--only", "json", "--out", out]
    result = CliRunner().invoke(main, [str(word) for word in words], input=answer)
    assert result.exit_code == (1 if answer == "n\n" else 0), result.output
    return result.output


def test_it_is_said_where_a_report_comes_to_lie_among_other_things(tmp_path: Path) -> None:
    table, out = tables(tmp_path), tmp_path / "photographs"
    out.mkdir()
    (out / ".DS_Store").write_bytes(b"")
    (out / "Thumbs.db").write_bytes(b"")
    assert "no report yet" not in analysed_into(tmp_path / "empty", table)
    for name in ("beach.jpg", "cat.jpg", "dog.jpg", "elk.jpg"):
        (out / name).write_bytes(b"a photograph")
    said = analysed_into(out, table)
    assert f"{out} holds no report yet, but beach.jpg, cat.jpg, dog.jpg and 1 more." in said
    assert (out / "report.json").exists()
    assert (out / "dog.jpg").read_bytes() == b"a photograph"
    assert "no report yet" not in analysed_into(out, table)  # by now it is a report's folder


def test_what_systems_put_into_a_folder_unasked_is_nothing(tmp_path: Path) -> None:
    assert strangers_in(tmp_path / "none") == []
    for name in (".DS_Store", "Thumbs.db", "desktop.ini"):
        (tmp_path / name).write_bytes(b"")
    assert strangers_in(tmp_path) == []
    (tmp_path / "figures").mkdir()
    assert strangers_in(tmp_path) == ["figures"]


def test_in_a_terminal_it_is_asked_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "has_terminal", lambda: True)
    table, out = tables(tmp_path), tmp_path / "photographs"
    out.mkdir()
    (out / "beach.jpg").write_bytes(b"a photograph")
    assert "Nothing was written. Name another folder with --out." in analysed_into(out, table, "n\n")
    assert [path.name for path in out.iterdir()] == ["beach.jpg"]
    study = study_of(tmp_path / "study", new_study(6), ("ann", "bob"), by_activation)
    asked = CliRunner().invoke(main, ["report", str(study), "--out", str(out), "--only", "json"], input="n\n")
    assert asked.exit_code == 1
    assert [path.name for path in out.iterdir()] == ["beach.jpg"]
    analysed_into(out, table, "y\n")
    assert (out / "report.json").exists()
