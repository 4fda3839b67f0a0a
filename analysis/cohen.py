"""Cohen's kappa of each pair of raters, on the stimuli that both labeled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.agreement_weights import identity
from analysis.figures import Figure
from analysis.intervals import Interval, Resampling, percentile_interval
from analysis.judgements import Floats, Ints
from analysis.pairs import category_scores
from analysis.reliability import NEEDS_CATEGORIES
from analysis.sample import NO_VARIATION, Sample
from analysis.weighted import chance_corrected

FEWEST_SHARED = 10
"""Stimuli that two raters must share for their kappa to be shown."""
_FOLLOWED, _FEWEST_FOLLOWED = 200, 40
"""Pairs whose kappas are followed through the replicates: the more stimuli, the fewer."""
_CELLS = 5_000_000
"""Numbers that a table of stimuli and pairs, or stimuli and raters, may hold: 40 MB."""
_MANY = 200
"""Raters per stimulus from which full tables are faster to multiply than lists."""


@dataclass(frozen=True, slots=True)
class RaterPair:
    """Two raters, and how far they agree beyond chance."""

    rater: str
    other: str
    kappa: float | None
    """None where both give one and the same label always."""
    n_stimuli: int
    """How many both labeled."""


@dataclass(frozen=True, slots=True, eq=False)
class Cohen:
    """Pairs of raters who share enough stimuli, P of them, and what they come to."""

    figure: Figure
    """`cohen_kappa_median`."""
    raters: tuple[str, ...]
    first: Ints
    """(P,): places in `raters`."""
    second: Ints
    """(P,): each above that of `first`."""
    kappa: Floats
    """(P,): NaN where both give one and the same label always."""
    n_stimuli: Ints
    """(P,): how many both labeled."""

    @property
    def lowest(self) -> float | None:
        """None where no pair has a kappa."""
        return float(np.nanmin(self.kappa)) if np.isfinite(self.kappa).any() else None

    @property
    def highest(self) -> float | None:
        """None where no pair has a kappa."""
        return float(np.nanmax(self.kappa)) if np.isfinite(self.kappa).any() else None

    @property
    def matrix(self) -> Floats:
        """(R, R): symmetric; NaN for pairs without a kappa, and on the diagonal."""
        table = np.full((len(self.raters), len(self.raters)), np.nan)
        table[self.first, self.second] = table[self.second, self.first] = self.kappa
        return table

    @property
    def pairs(self) -> Iterator[RaterPair]:
        """One after the other, by rater and other rater."""
        columns = (column.tolist() for column in (self.first, self.second, self.kappa, self.n_stimuli))
        for a, b, kappa, n in zip(*columns, strict=True):
            yield RaterPair(self.raters[a], self.raters[b], None if np.isnan(kappa) else kappa, n)


def cohen(sample: Sample, resampling: Resampling, weights: Callable[[Floats], Floats] = identity) -> Cohen:
    """Kappa per pair (Cohen 1960), weighted where `weights` are `linear` or `quadratic` (Cohen 1968).

    Stimuli count by their design weights. The figure is the median over pairs (Light 1971 took their mean); its
    interval resamples the stimuli.
    """
    n_labels = sample.n_labels
    basis = sample.basis(n_labels >= 2)
    first, second, shared = _sharing(sample)
    reason = _reason(sample, len(first))
    if reason:
        figure = basis.figure("cohen_kappa_median", 0.0, reason=reason)
        return Cohen(figure, sample.raters, first[:0], second[:0], np.empty(0), shared[:0])
    table = weights(category_scores(sample))
    pairs = _Pairs.of(sample, first, second, table)
    kappa = pairs.kappa
    if not np.isfinite(kappa).any():
        figure = basis.figure("cohen_kappa_median", 0.0, reason=NO_VARIATION)
    else:
        interval = _interval(sample, resampling, pairs, table)
        figure = basis.figure("cohen_kappa_median", float(np.nanmedian(kappa)), interval)
    return Cohen(figure, sample.raters, first, second, kappa, shared)


def _reason(sample: Sample, n_pairs: int) -> str:
    if len(sample.raters) < 2:
        return "needs at least 2 raters"
    if len(sample.categories) < 2:
        return NEEDS_CATEGORIES
    return "" if n_pairs else f"no two raters share {FEWEST_SHARED} stimuli"


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """P pairs of raters: what each pair of labels and each rater's own come to among the stimuli they share."""

    first: Ints
    second: Ints
    weight: Floats
    """(P,): of the stimuli that they share."""
    agreement: Floats
    """(P,)"""
    shares: tuple[Floats, Floats]
    """Two of (P, K): how often the first gave each label, and the second."""
    chance: Floats
    """(P,)"""

    @property
    def kappa(self) -> Floats:
        """(P,)"""
        return chance_corrected(self.agreement, self.chance)

    @classmethod
    def of(cls, sample: Sample, first: Ints, second: Ints, table: Floats) -> _Pairs:
        """From sums over the stimuli of a product of two tables of stimuli and raters, taken where a pair is."""
        d = sample.weight[sample.item]
        each = sample.table()
        total = _products(sample, each, sample.table(d), first, second)[0]
        agreement = np.zeros(len(first))
        shares = np.empty((2, len(first), len(table)))
        for k, row in enumerate(table):
            gave = sample.table((sample.label == k).astype(np.float64))
            gave.eliminate_zeros()
            # what the other's label is worth where one of them gave k
            agreement += _products(sample, gave, sample.table(d * row[sample.label]), first, second)[0]
            shares[:, :, k] = _products(sample, gave, sample.table(d), first, second)
        shares /= total[:, None]
        chance = ((shares[0] @ table) * shares[1]).sum(axis=1)
        return cls(first, second, total, agreement / total, (shares[0], shares[1]), chance)


def _products(sample: Sample, a: sparse.csr_array, b: sparse.csr_array, first: Ints, second: Ints) -> Floats:
    """(2, P): a' b at (first, second) and at (second, first)."""
    full = len(sample.item) > _MANY * a.shape[0] and a.shape[0] * a.shape[1] <= _CELLS
    product = a.toarray().T @ b.toarray() if full else (a.T @ b).tocsr()
    return np.stack([np.asarray(product[first, second]).ravel(), np.asarray(product[second, first]).ravel()])


def _sharing(sample: Sample) -> tuple[Ints, Ints, Ints]:
    """Pairs who share enough stimuli, and how many."""
    each = sample.table()
    shared = sparse.triu(each.T @ each, k=1).tocoo()
    enough = shared.data >= FEWEST_SHARED
    first, second, n = (part[enough] for part in (*shared.coords, np.rint(shared.data)))
    order = np.lexsort((second, first))
    return first[order].astype(np.int64), second[order].astype(np.int64), n[order].astype(np.int64)


def _interval(sample: Sample, resampling: Resampling, pairs: _Pairs, table: Floats) -> Interval | None:
    """Of the median; each pair's kappa follows the drawn stimuli to first order (Efron 1982).

    Of many pairs only those nearest to the median are followed, as many above it as below: they carry it.
    """
    most = min(_FOLLOWED, max(_FEWEST_FOLLOWED, _CELLS // len(sample.stimuli)))
    order = np.argsort(pairs.kappa)[: int(np.isfinite(pairs.kappa).sum())]
    aside = max(0, len(order) - most + 1) // 2
    middle = order[aside : len(order) - aside]
    moved = resampling.totals(_influence(sample, pairs, table, middle))
    return percentile_interval(np.median(pairs.kappa[middle] + moved[1:], axis=1))


def _influence(sample: Sample, pairs: _Pairs, table: Floats, chosen: Ints) -> Floats:
    """(n, c): by how much the kappas of chosen pairs move per unit of each stimulus's weight; in all they sum to 0."""
    gave = sample.table((sample.label + 1).astype(np.float64)).tocsc()  # a gap is 0
    own, other = (gave[:, side[chosen]].toarray().astype(np.int64) - 1 for side in (pairs.first, pairs.second))
    kappa, chance, (p, q) = pairs.kappa[chosen], pairs.chance[chosen], pairs.shares
    by_own, by_other = (q @ table.T)[chosen], (p @ table)[chosen]  # what a label of either adds to chance agreement
    at = np.arange(len(chosen))
    change = (
        table[own, other] - pairs.agreement[chosen] - (1 - kappa) * (by_own[at, own] + by_other[at, other] - 2 * chance)
    )
    return np.where((own >= 0) & (other >= 0), change / (pairs.weight[chosen] * (1 - chance)), 0.0)
