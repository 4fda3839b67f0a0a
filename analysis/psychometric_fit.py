"""The psychometric function itself, and its fit to many sets of data at once.

P(correct | gap) = 1/2 + (1/2 - lapse) F((gap - m) / s), F the logistic function: at small gaps people guess, at large
ones they err only by lapses (Wichmann and Hill 2001). The logistic function and the normal one fit such data equally
well; the logistic has a closed form and longer tails, so one slip far out moves it less.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from analysis.judgements import Floats

LAPSE_PRIOR = (1.0, 10.0)
"""Beta: most people lapse rarely."""
LEAST_LAPSES, MOST_LAPSES = 1e-9, 0.1
WIDTH = 2 * math.log(19)
"""From F = 0.05 to F = 0.95, in units of s (Schuett, Harmeling, Macke and Wichmann 2016)."""

_STEPS = 60
_FLATTEST, _STEEPEST = 10.0, 1e-3
"""s, in units of the range of gaps: what lies beyond cannot be told from a constant or from a step."""


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """b fitted functions: threshold m, log of s, and lapse."""

    theta: Floats
    """(b, 3)"""

    @property
    def width(self) -> Floats:
        """(b,): the gap from F = 0.05 to F = 0.95, s * 2 ln 19."""
        return np.asarray(WIDTH * np.exp(self.theta[:, 1]))

    def at(self, gap: Floats) -> Floats:
        """(b, k): the probability of being right at gaps (k,)."""
        return _curve(self.theta, gap)[0]


def fit(
    gap: Floats,
    trials: Floats,
    correct: Floats,
    prior: tuple[float, float] = LAPSE_PRIOR,
    lapse: Floats | None = None,
) -> Fit:
    """Maximise the penalised likelihood for b sets of data at once.

    Args:
        gap: (k,) not all the same.
        trials: (b, k) how many trials there were at each gap; weights need not be whole numbers.
        correct: (b, k) how many were right.
        prior: of the lapse, Beta(first, second); (1, 1) is plain maximum likelihood with a lapse of at most 0.1.
        lapse: (b,) where it is given, not fitted.

    Newton's method, damped by Fisher's information (Levenberg 1944; Marquardt 1963), from the best of a grid. m stays
    within one range of gaps beyond the gaps, s between 1/1000 and 10 ranges, lapse between 0 and 0.1.
    """
    theta = _best_start(gap, trials, correct, prior)
    low, high = (np.tile(bound, (len(theta), 1)) for bound in box(gap))
    if lapse is not None:
        theta[:, 2] = low[:, 2] = high[:, 2] = np.clip(lapse, LEAST_LAPSES, MOST_LAPSES)
    value = objective(theta, gap, trials, correct, prior)
    damping = np.full(len(theta), 1e-3)
    active = np.arange(len(theta))
    for _ in range(_STEPS):
        n, c, now = trials[active], correct[active], theta[active]
        ridge = damping[active, None] * (np.einsum("bii->bi", information(now, gap, n, prior)) + 1e-9)
        step = _step(now, *_derivatives(now, gap, n, c, prior), ridge, low[active], high[active])
        tried = np.clip(now + step, low[active], high[active])
        new = objective(tried, gap, n, c, prior)
        better = new >= value[active]
        gained = new - value[active]
        theta[active[better]], value[active[better]] = tried[better], new[better]
        damping[active] = np.clip(damping[active] * np.where(better, 0.2, 8.0), 1e-9, 1e9)
        done = (better & (gained < 1e-10) & (damping[active] < 1)) | (damping[active] >= 1e9)
        active = active[~done]
        if not len(active):
            break
    return Fit(theta)


def box(gap: Floats) -> tuple[Floats, Floats]:
    """The least and the greatest (3,) that m, log s and lapse may be."""
    span = float(np.ptp(gap))
    low = np.array([gap.min() - span, math.log(_STEEPEST * span), LEAST_LAPSES])
    return low, np.array([gap.max() + span, math.log(_FLATTEST * span), MOST_LAPSES])


def _curve(theta: Floats, gap: Floats) -> tuple[Floats, Floats, Floats]:
    """(b, k) each: P(correct), F, and the argument of F."""
    m, log_s, lapse = theta[:, :, None].transpose(1, 0, 2)
    argument = (gap - m) * np.exp(-log_s)
    f = expit(argument)
    return 0.5 + (0.5 - lapse) * f, f, argument


def objective(theta: Floats, gap: Floats, trials: Floats, correct: Floats, prior: tuple[float, float]) -> Floats:
    """(b,): the logarithm of the likelihood and of the prior, but for constants."""
    p = _curve(theta, gap)[0]
    return np.asarray(
        (correct * np.log(p) + (trials - correct) * np.log1p(-p)).sum(axis=1) + _log_prior(theta[:, 2], prior)
    )


def _log_prior(lapse: Floats, prior: tuple[float, float]) -> Floats:
    a, b = prior
    return np.asarray((a - 1) * np.log(lapse) + (b - 1) * np.log1p(-lapse))


def slopes(theta: Floats, gap: Floats) -> tuple[Floats, Floats]:
    """P(correct) (b, k) and its derivatives (3, b, k) by m, log s and lapse."""
    p, f, argument = _curve(theta, gap)
    along = (0.5 - theta[:, 2:]) * f * (1 - f)
    return p, np.stack([-along * np.exp(-theta[:, 1:2]), -along * argument, -f])


def _bends(theta: Floats, gap: Floats) -> dict[tuple[int, int], Floats]:
    """The second derivatives (b, k) of P(correct) that are not 0."""
    _, f, argument = _curve(theta, gap)
    steep, room = np.exp(-theta[:, 1:2]), 0.5 - theta[:, 2:]
    first = f * (1 - f)
    second = first * (1 - 2 * f)
    return {
        (0, 0): room * second * steep**2,
        (0, 1): room * (second * argument + first) * steep,
        (1, 1): room * (second * argument + first) * argument,
        (0, 2): first * steep,
        (1, 2): first * argument,
    }


def information(theta: Floats, gap: Floats, trials: Floats, prior: tuple[float, float]) -> Floats:
    """(b, 3, 3): Fisher's expected information, and that of the prior."""
    p, slope = slopes(theta, gap)
    pull = trials / np.maximum(p * (1 - p), 1e-12)
    (a, b), lapse = prior, theta[:, 2]
    matrix = np.einsum("ibk,jbk->bij", slope * pull, slope)
    matrix[:, 2, 2] += (a - 1) / lapse**2 + (b - 1) / (1 - lapse) ** 2
    return np.asarray(matrix)


def _derivatives(
    theta: Floats, gap: Floats, trials: Floats, correct: Floats, prior: tuple[float, float]
) -> tuple[Floats, Floats]:
    """The gradient (b, 3) of the objective, and its second derivatives (b, 3, 3) with the sign changed."""
    p, slope = slopes(theta, gap)
    wrong, (a, b), lapse = trials - correct, prior, theta[:, 2]
    pull, stiffness = correct / p - wrong / (1 - p), correct / p**2 + wrong / (1 - p) ** 2
    gradient = np.einsum("bk,ibk->bi", pull, slope)
    curvature = np.einsum("ibk,jbk->bij", slope * stiffness, slope)
    for (i, j), bend in _bends(theta, gap).items():
        part = np.einsum("bk,bk->b", pull, bend)
        curvature[:, i, j] -= part
        if i != j:
            curvature[:, j, i] -= part
    gradient[:, 2] += (a - 1) / lapse - (b - 1) / (1 - lapse)
    curvature[:, 2, 2] += (a - 1) / lapse**2 + (b - 1) / (1 - lapse) ** 2
    return gradient, curvature


def _step(theta: Floats, gradient: Floats, curvature: Floats, ridge: Floats, low: Floats, high: Floats) -> Floats:
    """Newton's step (b, 3), damped by a ridge (b, 3); a parameter that would leave its bounds stays."""
    held = ((theta <= low) & (gradient < 0)) | ((theta >= high) & (gradient > 0))
    free = ~held
    matrix = curvature * (free[:, :, None] & free[:, None, :])
    diagonal = np.einsum("bii->bi", matrix)
    diagonal += np.where(held, 1.0, ridge)
    return np.asarray(np.linalg.solve(matrix, np.where(held, 0.0, gradient)[:, :, None])[:, :, 0])


def _best_start(gap: Floats, trials: Floats, correct: Floats, prior: tuple[float, float]) -> Floats:
    """(b, 3): the best point of a grid, one matrix product for all sets of data."""
    span = float(np.ptp(gap))
    evenly = np.linspace(gap.min(), gap.max(), 13)
    middles = np.unique(np.concatenate([np.quantile(gap, np.linspace(0.02, 0.98, 13)), evenly]))
    grid = np.array(
        [
            (m, math.log(share * span), lapse)
            for m in middles.tolist()
            for share in (0.01, 0.03, 0.08, 0.2, 0.5)
            for lapse in (0.001, 0.03, 0.08)
        ]
    )
    p = _curve(grid, gap)[0]
    value = correct @ np.log(p).T + (trials - correct) @ np.log1p(-p).T + _log_prior(grid[:, 2], prior)
    return np.asarray(grid[np.argmax(value, axis=1)])
