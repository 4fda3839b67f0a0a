"""The plots over the activation: what people say, how strongly the unit fires, where its activation goes."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from analysis.figures import CurvePoint, Report
from app.export.svg import INK, PAPER, colour, new_canvas, one_line, reach
from app.findings.labels import Label, pick
from app.findings.words import value_of


def label_given_activation(report: Report, all_labels: Sequence[Label]) -> Canvas | None:
    """All labels stacked, and below each on its own with its intervals."""
    curve = "label_given_activation"
    labels = _drawable(report, curve, all_labels)
    if not labels:
        return None
    columns = min(len(labels), 4)
    rows = math.ceil(len(labels) / columns)
    canvas = new_canvas(3.1 + 1.6 * rows)
    grid = canvas.add_gridspec(rows + 1, columns, height_ratios=[2.4, *[1.3] * rows])
    whole = canvas.add_subplot(grid[0, :])
    _stack(whole, report, curve, labels)
    whole.set(ylim=(0, 1), ylabel="share of raters")
    whole.yaxis.set_major_formatter(PercentFormatter(1))
    _legend(canvas, labels, [one_line(label.name) for label in labels])
    for at, label in enumerate(labels):
        axes = canvas.add_subplot(grid[1 + at // columns, at % columns], sharex=whole)
        _alone(axes, label, _points(report, curve, label.name))
        axes.tick_params(labelleft=at % columns == 0, labelbottom=at + columns >= len(labels))
    whole.xaxis.set_major_locator(MaxNLocator(6))
    canvas.supxlabel("activation", fontsize=8.5)
    return canvas


def _alone(axes: Axes, label: Label, points: Sequence[CurvePoint]) -> None:
    """One label's shares as dots with intervals."""
    axes.errorbar(
        [p.activation for p in points],
        [p.value or 0.0 for p in points],
        yerr=reach(points),
        color=INK,
        linewidth=1,
        elinewidth=1,
        marker="o",
        markersize=4,
        markerfacecolor=colour(label.index),
        markeredgewidth=0.7,
    )
    axes.set(ylim=(-0.03, 1.03), title=one_line(label.name, 20))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(axis="y")


def activation_given_label(report: Report, all_labels: Sequence[Label]) -> Canvas | None:
    """One row a label, the last on top: the density of the activation, at one common scale."""
    curve = "activation_given_label"
    labels = _drawable(report, curve, all_labels)[::-1]
    if not labels:
        return None
    canvas = new_canvas(0.7 + 0.9 * len(labels))
    grid = canvas.subplots(len(labels), 1, sharex=True, sharey=True, squeeze=False)
    for axes, label in zip(grid[:, 0], labels, strict=True):
        _stack(axes, report, curve, [label])
        points = _points(report, curve, label.name)
        middles, values = [sum(_edges(p)) / 2 for p in points], [p.value or 0.0 for p in points]
        for shade, width in ((PAPER, 3), (INK, 1)):  # a rim, or the line would drown in a dark bar
            axes.errorbar(middles, values, yerr=reach(points), fmt="none", ecolor=shade, elinewidth=width)
        name = textwrap.fill(one_line(label.name, 36), 18)
        axes.set_ylabel(name, rotation=0, ha="right", va="center")
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
    grid[-1, 0].set(ylim=(0, None), xlabel="activation")
    return canvas


def label_contribution(report: Report, all_labels: Sequence[Label]) -> Canvas | None:
    """What each bin adds to the expected activation, the labels stacked."""
    curve = "label_contribution"
    labels = _drawable(report, curve, all_labels)
    if not labels:
        return None
    canvas = new_canvas(3.3)
    axes = canvas.subplots()
    _stack(axes, report, curve, labels)
    axes.set(xlabel="activation", ylabel="share of the expected activation")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    _legend(canvas, labels, [_with_share(report, label) for label in labels])
    return canvas


def _with_share(report: Report, label: Label) -> str:
    figure = pick(report, "share_of_expected_activation", label.name)
    share = value_of(figure, fine=False) if figure is not None else ""
    return f"{one_line(label.name)}: {share}" if share else one_line(label.name)


def _points(report: Report, curve: str, label: str) -> list[CurvePoint]:
    """A label's points that can be drawn, from the lowest activation up."""
    found = [p for p in report.curves.get(curve, ()) if p.label == label and p.value is not None]
    return sorted((p for p in found if math.isfinite(p.activation)), key=lambda p: p.activation)


def _drawable(report: Report, curve: str, labels: Sequence[Label]) -> list[Label]:
    return [label for label in labels if _points(report, curve, label.name)]


def _stack(axes: Axes, report: Report, curve: str, labels: Sequence[Label]) -> None:
    """Bars as wide as their bins, the labels one on the other, the first at the bottom."""
    base: dict[tuple[float, float], float] = {}
    for label in labels:
        points = _points(report, curve, label.name)
        bins = [_edges(point) for point in points]
        heights = [point.value or 0.0 for point in points]
        axes.bar(
            [low for low, _ in bins],
            heights,
            width=[high - low for low, high in bins],
            bottom=[base.get(ends, 0.0) for ends in bins],
            align="edge",
            facecolor=colour(label.index),
            edgecolor=PAPER,
            hatch=label.hatch,
            linewidth=0.8,
        )
        base.update({ends: base.get(ends, 0.0) + height for ends, height in zip(bins, heights, strict=True)})


def _edges(point: CurvePoint) -> tuple[float, float]:
    """A bin's ends; an open end stops at the bin's own activation."""
    low = point.activation_low if math.isfinite(point.activation_low) else point.activation
    high = point.activation_high if math.isfinite(point.activation_high) else point.activation
    return low, high


def _legend(canvas: Canvas, labels: Sequence[Label], notes: Sequence[str]) -> None:
    patches = [
        Patch(facecolor=colour(label.index), edgecolor=PAPER, hatch=label.hatch, linewidth=0) for label in labels
    ]
    columns = 4 if max(map(len, notes)) < 20 else 3
    canvas.legend(patches, notes, loc="outside upper left", ncols=columns, handlelength=2.2, handleheight=1.2)
