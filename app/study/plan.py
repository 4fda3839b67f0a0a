"""A rater's trials, laid down before the first of them: order, conditions, repeats, catch trials, practice, blocks.

Everything follows from seeds that are stored, and nothing here knows an activation: that is what blinds the plan.
Each decision has random numbers of its own, so that a change of one leaves the others as they were.
"""

from __future__ import annotations

import dataclasses
import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from app.study.protocol import Protocol
from app.study.records import Condition, Trial, TrialKind

_T = TypeVar("_T")
CONDITIONS: tuple[Condition, ...] = ("blind", "revealed", "feedback")


@dataclass(frozen=True, slots=True)
class Item:
    """What one trial is about: a stimulus, or two of them in no order, or neither: the unit itself."""

    stimulus: str | None
    other: str | None = None


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item whose answer is known, for a catch or a practice trial of this unit."""

    kind: TrialKind
    unit: int
    item: Item


@dataclass(frozen=True, slots=True)
class _Planned:
    """A trial before it has its place."""

    item: Item
    condition: Condition = "blind"
    references: bool = True
    kind: TrialKind = "main"
    occasion: int = 1


def plan_trials(
    protocol: Protocol,
    items: Mapping[int, Sequence[Item]],
    known: Sequence[KnownItem],
    *,
    number: int,
    seed: int,
    study_seed: int,
    fewer_repeats: bool = False,
) -> list[Trial]:
    """All trials of one rater, in order: practice first, then unit by unit.

    The units come in an order of the rater's own, and the items of a unit together: the examples beside them change
    with the unit, and going to and fro between units would tire people.

    Args:
        protocol: how sessions of the study run.
        items: what is to be judged, by the number of its unit.
        known: what catch and practice trials are made of.
        number: of the rater, from 1: which row of a balanced order is theirs.
        seed: the rater's own, for whatever is random.
        study_seed: the study's, for the balanced order that its raters share.
        fewer_repeats: where there are too few items for the repeats, as many as fit; else that is refused.

    Raises:
        ValueError: the protocol cannot be kept with so few items: see `shortfall`.
    """
    for unit, of_unit in items.items():
        if not fewer_repeats and (problem := shortfall(protocol, len(of_unit))):
            raise ValueError(f"unit {unit}: {problem}")
    known = [one for one in known if one.unit in items]
    order = _order(list(items), protocol, number, seed, study_seed, "units")
    trials = _practice(protocol, known, order, seed)
    block = 0
    for unit in order:
        shuffled = _order(list(items[unit]), protocol, number, seed, study_seed, f"unit {unit}")
        planned = _unit_trials(protocol, shuffled, Random(f"{seed} repeats {unit}"), seed, unit)
        hidden = Random(f"{seed} catches {unit}")
        catches = [
            _Planned(one.item, references=_has_references(protocol, hidden), kind="catch")
            for one in known
            if one.kind == "catch" and one.unit == unit
        ]
        planned = _spread(planned, catches, hidden)
        for size in _block_sizes(len(planned), protocol.block):
            block += 1
            trials += [_trial(one, unit, block) for one in planned[:size]]
            planned = planned[size:]
    return _with_sides([dataclasses.replace(trial, position=place) for place, trial in enumerate(trials, 1)], seed)


def shortfall(protocol: Protocol, n_items: int) -> str | None:
    """Why the protocol cannot be kept with so many items of a unit, in words; None where it can."""
    repeats = repeats_asked(protocol, n_items)
    blind = _counts(protocol, n_items)["blind"]
    if repeats > blind:
        return f"{repeats} repeats need as many blind trials, and there are {blind}"
    if repeats > repeats_that_fit(protocol, n_items):
        return (
            f"{repeats} of {n_items} trials cannot come again after {protocol.repeat_distance} others: ask for fewer"
            " repeats, a smaller repeat_distance, or more stimuli"
        )
    return None


def repeats_asked(protocol: Protocol, n_items: int) -> int:
    """How many of so many items of a unit are to come a second time."""
    return _rounded(protocol.repeats * n_items)


def repeats_that_fit(protocol: Protocol, n_items: int) -> int:
    """How many of them can: there have to be blind trials for it, and room behind them."""
    room = max(0, n_items - protocol.repeat_distance)
    return min(repeats_asked(protocol, n_items), _counts(protocol, n_items)["blind"], room)


def _order(found: list[_T], protocol: Protocol, number: int, seed: int, study_seed: int, what: str) -> list[_T]:
    if protocol.order == "random":
        Random(f"{seed} order {what}").shuffle(found)
        return found
    shared = Random(f"{study_seed} order {what}")
    shared.shuffle(found)
    rows = list(range(len(found) if len(found) % 2 == 0 else 2 * len(found)))
    shared.shuffle(rows)  # so that the first few raters are not neighbours in the square
    return [found[place] for place in williams_row(len(found), rows[(number - 1) % len(rows)])] if found else []


def williams_row(n: int, row: int) -> list[int]:
    """Row `row` of Williams' (1949) design for n things: over n rows (2 n where n is odd), each thing comes as often
    in each place, and as often right after each other thing.
    """
    zigzag = [place // 2 if place % 2 == 0 else n - 1 - place // 2 for place in range(n)]
    line = [(thing + row) % n for thing in zigzag]
    return line[::-1] if row >= n else line


def _unit_trials(protocol: Protocol, items: list[Item], rng: Random, seed: int, unit: int) -> list[_Planned]:
    """One trial for each item in its order, with conditions, and the repeats among them."""
    n = len(items)
    counts = _counts(protocol, n)
    kinds: list[Condition] = [condition for condition in CONDITIONS for _ in range(counts[condition])]
    Random(f"{seed} conditions {unit}").shuffle(kinds)
    repeated = _repeated(kinds, n - protocol.repeat_distance, repeats_that_fit(protocol, n), rng)
    bare = _without_references(protocol, kinds, Random(f"{seed} references {unit}"))
    first = [
        _Planned(item, kind, place not in bare) for place, (item, kind) in enumerate(zip(items, kinds, strict=True))
    ]
    planned = list(first)
    for place in sorted(repeated, key=lambda _: rng.random()):
        earliest = planned.index(first[place]) + protocol.repeat_distance + 1
        planned.insert(rng.randint(earliest, len(planned)), dataclasses.replace(first[place], occasion=2))
    return planned


def _repeated(conditions: list[Condition], early: int, wanted: int, rng: Random) -> set[int]:
    """The places of the trials that come again: blind ones, so early that there is room behind them.

    Where too few of those are blind, as many change their condition with a later one: no more than must, so that
    conditions and places have next to nothing to do with each other.
    """
    blind = [place for place in range(early) if conditions[place] == "blind"]
    while len(blind) < wanted:
        here = rng.choice([place for place in range(early) if conditions[place] != "blind"])
        there = rng.choice([place for place in range(early, len(conditions)) if conditions[place] == "blind"])
        conditions[here], conditions[there] = conditions[there], conditions[here]
        blind.append(here)
    return set(rng.sample(blind, wanted))


def _has_references(protocol: Protocol, rng: Random) -> bool:
    """Catch trials and practice go without references as often as the others do: nothing gives them away."""
    return rng.random() >= protocol.without_references


def _counts(protocol: Protocol, n: int) -> dict[Condition, int]:
    """How many of n trials are in each condition: the shares by largest remainder."""
    shares = protocol.conditions
    exact = {"blind": shares.blind * n, "revealed": shares.revealed * n, "feedback": shares.feedback * n}
    counts = {condition: math.floor(exact[condition] + 1e-9) for condition in CONDITIONS}
    for condition in sorted(CONDITIONS, key=lambda one: counts[one] - exact[one])[: n - sum(counts.values())]:
        counts[condition] += 1
    return counts


def _without_references(protocol: Protocol, conditions: Sequence[Condition], rng: Random) -> set[int]:
    """The places with no references beside them: the same share of every condition, as nearly as whole numbers go."""
    by_condition = [
        place for condition in CONDITIONS for place in _shuffled(conditions, condition, rng)
    ]  # every stretch of this list is spread over the conditions in turn
    wanted = _rounded(protocol.without_references * len(conditions))
    n = len(by_condition)
    return {by_condition[(2 * one + 1) * n // (2 * wanted)] for one in range(wanted)}


def _shuffled(conditions: Sequence[Condition], condition: Condition, rng: Random) -> list[int]:
    places = [place for place, one in enumerate(conditions) if one == condition]
    rng.shuffle(places)
    return places


def _spread(planned: list[_Planned], catches: list[_Planned], rng: Random) -> list[_Planned]:
    """The catch trials among the others, one in each of as many equal stretches."""
    rng.shuffle(catches)
    n = len(planned)
    places = [rng.randint(n * one // len(catches), n * (one + 1) // len(catches)) for one in range(len(catches))]
    for place, catch in sorted(zip(places, catches, strict=True), key=lambda pair: -pair[0]):
        planned.insert(place, catch)
    return planned


def _block_sizes(n: int, block: int | None) -> list[int]:
    """Blocks of nearly equal size, none larger than asked for."""
    number = math.ceil(n / block) if block else min(n, 1)
    return [n * (one + 1) // number - n * one // number for one in range(number)]


def _practice(protocol: Protocol, known: Sequence[KnownItem], units: list[int], seed: int) -> list[Trial]:
    """Every attempt at practice that there may be: a session passes over those that it does not need."""
    found = [one for one in known if one.kind == "practice"]
    attempts = protocol.practice.attempts if protocol.practice.needed > 0 else 1
    trials = []
    for attempt in range(1, attempts + 1):
        rng = Random(f"{seed} practice {attempt}")
        rng.shuffle(found)
        found.sort(key=lambda one: units.index(one.unit))
        for one in found:
            planned = _Planned(one.item, references=_has_references(protocol, rng), kind="practice", occasion=attempt)
            trials.append(_trial(planned, one.unit, 0))
    return trials


def _trial(planned: _Planned, unit: int, block: int) -> Trial:
    return Trial(
        id=str(uuid.uuid4()),
        position=0,
        stimulus=planned.item.stimulus,
        unit=unit,
        condition=planned.condition,
        occasion=planned.occasion,
        kind=planned.kind,
        other=planned.item.other,
        references=planned.references,
        block=block,
    )


def _with_sides(trials: list[Trial], seed: int) -> list[Trial]:
    """Of two stimuli, each is on the left with probability one half, whatever came before: no side can be foreseen."""
    rng = Random(f"{seed} sides")
    return [
        dataclasses.replace(trial, stimulus=trial.other, other=trial.stimulus)
        if rng.random() < 0.5 and trial.other
        else trial
        for trial in trials
    ]


def _rounded(number: float) -> int:
    return math.floor(number + 0.5)
