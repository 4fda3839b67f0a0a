"""Intraclass correlations: of what graded labels differ in, the share that is due to the stimuli.

The six of Shrout and Fleiss 1979, named as in McGraw and Wong 1996: `1` takes the raters of each stimulus for others
than those of the next, `a` asks for absolute agreement of raters, `c` only for consistency, whatever the level of
each; one rater's label (`_1`) or the mean of k (`_k`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.components import LOG_LEFT, RATER, REST, STIMULUS, Crossed, Formula, estimate, too_little
from analysis.figures import Figure
from analysis.intervals import Resampling
from analysis.judgements import Floats
from analysis.sample import NO_VARIATION, RATERS_LIKE_THESE, THESE_RATERS, Sample
from analysis.weighted import ratio

_NONE = 1e-12
"""A share of the variance that is rounding."""


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
        within = v[..., RATER, :] + v[..., REST, :]
        return _share(v[..., STIMULUS, :] - self.same_rater_share * v[..., RATER, :], within / k)

    @staticmethod
    def _agreement(v: Floats, k: float) -> Floats:
        return _share(v[..., STIMULUS, :], (v[..., RATER, :] + v[..., REST, :]) / k)

    @staticmethod
    def _consistency(v: Floats, k: float) -> Floats:
        return _share(v[..., STIMULUS, :], v[..., REST, :] / k)


def coefficients(crossed: Crossed, weight: Floats) -> Coefficients:
    """Those for this many raters per stimulus, under weights (n,)."""
    k = float(weight.sum() / (weight @ (1 / crossed.n_labels)))
    return Coefficients(k, crossed.same_rater_share(weight))


def icc(sample: Sample, resampling: Resampling) -> list[Figure]:
    """The six coefficients of graded labels, each for these raters and for raters like these; none on nominal scales.

    Exactly those of Shrout and Fleiss where every rater judged every stimulus and all weigh the same; with gaps, from
    components over pairs. Values below 0 are left as they come out. Two raters get the first interval only.
    """
    if not sample.graded:
        return []
    rows = sample.n_labels >= 2
    basis, reason = sample.basis(rows), too_little(sample)
    crossed = Crossed(sample.item, sample.rater, sample.value[:, None], len(sample.stimuli), len(sample.raters))
    named = coefficients(crossed, sample.weight).named()
    if not reason and np.ptp(sample.value) == 0:
        reason = NO_VARIATION
    if reason:
        return [basis.figure(name, 0.0, reason=reason) for name in named]
    found = estimate(crossed, resampling)
    figures = []
    for name, formula in named.items():
        value = float(formula(found.point)[0])
        figures.append(basis.figure(name, value, found.these_raters(formula, 0), speaks_for=THESE_RATERS))
        if found.like_these is not None:
            interval = found.raters_like_these(formula, 0, LOG_LEFT)
            figures.append(basis.figure(name, value, interval, speaks_for=RATERS_LIKE_THESE))
    return figures


def _share(part: Floats, rest: Floats) -> Floats:
    """part / (part + rest): NaN where the whole is not above 0."""
    whole = part + rest
    return ratio(part, np.where(whole > _NONE, whole, 0.0))
