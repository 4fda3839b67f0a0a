"""What the figures say together: one sentence, and those that bear it out, each with its intervals."""

from __future__ import annotations

from analysis.figures import Figure, Report
from app.findings.key_figures import (
    auroc_of,
    known,
    of_all_or_top,
    people_figure,
    quoted,
    reason,
    side_of,
    unit_figure,
)
from app.findings.labels import is_ordinal, pick
from app.findings.words import words_for

NOTHING = "There is nothing to say yet: no figure could be computed."


def headline_sentence(report: Report) -> str:
    """The verdict in one sentence: what the intervals settle about the unit and about people, and what they do not."""
    correct = known(pick(report, "proportion_correct"))
    said = [_pairs_told(correct)] if correct is not None else [_unit_told(report), _people_told(report)]
    told = "; ".join(clause for clause in said if clause)
    if not told:
        return _NOT_THESE if any(figure.value is not None for figure in report.figures) else NOTHING
    if report.study.get("simulated") is True:
        return f"Simulated raters: {told}."
    return f"{told[0].upper()}{told[1:]}."


_NOT_THESE = "Neither how far the unit goes with people nor how far people agree can be said; other figures can."


def _pairs_told(correct: Figure) -> str:
    which = "the more activating of two images"
    side = side_of(correct, 0.5)
    if side == "unsettled":
        return f"the data do not settle whether people find {which} better than by chance ({quoted(correct)} correct)"
    return f"people find {which} {'better' if side == 'above' else 'worse'} than by chance ({quoted(correct)} correct)"


def _unit_told(report: Report) -> str:
    figure = known(unit_figure(report))
    if figure is None:
        return ""
    number = f"{_measure(report, figure)} {quoted(figure)}"
    side = side_of(figure, chance_of(figure))
    if side == "below":
        return f"the unit goes against what people say ({number})"
    if side == "unsettled":
        return f"the data do not settle whether the unit goes with what people say better than by chance ({number})"
    return f"the unit goes with what people say better than by chance ({number}){_person_told(report)}"


def _person_told(report: Report) -> str:
    figure = known(of_all_or_top(report, "normalised_agreement"))
    if figure is None:
        return ""
    how = {
        "above": ", and better than",
        "below": ", but less well than",
        "unsettled": ", and the data do not settle whether as well as",
    }
    return f"{how[side_of(figure, 1)]} a single person does ({quoted(figure)} of a person)"


def _people_told(report: Report) -> str:
    figure = known(people_figure(report))
    if figure is None:
        return ""
    number = f"{words_for(figure.name).name} {quoted(figure)}"
    if figure.name == "percent_agreement":
        return f"two raters give the same label to {quoted(figure)} of the images"
    side = side_of(figure, 0)
    if side == "unsettled":
        return f"the data do not settle whether people agree with each other more than by chance ({number})"
    return f"people agree with each other {'more' if side == 'above' else 'less'} than by chance ({number})"


def _measure(report: Report, figure: Figure) -> str:
    """What the unit's figure is, in the field's words, and of which label."""
    about = f" for “{figure.label}”" if figure.label else ""
    if figure.name == "unit_against_consensus":
        return f"{'Spearman’s rho' if is_ordinal(report) else 'Cohen’s kappa'}{about}"
    return f"{'AUROC' if figure.name.startswith('auroc') else words_for(figure.name).name}{about}"


def chance_of(figure: Figure) -> float:
    """What a unit, or a person, reaches by chance."""
    return 0.5 if figure.name.startswith(("auroc", "proportion_correct")) else 0.0


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
        f"Of two images, people choose the one that activates the unit more in {quoted(figure)} of the trials, where"
        f" 50 % is chance{chance}."
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
    return f"Krippendorff's alpha, which is 0 at chance and 1 at best, is {quoted(alpha)}{chance}"


def _unit(report: Report) -> str:
    figure = auroc_of(report)
    if figure is None:
        return _ranks(report)
    if figure.value is None:
        return f"How well the unit finds “{figure.label}” cannot be said: {reason(figure)}."
    chance = ", which does not exclude chance" if _covers(figure, 0.5) else ""
    found = "" if is_ordinal(report) else ", the label that carries most of its activation,"
    return (
        f"The unit orders the images by “{figure.label}”{found} with an AUROC, which is 0.5 at chance and 1 at best, "
        f"of {quoted(figure)}{chance}."
    )


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
    return f"Of what a single person can achieve against the others{about}, the unit reaches {quoted(figure)}."


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
    }[side_of(figure, 0.5)]


def _covers(figure: Figure, chance: float) -> bool:
    return figure.low is not None and figure.high is not None and figure.low <= chance <= figure.high


def _scope(report: Report) -> str:
    """Whom and what the quoted figures speak for, in their own words."""
    used = [of_all_or_top(report, name) for name in ("proportion_correct", "percent_agreement", "krippendorff_alpha")]
    used += [of_all_or_top(report, "normalised_agreement"), auroc_of(report)]
    figures = [figure for figure in used if figure is not None and figure.value is not None]
    spoken = " or for ".join(dict.fromkeys(f.speaks_for for f in figures if f.speaks_for))
    targets = " or ".join(dict.fromkeys(f.target for f in figures if f.target))
    level = next((f"{100 * f.level:g} %" for f in figures if f.low is not None), None)
    said = [f"Intervals are {level} and speak for {spoken}." if level and spoken else ""]
    said.append(f"Estimates are about {targets}." if targets else "")
    return " ".join(sentence for sentence in said if sentence)
