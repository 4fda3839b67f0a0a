"""Which stimuli to show: bands of activation, a seeded draw from each, and what the draw makes of every estimate.

The strongest activations are rare, so a draw at random would miss them; a draw of equally many from every band
of activation shows them all, and its known inclusion probabilities undo the distortion afterwards (Horvitz and
Thompson 1952; Hajek 1971).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.judgements import Floats, InputError, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """How many items of a population lie in each of b bins of activation, ascending and apart from one another."""

    low: Floats
    high: Floats
    count: Ints
    """(b,): none is 0."""

    @classmethod
    def of(cls, activation: Floats) -> Distribution:
        """The distribution of known activations (N,): each different value is a bin. Not finite: InputError."""
        if not np.isfinite(activation).all():
            raise InputError("An activation is not finite.")
        values, counts = np.unique(activation, return_counts=True)
        return cls(values, values, counts.astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """Bands of activation that together cover the population."""

    edges: Floats
    """(h + 1,): ascending; band k runs from edges[k] to edges[k + 1]."""
    sizes: Ints
    """(h,): how many items of the population each band holds."""

    def member(self, activation: Floats) -> Ints:
        """(n,): the band of each activation; one that lies on an edge belongs to the band above it."""
        return np.searchsorted(self.edges[1:-1], activation, side="right").astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """A stratified sample without replacement, in ascending order of the candidates' index."""

    chosen: Ints
    stratum: Ints
    inclusion_probability: Floats
    """(n,): n_h / N_h of the item's band, exactly."""


def equal_width(distribution: Distribution, n_strata: int) -> Strata:
    """At most `n_strata` bands of equal width over the whole range, negatives included, as Cammarata et al. (2020) did.

    Here as in `quantiles` and `given_edges`: an edge that would cut a bin in two is moved to the nearer border of it,
    and a band with fewer than two items is joined to its neighbour, so there may be fewer bands. Raises InputError
    where there is no item or no band is asked for.
    """
    _check(distribution, n_strata)
    low, high = float(distribution.low[0]), float(distribution.high[-1])
    return _bands(distribution, np.linspace(low, high, n_strata + 1)[1:-1])


def quantiles(distribution: Distribution, n_strata: int) -> Strata:
    """At most `n_strata` bands, as nearly of equal size as the bins allow; a very common value fills one alone."""
    _check(distribution, n_strata)
    before = np.concatenate([[0], np.cumsum(distribution.count)])
    aims = np.arange(1, n_strata) * before[-1] / n_strata
    starts = np.abs(before[:, None] - aims).argmin(axis=0)
    starts = np.unique(starts[(starts > 0) & (starts < len(distribution.count))])
    return _bands(distribution, distribution.low[starts])


def given_edges(distribution: Distribution, edges: Floats) -> Strata:
    """The bands between `edges`, the outermost of which reach as far as the population does."""
    _check(distribution, 1)
    if not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise InputError("The edges of the strata must ascend.")
    return _bands(distribution, np.asarray(edges, dtype=np.float64))


def _check(distribution: Distribution, n_strata: int) -> None:
    if n_strata < 1 or not len(distribution.count):
        raise InputError("Strata need at least one band and one item.")


def _bands(distribution: Distribution, inner: Floats) -> Strata:
    """The bands between the inner edges, thin ones joined."""
    low, high, count = distribution.low, distribution.high, distribution.count
    member = np.searchsorted(inner, (low + high) / 2, side="right")
    sizes = np.bincount(member, weights=count, minlength=len(inner) + 1).astype(np.int64)
    starts, held = [0], 0
    for band in range(len(sizes)):
        if held >= 2 and sizes[band:].sum() >= 2:
            starts.append(band)
            held = 0
        held += int(sizes[band])
    first = np.searchsorted(member, starts[1:])  # the first bin of each band but the lowest
    moved = np.clip(inner[[start - 1 for start in starts[1:]]], high[first - 1], low[first])
    joined = np.searchsorted(starts, member, side="right") - 1
    totals = np.bincount(joined, weights=count, minlength=len(starts)).astype(np.int64)
    return Strata(np.array([low[0], *moved, high[-1]], dtype=np.float64), totals)


def draw(strata: Strata, stratum: Ints, order: Ints, per_stratum: int) -> Draw:
    """The first `per_stratum` candidates of each stratum, all where it has no more.

    A simple random sample of each stratum, if the candidates hold the `per_stratum` items of it that come first in a
    random order of the whole population (a bottom-k sample, Cohen and Kaplan 2007).

    Args:
        strata: the bands, with their true sizes.
        stratum: (n,) the band of each candidate.
        order: (n,) where each candidate comes in the random order; no two in the same place.
        per_stratum: how many to draw from each.

    Raises InputError where `per_stratum` is below 1, or a stratum has fewer candidates than it must.
    """
    if per_stratum < 1:
        raise InputError("At least one image must be drawn from each stratum.")
    taken = np.minimum(strata.sizes, per_stratum)
    if (np.bincount(stratum, minlength=len(taken)) < taken).any():
        raise InputError("There are too few candidates to draw from.")
    by_stratum = np.lexsort((order, stratum))
    place = np.arange(len(by_stratum)) - np.searchsorted(stratum[by_stratum], stratum[by_stratum])
    chosen = np.sort(by_stratum[place < taken[stratum[by_stratum]]]).astype(np.int64)
    return Draw(chosen, stratum[chosen], (taken / strata.sizes)[stratum[chosen]])


def draw_at_random(strata: Strata, activation: Floats, per_stratum: int, seed: int) -> Draw:
    """`per_stratum` items of each stratum at random from a known population (N,); the same seed draws the same."""
    order = np.random.default_rng(seed).permutation(len(activation))
    return draw(strata, strata.member(activation), order, per_stratum)


def design_weights(inclusion_probability: Floats) -> Floats:
    """1 / pi (n,): how many items of the population each drawn one stands for (Horvitz and Thompson 1952)."""
    return np.asarray(1.0 / inclusion_probability)


def kish_effective_n(weights: Floats) -> float:
    """(sum w)^2 / sum w^2: as many equally weighted items would tell as much (Kish 1965); 0 without weight."""
    largest = float(weights.max(initial=0.0))
    if largest <= 0:
        return 0.0
    share = weights / largest  # squares of very small weights would be lost
    return float(share.sum() ** 2 / (share**2).sum())
