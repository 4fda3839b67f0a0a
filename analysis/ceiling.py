"""The noise ceiling: how well one person predicts the others, and how near the unit comes to that.

On a graded scale predictions are compared by rank. On a nominal scale a person gives hard labels, so the unit gives
them too, above or below a threshold that is fitted on other stimuli than those it is judged on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.figures import Figure
from analysis.holding_out import Board, Linear, label_boards, rank_board
from analysis.influence import fisher_interval, spread, t_interval
from analysis.intervals import Interval, Resampling
from analysis.judgements import Floats, Ints
from analysis.refitting import Refitting
from analysis.sample import CONSTANT, Basis, Sample

FEWEST_RATERS = 3
"""Of a stimulus, for a consensus of labels with a rater inside it: two have one only where they agree."""
FEWEST_STIMULI = 10
"""With fewer stimuli shared with the others, a held-out rater is left out."""
_ROUNDING = 1e-12
"""A figure nearer to 0 than this is 0, and one nearer to 1 is 1."""
MOST_RATERS = 200
"""Held-out raters with a figure of their own."""


def ceiling(sample: Sample, resampling: Resampling, seed: int) -> list[Figure]:
    """Floor and ceiling of what can be asked of the unit, per label where the scale is nominal.

    `ceiling_lower`: the mean over raters of how well one predicts the consensus of the others; also one figure
    for each rater, held out in turn (of more than MOST_RATERS, for those who judged most; the means are over all).
    `ceiling_upper`: the same with the rater inside the consensus (of labels, where a stimulus has 3 raters: two have
    a consensus only where they agree, and would reach 1 whatever they say).
    `unit_against_consensus`: the unit and all raters.
    `unit_against_others`: the unit in the place of each held-out rater, against the very consensuses of
    `ceiling_lower`.
    `normalised_agreement`: `unit_against_others` over `ceiling_lower`; 1 says that the unit is as good as a person.
    Paired in this way it does not drift with the number of raters.

    Standard errors are those of the stratified bootstrap of stimuli in each figure's linear form, with t quantiles on
    Fisher's z scale (the ratio: as it is). Where the unit has thresholds, replicates fit them again, and its kappa is
    taken to the arcsine scale.
    """
    if sample.graded:
        boards, refitting = [rank_board(sample)], None
    else:
        boards, refitting = label_boards(sample, seed)
    held = [_Held.of(sample, board) for board in boards]
    errors = _refitted_errors(sample, resampling, refitting, held) if refitting else [_Errors()] * len(held)
    made: list[Figure] = []
    bases = _bases(sample, boards[0].shared)
    for one, error in zip(held, errors, strict=True):
        made += _people(sample, resampling, one, error, bases)
        if one.board.unit is not None:
            made.append(_unit(sample, resampling, one, error.whole))
    return made


def shown_raters(sample: Sample) -> Ints:
    """The places of the raters with a figure of their own: all, or the MOST_RATERS who judged most, ascending."""
    given = np.bincount(sample.rater, minlength=len(sample.raters))
    return np.sort(np.argsort(-given, kind="stable")[:MOST_RATERS])


@dataclass(frozen=True, slots=True)
class _Errors:
    """Standard errors of the unit's figures where its thresholds are fitted again; None where it has none."""

    normalised: float | None = None
    others: float | None = None
    whole: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A board with its raters held out, and the means over those for whom they are defined."""

    board: Board
    each: tuple[Floats, Floats]
    """(R,): how well each rater predicts the others; (j,): deviations of the judgements `board.shared` from it."""
    n_shared: Ints
    """(R,): stimuli on which each rater was compared."""
    n_kept: int
    lower: Linear
    upper: Linear
    unit: Linear | None
    """The unit in the place of each rater."""
    whole: Linear | None
    """The unit and all raters."""

    @classmethod
    def of(cls, sample: Sample, board: Board) -> _Held:
        n_shared = np.bincount(sample.rater[board.shared], minlength=len(sample.raters))
        lower = board.held_out(sample, board.own[board.shared])
        kept = np.isfinite(lower.value) & (n_shared >= FEWEST_STIMULI)
        unit = whole = None
        if board.unit is not None:
            unit = board.held_out(sample, board.unit[sample.item[board.shared]]).mean(sample, kept)
            whole = board.whole(sample, board.unit)
        return cls(
            board,
            (lower.value, lower.deviation),
            n_shared,
            int(kept.sum()),
            lower.mean(sample, kept),
            board.held_inside(sample).mean(sample, kept),
            unit,
            whole,
        )

    @property
    def normalised(self) -> Linear | None:
        """The unit over the lower ceiling, by the delta method; None where there is nothing to divide by."""
        if self.unit is None or not self.lower.value > 0:
            return None
        share = self.unit.value / self.lower.value
        return Linear(share, (self.unit.column - share * self.lower.column) / self.lower.value)

    def reason(self, sample: Sample, n_shared: int) -> str:
        """Why a rater who was compared on so many stimuli, and has no value, cannot be held out."""
        if len(sample.raters) < 2:
            return "needs at least 2 raters"
        if n_shared < FEWEST_STIMULI:
            return f"fewer than {FEWEST_STIMULI} stimuli shared with a consensus of the others"
        return self.board.undefined


def _refitted_errors(sample: Sample, resampling: Resampling, refitting: Refitting, held: list[_Held]) -> list[_Errors]:
    """For each board, the standard errors of the unit's figures."""
    columns, scale = np.zeros((len(sample.stimuli), 3, len(held))), np.zeros((3, len(held)))
    for k, one in enumerate(held):
        moved = (one.normalised, 1 / (one.lower.value or 1.0)), (one.unit, 1.0), (one.whole, 1.0)
        for place, (linear, by) in enumerate(moved):
            if linear is not None and np.isfinite(linear.value):
                columns[:, place, k], scale[place, k] = linear.column / sample.weight, by
    judged = held[0].board.agreed_on.astype(np.float64)
    agreed = np.stack([one.board.everyone for one in held], axis=1)
    errors = refitting.errors_of_kappas(resampling, judged, agreed, columns, scale)
    return [_Errors(*errors[:, k].tolist()) for k in range(len(held))]


def _unit(sample: Sample, resampling: Resampling, held: _Held, error: float | None) -> Figure:
    basis, label = sample.basis(held.board.agreed_on), held.board.label
    if held.board.agreed_on.sum() < FEWEST_STIMULI or held.whole is None:
        reason = f"fewer than {FEWEST_STIMULI} stimuli have a consensus"
        return basis.figure("unit_against_consensus", np.nan, label=label, reason=reason)
    value = _snapped(held.whole.value)
    reason = _constant(sample, held.board.agreed_on) or ("" if np.isfinite(value) else held.board.undefined)
    interval = _interval(resampling, held.whole, error)
    return basis.figure("unit_against_consensus", value, interval, label=label, reason=reason)


def _interval(
    resampling: Resampling, linear: Linear, error: float | None = None, ratio: bool = False
) -> Interval | None:
    """`error`, where given, takes the place of that of the linear form."""
    errors, df = spread(linear.column, resampling.stratum, np.zeros(len(linear.column), dtype=np.int64), 1)
    kappa = fisher_interval if error is None else _arcsine_interval
    make = t_interval if ratio else kappa
    return make(_snapped(linear.value), float(errors[0]) if error is None else error, float(df[0]))


def _snapped(value: float) -> float:
    """The value, or 0 where all of it is rounding."""
    return 0.0 if abs(value) < _ROUNDING else value


def _arcsine_interval(value: float, error: float, df: float) -> Interval | None:
    """value ± t se on the arcsine scale, back inside [-1, 1]; None where there is no spread, and at -1 and 1.

    Fisher's z takes the error to shrink as 1 - value^2 does, as that of a correlation of many pairs. An error that is
    mostly the threshold's does not: near 1 the lower end would fall below 0 (a kappa of 0.96, [-0.30, 1.00]). This
    scale takes it to shrink as that of a share, with the root. In 4 simulations of 150 studies, with 50 to 100 images
    and kappas of 0.3 to 0.84, the intervals held in 95 to 99 % on this scale, and in 96 to 100 % on Fisher's.
    """
    straight = t_interval(value, error, df)
    if straight is None or not abs(value) < 1 - _ROUNDING:
        return None
    centre, half = np.arcsin(value), (straight[1] - straight[0]) / 2 / np.sqrt(1 - value * value)
    low, high = np.clip([centre - half, centre + half], -np.pi / 2, np.pi / 2)
    return float(np.sin(low)), float(np.sin(high))


def _people(
    sample: Sample, resampling: Resampling, held: _Held, error: _Errors, bases: list[tuple[int, Basis]]
) -> list[Figure]:
    """The means over the raters for whom they are defined, then the held-out raters one by one."""
    basis, label = sample.basis(sample.n_labels > 1), held.board.label
    reason = "" if held.n_kept else held.reason(sample, int(held.n_shared.max()))

    def figure(name: str, linear: Linear, error: float | None = None) -> Figure:
        undefined = reason or ("" if np.isfinite(linear.value) else held.board.undefined)
        interval = None if undefined else _interval(resampling, linear, error)
        return basis.figure(name, _snapped(linear.value), interval, label=label, reason=undefined)

    made = [figure("ceiling_lower", held.lower), figure("ceiling_upper", held.upper)]
    pairs = "" if reason or sample.graded else _only_pairs(sample)
    if pairs:
        made[1] = basis.figure("ceiling_upper", np.nan, label=label, reason=pairs)
    if held.unit is not None:
        reason = reason or _constant(sample, sample.item[held.board.shared])
        made.append(figure("unit_against_others", held.unit, error.others))
        made.append(_normalised(resampling, held, error.normalised, made[0], reason, basis))
    return made if len(sample.raters) < 2 else made + _each(sample, resampling, held, bases)


def _only_pairs(sample: Sample) -> str:
    if sample.n_labels.max() >= FEWEST_RATERS:
        return ""
    few = len(sample.raters) < FEWEST_RATERS
    return f"needs at least {FEWEST_RATERS} raters" if few else "no stimulus has three raters"


def _constant(sample: Sample, rows: Ints | NDArray[np.bool_]) -> str:
    """The reason where the activation is the same for all these stimuli: its threshold would answer at random."""
    return "" if sample.activation is None or np.ptp(sample.activation[rows]) else CONSTANT


def _normalised(
    resampling: Resampling, held: _Held, error: float | None, lower: Figure, reason: str, basis: Basis
) -> Figure:
    name, label, share = "normalised_agreement", held.board.label, held.normalised
    least = lower.value if lower.low is None else lower.low
    if not reason and (share is None or least is None or least <= 0):
        reason = "undefined: the raters may not predict one another at all"  # a ratio to nothing says nothing
    if reason or share is None:
        return basis.figure(name, np.nan, label=label, reason=reason)
    undefined = "" if np.isfinite(share.value) else held.board.undefined
    interval = None if undefined else _interval(resampling, share, error, ratio=True)
    return basis.figure(name, _snapped(share.value), interval, label=label, reason=undefined)


def _each(sample: Sample, resampling: Resampling, held: _Held, bases: list[tuple[int, Basis]]) -> list[Figure]:
    rows = held.board.shared
    values, deviation = held.each
    stratum = resampling.stratum[sample.item[rows]]
    errors, df = spread(deviation, stratum, sample.rater[rows], len(sample.raters))
    made = []
    for r, basis in bases:
        value, n = _snapped(float(values[r])), int(held.n_shared[r])
        reason = "" if n >= FEWEST_STIMULI and np.isfinite(value) else held.reason(sample, n)
        interval = None if reason else fisher_interval(value, float(errors[r]), float(df[r]))
        made.append(
            basis.figure(
                "ceiling_lower", value, interval, label=held.board.label, rater=sample.raters[r], reason=reason
            )
        )
    return made


def _bases(sample: Sample, rows: Ints) -> list[tuple[int, Basis]]:
    """The shown raters, each with the stimuli compared (of judgements `rows`) and all who judged them."""
    shown, everyone = shown_raters(sample), sample.table()
    compared = np.zeros(len(sample.item))
    compared[rows] = 1
    met = (sample.table(compared)[:, shown].T.tocsr() @ everyone).toarray()
    n_stimuli = np.bincount(sample.rater[rows], minlength=len(sample.raters))[shown]
    columns = shown, n_stimuli, (met > 0).sum(axis=1), met.sum(axis=1)
    counted = zip(*(column.tolist() for column in columns), strict=True)
    return [(r, Basis(sample.target, n, raters, int(judgements))) for r, n, raters, judgements in counted]
