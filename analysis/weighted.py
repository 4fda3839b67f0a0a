"""Weighted statistics of one population under many weightings at once.

Everywhere `weight` is (b, n), one row per weighting (a bootstrap replicate, or the sample itself with b = 1), and
the result has b rows; NaN where a statistic is undefined under a weighting.
"""

from __future__ import annotations

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
    _, starts, order = _ties(score)
    up, down = (np.add.reduceat(w[:, order], starts, axis=1) for w in (positive, negative))
    below = np.cumsum(down, axis=1) - down / 2
    return np.clip(ratio((up * below).sum(axis=1), up.sum(axis=1) * down.sum(axis=1)), 0.0, 1.0)


def spearman(x: Floats, y: Floats, weight: Floats) -> Floats:
    """(b,): Spearman's rank correlation of x (n,) and y (n,), with weighted mid-ranks for ties."""
    total = weight.sum(axis=1, keepdims=True)
    share = ratio(weight, total)
    dx, dy = (_midranks(values, share) - 0.5 for values in (x, y))  # the weighted mean of mid-ranks is 1/2
    vx, vy = (share * dx * dx).sum(axis=1), (share * dy * dy).sum(axis=1)
    spread = np.sqrt(np.where((vx > _FLAT) & (vy > _FLAT), vx * vy, 0.0))
    return np.clip(ratio((share * dx * dy).sum(axis=1), spread), -1.0, 1.0)


def binary_kappa(x: NDArray[np.bool_], y: NDArray[np.bool_], weight: Floats) -> Floats:
    """(b,): Cohen's kappa (1960) of two yes-or-no columns (n,)."""
    table = np.stack([x & y, x, y], axis=1).astype(np.float64)
    both, p, q = mean(table, weight).T
    return chance_corrected(1 - p - q + 2 * both, p * q + (1 - p) * (1 - q))


def best_threshold(score: Floats, y: NDArray[np.bool_], weight: Floats) -> tuple[float, bool]:
    """The cut of `score` (n,) with the highest kappa against y (n,), and whether "above" means yes.

    A label may be what a unit does not fire on, so both directions are tried. Where y is all yes or all no, the
    cut that says the same of everything. Here `weight` is (n,).
    """
    if y.all() or not y.any():
        return -np.inf, bool(y.all())
    _, starts, order = _ties(score)
    values = score[order][starts]
    share = weight[order] / weight.sum()
    up, q = np.add.reduceat(share * y[order], starts), float((share * y[order]).sum())
    p = 1 - np.cumsum(np.add.reduceat(share, starts))  # above each value
    both = q - np.cumsum(up)
    above, below = (
        chance_corrected(1 - a - q + 2 * b, a * q + (1 - a) * (1 - q)) for a, b in ((p, both), (1 - p, q - both))
    )
    upward = bool(above.max() >= below.max())
    return float(values[int(np.argmax(above if upward else below))]), upward


def _ties(values: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The group of equal values each item is in, where groups start in sorted order, and that order."""
    order = np.argsort(values, kind="stable")
    unique, group = np.unique(values, return_inverse=True)
    return group, np.searchsorted(values[order], unique), order


def _midranks(values: Floats, share: Floats) -> Floats:
    """(b, n): the share of weight below each item plus half of the share at its own value."""
    group, starts, order = _ties(values)
    mass = np.add.reduceat(share[:, order], starts, axis=1)
    return np.asarray((np.cumsum(mass, axis=1) - mass / 2)[:, group])
