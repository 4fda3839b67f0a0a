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
class Strata:
    """Bands of activation that together cover the population."""

    edges: Floats
    """(h + 1,): ascending; band k runs from edges[k] to edges[k + 1]."""
    member: Ints
    """(n,): the band of each item of the population."""

    @property
    def sizes(self) -> Ints:
        """(h,): how many items of the population each band holds."""
        return np.bincount(self.member, minlength=len(self.edges) - 1).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """A stratified sample without replacement, in ascending order of the population's index."""

    chosen: Ints
    stratum: Ints
    inclusion_probability: Floats
    """(n,): n_h / N_h of the item's band, exactly."""


def equal_width_strata(activation: Floats, n_strata: int) -> Strata:
    """At most `n_strata` bands of equal width over the whole range of `activation` (N,), negatives included.

    A band with fewer than two items is joined to its neighbour, so there may be fewer. Raises InputError where
    there is no item, an activation is not finite, or no band is asked for.
    """
    if n_strata < 1 or not len(activation) or not np.isfinite(activation).all():
        raise InputError("Strata need at least one band and a finite activation for every image.")
    low, high = float(activation.min()), float(activation.max())
    inner = np.linspace(low, high, n_strata + 1)[1:-1]
    member = np.searchsorted(inner, activation, side="right")
    sizes = np.bincount(member, minlength=n_strata)
    starts, held = [0], 0
    for band in range(n_strata):
        if held >= 2 and sizes[band:].sum() >= 2:
            starts.append(band)
            held = 0
        held += int(sizes[band])
    edges = np.array([low, *inner[[start - 1 for start in starts[1:]]], high])
    return Strata(edges, np.searchsorted(starts, member, side="right") - 1)


def draw(strata: Strata, per_stratum: int, seed: int) -> Draw:
    """`per_stratum` items of each stratum at random, all where it has no more; the same seed draws the same.

    Raises InputError where `per_stratum` is below 1.
    """
    if per_stratum < 1:
        raise InputError("At least one image must be drawn from each stratum.")
    rng = np.random.default_rng(seed)
    chosen = [
        rng.choice(items, size=min(per_stratum, len(items)), replace=False)
        for items in (np.flatnonzero(strata.member == band) for band in range(len(strata.sizes)))
    ]
    together = np.sort(np.concatenate(chosen)).astype(np.int64)
    stratum = strata.member[together]
    taken = np.array([len(items) for items in chosen], dtype=np.float64)
    return Draw(together, stratum, (taken / strata.sizes)[stratum])


def design_weights(inclusion_probability: Floats) -> Floats:
    """1 / pi (n,): how many items of the population each drawn one stands for (Horvitz and Thompson 1952)."""
    return np.asarray(1.0 / inclusion_probability)


def kish_effective_n(weights: Floats) -> float:
    """(sum w)^2 / sum w^2: as many equally weighted items would tell as much (Kish 1965); 0 without weight."""
    total = float((weights**2).sum())
    return float(weights.sum()) ** 2 / total if total > 0 else 0.0
