"""How far apart the values of one stimulus are, and values at large: what Krippendorff's alpha compares.

One number per judgement, whatever the scale, so that no table of values against values is needed (but for ratio
scales), and what a stimulus or a rater contributes is a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.judgements import Floats, Ints
from analysis.sample import Sample

MOST_RATIOS = 2000
"""Different numbers that a ratio scale may hold: each must be compared with each."""
_CELLS = 1_000_000
"""Numbers that one chunk of the table of ratios may hold."""
_ROUNDING = 1e-12
"""Of scores that span 1: the rest is rounding, and equal numbers are to be no distance apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """Squared distances of the J judgements of a sample, on its scale; a judgement without another beside it has none.

    The sample's observed disagreement is the weighted sum of `near` / (m - 1); the expected one that of `far`. Both
    follow to first order where the weights of the stimuli change: `far` and `rank` hold what a judgement moves by
    being one of the values that all are compared with (an influence function, Hampel 1974).
    """

    near: Floats
    """(J,): the sum of distances to the other values of the same stimulus."""
    far: Floats
    """(J,): its share in the mean distance of two values of any stimuli."""
    rank: Floats
    """(J,): what it adds to the observed disagreement by stretching the scale: only where distances are of ranks."""
    sums: Floats
    """(n, 3): `near`, `far` and `rank` summed over each stimulus."""

    @classmethod
    def of(cls, sample: Sample, near: Floats, far: Floats, rank: Floats) -> Distances:
        """With the sums over stimuli."""
        sums = [np.bincount(sample.item, part, len(sample.stimuli)) for part in (near, far, rank)]
        return cls(near, far, rank, np.stack(sums, axis=1))

    def of_stimuli(self, sample: Sample) -> Floats:
        """(n, 2): observed and expected disagreement of each stimulus."""
        near, far, rank = self.sums.T
        return np.stack([near / np.maximum(sample.n_labels - 1, 1) + rank, far], axis=1)

    def without(self, sample: Sample, rows: slice) -> Floats:
        """(c, 2): the same for the stimuli of some judgements, each without that judgement."""
        item = sample.item[rows]
        m = sample.n_labels[item]
        near, far, rank = self.sums[item].T
        observed = (near - 2 * self.near[rows]) / np.maximum(m - 2, 1) + rank - self.rank[rows]
        left = np.stack([observed, far - self.far[rows]], axis=1)
        return np.where((m >= 3)[:, None], left, 0.0)


def distances(sample: Sample) -> Distances | None:
    """Those of the sample's scale; None where it has none: labels without order, or too many ratios to compare.

    Sources: Krippendorff 2011. Interval: (a - b)^2. Ratio: ((a - b) / (a + b))^2. Ordinal: the squared difference of
    mid-ranks among all pairable values.
    """
    if sample.scale == "nominal":
        return None
    weight = _pairable_weight(sample)
    if sample.scale == "ratio":
        return _of_ratios(sample, weight)
    return _of_ranks(sample, weight) if sample.ordinal else _of_scores(sample, sample.value, weight)


def _pairable_weight(sample: Sample) -> Floats:
    """(J,): the design weight of each judgement that has another beside it; they sum to 1."""
    weight = np.where(sample.n_labels >= 2, sample.weight, 0.0)[sample.item]
    total = weight.sum()
    return np.asarray(weight / total) if total > 0 else weight


def _of_scores(sample: Sample, scores: Floats, weight: Floats) -> Distances:
    """Squared differences of scores (J,), in closed form; their unit cancels in alpha."""
    spread = np.ptp(scores)
    y = (scores - scores.mean()) / spread if spread > 0 else np.zeros_like(scores)
    y = np.where(weight > 0, y - float(weight @ y), 0.0)
    y[np.abs(y) < _ROUNDING] = 0.0
    m = sample.n_labels[sample.item]
    total, square = (np.bincount(sample.item, part, len(sample.stimuli))[sample.item] for part in (y, y * y))
    return Distances.of(sample, np.maximum(m * y * y - 2 * y * total + square, 0.0), 2 * y * y, np.zeros_like(y))


def _of_ranks(sample: Sample, weight: Floats) -> Distances:
    """Squared differences of mid-ranks, which move with the weights, and each value's part in moving them."""
    share = np.bincount(sample.label, weight, len(sample.categories))
    midrank = np.cumsum(share) - share / 2
    y = midrank[sample.label]
    fixed = _of_scores(sample, y, weight)
    m = sample.n_labels[sample.item]
    unit = np.ptp(y) ** 2 if np.ptp(y) > 0 else 1.0
    # by how much each mid-rank moves the two disagreements, and each value the mid-ranks
    others = np.bincount(sample.item, y, len(sample.stimuli))[sample.item] - y
    pull = weight * ((m - 1) * y - others) / np.maximum(m - 1, 1)
    observed = 4 * np.bincount(sample.label, pull, len(share)) / unit
    expected = 4 * share * (midrank - share @ midrank) / unit
    rank, far = (_moved(slope, midrank)[sample.label] * (weight > 0) for slope in (observed, expected))
    return Distances.of(sample, fixed.near, fixed.far + far, rank)


def _moved(slope: Floats, midrank: Floats) -> Floats:
    """(K,): what one more value of each category moves, if mid-ranks move a disagreement by their slope (K,).

    A value moves the mid-ranks of all categories above it by a whole, its own by a half, and all of them back, for
    they are shares.
    """
    moved = np.cumsum(slope[::-1])[::-1] - slope / 2 - slope @ midrank
    return np.where(np.abs(moved) < _ROUNDING, 0.0, moved)


def _of_ratios(sample: Sample, weight: Floats) -> Distances | None:
    values, code = np.unique(sample.value, return_inverse=True)
    if len(values) > MOST_RATIOS:
        return None
    table = _ratio_table(values)
    typical = table @ np.bincount(code, weight, len(values))
    mean = float(weight @ typical[code])
    far = np.where(weight > 0, 2 * typical[code] - mean, 0.0)
    return Distances.of(sample, _near(sample, code, table), far, np.zeros_like(far))


def _ratio_table(values: Floats) -> Floats:
    above, below = values[:, None] - values, values[:, None] + values
    return np.asarray(np.divide(above, below, out=np.zeros_like(above), where=below > 0) ** 2)


def _near(sample: Sample, code: Ints, table: Floats) -> Floats:
    """(J,): the sum of distances of each value to those of its stimulus, a chunk of stimuli at a time."""
    n, k = len(sample.stimuli), len(table)
    counts = sparse.csr_array((np.ones(len(code)), (sample.item, code)), shape=(n, k))
    step = max(1, _CELLS // k)
    out = np.empty(len(code))
    for at in range(0, n, step):
        rows = slice(*np.searchsorted(sample.item, [at, at + step]).tolist())
        out[rows] = np.asarray(counts[at : at + step] @ table)[sample.item[rows] - at, code[rows]]
    return out
