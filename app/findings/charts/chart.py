"""Charts as plain data: what is to be drawn and never how.

One preparation for the files and for the window: matplotlib draws these in `app.export.draw`, pyqtgraph in
`app.qt.results.chart_view`. All numbers are in the units of their axis; shares run from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = int | Literal["ink", "accent", "faint"]
"""A number is the index of a label, whose colour and hatch are to be used."""
Shape = Literal["circle", "diamond", "square"]
Side = Literal["x", "y"]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its name, and where it has to begin or end; None leaves that to whoever draws."""

    name: str = ""
    percent: bool = False
    low: float | None = None
    high: float | None = None
    ticks: tuple[tuple[float, str], ...] = ()
    """Words at places, in the place of numbers."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar over a band of the x axis, from `base` up to `top`."""

    low: float
    high: float
    base: float
    top: float
    says: str
    """What it is, in words, for whoever points at it."""


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of one label, with its colour and hatch."""

    label: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot, with its interval where there is one."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None
    says: str = ""
    rater: str | None = None
    """Whom it is about, where it is about one rater."""


@dataclass(frozen=True, slots=True)
class Dots:
    """Dots of one kind; their intervals reach along the axis `along`."""

    dots: tuple[Dot, ...]
    tone: Tone = "ink"
    shape: Shape = "circle"
    filled: bool = True
    along: Side = "y"
    joined: bool = False
    """A line leads from dot to dot."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    tone: Tone = "ink"
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """The area between two lines over the same places: the interval of a curve."""

    x: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    tone: Tone = "faint"


@dataclass(frozen=True, slots=True)
class Span:
    """All between two values of one axis, as the noise ceiling is."""

    low: float
    high: float
    on: Side = "x"
    word: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the panel at one value of the axis `on`, with a word beside it."""

    at: float
    on: Side = "x"
    word: str = ""
    dashed: bool = True
    tone: Tone = "ink"


@dataclass(frozen=True, slots=True)
class Cells:
    """A table of shares as shaded squares, the first row on top: row i lies around y = i, column j around x = j.

    The axes' ticks name columns and rows; y runs downward. None is a cell about which nothing is known.
    """

    shares: tuple[tuple[float | None, ...], ...]
    says: tuple[tuple[str, ...], ...]


Layer = Bars | Dots | Line | Band | Span | Rule | Cells


@dataclass(frozen=True, slots=True)
class Panel:
    """What shares one pair of axes; layers are drawn in their order, the later above the earlier."""

    layers: tuple[Layer, ...]
    x: Axis
    y: Axis
    title: str = ""
    bins: tuple[tuple[float, float], ...] = ()
    """The bands of activation along x, where x is the activation: pointing at one shows its stimuli."""
    square: bool = False
    """As high as it is wide."""


@dataclass(frozen=True, slots=True)
class Key:
    """One line of a legend: the sign and what it stands for."""

    sign: Shape | Literal["bar", "line", "dashed"]
    text: str
    tone: Tone = "ink"
    filled: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart: its name for files, its heading, how to read it, and its panels row by row."""

    key: str
    title: str
    caption: str
    panels: tuple[Panel, ...]
    keys: tuple[Key, ...] = ()
    columns: int = 1
    row_height: float = 2.4
    """Of one row of panels, in inches, on a page 7.6 inches wide."""
    shared: bool = False
    """All panels have the same range on x and on y, and the inner ones bear no numbers."""
    label: str | None = None
    """The label that it is about, where it is about one."""
