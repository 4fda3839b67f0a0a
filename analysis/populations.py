"""Populations of images: what the unit makes of each, how strong the feature is in it, and a sample of them."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.assumptions import Assumptions, StudyDesign
from analysis.design import Distribution, Draw, draw_at_random, equal_width, given_edges, quantiles
from analysis.judgements import Floats


def feature_strength(activation: Floats, weights: Floats, *, correlation: float, seed: int) -> Floats:
    """A latent strength (n,) for each image: mean 0 and standard deviation 1 under `weights` (n,).

    `correlation` is that with the normal scores of the activation, which tame its heavy tail. A lone image has
    strength 0; under a constant activation the strength is pure chance.
    """
    share = weights / weights.sum()
    signal = normal_scores(activation, weights)
    chance = _standardised(np.random.default_rng(seed).normal(size=len(signal)), share)
    own = _standardised(chance - float(share @ (chance * signal)) * signal, share)
    return _standardised(correlation * signal + np.sqrt(1 - correlation**2) * own, share)


def normal_scores(activation: Floats, weights: Floats) -> Floats:
    """(n,): the normal quantiles of the weighted mid-ranks, standardised under the weights (n,)."""
    share = weights / weights.sum()
    values, group = np.unique(activation, return_inverse=True)
    mass = np.bincount(group, share, minlength=len(values))
    return _standardised(stats.norm.ppf((np.cumsum(mass) - mass / 2)[group]), share)


def population_activation(assumptions: Assumptions, seed: int) -> Floats:
    """(N,): a population with the activation of the assumptions."""
    n = assumptions.n_population
    if not assumptions.activation:
        return np.asarray(np.random.default_rng(seed).gumbel(size=n) - 1.0)
    below, level = np.array(assumptions.activation).T
    return np.asarray(np.interp((np.arange(n) + 0.5) / n, below, level))


def standing_of(activation: Floats) -> Floats:
    """(N,): the activation in population standard deviations from its mean."""
    return _standardised(activation, np.full(len(activation), 1 / len(activation)))


def draw_from(design: StudyDesign, activation: Floats, seed: int) -> Draw:
    """A stratified draw from a population (N,)."""
    distribution = Distribution.of(activation)
    if design.edges:
        strata = given_edges(distribution, np.array(design.edges))
    else:
        strata = (equal_width if design.bands == "equal_width" else quantiles)(distribution, design.n_strata)
    return draw_at_random(strata, activation, design.per_stratum, seed)


def _standardised(values: Floats, share: Floats) -> Floats:
    """Mean 0 and standard deviation 1 under shares of weight that sum to 1; zeros where nothing varies."""
    centred = values - float(share @ values)
    spread = float(np.sqrt(share @ centred**2))
    return np.asarray(centred / spread) if spread > 1e-9 else np.zeros_like(centred)
