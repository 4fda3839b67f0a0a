"""The plot of a plan: how wide each interval comes out, against the number of raters."""

from __future__ import annotations

import io
import math
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FixedLocator, NullLocator, PercentFormatter

from analysis.planning import Plan
from analysis.widths import OF_REPEATS, Key
from app.export.svg import colour, drawing, new_canvas, one_line, to_svg
from app.findings.words import words_for

KEY = "plan"
_COLUMNS = 3
LIGHT = ("#56B4E9", "#0072B2", "#D55E00", "#000000", "#009E73", "#CC79A7")
"""Of the lines, from few to many images: Okabe and Ito's, each with a marker of its own."""
DARK = ("#56B4E9", "#4D9DE0", "#F0883E", "#FFFFFF", "#2FC79A", "#E3A3C8")
_MARKERS = "osD^vX"
_ON_PAPER: dict[Any, Any] = {
    "axes.edgecolor": "#8A8F98",
    "xtick.color": "#8A8F98",
    "ytick.color": "#8A8F98",
    "grid.color": "#D9DCDF",
    "figure.facecolor": "white",
}


def as_svg(plan: Plan) -> str:
    """The plot for a page, in the page's own colours: `--label-0` and on for the lines."""
    with drawing(KEY):
        return to_svg(_draw(plan, tuple(colour(index) for index in range(len(LIGHT)))), KEY)


def as_png(plan: Plan) -> bytes:
    """The plot as a picture on white."""
    data = io.BytesIO()
    with drawing(KEY), matplotlib.rc_context(_ON_PAPER):
        _draw(plan, LIGHT).savefig(data, format="png", dpi=160, metadata={"Software": None})
    return data.getvalue()


def _draw(plan: Plan, shades: tuple[str, ...]) -> Canvas:
    keys = [key for key in plan.keys if any(w.median is not None for w in plan.widths if w.key == key)]
    rows = max(1, math.ceil(len(keys) / _COLUMNS))
    canvas = new_canvas(0.7 + 1.9 * rows)
    grid = canvas.subplots(rows, _COLUMNS, squeeze=False).ravel().tolist()
    for axes, key in zip(grid, keys, strict=False):
        _one(axes, plan, key, shades)
    for axes in grid[len(keys) :]:
        axes.set_visible(False)
    if keys:
        handles, names = grid[0].get_legend_handles_labels()
        canvas.legend(handles, names, loc="outside upper left", ncols=min(len(names), 6))
        canvas.supxlabel("raters", fontsize=8.5)
        canvas.supylabel("width of the 95 % interval", fontsize=8.5)
    return canvas


def _one(axes: Axes, plan: Plan, key: Key, shades: tuple[str, ...]) -> None:
    """One figure: a line for each number of images; broken where there are repeats, if they make a difference."""
    repeats = sorted({design.repeats for design in plan.designs})
    told = repeats if key[0] in OF_REPEATS else repeats[:1]
    raters = sorted({design.n_raters for design in plan.designs})
    images = sorted({design.per_stratum for design in plan.designs})
    for share in told:
        for at, per_stratum in enumerate(images):
            found = [
                (design.n_raters, width.median)
                for design in plan.designs
                if design.per_stratum == per_stratum and design.repeats == share
                for width in [plan.get(key, design)]
                if width is not None and width.median is not None
            ]
            many = share == told[-1] and len(told) > 1
            axes.plot(
                [n for n, _ in found],
                [median for _, median in found],
                color=shades[at % len(shades)],
                marker=_MARKERS[at % len(_MARKERS)],
                markersize=4.5,
                linewidth=1.4,
                linestyle=(0, (3, 2)) if many else "-",
                label=f"{per_stratum * plan.base.n_bands} images" if share == told[0] else "_",
            )
    name, label, speaks_for = key
    axes.set_title("\n".join([one_line(words_for(name).name, 34), one_line(_about(label, speaks_for), 40)]), fontsize=8)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(raters))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}")
    axes.set_ylim(0, 1.06 * axes.get_ylim()[1])
    if words_for(name).kind == "percent":
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes.grid(axis="y")


def _about(label: str | None, speaks_for: str) -> str:
    return ", ".join(part for part in (label, speaks_for) if part)
