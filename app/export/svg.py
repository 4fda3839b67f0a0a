"""matplotlib figures as SVG that lives inside a page: its colours are the page's, so it reads in light and dark."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.figure import Figure as Canvas

from analysis.figures import CurvePoint, Figure

# Stand-ins, drawn by nothing else: in the finished SVG each becomes a variable of the page's style sheet.
INK = "#010203"
FAINT = "#040506"
PAPER = "#070809"
ACCENT = "#0a0b0c"
_VARIABLES = {INK: "currentColor", FAINT: "var(--line)", PAPER: "var(--card)", ACCENT: "var(--accent)"}

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: searchable, selectable, in the page's own face
    "text.parse_math": False,  # a label such as "$x" is a label, not a formula
    "font.size": 8.5,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": FAINT,
    "grid.linewidth": 0.5,
    "figure.facecolor": "none",
    "legend.frameon": False,
    "hatch.linewidth": 0.7,
}


def colour(index: int) -> str:
    """The stand-in for the colour of label number `index`."""
    return f"#fe{index // 256:02x}{index % 256:02x}"


def new_canvas(height: float) -> Canvas:
    """An empty figure as wide as the page's text and `height` inches high."""
    return Canvas(figsize=(7.6, height), layout="constrained")


def one_line(text: str, width: int = 26) -> str:
    """A name fit for a plot: one line, no control characters, cut where it is long."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= width else plain[: width - 1] + "…"


def reach(rows: Sequence[CurvePoint | Figure]) -> tuple[list[float], list[float]]:
    """How far the intervals reach below and above the values; nothing where there is none."""
    ends = [(row.value or 0.0, row.low, row.high) for row in rows]
    below = [0.0 if low is None else value - low for value, low, _ in ends]
    above = [0.0 if high is None else high - value for value, _, high in ends]
    return [max(gap, 0.0) for gap in below], [max(gap, 0.0) for gap in above]


@contextmanager
def drawing(key: str) -> Iterator[None]:
    """The house style, for as long as a figure is drawn and saved; `key` makes its ids the same every time."""
    with matplotlib.rc_context({**_STYLE, "svg.hashsalt": key}), warnings.catch_warnings():
        # Labels may be in any script: the page's font draws them, matplotlib's only measures.
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*")
        yield


def to_svg(figure: Canvas, key: str) -> str:
    """The figure as an `<svg>` element with ids of its own and the page's colours and font."""
    data = io.StringIO()
    figure.savefig(data, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = data.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'\bid="', f'id="{key}-', text)
    text = re.sub(r'(url\(|href=")#', rf"\1#{key}-", text)
    # Variables work in styles only, not in attributes.
    text = re.sub(r'fill="(#[0-9a-f]{6})"', r'style="fill: \1"', text)
    text = re.sub(r"font: ([^;\"]*?[\d.]+px)[^;\"]*", r"font: \1 var(--sans)", text)
    return re.sub(r"#(?:0[0-9a-f]){3}\b|#fe[0-9a-f]{4}\b", _variable, text)


def _variable(match: re.Match[str]) -> str:
    found = match.group()
    if found.startswith("#fe"):
        return f"var(--label-{int(found[3:], 16)})"
    return _VARIABLES.get(found, found)
