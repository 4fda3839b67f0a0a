"""What a person should know of a study that was just built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.study.plan import Item, KnownItem, plan_trials
from app.study.records import NewStudy, Trial, UnitSample

MOST = 20
"""Lines of a list; the files beside the recording hold the whole of a long one."""


def summary(new: NewStudy) -> Iterator[str]:
    """Lines for the terminal: how much was drawn, what looks wrong, what was left out."""
    facts: dict[str, Any] = dict(new.info.facts)
    for sample in new.units:
        yield from _unit(new, sample, facts)
    yield f"Each rater has {_session(new)}."
    skipped = [f"{found['file']}: {found['reason']}" for found in facts["skipped_named"]]
    yield from _list("Skipped, because they cannot be read", facts["skipped"], skipped)
    yield from _list("Left out, because they are copies of others", facts["duplicates"], facts["duplicates_named"])


def _unit(new: NewStudy, sample: UnitSample, facts: dict[str, Any]) -> Iterator[str]:
    of: dict[str, Any] = dict(sample.unit.facts)
    drawn = sum(stimulus.unit == sample.unit.number for stimulus in new.stimuli)
    before = f"{sample.unit.name}: " if len(new.units) > 1 else ""
    what = "crops" if facts["show"] == "crop" and "receptive_field" in of else "readings"
    yield f"{before}{of['population']} {what} of {facts['images']} images; {_drawn(new, sample, drawn)}."
    flat = float(of["share_at_minimum"])
    if flat > 0.1:
        yield (
            f"{before}{flat:.0%} of the activations have the same lowest value: the layer seems to lie behind its"
            " nonlinearity. Name the layer before it to tell near misses apart."
        )


def _drawn(new: NewStudy, sample: UnitSample, stimuli: int) -> str:
    if new.rubric.task == "name_it":
        return "none drawn, because the unit is to be named from its references"
    if new.rubric.task == "which_one":
        mine = {stimulus.id for stimulus in new.stimuli if stimulus.unit == sample.unit.number}
        gaps = Counter(pair.gap for pair in new.pairs if pair.first in mine)
        return f"{stimuli} drawn for pairs: {', '.join(f'{count} at the gap {gap}' for gap, count in gaps.items())}"
    return f"{stimuli} drawn to be labeled"


def _session(new: NewStudy) -> str:
    """The trials of a rater, as they are laid down for the first."""
    trials = plan_trials(new.protocol, _items(new), _known(new), number=1, seed=0, study_seed=new.info.seed)
    kinds = Counter(map(_kind, trials))
    parts = [_some(kinds[kind], kind) for kind in ("repeat", "catch trial") if kinds[kind]]
    practice = kinds["practice trial"]
    asked = _some(sum(kinds.values()) - practice, "trial")
    among = f", {' and '.join(parts)} among them" if parts else ""
    return f"{asked}{among}" + (f", after up to {_some(practice, 'practice trial')}" if practice else "")


def _some(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _kind(trial: Trial) -> str:
    if trial.kind == "main":
        return "repeat" if trial.occasion > 1 else "trial"
    return f"{trial.kind} trial"


def _items(new: NewStudy) -> dict[int, list[Item]]:
    if new.rubric.task == "name_it":
        return {sample.unit.number: [Item(None)] for sample in new.units}
    items: dict[int, list[Item]] = {sample.unit.number: [] for sample in new.units}
    unit_of = {stimulus.id: stimulus.unit for stimulus in new.stimuli}
    if new.rubric.task == "which_one":
        for pair in new.pairs:
            items[unit_of[pair.first]].append(Item(pair.first, pair.second))
    else:
        for stimulus in new.stimuli:
            items[stimulus.unit].append(Item(stimulus.id))
    return items


def _known(new: NewStudy) -> list[KnownItem]:
    return [KnownItem(known.kind, known.unit, Item(known.id, known.other_id)) for known in new.known]


def _list(title: str, count: int, lines: list[str]) -> Iterator[str]:
    if count:
        yield f"{title}: {count}"
        yield from (f"    {line}" for line in lines[:MOST])
    if count > MOST:
        yield f"    and {count - MOST} more"
