"""From a recording to what was drawn for each unit: its references, its strata, and the items in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.design import Distribution, Draw, Strata, draw, equal_width, given_edges, quantiles
from analysis.judgements import InputError
from app.building.pool import Pool, extremes, in_order_of_hashes, with_neighbours
from app.errors import Fault
from app.recording.recording import Recording
from app.recording.tally import Items, Tally, lower_edge
from app.study.records import Histogram, Stratum
from app.study_toml import SampleTable

HISTOGRAM_BINS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What was drawn for one unit."""

    tally: Tally
    most: Items
    least: Items
    population: int
    """How many items there were to draw from: all but the references, and what was taken out with them."""
    chosen: Items
    draw: Draw
    """Of `chosen`, which stratum each is of, from 0."""
    strata: tuple[Stratum, ...]
    pairs: tuple[tuple[int, int, str], ...] = ()
    """Places in `chosen` of the stronger and the weaker one, and the gap in words."""


def draw_sample(recording: Recording, number: int, wanted: SampleTable) -> Sample:
    """The references and the stimuli of the unit with this number, from 0.

    References are the items with the highest and lowest activation, one from each image; what is left is the
    population, and the stimuli are drawn from bands of it. Where positions are so close that crops overlap, all of a
    reference's image is taken out with it.

    Raises:
        Fault: there are too few items.
    """
    tally = recording.tallies[number]
    most, least = extremes(tally, wanted.references)
    taken = with_neighbours(recording, number, np.concatenate([most, least]))
    return draw_from(tally, most, least, taken, wanted)


def draw_nothing(recording: Recording, number: int, wanted: SampleTable) -> Sample:
    """The references alone, for a unit that is to be named from them."""
    tally = recording.tallies[number]
    most, least = extremes(tally, wanted.references)
    if not len(most) or not len(least):
        raise Fault("Only one image was found, too few for references at either end. Add images.")
    none = np.zeros(0, np.int64)
    population = int(tally.counts.sum()) - len(most) - len(least)
    return Sample(tally, most, least, population, tally.items[:0], Draw(none, none, none.astype(np.float64)), ())


def draw_from(tally: Tally, most: Items, least: Items, taken: Items, wanted: SampleTable) -> Sample:
    """The stimuli of a unit, from all of its items but those that are `taken`."""
    pool = Pool(tally, taken)
    counts = pool.counts
    if counts.sum() < 2:
        raise Fault(f"Only {tally.counts.sum()} positions were found, too few for references and stimuli. Add images.")
    occupied = np.flatnonzero(counts)
    distribution = Distribution(lower_edge(occupied), lower_edge(occupied + 1), counts[occupied])
    strata = _strata(distribution, wanted)
    candidates = pool.left(tally.items)
    candidates = candidates[pool.is_complete(candidates, lambda bins: strata.member(lower_edge(bins)))]
    stratum = strata.member(candidates["value"].astype(np.float64))
    try:
        drawn = draw(strata, stratum, in_order_of_hashes(candidates), wanted.per_stratum)
    except InputError as error:
        raise Fault(
            "So many positions went with the references' images that too few are left of those that were kept. Ask for"
            " fewer references, or fewer stimuli per_stratum, or add images."
        ) from error
    chosen = candidates[drawn.chosen]
    return Sample(tally, most, least, int(counts.sum()), chosen, drawn, _bands(strata, drawn))


def _strata(distribution: Distribution, wanted: SampleTable) -> Strata:
    if wanted.edges is not None:
        return given_edges(distribution, np.array(wanted.edges))
    how = {"equal_width": equal_width, "quantiles": quantiles}[wanted.bands]
    return how(distribution, wanted.strata)


def _bands(strata: Strata, drawn: Draw) -> tuple[Stratum, ...]:
    """The bands, with how many items each holds and how many were drawn."""
    taken = np.bincount(drawn.stratum, minlength=len(strata.sizes))
    edges = strata.edges.tolist()
    rows = zip(edges[:-1], edges[1:], strata.sizes.tolist(), taken.tolist(), strict=True)
    return tuple(Stratum(number, *row) for number, row in enumerate(rows, 1))


def histogram_of(tally: Tally) -> Histogram:
    """The whole distribution, references included, in a few bins for the eye: each fine bin counts at its middle."""
    occupied = np.flatnonzero(tally.counts)
    low, high = lower_edge(occupied), lower_edge(occupied + 1)
    first, last = float(tally.least["value"][0]), float(tally.most["value"][0])
    if first == last:
        first, last = first - 0.5, last + 0.5
    middle = np.clip((low + high) / 2, first, last)
    counts, edges = np.histogram(middle, bins=HISTOGRAM_BINS, range=(first, last), weights=tally.counts[occupied])
    return Histogram(tuple(edges.tolist()), tuple(counts.astype(np.int64).tolist()))


def share_at_minimum(tally: Tally) -> float:
    """The share of all items that lie in the lowest fine bin: near 0 but for a unit behind a rectifier."""
    occupied = np.flatnonzero(tally.counts)
    return float(tally.counts[occupied[0]] / tally.counts.sum())
