"""Looking closer at a study: one rater or one condition alone, the stimuli of a band, and who said what of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from analysis.figures import Report
from app.errors import Fault
from app.export import StimulusPicture
from app.findings.jury import disputed_ids
from app.results.entering import counts, entering
from app.results.source import Source
from app.results.which_one import entering_which_one
from app.study.events import Judgement
from app.study.records import CANNOT_TELL, NOTHING, Condition

_CONDITIONS: tuple[Condition, ...] = ("blind", "revealed", "feedback")
_SEEN: dict[str, str] = {
    "revealed": "raters saw the activation before they answered",
    "feedback": "raters were told the activation after each answer",
}


@dataclass(frozen=True, slots=True)
class Look:
    """Whose judgements are looked at; as it stands, those that the report is about."""

    condition: Condition = "blind"
    rater: str | None = None
    """One rater by name, or everybody."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one rater said of one stimulus on one occasion."""

    rater: str
    says: str
    """The label in words, or that there is none."""
    condition: Condition
    occasion: int
    seconds: float
    confidence: int | None
    note: str
    simulated: bool
    left_out: str
    """Why it enters no figure, or the empty string where it does."""
    apart: float = 0.0
    """How far it lies from what the others say, on average: 0 where they all say the same."""

    @property
    def enters(self) -> bool:
        """Whether it is one of the judgements that the figures are made of."""
        return not self.left_out


def choices(source: Source) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """The conditions in which, and the raters by whom, labels were given on a first occasion."""
    first = [judgement for judgement in source.enter.everyone if _is_first_label(judgement)]
    given, raters = {judgement.condition for judgement in first}, {judgement.rater for judgement in first}
    return tuple(condition for condition in _CONDITIONS if condition in given), tuple(sorted(raters))


def select(source: Source, look: Look) -> Source:
    """The same study, in which only the judgements enter that are looked at; the warnings say which.

    First judgements of another condition than blind take the place of the blind ones. One rater is looked at even where
    the study's thresholds leave that rater out.

    Raises:
        Fault: no label is among them.
    """
    if look == Look():
        return source
    chosen = [judgement for judgement in source.enter.everyone if look.rater in (None, judgement.rater)]
    if look.condition != "blind":
        first = (one for one in chosen if one.condition == look.condition and one.occasion == 1)
        chosen = [replace(judgement, condition="blind") for judgement in first]
    if not any(map(counts, chosen)):
        who = look.rater or "nobody who is counted"
        did = "gave no" if look.rater else "gave a"
        raise Fault(f"{who} {did} {look.condition} label: choose another rater or condition.")
    choose = entering_which_one if source.rubric.task == "which_one" else entering
    enter = choose(chosen, source.enter.excluded if look.rater is None else {})
    return replace(source, enter=replace(enter, warnings=(*_told(source, look), *enter.warnings)))


def stimuli_between(pictures: Iterable[StimulusPicture], low: float, high: float) -> tuple[StimulusPicture, ...]:
    """The stimuli of one band of activation, the highest first.

    An activation on the edge of two bands belongs to the upper one, as in the curves; the very highest is in the last.
    """
    found = list(pictures)
    top = max((picture.activation for picture in found), default=high)
    inside = (
        picture
        for picture in found
        if low <= picture.activation < high or (picture.activation == top and picture.activation == high)
    )
    return tuple(sorted(inside, key=lambda picture: (-picture.activation, picture.id)))


def disputed(pictures: Iterable[StimulusPicture], report: Report) -> tuple[StimulusPicture, ...]:
    """The stimuli that raters differ about most, the most disputed first."""
    by_id = {picture.id: picture for picture in pictures}
    return tuple(by_id[stimulus] for stimulus in disputed_ids(report) if stimulus in by_id)


def said_of(source: Source, stimulus: str) -> tuple[Said, ...]:
    """All that was said of one stimulus: what enters first, whoever is furthest from the others on top."""
    entered = [judgement for judgement in source.enter.kept if judgement.stimulus == stimulus and counts(judgement)]
    keys = {_key(judgement) for judgement in entered}
    heard = [judgement for judgement in source.judgements if judgement.stimulus == stimulus]
    distance = _distance(source)
    told = [
        _said(
            source,
            judgement,
            "" if _key(judgement) in keys else _why_not(source, judgement),
            _apart(judgement, entered, distance) if _key(judgement) in keys else 0.0,
        )
        for judgement in heard
    ]
    return tuple(sorted(told, key=lambda one: (not one.enters, -one.apart, one.rater, one.occasion)))


def _is_first_label(judgement: Judgement) -> bool:
    return judgement.occasion == 1 and judgement.label is not None


def _told(source: Source, look: Look) -> Iterable[str]:
    """What a reader must know of the choice."""
    if look.rater is not None:
        why = source.enter.excluded.get(look.rater)
        left = f" The report leaves {look.rater} out: {'; '.join(why)}." if why else ""
        yield f"Only what {look.rater} said enters these figures.{left}"
    if look.condition != "blind":
        yield (
            f"Only {look.condition} judgements enter these figures, in which {_SEEN[look.condition]}. Where a figure"
            " speaks of blind ones, these are meant."
        )


def _key(judgement: Judgement) -> tuple[str, int, int]:
    """What tells a rater's judgements of one stimulus apart, whatever condition they are taken for."""
    return judgement.rater, judgement.occasion, judgement.place


def _said(source: Source, judgement: Judgement, left_out: str, apart: float) -> Said:
    return Said(
        rater=judgement.rater,
        says=_words(source, judgement),
        condition=judgement.condition,
        occasion=judgement.occasion,
        seconds=judgement.seconds,
        confidence=judgement.confidence,
        note=judgement.note or "",
        simulated=judgement.simulated,
        left_out=left_out,
        apart=apart,
    )


def _words(source: Source, judgement: Judgement) -> str:
    if judgement.label is None:
        return NOTHING if judgement.kind == "nothing" else CANNOT_TELL
    rubric = source.rubric
    if rubric.several:
        return ", ".join(rubric.chosen(judgement.label))
    if rubric.rating is not None and rubric.rating.points:
        return f"{judgement.label} of {rubric.rating.points}"
    return judgement.label


def _why_not(source: Source, judgement: Judgement) -> str:
    """Why a judgement is not among those that the figures are made of."""
    if judgement.simulated and not source.simulated:
        return "A stand-in: people have labeled this study."
    if judgement.rater in source.enter.excluded:
        return f"The rater is left out: {'; '.join(source.enter.excluded[judgement.rater])}."
    if judgement.label is None:
        return "It is no label."
    if judgement.occasion > 1:
        return "A repeat: it says how far the rater agrees with themselves."
    if not any(one.rater == judgement.rater for one in source.enter.kept):
        return "Another rater is looked at."
    if judgement.condition != "blind":
        return f"Not blind: {_SEEN[judgement.condition]}."
    if not judgement.references:
        return "No references stood beside the image."
    return "Another condition is looked at."


_Distance = Callable[[str, str], float]


def _distance(source: Source) -> _Distance:
    """How far two labels are apart, as the study's scale has it."""
    names, rubric = source.labels.names, source.rubric
    if rubric.several:
        return lambda one, other: _jaccard(set(rubric.chosen(one)), set(rubric.chosen(other)))
    if not names:
        return lambda one, other: abs(float(one) - float(other))
    if source.labels.scale == "ordinal":
        place = {name: number for number, name in enumerate(names)}
        return lambda one, other: float(abs(place.get(one, -1) - place.get(other, -1)))
    return lambda one, other: float(one != other)


def _jaccard(one: set[str], other: set[str]) -> float:
    return 1 - len(one & other) / max(1, len(one | other))


def _apart(judgement: Judgement, entered: Sequence[Judgement], distance: _Distance) -> float:
    label = judgement.label or ""
    away = [distance(label, other.label or "") for other in entered if other.rater != judgement.rater]
    return sum(away) / len(away) if away else 0.0
