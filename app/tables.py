"""The plain tables: judgements and stimuli from CSV files made elsewhere."""

from __future__ import annotations

import csv
from pathlib import Path

from analysis.judgements import InputError, Judgements, Stimuli
from app.errors import Fault

Columns = dict[str, list[str]]


def read_judgements(path: Path, categories: list[str], scale: str) -> Judgements:
    """JUDGEMENTS.csv: `stimulus`, `rater`, `label`; optional `condition`, `occasion`. Other columns are ignored.

    Raises:
        Fault: the file cannot be read, lacks a column, or holds what the analysis refuses.
    """
    columns = _read(path, ("stimulus", "rater", "label"))
    occasion = columns.get("occasion")
    try:
        return Judgements.from_columns(
            columns["stimulus"],
            columns["rater"],
            columns["label"],
            categories=categories,
            scale=scale,
            condition=[value or None for value in columns["condition"]] if "condition" in columns else None,
            occasion=[int(_number(path, "occasion", value or "1")) for value in occasion] if occasion else None,
        )
    except InputError as error:
        raise Fault(f"{path}: {error}") from error


def read_stimuli(path: Path) -> Stimuli:
    """STIMULI.csv: `stimulus`, `activation`; optional `stratum`, `inclusion_probability`.

    Raises:
        Fault: as for `read_judgements`.
    """
    columns = _read(path, ("stimulus", "activation"))
    probability = columns.get("inclusion_probability")
    try:
        return Stimuli.from_columns(
            columns["stimulus"],
            [_number(path, "activation", value) for value in columns["activation"]],
            stratum=columns.get("stratum"),
            inclusion_probability=[_number(path, "inclusion_probability", value) for value in probability]
            if probability
            else None,
        )
    except InputError as error:
        raise Fault(f"{path}: {error}") from error


def _read(path: Path, needed: tuple[str, ...]) -> Columns:
    """The columns of a CSV file, spaces around values taken off."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                found = ", ".join(reader.fieldnames or ()) or "none"
                raise Fault(f"{path} has no column {' and no column '.join(missing)} (its columns: {found}).")
            columns: Columns = {name: [] for name in reader.fieldnames or ()}
            for row in reader:
                if None in row or None in row.values():
                    raise Fault(f"{path}, line {reader.line_num}: the row has not as many values as there are columns.")
                for name, value in row.items():
                    columns[name].append(value.strip())
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Fault(f"{path} is no CSV file in UTF-8: {error}.") from error
    if not columns[needed[0]]:
        raise Fault(f"{path} has no rows.")
    return columns


def _number(path: Path, column: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise Fault(f"{path}: the column {column} holds {value!r}, which is no number.") from None
