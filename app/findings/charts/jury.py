"""The charts of the raters one by one: beside the others, and beside themselves."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.figures import Report
from app.findings.charts.chart import Axis, Chart, Dot, Dots, Key, Layer, Panel, Rule
from app.findings.charts.telling import (
    Record,
    by_category,
    known,
    lowest,
    named,
    number_in,
    records,
    row_dot,
    rows_axis,
    text_in,
    value_words,
)
from app.findings.labels import pick
from app.findings.words import number

NAMED = 40
"""So many raters at most have a row."""
NAMED_OF_MANY = 12
"""The same, where several panels each name them."""
ROW = 0.24
"""The height of a row, in inches."""
_NORMAL = 1.959964
"""The quantile of the normal distribution that an interval of 95 % reaches to."""


def rater_bias(report: Report) -> Chart | None:
    """One row a rater: how far above or below the others they score; without an order, how often they agree."""
    rows = records(report, "raters")
    measures = ("deviation", "correct", "agreement")
    measure = next((name for name in measures if any(number_in(row, name) is not None for row in rows)), None)
    if measure is None:
        return None
    parts = by_category(row for row in rows if number_in(row, measure) is not None)
    most = most_rows(len(parts))
    panels = [_beside_others(measure, name, part, most) for name, part in parts.items()]
    title, caption = _BESIDE_OTHERS[measure]
    fewer = " Only those who stand out most are shown." if any(len(part) > most for part in parts.values()) else ""
    return Chart(
        "rater_bias",
        title,
        f"{caption}{fewer}",
        tuple(panels),
        columns=min(len(panels), 2),
        row_height=height_of(panels),
    )


_BESIDE_OTHERS = {
    "deviation": (
        "How high or low each rater scores",
        "How much higher or lower each rater scores than the others on the same images, on average, with its interval: "
        "right of the broken line the rater scores higher than the others.",
    ),
    "correct": (
        "How often each rater is right",
        "The share of blind trials in which each rater chose the image with the higher activation, with its interval. "
        "At the broken line a rater guesses.",
    ),
    "agreement": (
        "How often each rater agrees with the others",
        "The share of images on which each rater says what most of the others say; images on which the others are "
        "tied are left out.",
    ),
}


def most_rows(n_panels: int) -> int:
    """How many raters have a row in each of so many panels."""
    return NAMED if n_panels == 1 else NAMED_OF_MANY


def height_of(panels: Sequence[Panel]) -> float:
    """Of a row of panels that have one row for each dot."""
    rows = max(sum(len(layer.dots) for layer in panel.layers if isinstance(layer, Dots)) for panel in panels)
    return 0.9 + ROW * rows + (0.2 if len(panels) > 1 else 0.0)


def _beside_others(measure: str, category: str, rows: Sequence[Record], most: int) -> Panel:
    known_rows = [(number_in(row, measure) or 0.0, row) for row in rows]
    known_rows.sort(key=lambda pair: -abs(pair[0]) if measure == "deviation" else pair[0])
    shown = sorted(known_rows[:most], key=lambda pair: pair[0], reverse=measure != "deviation")
    dots = tuple(_rater_dot(measure, value, float(place), row) for place, (value, row) in enumerate(shown))
    y = rows_axis([text_in(row, "rater") for _, row in shown])
    layer = Dots(dots, filled=False, along="x")
    if measure == "deviation":
        return Panel((Rule(0.0, "x", "like the others"), layer), Axis("difference from the others' mean"), y, category)
    if measure == "correct":
        x = Axis("correct", percent=True, low=max(lowest(0.4, dots), -0.03), high=1.02)
        return Panel((Rule(0.5, "x", "chance"), layer), x, y, category)
    return Panel((layer,), Axis("agreement with most others", percent=True, low=-0.02, high=1.02), y, category)


def _rater_dot(measure: str, value: float, place: float, row: Record) -> Dot:
    low, high = number_in(row, f"{measure}_low"), number_in(row, f"{measure}_high")
    error = number_in(row, f"{measure}_error")
    if error is not None:
        low, high = value - _NORMAL * error, value + _NORMAL * error
    rater = text_in(row, "rater")
    said = value_words(value, low, high, percent=measure != "deviation")
    n = number_in(row, "n_judgements")
    of = f", {int(n)} judgements" if n is not None else ""
    return Dot(value, place, low, high, f"{named(rater)}: {said}{of}", rater)


def retest(report: Report) -> Chart | None:
    """One row a rater: how often the same image gets the same label again; below them all raters together."""
    rows = [row for row in records(report, "retest") if number_in(row, "agreement") is not None]
    parts = by_category(rows)
    panels = [_again(report, name, part, most_rows(len(parts))) for name, part in parts.items()]
    if not panels:
        return None
    return Chart(
        "retest",
        "The same rater, the same image, a second time",
        "How often a rater gives an image the same label when it comes again; the diamond is all raters together, with "
        "its interval. Who does not agree with themselves cannot be expected to agree with others.",
        tuple(panels),
        (Key("diamond", "all raters"), Key("circle", "one rater", filled=False)),
        columns=min(len(panels), 2),
        row_height=height_of(panels),
    )


def _again(report: Report, category: str, rows: Sequence[Record], most: int) -> Panel:
    """Those who agree least with themselves, the least on top."""
    shown = sorted(rows, key=lambda row: number_in(row, "agreement") or 0.0)[:most][::-1]
    figure = known(pick(report, "retest_agreement", category or None))
    start = 1.5 if figure is not None else 0.0
    dots = tuple(_again_dot(row, start + place) for place, row in enumerate(shown))
    layers: list[Layer] = [Dots(dots, filled=False, along="x")]
    ticks = [(dot.y, dot.rater or "") for dot in dots]
    if figure is not None:
        all_raters = Dots((row_dot(figure, 0.0, "all raters", percent=True),), shape="diamond", along="x")
        layers += [Rule(0.75, "y", dashed=False, tone="faint"), all_raters]
        ticks.insert(0, (0.0, "all raters"))
    x = Axis("same label again", percent=True, low=-0.02, high=1.02)
    return Panel(tuple(layers), x, Axis(low=-0.7, high=dots[-1].y + 0.7, ticks=tuple(ticks)), category)


def _again_dot(row: Record, place: float) -> Dot:
    value, n, rater = number_in(row, "agreement") or 0.0, number_in(row, "n_repeats"), text_in(row, "rater")
    of = "" if n is None else f" of {int(n)} repeats"
    return Dot(value, place, says=f"{named(rater)}: {number(value, 'percent', fine=False)}{of}", rater=rater)
