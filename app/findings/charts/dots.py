"""The charts with one row a label: a dot, its interval, and what to compare it with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.figures import Figure, Report
from app.findings.charts.chart import Axis, Chart, Dots, Key, Layer, Panel, Rule, Shape
from app.findings.charts.telling import (
    Record,
    known,
    lowest,
    named,
    number_in,
    records,
    row_dot,
    rows_axis,
    text_in,
)
from app.findings.labels import labels_of, pick

MOST_PANELS = 12
_ALL = "all labels"
"""The row of a figure that is about no label in particular."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the figures that share a row: how it is drawn and what it means."""

    name: str
    shape: Shape
    filled: bool
    meaning: str


_OF_UNIT = (
    _Kind("auroc", "circle", False, "this label against the rest"),
    _Kind("auroc_at_least", "diamond", True, "this label or above"),
)
_OF_REVEALING = (
    _Kind("anchoring_shift", "circle", False, "this label"),
    _Kind("anchoring_shift_at_least", "diamond", True, "this label or above"),
)
_OF_UNITS = (
    _Kind("auroc", "circle", False, "AUROC: this label against the rest"),
    _Kind("auroc_at_least", "diamond", True, "AUROC: this label or above"),
    _Kind("normalised_agreement", "square", False, "share of what a person achieves"),
)
_Find = Callable[[str, str], Figure | None]
"""The figure of a kind about a label, if it has a value."""


def auroc(report: Report) -> Chart | None:
    """One row a label, the last on top; on ordinal scales a second dot for the label or any above it."""
    names = [label.name for label in labels_of(report)]
    find = _figures(report)
    shown = _shown(names, _OF_UNIT, find)
    if not shown:
        return None
    layers = _layers(shown, _OF_UNIT, find)
    x = Axis("AUROC", low=lowest(0.45, (dot for dots in layers for dot in dots.dots)), high=1.01)
    return Chart(
        "auroc",
        "How well the unit tells each label",
        "AUROC with its interval: of an image with the label and one without it, how often the unit is higher on "
        "the first. At the broken line the unit does no better than a coin.",
        (Panel((Rule(0.5, "x", "chance"), *layers), x, rows_axis(shown)),),
        _keys(layers, _OF_UNIT),
        row_height=_height(shown, layers),
    )


def anchoring(report: Report) -> Chart | None:
    """One row a label: how much more often it is given once the activation is shown."""
    find = _figures(report)
    shown = _shown([label.name for label in labels_of(report)], _OF_REVEALING, find)
    layers = _layers(shown, _OF_REVEALING, find, percent=True)
    x = Axis("change in the share of raters", percent=True)
    rating = known(pick(report, "anchoring_shift"))
    if rating is not None:
        shown, x = ["rating"], Axis("change in the mean rating")
        layers = [Dots((row_dot(rating, 0.0, "change in the mean rating"),), filled=False, along="x")]
    if not shown:
        return None
    return Chart(
        "anchoring",
        "What showing the activation changes",
        "How much higher the share of raters who give a label, or the mean rating, is once they see how strongly the "
        "unit fires, with its interval. Where an interval holds the broken line, the data do not tell the direction.",
        (Panel((Rule(0.0, "x", "no change"), *layers), x, rows_axis(shown)),),
        _keys(layers, _OF_REVEALING),
        row_height=_height(shown, layers),
    )


def units(report: Report) -> Chart | None:
    """For each pair of units one panel: how much better the first tells each label."""
    pairs: dict[tuple[str, str], list[Record]] = {}
    for row in records(report, "units"):
        if row.get("category") in (None, row.get("label")) and number_in(row, "difference") is not None:
            pairs.setdefault((text_in(row, "unit"), text_in(row, "other")), []).append(row)
    names = [_ALL, *(label.name for label in labels_of(report))]
    found = {pair: _differences(rows) for pair, rows in pairs.items()}
    shown = [name for name in names if any(_shown([name], _OF_UNITS, find) for find in found.values())]
    if not shown:
        return None
    panels = []
    for (unit, other), find in list(found.items())[:MOST_PANELS]:
        layers: tuple[Layer, ...] = (Rule(0.0, "x"), *_layers(shown, _OF_UNITS, find))
        panels.append(Panel(layers, Axis("difference"), rows_axis(shown), f"{named(unit)} minus {named(other)}"))
    drawn = [layer for panel in panels for layer in panel.layers if isinstance(layer, Dots)]
    more = "" if len(found) <= MOST_PANELS else " Further units are in the table."
    return Chart(
        "units",
        "This unit beside others, before the same jury",
        "How much better one unit does than another on the same images, with the interval of the difference: to the "
        f"right of the broken line the first unit does better.{more}",
        tuple(panels),
        _keys(drawn, _OF_UNITS),
        columns=min(len(panels), 2),
        row_height=_height(shown, drawn[: len(_OF_UNITS)]),
        shared=True,
    )


def _figures(report: Report) -> _Find:
    return lambda kind, label: known(pick(report, kind, label))


def _differences(rows: Sequence[Record]) -> _Find:
    """The differences of one pair of units, as figures."""
    told = {(text_in(row, "name"), text_in(row, "label") or _ALL): row for row in rows}

    def find(kind: str, label: str) -> Figure | None:
        row = told.get((kind, label))
        if row is None:
            return None
        return Figure(kind, number_in(row, "difference"), number_in(row, "low"), number_in(row, "high"))

    return find


def _shown(names: Sequence[str], kinds: Sequence[_Kind], find: _Find) -> list[str]:
    """The names that have a figure of any of these kinds."""
    return [name for name in names if any(find(kind.name, name) is not None for kind in kinds)]


def _layers(shown: Sequence[str], kinds: Sequence[_Kind], find: _Find, *, percent: bool = False) -> list[Dots]:
    """The dots of each kind that there is; the kinds of one row lie slightly apart, the first on top."""
    there = [kind for kind in kinds if any(find(kind.name, name) is not None for name in shown)]
    layers = []
    for place, kind in enumerate(there):
        apart = 0.28 * ((len(there) - 1) / 2 - place)
        dots = tuple(
            row_dot(figure, row + apart, f"{named(name)}, {kind.meaning}", percent=percent)
            for row, name in enumerate(shown)
            if (figure := find(kind.name, name)) is not None
        )
        layers.append(Dots(dots, shape=kind.shape, filled=kind.filled, along="x"))
    return layers


def _height(shown: Sequence[str], layers: Sequence[Dots]) -> float:
    return 0.9 + (0.5 if len(layers) > 1 else 0.4) * len(shown)


def _keys(layers: Sequence[Dots], kinds: Sequence[_Kind]) -> tuple[Key, ...]:
    """A legend, where dots of several kinds stand side by side."""
    there = {dots.shape for dots in layers}
    if len(there) < 2:
        return ()
    return tuple(Key(kind.shape, kind.meaning, filled=kind.filled) for kind in kinds if kind.shape in there)
