"""The bootstraps and the intervals, once for every figure.

A statistic here takes weights of shape (b, n), one row per replicate, and returns (b, ...): 2,000 replicates are
a few matrix products, never a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse, stats

from analysis.judgements import Floats, Ints

LEVEL = 0.95
"""Of every interval."""

Interval = tuple[float, float]

_BLOCK = 200_000
"""Weights that are drawn together: 1.6 MB stay in a processor's own cache."""
GROUPS = 1000
"""Of so many groups a stratum is made where it has twice as many stimuli or more."""
_MANY = 500
"""From so many stimuli in every stratum on, they are drawn independently of one another."""
_POISSON = np.repeat(np.arange(6.0), [94, 94, 47, 16, 4, 1])
"""Poisson counts of mean 1 for 8 random bits, the chances to the nearest 256th: the variance is short of 0.4 %."""
_CELLS = 1_000_000
"""Numbers that one chunk of replicates may put into one array: 8 MB keeps near the processor's cache."""


def rao_wu_factors(stratum: Ints, n_replicates: int, rng: np.random.Generator) -> Floats:
    """(n_replicates, n): by what each stimulus's design weight is multiplied in each replicate.

    Rao and Wu 1988, with Rao, Wu and Yue 1992: draw n_h - 1 of the n_h stimuli of each stratum with replacement
    and scale by n_h / (n_h - 1), without which few stimuli per stratum give intervals that are too narrow.
    Drawing from a finite population without replacement is not credited: where a stratum was taken nearly
    whole, the interval is wider than it need be. A stratum with one stimulus stays as it is.
    """
    sizes = np.bincount(stratum)
    if sizes.min() >= _MANY:
        return _independent_factors(stratum, sizes, n_replicates, rng)
    order = np.argsort(stratum, kind="stable")
    factors = np.ones((n_replicates, len(stratum)))
    for rows in np.split(order, np.cumsum(sizes)[:-1]):
        n = len(rows)
        if n > 1:
            factors[:, rows] = _times_drawn(n, n - 1, n_replicates, rng) * (n / (n - 1))
    return factors


def _independent_factors(stratum: Ints, sizes: Ints, n_replicates: int, rng: np.random.Generator) -> Floats:
    """The same for strata of many stimuli, several times as fast: each is drawn a Poisson number of times.

    Given their sum, independent Poisson counts are a multinomial draw (Hanley and MacGibbon 2006); scaled to the size
    of the stratum, they give its mean the variance s^2 / n, which n / (n - 1) is for above, up to 1 / n^2.
    """
    bits = np.frombuffer(rng.bytes(n_replicates * len(stratum)), dtype=np.uint8)
    factors = np.take(_POISSON, bits).reshape(n_replicates, len(stratum))
    if len(sizes) == 1:
        factors *= sizes / factors.sum(axis=1, keepdims=True)
    else:
        member = (stratum[:, None] == np.arange(len(sizes))).astype(np.float64)
        factors *= np.take(sizes / (factors @ member), stratum, axis=1)
    return factors


def rater_multiplicities(n_raters: int, n_replicates: int, rng: np.random.Generator) -> Floats:
    """(n_replicates, n_raters): how often each rater is drawn when as many are drawn with replacement."""
    return _times_drawn(n_raters, n_raters, n_replicates, rng).astype(np.float64)


def _times_drawn(n: int, n_drawn: int, n_replicates: int, rng: np.random.Generator) -> Ints:
    """(n_replicates, n): how often each of n comes when `n_drawn` are drawn with replacement."""
    drawn = rng.integers(0, n, size=(n_replicates, n_drawn))
    drawn += np.arange(n_replicates)[:, None] * n
    return np.bincount(drawn.ravel(), minlength=n_replicates * n).reshape(n_replicates, n)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Stimuli that are drawn together: g groups, each within a stratum."""

    of: Ints
    """(n,): the group of each stimulus."""
    stratum: Ints
    """(g,): the stratum of each group."""
    sizes: Ints
    """(g,): how many stimuli each has."""

    @classmethod
    def random(cls, stratum: Ints, rng: np.random.Generator) -> Groups:
        """Each stimulus a group of its own; where a stratum (n,) has many, GROUPS random groups of almost equal size.

        The means of random groups differ as those of samples of their size do, so drawing groups gives the variance
        that drawing stimuli gives, from GROUPS - 1 degrees of freedom (Wolter 2007, chapter 2).
        """
        n_h = np.bincount(stratum)
        g_h = np.where(n_h >= 2 * GROUPS, GROUPS, n_h)
        if (g_h == n_h).all():
            return cls(np.arange(len(stratum)), stratum, np.ones(len(stratum), dtype=np.int64))
        order = np.lexsort((rng.random(len(stratum)), stratum))
        ordered = stratum[order]
        place = np.arange(len(stratum)) - (np.cumsum(n_h) - n_h)[ordered]
        of = np.empty(len(stratum), dtype=np.int64)
        of[order] = (np.cumsum(g_h) - g_h)[ordered] + place % g_h[ordered]
        return cls(of, np.repeat(np.arange(len(g_h)), g_h), np.bincount(of, minlength=int(g_h.sum())))

    def factors(self, n_replicates: int, rng: np.random.Generator) -> Floats:
        """(n_replicates, g): by what each group's weight is multiplied; each stratum keeps its number of stimuli."""
        factors = rao_wu_factors(self.stratum, n_replicates, rng)
        if self.sizes.max() > 1:
            member = (self.stratum[:, None] == np.arange(self.stratum.max() + 1)).astype(np.float64)
            kept = (self.sizes @ member) / (factors @ (member * self.sizes[:, None]))
            factors *= np.take(kept, self.stratum, axis=1)
        return factors


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """One set of bootstrap draws that every figure of a study shares.

    The draws are made in blocks, each from a seed of its own, and made again for whoever asks: for a million
    judgements they would not fit into memory all at once.
    """

    weight: Floats
    """(n,): the design weights themselves."""
    stratum: Ints
    """(n,): numbered from 0."""
    n_raters: int
    n_replicates: int
    seed: int

    def point(self, statistic: Callable[[Floats], Floats]) -> Floats:
        """The statistic of the sample itself."""
        return np.asarray(statistic(self.weight[None])[0])

    def stimuli(self, statistic: Callable[[Floats], Floats], cells: int = 1) -> Floats:
        """(b, ...): the statistic with the stimuli resampled and the raters as they are.

        `statistic` takes weights (c, n) of c replicates. `cells`: how many numbers it needs per stimulus and
        replicate, to keep its arrays small.
        """
        return self.both(lambda weight, _: statistic(weight), cells)

    def both(self, statistic: Callable[[Floats, Floats], Floats], cells: int = 1) -> Floats:
        """(b, ...): the statistic of weights (c, n) and rater multiplicities (c, R), stimuli and raters resampled."""
        groups = self._groups
        step = int(np.clip(_CELLS // (max(1, len(self.weight)) * cells), 1, 100))
        parts = []
        for factors, rng in self._blocks(groups):
            raters = rater_multiplicities(self.n_raters, len(factors), rng)
            for at in range(0, len(factors), step):
                weight = np.take(factors[at : at + step], groups.of, axis=1)
                weight *= self.weight
                parts.append(statistic(weight, raters[at : at + step]))
        return np.concatenate(parts)

    def totals(self, columns: Floats | sparse.csr_array) -> Floats:
        """(1 + b, F): weighted totals of columns (n, F) in the sample itself, then in each replicate.

        Whatever is a function of totals gets its point and its replicates in one call: the way to make 2,000
        replicates of many figures cost one matrix product.
        """
        groups = self._groups
        together = sparse.csr_array((self.weight, (groups.of, np.arange(len(self.weight)))))
        drawn = together @ columns
        parts = [np.asarray(factors @ drawn) for factors, _ in self._blocks(groups)]
        return np.concatenate([np.asarray(self.weight[None] @ columns), *parts])

    @property
    def _groups(self) -> Groups:
        return Groups.random(self.stratum, np.random.default_rng([self.seed, self.n_raters, len(self.weight)]))

    def _blocks(self, groups: Groups) -> Iterator[tuple[Floats, np.random.Generator]]:
        """Factors (c, g), c at a time until there are `n_replicates`, and what goes on drawing for them."""
        size = int(np.clip(_BLOCK // len(groups.sizes), 1, 100))
        for number, at in enumerate(range(0, self.n_replicates, size)):
            rng = np.random.default_rng([self.seed, number])
            yield groups.factors(min(size, self.n_replicates - at), rng), rng


def percentile_interval(replicates: Floats) -> Interval | None:
    """The middle 95 % of the replicates (b,), those that are not NaN (Efron and Tibshirani 1993, chapter 13).

    None where over half of the replicates are undefined, or where they are all the same: an interval of no width
    would claim a certainty that a bootstrap cannot give.
    """
    good = _defined(replicates)
    if good is None:
        return None
    low, high = np.quantile(good, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def logit_interval(estimate: float, replicates: Floats) -> Interval | None:
    """estimate ± z se on the logit scale, back inside (0, 1): for proportions and AUROC.

    The standard error is that of the replicates (b,), carried over by the delta method, se / (p (1 - p)), which
    stays finite where a replicate is 0 or 1. None as for `percentile_interval`, and where the estimate itself is
    0 or 1.
    """
    good = _defined(replicates)
    if good is None or _at_edge(estimate):
        return None
    half = _z() * float(good.std(ddof=1)) / (estimate * (1 - estimate))
    centre = np.log(estimate / (1 - estimate))
    # tanh form of the logistic function: no overflow, however wide the interval
    low, high = (0.5 * (1 + np.tanh((centre + side * half) / 2)) for side in (-1, 1))
    return float(low), float(high)


def proportion_interval(estimate: float, replicates: Floats, effective_n: float) -> Interval | None:
    """`logit_interval`; for a proportion of 0 or 1, where no replicate differs, Wilson on the effective n."""
    if _at_edge(estimate) and effective_n > 0:
        return wilson(round(estimate), effective_n)
    return logit_interval(estimate, replicates)


def degrees_of_freedom(deviation: Floats, stratum: Ints) -> Floats:
    """(F,): how well the sample knows the standard errors of F statistics.

    `deviation` (n, F): weight times influence. Satterthwaite's (1946) for the sum of the strata's variances, where that
    of a stratum is itself known with relative variance (kurtosis - (n - 3) / (n - 1)) / n, but never better than of a
    normal sample, 2 / (n - 1). Where a few images that carry most of the weight make up most of the variance, as with a
    label that is rare where the population is large, some ten degrees are left of hundreds of images.
    """
    n = np.bincount(stratum)[:, None]
    order = np.argsort(stratum, kind="stable")
    starts = np.cumsum(n) - n[:, 0]
    largest = np.abs(deviation).max(axis=0)
    deviation = deviation[order] / np.where(largest > 0, largest, 1.0)  # whose fourth powers do not overflow
    away = deviation - (np.add.reduceat(deviation, starts) / n)[stratum[order]]
    away *= away
    second, fourth = np.add.reduceat(away, starts) / n, np.add.reduceat(away * away, starts) / n
    several = n > 1
    safe = np.maximum(n, 2)
    kurtosis = np.divide(fourth, second**2, out=np.zeros_like(fourth), where=second > 1e-30)
    doubt = np.maximum((kurtosis - (safe - 3) / (safe - 1)) / safe, 2 / (safe - 1))
    part = np.where(several, second * safe**2 / (safe - 1), 0.0)
    below = (part**2 * doubt).sum(axis=0)
    return np.asarray(np.divide(2 * part.sum(axis=0) ** 2, below, out=np.ones_like(below), where=below > 0))


def standard_error(replicates: Floats) -> float:
    """The spread of the replicates (b,); NaN where over half are undefined, or all the same."""
    good = _defined(replicates)
    return np.nan if good is None else float(good.std(ddof=1))


def wilson(proportion: float, n: float) -> Interval:
    """Wilson's score interval for a proportion of n > 0, where n may be an effective number.

    Wilson 1927; Newcombe 1998, method 3.
    """
    z = _z()
    centre = proportion + z * z / (2 * n)
    half = z * np.sqrt(proportion * (1 - proportion) / n + z * z / (4 * n * n))
    low, high = (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)
    # at 0 and 1 one end is the proportion itself, which rounding would miss
    return float(low) if proportion > 0 else 0.0, float(high) if proportion < 1 else 1.0


def _z() -> float:
    return float(stats.norm.ppf((1 + LEVEL) / 2))


def _at_edge(proportion: float) -> bool:
    return min(proportion, 1 - proportion) < 1e-12  # the rest is rounding


def _defined(replicates: Floats) -> Floats | None:
    good = replicates[np.isfinite(replicates)]
    if len(good) < 2 or 2 * len(good) < len(replicates) or np.ptp(good) <= 1e-12 * max(np.abs(good).max(), 0.1):
        return None
    return good
