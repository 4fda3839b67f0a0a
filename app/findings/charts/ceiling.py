"""The unit beside each person, before the noise ceiling."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.figures import Figure, Report
from app.findings.charts.chart import Axis, Chart, Dots, Key, Layer, Panel, Rule, Span
from app.findings.charts.jury import ROW, most_rows
from app.findings.charts.telling import known, most_common, named, row_dot
from app.findings.labels import labels_of, pick

MOST_PANELS = 6
_FIRST = 1.5
"""The row of the first rater; the unit's is 0."""
_NARROW = 0.07
_MOST_HIGH = 100
"""Rows of raters that make a chart higher."""


def ceiling(report: Report) -> Chart | None:
    """The unit, and above it each held-out rater, before the noise ceiling; where there is no order, label by label."""
    about = [label for label in _about(report) if _people(report, label)]
    if not about:
        return None
    raters = _raters(report, about)
    named_all = len(raters) <= most_rows(len(about))
    return Chart(
        "ceiling",
        "The unit beside each person",
        "How well each rater, held out, predicts what the others say, and how well the unit does in their place. The "
        "band runs from a held-out person to a person counted among the others: to reach it is to do as well as people "
        "do.",
        tuple(_panel(report, label, raters, named_all) for label in about),
        (Key("diamond", "the unit"), Key("circle", "a rater, held out", filled=False)),
        columns=min(len(about), 2),
        row_height=1.2 + (ROW if named_all else _NARROW) * min(len(raters), _MOST_HIGH),
        shared=len(about) > 1,
    )


def _about(report: Report) -> list[str | None]:
    """None for the whole scale; the most common labels, where each has a ceiling of its own."""
    there = {f.label for f in report.figures if f.name == "unit_against_others" and f.value is not None}
    names = [label.name for label in labels_of(report) if label.name in there]
    return [None] if None in there else list(most_common(report, names, MOST_PANELS))


def _people(report: Report, label: str | None) -> dict[str, Figure]:
    """What each rater achieves against the others."""
    found = (f for f in report.figures if f.name == "ceiling_lower" and f.label == label)
    return {figure.rater: figure for figure in found if figure.rater and figure.value is not None}


def _raters(report: Report, about: Sequence[str | None]) -> list[str]:
    """Everybody who has a figure, in one order for all panels: upward in the mean."""
    values: dict[str, list[float]] = {}
    for label in about:
        for rater, figure in _people(report, label).items():
            values.setdefault(rater, []).append(figure.value or 0.0)
    return sorted(values, key=lambda rater: sum(values[rater]) / len(values[rater]))


def _panel(report: Report, label: str | None, raters: Sequence[str], named_all: bool) -> Panel:
    people = _people(report, label)
    rows = {rater: _FIRST + place for place, rater in enumerate(raters)}
    dots = tuple(row_dot(people[rater], row, named(rater)) for rater, row in rows.items() if rater in people)
    last = _FIRST + len(raters) - 1
    ticks = [(row, rater) for rater, row in rows.items()] if named_all else [((_FIRST + last) / 2, _many(raters))]
    layers: list[Layer] = [*_band(report, label), Rule(0.75, "y", dashed=False, tone="faint")]
    layers.append(Dots(dots, filled=False, along="x"))
    unit = known(pick(report, "unit_against_others", label))
    if unit is not None:
        layers.append(Dots((row_dot(unit, 0.0, "the unit"),), shape="diamond", along="x"))
    y = Axis(low=-0.8, high=last + 0.7, ticks=((0.0, "the unit"), *ticks))
    return Panel(tuple(layers), Axis("agreement with what the others say"), y, label or "")


def _many(raters: Sequence[str]) -> str:
    return f"{len(raters)} raters"


def _band(report: Report, label: str | None) -> tuple[Layer, ...]:
    """The noise ceiling, as far as it is known."""
    found = (known(pick(report, name, label)) for name in ("ceiling_lower", "ceiling_upper"))
    ends = [figure.value for figure in found if figure is not None and figure.value is not None]
    return (Span(min(ends), max(ends), "x", "noise ceiling"),) if ends else ()
