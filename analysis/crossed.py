"""Stimuli crossed with raters: how much figures would vary if other raters like these had judged.

Each judgement shares its stimulus with some and its rater with others. The variance of a figure is what the stimuli
bring (their bootstrap, with these raters), plus what the raters bring (leaving each out in turn, with these
stimuli), less what both have counted: that a rater and a stimulus meet (Cameron, Gelbach and Miller 2011; Owen 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from scipy import stats

from analysis.intervals import LEVEL
from analysis.judgements import Floats, Ints
from analysis.sample import Sample

_CELLS = 1_000_000
"""Numbers that one chunk of judgements may put into one array."""
_OWN_SHARE = 0.75
"""Of the variance that single judgements make up: how much is taken off that of the raters."""


class Columns(Protocol):
    """What stimuli contribute to totals of which figures are functions, and what each judgement adds to it."""

    @property
    def sample(self) -> Sample:
        """The sample, of n stimuli, R raters and J judgements."""

    @property
    def columns(self) -> Floats:
        """(n, F): one row per stimulus."""

    def without(self, rows: slice) -> Floats:
        """(c, F): the columns of the stimuli of some judgements, each without that judgement."""

    def give_raters(self, totals: Floats) -> Floats:
        """Totals (R, F), row r without rater r, where some of them can be had better than to first order."""


@dataclass(frozen=True, slots=True, eq=False)
class RaterVariance:
    """What the choice of raters adds to the variance of P figures."""

    variance: Floats
    """(P,): at least 0; NaN where a figure is undefined without some rater."""
    freedom: float
    """Degrees of freedom that it rests on: one fewer than the raters, or than as many who judged equally much."""


def rater_variance(columns: Columns, figures: Callable[[Floats], Floats]) -> RaterVariance | None:
    """For `figures` (b, P) of totals (b, F). None below three raters who share stimuli with others.

    A jackknife over raters (Quenouille 1956; Tukey 1958), less three quarters of the part of it that single judgements
    make up: to take off all of it makes intervals too short where three raters happen to be alike (measured by
    simulation, see docs/methods.md).
    """
    sample = columns.sample
    n_given = np.bincount(sample.rater, sample.n_labels[sample.item] >= 2, len(sample.raters))
    r = int((n_given > 0).sum())
    if r < 3:
        return None
    own = columns.columns
    total = sample.weight @ own
    slope = _gradient(figures, total, sample.weight @ np.abs(own))
    change, single = np.zeros((len(sample.raters), len(total))), np.zeros(slope.shape[1])
    reach = _reach(sample)
    for rows in _chunks(sample, len(total)):
        item, rater = sample.item[rows], sample.rater[rows]
        moved = sample.weight[item, None] * (columns.without(rows) - own[item])
        for place in range(len(total)):
            change[:, place] += np.bincount(rater, moved[:, place], len(change))
        single += _squares(moved @ slope, item, reach[rater])
    left = figures(columns.give_raters(total + change))[n_given > 0]
    spread = ((left - left.mean(axis=0)) ** 2).sum(axis=0)
    freedom = float(n_given.sum() ** 2 / (n_given**2).sum()) - 1
    return RaterVariance((r - 1) / r * np.maximum(spread - _OWN_SHARE * single, 0.0), max(freedom, 1.0))


def crossed_half_width(stimuli: Floats, raters: RaterVariance) -> Floats:
    """(P,): half of a 95 % interval, from the variance that the stimuli bring (P,) and that of the raters.

    Each part has the quantile of its own degrees of freedom, as in Cochran 1964: with few raters, theirs is known
    badly, and that of the stimuli well.
    """
    z, t = stats.norm.ppf((1 + LEVEL) / 2), stats.t.ppf((1 + LEVEL) / 2, raters.freedom)
    return np.asarray(np.sqrt(z**2 * stimuli + t**2 * raters.variance))


def _reach(sample: Sample) -> Floats:
    """(R,): the share of the weight of stimuli with two raters that each rater has judged."""
    weight = np.where(sample.n_labels >= 2, sample.weight, 0.0)
    return np.asarray(np.bincount(sample.rater, weight[sample.item], len(sample.raters)) / weight.sum())


def _squares(moved: Floats, item: Ints, reach: Floats) -> Floats:
    """(P,): the sum of squares of what single judgements move the figures by (c, P).

    The mean over a stimulus's judgements is the stimulus's own part. Those of all stimuli of the sample sum to
    zero; so over the stimuli of a rater they vary the less, the more of the sample the rater has judged.
    """
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    sizes = np.diff(starts, append=len(item))
    mean = np.repeat(np.add.reduceat(moved, starts, axis=0) / sizes[:, None], sizes, axis=0)
    return np.asarray(((moved - mean) ** 2 + (1 - reach[:, None]) * mean**2).sum(axis=0))


def _gradient(figures: Callable[[Floats], Floats], total: Floats, scale: Floats) -> Floats:
    """(F, P): central differences, one column's total moved at a time."""
    step = np.diag(1e-6 * scale)
    above, below = figures(total + step), figures(total - step)
    steps = np.where(scale > 0, 2e-6 * scale, 1.0)
    return np.asarray(np.nan_to_num((above - below) / steps[:, None]))


def _chunks(sample: Sample, width: int) -> Iterator[slice]:
    """Slices of judgements that hold whole stimuli."""
    n = len(sample.stimuli)
    each = max(1, int(_CELLS / width / sample.n_labels.mean()))
    bounds = np.searchsorted(sample.item, np.append(np.arange(0, n, each), n)).tolist()
    return (slice(a, b) for a, b in pairwise(bounds))
