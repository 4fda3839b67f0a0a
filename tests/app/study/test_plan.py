"""A rater's trials are what the protocol says, whatever the seeds."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.study.plan import Item, KnownItem, plan_trials, repeats_asked, repeats_that_fit, shortfall, williams_row
from app.study.protocol import Conditions, Practice, Protocol
from app.study.records import Trial

SHARES = st.sampled_from(
    [(1, 0, 0), (0.5, 0.5, 0), (0.6, 0.2, 0.2), (0.25, 0.25, 0.5), (1 / 3, 1 / 3, 1 / 3), (0, 0, 1)]
)


@st.composite
def protocols(draw: st.DrawFn) -> Protocol:
    conditions = Conditions(*draw(SHARES))
    return Protocol(
        order=draw(st.sampled_from(["random", "balanced"])),
        conditions=conditions,
        without_references=draw(st.sampled_from([0.0, 0.2, 0.5, 1.0])),
        repeats=min(conditions.blind, draw(st.sampled_from([0.0, 0.1, 0.15, 0.2]))),
        repeat_distance=draw(st.integers(1, 15)),
        block=draw(st.sampled_from([None, 1, 7, 20])),
        practice=Practice(needed=draw(st.sampled_from([0.0, 0.8])), attempts=draw(st.integers(1, 3))),
    )


@st.composite
def contents(draw: st.DrawFn) -> tuple[dict[int, list[Item]], list[KnownItem]]:
    """The items of one to three units, all stimuli or all pairs, with catch and practice trials."""
    pairs = draw(st.booleans())
    items: dict[int, list[Item]] = {}
    known = []
    for unit in range(1, draw(st.integers(1, 3)) + 1):
        items[unit] = [_item(f"{unit}-{n}", pairs) for n in range(draw(st.integers(1, 40)))]
        known += [KnownItem("catch", unit, _item(f"catch-{unit}-{n}", pairs)) for n in range(draw(st.integers(0, 3)))]
    known += [KnownItem("practice", 1, _item(f"practice-{n}", pairs)) for n in range(draw(st.integers(0, 4)))]
    return items, known


def _item(name: str, pair: bool) -> Item:
    return Item(f"{name}a", f"{name}b") if pair else Item(name)


def _key(trial: Trial) -> tuple[str, ...]:
    return tuple(sorted(trial.stimuli))


def _keys(items: list[Item]) -> list[tuple[str, ...]]:
    return [tuple(one for one in (item.stimulus, item.other) if one) for item in items]


SEEDS = st.integers(0, 2**32 - 1)


@given(protocol=protocols(), content=contents(), seed=SEEDS, study_seed=SEEDS, number=st.integers(1, 90))
def test_every_plan_keeps_the_protocol(
    protocol: Protocol,
    content: tuple[dict[int, list[Item]], list[KnownItem]],
    seed: int,
    study_seed: int,
    number: int,
) -> None:
    items, known = content
    assume(not any(shortfall(protocol, len(of_unit)) for of_unit in items.values()))
    trials = plan_trials(protocol, items, known, number=number, seed=seed, study_seed=study_seed)
    again = plan_trials(protocol, items, known, number=number, seed=seed, study_seed=study_seed)
    assert [(_key(t), t.stimulus, t.condition) for t in trials] == [(_key(t), t.stimulus, t.condition) for t in again]
    assert [trial.position for trial in trials] == list(range(1, len(trials) + 1))
    _practice_comes_first_and_as_often_as_it_may(protocol, trials, known)
    for unit, of_unit in items.items():
        main = [trial for trial in trials if trial.kind == "main" and trial.unit == unit]
        catches = [trial for trial in trials if trial.kind == "catch" and trial.unit == unit]
        first = [trial for trial in main if trial.occasion == 1]
        assert sorted(map(_key, first)) == sorted(_keys(of_unit))
        assert sorted(map(_key, catches)) == sorted(
            _keys([k.item for k in known if k.kind == "catch" and k.unit == unit])
        )
        assert {trial.condition for trial in catches} <= {"blind"}
        _repeats_are_as_stated(protocol, main, len(of_unit))
        _conditions_are_as_stated(protocol, first)
    _blocks_are_as_stated(protocol, trials)


def _practice_comes_first_and_as_often_as_it_may(
    protocol: Protocol, trials: list[Trial], known: list[KnownItem]
) -> None:
    practice = [one.item for one in known if one.kind == "practice"]
    attempts = protocol.practice.attempts if protocol.practice.needed else 1
    first = trials[: len(practice) * attempts]
    assert {trial.kind for trial in first} <= {"practice"}
    assert all(trial.kind != "practice" for trial in trials[len(first) :])
    for attempt in range(1, attempts + 1):
        assert sorted(_key(t) for t in first if t.occasion == attempt) == sorted(_keys(practice))


def _repeats_are_as_stated(protocol: Protocol, main: list[Trial], n: int) -> None:
    again = [trial for trial in main if trial.occasion == 2]
    assert abs(len(again) - protocol.repeats * n) <= 0.5
    assert len({_key(trial) for trial in again}) == len(again)
    for trial in again:
        before = next(one for one in main if _key(one) == _key(trial) and one.occasion == 1)
        assert trial.position - before.position > protocol.repeat_distance
        assert (before.condition, before.references) == (trial.condition, trial.references)
        assert trial.condition == "blind"


def _conditions_are_as_stated(protocol: Protocol, first: list[Trial]) -> None:
    counts = Counter(trial.condition for trial in first)
    shares = protocol.conditions
    for condition, share in (("blind", shares.blind), ("revealed", shares.revealed), ("feedback", shares.feedback)):
        assert abs(counts[condition] - share * len(first)) < 1
        bare = sum(not t.references for t in first if t.condition == condition)
        assert abs(bare - protocol.without_references * counts[condition]) <= 1.5
    assert abs(sum(not t.references for t in first) - protocol.without_references * len(first)) <= 0.5


def _blocks_are_as_stated(protocol: Protocol, trials: list[Trial]) -> None:
    blocks = [trial.block for trial in trials if trial.kind != "practice"]
    assert blocks == sorted(blocks)
    assert set(blocks) == set(range(1, max(blocks) + 1))
    for block in set(blocks):
        assert len({trial.unit for trial in trials if trial.block == block}) == 1
        assert protocol.block is None or blocks.count(block) <= protocol.block
    if protocol.block is None:
        assert len(set(blocks)) == len({trial.unit for trial in trials if trial.kind != "practice"})


def test_each_side_comes_as_often_and_cannot_be_foreseen() -> None:
    """Over many raters, at every place, and whatever stood on the left in the trial before."""
    items = {1: [Item(f"{n:03}a", f"{n:03}b") for n in range(10)]}
    raters = 2000
    left = [0] * 10
    same = 0
    for seed in range(raters):
        sides = [
            str(t.stimulus) < str(t.other)
            for t in plan_trials(Protocol(), items, [], number=1, seed=seed, study_seed=0)
        ]
        left = [count + side for count, side in zip(left, sides, strict=True)]
        same += sum(one == two for one, two in pairwise(sides))
    assert all(abs(count - raters / 2) < 4.5 * (raters / 4) ** 0.5 for count in left)
    assert abs(same - 9 * raters / 2) < 4.5 * (9 * raters / 4) ** 0.5


def test_conditions_have_nothing_to_do_with_the_place() -> None:
    """Repeats must be blind and come early; where enough early trials are blind anyway, that changes nothing."""
    protocol = Protocol(conditions=Conditions(0.5, 0.5, 0.0), repeats=0.2, repeat_distance=20)
    items = {1: [Item(str(n)) for n in range(60)]}
    raters = 1000
    blind: Counter[int] = Counter()
    for seed in range(raters):
        first = [t for t in plan_trials(protocol, items, [], number=1, seed=seed, study_seed=0) if t.occasion == 1]
        for place, trial in enumerate(first):
            blind[place] += trial.condition == "blind"
    for place in range(60):
        assert abs(blind[place] - raters / 2) < 4.5 * (raters / 4) ** 0.5, place


def test_catch_trials_and_practice_go_without_references_like_the_others() -> None:
    items = {1: [Item(str(n)) for n in range(20)]}
    known = [KnownItem("catch", 1, Item("caught")), KnownItem("practice", 1, Item("practised"))]
    for share in (0.0, 0.25, 1.0):
        bare: Counter[str] = Counter()
        for seed in range(800):
            protocol = Protocol(without_references=share)
            for trial in plan_trials(protocol, items, known, number=1, seed=seed, study_seed=0):
                bare[trial.kind] += not trial.references
        for kind in ("catch", "practice"):
            assert abs(bare[kind] - 800 * share) <= 4.5 * (800 * share * (1 - share)) ** 0.5


def test_conditions_and_repeats_are_at_random_over_stimuli() -> None:
    """Over many raters each stimulus is in each condition as often as stated, and repeated as often."""
    protocol = Protocol(conditions=Conditions(0.5, 0.3, 0.2), repeats=0.2, repeat_distance=4, without_references=0.4)
    items = {1: [Item(str(n)) for n in range(10)]}
    raters = 2000
    seen: Counter[tuple[str, str]] = Counter()
    for seed in range(raters):
        for trial in plan_trials(protocol, items, [], number=1, seed=seed, study_seed=0):
            if trial.occasion == 2:
                seen[str(trial.stimulus), "again"] += 1
            else:
                seen[str(trial.stimulus), trial.condition] += 1
                seen[str(trial.stimulus), "bare"] += not trial.references
    for name, share in (("blind", 0.5), ("revealed", 0.3), ("feedback", 0.2), ("again", 0.2), ("bare", 0.4)):
        spread = (share * (1 - share) * raters) ** 0.5
        for n in range(10):
            assert abs(seen[str(n), name] - share * raters) < 4.5 * spread, (n, name)


@pytest.mark.parametrize("n", [1, 2, 3, 6, 7, 10])
def test_rows_of_a_williams_design_balance_places_and_neighbours(n: int) -> None:
    rows = [williams_row(n, row) for row in range(n if n % 2 == 0 else 2 * n)]
    times = len(rows) // n
    for place in range(n):
        assert Counter(row[place] for row in rows) == dict.fromkeys(range(n), times)
    neighbours = Counter(pair for row in rows for pair in pairwise(row))
    assert neighbours == {(a, b): times for a in range(n) for b in range(n) if a != b}


def test_balanced_raters_share_one_square() -> None:
    items = {1: [Item(str(n)) for n in range(8)]}
    protocol = Protocol(order="balanced")
    orders = [
        [t.stimulus for t in plan_trials(protocol, items, [], number=number, seed=1000 + number, study_seed=3)]
        for number in range(1, 9)
    ]
    for place in range(8):
        assert {order[place] for order in orders} == {str(n) for n in range(8)}


def test_what_cannot_be_kept_is_told() -> None:
    protocol = Protocol(repeats=0.2, repeat_distance=20)
    assert shortfall(protocol, 100) is None
    assert "cannot come again after 20 others" in str(shortfall(protocol, 20))
    few_blind = Protocol(repeats=0.125, repeat_distance=1, conditions=Conditions(0.125, 0.4375, 0.4375))
    assert "1 repeats need as many blind trials, and there are 0" in str(shortfall(few_blind, 4))
    with pytest.raises(ValueError, match="unit 4: 4 of 20 trials cannot come again"):
        plan_trials(protocol, {4: [Item(str(n)) for n in range(20)]}, [], number=1, seed=1, study_seed=1)


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 40),
    repeats=st.floats(0, 0.5),
    distance=st.integers(0, 30),
    blind=st.sampled_from([0, 0.1, 0.5, 1]),
)
def test_as_many_repeats_as_fit(n: int, repeats: float, distance: int, blind: float) -> None:
    protocol = Protocol(
        repeats=min(repeats, blind), repeat_distance=distance, conditions=Conditions(blind=blind, revealed=1 - blind)
    )
    items = {1: [Item(str(one)) for one in range(n)]}
    trials = plan_trials(protocol, items, [], number=1, seed=1, study_seed=1, fewer_repeats=True)
    again = [trial for trial in trials if trial.occasion == 2]
    assert len(again) == repeats_that_fit(protocol, n) <= repeats_asked(protocol, n)
    first = {trial.stimulus: trial.position for trial in trials if trial.occasion == 1}
    assert all(trial.condition == "blind" and trial.position - first[trial.stimulus] > distance for trial in again)
    if shortfall(protocol, n) is None:
        assert len(again) == repeats_asked(protocol, n)
