"""The papers are true: queries run, commands and tables are described, named files are there."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec
import numpy as np
import pytest
from helpers import study_file, which_one_study

from analysis.judgements import Judgements, Stimuli
from analysis.report import analyse
from analysis.several import analyse_several
from app.cli import main
from app.exchange.importing import bring_in
from app.export.judgement_files import COLUMNS
from app.export.tables import CURVES, MORE_CURVES, POINT_KEYS, TABLES, csv_files
from app.results.which_one import analysed_which_one
from app.study.events import Entry, Judgement
from app.study.file import StudyFile
from app.study.handing_out import hand_out, reassign
from app.study.log import RaterLog
from app.study_toml import StudyToml, read_study_toml

ROOT = Path(__file__).parent.parent
STUDY_FILE = (ROOT / "docs" / "study-file.md").read_text()
PAGES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
QUERIES = re.findall(r"```sql\n(.*?)```", STUDY_FILE, flags=re.DOTALL)


def test_there_are_queries() -> None:
    assert len(QUERIES) == 3


@pytest.mark.parametrize("query", QUERIES)
def test_each_query_of_the_docs_runs_and_finds_something(query: str, tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        for name, label in (("ann", "edge"), ("bob", "unrelated")):
            rater = study.add_rater(name)
            log = RaterLog(study, rater)
            for trial in study.trials(rater):
                log.append(Entry(trial.id, "label", label, milliseconds=10))
        assert study.connection.execute(query).fetchall()


def test_the_queries_know_of_stand_ins_and_of_imported_raters(tmp_path: Path) -> None:
    """The first two leave out stand-ins, and of an imported rater the second gives no place, since none is known."""
    with StudyFile.open(study_file(tmp_path)) as study:
        study.add_rater("stand-in", simulated=True)
        ann = study.add_rater("ann")
        log = RaterLog(study, ann)
        trials = study.trials(ann)
        for trial in trials:
            log.append(Entry(trial.id, "label", "edge", milliseconds=10))
        table = tmp_path / "bob.csv"
        table.write_text(f"stimulus,rater,label\n{trials[0].stimulus},bob,edge\n")
        bring_in(study, [table], "csv")
        who_did_what, labels, _ = (study.connection.execute(query) for query in QUERIES)
        assert sorted(row[0] for row in who_did_what) == ["ann", "bob"]
        columns = [name for name, *_ in labels.description]
        rows = [dict(zip(columns, row, strict=True)) for row in labels]
    assert sorted(row["place"] for row in rows if row["rater"] == "ann") == list(range(1, len(trials) + 1))
    assert [row["place"] for row in rows if row["rater"] == "bob"] == [None]


def test_each_table_is_described(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        names = [row[0] for row in study.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert [name for name in names if not name.startswith(("sqlite_", "_")) and f"| `{name}` |" not in STUDY_FILE] == []


def test_the_query_of_who_has_done_how_much_tells_who_dropped_out(tmp_path: Path) -> None:
    with StudyFile.open(study_file(tmp_path)) as study:
        study.add_rater("ann")
        hand_out(study, ["bob"], tmp_path / "out", lambda done, total: None)
        reassign(study, "bob", "cy", tmp_path / "out", lambda done, total: None)
        found = study.connection.execute(QUERIES[0]).fetchall()
    assert sorted(tuple(row) for row in found) == [("ann", 0, 12, 0), ("bob", 0, 12, 1), ("cy", 0, 12, 0)]


def test_each_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in main.commands:
        assert f"neuronjury {name}" in readme or f"make {name}" in readme


@pytest.mark.parametrize("page", PAGES)
def test_links_to_files_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target


def test_each_field_of_a_description_is_explained() -> None:
    text = "".join((ROOT / "docs" / page).read_text() for page in ("recording.md", "session.md"))
    for name in fields_in(StudyToml):
        *_, last = name.split(".")
        assert f"`{last}`" in text or f"[{last}]" in text or f"[{name}]" in text, name


REPORT_FILES = (ROOT / "docs" / "report-files.md").read_text()
SECTIONS = {part.partition("\n")[0]: part for part in REPORT_FILES.split("\n## ")[1:]}


@cache
def written() -> Mapping[str, frozenset[str]]:
    """Each CSV file of reports that hold all there is to the columns that it has in any of them."""
    rng, n = np.random.default_rng(0), 24
    names, raters, labels = [f"s{i:02}" for i in range(n)], ("ann", "bob", "cy", "dee"), ("no", "some", "yes")
    activation = np.linspace(-1, 2, n)
    asked = [(i, r, condition, 1) for i in range(n) for r in raters for condition in ("blind", "revealed")]
    asked += [(i, r, "blind", 2) for i in range(n) for r in raters]
    said = [labels[int(np.clip(round(activation[i] + rng.normal(scale=0.6)), 0, 2))] for i, *_ in asked]
    stimulus = [names[i] for i, *_ in asked]
    rater, condition, occasion = (list(column) for column in list(zip(*asked, strict=True))[1:])
    place = [1 + k // len(raters) for k in range(len(asked))]
    stimuli = Stimuli.from_columns(
        names,
        activation,
        stratum=[i // 8 for i in range(n)],
        inclusion_probability=[0.5] * n,
        others={"b": -activation},
    )
    more: dict[str, Any] = {"condition": condition, "occasion": occasion, "seconds": [1.0] * len(asked), "place": place}
    rows = Judgements.from_columns(stimulus, rater, said, categories=labels, scale="ordinal", **more)
    numbers = Judgements.from_columns(stimulus, rater, [float(labels.index(one)) for one in said], categories=(),
                                      scale="interval", **more)  # fmt: skip
    new = which_one_study()
    chosen = [
        Judgement(pair.id, who, pair.first, "blind", 1, 1.0, False, True, 1, None, "label", 1)
        for pair in new.pairs
        for who in raters
    ]
    ones = Stimuli.from_columns([s.id for s in new.stimuli], [s.activation for s in new.stimuli])
    reports = (
        analyse(rows, stimuli, seed=1, n_replicates=20),
        analyse(numbers, stimuli, seed=1, n_replicates=20),
        analyse_several(
            stimulus, rater, [{one} for one in said], stimuli, categories=labels, seed=1, n_replicates=20, **more
        ),
        analysed_which_one(
            chosen, ones, new.pairs, seed=1, facts={}, progress=lambda done, total: None, n_replicates=20
        ),
    )
    columns: dict[str, frozenset[str]] = {"judgements.csv": frozenset(COLUMNS)}
    for report in reports:
        for name, text in csv_files(report).items():
            found = frozenset(next(csv.reader(io.StringIO(text))))
            columns[name] = columns.get(name, frozenset()) | found
    return columns


def test_each_column_that_a_report_writes_is_described() -> None:
    tables = {f"{name}.csv" for name in TABLES}
    assert len(written()["units.csv"]) > 1
    assert len(written()["session_drift.csv"]) > 1
    for name in {"figures.csv", "judgements.csv", *tables}:
        told = set(re.findall(r"`([^`]+)`", "\n".join(re.findall(r"^\| (`.*?) \|", SECTIONS[name], re.MULTILINE))))
        there = {re.sub(r"^share .*", "share LABEL", column) for column in written()[name]} - {"category"}
        assert told == there, name


def test_each_curve_that_a_report_writes_is_described() -> None:
    curves = {name for name in written() if written()[name] == set(POINT_KEYS)}
    assert curves <= {f"{name}.csv" for name in (*CURVES, *MORE_CURVES)}
    assert len(curves) > len(CURVES)
    told = SECTIONS["The curves"]
    assert [name for name in (*CURVES, *MORE_CURVES, *POINT_KEYS) if f"`{name}`" not in told] == []


def test_where_a_commands_help_sends_people_it_is_written() -> None:
    for name, command in main.commands.items():
        for page in re.findall(r"docs/[\w-]+\.md", command.help or ""):
            assert (ROOT / page).exists(), name
    (page,) = re.findall(r"docs/[\w-]+\.md", main.commands["verify"].help or "")
    assert "## What verifying proves" in (ROOT / page).read_text()


def test_modules_that_the_docs_name_are_there() -> None:
    there = {path.name for top in ("app", "analysis", "tests") for path in (ROOT / top).rglob("*.py")}
    text = (ROOT / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"`(?:[\w/]+/)?(\w+\.py)`", text))
    assert named > {"packing.py"}
    assert named - there == set()


def fields_in(table: object, before: str = "") -> Iterator[str]:
    """Every field of a table, and of the tables in it, as it stands in a study.toml."""
    for inner in get_args(table):
        yield from fields_in(inner, before)
    if isinstance(table, type) and issubclass(table, msgspec.Struct):
        for field in msgspec.structs.fields(table):
            yield before + field.encode_name
            yield from fields_in(field.type, f"{before}{field.encode_name}.")


def test_the_demos_description_is_valid() -> None:
    assert read_study_toml(ROOT / "resources" / "demo" / "study.toml").all_units[0].channel == 60
