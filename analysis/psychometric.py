"""How often people find the stronger image, given how far apart the two activations are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse, stats

from analysis.figures import CurvePoint, Figure
from analysis.forced_choice import ENOUGH_RATERS, TwoWay, proportion_correct
from analysis.intervals import LEVEL, Interval, Resampling, percentile_interval
from analysis.judgements import BLIND, Floats, Ints
from analysis.psychometric_fit import (
    LAPSE_PRIOR,
    LEAST_LAPSES,
    MOST_LAPSES,
    WIDTH,
    Fit,
    box,
    fit,
    information,
    objective,
    slopes,
)
from analysis.sample import RATERS_LIKE_THESE, THESE_RATERS
from analysis.trials import Trials

ENOUGH_PAIRS = 10
CORRECT = "correct"
"""The label of the curves' points."""

_KNOTS = 200
"""Replicates are fitted to so many gaps at most: near ones are taken together, at their mean."""
_BINS = 10
_DRAWN = 33
"""Points of the fitted curve."""
_BLOCK = 250
_PROFILED = 41


@dataclass(frozen=True, slots=True, eq=False)
class Psychometric:
    """The figures and the curves of one set of trials."""

    figures: tuple[Figure, ...]
    """`psychometric_threshold`, `psychometric_width` and `lapse_rate`."""
    curves: dict[str, tuple[CurvePoint, ...]]
    """`correct_given_gap`, the observed shares, and `correct_given_gap_fitted`, where there is a fit; a point's
    `activation` is its gap."""


def psychometric(trials: Trials, seed: int, n_replicates: int = 2000) -> Psychometric:
    """Fit the psychometric function to the blind trials, each with the weight of its pair.

    `psychometric_threshold` is m, the gap at which people are halfway between guessing and their best;
    `psychometric_width` the gap from 5 % to 95 % of the way; `lapse_rate` how often they err at the largest gaps.
    Intervals: the pairs are resampled (Rao and Wu 1988) and the function fitted again to each of `n_replicates`.
    With three raters or more the replicates are then spread about the estimate by as much as the variance of raters
    and pairs together (see `TwoWay`) exceeds that of pairs alone, so that the interval speaks for raters like these.
    That of the lapse rate is a profile likelihood's, widened in the same way.
    """
    blind = trials.of_condition(BLIND)
    observed = {"correct_given_gap": _observed(blind)} if len(blind.pair) else {}
    reason = _reason(blind)
    if not reason:
        found = _Fitted(blind, seed, n_replicates)
        reason = found.reason
        if not reason:
            return Psychometric(found.figures(), {**observed, "correct_given_gap_fitted": found.curve()})
    names = ("psychometric_threshold", "psychometric_width", "lapse_rate")
    return Psychometric(tuple(blind.basis.figure(name, math.nan, reason=reason) for name in names), observed)


def _reason(blind: Trials) -> str:
    if len(blind.pairs) < ENOUGH_PAIRS:
        return f"fewer than {ENOUGH_PAIRS} pairs"
    share = float(np.average(blind.correct, weights=blind.trial_weight))
    if np.ptp(blind.gap) <= 1e-9 * blind.gap.max():
        return "undefined: the gap is constant"
    if share > 1 - 1e-12:
        return "undefined: all correct"
    return "undefined: no better than chance" if share <= 0.5 else ""


@dataclass(frozen=True, eq=False)
class _Fitted:
    """The function fitted to blind trials that have no reason against it."""

    trials: Trials
    seed: int
    n_replicates: int

    @cached_property
    def per_pair(self) -> tuple[Floats, Floats]:
        """(n,) each: the trials of each pair, and how many of them were right."""
        pair = self.trials.pair
        return np.bincount(pair).astype(np.float64), np.asarray(np.bincount(pair, self.trials.correct), np.float64)

    @cached_property
    def scale(self) -> float:
        """What makes the weights of all trials add up to their number, so that the prior weighs as it should."""
        return len(self.trials.pair) / float(self.trials.trial_weight.sum())

    @cached_property
    def estimate(self) -> Fit:
        """Of the sample itself."""
        weight = self.trials.weight * self.scale
        count, right = self.per_pair
        return fit(self.trials.gap, (weight * count)[None], (weight * right)[None])

    @cached_property
    def replicates(self) -> Fit:
        """Of each draw of pairs."""
        gap, knot = _knots(self.trials.gap, self.trials.weight * self.per_pair[0])
        rows = np.arange(len(knot))
        shape = (len(knot), len(gap))
        columns = sparse.hstack([sparse.csr_array((part, (rows, knot)), shape=shape) for part in self.per_pair])
        weight, stratum = self.trials.weight, self.trials.stratum
        draws = Resampling(weight, stratum, len(self.trials.raters), self.n_replicates, self.seed)
        totals = draws.totals(columns.tocsr())[1:] * self.scale
        totals *= len(self.trials.pair) / totals[:, : len(gap)].sum(axis=1, keepdims=True)
        blocks = (totals[at : at + _BLOCK] for at in range(0, len(totals), _BLOCK))
        return Fit(np.concatenate([fit(gap, block[:, : len(gap)], block[:, len(gap) :]).theta for block in blocks]))

    @property
    def reason(self) -> str:
        """Why there is nothing to tell although there is a fit."""
        m, log_s = self.estimate.theta[0, :2].tolist()
        if log_s >= box(self.trials.gap)[1][1] - 1e-9:
            return "undefined: no rise with the gap"
        if m < self.trials.gap.min():
            return "undefined: halfway lies below the smallest gap"
        return "undefined: halfway lies above the largest gap" if m > self.trials.gap.max() else ""

    @cached_property
    def known(self) -> Floats:
        """(3, 3): the variances that independent trials would leave the parameters."""
        weight = (self.trials.weight * self.scale * self.per_pair[0])[None]
        matrix = information(self.estimate.theta, self.trials.gap, weight, LAPSE_PRIOR)[0]
        return np.asarray(np.linalg.pinv(matrix, hermitian=True))

    @cached_property
    def influence(self) -> Floats:
        """(n, 3): by how much each parameter moves per unit of a residual of the pair's trials."""
        p, slope = slopes(self.estimate.theta, self.trials.gap)
        precision = self.trials.weight * self.scale / np.maximum(p * (1 - p), 1e-12)
        return np.asarray((precision * slope[:, 0]).T @ self.known)

    @cached_property
    def two_way(self) -> TwoWay:
        """Of what the function leaves unexplained."""
        expected = self.estimate.at(self.trials.gap)[0]
        return TwoWay.of(self.trials, self.trials.correct - expected[self.trials.pair])

    def widening(self, leverage: Floats) -> float:
        """By how much an interval for pairs alone is too narrow for what has this leverage (n,)."""
        pairs, both = self.two_way.spread(leverage, other_raters=False), self.two_way.spread(leverage)
        return both.widening * math.sqrt(both.variance / pairs.variance) if pairs.variance > 0 else both.widening

    @cached_property
    def spread_out(self) -> Fit:
        """The replicates, each parameter spread about the estimate by its widening."""
        centre = self.estimate.theta
        wider = np.array([self.widening(leverage) for leverage in self.influence.T])
        theta = centre + wider * (self.replicates.theta - centre)
        theta[:, 2] = np.clip(theta[:, 2], LEAST_LAPSES, MOST_LAPSES)
        return Fit(theta)

    def figures(self) -> tuple[Figure, ...]:
        """The threshold, the width and the lapse rate."""
        m, log_s, lapse = self.estimate.theta[0].tolist()
        middle, slope = (percentile_interval(drawn) for drawn in self.spread_out.theta.T[:2])
        width = slope and (WIDTH * math.exp(slope[0]), WIDTH * math.exp(slope[1]))
        top = self._top
        return (
            self._figure("psychometric_threshold", m, middle and _within(middle, 0.0, math.inf), top[0]),
            self._figure("psychometric_width", WIDTH * math.exp(log_s), width, WIDTH * math.exp(top[1])),
            self._figure("lapse_rate", max(lapse - LEAST_LAPSES, 0.0), self.lapses()),
        )

    def lapses(self) -> Interval:
        """All lapses that the profile likelihood does not exclude, as wide as the variance of `TwoWay` asks.

        At 0, where many an estimate lies, replicates lie with it: their percentiles would exclude too much.
        """
        weight, grid = self.trials.weight * self.scale, np.linspace(0, MOST_LAPSES, _PROFILED)
        gap, knot = _knots(self.trials.gap, weight * self.per_pair[0])
        sums = (np.asarray(np.bincount(knot, weight * part), dtype=np.float64) for part in self.per_pair)
        count, right = (np.tile(part, (_PROFILED + 1, 1)) for part in sums)
        best = fit(gap, count[:1], right[:1]).theta[:, 2]
        lapse = np.sort(np.append(grid, best))
        value = objective(fit(gap, count, right, lapse=lapse).theta, gap, count, right, LAPSE_PRIOR)
        both = self.two_way.spread(self.influence[:, 2])
        excess = max(both.variance / float(self.known[2, 2]), 1.0)
        # the signed root of what the likelihood loses is nearly a straight line
        root = np.sign(lapse - best) * np.sqrt(np.maximum(2 * (value.max() - value), 0.0))
        reach = float(stats.norm.ppf((1 + LEVEL) / 2)) * both.widening * math.sqrt(excess)
        kept = np.flatnonzero(np.abs(root) <= reach)
        first, last = slice(max(kept[0] - 1, 0), kept[0] + 1), slice(kept[-1], kept[-1] + 2)
        return float(np.interp(-reach, root[first], lapse[first])), float(np.interp(reach, root[last], lapse[last]))

    def curve(self) -> tuple[CurvePoint, ...]:
        """The fitted function, evenly over the gaps."""
        gap = np.linspace(self.trials.gap.min(), self.trials.gap.max(), _DRAWN)
        points = []
        for x, value, drawn in zip(
            gap.tolist(), self.estimate.at(gap)[0].tolist(), self.spread_out.at(gap).T, strict=True
        ):
            low, high = percentile_interval(drawn) or (None, None)
            points.append(CurvePoint(CORRECT, x, x, x, value, low, high, len(self.trials.pairs)))
        return tuple(points)

    @property
    def _top(self) -> Floats:
        """Where m and log s were stopped: an interval that ends there has no known end."""
        top = box(self.trials.gap)[1]
        return np.asarray(top - 1e-9 * np.abs(top))

    def _figure(self, name: str, value: float, interval: Interval | None, top: float = math.inf) -> Figure:
        speaks_for = RATERS_LIKE_THESE if len(self.trials.raters) >= ENOUGH_RATERS else THESE_RATERS
        known = interval if interval and interval[1] < top else None
        return self.trials.basis.figure(name, value, known, speaks_for=speaks_for)


def _within(interval: Interval, low: float, high: float) -> Interval:
    return min(max(interval[0], low), high), min(max(interval[1], low), high)


def _knots(gap: Floats, weight: Floats) -> tuple[Floats, Ints]:
    """At most _KNOTS gaps that stand for all (n,), and which of them each is."""
    values, knot = np.unique(gap, return_inverse=True)
    if len(values) <= _KNOTS:
        return values, knot.astype(np.int64)
    knot = _groups(gap, _KNOTS)
    return np.bincount(knot, weight * gap) / np.bincount(knot, weight), knot


def _groups(gap: Floats, most: int) -> Ints:
    """(n,): groups of neighbouring gaps, as nearly of equal size as ties allow, numbered upward."""
    edges = np.unique(np.quantile(gap, np.linspace(0, 1, most + 1)[1:-1]))
    return np.unique(np.searchsorted(edges, gap, side="right"), return_inverse=True)[1].astype(np.int64)


def _observed(blind: Trials) -> tuple[CurvePoint, ...]:
    """The share correct in up to _BINS groups of neighbouring gaps."""
    points = []
    group = _groups(blind.gap, _BINS)
    for one in range(int(group.max()) + 1):
        within = blind.only(group[blind.pair] == one)
        share = proportion_correct(within)
        middle = float(np.average(within.gap, weights=within.weight))
        ends = float(within.gap.min()), float(within.gap.max())
        points.append(CurvePoint(CORRECT, middle, *ends, share.value, share.low, share.high, len(within.pairs)))
    return tuple(points)
