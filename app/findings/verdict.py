"""What the figures say together: a few careful sentences, and the four numbers to look at first."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.figures import Figure, Report
from app.findings.labels import is_ordinal, pick, top_label
from app.findings.words import interval_of, value_of, words_for


def verdict(report: Report) -> tuple[str, ...]:
    """The sentences at the head of the report, each built from figures and their intervals alone."""
    top = top_label(report)
    said = (
        _correct(report),
        _people(report, top),
        _unit(report, top),
        _ceiling(report, top),
        _subjectivity(report, top),
    )
    sentences = [sentence for sentence in said if sentence]
    if not sentences:
        return ("There is nothing to say yet: no figure could be computed.",)
    return (*sentences, _scope(report, top))


def _quoted(figure: Figure) -> str:
    """The value with its interval behind it."""
    return f"{value_of(figure, fine=False)} {interval_of(figure, fine=False) or '(no interval)'}"


def _of(report: Report, name: str, top: str | None) -> Figure | None:
    """The figure about all labels at once; where there is none, the one about the label in question."""
    return pick(report, name) or (pick(report, name, top) if top is not None else None)


def _correct(report: Report) -> str:
    figure = pick(report, "proportion_correct")
    if figure is None:
        return ""
    if figure.value is None:
        return f"How often people find the image that activates the unit more cannot be said: {_reason(figure)}."
    chance = ", which does not exclude chance" if _covers(figure, 0.5) else ""
    return (
        f"Of two images, people choose the one that activates the unit more in {_quoted(figure)} of the trials, where"
        f" 50 % is chance{chance}."
    )


def _people(report: Report, top: str | None) -> str:
    agreement, alpha = (_of(report, name, top) for name in ("percent_agreement", "krippendorff_alpha"))
    if agreement is not None and agreement.value is not None:
        same = f"agree whether it is “{agreement.label}” on" if agreement.label else "give the same label to"
        first = f"Two raters picked at random {same} {_quoted(agreement)} of the images"
        return f"{first}; {_alpha(alpha)}." if alpha else f"{first}."
    if alpha is not None and alpha.value is not None:
        return f"Between the raters, {_alpha(alpha)}."
    reason = next((_reason(f) for f in (alpha, agreement) if f is not None), "")
    return f"How far people agree with each other cannot be said: {reason}." if reason else ""


def _reason(figure: Figure) -> str:
    """Why there is no value, within a sentence."""
    return (figure.undefined or "").removeprefix("undefined: ")


def _alpha(alpha: Figure) -> str:
    if alpha.value is None:
        return f"Krippendorff's alpha cannot be said: {_reason(alpha)}"
    chance = ", which does not exclude chance" if _covers(alpha, 0) else ""
    return f"Krippendorff's alpha, which is 0 at chance and 1 at best, is {_quoted(alpha)}{chance}"


def _unit(report: Report, top: str | None) -> str:
    figure = pick(report, "auroc_at_least", top) or pick(report, "auroc", top)
    if figure is None or top is None:
        return _ranks(report)
    if figure.value is None:
        return f"How well the unit finds “{top}” cannot be said: {_reason(figure)}."
    chance = ", which does not exclude chance" if _covers(figure, 0.5) else ""
    found = "" if is_ordinal(report) else ", the label that carries most of its activation,"
    return (
        f"The unit orders the images by “{top}”{found} with an AUROC, which is 0.5 at chance and 1 at best, "
        f"of {_quoted(figure)}{chance}."
    )


def _ranks(report: Report) -> str:
    figure = pick(report, "spearman")
    if figure is None or figure.value is None:
        return ""
    return f"The unit's order of the images goes with the mean rating at a Spearman's rho of {_quoted(figure)}."


def _normalised(report: Report, top: str | None) -> Figure | None:
    """One figure for the whole order of an ordinal scale; on a nominal one, that of the label in question."""
    return _of(report, "normalised_agreement", top)


def _ceiling(report: Report, top: str | None) -> str:
    figure = _normalised(report, top)
    if figure is None:
        return ""
    if figure.value is None:
        return f"How near the unit comes to a person cannot be said: {_reason(figure)}."
    about = f" for “{figure.label}”" if figure.label else ""
    return f"Of what a single person can achieve against the others{about}, the unit reaches {_quoted(figure)}."


def _subjectivity(report: Report, top: str | None) -> str:
    figure = _of(report, "subjectivity", top)
    if figure is not None and figure.value is not None:
        first = f"Of what people reproducibly see, {_quoted(figure)} depends on who looks"
        return f"{first}: {_weight(figure)}."
    lowest = _of(report, "subjectivity_lowest", top)
    highest = _of(report, "subjectivity_highest", top)
    if lowest is None or highest is None or lowest.value is None or highest.value is None:
        return ""
    return (
        f"Of what people see, between {_quoted(lowest)} and {_quoted(highest)} depends on who looks: "
        "only images shown twice to the same rater could tell more."
    )


def _weight(figure: Figure) -> str:
    """What the interval of a share supports: a word is used only where the whole interval stands behind it."""
    if figure.low is not None and figure.low > 0.5:
        return "more than lies in the image, so the label is subjective"
    if figure.high is not None and figure.high < 0.5:
        return "less than lies in the image, so the label is mostly shared"
    return "the data do not settle whether that is more than lies in the image"


def _covers(figure: Figure, chance: float) -> bool:
    return figure.low is not None and figure.high is not None and figure.low <= chance <= figure.high


def _scope(report: Report, top: str | None) -> str:
    """Whom and what the quoted figures speak for, in their own words."""
    used = [_of(report, name, top) for name in ("proportion_correct", "percent_agreement", "krippendorff_alpha")]
    used.append(_normalised(report, top))
    used.append(pick(report, "auroc_at_least", top) or pick(report, "auroc", top))
    figures = [figure for figure in used if figure is not None and figure.value is not None]
    spoken = " or for ".join(dict.fromkeys(f.speaks_for for f in figures if f.speaks_for))
    targets = " or ".join(dict.fromkeys(f.target for f in figures if f.target))
    level = next((f"{100 * f.level:g} %" for f in figures if f.low is not None), None)
    said = [f"Intervals are {level} and speak for {spoken}." if level and spoken else ""]
    said.append(f"Estimates are about {targets}." if targets else "")
    return " ".join(sentence for sentence in said if sentence)


@dataclass(frozen=True, slots=True)
class Card:
    """One key number with its own small picture; positions run from 0 to 100 along the line."""

    heading: str
    says: str
    value: str
    interval: str
    note: str
    at: float | None
    low: float | None
    high: float | None
    marks: tuple[tuple[float, str], ...]


def headline(report: Report) -> tuple[Figure, ...]:
    """The figures to look at first: those of the cards, and plain agreement."""
    found = (
        pick(report, "proportion_correct"),
        _of(report, "percent_agreement", top_label(report)),
        *_key_figures(report),
    )
    return tuple(dict.fromkeys(figure for figure in found if figure is not None))


def _key_figures(report: Report) -> tuple[Figure | None, Figure | None, Figure | None, Figure | None]:
    """The unit with people, people with people, the unit against a person, and where the activation goes."""
    top = top_label(report)
    return (
        pick(report, "auroc_at_least", top) or pick(report, "auroc", top) or pick(report, "spearman"),
        _of(report, "krippendorff_alpha", top) or _of(report, "percent_agreement", top),
        _normalised(report, top),
        pick(report, "share_of_expected_activation", top) or pick(report, "eta_squared"),
    )


def cards(report: Report) -> tuple[Card, ...]:
    """The key numbers: unit with people, people with people, the unit as a share of a person, activation."""
    unit, people, person, share = _key_figures(report)
    common = pick(report, "probability_of_label", share.label if share else None)
    chance_share = common.value if common is not None and common.value is not None else None
    unit_chance = 0.5 if unit is not None and unit.name.startswith("auroc") else 0.0
    correct = pick(report, "proportion_correct")
    found = (
        _card("People find the stronger image", correct, (0.4, 1.0), 0.5, "always"),
        _card("The unit with people", unit, (unit_chance, 1.0), unit_chance, "perfect"),
        _card("People with people", people, (0.0, 1.0), 0.0, "perfect"),
        _card("The unit against a person", person, (0.0, 1.25), 0.0, "a person"),
        _card("Where the activation goes", share, (0.0, 1.0), chance_share, "all of it"),
    )
    return tuple(card for card in found if card is not None)


def _card(
    heading: str, figure: Figure | None, ends: tuple[float, float], chance: float | None, best: str
) -> Card | None:
    if figure is None:
        return None
    words = words_for(figure.name)
    ends = (min(ends[0], figure.low or 0.0, figure.value or 0.0), max(ends[1], figure.high or 0.0, figure.value or 0.0))

    def place(value: float | None) -> float | None:
        return None if value is None else round(100 * (value - ends[0]) / (ends[1] - ends[0]), 2)

    marks = [(place(chance), "chance"), (place(1.0), best)]
    return Card(
        heading=heading,
        says=f"{words.name}{f': “{figure.label}”' if figure.label else ''}. {words.says}",
        value=value_of(figure, fine=False),
        interval=interval_of(figure, fine=False),
        note=figure.undefined or (f"speaks for {figure.speaks_for}" if figure.speaks_for else "no interval"),
        at=place(figure.value),
        low=place(figure.low),
        high=place(figure.high),
        marks=tuple((at, word) for at, word in marks if at is not None),
    )
