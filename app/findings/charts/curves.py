"""The charts over the activation: what people say, how strongly the unit fires, where its activation goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.figures import CurvePoint, Report
from app.findings.charts.chart import Axis, Band, Bar, Bars, Chart, Dot, Dots, Key, Layer, Line, Panel
from app.findings.charts.telling import (
    bins_of,
    columns_for,
    drawn_labels,
    edges,
    is_several,
    known,
    label_keys,
    named,
    place_words,
    point_dot,
    points_of,
    value_words,
)
from app.findings.labels import Label, pick

ACTIVATION = "activation"
SHARE = Axis("share of raters", percent=True, low=-0.03, high=1.03)
_WITH_INTERVALS = 6
"""Of so many labels a legend has room for the intervals."""


def label_given_activation(report: Report) -> Chart | None:
    """P(label | activation), the labels stacked."""
    curve = "label_given_activation"
    labels = _stackable(report, curve)
    if not labels:
        return None
    return Chart(
        curve,
        "What people say, at each level of activation",
        "P(label | activation): how the raters of an image divide among the labels, in each band of activation. "
        "Each column adds up to all raters.",
        (_stack(report, curve, labels, Axis("share of raters", percent=True, low=0.0, high=1.0), "of raters"),),
        label_keys(labels),
        row_height=2.7,
    )


def label_and_activation(report: Report) -> Chart | None:
    """The density of the activation times P(label | activation), the labels stacked."""
    curve = "label_and_activation"
    labels = _stackable(report, curve)
    if not labels:
        return None
    return Chart(
        curve,
        "How many images there are, and what people say of them",
        "P(label, activation): the height of a column is how common its activation is, divided among the labels. "
        "All areas together are 1; beside each label stands its own area, which is how common the label is.",
        (_stack(report, curve, labels, Axis("density", low=0.0), "of the density", percent=False),),
        _keys_with(report, labels, "probability_of_label"),
        row_height=2.7,
    )


def label_contribution(report: Report) -> Chart | None:
    """What each bin adds to the expected positive activation, the labels stacked."""
    curve = "label_contribution"
    labels = _stackable(report, curve)
    if not labels:
        return None
    return Chart(
        curve,
        "Where the unit's activation goes",
        "What each band of activation contributes to the unit's expected positive activation, divided among the "
        "labels; activation below 0 counts as 0, so bands below it are empty. Beside each label stands its share of "
        "the whole.",
        (
            _stack(
                report,
                curve,
                labels,
                Axis("share of positive activation", percent=True, low=0.0),
                "of the expected positive activation",
            ),
        ),
        _keys_with(report, labels, "share_of_expected_activation"),
        row_height=2.7,
    )


def label_given_activation_each(report: Report) -> Chart | None:
    """Each label on its own: its shares with their intervals, and the smooth curve with its band."""
    curve = "label_given_activation"
    labels = drawn_labels(report, curve)
    if not labels:
        return None
    smooth = any(points_of(report, f"{curve}_smooth", label.name) for label in labels)
    lines = "; the line is a smooth curve through all images, the band its interval" if smooth else ""
    return Chart(
        "label_given_activation_each",
        "Each label, at each level of activation",
        f"The share of raters who gave the label, in each band of activation, with its interval{lines}.",
        tuple(_alone(report, label) for label in labels),
        columns=columns_for(len(labels)),
        row_height=2.3 if len(labels) <= 4 else 1.9,
        shared=True,
    )


def activation_given_label(report: Report) -> Chart | None:
    """One row a label, the last on top: the density of the activation, at one common scale."""
    curve = "activation_given_label"
    labels = drawn_labels(report, curve)[::-1]
    if not labels:
        return None
    return Chart(
        curve,
        "How strongly the unit fires, for each label",
        "P(activation | label): the density of the activation over the images given each label, with its interval. "
        "All rows have the same scale.",
        tuple(_density(report, label) for label in labels),
        row_height=1.2,
        shared=True,
    )


def mean_given_activation(report: Report) -> Chart | None:
    """The mean rating in each bin, where ratings are numbers."""
    points = points_of(report, "mean_given_activation", "mean")
    if not points:
        return None
    dots = tuple(point_dot(point, "mean rating", percent=False) for point in points)
    return Chart(
        "mean_given_activation",
        "How people rate, at each level of activation",
        "The mean rating of the images in each band of activation, with its interval.",
        (Panel((Dots(dots, joined=True),), Axis(ACTIVATION), Axis("mean rating"), bins=bins_of(points)),),
        row_height=2.8,
    )


def _stackable(report: Report, curve: str) -> list[Label]:
    """The labels of a curve, unless raters could choose several: those shares do not add up."""
    return [] if is_several(report) else drawn_labels(report, curve)


def _stack(
    report: Report, curve: str, labels: Sequence[Label], y: Axis, of_what: str, *, percent: bool = True
) -> Panel:
    """Bars as wide as their bins, the labels one on the other, the first at the bottom."""
    base: dict[tuple[float, float], float] = {}
    layers: list[Layer] = []
    for label in labels:
        bars = []
        for point in points_of(report, curve, label.name):
            low, high = edges(point)
            start, value = base.get((low, high), 0.0), point.value or 0.0
            says = f"{named(label.name)}: {value_words(value, point.low, point.high, percent=percent)} {of_what}, "
            bars.append(Bar(low, high, start, start + value, says + place_words(point)))
            base[low, high] = start + value
        layers.append(Bars(label.index, tuple(bars)))
    return Panel(tuple(layers), Axis(ACTIVATION), y, bins=tuple(sorted(base)))


def _keys_with(report: Report, labels: Sequence[Label], name: str) -> tuple[Key, ...]:
    """A legend that has each label's share of the whole behind its name."""
    return tuple(
        Key("bar", _with_share(report, label, name, fully=len(labels) <= _WITH_INTERVALS), label.index)
        for label in labels
    )


def _with_share(report: Report, label: Label, name: str, *, fully: bool) -> str:
    figure = known(pick(report, name, label.name))
    if figure is None or figure.value is None:
        return named(label.name)
    ends = (figure.low, figure.high) if fully else (None, None)
    return f"{named(label.name)}: {value_words(figure.value, *ends, percent=True)}"


def _alone(report: Report, label: Label) -> Panel:
    points = points_of(report, "label_given_activation", label.name)
    smooth = list(smooth_layers(points_of(report, "label_given_activation_smooth", label.name)))
    dots = tuple(point_dot(point, named(label.name), percent=True) for point in points)
    layers = (*smooth, Dots(dots, label.index, joined=not smooth))
    return Panel(layers, Axis(ACTIVATION), SHARE, label.name, bins_of(points))


def smooth_layers(points: Sequence[CurvePoint]) -> Iterator[Layer]:
    """A fitted curve as a line, above its band where all of that is known."""
    if not points:
        return
    x = tuple(point.activation for point in points)
    low = tuple(point.low for point in points if point.low is not None)
    high = tuple(point.high for point in points if point.high is not None)
    if len(low) == len(high) == len(x):
        yield Band(x, low, high)
    yield Line(x, tuple(point.value or 0.0 for point in points))


def _density(report: Report, label: Label) -> Panel:
    """Bars of a density, with their intervals at the middles of the bins."""
    points = points_of(report, "activation_given_label", label.name)
    bars, dots = [], []
    for point in points:
        (low, high), value = edges(point), point.value or 0.0
        says = f"{named(label.name)}: density {value_words(value, point.low, point.high, percent=False)}, "
        bars.append(Bar(low, high, 0.0, value, says + place_words(point)))
        dots.append(Dot((low + high) / 2, value, point.low, point.high, bars[-1].says))
    layers = (Bars(label.index, tuple(bars)), Dots(tuple(dots), label.index))
    return Panel(layers, Axis(ACTIVATION), Axis("density", low=0.0), label.name, bins_of(points))
