"""Any chart, drawn by matplotlib: its panels in a grid, their axes, and the legend."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis as Ruler
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from app.export.layers import BROKEN, MARKERS, Pen, draw_layer, edge_of, face_of
from app.export.svg import PAGE, SLIM, WIDE, Shades, new_canvas, one_line
from app.findings.charts.chart import Axis, Bars, Cells, Chart, Key, Panel, Rule, Span
from app.findings.labels import Label

_LETTERS = 92
"""So many letters fit side by side."""
_SQUARE_LETTERS = 60
"""And of the titles of panels that are no wider than high."""
_LEGEND_ROW = 0.22
_NOTICE = 0.2
_LETTER = 0.068
"""Inches."""
_TICK = 22
_SHORT_TICK = 14
_SQUARE_SHORT_TICK = 18
"""Longer names beside an axis are cut; the shorter ones where three panels or more stand side by side,
and on small screens. Square panels are narrower than their columns, which leaves names more room."""
_GAP = 3.0
"""Points between two names side by side, at least."""


def draw(
    chart: Chart, labels: Sequence[Label], notice: str = "", shades: Shades = PAGE, *, slim: bool = False
) -> Canvas:
    """The chart as a figure, to be made and saved within `app.export.svg.drawing`.

    `notice` is a short mark inside the chart ("Simulated raters"), because a chart is easily copied out of its page.
    `slim` is for small screens: letters are as large, panels stand in fewer columns, and long names are cut sooner.
    """
    width = SLIM if slim else WIDE
    if slim:
        height = min(chart.row_height, SLIM) if any(panel.square for panel in chart.panels) else chart.row_height
        chart = replace(chart, columns=math.ceil(chart.columns / 2), row_height=height)
    pen = Pen(shades, {label.index: label.hatch.replace("....", "..") for label in labels})  # each dot is a path
    rows = math.ceil(len(chart.panels) / chart.columns)
    legend = _legend_columns(chart.keys, round(_LETTERS * width / WIDE) - (len(notice) + 8 if notice else 0))
    above = _LEGEND_ROW * math.ceil(len(chart.keys) / legend) + (_NOTICE if notice else 0)
    canvas = new_canvas(chart.row_height * rows + above, width)
    grid = canvas.subplots(rows, chart.columns, sharex=chart.shared, sharey=chart.shared, squeeze=False).ravel()
    for place, axes in enumerate(grid.tolist()):
        if place < len(chart.panels):
            _panel(axes, chart, place, pen, width)
        else:
            axes.set_visible(False)
    for axes, panel in zip(grid.tolist(), chart.panels, strict=False):
        _limits(axes, panel)  # when all is drawn: panels that share a range are as wide as the widest
    _shared_names(canvas, chart)
    if chart.keys:
        signs = [_sign(key, pen) for key in chart.keys]
        canvas.legend(
            signs, [key.text for key in chart.keys], loc="outside upper left", ncols=legend, handlelength=2.2,
            handleheight=1.2,
        )  # fmt: skip
    if notice:
        canvas.suptitle(
            notice, x=0.99, ha="right", color=shades.accent, weight="bold", fontsize=8.5, family="DejaVu Sans"
        )
    if any(panel.square for panel in chart.panels) and _run_together(canvas):
        _put_upright(canvas, chart, width)
    return canvas


def _legend_columns(keys: Sequence[Key], letters: int) -> int:
    """As many as fit; a legend is filled column by column."""
    for columns in range(min(len(keys), 6), 1, -1):
        rows = math.ceil(len(keys) / columns)
        widths = [max(map(_length, keys[at : at + rows])) for at in range(0, len(keys), rows)]
        if sum(widths) <= letters:
            return columns
    return 1


def _length(key: Key) -> int:
    """In letters, with the sign and the room around it; those of Chinese or Japanese are twice as wide."""
    return 9 + sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in key.text)


def _panel(axes: Axes, chart: Chart, place: int, pen: Pen, width: float) -> None:
    panel = chart.panels[place]
    _scale(axes.xaxis, panel.x, _tick(chart, width))
    _scale(axes.yaxis, panel.y, _tick(chart, width))
    cells, bars = (any(isinstance(layer, kind) for layer in panel.layers) for kind in (Cells, Bars))
    if not cells:
        axes.grid(axis="x" if panel.y.ticks else "y")
    for layer in panel.layers:
        draw_layer(axes, layer, pen, on_bars=bars)
    if panel.square:
        axes.set_box_aspect(1)
    words = any(isinstance(layer, (Rule, Span)) and layer.word and layer.on == "x" for layer in panel.layers)
    if panel.title:
        letters = round((_SQUARE_LETTERS if panel.square else _LETTERS) * width / WIDE / chart.columns)
        axes.set_title(one_line(panel.title, min(letters, _SQUARE_LETTERS)), pad=15 if words else 5)
    _inner(axes, chart, place)


def _tick(chart: Chart, width: float) -> int:
    square = any(panel.square for panel in chart.panels)
    if width == WIDE and (square or chart.columns < 3):
        return _TICK
    return _SQUARE_SHORT_TICK if square else _SHORT_TICK


def _run_together(canvas: Canvas) -> bool:
    """Whether names below a panel, side by side, would run into each other: measured once all is in its place."""
    canvas.draw_without_rendering()
    gap = _GAP * canvas.dpi / 72
    return any(
        after.x0 < before.x1 + gap
        for axes in canvas.axes
        for before, after in pairwise(
            name.get_window_extent() for name in axes.get_xticklabels() if name.get_visible() and name.get_text()
        )
    )


def _put_upright(canvas: Canvas, chart: Chart, width: float) -> None:
    """Turn the names below the panels, and make the room for it: below the last row and below the one above where the
    last is not full.
    """
    for axes in canvas.axes:
        axes.tick_params(axis="x", labelrotation=90)
    letters = max(min(len(name), _tick(chart, width)) for panel in chart.panels for _, name in panel.x.ticks)
    rows = 2 if chart.shared and chart.columns < len(chart.panels) and len(chart.panels) % chart.columns else 1
    canvas.set_figheight(canvas.get_figheight() + _LETTER * letters * rows)


def _limits(axes: Axes, panel: Panel) -> None:
    """Where the axes begin and end; a table runs downward."""
    down = any(isinstance(layer, Cells) for layer in panel.layers)
    axes.set_xlim(panel.x.low, panel.x.high)
    axes.set_ylim(*((panel.y.high, panel.y.low) if down else (panel.y.low, panel.y.high)))


def _scale(ruler: Ruler, axis: Axis, letters: int) -> None:
    """Words or numbers along one axis, the numbers never with an offset or a power of ten beside them."""
    if axis.ticks:
        ruler.set_major_locator(FixedLocator([at for at, _ in axis.ticks]))
        names = {at: one_line(name, letters) for at, name in axis.ticks}
        ruler.set_major_formatter(FuncFormatter(lambda at, _: names.get(at, "")))
        return
    ruler.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    if axis.percent:
        ruler.set_major_formatter(FuncFormatter(lambda at, _: f"{_number(100 * at)}\N{NO-BREAK SPACE}%"))
    else:
        ruler.set_major_formatter(FuncFormatter(lambda at, _: _number(at)))


def _number(value: float) -> str:
    return f"{round(value, 9):.6g}".replace("-", "−")


def _inner(axes: Axes, chart: Chart, place: int) -> None:
    """Names of the axes; where all panels share them, inner ones bear no numbers."""
    panel = chart.panels[place]
    if not chart.shared:
        axes.set(xlabel=panel.x.name, ylabel=panel.y.name)
        return
    lowest = place + chart.columns >= len(chart.panels)
    axes.tick_params(labelleft=place % chart.columns == 0, labelbottom=lowest)


def _shared_names(canvas: Canvas, chart: Chart) -> None:
    if chart.shared and chart.panels:
        canvas.supxlabel(chart.panels[0].x.name, fontsize=8.5)
        canvas.supylabel(chart.panels[0].y.name, fontsize=8.5)


def _sign(key: Key, pen: Pen) -> Artist:
    """What stands before a line of the legend."""
    shades = pen.shades
    if key.sign == "bar" and isinstance(key.tone, int):
        hatch = pen.hatches.get(key.tone, "")
        return Patch(facecolor=face_of(key.tone, shades), edgecolor=shades.paper, hatch=hatch, linewidth=0)
    if key.sign in ("bar", "line", "dashed"):
        line = Line2D([], [], color=face_of(key.tone, shades), linewidth=1.4)
        if key.sign == "dashed":
            line.set_linestyle(BROKEN)
        return line
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=MARKERS[key.sign],
        markersize=5.5,
        color=edge_of(key.tone, shades),
        markerfacecolor=face_of(key.tone, shades) if key.filled else shades.paper,
        markeredgewidth=1.1,
    )
