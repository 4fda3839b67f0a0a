"""A recording from beginning to end: what it is of, its parts recorded, and the parts put together."""

from __future__ import annotations

import csv
import hashlib
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import features

from app.errors import Fault
from app.recording.identity import claim, identity_sha256
from app.recording.images import DECODER
from app.recording.part import Part, Progress
from app.recording.recorder import Recorder
from app.recording.tally import ITEM, Items, Tally

FORMAT = 2
"""Raised by one whenever fine bins, hashes, grids or the ways to read a unit change."""


def decoders() -> dict[str, str]:
    """The libraries that make pixels of files, with their versions."""
    found = {"pillow": version("pillow"), "rules": str(DECODER)}
    for name in ("jpg", "libjpeg_turbo", "zlib", "webp", "libtiff"):
        found[name] = str(features.version(name))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """What is to be recorded, and where.

    Args of the constructor:
        folder: where the recording is kept.
        recorder: reads the images.
        seed: fixes which items are kept as candidates to be drawn.
        candidates: how many items of each fine bin are kept.
    """

    folder: Path
    recorder: Recorder
    seed: int
    candidates: int

    def identity(self) -> dict[str, object]:
        """Everything that could change a recorded value, or which items are kept."""
        network = self.recorder.network
        model = network.model
        return {
            "format": FORMAT,
            "model": {"name": model.name, "weights_sha256": model.weights_sha256},
            "units": [unit.key for unit in self.recorder.units],
            "places": hashlib.sha256(b"".join(places.fingerprint() for places in self.recorder.places)).hexdigest(),
            "preprocessing": asdict(model.preprocessing),
            "decoder": decoders(),
            "dtype": str(network.dtype).removeprefix("torch."),
            "device": _device(network.device),
            "probe": self.recorder.probe(),
            "batch": "any" if network.device.type == "cpu" else self.recorder.batch,
            "versions": {name: version(name) for name in ("torch", "torchvision", "numpy")},
            "source": self.recorder.source.description,
            "images": names_sha256(self.recorder.source.names),
            "seed": self.seed,
            "candidates": self.candidates,
        }

    def tallies(self) -> list[Tally]:
        """An empty tally for each unit."""
        return [Tally(f"{self.seed} {unit.key}", self.candidates) for unit in self.recorder.units]

    def record(self, rank: int, parts: int, progress: Progress) -> None:
        """Record one of `parts` parts, or what of it is not recorded yet.

        Raises:
            Fault: the folder holds another recording, or the part cannot be recorded.
        """
        identity = self.identity()
        claim(self.folder, identity, parts)
        Part(self.folder, rank, parts, identity_sha256(identity)).record(self.recorder, self.tallies, progress)

    def merged(self, parts: int, progress: Progress) -> Recording:
        """All parts together, every image counted once.

        Raises:
            Fault: a part is not complete, or the folder holds another recording.
        """
        identity = self.identity()
        claim(self.folder, identity, parts)
        n = len(self.recorder.source.names)
        digests = np.zeros((n, 32), np.uint8)
        skipped: dict[int, str] = {}
        tallies = self.tallies()
        for rank in range(parts):
            found = Part(self.folder, rank, parts, identity_sha256(identity)).load(n, self.tallies)
            digests[rank::parts] = found.images
            skipped |= found.skipped
            for tally, theirs in zip(tallies, found.tallies, strict=True):
                tally.merge(theirs)
        duplicates = _duplicates(digests, skipped)
        for done, outcome in enumerate(self.recorder.outcomes(duplicates), 1):
            if outcome.sha256 != digests[outcome.index].tobytes():
                raise Fault(
                    f"{self.recorder.source.names[outcome.index]} has changed since it was recorded. Record again."
                )
            for tally, readings in zip(tallies, outcome.readings, strict=True):
                tally.remove(readings)
            progress(done, len(duplicates))
        return Recording(self.recorder, tuple(tallies), digests, dict(sorted(skipped.items())), duplicates)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """All parts of a recording together."""

    recorder: Recorder
    tallies: tuple[Tally, ...]
    """One for each unit."""
    digests: NDArray[np.uint8]
    """(n, 32) the SHA-256 of each image that there is a name for; zeros where it was skipped."""
    skipped: Mapping[int, str]
    """The index of each image that was skipped, and why."""
    duplicates: Mapping[int, int]
    """The index of each image whose bytes are those of another, and the other's: it was counted once."""

    @property
    def n_images(self) -> int:
        """How many different images were recorded."""
        return len(self.digests) - len(self.skipped) - len(self.duplicates)

    def beside(self, number: int, items: Items) -> Items:
        """All items of the unit with this number, from 0, on the images that `items` are of."""
        tally, places = self.tallies[number], self.recorder.places[number]
        found = [np.zeros(0, ITEM)]
        for index in np.unique(items["index"]).tolist():
            sha256 = self.digests[index].tobytes()
            _, values = self.recorder.again(index, sha256)
            found.append(places.read(index, sha256, values[number]).items(tally.salt))
        return np.concatenate(found)

    def write_lists(self, folder: Path) -> None:
        """Name the images that were skipped, and those that were copies, in skipped.csv and duplicates.csv."""
        names = self.recorder.source.names
        skipped = [(names[index], reason) for index, reason in self.skipped.items()]
        copies = [(names[index], names[of]) for index, of in self.duplicates.items()]
        for file_name, rows in (
            ("skipped", [("image", "reason"), *skipped]),
            ("duplicates", [("image", "of"), *copies]),
        ):
            with (folder / f"{file_name}.csv").open("w", newline="", encoding="utf-8", errors="replace") as file:
                csv.writer(file).writerows(rows)

    def images_sha256(self) -> str:
        """SHA-256 over the sorted SHA-256 of all images: the same for the same set of images, whatever their names."""
        out = np.zeros(len(self.digests), bool)
        out[[*self.skipped, *self.duplicates]] = True
        return hashlib.sha256(b"".join(sorted(row.tobytes() for row in self.digests[~out]))).hexdigest()


def names_sha256(names: Sequence[str]) -> str:
    """One hash for a list of names."""
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode(errors="surrogateescape") + b"\0")
    return digest.hexdigest()


def _duplicates(digests: NDArray[np.uint8], skipped: Mapping[int, str]) -> dict[int, int]:
    """Each image whose bytes came before, under a name that sorts before it, and where they did."""
    keys = digests.copy().view("<u8")
    order = np.lexsort((np.arange(len(keys)), *keys.T))
    same = (keys[order[1:]] == keys[order[:-1]]).all(axis=1)
    found: dict[int, int] = {}
    for first, second in zip(order[:-1][same].tolist(), order[1:][same].tolist(), strict=True):
        if second not in skipped:
            found[second] = found.get(first, first)
    return dict(sorted(found.items()))


def _device(device: torch.device) -> str:
    """The kind of device: other kinds round differently."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "cpu":
        return f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}"
    return f"{platform.machine()} {device.type}"
