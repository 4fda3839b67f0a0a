"""Statistics of many groups at once, each with its influence function: what one more unit of weight would change.

A statistic of weights is nearly linear in them: its value in a bootstrap replicate is its value in the sample plus
(replicate weight - weight) @ influence (the infinitesimal jackknife: Jaeckel 1972; Efron 1982, chapter 6). So the
variance that Rao and Wu's bootstrap would give is a sum over rows, and thousands of correlations (one per rater and
label, say) cost a sort, not a bootstrap each.

Rows come in groups: `group` (J,) numbers the group of each row from 0, and `n_groups` says how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.intervals import LEVEL, Interval
from analysis.judgements import Floats, Ints

_FLAT = 1e-12
"""Below this, a variance of ranks scaled to [0, 1] or a share is zero and the rest is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """One statistic of G groups."""

    value: Floats
    """(G,): NaN where it is undefined."""
    influence: Floats
    """(J,): by how much the value of the row's group grows per unit of the row's weight; 0 where undefined."""


def sums(group: Ints, x: Floats, n_groups: int) -> Floats:
    """(G,): the sum of x (J,) in each group."""
    return np.asarray(np.bincount(group, x, n_groups), dtype=np.float64)


def mean(x: Floats, weight: Floats, group: Ints, n_groups: int) -> Estimate:
    """Weighted means of x (J,) (Hajek 1971)."""
    total, m = sums(group, weight, n_groups), np.zeros(n_groups)
    np.divide(sums(group, weight * x, n_groups), total, out=m, where=total > 0)
    influence = (x - m[group]) / total[group]
    return Estimate(np.where(total > 0, m, np.nan), influence)


def spearman(x: Floats, y: Floats, weight: Floats, group: Ints, n_groups: int) -> Estimate:
    """Spearman's correlations of x (J,) and y (J,) with weighted mid-ranks; undefined where either is constant.

    With F and G the mid-rank functions and all means weighted, rho = E[fg] / sqrt(E[ff] E[gg]), f = F(x) - 1/2,
    g = G(y) - 1/2. The influence of a row on E[fg] has three parts: its own fg, and what its weight adds to the ranks
    of the rows above it in x and in y (Croux and Dehon 2010 give the continuous case).
    """
    p, total = _shares(weight, group, n_groups)
    by_x, by_y = _Order.of(x, group), _Order.of(y, group)
    f, g = by_x.below(p) - 0.5, by_y.below(p) - 0.5
    xx, yy, xy = (sums(group, p * a * b, n_groups) for a, b in ((f, f), (g, g), (f, g)))
    defined = (xx > _FLAT) & (yy > _FLAT)
    sd = np.sqrt(np.where(defined, xx * yy, 1.0))
    rho = np.clip(xy / sd, -1.0, 1.0)
    # deviations sum to 0 in each group, so what lies above a row is minus what lies below it
    on_xy = f * g - by_x.below(p * g) - by_y.below(p * f) - 3 * xy[group]
    on_xx = f * f - 2 * by_x.below(p * f) - 3 * xx[group]
    on_yy = g * g - 2 * by_y.below(p * g) - 3 * yy[group]
    safe_xx, safe_yy = np.where(defined, xx, 1.0), np.where(defined, yy, 1.0)
    change = on_xy / sd[group] - rho[group] / 2 * (on_xx / safe_xx[group] + on_yy / safe_yy[group])
    return _estimate(rho, change, defined, total, group)


def kappa(x: NDArray[np.bool_], y: NDArray[np.bool_], weight: Floats, group: Ints, n_groups: int) -> Estimate:
    """Cohen's kappas (1960) of two yes-or-no columns (J,); undefined where both say always the same one thing."""
    p, total = _shares(weight, group, n_groups)
    yes_x, yes_y, yes = (sums(group, p * column, n_groups) for column in (x, y, x & y))
    chance = yes_x + yes_y - 2 * yes_x * yes_y  # of disagreeing; kappa = 2 (P(both) - P(x) P(y)) over it
    defined = chance > _FLAT
    room = np.where(defined, chance, 1.0)
    value = 2 * (yes - yes_x * yes_y) / room
    dx, dy = x - yes_x[group], y - yes_y[group]
    by_product = dx * yes_y[group] + dy * yes_x[group]
    above = 2 * ((x & y) - yes[group] - by_product)
    below = dx + dy - 2 * by_product
    return _estimate(value, (above - value[group] * below) / room[group], defined, total, group)


def spread(deviation: Floats, stratum: Ints, group: Ints, n_groups: int) -> tuple[Floats, Floats]:
    """The standard errors (G,) of estimates, and their degrees of freedom (G,).

    Args:
        deviation: (J,) weight times influence.
        stratum: (J,) the sampling stratum of each row, numbered from 0.
        group: (J,) the group of each row.
        n_groups: G.

    The variance is sum_h n_h / (n_h - 1) sum_i (u_i - mean_h u)^2, with n_h the rows of the group in the stratum:
    what Rao and Wu's bootstrap (1988) of the linear form has in the limit of many replicates. A lone row counts with
    its whole deviation. Degrees of freedom: Satterthwaite 1946; a stratum whose few images stand for most of the
    population leaves few. In one stratum both are those of the t-test.
    """
    n_strata = int(stratum.max(initial=0)) + 1
    cell = group * n_strata + stratum
    columns = np.ones(len(cell)), deviation, deviation**2
    n, first, second = (sums(cell, values, n_groups * n_strata).reshape(-1, n_strata) for values in columns)
    return spread_of_sums(n, first, second)


def spread_of_sums(n: Floats, first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """The same from the numbers of rows, their sums and their sums of squares, each (G, H) by group and stratum."""
    alone = n < 2
    centred = np.maximum(second - np.where(alone, 0.0, first) ** 2 / np.maximum(n, 1), 0.0)
    part = centred * np.where(alone, 1.0, n / np.maximum(n - 1, 1))
    variance = part.sum(axis=1)
    heaviness = (part**2 / np.maximum(n - 1, 1)).sum(axis=1)
    df = np.ones(len(n))
    np.divide(variance**2, heaviness, out=df, where=heaviness > 0)
    return np.sqrt(variance), df


def t_interval(value: float, error: float, df: float) -> Interval | None:
    """value ± t se; None where there is no spread."""
    if not _usable(value, error):
        return None
    half = _t(df) * error
    return value - half, value + half


def fisher_interval(value: float, error: float, df: float) -> Interval | None:
    """The same on Fisher's z scale (1921), back inside (-1, 1): for correlations and kappas. None at -1 and 1."""
    if not _usable(value, error) or abs(value) > 1 - _FLAT:
        return None
    centre, half = np.arctanh(value), _t(df) * error / (1 - value * value)
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))


def logit_interval(value: float, error: float, df: float) -> Interval | None:
    """The same on the logit scale, back inside (0, 1): for proportions. None at 0 and 1."""
    inside = fisher_interval(2 * value - 1, 2 * error, df)  # the logit is twice Fisher's z of 2 p - 1
    return inside and ((inside[0] + 1) / 2, (inside[1] + 1) / 2)


def _usable(value: float, error: float) -> bool:
    return bool(np.isfinite(value)) and error > _FLAT * max(1.0, abs(value))


def _t(df: float) -> float:
    return float(stats.t.ppf((1 + LEVEL) / 2, max(df, 1.0)))


def _shares(weight: Floats, group: Ints, n_groups: int) -> tuple[Floats, Floats]:
    """The share (J,) of its group's weight that each row has, and the weights (G,) of the groups."""
    total = sums(group, weight, n_groups)
    return weight / total[group], total


def _estimate(value: Floats, change: Floats, defined: NDArray[np.bool_], total: Floats, group: Ints) -> Estimate:
    influence = np.where(defined[group], change / total[group], 0.0)
    return Estimate(np.where(defined, value, np.nan), influence)


@dataclass(frozen=True, slots=True, eq=False)
class _Order:
    """Rows sorted by group and value."""

    order: Ints
    starts: Ints
    """Where each run of ties starts in that order."""
    run: Ints
    """(J,): the run of ties each sorted row is in."""
    first: Ints
    """The first run of the group of each run."""

    @classmethod
    def of(cls, values: Floats, group: Ints) -> _Order:
        order = np.lexsort((values, group))
        sorted_values, sorted_group = values[order], group[order]
        opens = np.diff(sorted_group, prepend=-1) != 0
        new = opens.copy()
        new[1:] |= sorted_values[1:] != sorted_values[:-1]
        starts = np.flatnonzero(new)
        first = np.maximum.accumulate(np.where(opens[starts], np.arange(len(starts)), 0))
        return cls(order, starts, np.cumsum(new) - 1, first)

    def below(self, amount: Floats) -> Floats:
        """(J,): the sum of amounts (J,) in the group at lower values, and half of that at the same value."""
        out = np.zeros(len(amount))
        if len(amount):
            tied = np.add.reduceat(amount[self.order], self.starts)
            before = np.cumsum(tied) - tied
            out[self.order] = (before - before[self.first] + tied / 2)[self.run]
        return out
