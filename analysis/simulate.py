"""Worlds with a known truth: for the demo's stand-in raters, and for tests of everything that estimates.

Every image has a latent strength of the feature, and the unit's activation is correlated with it. A person sees
the strength through a taste of their own and some noise, and cuts it into categories (a graded response model).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.design import Distribution, draw_at_random, equal_width
from analysis.judgements import Floats, Judgements, Stimuli


@dataclass(frozen=True, slots=True)
class Person:
    """A stand-in rater. Spreads are in standard deviations of the feature's strength over the population."""

    name: str
    thresholds: tuple[float, ...]
    """Ascending, one fewer than the categories: from which strength on each higher category is given."""
    idiosyncrasy: float
    """Spread of what this person sees in an image and others do not."""
    noise: float
    """Spread from one look to the next."""
    lapse: float
    """Chance of an answer at random."""
    cannot_tell: float
    """Chance of no answer."""


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A study of a population whose truth is known."""

    judgements: Judgements
    stimuli: Stimuli
    activation: Floats
    """(N,): of the whole population."""
    shares: Floats
    """(N, K): the expected share of these raters' answers that give each label, for the whole population."""


def feature_strength(activation: Floats, weights: Floats, *, correlation: float, seed: int) -> Floats:
    """A latent strength (n,) for each image: mean 0 and standard deviation 1 under `weights` (n,).

    `correlation` is that with the normal scores of the activation, which tame its heavy tail. A lone image has
    strength 0; under a constant activation the strength is pure chance.
    """
    share = weights / weights.sum()
    values, group = np.unique(activation, return_inverse=True)
    mass = np.bincount(group, share, minlength=len(values))
    signal = _standardised(stats.norm.ppf((np.cumsum(mass) - mass / 2)[group]), share)
    chance = _standardised(np.random.default_rng(seed).normal(size=len(signal)), share)
    own = _standardised(chance - float(share @ (chance * signal)) * signal, share)
    return _standardised(correlation * signal + np.sqrt(1 - correlation**2) * own, share)


def panel(n_people: int, n_categories: int, *, seed: int) -> tuple[Person, ...]:
    """People who differ in how strict they are, how steady, and how alike in taste."""
    rng = np.random.default_rng(seed)
    base = np.linspace(0.5, 1.5, n_categories - 1) if n_categories > 2 else np.array([1.0])
    strictness = rng.permutation(stats.norm.ppf((np.arange(n_people) + 0.5) / n_people)) * 0.3
    return tuple(
        Person(
            name=f"rater {place + 1}",
            thresholds=tuple((base + shift).tolist()),
            idiosyncrasy=float(rng.uniform(0.2, 0.4)),
            noise=float(rng.uniform(0.2, 0.4)),
            lapse=float(rng.uniform(0.0, 0.03)),
            cannot_tell=float(rng.uniform(0.0, 0.02)),
        )
        for place, shift in enumerate(strictness.tolist())
    )


def answer(person: Person, strength: float, rng: np.random.Generator) -> int | None:
    """The index of the category that the person gives to an image of this strength; None: cannot tell.

    Taste and noise are both drawn here, so a second call is another image of the same strength, not a second
    look at the same one.
    """
    if rng.random() < person.cannot_tell:
        return None
    if rng.random() < person.lapse:
        return int(rng.integers(len(person.thresholds) + 1))
    seen = strength + person.idiosyncrasy * rng.normal() + person.noise * rng.normal()
    return int(np.searchsorted(person.thresholds, seen, side="right"))


def expected_shares(person: Person, strength: Floats) -> Floats:
    """(n, K): the chance of each label from this person, given an answer, for strengths (n,)."""
    spread = float(np.hypot(person.idiosyncrasy, person.noise))
    above = stats.norm.cdf((strength[:, None] - np.array(person.thresholds)) / spread)
    ends = np.ones((len(strength), 1)), np.zeros((len(strength), 1))
    steps = -np.diff(np.concatenate([ends[0], above, ends[1]], axis=1), axis=1)
    return np.asarray((1 - person.lapse) * steps + person.lapse / steps.shape[1])


def world(
    n_population: int,
    n_strata: int,
    per_stratum: int,
    n_raters: int,
    n_categories: int,
    *,
    seed: int,
    correlation: float = 0.8,
    scale: str = "ordinal",
    people: tuple[Person, ...] | None = None,
) -> World:
    """A population with a heavy tail of activation, a stratified draw from it, and a jury's labels.

    `people` stands in for the panel that the seed would give; then `n_raters` of them are used.
    """
    population, drawing, judging, persons, latent = np.random.SeedSequence(seed).generate_state(5).tolist()
    activation = np.random.default_rng(population).gumbel(size=n_population) - 1.0
    strength = feature_strength(activation, np.ones(n_population), correlation=correlation, seed=latent)
    jury = (people or panel(n_raters, n_categories, seed=persons))[:n_raters]
    strata = equal_width(Distribution.of(activation), n_strata)
    sample = draw_at_random(strata, activation, per_stratum, drawing)
    categories = tuple(f"category {k + 1}" for k in range(n_categories))
    rng = np.random.default_rng(judging)
    names = [f"image {i:06d}" for i in sample.chosen]
    rows = [
        (name, person.name, categories[k] if k is not None else None)
        for name, level in zip(names, strength[sample.chosen].tolist(), strict=True)
        for person in jury
        for k in [answer(person, level, rng)]
    ]
    stimulus, rater, label = zip(*rows, strict=True)
    return World(
        Judgements.from_columns(stimulus, rater, label, categories=categories, scale=scale),
        Stimuli.from_columns(
            names,
            activation[sample.chosen],
            stratum=sample.stratum.tolist(),
            inclusion_probability=sample.inclusion_probability,
        ),
        activation,
        np.mean([expected_shares(person, strength) for person in jury], axis=0),
    )


def _standardised(values: Floats, share: Floats) -> Floats:
    """Mean 0 and standard deviation 1 under shares of weight that sum to 1; zeros where nothing varies."""
    centred = values - float(share @ values)
    spread = float(np.sqrt(share @ centred**2))
    return np.asarray(centred / spread) if spread > 1e-9 else np.zeros_like(centred)
