"""Which figures a report rests on, and what the whole interval of each supports.

A word such as "better than chance" or "shared" is used only where all of the interval stands behind it.
"""

from __future__ import annotations

from typing import Literal

from analysis.figures import Figure, Report
from app.findings.labels import pick, top_label
from app.findings.words import interval_of, value_of

Side = Literal["above", "below", "unsettled"]


def quoted(figure: Figure) -> str:
    """The value with its interval behind it."""
    return f"{value_of(figure, fine=False)} {interval_of(figure, fine=False) or '(no interval)'}"


def reason(figure: Figure) -> str:
    """Why there is no value, within a sentence."""
    return (figure.undefined or "").removeprefix("undefined: ")


def side_of(figure: Figure, mark: float) -> Side:
    """On which side of a mark the whole interval lies; "unsettled" where it holds the mark, or there is none."""
    if figure.low is not None and figure.low > mark:
        return "above"
    if figure.high is not None and figure.high < mark:
        return "below"
    return "unsettled"


def known(figure: Figure | None) -> Figure | None:
    """The figure, if it has a value."""
    return figure if figure is not None and figure.value is not None else None


def of_all_or_top(report: Report, name: str) -> Figure | None:
    """The figure about all labels at once; where there is none, the one about the label in question."""
    top = top_label(report)
    return pick(report, name) or (pick(report, name, top) if top is not None else None)


def auroc_of(report: Report) -> Figure | None:
    """How well the unit orders the images by the label in question."""
    top = top_label(report)
    return (pick(report, "auroc_at_least", top) or pick(report, "auroc", top)) if top is not None else None


def unit_figure(report: Report) -> Figure | None:
    """The unit with people: against their consensus where there is a ceiling to hold it to, else by AUROC or rank."""
    consensus = of_all_or_top(report, "unit_against_consensus")
    ceiling = of_all_or_top(report, "ceiling_lower")
    if known(consensus) is not None and known(ceiling) is not None:
        return consensus
    others = (auroc_of(report), pick(report, "spearman"))
    return next((figure for figure in others if known(figure)), consensus or next(filter(None, others), None))


def people_figure(report: Report) -> Figure | None:
    """People with people."""
    return of_all_or_top(report, "krippendorff_alpha") or of_all_or_top(report, "percent_agreement")


def headline(report: Report) -> tuple[Figure, ...]:
    """The figures to look at first: those of the cards, and what stands beside them."""
    top = top_label(report)
    subjectivity = known(of_all_or_top(report, "subjectivity"))
    bounds = [of_all_or_top(report, name) for name in ("subjectivity_lowest", "subjectivity_highest")]
    found = (
        pick(report, "proportion_correct"),
        pick(report, "psychometric_threshold"),
        pick(report, "lapse_rate"),
        of_all_or_top(report, "percent_agreement"),
        unit_figure(report),
        auroc_of(report),
        people_figure(report),
        of_all_or_top(report, "normalised_agreement"),
        *([subjectivity] if subjectivity else bounds),
        (pick(report, "share_of_expected_activation", top) if top else None) or pick(report, "eta_squared"),
    )
    return tuple(dict.fromkeys(figure for figure in found if figure is not None))
