"""Each rater held out in turn: what is compared with what, and the correlations or kappas that come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis import influence
from analysis.consensus import majority, majority_of_others
from analysis.influence import Estimate
from analysis.judgements import NO_ANSWER, Floats, Ints
from analysis.refitting import Refitting
from analysis.sample import CONSTANT, NO_VARIATION, Sample, tidy
from analysis.thresholds import N_FOLDS, cross_fitted, stratified_folds

Measure = Callable[[Floats, Floats, Floats, Ints, int], Estimate]


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A figure, and what each stimulus does to it."""

    value: float
    column: Floats
    """(n,): weight times influence."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """One measure of every rater, and what each judgement does to it."""

    value: Floats
    """(R,)."""
    rows: Ints
    """(j,): the judgements that enter."""
    deviation: Floats
    """(j,): weight times influence on the rater's value."""

    def mean(self, sample: Sample, kept: NDArray[np.bool_]) -> Linear:
        """The mean over the kept raters (R,)."""
        if not kept.any():
            return Linear(np.nan, np.zeros(len(sample.stimuli)))
        of_kept = np.where(kept[sample.rater[self.rows]], self.deviation, 0.0) / kept.sum()
        column = influence.sums(sample.item[self.rows], of_kept, len(sample.stimuli))
        return Linear(float(self.value[kept].mean()), column)


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """What is compared for one label, or for the whole order of labels (None)."""

    label: str | None
    measure: Measure
    undefined: str
    """What is said where nothing varies."""
    own: Floats
    """(J,): what each rater said."""
    others: Floats
    """(J,): the consensus of the others."""
    shared: Ints
    """The judgements for which there is one."""
    everyone: Floats
    """(n,): the consensus of all."""
    agreed_on: NDArray[np.bool_]
    """(n,): whether there is one."""
    unit: Floats | None
    """(n,): what the unit says."""

    def held_out(self, sample: Sample, said: Floats) -> HeldOut:
        """How well what is said (len(shared),) in the place of each rater predicts the consensus of the others."""
        return self._held(sample, self.shared, said, self.others[self.shared])

    def held_inside(self, sample: Sample) -> HeldOut:
        """How well each rater predicts the consensus of all, which holds the rater too."""
        rows = np.flatnonzero(self.agreed_on[sample.item])
        return self._held(sample, rows, self.own[rows], self.everyone[sample.item[rows]])

    def whole(self, sample: Sample, said: Floats) -> Linear:
        """How well what is said (n,) predicts the consensus of all."""
        rows = np.flatnonzero(self.agreed_on)
        weight, one = sample.weight[rows], np.zeros(len(rows), dtype=np.int64)
        made = self.measure(said[rows], self.everyone[rows], weight, one, 1)
        column = np.zeros(len(sample.stimuli))
        column[rows] = weight * made.influence
        return Linear(float(made.value[0]), column)

    def _held(self, sample: Sample, rows: Ints, x: Floats, y: Floats) -> HeldOut:
        weight = sample.weight[sample.item[rows]]
        made = self.measure(x, y, weight, sample.rater[rows], len(sample.raters))
        return HeldOut(made.value, rows, weight * made.influence)


def rank_board(sample: Sample) -> Board:
    """Scores against the mean scores of the others, by rank; the unit by its activation."""
    m = sample.n_labels[sample.item]
    off = sample.off_centre
    total = influence.sums(sample.item, off, len(sample.stimuli))[sample.item]
    others = tidy((total - off) / np.maximum(m - 1, 1), sample.rounding)
    return Board(
        label=None,
        measure=influence.spearman,
        undefined=CONSTANT,
        own=sample.value,
        others=others,
        shared=np.flatnonzero(m > 1),
        everyone=sample.mean_score,
        agreed_on=np.ones(len(sample.stimuli), dtype=np.bool_),
        unit=sample.activation,
    )


def label_boards(sample: Sample, seed: int) -> tuple[list[Board], Refitting | None]:
    """For each label "said this" against "most others said this"; and how the unit's thresholds are fitted again.

    The unit gives one answer to each stimulus, for all held-out raters alike. Its thresholds are fitted to the
    consensuses that it is compared with, those of other stimuli: for each stimulus, the share of held-out raters
    whose others agree on the label; where nobody can be held out, the consensus of all.
    """
    together, others = majority(sample.counts), majority_of_others(sample)
    shared, agreed_on = np.flatnonzero(others != NO_ANSWER), together != NO_ANSWER
    labels, n = np.arange(len(sample.categories)), len(sample.stimuli)
    compared = np.bincount(sample.item[shared], minlength=n).astype(np.float64)
    agreeing = [np.bincount(sample.item[others == k], minlength=n) for k in labels]
    judged = agreed_on.astype(np.float64)
    said = (together[:, None] == labels).astype(np.float64)
    fit_share = np.where(compared[:, None] > 0, np.stack(agreeing, axis=1) / np.maximum(compared, 1)[:, None], said)
    fit_weight = np.where(compared > 0, compared / sample.n_labels, judged)
    fold = stratified_folds(sample.stratum, np.random.default_rng([seed, N_FOLDS]))
    boards = [
        Board(
            label=label,
            measure=_kappa,
            undefined=NO_VARIATION,
            own=(sample.label == k).astype(np.float64),
            others=(others == k).astype(np.float64),
            shared=shared,
            everyone=(together == k).astype(np.float64),
            agreed_on=agreed_on,
            unit=_yes_or_no(sample, fit_share[:, k], fit_weight, fold),
        )
        for k, label in enumerate(sample.categories)
    ]
    if sample.activation is None:
        return boards, None
    return boards, Refitting(sample.activation, fold, fit_weight, fit_share)


def _kappa(x: Floats, y: Floats, weight: Floats, group: Ints, n_groups: int) -> Estimate:
    return influence.kappa(x > 0.5, y > 0.5, weight, group, n_groups)


def _yes_or_no(sample: Sample, share: Floats, fit_weight: Floats, fold: Ints) -> Floats | None:
    """(n,): 1 where the unit says yes; 0, too, where there is nothing to compare it with."""
    if sample.activation is None:
        return None
    rows = np.flatnonzero(fit_weight)
    answer = np.zeros(len(sample.stimuli))
    weight = sample.weight[rows] * fit_weight[rows]
    answer[rows] = cross_fitted(sample.activation[rows], share[rows], weight, fold[rows])
    return answer
