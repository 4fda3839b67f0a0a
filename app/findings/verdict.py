"""What the figures say together: one sentence, and those that bear it out, each with its intervals."""

from __future__ import annotations

from analysis.figures import Figure, Report
from app.findings.key_figures import (
    alone,
    always_the_same,
    auroc_of,
    chance_of,
    deciding_figure,
    known,
    measure_of,
    of_all_or_top,
    people_figure,
    quoted,
    reason,
    side_of,
    unanimous,
    unit_side,
    whom,
)
from app.findings.labels import is_ordinal, labels_of, pick
from app.findings.words import words_for

NOTHING = "There is nothing to say yet: no figure could be computed."


def headline_sentence(report: Report) -> str:
    """The verdict in one sentence: what the intervals settle about the unit and about people, and what they do not."""
    correct = known(pick(report, "proportion_correct"))
    said = [_pairs_told(report, correct)] if correct is not None else [_unit_told(report), _people_told(report)]
    told = "; ".join(clause for clause in said if clause)
    if not told:
        return _NOT_THESE if any(figure.value is not None for figure in report.figures) else NOTHING
    if report.study.get("simulated") is True:
        return f"Simulated raters: {told}."
    return f"{told[0].upper()}{told[1:]}."


_NOT_THESE = "Neither how far the unit goes with people nor how far people agree can be said; other figures can."


def _pairs_told(report: Report, correct: Figure) -> str:
    which, number = "the more activating of two images", f"({quoted(correct)} correct)"
    who, s = whom(report, correct), "s" if alone(report) else ""
    side = side_of(correct, chance_of(correct))
    if side == "unsettled":
        return f"the data do not settle whether {who} find{s} {which} better than by chance {number}"
    if side == "unknown":
        return f"how often {who} find{s} {which} is known without an interval {number}"
    return f"{who} find{s} {which} {'better' if side == 'above' else 'worse'} than by chance {number}"


def _unit_told(report: Report) -> str:
    figure = deciding_figure(report)
    if figure is None:
        return ""
    number, says = f"({_measure(report, figure)} {quoted(figure)})", _what_is_said(report, figure)
    side = unit_side(report)
    if side == "below":
        return f"the unit goes against {says} {number}"
    if side == "unsettled":
        return f"the data do not settle whether the unit goes with {says} better than by chance {number}"
    if side == "unknown":
        return f"how well the unit goes with {says} is known without an interval {number}"
    return f"the unit goes with {says}{_against(report, figure)} better than by chance {number}{_person_told(report)}"


def _what_is_said(report: Report, figure: Figure) -> str:
    """What the unit is held to, and whose: of labels without an order one of them."""
    who, s = whom(report, figure), "s" if alone(report) else ""
    if figure.label and not is_ordinal(report):
        return f"what {who} call{s} “{figure.label}”"
    return f"what {who} say{s}"


def _against(report: Report, figure: Figure) -> str:
    """Of two labels, the one that the unit goes against: whoever claimed that one must hear it."""
    other = [f for f in report.figures if f.name == figure.name == "auroc" and f.label != figure.label]
    if is_ordinal(report) or len(other) != 1 or side_of(other[0], chance_of(other[0])) != "below":
        return ""
    return f", and against “{other[0].label}”,"


def _person_told(report: Report) -> str:
    figure = known(of_all_or_top(report, "normalised_agreement"))
    if figure is None:
        return ""
    side, who = side_of(figure, 1), f"{whom(report, figure)} do on average"
    if side == "unknown":
        return f", and reaches {quoted(figure)} of what {who}"
    how = {
        "above": ", and better than",
        "below": ", but less well than",
        "unsettled": ", and the data do not settle whether as well as",
    }
    return f"{how[side]} {who} ({quoted(figure)} of a person)"


def _people_told(report: Report) -> str:
    figure = known(people_figure(report))
    if figure is None:
        return _all_the_same(report)
    number, about = f"({words_for(figure.name).name} {quoted(figure)})", ""
    if figure.label:
        about = f" whether it is “{figure.label}”"
    if figure.name == "percent_agreement":
        same = f"agree{about} on" if about else "give the same label to"
        return f"two of {whom(report, figure)} {same} {quoted(figure)} of the images"
    agree, side = f"agree with each other{about}", side_of(figure, 0)
    if unanimous(figure):
        return (
            f"{whom(report, figure)} always {agree}: all labels of an image are the same, so no interval can be given"
        )
    if side == "unknown":
        return f"how far {whom(report, figure)} {agree} is known without an interval {number}"
    if side == "unsettled":
        return f"the data do not settle whether {whom(report, figure)} {agree} more than by chance {number}"
    return f"{whom(report, figure)} {agree} {'more' if side == 'above' else 'less'} than by chance {number}"


def _all_the_same(report: Report) -> str:
    """That one label was always given, which leaves no chance to hold agreement against."""
    agreement = of_all_or_top(report, "percent_agreement")
    if agreement is None or not always_the_same(report):
        return ""
    about = f" whether it is “{agreement.label}”" if agreement.label else ""
    return (
        f"{whom(report, agreement)} always gave the same answer{about}, so whether they agree more than by chance"
        " cannot be said"
    )


def _measure(report: Report, figure: Figure) -> str:
    """What the unit's figure is, in the field's words, and of which label."""
    about = f" for “{figure.label}”" if figure.label else ""
    if figure.name == "unit_against_consensus":
        return f"{measure_of(report)}{about}"
    return f"{'AUROC' if figure.name.startswith('auroc') else words_for(figure.name).name}{about}"


def verdict(report: Report) -> tuple[str, ...]:
    """The sentences that bear the verdict out, each built from figures and their intervals alone; the last says whom
    they speak for.
    """
    said = (_correct(report), _people(report), _unit(report), _ceiling(report), _subjectivity(report))
    sentences = [sentence for sentence in said if sentence]
    return (*sentences, scope) if sentences and (scope := _scope(report)) else tuple(sentences)


def _correct(report: Report) -> str:
    figure = pick(report, "proportion_correct")
    if figure is None:
        return ""
    if figure.value is None:
        return f"How often people find the image that activates the unit more cannot be said: {reason(figure)}."
    chance = ", which does not exclude chance" if _covers(figure, 0.5) else ""
    return (
        f"Of two images, {whom(report, figure)} choose{'s' if alone(report) else ''} the one that activates the unit"
        f" more in {quoted(figure)} of the trials, where 50 % is chance{chance}."
    )


def _people(report: Report) -> str:
    agreement, alpha = (of_all_or_top(report, name) for name in ("percent_agreement", "krippendorff_alpha"))
    if agreement is not None and agreement.value is not None:
        same = f"agree whether it is “{agreement.label}” on" if agreement.label else "give the same label to"
        first = f"Two raters picked at random {same} {quoted(agreement)} of the images"
        return f"{first}; {_alpha(alpha)}." if alpha else f"{first}."
    if alpha is not None and alpha.value is not None:
        return f"Between the raters, {_alpha(alpha)}."
    why = next((reason(f) for f in (alpha, agreement) if f is not None), "")
    return f"How far people agree with each other cannot be said: {why}." if why else ""


def _alpha(alpha: Figure) -> str:
    if alpha.value is None:
        return f"Krippendorff's alpha cannot be said: {reason(alpha)}"
    chance = ", which does not exclude chance" if _covers(alpha, 0) else ""
    if unanimous(alpha):
        chance = ": all labels of an image are the same, which leaves nothing to give an interval by"
    return f"Krippendorff's alpha, which is 0 at chance and 1 at best, is {quoted(alpha)}{chance}"


def _unit(report: Report) -> str:
    figure = auroc_of(report)
    if figure is None:
        return _ranks(report)
    if figure.value is None:
        return f"How well the unit finds “{figure.label}” cannot be said: {reason(figure)}."
    chance = ", which does not exclude chance" if _covers(figure, 0.5) else ""
    singled = not is_ordinal(report) and side_of(figure, 0.5) == "above"
    found = ", the label that it singles out most," if singled else ""
    return (
        f"The unit orders the images by “{figure.label}”{found} with an AUROC, which is 0.5 at chance and 1 at best, "
        f"of {quoted(figure)}{chance}.{_never_used(report, figure)}"
    )


def _never_used(report: Report, figure: Figure) -> str:
    """Which labels above this one nobody used, where labels have an order."""
    names = [label.name for label in labels_of(report)]
    if not is_ordinal(report) or figure.label not in names:
        return ""
    above = names[names.index(figure.label) + 1 :]
    return f" Nobody used {' or '.join(f'“{name}”' for name in above)}." if above else ""


def _ranks(report: Report) -> str:
    figure = known(pick(report, "spearman"))
    if figure is None:
        return ""
    return f"The unit's order of the images goes with the mean rating at a Spearman's rho of {quoted(figure)}."


def _ceiling(report: Report) -> str:
    figure = of_all_or_top(report, "normalised_agreement")
    if figure is None:
        return ""
    if figure.value is None:
        return f"How near the unit comes to a person cannot be said: {reason(figure)}."
    about = f" for “{figure.label}”" if figure.label else ""
    return (
        f"Of what a single person can achieve against the others{about}, the unit reaches {quoted(figure)}"
        f"{_open_to_chance(report)}."
    )


def _open_to_chance(report: Report) -> str:
    """What a share of a person means while the unit is not above chance."""
    return {
        "above": "",
        "below": ", but it goes against what they say",
        "unsettled": ", which says little: the unit may be at chance",
        "unknown": "",
    }[unit_side(report)]


def _subjectivity(report: Report) -> str:
    figure = known(of_all_or_top(report, "subjectivity"))
    if figure is not None:
        return f"Of what people reproducibly see, {quoted(figure)} depends on who looks: {_weight(figure)}."
    lowest, highest = (known(of_all_or_top(report, f"subjectivity_{end}")) for end in ("lowest", "highest"))
    if lowest is None or highest is None:
        return ""
    return (
        f"Of what people see, between {quoted(lowest)} and {quoted(highest)} depends on who looks: "
        "only images shown twice to the same rater could tell more."
    )


def _weight(figure: Figure) -> str:
    """What the interval of a share supports."""
    return {
        "above": "more than lies in the image, so the label is subjective",
        "below": "less than lies in the image, so the label is mostly shared",
        "unsettled": "the data do not settle whether that is more than lies in the image",
        "unknown": "without an interval nobody can say whether that is more than lies in the image",
    }[side_of(figure, 0.5)]


def _covers(figure: Figure, chance: float) -> bool:
    return figure.low is not None and figure.high is not None and figure.low <= chance <= figure.high


def _scope(report: Report) -> str:
    """Whom and what the quoted figures speak for, in their own words."""
    used = [of_all_or_top(report, name) for name in ("proportion_correct", "percent_agreement", "krippendorff_alpha")]
    used += [of_all_or_top(report, "normalised_agreement"), auroc_of(report)]
    figures = [figure for figure in used if figure is not None and figure.value is not None]
    spoken = " or for ".join(dict.fromkeys(whom(report, f) for f in figures if f.low is not None))
    targets = " or ".join(dict.fromkeys(f.target for f in figures if f.target))
    level = next((f"{100 * f.level:g} %" for f in figures if f.low is not None), None)
    said = [f"Intervals are {level} and speak for {spoken}." if level and spoken else ""]
    said.append(f"Estimates are about {targets}." if targets else "")
    return " ".join(sentence for sentence in said if sentence)
