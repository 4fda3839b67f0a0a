"""A disk as it may be found after a power cut, computed from every change that was made to its files.

What is certain after a cut is what was there at the last sync: of a file its content, of a folder which names there are
in it. Of what was changed since, each change may have reached the disk or not, in any order, the last one in part
(sectors of 512 bytes), and a file that grew may hold zeros where nothing was written. This is harsher than file
systems are: ext4 syncs a new file's name along with it.
"""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from torturing import ACTS, look, names
from vfs import OK, Op, watching

from app.study.file import StudyFile

SECTOR = 512
State = dict[str, bytes]
"""The files that are found, by name."""


class _File:
    """One file, whatever its name: its content at the last sync, and what was done since."""

    def __init__(self, content: bytes = b"") -> None:
        self.synced = content
        self.since: list[Op] = []

    def content(self, kept: list[bool], torn: int | None = None, zeros: bool = False) -> bytes:
        """What is in it where some changes reached the disk; of the last that did, so many sectors alone."""
        content = bytearray(self.synced)
        last = max((at for at, is_kept in enumerate(kept) if is_kept), default=-1)
        for at, (op, is_kept) in enumerate(zip(self.since, kept, strict=True)):
            data = op.data[: torn * SECTOR] if torn is not None and at == last else op.data
            if op.kind == "truncate" and is_kept:
                content[op.offset :] = bytes(max(0, op.offset - len(content)))
            elif op.kind == "write" and is_kept:
                content.extend(bytes(max(0, op.offset - len(content))))
                content[op.offset : op.offset + len(data)] = data
            elif op.kind == "write" and zeros:
                content.extend(bytes(max(0, op.offset + len(data) - len(content))))
        return bytes(content)


class Disk:
    """One folder of a disk, changed step by step."""

    def __init__(self, start: State) -> None:
        self._names: dict[str, _File] = {name: _File(content) for name, content in start.items()}
        self._synced = dict(self._names)
        self._since: list[tuple[str, _File | None]] = []

    def apply(self, op: Op) -> None:
        """One more change."""
        if op.kind == "folder":
            self._synced, self._since = dict(self._names), []
        elif op.kind == "create":
            self._names[op.path] = _File()
            self._since.append((op.path, self._names[op.path]))
        elif op.kind == "delete":
            del self._names[op.path]
            self._since.append((op.path, None))
        elif op.kind == "sync":
            file = self._names[op.path]
            file.synced, file.since = file.content([True] * len(file.since)), []
        else:
            self._names[op.path].since.append(op)

    def states(self, rng: random.Random, drawn: int) -> list[State]:
        """How the folder may be found: all or nothing of what is uncertain, and so many draws from in between."""
        found = [
            {name: file.content([whole] * len(file.since)) for name, file in there.items()}
            for whole in (True, False)
            for there in (self._there([True] * len(self._since)), self._there([False] * len(self._since)))
        ]
        for _ in range(drawn):
            there = self._there([rng.random() < 0.5 for _ in self._since])
            share, zeros = rng.random(), rng.random() < 0.5
            found.append(
                {
                    name: file.content([rng.random() < share for _ in file.since], rng.randrange(1, 9), zeros)
                    for name, file in there.items()
                }
            )
        return [state for at, state in enumerate(found) if state not in found[:at]]

    def _there(self, kept: list[bool]) -> dict[str, _File]:
        """Which names there are where some of what was done to the folder reached the disk."""
        there = dict(self._synced)
        for (name, file), is_kept in zip(self._since, kept, strict=True):
            if is_kept and file is None:
                there.pop(name, None)
            elif is_kept and file is not None:
                there[name] = file
        return there


@dataclass(frozen=True, slots=True)
class Done:
    """A mark among the changes: from here on it is acknowledged that this is in the study."""

    act: str
    names: frozenset[str]


@dataclass
class Recording:
    """A day in the life of a study: how its files were at the beginning, and every change and mark from there on."""

    path: Path
    start: State
    steps: list[Op | Done] = field(default_factory=list)

    def __call__(self, op: Op) -> int:
        """Write down one change, of the study's own files alone."""
        place = Path(op.path)
        if op.kind == "folder" and place == self.path.parent:
            self.steps.append(op)
        elif place.parent == self.path.parent and place.name.startswith(self.path.name):
            self.steps.append(Op(op.kind, place.name, op.offset, op.data))
        return OK


def record(path: Path, acts: Iterable[str] = ACTS, synchronous: str | None = None) -> Recording:
    """Do all of this to the study, one thing after the other; `synchronous` where it is not to be the program's own."""
    recording = Recording(path, {path.name: path.read_bytes()})
    with watching(recording), StudyFile.open(path) as study:
        if synchronous is not None:
            study.connection.execute(f"PRAGMA synchronous = {synchronous}")
        recording.steps.append(Done("nothing", names(study)))
        for name in acts:
            act = ACTS[name](study)
            act()
            recording.steps.append(Done(name, names(study)))
    return recording


@dataclass
class Outcome:
    """What came of power cuts."""

    states: int = 0
    """Different ones that were opened."""
    acknowledged: int = 0
    lost: int = 0
    """States in which something acknowledged is missing, or something is there by halves."""
    damaged: list[str] = field(default_factory=list)


def cut(recording: Recording, folder: Path, seed: int, drawn: int = 1) -> Outcome:
    """Cut the power after each change, and open what is found in every state; what came of it.

    What is found has to be what the study held after the last thing that was acknowledged, or what it holds once the
    next one is: whole, and never anything in between.
    """
    rng, disk, outcome = random.Random(seed), Disk(recording.start), Outcome()
    marks = [step for step in recording.steps if isinstance(step, Done)]
    outcome.acknowledged = len(frozenset[str]().union(*(mark.names for mark in marks)))
    following = itertools.chain(marks[1:], [marks[-1]])
    allowed: list[frozenset[str]] = [marks[0].names]
    seen: dict[frozenset[tuple[str, bytes]], tuple[frozenset[str], list[str]]] = {}
    for step in recording.steps:
        if isinstance(step, Done):
            allowed = [step.names, next(following).names]
        else:
            disk.apply(step)
        for state in disk.states(rng, drawn):
            key = frozenset(state.items())
            if key not in seen:
                seen[key] = look(_laid_down(state, folder, recording.path.name))
                outcome.states += 1
            found, wrong = seen[key]
            outcome.lost += found not in allowed
            outcome.damaged += wrong
    return outcome


def _laid_down(state: State, folder: Path, name: str) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file, content in state.items():
        (folder / file).write_bytes(content)
    return folder / name
