"""A recording on disk: one folder, and a part of it for each worker, written so that any of them may be killed.

recording.json         what was recorded, and in how many parts (see identity.py)
part-0-of-2.npz        the tallies of worker 0 and how many of its images they hold, replaced as a whole
part-0-of-2.images     the SHA-256 of each of its images in order, 32 bytes each; zeros where one was skipped
part-0-of-2.skipped    a line for each image that was skipped: [index, reason]
"""

from __future__ import annotations

import json
import os
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from app.errors import Fault
from app.recording.recorder import Recorder
from app.recording.tally import STATE, Tally

Progress = Callable[[int, int], None]
DIGEST = 32
SAVE_EVERY = 10.0
"""Seconds from one state saved to the next: so much work at most is done again after a cut."""
SLOW = 0.5
"""Where saving takes more seconds than this, it is done less often."""


@dataclass(frozen=True, slots=True, eq=False)
class PartFound:
    """A complete part: its tallies, the SHA-256 of each of its images (n, 32), and why images were skipped."""

    tallies: list[Tally]
    images: NDArray[np.uint8]
    skipped: dict[int, str]


class Part:
    """What one worker records: the images `rank`, `rank + parts`, ... of the source's names."""

    def __init__(self, folder: Path, rank: int, parts: int, identity: str) -> None:
        self._path = folder / f"part-{rank}-of-{parts}"
        self._rank, self._parts, self._identity = rank, parts, identity

    @property
    def name(self) -> str:
        """The part in words, counted from 1."""
        return f"part {self._rank + 1} of {self._parts}"

    def indices(self, n_images: int) -> range:
        """The images of this part, as indices into the names."""
        return range(self._rank, n_images, self._parts)

    def record(self, recorder: Recorder, empty: Callable[[], Sequence[Tally]], progress: Progress) -> None:
        """Record all images of this part; where it was cut off, go on from the state that was saved last.

        Raises:
            Fault: another process is recording this part, the disk is full, or what Recorder.outcomes raises.
        """
        indices = self.indices(len(recorder.source.names))
        try:
            with FileLock(self._path.with_suffix(".lock"), timeout=0):
                self._record(recorder, empty, indices, progress)
        except Timeout as error:
            raise Fault(f"Another process is recording {self.name} in {self._path.parent} already.") from error
        except OSError as error:
            raise Fault(f"{self._path.parent} cannot be written: {error.strerror}.") from error

    def _record(
        self, recorder: Recorder, empty: Callable[[], Sequence[Tally]], indices: range, progress: Progress
    ) -> None:
        done, tallies = self._load(empty)
        progress(done, len(indices))
        if not indices:
            self._save(0, tallies)
        with self._appending("images") as images, self._appending("skipped") as skipped:
            _cut(images, skipped, done, self._parts, self._rank)
            saved, pause = time.monotonic(), SAVE_EVERY
            for outcome in recorder.outcomes(indices[done:]):
                if outcome.skipped is not None:
                    skipped.write(json.dumps([outcome.index, outcome.skipped]).encode() + b"\n")
                for tally, readings in zip(tallies, outcome.readings, strict=False):
                    tally.add(readings)
                images.write(outcome.sha256.ljust(DIGEST, b"\0"))
                done += 1
                progress(done, len(indices))
                if time.monotonic() - saved > pause or done == len(indices):
                    began = time.monotonic()
                    for file in (images, skipped):
                        file.flush()
                        os.fsync(file.fileno())
                    self._save(done, tallies)  # last: it says how much of the two others counts
                    saved = time.monotonic()
                    took = saved - began
                    pause = SAVE_EVERY if took < SLOW else max(SAVE_EVERY, 20 * took)

    def _appending(self, kind: str) -> BinaryIO:
        path = self._path.with_name(f"{self._path.name}.{kind}")
        path.touch()
        return path.open("r+b")

    def _save(self, done: int, tallies: Sequence[Tally]) -> None:
        arrays = {
            f"{number}.{name}": array for number, tally in enumerate(tallies) for name, array in tally.state().items()
        }
        with replacing(self._npz) as part, part.open("wb") as file:
            which = {"identity": np.array(self._identity), "part": np.array([self._rank, self._parts])}
            np.savez(file, done=np.array(done), **which, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())

    def _load(self, empty: Callable[[], Sequence[Tally]]) -> tuple[int, list[Tally]]:
        """How many images are done, and the tallies so far; the beginning where nothing was saved."""
        tallies = list(empty())
        if not self._npz.exists():
            return 0, tallies
        try:
            # np.load leaves a file that it opened itself, and cannot read, open.
            with self._npz.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                if str(saved["identity"]) != self._identity or saved["part"].tolist() != [self._rank, self._parts]:
                    raise Fault(f"{self.name} in {self._path.parent} is of another recording: they are never mixed.")
                done = int(saved["done"])
                for number, tally in enumerate(tallies):
                    tally.restore({name: saved[f"{number}.{name}"] for name in STATE})
        except (OSError, ValueError, KeyError, IndexError, EOFError, MemoryError, zipfile.BadZipFile) as error:
            raise Fault(self._damaged()) from error
        return done, tallies

    @property
    def _npz(self) -> Path:
        return self._path.with_name(f"{self._path.name}.npz")

    def load(self, n_images: int, empty: Callable[[], Sequence[Tally]]) -> PartFound:
        """What was recorded, once the part is complete.

        Raises:
            Fault: it is not, or its files are damaged.
        """
        done, tallies = self._load(empty)
        expected = len(self.indices(n_images))
        if done < expected or not self._npz.exists():
            raise Fault(f"{self.name} of {self._path.parent} is not complete: {done} of {expected} images are done.")
        try:
            images = np.frombuffer(self._path.with_name(f"{self._path.name}.images").read_bytes(), np.uint8)
            lines = self._path.with_name(f"{self._path.name}.skipped").read_text().splitlines()
            skipped = {int(index): str(reason) for index, reason in map(json.loads, lines)}
            images = images.reshape(expected, DIGEST)
        except (OSError, ValueError, TypeError) as error:
            raise Fault(self._damaged()) from error
        empty_rows = np.flatnonzero(~images.any(axis=1))
        if {int(row) * self._parts + self._rank for row in empty_rows} != set(skipped):
            raise Fault(self._damaged())
        return PartFound(tallies, images, skipped)

    def _damaged(self) -> str:
        files = f"{self._path.name}.*"
        return f"{self.name} of {self._path.parent} is damaged. Delete the files {files} and record it again."


def _cut(images: BinaryIO, skipped: BinaryIO, done: int, parts: int, rank: int) -> None:
    """Cut off what was written after the last state that was saved, and go to the end."""
    if images.seek(0, os.SEEK_END) < done * DIGEST:
        raise Fault("The list of recorded images is shorter than it was. Delete the recording and record again.")
    images.truncate(done * DIGEST)
    images.seek(0, os.SEEK_END)
    end = 0
    for line in skipped:
        try:
            index, _ = json.loads(line)
        except ValueError:
            break  # half a line
        if index >= rank + done * parts:
            break
        end += len(line)
    skipped.seek(end)
    skipped.truncate()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write a file to, which then takes the place of `path` in one step."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.new")  # other machines have processes of the same number
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
