"""Whether people judge otherwise late in a session than early: how often like the others, how high, and how fast.

The order of the trials is drawn at random for each rater, so what is early and what is late are alike but for the time:
stimuli count alike here, whatever they stand for, and raters are each their own control.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analysis.consensus import majority_of_others, off_the_others
from analysis.figures import Figure
from analysis.influence import sums
from analysis.intervals import LEVEL, Interval
from analysis.judgements import NO_ANSWER, Floats, Ints
from analysis.reliability import NEEDS_CATEGORIES
from analysis.sample import NO_VARIATION, RATERS_LIKE_THESE, THESE_STIMULI, Basis, Sample
from analysis.weighted import ratio

MOST_PARTS = 8
FEWEST_IN_PART = 5
"""Judgements that the median rater has in each part of the session."""
FEWEST_JUDGEMENTS = 20
"""Of a rater, for a slope of their own."""
FEWEST_RATERS = 3
_FLAT = 1e-12
_WIDEST = 700.0
"""Logarithms beyond it are those of no finite number."""


_Told = tuple[float | None, float | None, float | None]
"""A value and the ends of its interval."""


@dataclass(frozen=True, slots=True)
class DriftRow:
    """One part of the session, over the raters. None stands for what cannot be computed."""

    part: int
    """From 1."""
    from_place: int
    """Of the trial with which the part begins, in the order of the median rater."""
    to_place: int
    n_judgements: int
    agreement: float | None
    """How often a rater says as most others do, ties left out: the mean of the raters' own shares."""
    agreement_low: float | None
    agreement_high: float | None
    deviation: float | None
    """On graded scales: how much higher a rater scores than the others, likewise."""
    deviation_low: float | None
    deviation_high: float | None
    seconds: float | None
    """The geometric mean of what an answer took, likewise."""
    seconds_low: float | None
    seconds_high: float | None


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """The judgements whose place is known, and what each was like."""

    sample: Sample
    row: Ints
    """(T,): of each, in the order of raters and, of one rater, of places."""
    rater: Ints
    """(T,)"""
    place: Floats
    """(T,)"""

    @classmethod
    def of(cls, sample: Sample, place: Ints) -> _Course:
        row = np.flatnonzero(place > 0)
        row = row[np.lexsort((place[row], sample.rater[row]))]
        return cls(sample, row, sample.rater[row], place[row].astype(np.float64))

    @property
    def scaled(self) -> Floats:
        """(T,): the place, 0 for the first of the rater's and 1 for the last; NaN where they are one and the same."""
        opens = np.flatnonzero(np.diff(self.rater, prepend=-1))
        closes = np.append(opens[1:], len(self.rater)) - 1
        many = closes - opens + 1
        first, last = (np.repeat(self.place[ends], many) for ends in (opens, closes))
        return ratio(self.place - first, last - first)

    def agreement(self) -> Floats:
        """(T,): 1 where the rater says as most others do, else 0; NaN where the others are at odds."""
        others = majority_of_others(self.sample)[self.row]
        return np.where(others == NO_ANSWER, np.nan, others == self.sample.label[self.row])

    def score(self) -> Floats:
        """(T,): how much higher than the others."""
        if not self.sample.graded:
            return np.full(len(self.row), np.nan)
        return off_the_others(self.sample)[self.row]

    def log_seconds(self) -> Floats:
        """(T,): NaN where they are not known, and where an answer took no time."""
        spent = np.zeros(len(self.row)) if self.sample.seconds is None else self.sample.seconds[self.row]
        return np.log(spent, out=np.full(len(spent), np.nan), where=spent > 0)


def drift(sample: Sample) -> list[Figure]:
    """`drift_agreement`, `drift_score` (graded scales) and `drift_seconds`: the change from a session's first to last.

    The mean over raters of each one's least-squares slope on the place, scaled to 0 for the rater's first judgement
    and 1 for the last; of seconds e to that power, a ratio: 1 is no change. Raters with 20 judgements or more
    whose place (and seconds) are known, three of them at least; ± Student's t over their slopes, so the interval
    speaks for raters like these. None of these figures where no place is known, and no `drift_seconds` without seconds.
    """
    if sample.place is None:
        return []
    course = _Course.of(sample, sample.place)
    made = [_figure(course, "drift_agreement", course.agreement(), _FLAT)]
    if sample.graded:
        made.append(_figure(course, "drift_score", course.score(), sample.rounding))
    spent = course.log_seconds()
    if np.isfinite(spent).any():
        made.append(_figure(course, "drift_seconds", spent, _FLAT))
    return made


def session_drift(sample: Sample) -> Iterator[DriftRow]:
    """The session of each rater in up to eight parts of as many judgements: fewer where there are few, or none.

    Intervals are Student's t over the raters' own means, three of them at least, and speak for raters like these.
    """
    if sample.place is None:
        return
    course = _Course.of(sample, sample.place)
    many = np.bincount(course.rater, minlength=len(sample.raters))
    n_parts = min(MOST_PARTS, int(np.median(many[many > 0])) // FEWEST_IN_PART)
    if n_parts < 2:
        return
    rank = np.arange(len(course.row)) - (np.cumsum(many) - many)[course.rater]
    part = rank * n_parts // many[course.rater]
    columns = [
        _means(course, part, n_parts, values) for values in (course.agreement(), course.score(), course.log_seconds())
    ]
    for at in range(n_parts):
        agreement, deviation, spent = (_over_raters(means[:, at]) for means in columns)
        inside = part == at
        yield DriftRow(
            at + 1,
            *_ends(course, inside),
            int(inside.sum()),
            *_turned(agreement, lambda share: min(max(share, 0.0), 1.0)),
            *deviation,
            *_turned(spent, _exp),
        )


def _figure(course: _Course, name: str, values: Floats, rounding: float) -> Figure:
    """From the slopes of values (T,), NaN where unknown, that differ by more than `rounding` where they differ."""
    x = course.scaled
    rows = np.flatnonzero(np.isfinite(values) & np.isfinite(x))
    n = len(course.sample.raters)
    often = np.bincount(course.rater[rows], minlength=n) >= FEWEST_JUDGEMENTS
    rows = rows[often[course.rater[rows]]]
    slopes = _slopes(x[rows], values[rows], course.rater[rows], n)
    slopes = slopes[np.isfinite(slopes)]
    items = course.sample.item[course.row[rows]]
    basis = Basis(THESE_STIMULI, len(np.unique(items)), len(slopes), len(rows))
    reason = ""
    if name == "drift_agreement" and not course.sample.categories:
        reason = NEEDS_CATEGORIES
    elif len(slopes) < FEWEST_RATERS:
        reason = f"needs {FEWEST_RATERS} raters with {FEWEST_JUDGEMENTS} judgements each in a known order"
    elif np.ptp(slopes) <= rounding:
        reason = NO_VARIATION
    if reason:
        return basis.figure(name, 0.0, reason=reason)
    value, interval = _mean(slopes)
    if name == "drift_seconds":
        value, interval = _exp(value), (_exp(interval[0]), _exp(interval[1]))
    return basis.figure(name, value, interval, speaks_for=RATERS_LIKE_THESE)


def _slopes(x: Floats, y: Floats, rater: Ints, n_raters: int) -> Floats:
    """(R,): of y (T,) on x (T,) by least squares; NaN for raters with no two different x."""
    many = sums(rater, np.ones(len(rater)), n_raters)
    dx, dy = (np.asarray(values - ratio(sums(rater, values, n_raters), many)[rater]) for values in (x, y))
    return ratio(sums(rater, dx * dy, n_raters), sums(rater, dx * dx, n_raters))


def _means(course: _Course, part: Ints, n_parts: int, values: Floats) -> Floats:
    """(R, parts): each rater's mean of values (T,) in each part, NaN where none is known."""
    n = len(course.sample.raters) * n_parts
    rows = np.flatnonzero(np.isfinite(values))
    cell = (course.rater * n_parts + part)[rows]
    return ratio(sums(cell, values[rows], n), sums(cell, np.ones(len(rows)), n)).reshape(-1, n_parts)


def _over_raters(means: Floats) -> _Told:
    """The mean of what is known of means (R,), and the ends of its interval where raters can tell."""
    known = means[np.isfinite(means)]
    if not len(known):
        return None, None, None
    if len(known) < FEWEST_RATERS or np.ptp(known) <= _FLAT * np.abs(known).max():
        return float(known.mean()), None, None
    value, (low, high) = _mean(known)
    return value, low, high


def _turned(told: _Told, form: Callable[[float], float]) -> _Told:
    """The same in another form."""
    value, low, high = (None if one is None else form(one) for one in told)
    return value, low, high


def _mean(values: Floats) -> tuple[float, Interval]:
    """The mean of values (n,), n > 1, and Student's interval for it."""
    n, value = len(values), float(values.mean())
    half = float(stats.t.ppf((1 + LEVEL) / 2, n - 1) * values.std(ddof=1) / np.sqrt(n))
    return value, (value - half, value + half)


def _exp(value: float) -> float:
    """e to this power; finite, however wide an interval."""
    return math.exp(min(max(value, -_WIDEST), _WIDEST))


def _ends(course: _Course, inside: NDArray[np.bool_]) -> tuple[int, int]:
    """The places of the first and of the last judgement of a part, in the median over the raters."""
    rater, place = course.rater[inside], course.place[inside]
    opens = np.flatnonzero(np.diff(rater, prepend=-1))
    closes = np.append(opens[1:], len(rater)) - 1
    first, last = (int(np.median(place[ends])) for ends in (opens, closes))
    return first, last
