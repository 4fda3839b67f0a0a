"""What of a unit's items is still to be drawn from: all but those that were taken for something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault
from app.recording.recording import Recording
from app.recording.tally import ITEM, Items, Tally, bin_of


class Pool:
    """The items of a unit, less what is taken.

    Args:
        tally: of the unit.
        taken: what is taken already.
    """

    def __init__(self, tally: Tally, taken: Items | None = None) -> None:
        self.tally = tally
        self.counts = tally.counts.copy()
        """How many items are left in each fine bin."""
        self._taken: Items = np.zeros(0, ITEM)
        self.take(self._taken if taken is None else taken)

    def take(self, items: Items) -> None:
        """Take items away; those that are taken already are passed over.

        Raises:
            Fault: there were no such items.
        """
        items = self.left(items)
        np.subtract.at(self.counts, bin_of(items["value"]), 1)
        if (self.counts < 0).any():
            raise Fault("Reading some images again gave other values than recording them. Record again.")
        self._taken = np.concatenate([self._taken, items])

    def left(self, items: Items) -> Items:
        """Those of the items that are not taken."""
        return items[~np.isin(ids(items), ids(self._taken))]

    def is_complete(self, items: Items, stratum_of: Callable[[NDArray[Any]], NDArray[np.int64]]) -> NDArray[np.bool_]:
        """(n,) whether none of the item's stratum, up to the item's own hash, is missing from what was kept.

        Of a fine bin that is full only the items with the smallest hashes were kept: of what lies above the highest
        of them, the other bins of the stratum would be drawn from too often.

        Args:
            items: (n,) of the pool.
            stratum_of: the stratum, from 0, of each of some fine bins.
        """
        bins = bin_of(self.tally.items["value"])
        full = np.flatnonzero(np.bincount(bins) >= self.tally.candidates)
        # Items are sorted by bin and hash.
        last = self.tally.items["hash"][np.searchsorted(bins, full, side="right") - 1]
        of_items, of_full = stratum_of(bin_of(items["value"])), stratum_of(full)
        limit = np.full(1 + max([0, *of_items, *of_full]), np.iinfo(np.uint64).max, np.uint64)
        np.minimum.at(limit, of_full, last)
        found: NDArray[np.bool_] = items["hash"] <= limit[of_items]
        return found


def extremes(tally: Tally, count: int) -> tuple[Items, Items]:
    """The items with the highest and with the lowest activation, each of an image of its own, `count` at most."""
    most = tally.most[:count]
    # Where there are hardly any images, one may be at both ends.
    return most, tally.least[~np.isin(ids(tally.least), ids(most))][:count]


def with_neighbours(recording: Recording, number: int, items: Items) -> Items:
    """The items, and where positions are so close that crops overlap, all others on their images.

    What is nearly a reference is not put before raters.
    """
    return recording.beside(number, items) if recording.recorder.units[number].at == "every" else items


def ids(items: Items) -> NDArray[np.void]:
    """One value for each item that is the same for the same image and place."""
    found = np.zeros(len(items), [("image", "<u8", 2), ("place", "<i4")])
    found["image"], found["place"] = items["image"], items["place"]
    return found.view(f"V{found.dtype.itemsize}")


def in_order_of_hashes(items: Items) -> NDArray[np.int64]:
    """(n,) where each item comes in the order of hashes, a random order of the whole population."""
    order = np.empty(len(items), np.int64)
    order[np.lexsort((items["place"], *items["image"].T, items["hash"]))] = np.arange(len(items))
    return order
