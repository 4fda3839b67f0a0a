"""How sure variance components are: replicates and intervals, for these raters and for raters like these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.components import OCCASION, RATER, REST, STIMULUS, Crossed, Formula, add_up, mean_over_pairs
from analysis.intervals import Interval, Resampling, percentile_interval
from analysis.judgements import Floats, Ints

_OWN_SHARE = 0.75
"""Of the variance that single judgements make up: how much is taken off that of the raters (as in `crossed`)."""


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """P pairs of looks of one rater at one stimulus, of which C scores are compared."""

    row: Ints
    """(P,): the place of the judgement of the first look among the J."""
    share: Floats
    """(P,): all pairs of one rater and stimulus share 1."""
    half_square: Floats
    """(P, C): half the squared difference of the two scores, of which the mean is v_occasion."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """The components of C scores, and how sure they are: see `estimate`."""

    unit: Floats
    """(C,): that all components here are multiples of."""
    point: Floats
    """(4, C)."""
    replicates: Floats
    """(b, 4, C): stimuli resampled, raters as they are."""
    like_these: Floats | None
    """(b, 4, C): the same, with v_rater drawn as it may be among all raters; None below three raters."""
    among: Floats
    """(C, 4, 4): the covariance of the components, v_rater aside, from one panel of raters to the next."""
    single: Floats
    """(C, 4, 4): the part of `among` that single judgements make up, which resampling stimuli has counted."""
    deviates: Floats
    """(b,): of Student's t, with one degree of freedom fewer than there are raters."""

    def these_raters(self, formula: Formula, column: int) -> Interval | None:
        """95 % interval of a figure of one score, if these raters were shown other stimuli."""
        return percentile_interval(formula(self.replicates)[:, column])

    def raters_like_these(self, formula: Formula, column: int, link: Link) -> Interval | None:
        """The same, if other stimuli were shown to other raters; None below three raters.

        v_rater varies by its pivot. What else raters differ in, such as the size of their own taste, is added on the
        scale of `link`, with the variance over panels of raters, less what is the doing of single judgements.
        """
        if self.like_these is None:
            return None

        def linked(components: Floats) -> Floats:
            return link.to(formula(components)[..., column])

        interval = percentile_interval(linked(self.like_these) + self._spread(linked, column) * self.deviates)
        return interval and (float(link.back(interval[0])), float(link.back(interval[1])))

    def standard_error(self, formula: Formula, column: int) -> float:
        """Of a figure of one score, with other stimuli and other raters, v_rater's own part aside."""
        replicates = formula(self.replicates)[:, column]
        good = replicates[np.isfinite(replicates)]
        stimuli = float(good.std()) if len(good) else 0.0
        return float(np.hypot(stimuli, self._spread(lambda v: formula(v)[..., column], column)))

    def _spread(self, figure: Callable[[Floats], Floats], column: int) -> float:
        """What other raters add to the standard error of a figure, v_rater aside."""
        step = 1e-4 * np.abs(self.point[:OCCASION, column]).sum() * np.eye(4)[:, :, None]
        slope = np.nan_to_num(figure(self.point + step) - figure(self.point - step)) / max(2 * step.max(), 1e-300)
        slope[RATER] = 0.0
        among, single = (float(slope @ part[column] @ slope) for part in (self.among, self.single))
        return float(np.sqrt(max(among - _OWN_SHARE * single, 0.0)))


@dataclass(frozen=True, slots=True)
class Link:
    """The scale on which an interval is made, and the way back."""

    to: Callable[[Floats], Floats]
    back: Callable[[float], float]


_EDGE = 1e-9
LOGIT = Link(
    lambda p: np.log(p.clip(_EDGE, 1) / (1 - p).clip(_EDGE, 1)), lambda x: _snapped(0.5 * (1 + np.tanh(x / 2)))
)
"""For shares."""
LOG_LEFT = Link(lambda p: -np.log((1 - p).clip(_EDGE)), lambda x: 1 - np.exp(-max(x, -230.0)))
"""For intraclass correlations: the logarithm of F where the table is complete."""


def log_above(value: float, error: float) -> Link:
    """For a variance, as a share of the total, that came out as `value` with this standard error.

    log(v + c), where c = error^2 / value, and the error itself where the value is smaller: it is the logarithm where a
    variance is known well, and near 0 it grows no faster than c lets it.
    """
    c = max(error * error / max(value, error, _EDGE), _EDGE)
    return Link(lambda v: np.log(v.clip(0) + c), lambda x: _snapped(max(np.exp(min(x, 230.0)) - c, 0.0)))


def bounded(interval: Interval | None, value: float, least: float, most: float) -> Interval | None:
    """The part of an interval that is possible, with the value in it; None where it has no width."""
    if interval is None:
        return None
    low, high = min(max(interval[0], least), value), max(min(interval[1], most), value)
    return (low, high) if high > low else None


def _snapped(share: float) -> float:
    """0 and 1 where only their having no logarithm kept a share from them."""
    return float(round(share)) if min(abs(share), abs(1 - share)) < 10 * _EDGE else share


def estimate(crossed: Crossed, resampling: Resampling, repeats: Repeats | None = None) -> Estimates:
    """The components with replicates for both intervals.

    For raters like these, v_rater has the pivot (v_rater + g) (R - 1) / chi2 - g, where g is what chance adds to the
    variance of raters' means and chi2 has R - 1 degrees of freedom (Weerahandi 1993; Hannig, Iyer and Patterson 2006).
    Drawing raters with replacement fails with 3 of them. Where no rater has two stimuli, both intervals are one.
    """
    looks = None if repeats is None else _per_stimulus(crossed, repeats)

    def components(weight: Floats) -> Floats:
        found = crossed.in_units(weight)
        if looks is not None:
            sums = weight @ looks
            found[:, OCCASION] = mean_over_pairs(sums[:, 1:], sums[:, :1])
        return found

    point, replicates = resampling.point(components), resampling.stimuli(components)
    b, c = len(replicates), crossed.scores.shape[1]
    if crossed.n_raters < 3 or not np.isfinite(point[:OCCASION]).all():
        return Estimates(crossed.unit, point, replicates, None, np.zeros((c, 4, 4)), np.zeros((c, 4, 4)), np.zeros(b))
    if crossed.nested:  # with other stimuli come other raters
        return Estimates(
            crossed.unit, point, replicates, replicates, np.zeros((c, 4, 4)), np.zeros((c, 4, 4)), np.zeros(b)
        )
    weight = resampling.weight
    freedom, grain = _strictness(crossed, weight, point)
    rng = np.random.default_rng([resampling.seed, b, crossed.n_raters])
    like_these, seen = replicates.copy(), np.maximum(point[RATER] + grain, 0.0)
    like_these[:, RATER] = seen * (freedom / rng.chisquare(freedom, b))[:, None] - grain
    parts = [_among(crossed, weight, point, column, repeats) for column in range(c)]
    among, single = (np.stack(part) for part in zip(*parts, strict=True))
    return Estimates(crossed.unit, point, replicates, like_these, among, single, rng.standard_t(freedom, b))


def _per_stimulus(crossed: Crossed, repeats: Repeats) -> Floats:
    """(n, 1 + C): of each stimulus, how often it was judged again, and the sum of half squared differences."""
    columns = np.column_stack([repeats.share, repeats.share[:, None] * repeats.half_square / crossed.unit])
    return add_up(crossed.item[repeats.row], columns, crossed.n_stimuli)


def _strictness(crossed: Crossed, weight: Floats, point: Floats) -> tuple[float, Floats]:
    """Degrees of freedom of v_rater, and what chance adds to the variance of raters' means (C,).

    One fewer than the raters, or than as many who judged equally much (Kish 1965). Raters' means differ by v_rest,
    and, as far as they judged different stimuli, by v_stimulus too.
    """
    u = crossed.shares(weight)
    total, square = (np.bincount(crossed.rater, part, crossed.n_raters) for part in (u, u * u))
    together = (weight**2 @ (1 - 1 / crossed.n_labels)) / (crossed.n_raters - 1) / square.sum()
    chance = point[REST] + point[STIMULUS] * (1 - min(float(together), 1.0))
    freedom = max(float(total.sum() ** 2 / (total**2).sum()) - 1, 1.0)
    return freedom, np.maximum(chance, 0.0) * float((square / total**2).mean())


def _among(
    crossed: Crossed, weight: Floats, point: Floats, column: int, repeats: Repeats | None
) -> tuple[Floats, Floats]:
    """Two (4, 4) of one score: the covariance of its components over panels, and single judgements' part of it."""
    parts = crossed.by_judgement(weight, column)
    if repeats is not None:
        u = weight[crossed.item[repeats.row]] * repeats.share
        pulls = u * (repeats.half_square[:, column] / crossed.unit[column] - point[OCCASION, column]) / u.sum()
        parts[:, OCCASION] = np.bincount(repeats.row, pulls, len(parts))
    of_rater = add_up(crossed.rater, parts, crossed.n_raters)
    share = crossed.shares(weight)
    own = of_rater / np.bincount(crossed.rater, share, crossed.n_raters)[:, None]
    parts -= share[:, None] * own[crossed.rater]
    common = (add_up(crossed.item, parts, crossed.n_stimuli) / crossed.n_labels[:, None])[crossed.item]
    # what raters of a stimulus share tells them apart as far as they did not judge the same stimuli
    missed = 1 - np.bincount(crossed.rater, weight[crossed.item], crossed.n_raters) / weight.sum()
    parts -= common
    single = parts.T @ parts + common.T @ (common * missed[crossed.rater, None])
    of_rater -= of_rater.mean(axis=0)
    factor = crossed.n_raters / (crossed.n_raters - 1)
    return factor * of_rater.T @ of_rater, factor * single
