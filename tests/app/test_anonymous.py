"""`--anonymous`: no name of a rater is anywhere, and nothing in the numbers tells who somebody is."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers import RUBRIC, new_study
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import app.export.pdf
from app.cli import main
from app.export.paper import Paper
from app.results import report_study
from app.results.anonymous import NOBODY, anonymous, numbered
from app.results.computing import report_on
from app.results.source import Source, read_source
from app.study.chain import Break
from app.study.events import Entry, Judgement
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Conditions, Exclusion, Protocol
from app.study.records import Known

NAMES = ("Zoë-Quarkmann", "Ødegaard <b>", "Wxyzzy Ångström", "Ümlaut-Bad")
SECRET = "Quarkmann told Wxyzzy"
STAND_IN = "Plugh-Xyzzy"


def study(folder: Path, names: tuple[str, ...] = NAMES, *, altered: bool = True) -> Path:
    """People of these names, the last of whom fails the catch trial; and a stand-in, who counts for nothing.

    What somebody says goes by their place in `names` alone. Where `altered`, the log of the first has a hole.
    """
    known = Known("ffff", "catch", 1, new_study(1).stimuli[0].image, ("edge",))
    protocol = Protocol(
        conditions=Conditions(0.8, 0.2), repeats=0.1, repeat_distance=4, exclusion=Exclusion(catch_accuracy=0.8)
    )
    path = folder / "study.jury"
    folder.mkdir(exist_ok=True)
    StudyFile.create(path, replace(new_study(24), known=(known,), protocol=protocol))
    with StudyFile.open(path) as file:
        activation = {stimulus.id: stimulus.activation for stimulus in file.stimuli()}
        for number, name in enumerate((*names, STAND_IN)):
            rater = file.add_rater(name, seed=number, simulated=name == STAND_IN)
            log = RaterLog(file, rater, now=lambda: "2026-01-01T00:00:00Z")
            for trial in file.trials(rater):
                turn = (number + sum(map(ord, trial.stimulus or ""))) % 5
                label = RUBRIC.names[min(2, max(0, round(activation.get(trial.stimulus or "", 9) / 3) + (turn == 1)))]
                wrong = trial.kind == "catch" and number == 3
                said = Entry(trial.id, "label", "unrelated" if wrong else label, note=SECRET, milliseconds=700 + turn)
                log.append(said)
    if altered:
        with sqlite3.connect(path) as connection:
            connection.execute(
                "REPLACE INTO event SELECT uuid, rater, sequence, trial, kind, answer, confidence, note,"
                " milliseconds + 1, idle, at, rubric, previous, hash, mac FROM event WHERE sequence = 3 AND rater ="
                " (SELECT id FROM rater WHERE pseudonym = ?)",
                (names[0],),
            )
        connection.close()
    return path


def nothing_heard(*_: object) -> None:
    """Progress that nobody looks at."""


def texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from texts(inner)
    else:
        yield str(value)


def test_no_name_is_in_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of raters who count, who are left out and whose log was altered; notes neither."""
    papers: list[Paper] = []
    make: Callable[[Paper], bytes] = app.export.pdf.pdf_of

    def watched(paper: Paper) -> bytes:
        papers.append(paper)
        return make(paper)

    monkeypatch.setattr(app.export.pdf, "pdf_of", watched)  # a PDF's own text is packed: what it is made of is not
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["report", str(study(tmp_path)), "--out", str(out), "--anonymous"])
    assert result.exit_code == 0, result.output
    secrets = [word for name in (*NAMES, STAND_IN, SECRET) for word in (name, *name.split()) if len(word) > 4]
    files = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    files["the paper"] = "\n".join(texts(papers[0].data)).encode()
    files["the columns"] = "\n".join(texts(parquet.read_table(out / "judgements.parquet").to_pydict())).encode()
    files |= {name: content for name, content in papers[0].files.items() if name.endswith(".svg")}
    assert len(files) > 30
    found = [
        (name, secret)
        for name, content in files.items()
        for secret in secrets
        for kind in ("utf-8", "utf-16-le")
        if secret.encode(kind) in content or secret.casefold() in content.decode("utf-8", "ignore").casefold()
    ]
    assert found == []
    for name in ("report.html", "report.json", "judgements.csv", "the paper", "the columns", "raters.csv"):
        assert b"Rater 1" in files[name], name
    for name in ("report.html", "report.json", "the paper"):
        text = files[name].decode()
        assert "replaced by numbers for this report" in text
        assert "0 of 1 catch trials right" in text
        assert "was altered or is incomplete: event 3" in text


def test_with_names_they_are_there(tmp_path: Path) -> None:
    """The search above can find something."""
    report_study(study(tmp_path), tmp_path / "out", nothing_heard, only=("json", "judgements"))
    said = parquet.read_table(tmp_path / "out" / "judgements.parquet").to_pydict()
    for name in NAMES:
        assert name in (tmp_path / "out" / "report.json").read_text(encoding="utf-8")
        assert name in set(said["rater"])
    assert set(said["note"]) == {SECRET}


def test_other_names_in_another_order_give_the_same_files(tmp_path: Path) -> None:
    """Who is called what, and whose name comes first, shows nowhere: not even in the order of rows."""
    made = []
    for number, names in enumerate((NAMES, ("d", "c", "b", "a"))):
        folder = tmp_path / str(number)
        report_study(
            study(folder, names), folder / "out", nothing_heard, anonymous=True, only=("json", "csv", "judgements")
        )
        made.append({path.name: path.read_bytes() for path in (folder / "out").iterdir()})
    assert made[0] == made[1]
    assert len(made[0]) > 10


def test_the_figures_are_the_same(tmp_path: Path) -> None:
    source = read_source(study(tmp_path))
    named, numbers = (report_on(one, nothing_heard) for one in (source, anonymous(source)))
    values = {(f.name, f.label, f.speaks_for): f.value for f in named.figures if f.rater is None}
    again = {(f.name, f.label, f.speaks_for): f.value for f in numbers.figures if f.rater is None}
    assert again == pytest.approx(values)
    of_raters = [sorted(f.value or 0 for f in one.figures if f.rater) for one in (named, numbers)]
    assert of_raters[0] == pytest.approx(of_raters[1])
    assert numbers.study["excluded"] != named.study["excluded"]
    assert "rater_names" not in named.study


def people_of(source: Source) -> set[str]:
    return {judgement.rater for judgement in source.judgements if not judgement.simulated}


def test_people_have_the_first_numbers_and_notes_are_gone(tmp_path: Path) -> None:
    source = anonymous(read_source(study(tmp_path)))
    assert people_of(source) == {"Rater 1", "Rater 2", "Rater 3", "Rater 4"}
    assert {judgement.rater for judgement in source.judgements if judgement.simulated} == {"Rater 5"}
    assert {judgement.note for judgement in source.judgements} == {None}
    assert set(source.enter.excluded) < people_of(source)
    assert {judgement.rater for judgement in source.enter.kept} == people_of(source) - set(source.enter.excluded)


def test_a_broken_log_of_somebody_who_said_nothing_here_has_no_name(tmp_path: Path) -> None:
    breaks = {"Nosy Parker": Break(7, "was altered"), "Other": Break(2, "was altered")}
    source = replace(read_source(study(tmp_path, altered=False)), broken=breaks)
    assert anonymous(source).broken == {NOBODY: Break(7, "was altered")}


WORDS = st.text(max_size=3)
SAID = st.lists(st.tuples(WORDS, st.integers(1, 2), WORDS), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(st.lists(SAID, min_size=1, max_size=6, unique_by=lambda rows: tuple(sorted(rows))), st.randoms())
def test_numbers_follow_from_what_was_said_alone(everybody: list[list[tuple[object, ...]]], random: object) -> None:
    """Whatever they are called and in whatever order their rows come, the same words get the same number."""

    def by_words(names: list[str], order: list[int]) -> dict[tuple[object, ...], str]:
        rows = [(names[at], said, ()) for at in order for said in everybody[at]]
        random.shuffle(rows)  # type: ignore[attr-defined]
        found = numbered(rows)
        assert sorted(found.values()) == sorted(f"Rater {n}" for n in range(1, len(everybody) + 1))
        return {tuple(sorted(everybody[at])): found[names[at]] for at in range(len(everybody))}

    size = len(everybody)
    one = by_words([f"name {n}" for n in range(size)], list(range(size)))
    two = by_words([f"other {size - n}" for n in range(size)], list(range(size))[::-1])
    assert one == two


def test_only_between_the_very_same_answers_does_the_rest_decide() -> None:
    said = ("s", 1, "blind", "yes")
    one = numbered([("ann", said, (1, 0.5)), ("bob", said, (2, 0.9))])
    two = numbered([("zed", said, (1, 0.5)), ("amy", said, (2, 0.9))])
    assert (one["ann"], one["bob"]) == (two["zed"], two["amy"])
    assert list(numbered([("ann", said, ())], start=5).values()) == ["Rater 5"]


def test_plain_tables_are_renamed_too(tmp_path: Path) -> None:
    labels = tmp_path / "labels.csv"
    with labels.open("w", newline="", encoding="utf-8") as file:
        rows = [
            (f"s{i:02}", name, "yes" if (i + at) % 3 else "no", "2", SECRET)
            for at, name in enumerate(NAMES)
            for i in range(12)
        ]
        csv.writer(file).writerows([("stimulus", "rater", "label", "seconds", "note"), *rows])
    words = ["analyze", labels, "--categories", "no,yes", "--out", tmp_path / "out", "--anonymous"]
    result = CliRunner().invoke(main, [str(word) for word in (*words, "--only", "json,csv,html,judgements")])
    assert result.exit_code == 0, result.output
    for path in (tmp_path / "out").iterdir():
        for name in (*NAMES, "Quarkmann"):
            assert name.encode() not in path.read_bytes(), path
    study_facts = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["study"]
    assert study_facts["rater_names"].startswith("replaced by numbers")
    said = parquet.read_table(tmp_path / "out" / "judgements.parquet").to_pydict()
    assert list(dict.fromkeys(said["rater"])) == ["Rater 1", "Rater 2", "Rater 3", "Rater 4"]
    assert set(said["note"]) == {None}


def test_a_judgement_is_the_same_but_for_its_rater_and_note(tmp_path: Path) -> None:
    source = read_source(study(tmp_path))
    bare = [replace(judgement, rater="", note=None) for judgement in source.judgements]
    again = [replace(judgement, rater="") for judgement in anonymous(source).judgements]

    def key(judgement: Judgement) -> str:
        return repr(judgement)

    assert sorted(again, key=key) == sorted(bare, key=key)
