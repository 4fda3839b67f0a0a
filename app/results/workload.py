"""How the judging was shared out among the raters, and how far each of them came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.study.events import Judgement
from app.study.file import StudyFile


@dataclass(frozen=True, slots=True)
class Given:
    """What one rater was given of one unit, catch trials and practice apart; of who dropped out, what they did."""

    trials: int
    """Repeats too."""
    items: frozenset[frozenset[str]]
    """The stimuli, or the pairs of them."""
    dropped_out: bool = False
    """What was left of it went to somebody else."""


def given_out(file: StudyFile, unit: int, said: Sequence[Judgement]) -> dict[str, Given]:
    """What each rater was given of a unit, by pseudonym; `said` is all that was said of it."""
    found, issued = {}, file.issued()
    answered = {(one.rater, one.place) for one in said}
    for rater in file.raters():
        main = [trial for trial in file.trials(rater) if trial.kind == "main" and trial.unit == unit]
        done = [trial for trial in main if (rater.pseudonym, trial.position) in answered]
        dropped_out = issued.get(rater.id, False) and len(done) < len(main)
        kept = done if dropped_out else main
        items = frozenset(frozenset(trial.stimuli) for trial in kept)
        found[rater.pseudonym] = Given(len(kept), items, dropped_out)
    return found


def unheard(file: StudyFile, given: Mapping[str, Given], said: Sequence[Judgement]) -> tuple[str, ...]:
    """Who was given a file with trials of a unit and answered none of them: those who dropped out apart."""
    heard, issued, imported = {one.rater for one in said}, file.issued(), file.imported()
    return tuple(
        rater.pseudonym
        for rater in file.raters()
        if issued.get(rater.id) is False
        and not rater.simulated
        and given[rater.pseudonym].trials
        and rater.pseudonym not in heard | imported.keys()
    )


def nothing_answered(unheard: Sequence[str], *, named: bool) -> dict[str, object]:
    """Those who were given a file and answered nothing, as facts: how many and, where `named`, who."""
    if not unheard:
        return {}
    return {"nothing_answered": len(unheard)} | ({"nothing_answered_by": list(unheard)} if named else {})


def workload(
    given: Mapping[str, Given], said: Sequence[Judgement], raters: Sequence[str], imported: Mapping[str, str]
) -> dict[str, object]:
    """How the items went to these raters and how many each judged, as facts; and who has not finished.

    Args:
        given: what each rater was given, by pseudonym.
        said: all that was said of the unit.
        raters: those whom the report is about.
        imported: raters from other tools, of whom nobody knows what they were given.
    """
    mine = {rater: given[rater] for rater in raters if rater in given}
    per_item = list(Counter(item for one in mine.values() for item in one.items).values())
    answered = Counter(one.rater for one in said)
    judged = Counter(rater for rater, _ in {(one.rater, one.stimulus) for one in said})
    if not per_item:
        return {}
    facts: dict[str, object] = {
        "raters": len(mine),
        "raters_per_item": _range(per_item),
        "items_per_rater": _range([judged[rater] for rater in mine]),
    }
    behind = [rater for rater, one in mine.items() if answered[rater] < one.trials and rater not in imported]
    if behind:
        last = min(behind, key=lambda rater: answered[rater] / mine[rater].trials)
        facts["unfinished"] = len(behind)
        facts["unfinished_of"] = sum(rater not in imported for rater in mine)
        facts["least_finished"] = {"answered": answered[last], "trials": mine[last].trials}
    if dropped_out := sum(one.dropped_out for one in given.values()):
        facts["dropped_out"] = dropped_out
    return facts


def _range(counts: Sequence[int]) -> dict[str, int]:
    return {"fewest": min(counts), "most": max(counts)}
