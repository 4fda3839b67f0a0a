"""The layers of a chart, drawn into matplotlib's axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from app.export.svg import Shades
from app.findings.charts.chart import Band, Bars, Cells, Dot, Dots, Layer, Line, Rule, Span, Tone

MARKERS = {"circle": "o", "diamond": "D", "square": "s"}
BROKEN: Final = (0, (4, 3))
_MANY = 24
"""Of more dots than this each is smaller."""
_NUMBERED = 6
"""In a table of more rows than this there is no room for numbers."""
_DARKEST = 0.45
"""Of a cell's shade, so that its number can be read in light and dark."""


@dataclass(frozen=True, slots=True)
class Pen:
    """What everything is drawn with: the colours, and the hatch of each label."""

    shades: Shades
    hatches: Mapping[int, str]


def face_of(tone: Tone, shades: Shades) -> str:
    """The colour of an area, a line, or the inside of a dot."""
    if isinstance(tone, int):
        return shades.of_label(tone)
    return {"ink": shades.ink, "accent": shades.accent, "faint": shades.faint}[tone]


def edge_of(tone: Tone, shades: Shades) -> str:
    """The colour of a dot's rim and interval: those of labels would be too pale."""
    return shades.ink if isinstance(tone, int) else face_of(tone, shades)


def draw_layer(axes: Axes, layer: Layer, pen: Pen, *, on_bars: bool) -> None:
    """Draw one layer above what is there; `on_bars` where intervals would drown in dark bars."""
    shades = pen.shades
    match layer:
        case Bars():
            _bars(axes, layer, pen)
        case Dots():
            _dots(axes, layer, shades, rim=on_bars)
        case Line():
            style = BROKEN if layer.dashed else "-"
            axes.plot(layer.x, layer.y, color=face_of(layer.tone, shades), linewidth=1.3, linestyle=style)
        case Band():
            shade = face_of(layer.tone, shades)
            axes.fill_between(layer.x, layer.low, layer.high, color=shade, alpha=0.45, linewidth=0)
        case Span():
            _span(axes, layer, shades)
        case Rule():
            style = BROKEN if layer.dashed else "-"
            line = axes.axvline if layer.on == "x" else axes.axhline
            line(layer.at, color=face_of(layer.tone, shades), linewidth=1, linestyle=style)
            _word(axes, layer.word, layer.at, layer.on)
        case Cells():
            _cells(axes, layer, shades)


def _bars(axes: Axes, layer: Bars, pen: Pen) -> None:
    axes.bar(
        [bar.low for bar in layer.bars],
        [bar.top - bar.base for bar in layer.bars],
        width=[bar.high - bar.low for bar in layer.bars],
        bottom=[bar.base for bar in layer.bars],
        align="edge",
        facecolor=pen.shades.of_label(layer.label),
        edgecolor=pen.shades.paper,
        hatch=pen.hatches.get(layer.label, ""),
        linewidth=0.8,
    )


def _dots(axes: Axes, layer: Dots, shades: Shades, *, rim: bool) -> None:
    """Dots above their intervals, which may have a rim."""
    x, y = [dot.x for dot in layer.dots], [dot.y for dot in layer.dots]
    edge, few = edge_of(layer.tone, shades), len(layer.dots) <= _MANY
    if layer.joined:
        axes.plot(x, y, color=edge, linewidth=1)
    if any(dot.low is not None or dot.high is not None for dot in layer.dots):
        reach = _reach(layer.dots, layer.along)
        across, up = (reach, None) if layer.along == "x" else (None, reach)
        for shade, width in ([(shades.paper, 3.0)] if rim else []) + [(edge, 1.2 if few else 0.9)]:
            axes.errorbar(x, y, fmt="none", xerr=across, yerr=up, ecolor=shade, elinewidth=width)
    axes.plot(
        x,
        y,
        linestyle="none",
        marker=MARKERS[layer.shape],
        markersize=(5.5 if layer.shape == "circle" else 5.0) - (0 if few else 1.5),
        color=edge,
        markerfacecolor=face_of(layer.tone, shades) if layer.filled else shades.paper,
        markeredgewidth=1.1 if few else 0.9,
        zorder=3,
        clip_on=False,
    )


def _reach(dots: Sequence[Dot], along: str) -> tuple[list[float], list[float]]:
    """How far the intervals reach below and above the dots; nothing where there is none."""
    ends = [(dot.x if along == "x" else dot.y, dot.low, dot.high) for dot in dots]
    below = [0.0 if low is None else max(value - low, 0.0) for value, low, _ in ends]
    above = [0.0 if high is None else max(high - value, 0.0) for value, _, high in ends]
    return below, above


def _span(axes: Axes, layer: Span, shades: Shades) -> None:
    span, line = (axes.axvspan, axes.axvline) if layer.on == "x" else (axes.axhspan, axes.axhline)
    span(layer.low, layer.high, color=shades.accent, alpha=0.16, linewidth=0)
    for end in dict.fromkeys((layer.low, layer.high)):
        line(end, color=shades.accent, linewidth=1)
    _word(axes, layer.word, (layer.low + layer.high) / 2, layer.on, side="center")


def _word(axes: Axes, word: str, at: float, on: str, side: str = "left") -> None:
    """A word above the panel at `at`, or at its right edge above the line."""
    if word and on == "x":
        xy, measured, aside = (at, 1.0), ("data", "axes fraction"), (0 if side == "center" else 3, 1)
    elif word:
        xy, measured, aside, side = (1.0, at), ("axes fraction", "data"), (-2, 3), "right"
    else:
        return
    axes.annotate(
        word, xy, xycoords=measured, xytext=aside, textcoords="offset points", va="bottom", horizontalalignment=side
    )


def _cells(axes: Axes, layer: Cells, shades: Shades) -> None:
    """Squares shaded by their shares, with the percentage where there is room; what is unknown stays empty."""
    size = len(layer.shares)
    for row, shares in enumerate(layer.shares):
        for column, share in enumerate(shares):
            if share:
                shade = (shades.accent, _DARKEST * share)
                axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=shade, linewidth=0))
            if share is not None and size <= _NUMBERED:
                axes.text(column, row, f"{100 * share:.0f}\N{NO-BREAK SPACE}%", ha="center", va="center", fontsize=7)
    between = [place - 0.5 for place in range(size + 1)]
    axes.hlines(between, -0.5, size - 0.5, color=shades.faint, linewidth=0.5)
    axes.vlines(between, -0.5, size - 0.5, color=shades.faint, linewidth=0.5)
