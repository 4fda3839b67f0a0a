"""Pairs of judgements in a pilot: what two raters share on one image, and one rater on two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize
from scipy.special import ndtri, owens_t

from analysis.judgements import Floats, Ints, Judgements
from analysis.sample import Sample

FEWEST_STIMULI = 10
"""With two judgements, before anything is said of raters."""


@dataclass(frozen=True, slots=True, eq=False)
class PilotPairs:
    """Weighted sums over pairs of judgements, of any column of answers (J,)."""

    item: Ints
    rater: Ints
    weight: Floats
    """(J,): the stimulus's, shared among its judgements."""
    labels: Ints
    """(2, P): of the first and the second look, where a rater looked twice."""
    values: Floats
    look_weight: Floats

    @classmethod
    def of(cls, judgements: Judgements, sample: Sample) -> PilotPairs:
        """The blind judgements of the sample, and the second looks among all of them."""
        blind = np.flatnonzero((judgements.condition == 0) & (judgements.occasion <= 2))
        same = (np.diff(judgements.stimulus[blind]) == 0) & (np.diff(judgements.rater[blind]) == 0)
        looks = np.stack([blind[:-1][same], blind[1:][same]])
        named = {name: place for place, name in enumerate(sample.stimuli)}
        place = [named[judgements.stimuli[row]] for row in judgements.stimulus[looks[0]].tolist()]
        return cls(
            sample.item,
            sample.rater,
            (sample.weight / sample.n_labels)[sample.item],
            judgements.label[looks],
            judgements.value[looks],
            sample.weight[np.array(place, dtype=np.int64)],
        )

    def covariances(self, y: Floats) -> tuple[float, float]:
        """Of two raters on one image, weighted by the image, and of one rater on two images, by both."""
        (one_rater, apart), (rater_pairs, apart_pairs) = self._sums(self.weight * y), self._sums(self.weight)
        mean = float(np.average(y, weights=self.weight))
        base = apart / apart_pairs if apart_pairs > 0 else mean**2
        n = np.bincount(self.item)
        total, squares, design = (np.bincount(self.item, column) for column in (y, y * y, self.weight))
        shared = n >= 2
        pairs = (total**2 - squares)[shared] / (n * (n - 1))[shared]
        of_images = float(np.average(pairs, weights=design[shared])) - base
        return of_images, one_rater / rater_pairs - base if rater_pairs > 0 else 0.0

    def _sums(self, w: Floats) -> tuple[float, float]:
        """Of products of pairs: of one rater on two images, and of two raters on two images."""
        itself = float((w * w).sum())
        items = float((np.bincount(self.item, w) ** 2).sum()) - itself
        raters = float((np.bincount(self.rater, w) ** 2).sum()) - itself
        return raters, float(w.sum()) ** 2 - items - raters - itself

    def occasion_variance(self, looks: Floats) -> float | None:
        """Half the mean squared difference of two looks (2, P); None where they are too few."""
        if looks.shape[1] < FEWEST_STIMULI:
            return None
        return float(np.average((looks[0] - looks[1]) ** 2, weights=self.look_weight)) / 2


def tetrachoric(p: float, covariance: float) -> float:
    """The correlation of two normal variables, both above one cut with chance p, with this covariance of being above.

    The chance that both are is p - 2 T(h, sqrt((1 - rho) / (1 + rho))) with Owen's T (1956), h the cut.
    """
    h, aim = float(ndtri(p)), p * p + covariance

    def excess(rho: float) -> float:
        return float(p - 2 * owens_t(h, np.sqrt((1 - rho) / (1 + rho)))) - aim

    ends = -0.999, 0.9999
    if excess(ends[0]) >= 0 or excess(ends[1]) <= 0:
        return ends[0] if excess(ends[0]) >= 0 else ends[1]
    return float(optimize.brentq(excess, *ends, xtol=1e-9))
