"""The pairs of the two-alternative task: images from either end of a unit's activations, or from two percentiles.

As Borowski et al. (2021) and Zimmermann et al. (2023) show them: a strongly and a weakly activating one.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from analysis.design import Draw
from app.building.pool import Pool, extremes, in_order_of_hashes, with_neighbours
from app.building.sample import Sample
from app.errors import Fault
from app.recording.recording import Recording
from app.recording.tally import BINS, Items, bin_of, lower_edge
from app.study.records import Stratum
from app.study_toml import Gap, PairsTable, gap_text

REACH = 0.01
"""How far from its percentile a band may reach for the sake of different images, as a share of the population."""
_ORDERS_TRIED = 100


@dataclass(frozen=True, slots=True, eq=False)
class _Band:
    """Items that were drawn together, and what they were drawn from."""

    items: Items
    low: float
    high: float
    population: int


def draw_pairs(recording: Recording, number: int, n_references: int, wanted: PairsTable, seed: int) -> Sample:
    """The references and the pairs of the unit with this number, from 0.

    The ends come first, so that they are next to the references whatever the other gaps are. No item is drawn twice.

    Raises:
        Fault: there are too few images, or the unit does not tell the two sides of a gap apart.
    """
    tally = recording.tallies[number]
    most, least = extremes(tally, n_references)
    queries = _Queries(recording, number, np.concatenate([most, least]), wanted.per_gap)
    bands: list[_Band] = []
    pairs: list[tuple[int, int, str]] = []
    for gap in sorted(wanted.gaps, key=lambda gap: gap != "extreme"):
        high, low = queries.of(gap)
        order = _partners(high, low, Random(f"{seed} pairs {number} {gap_text(gap)}"))
        start = sum(len(band.items) for band in bands)
        pairs += [(start + i, start + len(order) + j, gap_text(gap)) for i, j in enumerate(order)]
        bands += [high, low]
    chosen = np.concatenate([band.items for band in bands])
    return Sample(tally, most, least, queries.population, chosen, *_strata(bands), tuple(pairs))


class _Queries:
    """The images that raters of one unit choose from, drawn band by band: what is drawn is not there for the next."""

    def __init__(self, recording: Recording, number: int, references: Items, per_gap: int) -> None:
        self._recording, self._number, self._n = recording, number, per_gap
        self._tally = recording.tallies[number]
        self._pool = Pool(self._tally, with_neighbours(recording, number, references))
        self._before = np.concatenate([[0], np.cumsum(self._pool.counts)])
        # The indices of the images that queries are of.
        self._used = np.zeros(0, np.int64)

    @property
    def population(self) -> int:
        """How many items percentiles are of: all but the references, and what was taken out with them."""
        return int(self._before[-1])

    def of(self, gap: Gap) -> tuple[_Band, _Band]:
        """The stronger and the weaker images of one gap.

        Raises:
            Fault: there are too few, or the two sides are not apart.
        """
        name = self._recording.recorder.units[self._number].name
        if isinstance(gap, str):
            high, low = self._end(most=True), self._end(most=False)
        else:
            high, low = self._at(gap[0] / 100), self._at(gap[1] / 100)
        if min(len(high.items), len(low.items)) < self._n:
            raise Fault(
                f"{name}: there are too few images for {self._n} pairs at the gap {gap_text(gap)}. Add images, or ask"
                " for fewer pairs (per_gap) or references."
            )
        if high.items["value"].min() <= low.items["value"].max():
            raise Fault(
                f"{name}: at the gap {gap_text(gap)} the unit is not stronger on one side than on the other. Ask for"
                " a wider gap, or add images; behind a nonlinearity many activations are the same."
            )
        return high, low

    def _end(self, *, most: bool) -> _Band:
        """The images that come next behind the references at one end: each is there for sure."""
        items = self._pool.left(self._tally.most if most else self._tally.least)[: self._n]
        self._take(items)
        values = items["value"].astype(np.float64)
        return _Band(items, float(values.min(initial=np.inf)), float(values.max(initial=-np.inf)), len(items))

    def _at(self, share: float) -> _Band:
        """Items at a quantile of the population, by their hashes, of different images where that can be."""
        items = self._pool.left(self._tally.items)
        if not len(items):
            return _Band(items, 0.0, 0.0, 0)
        band = self._bins_around(share, items)
        items = items[np.isin(bin_of(items["value"]), band)]
        items = items[self._pool.is_complete(items, lambda bins: np.isin(bins, band).astype(np.int64))]
        by_hash = items[np.argsort(in_order_of_hashes(items))]
        drawn = by_hash[np.argsort(self._times_before(by_hash), kind="stable")][: self._n]
        population = int(self._pool.counts[band].sum())
        self._take(drawn)
        low, high = lower_edge(np.array([band[0], band[-1] + 1])).tolist()
        return _Band(drawn, low, high, population)

    def _bins_around(self, share: float, items: Items) -> NDArray[np.int64]:
        """The fine bins around a quantile, just enough of them to hold enough items.

        Items of images that are not used yet, one of each; but where the band would reach too far for that, any.
        """
        occupied = np.flatnonzero(self._pool.counts)
        aim = share * self.population
        distance = np.maximum(0, np.maximum(self._before[occupied] - aim, aim - self._before[occupied + 1]))
        nearest = np.argsort(distance, kind="stable")
        step = np.full(BINS, BINS)  # how many bins are nearer
        step[occupied[nearest]] = np.arange(len(occupied))
        steps = np.sort(step[bin_of(items["value"])])
        fresh = items[~np.isin(items["index"], self._used)]
        in_turn = np.argsort(step[bin_of(fresh["value"])], kind="stable")
        _, first = np.unique(fresh["index"][in_turn], return_index=True)
        steps_fresh = np.sort(step[bin_of(fresh["value"])[in_turn][first]])
        within = int((distance <= REACH * self.population).sum()) - 1
        last = self._nth(steps_fresh)
        if last > within:
            last = max(within, self._nth(steps))
        return np.sort(occupied[nearest[: last + 1]])

    def _nth(self, steps: NDArray[np.int64]) -> int:
        return int(steps[self._n - 1]) if len(steps) >= self._n else BINS

    def _times_before(self, items: Items) -> NDArray[np.int64]:
        """(n,) how often each item's image came before: in the list, and among what is used."""
        times = np.zeros(len(items), np.int64)
        seen: dict[int, int] = dict.fromkeys(self._used.tolist(), 1)
        for i, index in enumerate(items["index"].tolist()):
            times[i] = seen.get(index, 0)
            seen[index] = seen.get(index, 0) + 1
        return times

    def _take(self, items: Items) -> None:
        self._pool.take(with_neighbours(self._recording, self._number, items))
        self._used = np.union1d(self._used, items["index"])


def _partners(high: _Band, low: _Band, rng: Random) -> list[int]:
    """For each item of `high` the place in `low` of its partner: at random, another image where that can be."""
    orders = []
    for _ in range(_ORDERS_TRIED):
        order = list(range(len(low.items)))
        rng.shuffle(order)
        orders.append(order)
    return min(orders, key=lambda order: int((high.items["index"] == low.items["index"][order]).sum()))


def _strata(bands: list[_Band]) -> tuple[Draw, tuple[Stratum, ...]]:
    """What was drawn from which band, the bands numbered from the lowest to the highest."""
    order = sorted(range(len(bands)), key=lambda i: (bands[i].low, bands[i].high))
    strata = tuple(
        Stratum(place, bands[i].low, bands[i].high, bands[i].population, len(bands[i].items))
        for place, i in enumerate(order, 1)
    )
    number = [order.index(i) for i, band in enumerate(bands) for _ in band.items]
    chances = [len(band.items) / band.population for band in bands for _ in band.items]
    return Draw(np.arange(len(number)), np.array(number), np.array(chances)), strata
