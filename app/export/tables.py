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
    "label_given_activation_smooth",
    "label_given_activation_isotonic",
    "precision_at_top",
    "mean_given_activation",
    "correct_given_gap",
    "correct_given_gap_fitted",
)
"""Curves that a report may hold; one that it does not hold has no file."""
TABLES = {"raters": "rater", "stimuli": "stimulus", "rater_pairs": "rater", "units": "name"}
"""The tables that a report may hold, each with what its first column is called."""
CURVES = ("label_given_activation", "activation_given_label", "label_contribution")

_EXECUTED = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the start of a formula."""


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
        "study": _plain(report.study),
        "warnings": list(report.warnings),
    }
    return json.dumps(page, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


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
    files = {"figures.csv": _csv(FIGURE_KEYS, _values(FIGURE_KEYS, report.figures))}
    for name in dict.fromkeys((*CURVES, *report.curves)):
        files[f"{name}.csv"] = _csv(POINT_KEYS, _values(POINT_KEYS, report.curves.get(name, ())))
    for name, first in TABLES.items():
        table = report.tables.get(name, Table((first,)))
        files[f"{name}.csv"] = _csv(table.columns, table.rows)
    return files


def left_over(files: Iterable[str]) -> set[str]:
    """The files that an earlier report may have left beside these, and that are not this one's."""
    return {f"{name}.csv" for name in MORE_CURVES} - set(files)


def _values(keys: Sequence[str], rows: Iterable[Figure | CurvePoint]) -> Iterable[Iterable[object]]:
    return (_record(row, keys).values() for row in rows)


def _csv(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(map(_cell, columns))
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue()


def _cell(value: object) -> object:
    """A cell; text that a spreadsheet would execute is made harmless, numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_EXECUTED):
        return f"'{value}"
    return "" if value is None else value
