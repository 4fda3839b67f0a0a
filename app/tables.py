"""The plain tables: judgements and stimuli from CSV files made elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from analysis.judgements import InputError, Judgements, Stimuli
from app.errors import Fault
from app.reading import check_file

MOST_BYTES = 1_000_000_000
"""A larger table is not read: ten million judgements are smaller."""
Columns = dict[str, list[str]]
_Number = TypeVar("_Number", int, float)


def read_judgements(path: Path, categories: Sequence[str], scale: str) -> Judgements:
    """JUDGEMENTS.csv: `stimulus`, `rater`, `label`; optional `condition`, `occasion`, `seconds` (that the answer took),
    `place` (of the trial in the rater's order, from 1). Other columns are ignored.

    Raises:
        Fault: the file cannot be read, lacks a column, or holds what the analysis refuses.
    """
    return judgements_from(path, judgement_columns(path), categories, scale)


def judgement_columns(path: Path) -> Columns:
    """The columns of JUDGEMENTS.csv as they were written, other columns too.

    Raises:
        Fault: the file cannot be read, or lacks a column.
    """
    return _read(path, ("stimulus", "rater", "label"))


def judgements_from(path: Path, columns: Columns, categories: Sequence[str], scale: str) -> Judgements:
    """The judgements of these columns, which were read from `path`.

    Raises:
        Fault: they hold what the analysis refuses.
    """
    rows = [f"{stimulus} by {rater}" for stimulus, rater in zip(columns["stimulus"], columns["rater"], strict=True)]

    def numbers(name: str, read: Callable[[Path, str, str, str], _Number]) -> list[_Number | None] | None:
        """The numbers of a column that need not be there; None where nothing is written."""
        values = columns.get(name)
        if not values:
            return None
        return [read(path, row, name, value) if value else None for row, value in zip(rows, values, strict=True)]

    occasion, seconds, place = numbers("occasion", _whole), numbers("seconds", _number), numbers("place", _place)
    try:
        return Judgements.from_columns(
            columns["stimulus"],
            columns["rater"],
            columns["label"],
            categories=categories,
            scale=scale,
            condition=columns.get("condition"),
            occasion=[1 if which is None else which for which in occasion] if occasion else None,
            seconds=seconds,
            place=place,
        )
    except InputError as error:
        raise Fault(f"{path}: {error}") from error


def read_stimuli(path: Path, units: Sequence[str] = ()) -> Stimuli:
    """STIMULI.csv: `stimulus`, `activation`; optional `stratum`, `inclusion_probability`, and more units' activations.

    Args:
        path: the file.
        units: the columns that hold activations: the unit to report on, then those to compare it with. Without any
            it is `activation`; where fewer than two are named, all columns whose name begins with `activation` are
            compared with it.

    Raises:
        Fault: as for `read_judgements`.
    """
    columns = _read(path, ("stimulus", *(units or ("activation",))))
    unit, *others = units or ("activation",)
    if not others:
        others = [name for name in columns if name.startswith("activation") and name != unit]
    probability = columns.get("inclusion_probability", [])

    def numbers(name: str) -> list[float]:
        return [_there(path, row, name, value) for row, value in zip(columns["stimulus"], columns[name], strict=True)]

    try:
        return Stimuli.from_columns(
            columns["stimulus"],
            numbers(unit),
            stratum=columns.get("stratum"),
            inclusion_probability=numbers("inclusion_probability") if any(probability) else None,
            unit=unit,
            others={name: numbers(name) for name in others},
        )
    except InputError as error:
        raise Fault(f"{path}: {error}") from error


def _read(path: Path, needed: tuple[str, ...]) -> Columns:
    """The columns of a CSV file, spaces around values taken off."""
    try:
        check_file(path, MOST_BYTES)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            names = [name.strip() for name in next(rows, [])]
            _check_header(path, names, needed)
            columns: Columns = {name: [] for name in names}
            for row in rows:
                values = [value.strip() for value in row]
                if not any(values):
                    continue  # spreadsheets leave empty rows behind
                if len(values) != len(names):
                    raise Fault(f"{path}, line {rows.line_num}: the row has not as many values as there are columns.")
                for name, value in zip(names, values, strict=True):
                    if not value and name in ("stimulus", "rater"):
                        raise Fault(f"{path}, line {rows.line_num}: the {name} is empty.")
                    columns[name].append(value)
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Fault(f"{path} is no CSV file in UTF-8: {error}.") from error
    if not columns[needed[0]]:
        raise Fault(f"{path} has no rows.")
    return columns


def _check_header(path: Path, names: list[str], needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if name not in names]
    if missing and len(names) == 1 and ";" in names[0]:
        raise Fault(f"{path} is separated by semicolons. Save it as a CSV file with commas.")
    if missing:
        found = ", ".join(names) or "none"
        raise Fault(f"{path} has no column {' and no column '.join(missing)} (its columns: {found}).")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Fault(f"{path} has two columns called {twice!r}: which one counts?")


def _whole(path: Path, row: str, column: str, value: str) -> int:
    number = _number(path, row, column, value)
    if not number.is_integer() or abs(number) > 1e9:  # nan and inf are no integers, either
        raise Fault(f"{path}, {row}: the column {column} holds {value!r}, which is no whole number.")
    return int(number)


def _place(path: Path, row: str, column: str, value: str) -> int:
    place = _whole(path, row, column, value)
    if place < 1:
        raise Fault(f"{path}, {row}: the column {column} holds {value!r}: places are counted from 1.")
    return place


def _there(path: Path, stimulus: str, column: str, value: str) -> float:
    if not value:
        raise Fault(
            f"{path}: {stimulus} has no {column}. Write its number, or take {stimulus} out of this table and of the"
            " judgements."
        )
    return _number(path, stimulus, column, value)


def _number(path: Path, row: str, column: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise Fault(f"{path}, {row}: the column {column} holds {value!r}, which is no number.") from None
