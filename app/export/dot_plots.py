"""The plots with one row a label or a person: a dot, its interval, and what to compare it with."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from analysis.figures import Figure, Report
from app.export.svg import ACCENT, FAINT, INK, PAPER, new_canvas, one_line, reach
from app.findings.labels import Label, pick

_NAMED = 40
"""Above so many raters their names could not be read."""

_KINDS = {"auroc": ("o", 0.14, "this label against the rest"), "auroc_at_least": ("D", -0.14, "this label or above")}


def auroc(report: Report, labels: Sequence[Label]) -> Canvas | None:
    """One row a label, the last on top; on ordinal scales a second dot for the label or any above it."""
    found = {
        kind: {label.name: figure for label in labels if (figure := _known(pick(report, kind, label.name)))}
        for kind in _KINDS
    }
    shown = [label.name for label in labels if any(label.name in figures for figures in found.values())]
    if not shown:
        return None
    both = all(found.values())
    canvas = new_canvas(1.0 + (0.5 if both else 0.4) * len(shown))
    axes = canvas.subplots()
    for kind, (marker, shift, meaning) in _KINDS.items():
        rows = [shown.index(name) + (shift if both else 0) for name in found[kind]]
        _dots(axes, rows, list(found[kind].values()), marker, PAPER if kind == "auroc" else INK, meaning)
    axes.axvline(0.5, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    _above(axes, 0.5, "chance", "left")
    axes.set_yticks(range(len(shown)), [one_line(name) for name in shown])
    axes.set(ylim=(-0.6, len(shown) - 0.4), xlabel="AUROC")
    axes.set_xlim(min(0.45, axes.get_xlim()[0]), 1.01)
    axes.grid(axis="x")
    if both:
        canvas.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return canvas


def ceiling(report: Report, labels: Sequence[Label]) -> Canvas | None:  # noqa: ARG001 - drawn like the others
    """The unit, and above it each held-out rater, before the band from the lower to the upper ceiling."""
    people = [f for f in report.figures if f.name == "ceiling_lower" and f.rater is not None and f.value is not None]
    people.sort(key=lambda figure: figure.value or 0.0)
    unit = _known(pick(report, "unit_against_consensus"))
    if not people or unit is None:
        return None
    named = len(people) <= _NAMED
    canvas = new_canvas(1.3 + (0.28 if named else 0.07) * min(len(people), 100))
    axes = canvas.subplots()
    _band(axes, _known(pick(report, "ceiling_lower")), _known(pick(report, "ceiling_upper")))
    rows = [1.5 + i for i in range(len(people))]
    _dots(axes, rows, people, "o", PAPER, "a held-out rater")
    _dots(axes, [0.0], [unit], "D", INK, "the unit")
    axes.axhline(0.75, color=FAINT, linewidth=0.8)
    if named:
        axes.set_yticks([0.0, *rows], ["the unit", *(one_line(f.rater or "", 20) for f in people)])
    else:
        axes.set_yticks([0.0, (rows[0] + rows[-1]) / 2], ["the unit", f"{len(people)} raters"])
    axes.set(ylim=(-0.8, rows[-1] + 0.7), xlabel="agreement with what the others say")
    axes.grid(axis="x")
    return canvas


def _known(figure: Figure | None) -> Figure | None:
    return figure if figure is not None and figure.value is not None else None


def _dots(axes: Axes, rows: Sequence[float], figures: Sequence[Figure], marker: str, fill: str, meaning: str) -> None:
    """Figures as dots with their intervals, each at its row."""
    if not figures:
        return
    axes.errorbar(
        [figure.value or 0.0 for figure in figures],
        rows,
        xerr=reach(figures),
        fmt=marker,
        color=INK,
        elinewidth=1.2,
        markersize=6,
        markerfacecolor=fill,
        markeredgewidth=1.2,
        label=meaning,
    )


def _band(axes: Axes, low: Figure | None, high: Figure | None) -> None:
    """The noise ceiling, as far as it is known."""
    ends = [figure.value for figure in (low, high) if figure is not None and figure.value is not None]
    if not ends:
        return
    axes.axvspan(ends[0], ends[-1], color=ACCENT, alpha=0.16, linewidth=0)
    for value in ends:
        axes.axvline(value, color=ACCENT, linewidth=1)
    _above(axes, ends[0], "noise ceiling", "right" if len(ends) > 1 and ends[-1] > 0.8 else "left")


def _above(axes: Axes, at: float, word: str, side: str) -> None:
    """A word above the plot, beside the line at `at`."""
    axes.annotate(
        word,
        (at, 1),
        xycoords=("data", "axes fraction"),
        xytext=(3 if side == "left" else -3, 1),
        textcoords="offset points",
        va="bottom",
        ha=side,
    )
