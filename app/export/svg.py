"""The house style of matplotlib figures, and how they become SVG: inside a page, in its colours, or alone."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure as Canvas

from app.findings.charts.telling import one_line
from app.findings.labels import Label

__all__ = [
    "PAGE",
    "SLIM",
    "WIDE",
    "Shades",
    "colour",
    "drawing",
    "new_canvas",
    "on_paper",
    "one_line",
    "to_file",
    "to_svg",
]

# Stand-ins, drawn by nothing else: in the finished SVG each becomes a variable of the page's style sheet.
INK = "#010203"
FAINT = "#040506"
PAPER = "#070809"
ACCENT = "#0a0b0c"
_VARIABLES = {INK: "currentColor", FAINT: "var(--line)", PAPER: "var(--card)", ACCENT: "var(--accent)"}
_SANS = "Inter, 'Source Sans 3', 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
_OTHER_SCRIPTS = (
    "Noto Sans", "Segoe UI", "Arial Unicode MS", "Noto Sans Arabic", "Geeza Pro", "Noto Sans Hebrew",
    "Noto Sans Devanagari", "Noto Sans CJK SC", "Noto Sans CJK JP", "PingFang SC", "Hiragino Sans", "Microsoft YaHei",
    "Yu Gothic", "Malgun Gothic", "Apple SD Gothic Neo", "Droid Sans Fallback", "Symbola",
)  # fmt: skip
"""Fonts for what the first one lacks, in the order asked; those that a machine has not are passed over."""


@dataclass(frozen=True, slots=True)
class Shades:
    """The colours that a chart is drawn in."""

    ink: str
    faint: str
    paper: str
    accent: str
    labels: tuple[str, ...] | None = None
    """By index; None for the page's stand-ins."""

    def of_label(self, index: int) -> str:
        """The colour of label number `index`."""
        return colour(index) if self.labels is None else self.labels[index % len(self.labels)]


PAGE = Shades(INK, FAINT, PAPER, ACCENT)
"""Stand-ins for the colours of a page, which are light or dark."""


def on_paper(labels: Sequence[Label]) -> Shades:
    """Colours on white, for files that stand alone."""
    return Shades("#1c2126", "#c3c8cd", "#ffffff", "#9a4a00", tuple(label.light for label in labels) or ("#8A8F98",))


def colour(index: int) -> str:
    """The stand-in for the colour of label number `index`."""
    return f"#fe{index // 256:02x}{index % 256:02x}"


WIDE = 7.6
SLIM = 4.6
"""Inches: how wide a chart is on a page, and on the screen of a telephone."""


def new_canvas(height: float, width: float = WIDE) -> Canvas:
    """An empty figure, `height` inches high and as wide as the page's text where nothing else is said."""
    return Canvas(figsize=(width, height), layout="constrained")


@contextmanager
def drawing(key: str, shades: Shades = PAGE) -> Iterator[None]:
    """The house style, for as long as a figure is drawn and saved; `key` makes its ids the same every time."""
    with matplotlib.rc_context({**_style(shades), "svg.hashsalt": key}), warnings.catch_warnings():
        # Labels may be in any script: the reader's fonts draw them, matplotlib's only measure.
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*")
        yield


def _style(shades: Shades) -> dict[Any, Any]:
    inks = ("axes.labelcolor", "axes.titlecolor", "text.color", "xtick.labelcolor", "ytick.labelcolor")
    faints = ("axes.edgecolor", "xtick.color", "ytick.color", "grid.color")
    return {
        "svg.fonttype": "none",  # text stays text: searchable, selectable, in the page's own face
        "text.parse_math": False,  # a label such as "$x" is a label, not a formula
        "font.family": ["DejaVu Sans", *_fallbacks()],
        "font.size": 8.5,
        "axes.facecolor": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 8.5,
        "axes.titlelocation": "left",
        "axes.axisbelow": True,
        "grid.linewidth": 0.5,
        "figure.facecolor": "none",
        "legend.frameon": False,
        "hatch.linewidth": 0.7,
        **dict.fromkeys(inks, shades.ink),
        **dict.fromkeys(faints, shades.faint),
    }


@cache
def _fallbacks() -> tuple[str, ...]:
    there = {font.name for font in font_manager.fontManager.ttflist}
    return tuple(name for name in _OTHER_SCRIPTS if name in there)


def to_svg(figure: Canvas, key: str, name: str = "") -> str:
    """The figure as an `<svg>` element with ids of its own and the page's colours and font.

    With a `name` it is an image of that name for who cannot see it.
    """
    text = _saved(figure)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    if name:
        role = f'<svg role="img" aria-label="{escape(name)}"'
        text = role + text.removeprefix("<svg")
    text = re.sub(r'\bid="', f'id="{key}-', text)
    text = re.sub(r'(url\(|href=")#', rf"\1#{key}-", text)
    # Variables work in styles only, not in attributes.
    text = re.sub(r'fill="(#[0-9a-f]{6})"', r'style="fill: \1"', text)
    text = _in_font(text, "var(--sans)")
    return re.sub(r"#(?:0[0-9a-f]){3}\b|#fe[0-9a-f]{4}\b", _variable, text)


def to_file(figure: Canvas) -> bytes:
    """The figure as an SVG file that stands alone, on white, in the colours that it was drawn in."""
    text = _in_font(_saved(figure), _SANS)
    head, end, rest = text.partition(">")
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}{end}{ground}{rest}'.encode()


def _saved(figure: Canvas) -> str:
    """The `<svg>` element as matplotlib writes it, with no date and no program's name."""
    data = io.StringIO()
    figure.savefig(data, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = data.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return re.sub(r' d="[^"]*"', _rounded, text)


def _in_font(text: str, family: str) -> str:
    return re.sub(r"font: ([^;\"]*?[\d.]+px)[^;\"]*", rf"font: \1 {family}", text)


def _rounded(path: re.Match[str]) -> str:
    """A path to a hundredth of a point."""
    return re.sub(r"-?\d+\.\d{3,}", lambda found: f"{float(found.group()):.2f}", path.group())


def _variable(match: re.Match[str]) -> str:
    found = match.group()
    if found.startswith("#fe"):
        return f"var(--label-{int(found[3:], 16)})"
    return _VARIABLES.get(found, found)
