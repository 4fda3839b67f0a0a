"""What was said, judgement by judgement, as judgements.csv and judgements.parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING

from app.export.tables import csv_text

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class JudgementRow:
    """One judgement of the study proper: the columns of the plain tables first. None is what nobody knows."""

    stimulus: str
    rater: str
    label: str | float | None
    """None where the rater gave none: `kind` says why."""
    condition: str
    occasion: int
    seconds: float | None
    confidence: int | None
    place: int | None
    """Of the trial in the rater's order, upward."""
    references: bool | None
    """Whether references stood beside the image."""
    kind: str | None
    note: str | None
    enters: bool
    """Whether it is one of those that the figures of the unit and of the people are made of."""


@dataclass(frozen=True, slots=True)
class JudgementTable:
    """All judgements, and what their labels are: `labels` in the study's order, none where they are numbers."""

    rows: tuple[JudgementRow, ...]
    labels: tuple[str, ...] = ()
    ordered: bool = False
    numbers: bool = False


COLUMNS = tuple(field.name for field in fields(JudgementRow))
_values = attrgetter(*COLUMNS)


def judgements_csv(table: JudgementTable) -> str:
    """The table as CSV, fit for `neuronjury analyze`; an empty cell is what nobody knows."""
    return csv_text(COLUMNS, (map(_cell, _values(row)) for row in table.rows))


def judgements_parquet(table: JudgementTable) -> bytes:
    """The table as Parquet: names as dictionaries, the labels' in the study's order and marked so where it is one.

    The order stands in the metadata of the column `label` too, as JSON under the key `labels`.
    """
    import pyarrow as pa
    from pyarrow import parquet

    columns = {name: [getattr(row, name) for row in table.rows] for name in COLUMNS}
    words = pa.dictionary(pa.int32(), pa.string())
    types = {
        "stimulus": words, "rater": words, "condition": words, "occasion": pa.int32(), "seconds": pa.float64(),
        "confidence": pa.int32(), "place": pa.int32(), "references": pa.bool_(), "kind": words, "note": pa.string(),
        "enters": pa.bool_(),
    }  # fmt: skip
    arrays = {name: pa.array(columns[name], type_) for name, type_ in types.items()}
    arrays["label"] = _labels(table, columns["label"])
    named = {"labels": json.dumps(table.labels, ensure_ascii=False)} if table.labels else None
    schema = pa.schema(
        [pa.field(name, arrays[name].type, metadata=named if name == "label" else None) for name in COLUMNS]
    )
    data = io.BytesIO()
    parquet.write_table(pa.table([arrays[name] for name in COLUMNS], schema=schema), data, compression="zstd")
    return data.getvalue()


def _labels(table: JudgementTable, given: Iterable[object]) -> pa.Array:
    import pyarrow as pa

    if table.numbers:
        return pa.array(given, pa.float64())
    found = list(given)
    names = [*table.labels, *sorted({str(label) for label in found if label is not None} - set(table.labels))]
    place = {name: at for at, name in enumerate(names)}
    codes = pa.array([None if label is None else place[str(label)] for label in found], pa.int32())
    return pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string()), ordered=table.ordered)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return int(value) if isinstance(value, float) and value.is_integer() else value
