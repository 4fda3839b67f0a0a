"""The charts of the session: whether raters change on the way through it, and what revealing the activation does."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.figures import Report
from app.findings.charts.chart import Axis, Chart, Dot, Dots, Key, Layer, Panel, Rule
from app.findings.charts.curves import ACTIVATION, SHARE
from app.findings.charts.telling import (
    Record,
    bins_of,
    by_category,
    columns_for,
    drawn_labels,
    named,
    number_in,
    point_dot,
    points_of,
    records,
    value_words,
)
from app.findings.facts import inner, text

_ORDERS = {
    "random": "The order of the images was drawn at random for each rater, so a trend is the raters' and not the "
    "images'.",
    "balanced": "The images came in the order of a Latin square, a row for each rater: as far as the raters fill it, a "
    "trend is theirs and not the images'.",
}
_UNKNOWN_ORDER = "Only where the order of the images was drawn at random is a trend the raters' and not the images'."
_MEASURES = (
    ("agreement", "agreement with most others", True),
    ("deviation", "difference from the others", False),
    ("seconds", "seconds per image", False),
)


def session_drift(report: Report) -> Chart | None:
    """Agreement, strictness and time taken over the parts of the session."""
    parts = by_category(records(report, "session_drift"))
    panels = [
        panel
        for category, rows in parts.items()
        for measure, name, percent in (_MEASURES if not category else _MEASURES[:1])
        if (panel := _over_parts(rows, measure, name, category, percent=percent)) is not None
    ]
    if not panels:
        return None
    return Chart(
        "session_drift",
        "From the beginning of the session to its end",
        "Every rater's session cut into equal parts in the order of the trials, the mean of all raters with its "
        f"interval. {_ORDERS.get(text(inner(report.study, 'session'), 'order'), _UNKNOWN_ORDER)}",
        tuple(panels),
        columns=columns_for(len(panels)),
        row_height=2.4,
    )


def _over_parts(rows: Sequence[Record], measure: str, name: str, category: str, *, percent: bool) -> Panel | None:
    dots = [dot for row in rows if (dot := _part(row, measure, name, percent=percent)) is not None]
    if not dots:
        return None
    x = Axis("part of the session", low=0.5, high=max(dot.x for dot in dots) + 0.5, ticks=_ticks(dots))
    layers: list[Layer] = [Dots(tuple(dots), joined=True)]
    if measure == "deviation":
        layers.insert(0, Rule(0.0, "y"))
    return Panel(tuple(layers), x, Axis("agreement" if category else "", percent=percent), category or name)


def _ticks(dots: Sequence[Dot]) -> tuple[tuple[float, str], ...]:
    return tuple((dot.x, f"{dot.x:g}") for dot in dots)


def _part(row: Record, measure: str, name: str, *, percent: bool) -> Dot | None:
    part, value = number_in(row, "part"), number_in(row, measure)
    if part is None or value is None:
        return None
    low, high = number_in(row, f"{measure}_low"), number_in(row, f"{measure}_high")
    n, first, last = (number_in(row, column) for column in ("n_judgements", "from_place", "to_place"))
    trials = "" if first is None or last is None else f", trials {first:g} to {last:g}"
    of = "" if n is None else f", {n:g} judgements"
    said = value_words(value, low, high, percent=percent)
    return Dot(part, value, low, high, f"part {part:g}, {name}: {said}{trials}{of}")


def revealing(report: Report) -> Chart | None:
    """For each label P(label | activation), blind and with the activation shown."""
    curve = "label_given_activation"
    labels = drawn_labels(report, f"{curve}_revealed")
    if not labels:
        return None
    return Chart(
        "revealing",
        "Blind, and with the activation shown",
        "The share of raters who gave the label in each band of activation, with its interval: in trials without the "
        "activation, and in trials that showed it.",
        tuple(_both_ways(report, curve, label.name) for label in labels),
        (Key("circle", "blind", filled=False), Key("diamond", "activation shown", "accent")),
        columns=columns_for(len(labels)),
        row_height=2.3 if len(labels) <= 4 else 1.9,
        shared=True,
    )


def _both_ways(report: Report, curve: str, label: str) -> Panel:
    blind, revealed = points_of(report, curve, label), points_of(report, f"{curve}_revealed", label)
    name = named(label)
    first, second = (
        tuple(point_dot(point, f"{name}, {how}", percent=True) for point in points)
        for points, how in ((blind, "blind"), (revealed, "activation shown"))
    )
    layers = (Dots(first, filled=False, joined=True), Dots(second, "accent", "diamond", joined=True))
    return Panel(layers, Axis(ACTIVATION), SHARE, label, bins_of((*blind, *revealed)))
