"""The numbers to look at first, each with a small picture of where chance, people and its interval lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

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
    unit_figure,
    unit_side,
    whom,
)
from app.findings.labels import pick
from app.findings.words import interval_of, number, value_of, words_for

_NO_CHANCE = "Every answer is the same, which leaves no chance to hold agreement against."
_NO_INTERVAL = "Without an interval nothing is settled."
_HALF = ((0.5, "half"),)
"""What subjectivity is held against."""
_ALL_THE_SAME = "All labels of an image are the same, so no interval can be given."


@dataclass(frozen=True, slots=True)
class Card:
    """One key number with its own small picture; positions run from 0 to 100 along the line."""

    heading: str
    says: str
    """What the figure is called, of which label, and what it means."""
    value: str
    interval: str
    note: str
    """Whom the interval speaks for; or why there is no number."""
    at: float | None
    low: float | None
    high: float | None
    marks: tuple[tuple[float, str], ...]
    band: tuple[float, float] | None = None
    """The noise ceiling, or all between two bounds."""
    band_word: str = ""
    ends: tuple[str, str] = ("", "")
    """What lies at the left and at the right end of the line."""
    supports: str = ""
    """What the whole interval supports, in words."""
    second: str = ""
    """A second number about the same."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What a card's line runs from and to, in the figure's own units; what it shows is always within it."""

    low: float
    high: float

    @classmethod
    def over(cls, low: float, high: float, *shown: float | None) -> _Line:
        inside = [value for value in shown if value is not None]
        return cls(min(low, *inside), max(high, *inside)) if inside else cls(low, high)

    def place(self, value: float | None) -> float | None:
        return None if value is None else round(100 * (value - self.low) / (self.high - self.low), 2)

    def places(self, *marks: tuple[float, str]) -> tuple[tuple[float, str], ...]:
        return tuple((round(100 * (at - self.low) / (self.high - self.low), 2), word) for at, word in marks)


def cards(report: Report) -> tuple[Card, ...]:
    """The unit with people, people with people, the unit as a share of a person, and subjectivity; of two-alternative
    studies how often people are right, and what else there is.
    """
    correct = pick(report, "proportion_correct")
    if correct is not None:
        return tuple(_pairs(report, correct))
    found = (_unit(report), _people(report), _person(report), _subjectivity(report))
    return tuple(card for card in found if card is not None)


def _unit(report: Report) -> Card | None:
    figure = unit_figure(report)
    if figure is None:
        return None
    chance = chance_of(figure)
    against_people = figure.name == "unit_against_consensus"
    ends = (known(of_all_or_top(report, f"ceiling_{end}")) if against_people else None for end in ("lower", "upper"))
    ceiling = [end.value for end in ends if end is not None and end.value is not None]
    line = _Line.over(chance, 1.0, figure.value, figure.low, figure.high, *ceiling)
    card = _card(
        report,
        "The unit with this rater" if alone(report) else "The unit with people",
        figure,
        line,
        ((chance, "chance"), (1.0, "perfect")),
    )
    auroc = known(auroc_of(report)) if against_people else None
    name = words_for(figure.name).name
    return replace(
        card,
        says=f"{name}, by {measure_of(report)}{card.says.removeprefix(name)}" if against_people else card.says,
        band=_band(line, ceiling),
        band_word="noise ceiling" if ceiling else "",
        supports=_beside_chance(report, figure) if card.value else "",
        second=f"AUROC for “{auroc.label}”: {quoted(auroc)}" if auroc is not None else "",
    )


def _beside_chance(report: Report, figure: Figure) -> str:
    """On which side of chance the unit is, and by which other figure, where it is not the card's own that says so."""
    decides = deciding_figure(report)
    by, data = "", "The data do"
    if decides is not None and decides.name != figure.name:
        by, data = ", by its AUROC", "Its AUROC does"
    return {
        "above": f"Better than chance{by}.",
        "below": f"Worse than chance{by}: it goes against what is said.",
        "unsettled": f"{data} not settle whether it is better than chance.",
        "unknown": _NO_INTERVAL,
    }[unit_side(report)]


def _people(report: Report) -> Card | None:
    figure = people_figure(report)
    if figure is None:
        return None
    beyond_chance = figure.name != "percent_agreement"
    line = _Line.over(0.0, 1.0, figure.value, figure.low, figure.high)
    marks = ((0.0, "chance"), (1.0, "perfect")) if beyond_chance else ((1.0, "always"),)
    agreement = known(of_all_or_top(report, "percent_agreement")) if beyond_chance else None
    who = whom(report, figure)
    said = {
        "above": f"{who[0].upper()}{who[1:]} agree more than by chance.",
        "below": f"{who[0].upper()}{who[1:]} agree less than by chance.",
        "unsettled": f"The data do not settle whether {who} agree more than by chance.",
        "unknown": _ALL_THE_SAME if unanimous(figure) else _NO_INTERVAL,
    }
    same = _NO_CHANCE if figure.value is None and always_the_same(report) else ""
    return replace(
        _card(report, "People with people", figure, line, marks),
        supports=said[side_of(figure, 0)] if beyond_chance and figure.value is not None else same,
        second=f"Two raters agree on {quoted(agreement)} of the images" if agreement is not None else "",
    )


def _person(report: Report) -> Card | None:
    figure = of_all_or_top(report, "normalised_agreement")
    if figure is None:
        return None
    line = _Line.over(0.0, 1.25, figure.value, figure.low, figure.high)
    who = whom(report, figure)
    said = {
        "above": f"Better than {who} do on average.",
        "below": f"Less than {who} do on average.",
        "unsettled": f"The data do not settle whether it does as well as {who} on average.",
        "unknown": _NO_INTERVAL,
    }[side_of(figure, 1)]
    said = {
        "above": said,
        "below": "It goes against what is said, so this is no measure of how well it does.",
        "unsettled": "The unit may be at chance, so nothing is settled about a person.",
        "unknown": _NO_INTERVAL,
    }[unit_side(report)]
    unit, person = (known(of_all_or_top(report, name)) for name in ("unit_against_others", "ceiling_lower"))
    against = f"Against the same others, by {measure_of(report)}: the unit {quoted(unit)}, " if unit is not None else ""
    return replace(
        _card(report, "The unit as a share of a person", figure, line, ((0.0, "chance"), (1.0, "a person"))),
        supports=said if figure.value is not None else "",
        second=f"{against}{'a' if against else 'A'} held-out person {quoted(person)}" if person is not None else "",
    )


def _subjectivity(report: Report) -> Card | None:
    figure = of_all_or_top(report, "subjectivity")
    line, ends = _Line(0.0, 1.0), ("shared", "subjective")
    lowest, highest = (known(of_all_or_top(report, f"subjectivity_{end}")) for end in ("lowest", "highest"))
    if known(figure) is None and lowest is not None and highest is not None:
        return _bounds(report, lowest, highest, line, ends)
    if figure is None:
        return None
    said = {
        "above": "Subjective: more depends on who looks than on the image.",
        "below": "Mostly shared: less depends on who looks than on the image.",
        "unsettled": "The data do not settle whether the label is shared or subjective.",
        "unknown": _NO_INTERVAL,
    }
    noise = known(of_all_or_top(report, "noise_share"))
    return replace(
        _card(report, "Subjectivity", figure, line, _HALF),
        ends=ends,
        supports=said[side_of(figure, 0.5)] if figure.value is not None else "",
        second=f"Not repeated by the same rater: {quoted(noise)} of the variance" if noise is not None else "",
    )


def _bounds(report: Report, lowest: Figure, highest: Figure, line: _Line, ends: tuple[str, str]) -> Card:
    """Without repeats there are bounds alone: the whole stretch between them, and how far their intervals reach."""
    outer = replace(lowest, high=highest.high if lowest.low is not None else None)
    if outer.high is None:
        outer = replace(outer, low=None)
    if side_of(lowest, 0.5) == "above":
        said = "Subjective: at the least, more depends on who looks than on the image."
    elif side_of(highest, 0.5) == "below":
        said = "Mostly shared: at the most, less depends on who looks than on the image."
    elif outer.low is None:
        said = _NO_INTERVAL
    else:
        said = "The data do not settle whether the label is shared or subjective."
    values = [bound.value or 0.0 for bound in (lowest, highest)]
    return replace(
        _card(report, "Subjectivity", outer, line, _HALF),
        says=f"Bounds{_about(lowest)}. {words_for('subjectivity').says}",
        value=" to ".join(number(value, "percent", fine=False) for value in values),
        at=None,
        band=_band(line, values),
        ends=ends,
        supports=said,
        second="Only images shown twice to the same rater could tell more",
    )


def _pairs(report: Report, correct: Figure) -> Iterator[Card]:
    """How often people find the stronger image, with and without references, and the psychometric function."""
    yield _share_correct(report, "People find the stronger image", correct)
    bare = pick(report, "proportion_correct", "without references")
    if bare is not None:
        yield _share_correct(report, "Without references", bare)
    gaps = [p.activation for p in report.curves.get("correct_given_gap", ()) if p.value is not None]
    for name, heading in (("psychometric_threshold", "The gap they need"), ("lapse_rate", "Lapses")):
        figure = pick(report, name)
        if figure is not None:
            top = max(gaps, default=1.0) if name == "psychometric_threshold" else 0.1
            line = _Line.over(0.0, top, figure.value, figure.low, figure.high)
            marks = ((top, "widest gap shown"),) if gaps and name == "psychometric_threshold" else ()
            yield _card(report, heading, figure, line, marks)


def _share_correct(report: Report, heading: str, figure: Figure) -> Card:
    line = _Line.over(0.4, 1.0, figure.value, figure.low, figure.high)
    said = {
        "above": "Better than chance.",
        "below": "Worse than chance.",
        "unsettled": "The data do not settle whether it is better than chance.",
        "unknown": _NO_INTERVAL,
    }
    return replace(
        _card(report, heading, figure, line, ((0.5, "chance"), (1.0, "always"))),
        supports=said[side_of(figure, 0.5)] if figure.value is not None else "",
    )


def _card(report: Report, heading: str, figure: Figure, line: _Line, marks: tuple[tuple[float, str], ...]) -> Card:
    words = words_for(figure.name)
    speaks = (
        f"Interval: {100 * figure.level:g} %, for {whom(report, figure)}" if figure.low is not None else "No interval"
    )
    return Card(
        heading=heading,
        says=f"{words.name}{_about(figure)}. {words.says.partition('. ')[0].removesuffix('.')}.",
        value=value_of(figure, fine=False),
        interval=interval_of(figure, fine=False),
        note=f"{reason(figure)[:1].upper()}{reason(figure)[1:]}" if figure.value is None else speaks,
        at=line.place(figure.value),
        low=line.place(figure.low),
        high=line.place(figure.high),
        marks=line.places(*marks),
    )


def _about(figure: Figure) -> str:
    if figure.name == "proportion_correct" and figure.label:  # there it is a condition
        return f", {figure.label}"
    return f" of “{figure.label}”" if figure.label else ""


def _band(line: _Line, values: list[float]) -> tuple[float, float] | None:
    if not values:
        return None
    (low, _), (high, _) = line.places((min(values), ""), (max(values), ""))
    return low, high
