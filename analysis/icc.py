"""Intraclass correlations: of what graded labels differ in, the share that is due to the stimuli.

The six of Shrout and Fleiss 1979, named as in McGraw and Wong 1996: `1` takes the raters of each stimulus for others
than those of the next, `a` asks for absolute agreement of raters, `c` only for consistency, whatever the level of
each; one rater's label (`_1`) or the mean of k (`_k`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.components import NO_TWO_STIMULI, RATER, REST, STIMULUS, Crossed, Formula
from analysis.estimates import LOG_LEFT, Estimates, bounded, estimate
from analysis.figures import Figure
from analysis.intervals import Interval, Resampling
from analysis.judgements import Floats
from analysis.reliability import too_little
from analysis.sample import NO_VARIATION, RATERS_LIKE_THESE, THESE_RATERS, Basis, Sample
from analysis.weighted import ratio

_NONE = 1e-12
"""A share of the variance that is rounding."""
_LEAST = -1.0
"""No correlation is lower, and a mean of k labels that is said to be less reliable than this says nothing."""
_ENDLESS = -1e9
"""Stands for minus infinity, where the means of stimuli would vary less than not at all."""
LESS_THAN_CHANCE = "labels of one stimulus differ more than those of two"


@dataclass(frozen=True, slots=True)
class Coefficients:
    """The six coefficients as functions of components (..., 4, C); NaN where nothing varies."""

    k: float
    """Raters per stimulus; with gaps, the harmonic mean."""
    same_rater_share: float
    """Of the pairs of two stimuli, the share whose labels are one rater's: what a one-way analysis mixes in."""

    def named(self) -> dict[str, Formula]:
        """The formula of each figure."""
        return {
            "icc_1_1": lambda v: self._one_way(v, 1.0),
            "icc_a_1": lambda v: self._agreement(v, 1.0),
            "icc_c_1": lambda v: self._consistency(v, 1.0),
            "icc_1_k": lambda v: self._one_way(v, self.k),
            "icc_a_k": lambda v: self._agreement(v, self.k),
            "icc_c_k": lambda v: self._consistency(v, self.k),
        }

    def _one_way(self, v: Floats, k: float) -> Floats:
        part = v[..., STIMULUS, :] - self.same_rater_share * v[..., RATER, :]
        return _share(part, v[..., RATER, :] + v[..., REST, :], k)

    @staticmethod
    def _agreement(v: Floats, k: float) -> Floats:
        return _share(v[..., STIMULUS, :], v[..., RATER, :] + v[..., REST, :], k)

    @staticmethod
    def _consistency(v: Floats, k: float) -> Floats:
        return _share(v[..., STIMULUS, :], v[..., REST, :], k)


def coefficients(crossed: Crossed, weight: Floats) -> Coefficients:
    """Those for this many raters per stimulus, under weights (n,)."""
    k = float(weight.sum() / (weight @ (1 / crossed.n_labels)))
    return Coefficients(k, crossed.same_rater_share(weight))


def icc(sample: Sample, resampling: Resampling) -> list[Figure]:
    """The six coefficients of graded labels, each for these raters and for raters like these; none on nominal scales.

    Exactly those of Shrout and Fleiss where every rater judged every stimulus and all weigh the same; with gaps, from
    components over pairs. Values below 0 are left as they come out, but those of a mean of k below -1 are withheld. A
    part that came out negative where it cannot be is 0, so none is above 1. Two raters get the first interval only.
    Where no rater has two stimuli, only the one-way coefficients can be told, for raters like these.
    """
    if not sample.graded:
        return []
    rows = sample.n_labels >= 2
    basis, reason = sample.basis(rows), too_little(sample)
    crossed = Crossed(sample.item, sample.rater, sample.value[:, None], len(sample.stimuli), len(sample.raters))
    of_raters = coefficients(crossed, sample.weight)
    named, k = of_raters.named(), of_raters.k
    if not reason and np.ptp(sample.value) == 0:
        reason = NO_VARIATION
    if reason:
        return [basis.figure(name, 0.0, reason=reason) for name in named]
    found = estimate(crossed, resampling)
    figures = []
    for name, formula in named.items():
        if crossed.nested and not name.startswith("icc_1"):
            figures.append(basis.figure(name, 0.0, reason=NO_TWO_STIMULI))
        else:
            least = max(-1 / (k - 1), _LEAST) if name.endswith("_1") else None
            figures += _figures(basis, found, name, formula, least)
    return [f for f in figures if not (crossed.nested and f.speaks_for == THESE_RATERS)]


def _figures(basis: Basis, found: Estimates, name: str, formula: Formula, least: float | None) -> list[Figure]:
    """One coefficient, whose lowest possible value is `least`; None where it has none, as of a mean of k labels."""
    value = float(formula(found.point)[0])
    if value < _LEAST:
        return [basis.figure(name, 0.0, reason=LESS_THAN_CHANCE)]
    intervals = {THESE_RATERS: found.these_raters(formula, 0)}
    if found.like_these is not None:
        intervals[RATERS_LIKE_THESE] = found.raters_like_these(formula, 0, LOG_LEFT)
    return [
        basis.figure(name, value, _possible(interval, value, least), speaks_for=speaks_for)
        for speaks_for, interval in intervals.items()
    ]


def _possible(interval: Interval | None, value: float, least: float | None) -> Interval | None:
    """The interval within what can be; None where it reaches so low that it says nothing."""
    if least is None and interval and interval[0] < _LEAST:
        return None
    return bounded(interval, value, _LEAST if least is None else least, 1.0)


def _share(part: Floats, rest: Floats, k: float) -> Floats:
    """part / (part + rest / k), at most 1: NaN where neither is anything.

    Of single labels (k = 1) it is a correlation, at least -1.
    """
    rest = np.maximum(rest, 0.0) / k
    whole = part + rest
    found = ratio(part, np.where(whole > _NONE, whole, 0.0))
    found = np.where((whole <= _NONE) & (part < -_NONE), _ENDLESS, found)
    return np.maximum(found, _LEAST) if k == 1 else np.asarray(found)
