"""From where to where the axes of a panel run, and what there is to point at in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from app.findings.charts.chart import Axis, Band, Bars, Cells, Chart, Dots, Layer, Line, Panel, Rule, Side, Span

Range = tuple[float, float]
_ROOM = 0.04
"""Of the range: what stays free beside dots and lines."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something in a panel that can be pointed at, and what is said of it then."""

    x: float
    y: float
    says: str
    bin: Range | None = None
    rater: str | None = None
    cell: bool = False


def ranges_of(chart: Chart) -> list[tuple[Range, Range]]:
    """The range of x and of y of each panel; where panels share them, all have the widest."""
    found = [(_range(panel, panel.x, "x"), _range(panel, panel.y, "y")) for panel in chart.panels]
    if chart.shared and found:
        x, y = (_widest(side) for side in zip(*found, strict=True))
        return [(x, y)] * len(found)
    return found


def targets_of(panel: Panel) -> tuple[Target, ...]:
    """What the arrow keys walk through: the bins where there are some, else cells, bars and dots."""
    if panel.bins:
        return tuple(
            Target((low + high) / 2, 0.0, _says_of_bin(panel, (low, high)), (low, high)) for low, high in panel.bins
        )
    found = list(things_of(panel))
    if panel.y.ticks and not any(target.cell for target in found):
        found.sort(key=lambda target: (-target.y, target.x))
    return tuple(found)


def things_of(panel: Panel) -> Iterator[Target]:
    """Every bar, dot and cell that says something."""
    for layer in panel.layers:
        match layer:
            case Bars():
                yield from (
                    Target((bar.low + bar.high) / 2, (bar.base + bar.top) / 2, bar.says)
                    for bar in layer.bars
                    if bar.says
                )
            case Dots():
                yield from (Target(dot.x, dot.y, dot.says, rater=dot.rater) for dot in layer.dots if dot.says)
            case Cells():
                for row, says in enumerate(layer.says):
                    yield from (Target(float(column), float(row), said, cell=True) for column, said in enumerate(says))
            case _:
                pass


def bar_at(panel: Panel, x: float, y: float) -> str:
    """What the bar at this place says; the empty string where there is none."""
    for layer in reversed(panel.layers):
        for bar in layer.bars if isinstance(layer, Bars) else ():
            if bar.low <= x <= bar.high and min(bar.base, bar.top) <= y <= max(bar.base, bar.top):
                return bar.says
    return ""


def bin_at(panel: Panel, x: float) -> Range | None:
    """The bin at this place of the x axis."""
    return next(((low, high) for low, high in panel.bins if low <= x < high or x == high == panel.bins[-1][1]), None)


def _says_of_bin(panel: Panel, place: Range) -> str:
    """What everything in a bin says, as it stands on the screen: the uppermost first."""
    low, high = place
    middle, said = (low + high) / 2, []
    for layer in panel.layers:
        if isinstance(layer, Bars):
            said += [bar.says for bar in layer.bars if bar.low <= middle <= bar.high]
        elif isinstance(layer, Dots):
            said += [dot.says for dot in layer.dots if low <= dot.x < high]
    return "\n".join(text for text in reversed(said) if text)


def _range(panel: Panel, axis: Axis, side: Side) -> Range:
    values = [value for layer in panel.layers for value in _extent(layer, side) if isfinite(value)]
    values += [value for value in (axis.low, axis.high) if value is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if any(isinstance(layer, Cells) for layer in panel.layers):
        return low, high
    low, high = low if axis.low is None else axis.low, high if axis.high is None else axis.high
    if low >= high:
        low, high = low - 0.5, high + 0.5
    room = _ROOM * (high - low)
    # Bars stand on their axis, and nothing is to be seen beside them.
    bars = any(isinstance(layer, Bars) for layer in panel.layers)
    below, above = (0.0, room if side == "y" else 0.0) if bars else (room, room)
    return low - (below if axis.low is None else 0.0), high + (above if axis.high is None else 0.0)


def _extent(layer: Layer, side: Side) -> Iterable[float]:
    """The outermost values of a layer along one axis, and maybe some between."""
    match layer:
        case Bars():
            ends = ((bar.low, bar.high) if side == "x" else (bar.base, bar.top) for bar in layer.bars)
            return [value for pair in ends for value in pair]
        case Dots():
            values = [dot.x if side == "x" else dot.y for dot in layer.dots]
            reach = [end for dot in layer.dots for end in (dot.low, dot.high) if end is not None]
            return values + (reach if layer.along == side else [])
        case Line():
            return layer.x if side == "x" else layer.y
        case Band():
            return layer.x if side == "x" else (*layer.low, *layer.high)
        case Span():
            return (layer.low, layer.high) if layer.on == side else ()
        case Rule():
            return (layer.at,) if layer.on == side else ()
        case Cells():
            count = len(layer.shares) if side == "y" else max(map(len, layer.shares), default=0)
            return (-0.5, count - 0.5)


def _widest(ranges: Sequence[Range]) -> Range:
    return min(low for low, _ in ranges), max(high for _, high in ranges)
