"""Images in, readings of units out: each image read once, by several threads, in the order that was asked for.

Every thread takes images from their bytes to the readings. On a CPU each runs the network on one core, which keeps
all cores busy with whole images and needs no queue between decoding and the network.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from app.errors import Fault
from app.recording.images import Pixels, Unreadable, decode, fit
from app.recording.network import Network, one_core
from app.recording.sources import ImageSource
from app.recording.tally import Readings, Values
from app.recording.units import Places, Unit, takes

TOGETHER = 8
"""Images that a thread takes at a time, at least: handing over less would cost more than it evens out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one image: its SHA-256 and the readings of each unit, or why it was skipped."""

    index: int
    sha256: bytes
    readings: tuple[Readings, ...]
    skipped: str | None = None


class Recorder:
    """Reads units of a network on the images of a source. Nothing that it gives depends on `batch` or `threads`.

    Args:
        network: the network, with the layers of all units.
        units: the units to read.
        places: where each of them is read.
        source: the images.
        batch: how many images go through the network at once; see `choose_batch`.
        threads: how many images, or batches, are worked on at the same time; as many as there are cores by default.
    """

    def __init__(
        self,
        network: Network,
        units: Sequence[Unit],
        places: Sequence[Places],
        source: ImageSource,
        *,
        batch: int = 1,
        threads: int | None = None,
    ) -> None:
        self.network, self.units, self.places, self.source = network, tuple(units), tuple(places), source
        self.batch = batch
        # Somebody's own network may keep things from one layer to a later one, which threads would mix up.
        self._threads = 1 if network.model.ran_code else threads or cores()
        self._accelerator = threading.Lock() if network.device.type != "cpu" else contextlib.nullcontext()
        self._takes = takes(units)
        # Where each unit's values are: its layer, and its number among the layer's units.
        self._where = [(unit.layer, [u for u in units if u.layer == unit.layer].index(unit)) for unit in units]

    def outcomes(self, indices: Iterable[int]) -> Iterator[Outcome]:
        """Read the images of these indices into the source's names; outcomes come in the same order.

        Raises:
            Fault: a unit gives a value that is no number.
        """
        waiting: deque[Future[list[Outcome]]] = deque()
        batches = iter(_batched(indices, max(TOGETHER, self.batch)))
        with ThreadPoolExecutor(self._threads, initializer=self._one_core_each) as pool:
            try:
                # Two batches a thread are under way at most, so memory stays flat.
                for batch in itertools.islice(batches, 2 * self._threads):
                    waiting.append(pool.submit(self._read, batch))
                while waiting:
                    done = waiting.popleft().result()
                    for batch in itertools.islice(batches, 1):
                        waiting.append(pool.submit(self._read, batch))
                    yield from done
            finally:
                pool.shutdown(cancel_futures=True)

    def again(self, index: int, sha256: bytes) -> tuple[Pixels, list[Values]]:
        """What the network sees of one image, and the values of each unit at every position, (height, width).

        Raises:
            Fault: the image cannot be read any more, or its bytes are not those that were recorded.
        """
        name = self.source.names[index]
        try:
            data = self.source.read(name)
            if hashlib.sha256(data).digest() != sha256:
                raise Unreadable("its bytes are not what they were")
            pixels = fit(decode(data), self.network.model.preprocessing)
        except Unreadable as reason:
            raise Fault(f"{name} has changed since it was recorded: {reason}. Record again.") from reason
        with one_core(self.network.device):
            return pixels, self._values(pixels[None])[0]

    def probe(self) -> str:
        """SHA-256 of what all units give on one fixed image of noise: it differs where this machine computes otherwise,
        or runs other code, though everything else has the same name and version."""
        side = self.network.model.preprocessing.crop
        noise = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
        with one_core(self.network.device):
            values = self._values(noise[None])[0]
        return hashlib.sha256(b"".join(np.ascontiguousarray(value).tobytes() for value in values)).hexdigest()

    def _one_core_each(self) -> None:
        if self.network.device.type == "cpu":
            torch.set_num_threads(1)

    def _read(self, indices: Sequence[int]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        pixels: list[Pixels] = []
        for index in indices:
            try:
                data = self.source.read(self.source.names[index])
                pixels.append(fit(decode(data), self.network.model.preprocessing))
                outcomes.append(Outcome(index, hashlib.sha256(data).digest(), ()))
            except Unreadable as reason:
                outcomes.append(Outcome(index, b"", (), str(reason)))
        if not pixels:
            return outcomes
        values = iter(self._values(np.stack(pixels)))
        return [
            outcome if outcome.skipped is not None else self._with_readings(outcome, next(values))
            for outcome in outcomes
        ]

    def _values(self, pixels: Pixels) -> list[list[Values]]:
        """For each image the values of each unit at every position, (height, width)."""
        found = []
        for start in range(0, len(pixels), self.batch):
            some = pixels[start : start + self.batch]
            # The last batch is filled up, because a size that was not tried might change the bits.
            filled = np.concatenate([some, np.repeat(some[-1:], self.batch - len(some), axis=0)])
            with self._accelerator:  # one batch at a time in its memory; decoding goes on meanwhile
                outputs = self.network.run(self.network.prepare(filled), self._takes)
                kept = {layer: values.cpu().numpy() for layer, values in outputs.items()}
            found += [[kept[layer][i, number] for layer, number in self._where] for i in range(len(some))]
        return found

    def _with_readings(self, outcome: Outcome, values: list[Values]) -> Outcome:
        readings = tuple(
            places.read(outcome.index, outcome.sha256, value) for places, value in zip(self.places, values, strict=True)
        )
        for unit, reading in zip(self.units, readings, strict=True):
            if not np.isfinite(reading.values).all():
                name = self.source.names[outcome.index]
                raise Fault(f"The unit {unit.name} gives values that are no numbers on {name}. Check the weights.")
        return Outcome(outcome.index, outcome.sha256, readings)


def cores() -> int:
    """How many cores this process may use, shared with the other workers on this machine."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, allowed // int(os.environ.get("LOCAL_WORLD_SIZE", "1")))


def _batched(indices: Iterable[int], size: int) -> Iterator[list[int]]:
    rest = iter(indices)
    while batch := list(itertools.islice(rest, size)):
        yield batch
