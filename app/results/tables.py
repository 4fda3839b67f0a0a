"""The report on labels that were made elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

import app
from analysis.judgements import NUMBERS, InputError
from analysis.report import analyse
from app.errors import Fault
from app.export import FORMATS, JudgementRow, JudgementTable, check_folder, check_installed, is_reports, write_report
from app.results.analysing import REPLICATES
from app.results.anonymous import numbered
from app.results.computing import COMPUTING, RENAMED, Progress
from app.results.study import WRITING
from app.tables import Columns, judgement_columns, judgements_from, read_stimuli


def report_tables(
    judgements: Path,
    stimuli: Path | None,
    out: Path,
    progress: Progress,
    *,
    categories: Sequence[str],
    scale: str,
    seed: int,
    unit_columns: Sequence[str] = (),
    anonymous: bool = False,
    only: Collection[str] = FORMATS,
) -> Path:
    """Analyse plain tables and write the report into the folder `out`.

    Returns the path of report.html, or of the folder where no page is asked for. `unit_columns` are the columns of
    `stimuli` that hold activations: see `app.tables.read_stimuli`. `anonymous` and `only` are as for `report_study`.

    Raises:
        Fault: a table cannot be read or analysed, a library is missing, or `out` cannot be written.
    """
    check_installed(only)
    _check_apart(out, judgements, stimuli)
    check_folder(out, only)
    columns = judgement_columns(judgements)
    if anonymous:
        columns = _renamed(columns)
    people = judgements_from(judgements, columns, categories, scale)
    units = read_stimuli(stimuli, unit_columns) if stimuli is not None else None
    facts: dict[str, object] = {"title": judgements.stem, "program": f"Neuron Jury {app.__version__}"}
    if unit_columns and units is not None:
        facts["unit"] = units.unit
    if anonymous:
        facts["rater_names"] = RENAMED
    try:
        report = analyse(
            people, units, seed=seed, study=facts, n_replicates=REPLICATES, progress=partial(progress, COMPUTING)
        )
    except InputError as error:
        raise Fault(f"{stimuli or judgements}: {error}") from error
    said = _table(columns, people.categories, scale)
    return write_report(report, out, judgements=said, only=only, progress=partial(progress, WRITING))


def _check_apart(out: Path, *tables: Path | None) -> None:
    """See that no table that is read would be written over, or removed as an earlier report's."""
    for table in tables:
        if table is not None and is_reports(table.name) and table.resolve().parent == out.resolve():
            raise Fault(f"The report would be written over {table}: name another folder with --out.")


def _renamed(columns: Columns) -> Columns:
    """The columns with numbers in the place of the raters' names, and without notes; rows in the order of both."""
    size = len(columns["rater"])
    condition, occasion = (columns.get(name) or [""] * size for name in ("condition", "occasion"))
    said = [
        (stimulus, times or "1", shown or "blind", label)
        for stimulus, times, shown, label in zip(
            columns["stimulus"], occasion, condition, columns["label"], strict=True
        )
    ]
    rest = zip(*(columns.get(name) or [""] * size for name in ("place", "seconds", "confidence")), strict=True)
    names = numbered(zip(columns["rater"], said, rest, strict=True))
    place = {rater: at for at, rater in enumerate(names)}
    order = sorted(range(size), key=lambda row: (place[columns["rater"][row]], said[row]))
    kept = {name: [values[row] for row in order] for name, values in columns.items() if name != "note"}
    return kept | {"rater": [names[rater] for rater in kept["rater"]]}


def _table(columns: Columns, categories: Sequence[str], scale: str) -> JudgementTable:
    """The judgements that were read, in the columns of a report."""
    numbers = scale in NUMBERS
    names = ("stimulus", "rater", "label", "condition", "occasion", "seconds", "confidence", "place", "note")
    given = zip(*(columns.get(name) or [""] * len(columns["rater"]) for name in names), strict=True)
    return JudgementTable(
        rows=tuple(
            JudgementRow(
                stimulus=stimulus,
                rater=rater,
                label=(float(label) if numbers else label) if label else None,
                condition=condition or "blind",
                occasion=int(float(occasion or 1)),
                seconds=float(seconds) if seconds else None,
                confidence=_whole(confidence),
                place=int(float(place)) if place else None,
                references=None,
                kind="label" if label else None,
                note=note or None,
                enters=bool(label) and (condition or "blind") == "blind" and float(occasion or 1) == 1,
            )
            for stimulus, rater, label, condition, occasion, seconds, confidence, place, note in given
        ),
        labels=tuple(categories) if not numbers else (),
        ordered=scale == "ordinal",
        numbers=numbers,
    )


def _whole(text: str) -> int | None:
    """A confidence as a whole number; nobody checked it, and no figure uses it: what is none is left out."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
