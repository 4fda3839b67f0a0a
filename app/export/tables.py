"""A report as report.json and as CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from analysis.figures import SCHEMA, CurvePoint, Figure, Report, Table

FIGURE_KEYS = (
    "name",
    "label",
    "rater",
    "value",
    "low",
    "high",
    "level",
    "speaks_for",
    "target",
    "n_stimuli",
    "n_raters",
    "n_judgements",
    "undefined",
)
POINT_KEYS = ("label", "activation", "activation_low", "activation_high", "value", "low", "high", "n_stimuli")
MORE_CURVES = (
    "activation_given_label_cumulative",
    "label_and_activation",
    "label_given_activation_revealed",
    "label_given_activation_smooth",
    "label_given_activation_isotonic",
    "precision_at_top",
    "mean_given_activation",
    "correct_given_gap",
    "correct_given_gap_fitted",
)
"""Curves that a report may hold; one that it does not hold has no file."""
TABLES = {
    "raters": "rater",
    "stimuli": "stimulus",
    "rater_pairs": "rater",
    "units": "name",
    "confusion": "rater",
    "roc": "label",
    "roc_raters": "label",
    "retest": "rater",
    "session_drift": "part",
}
"""The tables that a report may hold, each with what its first column is called."""
CURVES = ("label_given_activation", "activation_given_label", "label_contribution")

_EXECUTED = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the start of a formula; the wide signs, where the system is set to East Asian ones."""

_PASSED_OVER = "".join(
    map(chr, (*range(0x21), 0x7F, 0xA0, 0xAD, *range(0x2000, 0x2010), 0x202F, 0x2060, 0x3000, 0xFEFF))
)
"""What may stand before that sign: control characters, spaces of all widths and marks without any."""


def _plain(value: object) -> object:
    """`value` as strict JSON has it: what it has no word for becomes text, what is not finite becomes null."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_plain(inner) for inner in value]
    return str(value)


def to_json(report: Report) -> str:
    """The report as strict JSON: keys and figures always in the same order."""
    page = {
        "schema": SCHEMA,
        "figures": [figure_record(figure) for figure in report.figures],
        "curves": {name: [_record(p, POINT_KEYS) for p in points] for name, points in report.curves.items()},
        "study": {**_study(report), "tables": {name: _rows(table) for name, table in report.tables.items()}},
        "warnings": list(report.warnings),
    }
    return json.dumps(page, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _study(report: Report) -> dict[str, object]:
    return {str(key): _plain(value) for key, value in report.study.items()}


def _rows(table: Table) -> list[object]:
    return [_plain(row) for row in table.records()]


def figure_record(figure: Figure) -> dict[str, object]:
    """A figure as report.json has it."""
    return _record(figure, FIGURE_KEYS)


def _record(row: Figure | CurvePoint, keys: Iterable[str]) -> dict[str, object]:
    values = asdict(row)
    return {key: _plain(values[key]) for key in keys}


def csv_files(report: Report) -> dict[str, str]:
    """File name to text: figures.csv, one file per curve and one per table.

    A curve or table that the report lacks has a file with its header alone: an older one must not stay beside this
    report.
    """
    files = {"figures.csv": csv_text(FIGURE_KEYS, _values(FIGURE_KEYS, report.figures))}
    for name in dict.fromkeys((*CURVES, *report.curves)):
        files[f"{name}.csv"] = csv_text(POINT_KEYS, _values(POINT_KEYS, report.curves.get(name, ())))
    for name, first in TABLES.items():
        table = report.tables.get(name, Table((first,)))
        files[f"{name}.csv"] = csv_text(table.columns, table.rows)
    return files


def _values(keys: Sequence[str], rows: Iterable[Figure | CurvePoint]) -> Iterable[Iterable[object]]:
    return (_record(row, keys).values() for row in rows)


def csv_text(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A CSV file, in which nothing is left that a spreadsheet would execute."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_cell, columns))
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: object) -> object:
    """A cell; text that a spreadsheet would execute is made harmless, numbers stay numbers.

    Spreadsheets pass over spaces, control characters and byte order marks before the sign, so they are no shelter;
    and text that begins with a tab or a line break is quoted whatever follows.
    """
    if isinstance(value, str):
        bare = value.lstrip(_PASSED_OVER)
        if bare.startswith(_EXECUTED) or value.startswith(("\t", "\r", "\n")):
            return f"'{value}"
    return "" if value is None else value
