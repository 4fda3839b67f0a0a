"""The two-alternative task: of two images, which one activates the unit more?

Raters and pairs of images are both drawn from more of their kind, and every trial belongs to one of each. To count
trials as independent would make intervals far too narrow: the variance here is that of raters and pairs together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.design import kish_effective_n
from analysis.figures import Figure
from analysis.influence import spread
from analysis.intervals import LEVEL, Interval, wilson
from analysis.judgements import BLIND, Floats, Ints
from analysis.sample import RATERS_LIKE_THESE, THESE_RATERS, Basis
from analysis.trials import Trials

ENOUGH_RATERS = 3
"""With fewer, no interval speaks for other raters."""
_SWEEPS = 10


def forced_choice(trials: Trials) -> list[Figure]:
    """The figures `proportion_correct`: all blind trials, each condition, confidence level and rater.

    `label` is None for all blind trials; it names the condition where there are several, or the level ("confidence
    3"); a figure with `rater` set is that person's. Confidence and raters are those of the blind trials.
    """
    blind = trials.of_condition(BLIND)
    figures = [proportion_correct(blind)]
    if len(trials.conditions) > 1:
        figures += [proportion_correct(trials.of_condition(name), name) for name in trials.conditions]
    levels = np.unique(blind.confidence[blind.confidence >= 0]).tolist()
    figures += [proportion_correct(blind.only(blind.confidence == one), f"confidence {one}") for one in levels]
    return [*figures, *_by_rater(blind)]


def proportion_correct(trials: Trials, label: str | None = None) -> Figure:
    """The share of trials in which the stronger image was chosen; each counts with its pair's weight (Hajek 1971).

    The interval is Wilson's (1927) on an effective number of trials, p (1 - p) over the variance of `TwoWay`, with
    Student's t in place of z. It speaks for raters like these; with fewer than three raters, for these. Where all
    answers are the same it is Wilson's on Kish's n of the pairs.
    """
    if not len(trials.pair):
        return trials.basis.figure("proportion_correct", math.nan, label=label, reason="no such trials")
    value, interval = _share(trials)
    speaks_for = RATERS_LIKE_THESE if len(trials.raters) >= ENOUGH_RATERS else THESE_RATERS
    return trials.basis.figure("proportion_correct", value, interval, label=label, speaks_for=speaks_for)


def _share(trials: Trials) -> tuple[float, Interval | None]:
    weight = trials.trial_weight
    total = float(weight.sum())
    p = min(float(weight @ trials.correct) / total, 1.0)
    if len(trials.pairs) < 2:
        return p, None
    found = TwoWay.of(trials, trials.correct - p).spread(trials.weight / total)
    if p * (1 - p) < 1e-12 or found.variance < 1e-300:
        return p, wilson(p, kish_effective_n(trials.weight))
    # in Wilson's formula only z^2 / n matters, so a wider quantile is a smaller n
    return p, wilson(p, p * (1 - p) / found.variance / found.widening**2)


def _by_rater(trials: Trials) -> Iterator[Figure]:
    """Each rater's own share, with Wilson's interval: the trials of one rater are of different pairs."""
    size, weight = len(trials.raters), trials.trial_weight
    total, squares, right = (
        np.bincount(trials.rater, column, size) for column in (weight, weight**2, weight * trials.correct)
    )
    count = np.bincount(trials.rater, minlength=size)
    for place, name in enumerate(trials.raters):
        p = min(float(right[place] / total[place]), 1.0)
        interval = wilson(p, float(total[place] ** 2 / squares[place]))
        basis = Basis(trials.target, int(count[place]), 1, int(count[place]))
        yield basis.figure("proportion_correct", p, interval, rater=name)


@dataclass(frozen=True, slots=True)
class Spread:
    """A variance, and how well it is known."""

    variance: float
    df: float

    @property
    def widening(self) -> float:
        """Student's quantile over the normal one."""
        top = (1 + LEVEL) / 2
        return float(stats.t.ppf(top, max(self.df, 1.0)) / stats.norm.ppf(top))


@dataclass(frozen=True, slots=True, eq=False)
class TwoWay:
    """How far an estimate would move with other raters and other pairs: V_rater + V_pair - V_trial.

    Cameron, Gelbach and Miller 2011; Owen and Eckles 2012. Here V_trial is what is left of the residuals without the
    means of raters and pairs, over its own degrees of freedom, as in the analysis of variance: the plain sum of
    squares holds the raters' and pairs' own variance too, and with three raters takes a third of it away.
    """

    trials: Trials
    residual: Floats
    """(J,): observed minus expected."""
    left: Floats
    """(J,): the residuals without the means of raters and pairs."""

    @classmethod
    def of(cls, trials: Trials, residual: Floats) -> TwoWay:
        """Of residuals (J,) whose weighted sum is about 0."""
        left = residual
        sides = [(place, np.bincount(place)) for place in (trials.pair, trials.rater)]
        for _ in range(_SWEEPS):
            before = left
            for place, count in sides:
                left = left - (np.bincount(place, left) / count)[place]
            if np.abs(left - before).max() < 1e-6:
                break
        return cls(trials, residual, left)

    def spread(self, leverage: Floats, *, other_raters: bool = True) -> Spread:
        """The variance of the sum of leverage (n,) times residual over all trials.

        Never below V_pair or V_rater alone, nor below the variance of independent trials. Degrees of freedom by
        Satterthwaite (1946), or those of the pairs where raters and pairs add nothing to independent trials.
        With fewer than three raters, or without `other_raters`, pairs alone vary.
        """
        pair, raters = self.trials.pair, len(self.trials.raters)
        each = leverage[pair]
        v_pair, df_pair = _variance(self._sums(pair, each), self.trials.stratum)
        least = max(v_pair, self._independent(each))
        if raters < ENOUGH_RATERS or not other_raters:
            return Spread(least, df_pair)
        v_rater, df_rater = _variance(self._sums(self.trials.rater, each), np.zeros(raters, np.int64))
        v_trial, df_trial = self._left_over(each)
        summed = v_rater + v_pair - v_trial
        variance = max(summed, v_rater, least)
        if summed < self._independent(each) or not variance:
            return Spread(variance, df_pair)
        parts = ((v_rater, df_rater), (v_pair, df_pair), (v_trial, df_trial))
        return Spread(variance, 1 / sum((part / variance) ** 2 / df for part, df in parts))

    def _sums(self, place: Ints, each: Floats) -> Floats:
        return np.asarray(np.bincount(place, each * self.residual), dtype=np.float64)

    def _independent(self, each: Floats) -> float:
        """What the variance would be if trials had nothing in common but the stratum."""
        stratum = self.trials.stratum[self.trials.pair]
        mean = np.bincount(stratum, self.residual) / np.maximum(np.bincount(stratum), 1)
        return float(((each * (self.residual - mean[stratum])) ** 2).sum())

    def _left_over(self, each: Floats) -> tuple[float, float]:
        """V_trial and its degrees of freedom; where every pair or every rater has one trial, that of all trials."""
        n = len(each)
        df = n - len(self.trials.pairs) - len(self.trials.raters) + 1
        if df < 1:
            return float(((each * self.residual) ** 2).sum()), float(n)
        return float(((each * self.left) ** 2).sum()) * n / df, float(df)


def _variance(sums: Floats, stratum: Ints) -> tuple[float, float]:
    """The variance of the total of independent sums (n,), and its degrees of freedom."""
    error, df = spread(sums, stratum, np.zeros(len(sums), dtype=np.int64), 1)
    return float(error[0]) ** 2, float(df[0])
