"""A plain table: `stimulus`, `rater` and `label`, as `neuronjury analyze` takes it, and a few columns more."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from app.errors import Fault
from app.exchange.asked import Asked, Unclear, quoted
from app.exchange.reading.said import Said, Skipped, contents, each, moment, said

_NEEDED = ("stimulus", "rater", "label")
Row = Mapping[str, str]


def read(path: Path, asked: Asked, *, named: bool = False) -> Iterator[Said | Skipped]:
    """What a table says: of blind first judgements, since a study takes in no others from elsewhere.

    `named`: whose answers these are is known, and the column `rater` is not needed.

    Optional columns: `confidence`, `note`, `milliseconds` or `seconds`, `at`, `study`, `condition`, `occasion`.
    Capitals make no difference, and columns without a name are passed over. Of two images the label is the id of the
    one that was chosen.
    """
    return each(_rows(path, named=named), partial(_row, asked))


def _rows(path: Path, *, named: bool) -> Iterator[tuple[str, Row | None]]:
    """Each row with its line; None where it has not as many values as there are columns. Unnamed ones count at will."""
    try:
        rows = csv.reader(io.StringIO(contents(path).decode("utf-8"), newline=""))
        names = [name.strip().casefold() for name in next(rows, [])]
        _check_header(path, [name for name in names if name], named=named)
        least = max(place for place, name in enumerate(names, 1) if name)
        for row in rows:
            values = [value.strip() for value in row]
            if any(values):
                fits = len(values) >= least and not any(values[len(names) :])
                yield f"line {rows.line_num}", dict(zip(names, values, strict=False)) if fits else None
    except (UnicodeDecodeError, csv.Error) as error:
        raise Fault(f"{path} is no CSV file in UTF-8: {error}.") from error


def _check_header(path: Path, names: list[str], *, named: bool) -> None:
    missing = [name for name in _NEEDED if name not in names and not (named and name == "rater")]
    if missing:
        hint = " Where all of it is one person's, give --rater NAME." if "rater" in missing else ""
        raise Fault(f"{path} has no column {' and no column '.join(missing)}. Columns are separated by commas.{hint}")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Fault(f"{path} has two columns called {quoted(twice)}: which one counts?")


def _row(asked: Asked, where: str, row: Row | None) -> Said:
    if row is None:
        raise Unclear("the row has not as many values as there are columns")
    if row.get("condition") not in (None, "", "blind") or row.get("occasion") not in (None, "", "1"):
        raise Unclear("only blind first judgements are taken")
    label, left = row["label"], None
    item = asked.items.get(row["stimulus"])
    if item is not None and len(item.stimuli) == 2 and label in item.stimuli:
        label, left = "left", label
    return said(
        asked,
        where,
        study=row.get("study") or None,
        stimulus=row["stimulus"],
        left=left,
        values=_several(label) if asked.rubric.several else [label],
        confidence=_confidence(row.get("confidence", "")),
        note=row.get("note"),
        person=row.get("rater"),
        milliseconds=_milliseconds(row),
        at=moment(row.get("at")),
    )


def _several(label: str) -> list[str]:
    """The categories of a label: a JSON list of them, as study files and reports have it, or a single one."""
    try:
        names = json.loads(label)
    except (ValueError, RecursionError):
        return [label]
    return [str(name) for name in names] if isinstance(names, list) else [label]


def _confidence(text: str) -> int | None:
    if not text:
        return None
    if text not in ("1", "2", "3"):
        raise Unclear(f"the confidence {quoted(text)} is none: 1, 2 or 3")
    return int(text)


def _milliseconds(row: Row) -> float | None:
    try:
        if row.get("milliseconds"):
            return float(row["milliseconds"])
        return 1000 * float(row["seconds"]) if row.get("seconds") else None
    except ValueError:
        return None
