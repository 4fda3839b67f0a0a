"""Stand-in raters, each with traits of their own, and small worlds that they judge.

The demo lets them label a study, tests let them judge a world. Worlds of endlessly many raters, with repeats,
revealed activations and sliders, are in `analysis.worlds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.assumptions import Assumptions, Jury, StudyDesign
from analysis.judgements import Floats
from analysis.populations import feature_strength
from analysis.truth import category_shares
from analysis.worlds import World, simulate, study

__all__ = ["Person", "World", "answer", "expected_shares", "feature_strength", "panel", "simulate", "world"]


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
    anchoring: float = 0.0
    """How far a revealed activation draws what this person sees towards itself, from 0 to 1."""


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


def answer(person: Person, strength: float, rng: np.random.Generator, taste: float | None = None) -> int | None:
    """The index of the category that the person gives to an image of this strength; None: cannot tell.

    `taste`: what this person sees in this image and others do not, in standard deviations (a draw from the standard
    normal distribution). Give the same for a second look at one image; where None it is drawn here, as for an image
    that the person has not seen.
    """
    if rng.random() < person.cannot_tell:
        return None
    if rng.random() < person.lapse:
        return int(rng.integers(len(person.thresholds) + 1))
    own = rng.normal() if taste is None else taste
    seen = strength + person.idiosyncrasy * own + person.noise * rng.normal()
    return int(np.searchsorted(person.thresholds, seen, side="right"))


def expected_shares(person: Person, strength: Floats) -> Floats:
    """(n, K): the chance of each label from this person, given an answer, for strengths (n,)."""
    return category_shares(jury_of_people([person]), strength)


def jury_of_people(people: Sequence[Person]) -> Jury:
    """The people as arrays. They must have equally many thresholds."""
    return Jury(
        tuple(person.name for person in people),
        np.array([person.thresholds for person in people]),
        np.array([person.idiosyncrasy for person in people]),
        np.array([person.noise for person in people]),
        np.array([person.lapse for person in people]),
        np.array([person.cannot_tell for person in people]),
        np.array([person.anchoring for person in people]),
    )


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
    """A population with a heavy tail of activation, a stratified draw from it, and a small jury's labels.

    `people` stands in for the panel that the seed would give; then `n_raters` of them are used. Its `truth` speaks
    of these people, and not of raters like them, of whom nothing is assumed.
    """
    population, judging, persons, latent = np.random.SeedSequence(seed).generate_state(4).tolist()
    activation = np.random.default_rng(population).gumbel(size=n_population) - 1.0
    strength = feature_strength(activation, np.ones(n_population), correlation=correlation, seed=latent)
    jury = (people or panel(n_raters, n_categories, seed=persons))[:n_raters]
    categories = tuple(f"category {k + 1}" for k in range(n_categories))
    return study(
        Assumptions(scale=scale, categories=categories, thresholds=tuple(range(n_categories - 1))),
        StudyDesign(per_stratum=per_stratum, n_strata=n_strata, n_raters=len(jury)),
        jury_of_people(jury),
        activation,
        strength,
        seed=judging,
        declared=categories,
        alike=False,
    )
