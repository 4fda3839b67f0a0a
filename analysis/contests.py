"""Who is nearer to the others: a rater, or answers in the rater's place. Each rater is held out in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import influence
from analysis.holding_out import Linear
from analysis.influence import spread_of_sums
from analysis.judgements import Floats, Ints
from analysis.sample import Sample

FEWEST_STIMULI = 30
"""With fewer stimuli shared with others a rater is not held out: too few for a t-test (Calderon et al. 2025)."""

_ROUNDING = 1e-9
"""Of shares of raters: well below 1 over the square of their number."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """The judgements that answers are compared with, j of them, for one label or for all (None)."""

    label: str | None
    item: Ints
    """(j,): the stimulus."""
    rater: Ints
    """(j,): numbered from 0 among those who can be held out."""
    others: Floats
    """(j,): the sum of what the others said: 1 for the label and 0 for another, or the score."""
    n_others: Floats
    """(j,)."""
    distance: Floats
    """(j,): of the rater from the others, times their number."""
    weight: Floats
    """(j,): design weights."""
    cell: Ints
    """(j,): one for each rater and stratum."""
    centre: float
    """What is taken off scores before they are compared, so that they may lie anywhere; 0 for a label."""
    rounding: float
    """Scores no farther apart are the same."""
    varied: bool
    """Whether not all said the same."""
    fixed: tuple[Floats, Floats, Floats]
    """(R, H) each, by rater and stratum: rows, and the sums of their weights and of the squares of these."""

    @classmethod
    def of(cls, sample: Sample, stratum: Ints, k: int | None) -> Contest:
        """Of all raters with enough stimuli, over label k, or over scores; strata (n,)."""
        rows = np.flatnonzero(sample.n_labels[sample.item] > 1)
        enough = np.bincount(sample.rater[rows], minlength=len(sample.raters)) >= FEWEST_STIMULI
        rows = rows[enough[sample.rater[rows]]]
        item, rater = sample.item[rows], (np.cumsum(enough) - 1)[sample.rater[rows]]
        said = sample.off_centre if k is None else (sample.label == k).astype(np.float64)
        others = influence.sums(sample.item, said, len(sample.stimuli))[item] - said[rows]
        n_others, weight = sample.n_labels[item] - 1, sample.weight[item]
        shape = int(enough.sum()), int(stratum.max()) + 1
        cell = rater * shape[1] + stratum[item]
        n, w, ww = (_sums(cell, values, shape) for values in (np.ones(len(rows)), weight, weight**2))
        label = None if k is None else sample.categories[k]
        distance = np.abs(said[rows] * n_others - others)
        centre, rounding = (sample.centre, sample.rounding) if k is None else (0.0, _ROUNDING)
        varied = bool(len(rows)) and bool(np.ptp(said[sample.n_labels[sample.item] > 1]))
        fixed = n, w, ww
        return cls(label, item, rater, others, n_others, distance, weight, cell, centre, rounding, varied, fixed)

    @property
    def n_raters(self) -> int:
        """Those who can be held out."""
        return len(self.fixed[0])

    def __call__(self, answer: Floats) -> tuple[Bools, Bools]:
        """(j,) each: whether the answers (n,) are at least as near as the rater, and the other way round.

        The mean squared difference from the others is their variance plus the square of the difference from their
        mean, so who is nearer to the mean is nearer to them all. Of yes and no, the same rule says who agrees with
        more of them. What differs by rounding only is as near.
        """
        distance = np.abs((answer - self.centre)[self.item] * self.n_others - self.others)
        slack = self.rounding * self.n_others
        return distance <= self.distance + slack, distance >= self.distance - slack

    def by_chance(self, drawn: Floats, weight: Floats) -> tuple[Floats, Floats]:
        """Answers drawn from `drawn` (d,) with chances in proportion to `weight` (d,): how they fare, with no drawing.

        (j,): the chance that such an answer is at least as near as the rater; and (d,): the share of the contest, mean
        over raters, in which each of the drawn is. An answer is as near if it lies as near to the others' mean.
        """
        drawn = drawn - self.centre
        centre, reach = self.others / self.n_others, self.distance / self.n_others + self.rounding
        low, high = centre - reach, centre + reach
        order = np.argsort(drawn, kind="stable")
        share = np.concatenate([[0.0], np.cumsum(weight[order])])
        places = (np.searchsorted(drawn[order], bound) for bound in (high, low))
        chance = np.subtract(*(share[place] for place in places)) / share[-1]
        part = self.parts() * self.weight
        from_low, from_high = (_below(bound, part, drawn) for bound in (low, high))
        return np.asarray(chance), from_low - from_high

    def parts(self) -> Floats:
        """(j,): how much of a mean over raters of weighted means a judgement is, per unit of its weight."""
        return np.asarray(1 / (self.fixed[1].sum(axis=1)[self.rater] * self.n_raters))

    def mean_of_means(self, x: Floats, n_stimuli: int) -> Linear:
        """The mean over raters of their weighted means of x (j,)."""
        made = influence.mean(x, self.weight, self.rater, self.n_raters)
        column = influence.sums(self.item, self.weight * made.influence / self.n_raters, n_stimuli)
        return Linear(float(made.value.mean()), column)

    def means(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """(R,) each: the raters' weighted means of x (j,), their standard errors and degrees of freedom."""
        n, w, ww = self.fixed
        wx = self.weight * x
        x1, wx1, wxx = (_sums(self.cell, values, n.shape) for values in (wx, self.weight * wx, wx * wx))
        total = w.sum(axis=1, keepdims=True)
        m = x1.sum(axis=1, keepdims=True) / total
        # sums of w (x - m) / total, and of its square
        error, df = spread_of_sums(n, (x1 - m * w) / total, (wxx - 2 * m * wx1 + m * m * ww) / total**2)
        return m[:, 0], error, df


def _below(bound: Floats, amount: Floats, at: Floats) -> Floats:
    """The sum of amounts whose bound is below each of `at`."""
    order = np.argsort(bound)
    return np.concatenate([[0.0], np.cumsum(amount[order])])[np.searchsorted(bound[order], at)]


def _sums(cell: Ints, values: Floats, shape: tuple[int, ...]) -> Floats:
    return influence.sums(cell, values, shape[0] * shape[1]).reshape(shape)
