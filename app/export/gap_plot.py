"""The plot of a two-alternative study: how often people are right, against the gap between the two activations."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import PercentFormatter

from analysis.figures import CurvePoint, Report
from app.export.svg import ACCENT, FAINT, INK, PAPER, new_canvas, reach
from app.findings.labels import Label, pick


def correct_given_gap(report: Report, labels: Sequence[Label]) -> Canvas | None:  # noqa: ARG001 - drawn like the others
    """Observed shares as dots, the fitted function as a line with its band, the threshold as a mark."""
    observed = [point for point in report.curves.get("correct_given_gap", ()) if point.value is not None]
    if not observed:
        return None
    canvas = new_canvas(3.1)
    axes = canvas.subplots()
    _fitted(axes, report.curves.get("correct_given_gap_fitted", ()))
    axes.errorbar(
        [point.activation for point in observed],
        [point.value or 0.0 for point in observed],
        yerr=reach(observed),
        fmt="o",
        color=INK,
        elinewidth=1.2,
        markersize=5,
        markerfacecolor=PAPER,
        markeredgewidth=1.2,
    )
    axes.axhline(0.5, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    _told(axes, "chance", (1, 0.5), ("axes fraction", "data"), (-2, 3), "right")
    threshold = pick(report, "psychometric_threshold")
    if threshold is not None and threshold.value is not None:
        axes.axvline(threshold.value, color=ACCENT, linewidth=1)
        _told(axes, "threshold", (threshold.value, 1), ("data", "axes fraction"), (3, 1), "left")
    axes.set(xlim=(0, None), xlabel="gap between the two activations", ylabel="correct")
    axes.set_ylim(min(0.4, axes.get_ylim()[0]), 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(axis="y")
    return canvas


def _told(
    axes: Axes, word: str, at: tuple[float, float], measured: tuple[str, str], aside: tuple[float, float], side: str
) -> None:
    axes.annotate(
        word, at, xycoords=measured, xytext=aside, textcoords="offset points", va="bottom", horizontalalignment=side
    )


def _fitted(axes: Axes, points: Sequence[CurvePoint]) -> None:
    """The line, and the band where all of it is known."""
    drawn = [(point.activation, point.value) for point in points if point.value is not None]
    if drawn:
        axes.plot(*zip(*drawn, strict=True), color=INK, linewidth=1.2)
    band = [(p.activation, p.low, p.high) for p in points if p.low is not None and p.high is not None]
    if band and len(band) == len(points):
        gap, low, high = (list(column) for column in zip(*band, strict=True))
        axes.fill_between(gap, low, high, color=FAINT, alpha=0.4, linewidth=0)
