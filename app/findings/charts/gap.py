"""The chart of a two-alternative study: how often people are right, against the gap between the two activations."""

from __future__ import annotations

import math

from analysis.figures import CurvePoint, Report
from app.findings.charts.chart import Axis, Chart, Dot, Dots, Layer, Panel, Rule
from app.findings.charts.curves import smooth_layers
from app.findings.charts.telling import known, value_words
from app.findings.labels import pick
from app.findings.words import number

_WORST = 0.4
"""The axis begins no higher than here, so that chance has room below it."""


def correct_given_gap(report: Report) -> Chart | None:
    """Observed shares as dots, the fitted function as a line with its band, the threshold as a mark."""
    observed = _points(report, "correct_given_gap")
    if not observed:
        return None
    dots = tuple(map(_dot, observed))
    threshold = known(pick(report, "psychometric_threshold"))
    layers: list[Layer] = [
        *smooth_layers(_points(report, "correct_given_gap_fitted")),
        Rule(0.5, "y", "chance"),
        Dots(dots, filled=False),
    ]
    if threshold is not None and threshold.value is not None:
        layers.append(Rule(threshold.value, "x", "threshold", dashed=False, tone="accent"))
    low = min([_WORST, *(end - 0.02 for dot in dots for end in (dot.y, dot.low) if end is not None)])
    y = Axis("correct", percent=True, low=max(low, -0.03), high=1.02)
    return Chart(
        "correct_given_gap",
        "How well people find the stronger image",
        "The share of blind trials in which the image with the higher activation was chosen, against how far apart the "
        "two activations are, with its interval; the line is the fitted psychometric function. At 50 % people guess.",
        (Panel(tuple(layers), Axis("gap between the two activations", low=0.0), y),),
        row_height=3.1,
    )


def _points(report: Report, curve: str) -> list[CurvePoint]:
    found = (point for point in report.curves.get(curve, ()) if point.value is not None)
    return sorted((point for point in found if math.isfinite(point.activation)), key=lambda point: point.activation)


def _dot(point: CurvePoint) -> Dot:
    value = point.value or 0.0
    pairs = "1 pair" if point.n_stimuli == 1 else f"{point.n_stimuli} pairs"
    said = value_words(value, point.low, point.high, percent=True)
    where = f"gap {number(point.activation)}, {pairs}"
    return Dot(point.activation, value, point.low, point.high, f"correct: {said}, {where}")
