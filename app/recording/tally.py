"""What is kept of a unit's activations in one pass over any number of images: a few megabytes, mergeable.

The whole distribution in fine bins; of each bin the items with the smallest hashes, from which any stratified sample
follows (the items of a union of bins with the smallest hashes are a simple random sample of it: bottom-k sampling,
Cohen and Kaplan 2007); and the images with the highest and lowest activation. What is kept depends on which items were
added, never on their order or on how they were spread over tallies that were merged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BITS = 8
"""Leading bits of a float32's fraction that tell fine bins apart: 256 bins from each power of two to the next."""
BINS = 1 << (9 + BITS)
EXTREMES = 64
"""Images kept at either end: as many as a study may ask for as references, and for pairs of the strongest and the
weakest (9 and 50), and a few more, because one that is at both ends counts once."""
_SHIFT = 23 - BITS
_MIDDLE = BINS // 2
_MAGNITUDE = np.int32(0x7FFFFFFF)

ITEM = np.dtype(
    [
        ("hash", "<u8"),  # of the item and the seed: what the draw goes by
        ("image", "<u8", 2),  # the first 16 bytes of the image's SHA-256
        ("place", "<i4"),  # row * width + column, or -1: the whole image
        ("value", "<f4"),
        ("index", "<i8"),  # of the image in the list of names
    ]
)
STATE = ("bins", "counts", "items", "most", "least")
Items = NDArray[Any]
Values = NDArray[np.float32]


def bin_of(values: Values) -> NDArray[np.int32]:
    """The fine bin of each value, 0 to BINS - 1: ascending with the value."""
    bits = np.ascontiguousarray(values, np.float32).view(np.int32)
    # The magnitude with its sign is a whole number that ascends with the value; -0.0 becomes 0.
    return (np.where(bits < 0, -(bits & _MAGNITUDE), bits) >> _SHIFT) + np.int32(_MIDDLE)


def lower_edge(bins: NDArray[Any]) -> NDArray[np.float64]:
    """The smallest value of each bin: where the bin before it ends."""
    ordered = ((np.asarray(bins, np.int64) - _MIDDLE) << _SHIFT).astype(np.int32)
    return np.copysign(np.abs(ordered).view(np.float32), ordered).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Readings:
    """A unit on one image: its value at each place that counts."""

    index: int
    sha256: bytes
    places: NDArray[np.int64]
    values: Values

    def items(self, salt: int) -> Items:
        """The readings as items, hashed."""
        items = np.zeros(len(self.places), ITEM)
        image = np.frombuffer(self.sha256[:16], "<u8")
        items["image"], items["place"], items["value"], items["index"] = image, self.places, self.values, self.index
        items["hash"] = _hashes(image, items["place"], salt)
        return items


class Tally:
    """The readings of one unit, `candidates` items of each fine bin.

    Args:
        key: what the unit is, in words, and the seed: another key draws other items.
        candidates: how many items of each fine bin are kept.
    """

    def __init__(self, key: str, candidates: int) -> None:
        self.salt = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "little")
        self.candidates = candidates
        self.counts = np.zeros(BINS, np.int64)
        self.items: Items = np.zeros(0, ITEM)
        self.most: Items = np.zeros(0, ITEM)
        self.least: Items = np.zeros(0, ITEM)
        # A bin that is full takes only items below its highest hash.
        self._limit = np.full(BINS, np.iinfo(np.uint64).max, np.uint64)
        self._new: list[Items] = []
        self._n_new = 0

    def add(self, readings: Readings) -> None:
        """Take in a unit's readings of one image. An image that comes twice is counted twice, and kept once."""
        if not len(readings.places):
            return
        items = readings.items(self.salt)
        bins = bin_of(items["value"])
        np.add.at(self.counts, bins, 1)
        self._extend_extremes(items)
        entering = items[items["hash"] <= self._limit[bins]]
        self._new.append(entering)
        self._n_new += len(entering)
        if self._n_new > max(20_000, len(self.items)):
            self._settle()

    def remove(self, readings: Readings) -> None:
        """Undo the counting of readings that were counted twice."""
        np.subtract.at(self.counts, bin_of(readings.values), 1)

    def merge(self, other: Tally) -> None:
        """Take in all that another tally of the same unit holds."""
        self.counts += other.counts
        self.most = _extremes(np.concatenate([self.most, other.most]), highest=True)
        self.least = _extremes(np.concatenate([self.least, other.least]), highest=False)
        self._new += [other.items, *other._new]
        self._settle()

    def _extend_extremes(self, items: Items) -> None:
        # Of equal values in one image the first place counts; nothing is done for an image that cannot enter.
        high, low = items[items["value"].argmax()], items[items["value"].argmin()]
        if len(self.most) < EXTREMES or high["value"] >= self.most["value"][-1]:
            self.most = _extremes(np.append(self.most, high), highest=True)
        if len(self.least) < EXTREMES or low["value"] <= self.least["value"][-1]:
            self.least = _extremes(np.append(self.least, low), highest=False)

    def _settle(self) -> None:
        """Sort the new items in, drop copies, and keep the `candidates` smallest hashes of each bin."""
        items = np.concatenate([self.items, *self._new])
        self._new, self._n_new = [], 0
        bins = bin_of(items["value"])
        order = np.lexsort((items["index"], items["place"], *items["image"].T, items["hash"], bins))
        items, bins = items[order], bins[order]
        fresh = np.ones(len(items), bool)
        fresh[1:] = ~_same(items[1:], items[:-1])
        items, bins = items[fresh], bins[fresh]
        rank = np.arange(len(bins)) - np.searchsorted(bins, bins)
        self.items = items[rank < self.candidates]
        last = rank == self.candidates - 1
        self._limit[bins[last]] = items["hash"][last]

    def state(self) -> dict[str, NDArray[Any]]:
        """All of it as arrays, to be saved: the names are STATE."""
        self._settle()
        occupied = np.flatnonzero(self.counts)
        return dict(zip(STATE, (occupied, self.counts[occupied], self.items, self.most, self.least), strict=True))

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take over a state that was saved."""
        self.counts[:] = 0
        self.counts[state["bins"]] = state["counts"]
        self.most, self.least = state["most"].astype(ITEM), state["least"].astype(ITEM)
        self.items, self._new = self.items[:0], [state["items"].astype(ITEM)]
        self._settle()


def _extremes(items: Items, *, highest: bool) -> Items:
    """The most extreme item of each image, EXTREMES at most, most extreme first; ties go by the image's hash."""
    value = -items["value"] if highest else items["value"]
    items = items[np.lexsort((items["index"], items["place"], *items["image"].T, value))]
    _, first = np.unique(items["image"], axis=0, return_index=True)
    return items[np.sort(first)[:EXTREMES]]


def _same(a: Items, b: Items) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (
        (a["hash"] == b["hash"]) & (a["place"] == b["place"]) & (a["image"] == b["image"]).all(axis=1)
    )
    return found


def _hashes(image: NDArray[np.uint64], places: NDArray[np.int32], salt: int) -> NDArray[np.uint64]:
    """A 64-bit hash of each item: the image's own hash, the place and the salt through splitmix64 (Steele 2014)."""
    start = _mix(_mix(np.array([salt], np.uint64) ^ image[0]) ^ image[1])
    return _mix(start + (places.astype(np.int64) + 2).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
