"""P(label | activation) without bins: a smooth curve, an isotonic fit as a check on it, and the top of the activation.

Each stimulus enters with its design weight and the share of its raters who gave the label.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import isotonic_regression

from analysis.design import kish_effective_n
from analysis.figures import CurvePoint
from analysis.influence import logit_interval, t_interval
from analysis.intervals import Resampling, degrees_of_freedom, wilson
from analysis.judgements import Floats
from analysis.sample import Sample
from analysis.weighted import Ranking

N_KNOTS = 5
N_POINTS = 50
RIDGE = 0.1
"""What the penalty counts for, in stimuli: it decides only where the labels leave the fit open, as where a label is
never given on one side."""
TOP = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_STEPS = 50


def smooth_curves(sample: Sample, activation: Floats, resampling: Resampling) -> dict[str, tuple[CurvePoint, ...]]:
    """`label_given_activation_smooth`, `label_given_activation_isotonic` and `precision_at_top`, by label.

    `activation` (n,) is the unit's, on the sample's stimuli. Under a constant activation there is no point.

    - Smooth: weighted logistic regression on a natural cubic spline (Hastie, Tibshirani and Friedman 2009, section
      5.2.1), intervals as in `detection`, on the logit scale.
    - Isotonic: the weighted monotone fit, rising or falling, whichever is nearer (Barlow, Bartholomew, Bremner and
      Brunk 1972). One point for each level; no interval.
    - Precision at top: the share of the label among the 1, 2, 5, 10, 20 and 50 % of the population with the highest
      activation; a stimulus across the border counts in part. `activation_low` is that border.
    """
    if not np.ptp(activation):
        return {"label_given_activation_smooth": (), "label_given_activation_isotonic": (), "precision_at_top": ()}
    fits = _fits(sample, activation, resampling)
    return {
        "label_given_activation_smooth": tuple(point for fit in fits for point in fit.smooth()),
        "label_given_activation_isotonic": tuple(
            point
            for label, share in zip(sample.categories, sample.shares.T, strict=True)
            for point in isotonic(label, activation, share, sample.weight)
        ),
        "precision_at_top": tuple(point for fit in fits for point in fit.at_top()),
    }


@dataclass(frozen=True, slots=True, eq=False)
class Spline:
    """The basis of a natural cubic spline: cubic between knots, straight beyond the outermost."""

    knots: Floats
    """(k,): ascending, at least 2."""
    transform: Floats
    """(k, q): to columns that are orthonormal over the weighted stimuli, so that a penalty on each weighs the same."""

    @classmethod
    def over(cls, activation: Floats, weight: Floats) -> Spline:
        """Knots at the ends and at quantiles of the activations (n,) of the stimuli shown, weights (n,) aside.

        A draw from bands of activation shows the rare strong activations as often as the common weak ones, so that
        the curve can bend there, too; quantiles of the population would put all knots among the weak ones.
        """
        knots = np.unique(np.quantile(activation, np.linspace(0, 1, N_KNOTS)))
        columns = _natural_cubic(activation, knots) * np.sqrt(weight / weight.sum())[:, None]
        _, spread, directions = np.linalg.svd(columns, full_matrices=False)
        kept = spread > 1e-10 * spread[0]  # fewer where few activations differ
        return cls(knots, directions[kept].T / spread[kept])

    def basis(self, x: Floats) -> Floats:
        """(len(x), q)"""
        return _natural_cubic(x, self.knots) @ self.transform


def _natural_cubic(x: Floats, knots: Floats) -> Floats:
    """(len(x), k): 1, x and k - 2 curved columns, x on a scale where the knots run from 0 to 1."""
    low, high = knots[0], knots[-1]
    at, knots = (x - low) / (high - low), (knots - low) / (high - low)
    cubes = np.maximum(at[:, None] - knots, 0) ** 3
    slopes = (cubes[:, :-1] - cubes[:, -1:]) / (1 - knots[:-1])
    return np.column_stack([np.ones_like(at), at, slopes[:, :-1] - slopes[:, -1:]])


def logistic(x: Floats, share: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The coefficients (q,) of a weighted logistic regression, and the inverse (q, q) of its information.

    For columns x (n, q), shares (n,) from 0 to 1 and weights (n,), which are scaled to sum to n. Penalised maximum
    likelihood (Cox 1958; le Cessie and van Houwelingen 1992), the penalty RIDGE / 2 times the sum of squared
    coefficients. Newton's method, a step halved until the likelihood rises.
    """
    w = weight * (len(weight) / weight.sum())

    def likelihood(beta: Floats) -> float:
        eta = x @ beta
        return float(w @ (share * eta - np.logaddexp(0, eta)) - RIDGE / 2 * beta @ beta)

    beta, now = np.zeros(x.shape[1]), likelihood(np.zeros(x.shape[1]))
    for _ in range(_STEPS):
        p = logistic_function(x @ beta)
        step = np.linalg.solve(_information(x, w, p), x.T @ (w * (share - p)) - RIDGE * beta)
        after = likelihood(beta + step)
        while after < now - 1e-9 * abs(now) and np.abs(step).max() > 1e-9:
            step /= 2
            after = likelihood(beta + step)
        beta, now = beta + step, after
        if np.abs(step).max() < 1e-9:
            break
    return beta, np.asarray(np.linalg.inv(_information(x, w, logistic_function(x @ beta))), dtype=np.float64)


def _information(x: Floats, weight: Floats, p: Floats) -> Floats:
    """(q, q): of the penalised likelihood."""
    return np.asarray((x.T * (weight * p * (1 - p))) @ x + RIDGE * np.eye(x.shape[1]))


def logistic_function(eta: Floats) -> Floats:
    """1 / (1 + exp(-eta)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(eta / 2)))


def isotonic(label: str, activation: Floats, share: Floats, weight: Floats) -> Iterator[CurvePoint]:
    """The levels, upward in activation, of the better of the rising and the falling fit to shares (n,)."""
    ranking = Ranking.of(activation)
    mass, given, moved = ranking.masses(np.stack([weight, weight * share, weight * activation]))
    mean = given / mass
    fits = [isotonic_regression(mean, weights=mass, increasing=rising).x for rising in (True, False)]
    fit = min(fits, key=lambda values: float(mass @ (values - mean) ** 2))
    values = activation[ranking.order][ranking.starts]
    starts = np.flatnonzero(np.diff(fit, prepend=np.nan) != 0)
    last = np.append(starts[1:], len(fit)) - 1
    count = np.add.reduceat(np.bincount(ranking.group), starts)
    centre = np.add.reduceat(moved, starts) / np.add.reduceat(mass, starts)
    for j, (first, end) in enumerate(zip(starts, last, strict=True)):
        low, high, level = float(values[first]), float(values[end]), float(np.clip(fit[first], 0, 1))
        yield CurvePoint(label, float(centre[j]), low, high, level, None, None, int(count[j]))


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """One label's smooth curve and precision at top."""

    label: str
    grid: Floats
    """(g,): the activations of the smooth curve."""
    eta: Floats
    """(g,): its height on the logit scale."""
    top: Floats
    """(t, n): the weight of each stimulus that lies within each of TOP."""
    precision: Floats
    """(t,)"""
    influence: Floats
    """(n, q + t): of the q coefficients of the curve, and of the precisions."""
    lift: Floats
    """(g + t, q + t): from those to the heights and the precisions."""
    activation: Floats
    errors: Floats = field(default_factory=lambda: np.empty(0))
    """(g + t,)"""
    df: Floats = field(default_factory=lambda: np.empty(0))

    @classmethod
    def of(cls, label: str, share: Floats, weight: Floats, activation: Floats) -> _Fit:
        """The fit to shares (n,), before its errors are known.

        A stimulus across the border of the top moves the border: what leaves in its stead has the label as often as
        the smooth curve says there.
        """
        spline = Spline.over(activation, weight)
        x, grid = spline.basis(activation), np.linspace(activation.min(), activation.max(), N_POINTS)
        at, total = spline.basis(grid), float(weight.sum())
        beta, inverse = logistic(x, share, weight)
        score = x * (share - logistic_function(x @ beta))[:, None]
        step = score @ inverse * (len(weight) / total)  # Newton's, per unit of weight
        top = in_top(activation, weight)
        precision = np.clip(top @ share / (np.array(TOP) * total), 0.0, 1.0)
        border = np.where(top > 0, activation, np.inf).min(axis=1)
        there = logistic_function(spline.basis(border) @ beta)
        inside = (top / weight).T * (share[:, None] - there) / TOP - (precision - there)
        influence = np.concatenate([step, inside / total], axis=1)
        lift = block_diag(at, np.eye(len(TOP)))
        return cls(label, grid, at @ beta, top, precision, influence, lift, activation)

    def smooth(self) -> Iterator[CurvePoint]:
        for a, eta, error, df in zip(*(v.tolist() for v in (self.grid, self.eta, self.errors, self.df)), strict=False):
            value, *ends = logistic_function(np.array([eta, *(t_interval(eta, error, df) or ())])).tolist()
            low, high = ends or (None, None)
            yield CurvePoint(self.label, a, a, a, value, low, high, len(self.activation))

    def at_top(self) -> Iterator[CurvePoint]:
        highest = float(self.activation.max())
        for j, (share, top) in enumerate(zip(self.precision.tolist(), self.top, strict=True), len(self.grid)):
            interval = logit_interval(share, float(self.errors[j]), float(self.df[j]))
            if min(share, 1 - share) < 1e-12:
                interval = wilson(round(share), kish_effective_n(top))
            low, high = interval or (None, None)
            inside = top > 0
            mean, border = float(np.average(self.activation, weights=top)), float(self.activation[inside].min())
            yield CurvePoint(self.label, mean, border, highest, share, low, high, int(inside.sum()))


def _fits(sample: Sample, activation: Floats, resampling: Resampling) -> list[_Fit]:
    """The fits with their errors, all replicates made in one pass."""
    weight = sample.weight
    fits = [
        _Fit.of(label, share, weight, activation)
        for label, share in zip(sample.categories, sample.shares.T, strict=True)
    ]
    replicates = np.split(resampling.totals(np.concatenate([fit.influence for fit in fits], axis=1))[1:], len(fits), 1)
    made = []
    for fit, moved in zip(fits, replicates, strict=True):
        errors = (moved @ fit.lift.T).std(axis=0, ddof=1)
        df = degrees_of_freedom((weight[:, None] * fit.influence) @ fit.lift.T, sample.stratum)
        made.append(replace(fit, errors=errors, df=df))
    return made


def in_top(activation: Floats, weight: Floats) -> Floats:
    """(len(TOP), n): the part of each stimulus's weight (n,) that lies within each top share of the weight."""
    ranking = Ranking.of(-activation)
    mass = ranking.masses(weight[None])[0]
    before, borders = np.cumsum(mass) - mass, np.array(TOP)[:, None] * weight.sum()
    return np.asarray(weight * np.clip((borders - before) / mass, 0.0, 1.0)[:, ranking.group])
