"""What of a study enters its figures: which labels there are, whose judgements count, and which of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.errors import Fault
from app.study.events import Judgement
from app.study.records import Condition, Rubric

_CONDITIONS: tuple[Condition, ...] = ("blind", "revealed", "feedback")


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a study, in the rubric's order; none where raters give numbers or choose one of two images."""

    names: tuple[str, ...]
    definitions: tuple[str, ...]
    scale: str


@dataclass(frozen=True, slots=True)
class Entering:
    """The judgements that the figures are about, and what a reader must know of the choice."""

    kept: tuple[Judgement, ...]
    everyone: tuple[Judgement, ...]
    """The same with the raters who are left out."""
    excluded: Mapping[str, Sequence[str]]
    """The raters who are left out, with the reasons."""
    warnings: tuple[str, ...]


def labels_of(rubric: Rubric) -> Labels:
    """What a rubric's answers are as labels: its categories, the steps of its rating scale, or a slider's numbers.

    Raises:
        Fault: the answers are words, which no figure can be made of.
    """
    rating = rubric.rating
    if rubric.task == "categorize":
        return Labels(rubric.names, tuple(category.definition for category in rubric.categories), rubric.scale)
    if rubric.task == "rate" and rating is not None and rating.points:
        ends = {1: f": {rating.low}", rating.points: f": {rating.high}"}
        words = tuple(f"{value} of {rating.points}{ends.get(value, '')}" for value in rating.values)
        return Labels(tuple(map(str, rating.values)), words, "ordinal")
    if rubric.task in ("rate", "which_one"):
        return Labels((), (), "interval" if rubric.task == "rate" else "nominal")
    raise Fault(
        "In this study raters name what a unit responds to, in words of their own: no figure can be made of those. Read"
        " them from the view `judgement` of the file, as docs/study-file.md shows."
    )


def counts(judgement: Judgement) -> bool:
    """A blind first judgement with a label: what the figures are made of."""
    return judgement.condition == "blind" and judgement.occasion == 1 and judgement.label is not None


def entering(heard: Sequence[Judgement], reasons: Mapping[str, Sequence[str]]) -> Entering:
    """Choose what enters the figures.

    Args:
        heard: the judgements of everybody whom the report is about.
        reasons: why the study's thresholds leave raters out, by pseudonym.
    """
    everyone, warnings = _with_references(heard)
    warnings = (*warnings, *_about_nothing(everyone))
    raters = {judgement.rater for judgement in everyone}
    excluded = {rater: why for rater, why in reasons.items() if rater in raters}
    kept = tuple(judgement for judgement in everyone if judgement.rater not in excluded)
    if not excluded:
        return Entering(everyone, everyone, {}, warnings)
    if not any(map(counts, kept)):
        told = "; ".join(f"{rater} ({', '.join(why)})" for rater, why in excluded.items())
        nobody = f"The study's thresholds would leave nobody, so nobody is left out. They are not met by: {told}."
        return Entering(everyone, everyone, {}, (nobody, *warnings))
    some = (
        f"Left out of every figure, by the study's thresholds: {', '.join(excluded)} ({len(excluded)} of"
        f" {len(raters)} raters). “Left out” says why, and shows the headline figures with everyone."
    )
    return Entering(kept, everyone, excluded, (some, *warnings))


def tally(judgements: Iterable[Judgement]) -> dict[str, int]:
    """How many judgements there are in each condition, of which only the blind ones enter the figures; and repeats."""
    found = Counter[str](judgement.condition for judgement in judgements if judgement.occasion == 1)
    found["repeats"] = sum(judgement.occasion > 1 for judgement in judgements)
    return {name: found[name] for name in (*_CONDITIONS, "repeats") if found[name] or name == "blind"}


def _about_nothing(heard: Sequence[Judgement]) -> tuple[str, ...]:
    """That raters saw something and had no name for it is an answer, though no category."""
    blind = [judgement for judgement in heard if judgement.condition == "blind" and judgement.occasion == 1]
    nothing = sum(judgement.kind == "nothing" for judgement in blind)
    if not nothing:
        return ()
    return (f"{nothing} of {len(blind)} blind judgements are “nothing nameable here”, which is no category.",)


def _with_references(heard: Sequence[Judgement]) -> tuple[tuple[Judgement, ...], tuple[str, ...]]:
    """The judgements that had references beside them, or all where no blind one had, and what is to be said of it."""
    blind = [judgement for judgement in heard if judgement.condition == "blind" and judgement.occasion == 1]
    bare = sum(not judgement.references for judgement in blind)
    if not bare:
        return tuple(heard), ()
    if bare == len(blind):
        return tuple(heard), ("No references stood beside the images: every figure is about judgements without them.",)
    with_them = tuple(judgement for judgement in heard if judgement.references)
    told = f"{bare} of {len(blind)} blind judgements were made without references: left out of every figure."
    return with_them, (told,)
