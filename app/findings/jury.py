"""The jury in the report: who deviates how, what is disputed, and other units before the same jury."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.figures import Report
from app.findings.words import interval_of_ends, number, words_for

MOST_RATERS = 40
"""So many rows at most; the whole table lies beside the page as raters.csv."""
MOST_DISPUTED = 24


@dataclass(frozen=True, slots=True)
class RaterLine:
    """One rater in words; empty where there is nothing to say."""

    category: str
    rater: str
    judgements: str
    agreement: str
    kappa: str
    deviation: str
    confusion: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How far another unit is from this one in one figure."""

    figure: str
    unit: str
    value: str
    other: str
    other_value: str
    difference: str
    interval: str
    settled: bool
    """The interval leaves out 0."""


def rater_lines(report: Report) -> tuple[RaterLine, ...]:
    """The raters, the lowest kappa with the others first; where there is none, the lowest agreement."""
    table = report.tables.get("raters")
    rows = list(table.records()) if table is not None else []
    rows.sort(key=lambda row: (_or(row.get("kappa"), _or(row.get("agreement"), 2.0)), str(row["rater"])))
    return tuple(map(_rater_line, rows))


def disputed_ids(report: Report) -> tuple[str, ...]:
    """The stimuli that raters differ about most, the most disputed first; those labeled by fewer than 3 are not."""
    table = report.tables.get("stimuli")
    rows = list(table.records()) if table is not None else []
    measure = "entropy" if any(row.get("entropy") is not None for row in rows) else "sd"
    heard = [row for row in rows if _or(row.get(measure), 0.0) > 0 and _or(row.get("n_raters"), 0.0) >= 3]
    heard.sort(key=lambda row: (-_or(row[measure], 0.0), str(row["stimulus"])))
    return tuple(dict.fromkeys(str(row["stimulus"]) for row in heard))[:MOST_DISPUTED]


def unit_lines(report: Report) -> tuple[UnitLine, ...]:
    """This unit and the others before the same jury, figure by figure."""
    table = report.tables.get("units")
    return tuple(map(_unit_line, table.records())) if table is not None else ()


def _rater_line(row: Mapping[str, object]) -> RaterLine:
    deviation = _told(row.get("deviation"))
    if deviation and row.get("deviation_error") is not None:
        deviation += f" ± {_told(row['deviation_error'])}"
    confusion = ""
    if row.get("others_say") is not None:
        share = number(_or(row["confusion_share"], 0.0), "percent", fine=False)
        confusion = f"says “{row['rater_says']}” for {share} of what most others call “{row['others_say']}”"
    return RaterLine(
        str(row.get("category") or ""),
        str(row["rater"]),
        str(row["n_judgements"]),
        _told(row.get("agreement"), "percent"),
        _told(row.get("kappa")),
        deviation,
        confusion,
    )


def _unit_line(row: Mapping[str, object]) -> UnitLine:
    words = words_for(str(row["name"]))
    low, high = row.get("low"), row.get("high")
    known = isinstance(low, float) and isinstance(high, float)
    label = f": “{row['label']}”" if row.get("label") else ""
    return UnitLine(
        f"{words.name}{label}",
        str(row["unit"]),
        _told(row["value"], words.kind),
        str(row["other"]),
        _told(row["other_value"], words.kind),
        _told(row["difference"], words.kind),
        interval_of_ends(low, high, words.kind) if isinstance(low, float) and isinstance(high, float) else "",
        settled=known and not _or(low, 0.0) <= 0 <= _or(high, 0.0),
    )


def _or(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, (int, float)) else otherwise


def _told(value: object, kind: str = "number") -> str:
    return number(float(value), kind) if isinstance(value, (int, float)) else ""
