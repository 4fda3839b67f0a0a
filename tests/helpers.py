"""Hand-written fakes and small studies for the tests."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from app.errors import Fault
from app.session import at_once
from app.study.file import StudyFile
from app.study.records import (
    Category,
    Event,
    Histogram,
    Kind,
    NewStudy,
    Reference,
    Rubric,
    Stimulus,
    Stratum,
    StudyInfo,
    Trial,
)

RUBRIC = Rubric(
    version=1,
    question="Does this show an edge?",
    instructions="Look, then say.",
    scale="ordinal",
    categories=(
        Category("unrelated", "No edge."),
        Category("imperfect", "Something like an edge."),
        Category("edge", "A clear edge."),
    ),
)


def png(seed: int, size: tuple[int, int] = (19, 19)) -> bytes:
    """A small image of noise, another for each seed."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def new_study(stimuli: int = 12) -> NewStudy:
    """A whole study with noise for images: two strata, an activation that rises with the stimulus's number."""
    drawn = tuple(
        Stimulus(
            id=f"{(number * 7919) % 65536:04x}",
            image=png(number),
            activation=number / 3 - 1.2345,
            stratum=1 + (number >= stimuli // 2),
            inclusion_probability=0.5,
            source=f"secret-photograph-{number}.png",
            top=number,
            left=2 * number,
        )
        for number in range(stimuli)
    )
    references = tuple(
        Reference(role, rank, activation, png(1000 + rank + (role == "least") * 50), f"secret-reference-{rank}.png")
        for role, activation in (("most", 9.87), ("least", -6.54))
        for rank in (1, 2, 3)
    )
    return NewStudy(
        info=StudyInfo("0000-uuid", "Edges?", "edges", 7, "2026-01-01T00:00:00Z", "test", {"layer": "features.1"}),
        rubric=RUBRIC,
        stimuli=drawn,
        references=references,
        strata=(
            Stratum(1, -1.3, 0.5, stimuli, stimuli // 2),
            Stratum(2, 0.5, 3.0, stimuli, stimuli - stimuli // 2),
        ),
        histogram=Histogram((-2.0, 0.0, 2.0, 4.0), (5, 20, 3)),
    )


def study_file(folder: Path, stimuli: int = 12) -> Path:
    """A study file on disk."""
    path = folder / "study.jury"
    StudyFile.create(path, new_study(stimuli))
    return path


class FakeLog:
    """A log in memory. `fault` is raised instead of writing, once it is set."""

    def __init__(self, events: tuple[Event, ...] = ()) -> None:
        self.events = events
        self.lines: list[tuple[str, Kind, str | None, int]] = []
        self.fault: Fault | None = None

    def append(self, trial: Trial, kind: Kind, answer: str | None, milliseconds: int) -> None:
        if self.fault is not None:
            raise self.fault
        self.lines.append((trial.id, kind, answer, milliseconds))


class FakeClock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class HeldBackground:
    """A background that does its work only when it is released: a slow disk, without the waiting."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, work: Callable[[], None], then: Callable[[Fault | None], None]) -> None:
        self.waiting.append(partial(at_once, work, then))

    def release(self) -> None:
        self.waiting.pop(0)()


def trials(count: int) -> tuple[Trial, ...]:
    return tuple(Trial(f"trial-{number}", number, f"stimulus-{number}", "blind", 1) for number in range(1, count + 1))
