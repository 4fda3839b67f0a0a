"""The noise ceiling: how well one person predicts the others, and how near the unit comes to that.

On an ordinal scale predictions are compared by rank. On a nominal scale a person gives hard labels, so the unit
gives them too, above or below a threshold that is fitted on other stimuli than those it is judged on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.figures import Figure
from analysis.intervals import Resampling, percentile_interval
from analysis.judgements import NO_ANSWER, Floats, Ints
from analysis.sample import NO_VARIATION, Sample
from analysis.weighted import best_threshold, binary_kappa, ratio, spearman

N_FOLDS = 5
FEWEST_STIMULI = 10
"""With fewer stimuli shared with the others, a held-out rater is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """How well x predicts y on some stimuli."""

    rows: NDArray[np.intp]
    measure: Callable[[Floats], Floats]
    """From weights (b, len(rows)) to (b,)."""

    def __call__(self, weight: Floats) -> Floats:
        if len(self.rows) < FEWEST_STIMULI:
            return np.full(len(weight), np.nan)
        return self.measure(weight[:, self.rows])


@dataclass(frozen=True, slots=True, eq=False)
class _HeldOut:
    """One rater against the others: alone, within the consensus, and the unit in the rater's place."""

    lower: _Pair
    upper: _Pair
    unit: _Pair | None


@dataclass(frozen=True, slots=True, eq=False)
class _Board:
    """What is compared for one label, or for the whole order of labels (None)."""

    label: str | None
    people: list[_HeldOut]
    unit: _Pair | None
    undefined: str


def ceiling(sample: Sample, resampling: Resampling, seed: int) -> list[Figure]:
    """Floor and ceiling of what can be asked of the unit, per label where the scale is nominal.

    `ceiling_lower`: the mean over raters of how well one predicts the consensus of the others; also one figure
    for each rater, held out in turn. `ceiling_upper`: the same with the rater inside the consensus.
    `unit_against_consensus`: the unit and all raters. `normalised_agreement`: the unit against the very
    consensuses of `ceiling_lower`, over it; 1 says that the unit is as good as a person. Paired in this way it
    does not drift with the number of raters. The intervals resample stimuli; thresholds are not fitted again.
    """
    boards = [_rank_board(sample)] if sample.ordinal else _label_boards(sample, seed)
    return [figure for board in boards for figure in _figures(sample, resampling, board)]


def majority(counts: Ints) -> Ints:
    """(n,): the label that most raters gave, for counts (n, K); -1 on a tie, and where there is no label."""
    top = counts.max(axis=1)
    single = (counts == top[:, None]).sum(axis=1) == 1
    return np.where(single & (top > 0), counts.argmax(axis=1), NO_ANSWER)


def stratified_folds(stratum: Ints, rng: np.random.Generator) -> Ints:
    """(n,): 0 to 4 at random, each stratum spread evenly over the folds."""
    fold = np.empty(len(stratum), dtype=np.int64)
    fold[np.lexsort((rng.random(len(stratum)), stratum))] = np.arange(len(stratum)) % N_FOLDS
    return fold


def cross_fitted(score: Floats, y: NDArray[np.bool_], weight: Floats, fold: Ints) -> NDArray[np.bool_]:
    """(n,): yes or no from a threshold on the score that was fitted to the y of the other folds."""
    answer = np.zeros(len(score), dtype=np.bool_)
    for held in np.unique(fold):
        out = fold == held
        if not out.all():
            cut, upward = best_threshold(score[~out], y[~out], weight[~out])
            answer[out] = (score[out] > cut) == upward
    return answer


def _rank_board(sample: Sample) -> _Board:
    scores = np.where(sample.answered, sample.labels, 0)
    total, n = scores.sum(axis=1), sample.answered.sum(axis=1)

    def pair(rows: NDArray[np.intp], x: Floats, y: Floats) -> _Pair:
        return _Pair(rows, lambda weight: spearman(x, y, weight))

    people = []
    for r in range(len(sample.raters)):
        rows = np.flatnonzero(sample.answered[:, r] & (n > 1))
        own = scores[rows, r].astype(np.float64)
        others = (total[rows] - scores[rows, r]) / (n[rows] - 1)
        unit = None if sample.activation is None else pair(rows, sample.activation[rows], others)
        people.append(_HeldOut(pair(rows, own, others), pair(rows, own, sample.mean_score[rows]), unit))
    whole = None if sample.activation is None else pair(np.arange(len(n)), sample.activation, sample.mean_score)
    return _Board(None, people, whole, "constant")


def _label_boards(sample: Sample, seed: int) -> list[_Board]:
    counts = sample.counts.astype(np.int64)
    own = sample.one_hot.astype(np.int64)
    together = majority(counts)
    others = [majority(counts - own[:, r]) for r in range(len(sample.raters))]
    fold = stratified_folds(sample.stratum, np.random.default_rng([seed, N_FOLDS]))

    def person(r: int, k: int, consensus: Ints) -> _Pair:
        rows = np.flatnonzero(sample.answered[:, r] & (consensus != NO_ANSWER))
        said, agreed = sample.labels[rows, r] == k, consensus[rows] == k
        return _Pair(rows, lambda weight: binary_kappa(said, agreed, weight))

    def unit(rows: NDArray[np.intp], k: int, consensus: Ints) -> _Pair | None:
        if sample.activation is None:
            return None
        agreed = consensus[rows] == k
        fires = cross_fitted(sample.activation[rows], agreed, sample.weight[rows], fold[rows])
        return _Pair(rows, lambda weight: binary_kappa(fires, agreed, weight))

    boards = []
    for k, label in enumerate(sample.categories):
        people = []
        for r, rest in enumerate(others):
            lower = person(r, k, rest)
            people.append(_HeldOut(lower, person(r, k, together), unit(lower.rows, k, rest)))
        whole = unit(np.flatnonzero(together != NO_ANSWER), k, together)
        boards.append(_Board(label, people, whole, NO_VARIATION))
    return boards


def _figures(sample: Sample, resampling: Resampling, board: _Board) -> list[Figure]:
    people = _people_figures(sample, resampling, board)
    return people if board.unit is None else [*people, _unit_figure(sample, resampling, board, board.unit)]


def _unit_figure(sample: Sample, resampling: Resampling, board: _Board, unit: _Pair) -> Figure:
    value = float(resampling.point(unit))
    reason = "" if np.isfinite(value) else board.undefined
    if len(unit.rows) < FEWEST_STIMULI:
        reason = f"withheld: fewer than {FEWEST_STIMULI} stimuli have a consensus"
    interval = percentile_interval(resampling.stimuli(unit))
    basis = sample.basis(_mask(sample, unit.rows))
    return basis.figure("unit_against_consensus", value, interval, label=board.label, reason=reason)


def _people_figures(sample: Sample, resampling: Resampling, board: _Board) -> list[Figure]:
    """The means over the raters for whom they are defined, then the held-out raters one by one."""

    def statistic(weight: Floats) -> Floats:
        columns = [
            pair(weight) if pair else np.full(len(weight), np.nan)
            for person in board.people
            for pair in (person.lower, person.upper, person.unit)
        ]
        return np.stack(columns, axis=1).reshape(len(weight), -1, 3)

    point, replicates = resampling.point(statistic), resampling.stimuli(statistic)
    reasons = [_reason(sample, board, person, value) for person, value in zip(board.people, point[:, 0], strict=True)]
    kept = np.array([not reason for reason in reasons])
    means = _means(sample, board, point[None, kept], replicates[:, kept], "" if kept.any() else reasons[0])
    if len(sample.raters) < 2:
        return means
    return means + [
        sample.basis(_mask(sample, person.lower.rows)).figure(
            "ceiling_lower",
            float(point[r, 0]),
            percentile_interval(replicates[:, r, 0]),
            label=board.label,
            rater=sample.raters[r],
            reason=reasons[r],
        )
        for r, person in enumerate(board.people)
    ]


def _reason(sample: Sample, board: _Board, person: _HeldOut, value: float) -> str:
    """Why this rater cannot be held out, or ""."""
    if len(sample.raters) < 2:
        return "needs at least 2 raters"
    if len(person.lower.rows) < FEWEST_STIMULI:
        return f"withheld: fewer than {FEWEST_STIMULI} stimuli shared with a consensus of the others"
    return "" if np.isfinite(value) else board.undefined


def _means(sample: Sample, board: _Board, point: Floats, replicates: Floats, reason: str) -> list[Figure]:
    """Means over the kept raters of (1, kept, 3) and (b, kept, 3), and the unit's over the lower of them."""
    basis = sample.basis(sample.answered.sum(axis=1) > 1)

    def figure(name: str, statistic: Callable[[Floats], Floats], reason: str) -> Figure:
        if reason:
            return basis.figure(name, 0.0, label=board.label, reason=reason)
        value = float(statistic(point)[0])
        undefined = "" if np.isfinite(value) else board.undefined
        interval = percentile_interval(statistic(replicates))
        return basis.figure(name, value, interval, label=board.label, reason=undefined)

    lower = figure("ceiling_lower", lambda columns: columns[:, :, 0].mean(axis=1), reason)
    upper = figure("ceiling_upper", lambda columns: columns[:, :, 1].mean(axis=1), reason)
    if board.unit is None:
        return [lower, upper]
    if lower.low is not None and lower.low <= 0:
        reason = "undefined: the raters may not predict one another at all"  # a ratio to nothing says nothing
    return [lower, upper, figure("normalised_agreement", _normalised, reason)]


def _normalised(columns: Floats) -> Floats:
    lower = columns[:, :, 0].mean(axis=1)
    return ratio(columns[:, :, 2].mean(axis=1), np.where(lower > 0, lower, 0.0))


def _mask(sample: Sample, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    mask = np.zeros(len(sample.labels), dtype=np.bool_)
    mask[rows] = True
    return mask
