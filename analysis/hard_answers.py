"""Answers of the kind that a person gives: of the unit, of one who always says the same, and of chance.

What is fitted is fitted in 5 folds: each stimulus is answered by what the others taught.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import isotonic_regression

from analysis.judgements import Floats, Ints
from analysis.sample import Sample, middle
from analysis.thresholds import cross_fitted

N_DRAWS = 20
"""Times that random answers are drawn."""
UNIT, CONSTANT, RANDOM = "", "_constant", "_random"
"""Whose the answers are."""


def graded_answers(sample: Sample, activation: Floats, fold: Ints, rng: np.random.Generator) -> dict[str, Floats]:
    """Scores (draws, n): the unit's isotonic fit, rounded where the scale is ordinal; the commonest label, or the
    median of numbers; and scores drawn from all that were given, by weight."""
    unit = graded_unit(sample, activation, fold, sample.weight)
    order = np.argsort(sample.value, kind="stable")
    share = np.cumsum((sample.weight / sample.n_labels)[sample.item][order])
    share /= share[-1]
    drawn = sample.value[order][np.searchsorted(share, rng.random((N_DRAWS, len(activation))))]
    if sample.ordinal:
        constant = float(np.argmax(sample.weight @ sample.shares))
    else:
        constant = float(sample.value[order][np.searchsorted(share, 0.5 - 1e-12)])
    return {UNIT: unit[None], CONSTANT: np.full((1, len(activation)), constant), RANDOM: drawn}


def yes_or_no(sample: Sample, activation: Floats, k: int, fold: Ints, rng: np.random.Generator) -> dict[str, Floats]:
    """1 for label k and 0 for another, (draws, n): by threshold; what most say; and drawn at its share."""
    share = sample.shares[:, k]
    unit = cross_fitted(activation, share, sample.weight, fold).astype(np.float64)
    given = float(sample.weight @ share / sample.weight.sum())
    drawn = (rng.random((N_DRAWS, len(activation))) < given).astype(np.float64)
    return {UNIT: unit[None], CONSTANT: np.full((1, len(activation)), float(given > 0.5)), RANDOM: drawn}


def graded_unit(sample: Sample, activation: Floats, fold: Ints, weight: Floats) -> Floats:
    """(n,): the unit's scores, from an isotonic fit of the mean score; rounded where the scale is ordinal."""
    unit = isotonic_answers(activation, sample.mean_score, weight, fold)
    return np.asarray(np.rint(np.round(unit, 9))) if sample.ordinal else unit  # halves are halves but for rounding


def isotonic_answers(score: Floats, y: Floats, weight: Floats, fold: Ints) -> Floats:
    """(n,): y (n,) predicted from the score (n,) by a monotone fit to the other folds (n,).

    Weighted least squares, upward or downward, whichever fits better; between fitted scores on a straight line,
    beyond them as at the last. Stimuli of no weight are answered, but teach nothing.
    """
    answer = np.empty(len(score))
    some, level = weight > 0, middle(y)
    y = y - level  # sums of numbers far from 0 would be rounded off
    for held in np.unique(fold):
        out = fold == held
        fit = ~out & some if (~out & some).any() else some
        at, place = np.unique(score[fit], return_inverse=True)
        mass = np.bincount(place, weight[fit])
        mean = np.bincount(place, weight[fit] * y[fit]) / mass
        fits = [isotonic_regression(mean, weights=mass, increasing=upward).x for upward in (True, False)]
        best = min(fits, key=lambda fitted: float(mass @ (fitted - mean) ** 2))
        answer[out] = np.interp(score[out], at, best)
    return answer + level
