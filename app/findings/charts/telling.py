"""What the charts share: reading curves and tables, and the words for whoever points at something."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from analysis.figures import CurvePoint, Figure, Report
from app.findings.charts.chart import Axis, Dot, Key
from app.findings.labels import Label, labels_of, pick
from app.findings.words import interval_of_ends, number

Record = Mapping[str, object]
NAME = 26
"""Longer names are cut where they stand beside numbers."""


def one_line(text: str, width: int = NAME) -> str:
    """A name fit for a chart: one line, no control characters, cut where it is long."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= width else plain[: width - 1] + "…"


def named(text: str, width: int = NAME) -> str:
    """A name within a sentence: one line, and set apart where it runs from right to left, or it would take what
    follows with it."""
    plain = one_line(text, width)
    leftward = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in plain)
    return f"\N{FIRST STRONG ISOLATE}{plain}\N{POP DIRECTIONAL ISOLATE}" if leftward else plain


def records(report: Report, name: str) -> list[Record]:
    """The rows of a table as mappings; none where there is no such table."""
    table = report.tables.get(name)
    return list(table.records()) if table is not None else []


def number_in(row: Record, column: str) -> float | None:
    """A cell as a number, or None where there is none."""
    value = row.get(column)
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def text_in(row: Record, column: str) -> str:
    """A cell as text, "" where it is empty."""
    value = row.get(column)
    return "" if value is None else str(value)


def is_several(report: Report) -> bool:
    """Raters chose any number of categories: each is a question of its own, and their shares do not add up to 1."""
    return any("category" in table.columns for table in report.tables.values())


def by_category(rows: Iterable[Record]) -> dict[str, list[Record]]:
    """Rows by their category, in order; under "" where a study has one question alone."""
    found: dict[str, list[Record]] = {}
    for row in rows:
        found.setdefault(text_in(row, "category"), []).append(row)
    return found


def points_of(report: Report, curve: str, label: str) -> list[CurvePoint]:
    """A label's points that can be drawn, from the lowest activation up."""
    found = [p for p in report.curves.get(curve, ()) if p.label == label and p.value is not None]
    return sorted((p for p in found if math.isfinite(p.activation)), key=lambda p: p.activation)


def drawn_labels(report: Report, curve: str) -> list[Label]:
    """The labels that a curve has points for, in the study's order."""
    return [label for label in labels_of(report) if points_of(report, curve, label.name)]


def edges(point: CurvePoint) -> tuple[float, float]:
    """A bin's ends; an open end stops at the bin's own activation, and a bin without width gets one."""
    low = point.activation_low if math.isfinite(point.activation_low) else point.activation
    high = point.activation_high if math.isfinite(point.activation_high) else point.activation
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def bins_of(points: Iterable[CurvePoint]) -> tuple[tuple[float, float], ...]:
    """The bands of activation of points, from the lowest up."""
    return tuple(sorted({edges(point) for point in points}))


def value_words(value: float, low: float | None, high: float | None, *, percent: bool) -> str:
    """A value and its interval: "62 % [51, 72]"."""
    kind = "percent" if percent else "number"
    interval = "" if low is None or high is None else f" {interval_of_ends(low, high, kind, fine=False)}"
    return f"{number(value, kind, fine=False)}{interval}"


def place_words(point: CurvePoint) -> str:
    """Where a bin lies and how many images it holds: "activation 3.10 to 4.20, 40 images"."""
    low, high = edges(point)
    where = number(point.activation)
    if point.activation_high > point.activation_low:
        where = f"{number(low)} to {number(high)}"
    return f"activation {where}, {images(point.n_stimuli)}"


def images(n: int) -> str:
    """So many images, in words."""
    return f"{n} image" if n == 1 else f"{n} images"


def point_dot(point: CurvePoint, about: str, *, percent: bool) -> Dot:
    """A point of a curve as a dot at its activation; `about` says what its value is of."""
    value = point.value or 0.0
    said = f"{about}: {value_words(value, point.low, point.high, percent=percent)}, {place_words(point)}"
    return Dot(point.activation, value, point.low, point.high, said)


def row_dot(figure: Figure, row: float, about: str, *, percent: bool = False) -> Dot:
    """A figure as a dot in row `row`, its interval along x."""
    value = figure.value or 0.0
    said = f"{about}: {value_words(value, figure.low, figure.high, percent=percent)}"
    return Dot(value, row, figure.low, figure.high, said, figure.rater)


def rows_axis(names: Sequence[str]) -> Axis:
    """The y axis of a chart with one row for each name, the first at the bottom."""
    return Axis(low=-0.6, high=len(names) - 0.4, ticks=tuple((float(row), name) for row, name in enumerate(names)))


def label_keys(labels: Iterable[Label]) -> tuple[Key, ...]:
    """A legend of labels by their bars."""
    return tuple(Key("bar", named(label.name), label.index) for label in labels)


def columns_for(n: int) -> int:
    """In how many columns so many panels stand, the last row as full as can be."""
    return n if n <= 4 else min((4, 3), key=lambda columns: -n % columns)


def known(figure: Figure | None) -> Figure | None:
    """The figure if it has a value."""
    return figure if figure is not None and figure.value is not None else None


def most_common(report: Report, names: Sequence[str], most: int) -> list[str]:
    """At most so many of these labels, those that people give most often, in their own order."""

    def frequency(name: str) -> float:
        figure = known(pick(report, "probability_of_label", name))
        return figure.value or 0.0 if figure is not None else 0.0

    common = sorted(names, key=frequency, reverse=True)[:most]
    return [name for name in names if name in common]


def lowest(start: float, dots: Iterable[Dot]) -> float:
    """Where an axis along x has to begin so that it holds `start` and all dots with their intervals."""
    return min([start, *(end - 0.01 for dot in dots for end in (dot.x, dot.low) if end is not None)])
