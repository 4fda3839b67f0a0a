"""What it costs that the threshold by which a unit answers yes or no had to be fitted.

A threshold fitted to other stimuli would have fallen elsewhere. So each bootstrap replicate fits it again, in the
same folds (a stimulus drawn twice stays in its fold, so nothing is judged on what it was fitted to).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from analysis.intervals import Resampling
from analysis.judgements import Floats, Ints
from analysis.thresholds import N_FOLDS

_MOST_BINS = 100
"""Cuts that replicates choose from: more would not move the figure, which is flat around the best cut."""
_MOST_REPLICATES = 250
"""Enough for a standard error, to 5 %."""


@dataclass(frozen=True, slots=True, eq=False)
class Refitting:
    """How the thresholds for K labels are fitted."""

    score: Floats
    """(n,): the activation."""
    fold: Ints
    """(n,): 0 to 4."""
    weight: Floats
    """(n,): what a stimulus counts in the fit, besides its design weight."""
    share: Floats
    """(n, K): the share of yes that the answers are fitted to."""

    def errors_of_gains(self, resampling: Resampling, columns: Floats, gains: Floats) -> Floats:
        """(K,): standard errors of figures that are sums of what each answer gains.

        `columns` (n, K): what one unit of a stimulus's weight adds to each figure, the answers as they are; `gains`
        (n, K): what it adds more by a yes than by a no.
        """

        def figure(totals: Floats, says: Floats) -> Floats:
            return np.asarray((says * totals).sum(axis=(2, 3)))

        return self._errors(resampling, gains, figure, columns)

    def errors_of_kappas(
        self, resampling: Resampling, judged: Floats, agreed: Floats, columns: Floats, scale: Floats
    ) -> Floats:
        """(f, K): standard errors of figures that rest on kappas of the answers.

        Args:
            resampling: the draws.
            judged: (n,) 1 where there is a consensus of all, else 0.
            agreed: (n, K) 1 where that is the label, else 0.
            columns: (n, f, K) what one unit of a stimulus's weight adds to each figure, the answers as they are: of
                figures that rest on the consensuses fitted to, and last of one that rests on the consensus of all.
            scale: (f, K) by how much each figure moves when its kappa moves by 1.

        The refitted kappas are pooled over stimuli, which is what the thresholds are fitted to.
        """

        def figure(totals: Floats, says: Floats) -> Floats:
            """From totals (c, 2 (1 + K), folds, bins) of what is fitted to, and of the consensus of all."""
            fitted_to, of_all = (_kappas(half, says) for half in np.split(totals, 2, axis=1))
            return np.stack([*[fitted_to] * (len(scale) - 1), of_all], axis=1) * scale

        of_all = np.column_stack([judged, judged[:, None] * agreed])
        return self._errors(resampling, np.concatenate([self._fit(), of_all], axis=1), figure, columns)

    def _errors(
        self, resampling: Resampling, table: Floats, figure: Callable[[Floats, Floats], Floats], columns: Floats
    ) -> Floats:
        """The spread of weight @ columns plus what refitting moves the figure of the totals of `table` (n, F) by."""
        bins = self._bins()
        n_bins, n_fit = int(bins.max()) + 1, 1 + self.share.shape[1]
        cells = self._cells(np.concatenate([self._fit(), table], axis=1), bins, n_bins)

        def totals(weight: Floats) -> Floats:
            return np.asarray(weight @ cells).reshape(len(weight), -1, N_FOLDS, n_bins)

        as_it_is = _answers(totals(resampling.weight[None])[:, :n_fit])

        def statistic(weight: Floats) -> Floats:
            made = totals(weight)
            says, rest = _answers(made[:, :n_fit]), made[:, n_fit:]
            return np.tensordot(weight, columns, axes=1) + figure(rest, says) - figure(rest, as_it_is)

        draws = replace(resampling, n_replicates=min(resampling.n_replicates, _MOST_REPLICATES))
        return np.asarray(draws.stimuli(statistic, cells=max(1, cells.shape[1] // len(bins))).std(axis=0))

    def _fit(self) -> Floats:
        return np.column_stack([self.weight, self.weight[:, None] * self.share])

    def _cells(self, table: Floats, bins: Ints, n_bins: int) -> sparse.csr_array:
        """(n, F folds bins): what a stimulus's weight adds to the totals of columns (n, F) in its fold and bin."""
        row, column = np.nonzero(table)
        place = (column * N_FOLDS + self.fold[row]) * n_bins + bins[row]
        shape = len(bins), table.shape[1] * N_FOLDS * n_bins
        return sparse.csr_array((table[row, column], (row, place)), shape=shape)

    def _bins(self) -> Ints:
        """(n,): the bin of each score, from the highest; equal scores share one."""
        values, group = np.unique(-self.score, return_inverse=True)
        if len(values) <= _MOST_BINS:
            return group.astype(np.int64)
        edges = np.linspace(0, len(group), _MOST_BINS + 1)[1:-1]
        before = np.cumsum(np.bincount(group)) - 1
        return np.unique(np.searchsorted(edges, before, side="right")[group], return_inverse=True)[1].astype(np.int64)


def _answers(totals: Floats) -> Floats:
    """(c, K, folds, bins): 1 where the unit says yes, by the best cut of the other folds; totals (c, 1 + K, ...)."""
    others = totals.sum(axis=2, keepdims=True) - totals
    weight, yes = others[:, :1], others[:, 1:]
    whole = np.maximum(weight.sum(axis=3, keepdims=True), 1e-300)
    fires, both = np.cumsum(weight, axis=3) / whole, np.cumsum(yes, axis=3) / whole
    given = both[..., -1:]
    above = 2 * (both - fires * given)
    below = np.clip(fires + given - 2 * fires * given, 1e-12, 1 - 1e-12)
    upward, downward = above / below, -above / (1 - below)
    best_up, best_down = upward.argmax(axis=3), downward.argmax(axis=3)
    is_up = upward.max(axis=3) >= downward.max(axis=3)
    place = np.arange(totals.shape[3])
    says_up, says_down = place <= best_up[..., None], place > best_down[..., None]
    return np.asarray(np.where(is_up[..., None], says_up, says_down), dtype=np.float64)


def _kappas(totals: Floats, says: Floats) -> Floats:
    """(c, K): kappas over all folds, for totals (c, 1 + K, folds, bins) and answers (c or 1, K, folds, bins)."""
    weight, yes = totals[:, :1], totals[:, 1:]
    whole = np.maximum(weight.sum(axis=(2, 3)), 1e-300)
    fires, both = (weight * says).sum(axis=(2, 3)) / whole, (yes * says).sum(axis=(2, 3)) / whole
    given = yes.sum(axis=(2, 3)) / whole
    return np.asarray(2 * (both - fires * given) / np.maximum(fires + given - 2 * fires * given, 1e-12))
