"""Weighted statistics of one population under many weightings at once.

Everywhere `weight` is (b, n), one row per weighting (a bootstrap replicate, or the sample itself with b = 1), and
the result has b rows; NaN where a statistic is undefined under a weighting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.judgements import Floats

_FLAT = 1e-12
"""Below this, a variance of ranks scaled to [0, 1] or a share is zero and the rest is rounding."""


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0."""
    above, below = np.broadcast_arrays(above, below)
    out = np.full(above.shape, np.nan)
    np.divide(above, below, out=out, where=below != 0)
    return out


def chance_corrected(observed: Floats, expected: Floats) -> Floats:
    """(observed - expected) / (1 - expected), NaN where chance alone would agree always."""
    room = 1 - expected
    return ratio(observed - expected, np.where(room > _FLAT, room, 0.0))


def mean(values: Floats, weight: Floats) -> Floats:
    """(b, ...): Hajek's weighted mean of `values` (n, ...) (Hajek 1971)."""
    total = weight.sum(axis=1)
    return ratio(weight @ values, total.reshape(-1, *[1] * (values.ndim - 1)))


def auroc(score: Floats, positive: Floats, negative: Floats) -> Floats:
    """(b,): the chance that a positive has a higher score than a negative, half for a tie.

    `score` (n,); `positive` and `negative` (b, n) are the weight that each item carries as either: an item may be
    in part both. The Mann-Whitney form (Hanley and McNeil 1982), over all pairs of items; an item with itself is
    half a tie.
    """
    ranking = Ranking.of(score)
    up, down = ranking.masses(positive), ranking.masses(negative)
    below = np.cumsum(down, axis=1) - down / 2
    return np.clip(ratio((up * below).sum(axis=1), up.sum(axis=1) * down.sum(axis=1)), 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Items in ascending order of a score, equal scores as one group: sorted once for any number of weightings."""

    order: NDArray[np.intp]
    """(n,): which item comes at each place."""
    starts: NDArray[np.intp]
    """(g,): where each group of equal scores starts."""
    group: NDArray[np.intp]
    """(n,): the group of each item."""

    @classmethod
    def of(cls, score: Floats) -> Ranking:
        """The items by their scores (n,)."""
        order = np.argsort(score, kind="stable")
        new = np.diff(score[order], prepend=np.nan) != 0
        group = np.empty(len(score), dtype=np.intp)
        group[order] = np.cumsum(new) - 1
        return cls(order, np.flatnonzero(new), group)

    def masses(self, weight: Floats) -> Floats:
        """(b, g): the weight of each group, for weights (b, n)."""
        ordered = np.take(weight, self.order, axis=1)  # unlike an index, take keeps rows together in memory
        return ordered if len(self.starts) == len(self.order) else np.add.reduceat(ordered, self.starts, axis=1)

    def midranks(self, weight: Floats) -> Floats:
        """(b, n): the weight below each item and half of that at its own score, for weights (b, n)."""
        mass = self.masses(weight)
        ranks = np.cumsum(mass, axis=1)
        mass /= 2
        ranks -= mass
        return np.take(ranks, self.group, axis=1)


def aurocs(share: Floats, weight: Floats, midranks: Floats) -> Floats:
    """(b, L): `auroc` of L labels at once, positives weighing weight x share and negatives the rest.

    For shares (n, L), weights (b, n) and the scores' `Ranking.midranks` (b, n): with C the mid-rank, W = sum w and
    U = sum w p, positives lie above sum w p C - U^2 / 2 of the weight of negatives, out of U (W - U). All labels
    share the one pass that ranks.
    """
    total = weight.sum(axis=1, keepdims=True)
    up = weight @ share
    above = (weight * midranks) @ share - up * up / 2
    room = up * (total - up)
    real = room > _FLAT * total * total  # below that, everybody or nobody gave the label
    return np.clip(ratio(above, np.where(real, room, 0.0)), 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Linearised:
    """A statistic and its influence function, the infinitesimal jackknife (Jaeckel 1972; Efron 1982)."""

    value: float
    """NaN where undefined."""
    influence: Floats
    """(n,): its derivative by the weight of each item. The statistic does not depend on the scale of the weights, so
    under weights w* it is about value + w* @ influence."""


def average_precision(score: Floats, share: Floats, weight: Floats) -> Linearised:
    """The mean, over where the label is, of the label's share among all that score as high or higher.

    The sum over distinct scores, downward, of (recall there - recall before) x precision there: no interpolation,
    and equal scores are one step (Davis and Goadrich 2006; Manning, Raghavan and Schuetze 2008, chapter 8). `share`
    (n,) is the part of each item that is positive; here `weight` is (n,).
    """
    ranking = Ranking.of(-score)
    given, mass = ranking.masses(np.stack([weight * share, weight]))
    above, room = np.cumsum(given), np.cumsum(mass)
    total = float(above[-1])
    if not total > 0:
        return Linearised(np.nan, np.zeros(len(score)))
    precision = above / room
    value = float(np.clip(given @ precision / total, 0.0, 1.0))
    gained, lost = (_from_below(given / room * factor) for factor in (np.ones_like(room), precision))
    of_share, of_weight = (values[ranking.group] for values in (precision + gained - value, lost))
    return Linearised(value, np.asarray((share * of_share - of_weight) / total))


def _from_below(values: Floats) -> Floats:
    return np.asarray(np.cumsum(values[::-1])[::-1])


def spearman(x: Floats, y: Floats, weight: Floats) -> Floats:
    """(b,): Spearman's rank correlation of x (n,) and y (n,), with weighted mid-ranks for ties."""
    return rank_correlation(Ranking.of(x).midranks(weight), Ranking.of(y).midranks(weight), weight)


def rank_correlation(x: Floats, y: Floats, weight: Floats) -> Floats:
    """(b,): the weighted correlation of mid-ranks (b, n) under the same weights (b, n): Spearman's."""
    total = weight.sum(axis=1)
    x, y = (ranks - total[:, None] / 2 for ranks in (x, y))  # the weighted mean of mid-ranks is half of the total
    cross, vx, vy = (
        ratio(np.einsum("bn,bn,bn->b", weight, one, other), total**3) for one, other in ((x, y), (x, x), (y, y))
    )
    spread = np.sqrt(np.where((vx > _FLAT) & (vy > _FLAT), vx * vy, 0.0))
    return np.clip(ratio(cross, spread), -1.0, 1.0)


def binary_kappa(x: NDArray[np.bool_], y: NDArray[np.bool_], weight: Floats) -> Floats:
    """(b,): Cohen's kappa (1960) of two yes-or-no columns (n,)."""
    table = np.stack([x & y, x, y], axis=1).astype(np.float64)
    both, p, q = mean(table, weight).T
    return chance_corrected(1 - p - q + 2 * both, p * q + (1 - p) * (1 - q))


def best_threshold(score: Floats, y: Floats | NDArray[np.bool_], weight: Floats) -> tuple[float, bool]:
    """The cut of `score` (n,) with the highest kappa against y (n,), and whether "above" means yes.

    y is yes or no, or the share from 0 to 1 that says yes; then kappa is that with one of them picked at random. A
    label may be what a unit does not fire on, so both directions are tried. Where y is all yes or all no, the cut
    that says the same of everything. Here `weight` is (n,).
    """
    if (y == 1).all() or not y.any():
        return -np.inf, bool((y == 1).all())
    ranking = Ranking.of(score)
    values = score[ranking.order][ranking.starts]
    share = weight / weight.sum()
    mass, up = ranking.masses(np.stack([share, share * y]))
    p, q = 1 - np.cumsum(mass), float((share * y).sum())  # p lies above each value
    both = q - np.cumsum(up)
    above, below = (
        chance_corrected(1 - a - q + 2 * b, a * q + (1 - a) * (1 - q)) for a, b in ((p, both), (1 - p, q - both))
    )
    upward = bool(above.max() >= below.max())
    return float(values[int(np.argmax(above if upward else below))]), upward
