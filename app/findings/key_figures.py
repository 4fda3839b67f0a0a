"""Which figures a report rests on, and what the whole interval of each supports.

A word such as "better than chance" or "shared" is used only where all of the interval stands behind it.
"""

from __future__ import annotations

from typing import Literal

from analysis.figures import Figure, Report
from app.findings.labels import CHANCE_OF_TWO, is_ordinal, pick, top_label
from app.findings.words import interval_of, value_of

Side = Literal["above", "below", "unsettled", "unknown"]
"""Where an interval lies; "unknown" where there is none."""


def quoted(figure: Figure) -> str:
    """The value with its interval behind it."""
    return f"{value_of(figure, fine=False)} {interval_of(figure, fine=False) or '(no interval)'}"


def reason(figure: Figure) -> str:
    """Why there is no value, within a sentence."""
    return (figure.undefined or "").removeprefix("undefined: ")


def side_of(figure: Figure, mark: float) -> Side:
    """On which side of a mark the whole interval lies; "unsettled" where it holds the mark."""
    if figure.low is None and figure.high is None:
        return "unknown"
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
    """The unit with people: against their consensus where there is a ceiling to hold it to, else by AUROC or rank; of
    these one that has an interval, where any has.
    """
    consensus = of_all_or_top(report, "unit_against_consensus")
    ceiling = known(of_all_or_top(report, "ceiling_lower"))
    others = (auroc_of(report), pick(report, "spearman"))
    order = (consensus if ceiling is not None else None, *others)
    found = [figure for figure in order if figure is not None and figure.value is not None]
    sure = (figure for figure in found if side_of(figure, 0) != "unknown")
    return next(sure, None) or next(iter(found), None) or consensus or next(filter(None, others), None)


def deciding_figure(report: Report) -> Figure | None:
    """The figure that says on which side of chance the unit is.

    Of labels without an order it is the AUROC: a kappa at a threshold that was fitted together with its direction
    does not say whether the unit goes with a label or against it. In an order a rank correlation has a direction, and
    decides itself.
    """
    figure, auroc = known(unit_figure(report)), known(auroc_of(report))
    return figure if is_ordinal(report) or auroc is None else auroc


def unit_side(report: Report) -> Side:
    """On which side of chance the unit is."""
    figure = deciding_figure(report)
    return side_of(figure, chance_of(figure)) if figure is not None else "unknown"


def chance_of(figure: Figure) -> float:
    """What a unit, or a person, reaches by chance."""
    return CHANCE_OF_TWO if figure.name.startswith(("auroc", "proportion_correct")) else 0.0


def measure_of(report: Report) -> str:
    """What the unit and people are held to a consensus by."""
    return "Spearman's rho" if is_ordinal(report) else "Cohen's kappa"


def alone(report: Report) -> bool:
    """Whether one rater is all that there is."""
    return report.study.get("n_raters") == 1


def whom(report: Report, figure: Figure) -> str:
    """Whom a figure speaks for, as the subject of a clause: "these raters" where no interval reaches further."""
    if alone(report):
        return "this rater"
    return figure.speaks_for if figure.low is not None and figure.speaks_for else "these raters"


def always_the_same(report: Report) -> bool:
    """Whether all answers are one and the same, which leaves no chance to hold agreement against."""
    alpha, agreement = (of_all_or_top(report, name) for name in ("krippendorff_alpha", "percent_agreement"))
    if alpha is None or agreement is None:
        return False
    return reason(alpha) == "no variation" and agreement.value == 1


def unanimous(figure: Figure) -> bool:
    """Whether a figure of agreement is as high as can be, and so leaves nothing to give an interval by."""
    return figure.value is not None and figure.value >= 1 and side_of(figure, 0) == "unknown"


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
