"""Each stimulus goes to as many raters as asked, each rater gets as much as any other, and all meet as often."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.study.sharing_out import share_out


def items(n: int, strata: int) -> list[tuple[str, int]]:
    return [(f"s{number:03d}", number * strata // n) for number in range(n)]


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 60),
    strata=st.integers(1, 5),
    raters=st.integers(1, 9),
    per_item=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_everything_is_shared_out_evenly(n: int, strata: int, raters: int, per_item: int, seed: int) -> None:
    names, of = [f"r{number}" for number in range(raters)], dict(items(n, strata))
    given_ = share_out(items(n, strata), names, per_item, seed=seed)
    assert list(given_) == names
    each = Counter(item for found in given_.values() for item in found)
    assert each == dict.fromkeys(of, min(per_item, raters))
    assert all(len(set(found)) == len(found) for found in given_.values())
    for stratum in set(of.values()):
        loads = [sum(of[item] == stratum for item in found) for found in given_.values()]
        assert max(loads) - min(loads) <= 1
    assert given_ == share_out(items(n, strata), names, per_item, seed=seed)


@pytest.mark.parametrize(("n", "raters", "per_item"), [(70, 7, 3), (130, 13, 4), (100, 6, 3), (850, 12, 3)])
def test_every_two_raters_meet_about_as_often(n: int, raters: int, per_item: int) -> None:
    found = share_out(items(n, 5), [f"r{number}" for number in range(raters)], per_item, seed=3)
    sets = {rater: set(mine) for rater, mine in found.items()}
    meetings = [len(sets[one] & sets[other]) for one, other in combinations(sets, 2)]
    ideal = n * per_item * (per_item - 1) / (raters * (raters - 1))
    assert max(abs(number - ideal) for number in meetings) <= 2


def test_those_who_have_a_stimulus_count() -> None:
    taken = {"s000": ["old"], "s001": ["old", "older"]}
    found = share_out(items(3, 1), ["a", "b"], 2, taken=taken, seed=0)
    each = Counter(item for mine in found.values() for item in mine)
    assert each == {"s000": 1, "s002": 2}
