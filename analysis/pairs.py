"""Pairs of raters within stimuli, as columns of which every coefficient of agreement is a function.

A stimulus contributes one row of columns that depends on its own labels only. Their totals under design weights, or
under a bootstrap's, give every coefficient; and the same columns without one judgement tell what a rater
contributes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.agreement_weights import identity, linear, quadratic
from analysis.distances import Distances, distances
from analysis.judgements import NUMBERS, Floats
from analysis.sample import Sample
from analysis.weighted import ratio


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What b weightings of a sample say, over K categories; NaN where a weighting leaves nothing to say."""

    agreement: Floats
    """(b, W): the weighted mean agreement of two raters, over stimuli with two raters, for each agreement weight."""
    weights: tuple[Floats, ...]
    """W of (K, K): identity, and where categories have an order, linear and quadratic."""
    prevalence: Floats
    """(b, K): the weighted mean share of each label, over all stimuli with a label (the pi_k of Gwet 2014)."""
    values: Floats
    """(b, K): the weighted number of labels k that have another label beside them."""
    same: Floats
    """(b, K): of those, how many agree with the other label; the mean over the others, where there are several."""
    observed: Floats
    """(b,): the weighted sum of distances at the study's scale between values of one stimulus."""
    expected: Floats
    """(b,): the same between values of any stimuli."""
    n_values: float
    """How many values have another beside them."""
    conger_chance: Floats
    """(b,): the chance agreement of Conger 1980."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """The columns of a sample. On scales of numbers without declared categories K and W are 0."""

    sample: Sample

    @cached_property
    def distances(self) -> Distances | None:
        """Those of the study's scale; None where it has none of its own, or they are too many to compare."""
        return distances(self.sample)

    @cached_property
    def weights(self) -> tuple[Floats, ...]:
        """Agreement weights (K, K): identity, then linear and quadratic where categories have an order."""
        scores = category_scores(self.sample)
        kinds = (identity, linear, quadratic) if self.sample.graded else (identity,)
        return tuple(kind(scores) for kind in kinds) if len(scores) > 1 else ()

    @cached_property
    def columns(self) -> Floats:
        """(n, F): one row per stimulus."""
        sample = self.sample
        parts = [_of_counts(sample.counts, sample.n_labels, self.weights)]
        if sample.categories:
            slope = np.bincount(sample.item, self._conger_slope, len(sample.stimuli))
            parts.append(slope[:, None].astype(np.float64))
        if self.distances is not None:
            parts.append(self.distances.of_stimuli(sample))
        return np.concatenate(parts, axis=1)

    def without(self, rows: slice) -> Floats:
        """(c, F): the columns of the stimuli of some judgements, each without that judgement."""
        sample = self.sample
        item, label = sample.item[rows], sample.label[rows]
        counts = sample.counts[item]
        if sample.categories:
            counts[np.arange(len(item)), label] -= 1
        parts = [_of_counts(counts, sample.n_labels[item] - 1, self.weights)]
        if sample.categories:
            parts.append((self.columns[item, self._conger] - self._conger_slope[rows])[:, None])
        if self.distances is not None:
            parts.append(self.distances.without(sample, rows))
        return np.concatenate(parts, axis=1)

    def tally(self, totals: Floats) -> Tally:
        """From totals (b, F) of the columns under some weights of the stimuli."""
        k, w = len(self.sample.categories), len(self.weights)
        paired, labeled = totals[:, :1], totals[:, 1:2]
        agreement, shares, values, same = np.split(totals[:, 2 : self._conger], [w, w + k, w + 2 * k], axis=1)
        nothing = np.full(len(totals), np.nan)
        observed, expected = totals[:, -2:].T if self.distances is not None else (nothing, nothing)
        n_labels = self.sample.n_labels
        return Tally(
            ratio(agreement, paired),
            self.weights,
            ratio(shares, labeled),
            values,
            same,
            observed,
            expected,
            max(1.0, float(n_labels[n_labels >= 2].sum())),
            self._conger_point + totals[:, self._conger] if k else nothing,
        )

    def give_raters(self, totals: Floats) -> Floats:
        """Totals (R, F), row r without rater r to first order, with Conger's chance agreement exact."""
        if self.sample.categories:
            totals[:, self._conger] = _conger_without(self._marginals) - self._conger_point
        return totals

    @property
    def _conger(self) -> int:
        """The place of the column that moves Conger's chance agreement."""
        return 2 + len(self.weights) + 3 * len(self.sample.categories)

    @cached_property
    def _marginals(self) -> Floats:
        """(R, K): the weighted share of each label among those of each rater."""
        r, k = len(self.sample.raters), len(self.sample.categories)
        weight = self.sample.weight[self.sample.item]
        counts = np.bincount(self.sample.rater * k + self.sample.label, weight, r * k).reshape(r, k)
        return np.asarray(counts / counts.sum(axis=1, keepdims=True))

    @cached_property
    def _conger_point(self) -> float:
        return conger_chance(self._marginals)

    @cached_property
    def _conger_slope(self) -> Floats:
        """(J,): what each judgement moves Conger's chance agreement by, per unit of its stimulus's weight."""
        sample, p = self.sample, self._marginals
        r = len(p)
        slope = 2 * p.mean(axis=0) / r - 2 * (p - p.mean(axis=0)) / (r * max(1, r - 1))
        labels = np.bincount(sample.rater, sample.weight[sample.item], r)
        moved = slope[sample.rater, sample.label] - (slope * p).sum(axis=1)[sample.rater]
        return np.asarray(moved / labels[sample.rater])


def conger_chance(marginals: Floats) -> float:
    """sum_k (mean_k^2 - s2_k / R) over raters' marginals (R, K): two different raters by chance (Conger 1980).

    With gaps, each rater's shares are those among the labels that the rater gave (Gwet 2014).
    """
    r = len(marginals)
    spread = marginals.var(axis=0, ddof=1) if r > 1 else np.zeros(marginals.shape[1])
    return float((marginals.mean(axis=0) ** 2 - spread / r).sum())


def _conger_without(marginals: Floats) -> Floats:
    """(R,): Conger's chance agreement without each rater: the mean product of two different raters' marginals."""
    r = len(marginals)
    total, squares = marginals.sum(axis=0) - marginals, (marginals**2).sum(axis=1)
    pairs = (total**2).sum(axis=1) - (squares.sum() - squares)
    return ratio(pairs, np.full(r, float((r - 1) * (r - 2))))


def category_scores(sample: Sample) -> Floats:
    """(K,): the declared categories as numbers: themselves, or their places where they are names."""
    if sample.scale in NUMBERS:
        return np.array([float(name) for name in sample.categories])
    return np.arange(len(sample.categories), dtype=np.float64)


def _of_counts(counts: Floats, m: Floats, weights: tuple[Floats, ...]) -> Floats:
    """(n, 2 + W + 3 K) from the counts (n, K) of labels and of raters (n,)."""
    paired = m >= 2
    others = np.where(paired, 1 / np.maximum(m - 1, 1), 0.0)[:, None]
    per_label = 1 / np.maximum(m, 1)[:, None]
    agreeing = [((counts @ w) * counts).sum(axis=1, keepdims=True) - m[:, None] for w in weights]
    return np.concatenate(
        [
            np.stack([paired, m >= 1], axis=1).astype(np.float64),
            *(a * others * per_label for a in agreeing),
            counts * per_label,
            counts * paired[:, None],
            counts * (counts - 1) * others,
        ],
        axis=1,
    )
