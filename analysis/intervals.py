"""The bootstraps and the intervals, once for every figure.

A statistic here takes weights of shape (b, n), one row per replicate, and returns (b, ...): 2,000 replicates are
a few matrix products, never a loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.judgements import Floats, Ints

LEVEL = 0.95
"""Of every interval."""

Interval = tuple[float, float]

_CELLS = 1_000_000
"""Numbers that one chunk of replicates may put into one array: 8 MB keeps near the processor's cache."""


def rao_wu_factors(stratum: Ints, n_replicates: int, rng: np.random.Generator) -> Floats:
    """(n_replicates, n): by what each stimulus's design weight is multiplied in each replicate.

    Rao and Wu 1988, with Rao, Wu and Yue 1992: draw n_h - 1 of the n_h stimuli of each stratum with replacement
    and scale by n_h / (n_h - 1), without which few stimuli per stratum give intervals that are too narrow.
    Drawing from a finite population without replacement is not credited: where a stratum was taken nearly
    whole, the interval is wider than it need be. A stratum with one stimulus stays as it is.
    """
    factors = np.ones((n_replicates, len(stratum)))
    for name in np.unique(stratum):
        rows = np.flatnonzero(stratum == name)
        n = len(rows)
        if n > 1:
            drawn = rng.multinomial(n - 1, np.full(n, 1 / n), size=n_replicates)
            factors[:, rows] = drawn * (n / (n - 1))
    return factors


def rater_multiplicities(n_raters: int, n_replicates: int, rng: np.random.Generator) -> Floats:
    """(n_replicates, n_raters): how often each rater is drawn when as many are drawn with replacement."""
    return rng.multinomial(n_raters, np.full(n_raters, 1 / n_raters), size=n_replicates).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """One set of bootstrap draws that every figure of a study shares."""

    weight: Floats
    """(n,): the design weights themselves."""
    factors: Floats
    """(b, n): Rao and Wu's."""
    raters: Floats
    """(b, R): how often each rater was drawn."""

    @classmethod
    def of(cls, weight: Floats, stratum: Ints, n_raters: int, n_replicates: int, seed: int) -> Resampling:
        """The draws of this seed for n stimuli with design weights and strata (n,) and `n_raters` raters."""
        rng = np.random.default_rng(seed)
        factors = rao_wu_factors(stratum, n_replicates, rng)
        return cls(weight, factors, rater_multiplicities(n_raters, n_replicates, rng))

    def point(self, statistic: Callable[[Floats], Floats]) -> Floats:
        """The statistic of the sample itself."""
        return np.asarray(statistic(self.weight[None])[0])

    def stimuli(self, statistic: Callable[[Floats], Floats], cells: int = 1) -> Floats:
        """(b, ...): the statistic with the stimuli resampled and the raters as they are.

        `cells`: how many numbers the statistic needs per stimulus, to keep its arrays small.
        """
        return self.both(lambda weight, _: statistic(weight), cells)

    def both(self, statistic: Callable[[Floats, Floats], Floats], cells: int = 1) -> Floats:
        """(b, ...): the statistic of weights and rater multiplicities, with stimuli and raters resampled."""
        step = max(1, _CELLS // (max(1, len(self.weight)) * cells))
        parts = [
            statistic(self.factors[at : at + step] * self.weight, self.raters[at : at + step])
            for at in range(0, len(self.factors), step)
        ]
        return np.concatenate(parts)


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
    if len(good) < 2 or 2 * len(good) < len(replicates) or np.ptp(good) <= 1e-12 * np.abs(good).max():
        return None
    return good
