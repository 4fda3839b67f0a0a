"""Kendall's tau-b under design weights, and what each item adds to it, in O(n log n)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.judgements import Floats, Ints
from analysis.weighted import Linearised


def kendall_tau_b(x: Floats, y: Floats, weight: Floats) -> Linearised:
    """Kendall's tau-b (Kendall 1945, 1970) of x (n,) and y (n,), pairs weighted by w_i w_j.

    tau = sum w_i w_j sgn(x_i - x_j) sgn(y_i - y_j) over the square root of the same sums with the first factor
    squared and with the second. NaN where x or y is constant.
    """
    of_x, of_y = _places(x), _places(y)
    net = _net_concordance(of_x, of_y, weight)
    total = weight.sum()
    apart_x, apart_y = (total - np.bincount(places, weight)[places] for places in (of_x, of_y))
    pairs_x, pairs_y = float(weight @ apart_x), float(weight @ apart_y)
    if not (pairs_x > 0 and pairs_y > 0):
        return Linearised(np.nan, np.zeros(len(x)))
    scale = np.sqrt(pairs_x) * np.sqrt(pairs_y)
    tau = float(np.clip(weight @ net / scale, -1.0, 1.0))
    influence = 2 * net / scale - tau * (apart_x / pairs_x + apart_y / pairs_y)
    return Linearised(tau, np.asarray(influence))


def _net_concordance(x: Ints, y: Ints, weight: Floats) -> Floats:
    """(n,): the weight of the items concordant with each item, less that of the discordant ones."""
    lower = _dominated(x, y, weight)  # x and y both smaller
    below_x, same_x = _below_and_same(x, weight)
    below_y, same_y = _below_and_same(y, weight)
    _, same_both = _below_and_same(x * (y.max() + 1) + y, weight)
    left_level = _below_within(y, x, weight)  # y the same, x smaller
    down_level = _below_within(x, y, weight)  # x the same, y smaller
    total = weight.sum()
    x_less_y_more = below_x - lower - left_level
    x_more_y_less = below_y - lower - down_level
    right_level = same_y - same_both - left_level
    both_more = total - below_x - same_x - x_more_y_less - right_level
    return np.asarray(lower + both_more - x_less_y_more - x_more_y_less)


def _dominated(x: Ints, y: Ints, weight: Floats) -> Floats:
    """(n,): the weight of the items whose x and y are both smaller than each item's own.

    Items stand by ascending x, those of equal x by descending y, so that whoever stands earlier with a smaller y has
    a smaller x, too. Then, as in a merge sort read from the top: positions are halved again and again, and at each
    level those in a right half count what is smaller in the left half beside it. Each level is a few passes over all.
    """
    n = len(x)
    stands = np.lexsort((-y, x))
    place = np.empty(n, dtype=np.int64)
    place[stands] = np.arange(n)
    out = np.zeros(n)
    order = np.argsort(y, kind="stable")
    for bit in range(max(n - 1, 1).bit_length() - 1, -1, -1):
        at = place[order]
        block, right = at >> (bit + 1), (at >> bit) & 1 == 1
        left_weight = np.where(right, 0.0, weight[order])
        before = np.cumsum(left_weight) - left_weight
        new_block = np.diff(block, prepend=-1) != 0
        new_value = new_block | (np.diff(y[order], prepend=-1) != 0)
        smaller = before[_latest(new_value)] - before[_latest(new_block)]
        out[order[right]] += smaller[right]
        order = order[np.argsort(at >> bit, kind="stable")]
    return out


def _latest(starts: NDArray[np.bool_]) -> Ints:
    """(n,): the last start at or before each place."""
    return np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0))


def _below_and_same(key: Ints, weight: Floats) -> tuple[Floats, Floats]:
    """(n,) each: the weight of the items with a smaller key, and with the same."""
    _, group = np.unique(key, return_inverse=True)
    mass = np.bincount(group, weight).astype(np.float64)
    return np.asarray((np.cumsum(mass) - mass)[group]), np.asarray(mass[group])


def _below_within(group: Ints, key: Ints, weight: Floats) -> Floats:
    """(n,): the weight of the items of the same group with a smaller key."""
    below, _ = _below_and_same(group * (key.max() + 1) + key, weight)
    before_group, _ = _below_and_same(group, weight)
    return np.asarray(below - before_group)


def _places(values: Floats) -> Ints:
    """(n,): the place of each value among the different ones."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
