"""From a recording to what a study file holds of each unit: references, strata, and the stimuli that were drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import Distribution, Draw, Strata, draw, equal_width, given_edges, quantiles
from analysis.judgements import InputError
from app.errors import Fault
from app.recording.pictures import Picture, pictures
from app.recording.recording import Recording
from app.recording.tally import Items, Tally, bin_of, lower_edge
from app.study.records import Box, Histogram, Reference, Role, Stimulus, Stratum
from app.study_toml import SampleTable

Progress = Callable[[int, int], None]
HISTOGRAM_BINS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What was drawn for one unit."""

    most: Items
    least: Items
    chosen: Items
    draw: Draw
    strata: Strata
    counts: NDArray[np.int64]
    """How many items each fine bin holds, references included."""

    @property
    def population(self) -> int:
        """How many items the stimuli were drawn from."""
        return int(self.strata.sizes.sum())


def draw_sample(recording: Recording, number: int, wanted: SampleTable) -> Sample:
    """The references and the stimuli of the unit with this number, from 0.

    References are the items with the highest and lowest activation, one from each image; what is left is the
    population, and the stimuli are drawn from bands of it. Where positions are so close that crops overlap, all of a
    reference's image is taken out with it: what is nearly a reference is not put before raters.

    Raises:
        Fault: there are too few items.
    """
    tally = recording.tallies[number]
    most, least = extremes(tally, wanted.references)
    taken = np.concatenate([most, least])
    if recording.recorder.units[number].at == "every":
        taken = recording.beside(number, taken)
    return draw_from(tally, most, least, taken, wanted)


def extremes(tally: Tally, count: int) -> tuple[Items, Items]:
    """The items with the highest and with the lowest activation, each of an image of its own, `count` at most."""
    most = tally.most[:count]
    # Where there are hardly any images, one may be at both ends.
    return most, tally.least[~np.isin(_ids(tally.least), _ids(most))][:count]


def draw_from(tally: Tally, most: Items, least: Items, taken: Items, wanted: SampleTable) -> Sample:
    """The stimuli of a unit, from all of its items but those that are `taken`."""
    counts = tally.counts.copy()
    np.subtract.at(counts, bin_of(taken["value"]), 1)
    if (counts < 0).any():
        raise Fault("Reading some images again gave other values than recording them. Record again.")
    if counts.sum() < 2:
        raise Fault(f"Only {tally.counts.sum()} positions were found, too few for references and stimuli. Add images.")
    candidates = tally.items[~np.isin(_ids(tally.items), _ids(taken))]
    occupied = np.flatnonzero(counts)
    distribution = Distribution(lower_edge(occupied), lower_edge(occupied + 1), counts[occupied])
    strata = _strata(distribution, wanted)
    stratum = strata.member(candidates["value"].astype(np.float64))
    candidates, stratum = _complete(tally, strata, candidates, stratum)
    # Items in the order of their hashes are in a random order of the whole population.
    order = np.empty(len(candidates), np.int64)
    order[np.lexsort((candidates["place"], *candidates["image"].T, candidates["hash"]))] = np.arange(len(candidates))
    try:
        drawn = draw(strata, stratum, order, wanted.per_stratum)
    except InputError as error:
        raise Fault(
            "So many positions went with the references' images that too few are left of those that were kept. Ask for"
            " fewer references, or fewer stimuli per_stratum, or add images."
        ) from error
    return Sample(most, least, candidates[drawn.chosen], drawn, strata, tally.counts)


def _complete(
    tally: Tally, strata: Strata, candidates: Items, stratum: NDArray[np.int64]
) -> tuple[Items, NDArray[np.int64]]:
    """The candidates up to the hash below which none of their stratum is missing.

    Of a fine bin that is full only the items with the smallest hashes were kept: of what lies above the highest of
    them, the other bins of the stratum would be drawn from too often.
    """
    bins = bin_of(tally.items["value"])
    full = np.flatnonzero(np.bincount(bins) >= tally.candidates)
    last = tally.items["hash"][np.searchsorted(bins, full, side="right") - 1]  # items are sorted by bin and hash
    limit = np.full(len(strata.sizes), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(limit, strata.member(lower_edge(full)), last)
    kept = candidates["hash"] <= limit[stratum]
    return candidates[kept], stratum[kept]


def _strata(distribution: Distribution, wanted: SampleTable) -> Strata:
    if wanted.edges is not None:
        return given_edges(distribution, np.array(wanted.edges))
    how = {"equal_width": equal_width, "quantiles": quantiles}[wanted.bands]
    return how(distribution, wanted.strata)


def _ids(items: Items) -> NDArray[np.void]:
    """One value for each item that is the same for the same image and place."""
    ids = np.zeros(len(items), [("image", "<u8", 2), ("place", "<i4")])
    ids["image"], ids["place"] = items["image"], items["place"]
    return ids.view(f"V{ids.dtype.itemsize}")


def stimuli(
    recording: Recording, number: int, sample: Sample, wanted: SampleTable, seed: int, progress: Progress
) -> tuple[Stimulus, ...]:
    """The drawn stimuli of the unit with this number, from 0, with their pictures."""
    shown = pictures(recording, number, sample.chosen, wanted.show, progress)
    rows = zip(
        sample.chosen, shown, sample.draw.stratum.tolist(), sample.draw.inclusion_probability.tolist(), strict=True
    )
    found = []
    for item, picture, stratum, probability in rows:
        sha256 = recording.digests[item["index"]].tobytes().hex()
        # A hash says neither where the crop lies nor how strongly the unit fires, and is the same next time.
        identity = f"{seed} {number} {sha256} {item['place']}"
        found.append(
            Stimulus(
                id=hashlib.sha256(identity.encode()).hexdigest()[:16],
                unit=number + 1,
                image=picture.png,
                activation=float(item["value"]),
                stratum=stratum + 1,
                inclusion_probability=probability,
                source=recording.recorder.source.names[int(item["index"])],
                box=_box(picture),
                others={other + 1: value for other, value in picture.others.items()},
            )
        )
    return tuple(found)


def references(
    recording: Recording, number: int, sample: Sample, wanted: SampleTable, progress: Progress
) -> tuple[Reference, ...]:
    """The references of the unit with this number, from 0, with their pictures."""
    items = np.concatenate([sample.most, sample.least])
    roles: list[tuple[Role, int]] = [("most", rank) for rank in range(1, len(sample.most) + 1)]
    roles += [("least", rank) for rank in range(1, len(sample.least) + 1)]
    shown = pictures(recording, number, items, wanted.show, progress)
    return tuple(
        Reference(
            role,
            rank,
            float(item["value"]),
            picture.png,
            recording.recorder.source.names[int(item["index"])],
            _box(picture),
        )
        for (role, rank), item, picture in zip(roles, items, shown, strict=True)
    )


def _box(picture: Picture) -> Box:
    top, bottom, left, right = picture.box
    return Box(top=top, left=left, bottom=bottom, right=right)


def strata_of(sample: Sample) -> tuple[Stratum, ...]:
    """The bands, with how many items each holds and how many were drawn."""
    sizes = sample.strata.sizes
    drawn = np.bincount(sample.draw.stratum, minlength=len(sizes))
    edges = sample.strata.edges.tolist()
    rows = zip(edges[:-1], edges[1:], sizes.tolist(), drawn.tolist(), strict=True)
    return tuple(Stratum(number, *row) for number, row in enumerate(rows, 1))


def histogram_of(sample: Sample) -> Histogram:
    """The whole distribution, references included, in a few bins for the eye: each fine bin counts at its middle."""
    occupied = np.flatnonzero(sample.counts)
    low, high = lower_edge(occupied), lower_edge(occupied + 1)
    extremes = np.concatenate([sample.most["value"], sample.least["value"]]).astype(np.float64)
    first, last = float(extremes.min()), float(extremes.max())
    if first == last:
        first, last = first - 0.5, last + 0.5
    middle = np.clip((low + high) / 2, first, last)
    counts, edges = np.histogram(middle, bins=HISTOGRAM_BINS, range=(first, last), weights=sample.counts[occupied])
    return Histogram(tuple(edges.tolist()), tuple(counts.astype(np.int64).tolist()))


def share_at_minimum(sample: Sample) -> float:
    """The share of all items that lie in the lowest fine bin: near 0 but for a unit behind a rectifier."""
    occupied = np.flatnonzero(sample.counts)
    return float(sample.counts[occupied[0]] / sample.counts.sum())
