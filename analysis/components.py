"""Variance components of labels: stimulus, rater, and the rest of one rater's label of one stimulus.

y_ir = mean + stimulus_i + rater_r + rest_ir. Half the squared difference of two labels is on average

- of one stimulus by two raters: v_rater + v_rest;
- of two stimuli by one rater: v_stimulus + v_rest;
- of two stimuli by two raters: v_stimulus + v_rater + v_rest,

so means over pairs give the components whatever cells are empty, and under any law of the labels (Koch 1968). In a
complete table without weights they are the estimators of the analysis of variance. Each stimulus counts with its
design weight, shared out among its judgements, so that the components are those of the population.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from analysis.judgements import Floats, Ints
from analysis.weighted import ratio

STIMULUS, RATER, REST, OCCASION = range(4)
"""The places in an array of components (..., 4, C). OCCASION is a part of REST; NaN where nothing was repeated."""

Formula = Callable[[Floats], Floats]
"""Components (..., 4, C) to a figure of each score (..., C)."""

NO_TWO_STIMULI = "no rater has two stimuli"
"""Why nothing can be told of raters who judged one stimulus each."""
_ROUNDING = 1e-12
_ROUNDS = 5
"""Of fitting raters and stimuli in turn: the means of raters who share stimuli then hardly change."""


@dataclass(frozen=True, eq=False)
class Crossed:
    """J labels of n stimuli by R raters as C scores; a call with weights (b, n) gives components (b, 4, C).

    Where no rater has two stimuli, what raters differ in cannot be told from the rest: all of it is in REST.
    """

    item: Ints
    """(J,): the place of the stimulus; each of the n has a judgement."""
    rater: Ints
    """(J,): the place of the rater; no rater has a stimulus twice."""
    scores: Floats
    """(J, C): indicators of labels, or columns of numbers."""
    n_stimuli: int
    n_raters: int

    def __call__(self, weight: Floats) -> Floats:
        """(b, 4, C): the components under weights (b, n); NaN where no pair speaks of one."""
        return self.in_units(weight) * self.unit

    def in_units(self, weight: Floats) -> Floats:
        """(b, 4, C): the same in multiples of `unit`, of which squares do not overflow, however large the scores."""
        alone = (weight**2) @ self._alone
        g, y, q = self._by_rater(weight)
        one_rater, pairs = (g * q - y**2).sum(axis=1), (g**2).sum(axis=1) - alone[:, :1]
        g, y, q = g.sum(axis=1), y.sum(axis=1), q.sum(axis=1)
        two_stimuli, all_pairs = g * q - y**2 - alone[:, 2:], g**2 - alone[:, 1:2]
        beside = weight @ self._beside
        of_one_stimulus = mean_over_pairs(beside[:, 1:], beside[:, :1])
        other = mean_over_pairs(two_stimuli - one_rater, all_pairs - pairs)
        of_one_rater = other if self.nested else mean_over_pairs(one_rater, pairs)
        rest = of_one_stimulus + of_one_rater - other
        parts = [other - of_one_stimulus, other - of_one_rater, rest, np.full_like(rest, np.nan)]
        found = np.stack(parts, axis=1)
        return np.where(np.abs(found) < _ROUNDING, 0.0, found)

    def same_rater_share(self, weight: Floats) -> float:
        """Of the pairs of two stimuli, the share whose labels are one rater's, under weights (n,)."""
        of_raters = np.bincount(self.rater, self.shares(weight), self.n_raters)
        alone = (weight**2) @ self._alone[:, :2]
        pairs = float(weight.sum() ** 2 - alone[1])
        return float((of_raters**2).sum() - alone[0]) / pairs if pairs > 0 else np.nan

    def shares(self, weight: Floats) -> Floats:
        """(J,): the weight (n,) of each stimulus, shared out among its judgements."""
        return np.asarray((weight / self.n_labels)[self.item])

    @cached_property
    def nested(self) -> bool:
        """Whether no rater has two stimuli, so that the raters of a stimulus come and go with it."""
        return bool(np.bincount(self.rater).max() < 2)

    @cached_property
    def n_labels(self) -> Floats:
        """(n,): labels of each stimulus."""
        return np.bincount(self.item, minlength=self.n_stimuli).astype(np.float64)

    @cached_property
    def _binary(self) -> bool:
        return bool(((self.scores == 0) | (self.scores == 1)).all())

    @property
    def unit(self) -> Floats:
        """(C,): of variances: the square of the largest deviation from the mean, 1 for indicators."""
        return self._scale**2

    @cached_property
    def _scale(self) -> Floats:
        if self._binary:
            return np.ones(self.scores.shape[1])
        size = np.abs(self.scores - self.scores.mean(axis=0)).max(axis=0)
        return np.where(size > 0, size, 1.0)

    @cached_property
    def _scaled(self) -> Floats:
        return self.scores if self._binary else np.asarray((self.scores - self.scores.mean(axis=0)) / self._scale)

    @cached_property
    def _table(self) -> sparse.csr_array:
        """(n, F R): each judgement's share in its stimulus, and that times its scores, and their squares."""
        share = self.shares(np.ones(self.n_stimuli))
        columns = [share, *(share * self._scaled.T)]
        if not self._binary:  # an indicator is its own square
            columns += [*(share * self._scaled.T**2)]
        data, places = np.stack(columns), np.arange(len(columns))[:, None] * self.n_raters + self.rater
        kept = data != 0
        at = np.broadcast_to(self.item, kept.shape)[kept], places[kept]
        return sparse.csr_array((data[kept], at), shape=(self.n_stimuli, len(columns) * self.n_raters))

    def _by_rater(self, weight: Floats) -> tuple[Floats, Floats, Floats]:
        """(b, R, 1) and two (b, R, C): each rater's sums of weight, of score and of its square."""
        sums = np.asarray(weight @ self._table).reshape(len(weight), -1, self.n_raters).transpose(0, 2, 1)
        c = self.scores.shape[1]
        return sums[..., :1], sums[..., 1 : 1 + c], sums[..., -c:]

    @cached_property
    def _alone(self) -> Floats:
        """(n, 2 + C): what pairs of a stimulus with itself have in sums over pairs, per squared weight.

        The pairs of one judgement with itself; all pairs; and half the squared difference of these.
        """
        m = self.n_labels[:, None]
        y, q = (sums / m for sums in self._sums)
        return np.concatenate([1 / m, np.ones_like(m), np.maximum(q - y**2, 0.0)], axis=1)

    @cached_property
    def _sums(self) -> tuple[Floats, Floats]:
        """Two (n, C): the sums of a stimulus's scores, and of their squares."""
        y, q = (add_up(self.item, part, self.n_stimuli) for part in (self._scaled, self._scaled**2))
        return y, q

    @cached_property
    def _beside(self) -> Floats:
        """(n, 1 + C): whether a stimulus has two raters, and half their mean squared difference."""
        m = self.n_labels[:, None]
        return np.concatenate([m > 1, self._alone[:, 2:] * m / np.maximum(m - 1, 1)], axis=1)

    def by_judgement(self, weight: Floats, column: int) -> Floats:
        """(J, 4): what each judgement adds to the components of a score because of who gave it, under weights (n,).

        Summed over a rater's judgements, it is how far v_stimulus and v_rest would move with the rater's weight (the
        infinitesimal jackknife, Jaeckel 1972), to first order and in multiples of `unit`; v_rater, for which there is
        a better way, is left at 0. Means over pairs of raters get (R - 1) / (R - 2), with which the variance is right
        for few raters, too (Efron and Stein 1981). For three raters or more.
        """
        y = self._scaled[:, column]
        m = self.n_labels[self.item]
        share = np.where(m > 1, self.shares(weight), 0.0)
        z = y - self._rater_means(share, y)[self.rater]
        z = z - float(share @ z) / float(share.sum())
        s, q = (np.bincount(self.item, part, self.n_stimuli)[self.item] - part for part in (z, z * z))
        partners = np.maximum(m - 1, 1)
        found = np.zeros((len(y), 4))
        found[:, STIMULUS] = z * s / partners
        found[:, REST] = (z * z - (2 * z * s - q) / partners) / 2
        found = (found - share @ found / share.sum()) * share[:, None]
        factor = 2 * (self.n_raters - 1) / (self.n_raters - 2) / float(share.sum())
        return np.asarray(found * factor)

    def _rater_means(self, share: Floats, y: Floats) -> Floats:
        """(R,): how far each rater is above the others on the same stimuli: an additive fit, side by side."""
        of_rater = np.bincount(self.rater, share, self.n_raters)
        means = np.zeros(self.n_raters)
        for _ in range(_ROUNDS):
            level = np.bincount(self.item, y - means[self.rater], self.n_stimuli) / self.n_labels
            above = np.bincount(self.rater, share * (y - level[self.item]), self.n_raters)
            means = np.divide(above, of_rater, out=np.zeros_like(above), where=of_rater > 0)
        return means


def mean_over_pairs(total: Floats, pairs: Floats) -> Floats:
    """total / pairs; NaN where there are none."""
    return ratio(total, np.where(pairs > 1e-9, pairs, 0.0))  # below is rounding: no such pairs


def add_up(place: Ints, columns: Floats, n: int) -> Floats:
    """(n, F): sums of columns (J, F) by place (J,)."""
    return np.stack([np.bincount(place, column, minlength=n) for column in columns.T], axis=1)
