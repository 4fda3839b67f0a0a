"""The plots of a report, each with its heading and how to read it.

matplotlib is loaded from here on and nowhere else in the app; it needs no window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure as Canvas

from analysis.figures import Report
from app.export.curve_plots import activation_given_label, label_contribution, label_given_activation
from app.export.dot_plots import auroc, ceiling
from app.export.gap_plot import correct_given_gap
from app.export.svg import ACCENT, drawing, to_svg
from app.findings.labels import Label, labels_of


@dataclass(frozen=True, slots=True)
class Plot:
    """One finished plot: SVG, its heading, and how to read it."""

    key: str
    title: str
    caption: str
    svg: str


def draw_plots(report: Report, simulated: bool) -> tuple[Plot, ...]:
    """Every plot that the report has figures or curves for."""
    labels = labels_of(report)
    drawn: list[Plot] = []
    for key, title, caption, draw in _PLOTS:
        with drawing(key):
            canvas = draw(report, labels)
            if canvas is None:
                continue
            if simulated:  # a plot is easily copied out of its page
                canvas.suptitle("Simulated raters", x=0.99, ha="right", color=ACCENT, weight="bold", fontsize=8.5)
            drawn.append(Plot(key, title, caption, to_svg(canvas, key)))
    return tuple(drawn)


_Draw = Callable[[Report, Sequence[Label]], Canvas | None]
_PLOTS: tuple[tuple[str, str, str, _Draw], ...] = (
    (
        "correct_given_gap",
        "How well people find the stronger image",
        "The share of blind trials in which the image with the higher activation was chosen, against how far apart the "
        "two activations are, with its interval; the line is the fitted psychometric function. At 50 % people guess.",
        correct_given_gap,
    ),
    (
        "label_given_activation",
        "What people say, at each level of activation",
        "P(label | activation): of the raters of an image in each band of activation, the share who gave each label. "
        "Below, each label on its own, with its interval.",
        label_given_activation,
    ),
    (
        "activation_given_label",
        "How strongly the unit fires, for each label",
        "P(activation | label): the density of the activation over images given each label, with its interval. "
        "All rows have the same vertical scale.",
        activation_given_label,
    ),
    (
        "label_contribution",
        "Where the unit's activation goes",
        "What each band of activation contributes to the unit's expected activation, divided among the labels; "
        "beside each label, its share of the whole.",
        label_contribution,
    ),
    (
        "auroc",
        "How well the unit tells each label",
        "AUROC with its interval: of an image with the label and one without it, how often the unit is higher on "
        "the first. At the broken line the unit does no better than a coin.",
        auroc,
    ),
    (
        "ceiling",
        "The unit beside each person",
        "How well each rater, held out, predicts what the others say, and how well the unit does. The band runs "
        "from a held-out person to a person counted among the others: to reach it is to do as well as people do.",
        ceiling,
    ),
)
