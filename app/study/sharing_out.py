"""Who judges what, where each stimulus is for some of the raters only: an incomplete block design.

First each stimulus goes to those raters who have the least so far, in its stratum and in all, so that every rater gets
as many of each stratum as any other, give or take one. Then raters are exchanged between stimuli of a stratum as long
as that evens out how often every two of them meet, which is what agreement between people is computed from. Balanced
incomplete blocks (Cochran and Cox 1957) are met or nearly met, for any number of raters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

_TRIES = 60
"""Exchanges that are tried, for each stimulus and rater of it."""


@dataclass
class _Meetings:
    """How often every two raters have a stimulus in common."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def of(self, one: str, others: Iterable[str]) -> int:
        return sum(self.counts.get(_pair(one, other), 0) for other in others)

    def add(self, one: str, others: Iterable[str], times: int = 1) -> None:
        for other in others:
            self.counts[_pair(one, other)] = self.counts.get(_pair(one, other), 0) + times


def share_out(
    items: Sequence[tuple[str, int]],
    raters: Sequence[str],
    per_item: int,
    *,
    taken: Mapping[str, Iterable[str]] | None = None,
    seed: int,
) -> dict[str, list[str]]:
    """Give each item to `per_item` raters in all.

    Args:
        items: (id, stratum) of whatever is to be judged.
        raters: the new ones, to whom the items go.
        per_item: how many raters each item is for.
        taken: item to the raters who have it already: they count, and get nothing more.
        seed: of the order among equals.

    Returns:
        rater to ids, in the order of the items. An item is left short where there are too few raters for it.
    """
    rng = Random(f"{seed} sharing out")
    before = {item: list(who) for item, who in (taken or {}).items()}
    strata = {stratum: [item for item, of in items if of == stratum] for stratum in sorted({of for _, of in items})}
    given, meetings = _dealt(strata, list(raters), per_item, before, rng)
    for inside in strata.values():
        _even_out(inside, given, before, meetings, rng)
    return {rater: [item for item, _ in items if rater in given[item]] for rater in raters}


def _dealt(
    strata: Mapping[int, list[str]], raters: list[str], per_item: int, before: Mapping[str, list[str]], rng: Random
) -> tuple[dict[str, list[str]], _Meetings]:
    """The new raters of each item: always those who have the least so far."""
    meetings = _Meetings()
    load = dict.fromkeys(raters, 0)
    given: dict[str, list[str]] = {}
    for inside in strata.values():
        here = dict.fromkeys(raters, 0)
        for item in rng.sample(inside, len(inside)):
            had, new = before.get(item, []), given.setdefault(item, [])
            for _ in range(per_item - len(had)):
                free = [rater for rater in raters if rater not in had and rater not in new]
                if not free:
                    break
                rng.shuffle(free)
                with_it = [*had, *new]
                chosen = min(free, key=lambda one: (here[one], load[one], meetings.of(one, with_it)))
                meetings.add(chosen, with_it)
                new.append(chosen)
                here[chosen] += 1
                load[chosen] += 1
    return given, meetings


def _even_out(
    inside: list[str], given: dict[str, list[str]], before: Mapping[str, list[str]], meetings: _Meetings, rng: Random
) -> None:
    """Exchange two raters between two items of a stratum where it brings meetings closer together; loads stay."""
    shared = [item for item in inside if given[item]]
    if len(shared) < 2:
        return
    for _ in range(_TRIES * sum(len(given[item]) for item in shared)):
        here, there = rng.sample(shared, 2)
        one, other = rng.choice(given[here]), rng.choice(given[there])
        all_here, all_there = [*before.get(here, []), *given[here]], [*before.get(there, []), *given[there]]
        if one == other or one in all_there or other in all_here:
            continue
        rest_here = [rater for rater in all_here if rater != one]
        rest_there = [rater for rater in all_there if rater != other]
        # The sum of squared counts changes by twice this: the pairs that begin to meet less those that cease to.
        gain = (
            meetings.of(one, rest_here)
            + meetings.of(other, rest_there)
            - meetings.of(other, rest_here)
            - meetings.of(one, rest_there)
            - len(rest_here)
            - len(rest_there)
        )
        if gain > 0:
            for who, rest, times in (
                (one, rest_here, -1),
                (other, rest_there, -1),
                (other, rest_here, 1),
                (one, rest_there, 1),
            ):
                meetings.add(who, rest, times)
            given[here] = [other if rater == one else rater for rater in given[here]]
            given[there] = [one if rater == other else rater for rater in given[there]]


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
