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
    Box,
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
    Unit,
    UnitSample,
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


def new_study(stimuli: int = 12, units: int = 1, *, show: str = "crop", side: int = 19) -> NewStudy:
    """A whole study with noise for images: for each unit, `stimuli` with an activation that rises with their number.

    Each unit has two strata. With `show="image"` a picture is `side` pixels wide and the field a part of it.
    """
    numbers = range(1, units + 1)
    return NewStudy(
        info=StudyInfo(
            "0000-uuid", "Edges?", "edges", 7, "2026-01-01T00:00:00Z", "test", {"model": "a model", "show": show}
        ),
        rubric=RUBRIC,
        units=tuple(_unit_sample(unit, stimuli, side) for unit in numbers),
        stimuli=tuple(_stimulus(unit, number, stimuli, units, side) for unit in numbers for number in range(stimuli)),
    )


def _unit_sample(unit: int, stimuli: int, side: int) -> UnitSample:
    return UnitSample(
        unit=Unit(unit, f"features.{unit}:{60 + unit}", {"layer": f"features.{unit}", "channel": 60 + unit}),
        references=tuple(
            Reference(
                role,
                rank,
                activation + unit - 1,
                png(1000 * unit + rank + (role == "least") * 50, (side, side)),
                f"secret-reference-{rank}.png",
                Box(0, 2, 5, 8),
            )
            for role, activation in (("most", 9.87), ("least", -6.54))
            for rank in (1, 2, 3)
        ),
        strata=(
            Stratum(1, -1.3, 0.5, stimuli, stimuli // 2),
            Stratum(2, 0.5, 3.0 * unit, stimuli, stimuli - stimuli // 2),
        ),
        histogram=Histogram((-2.0, 0.0, 2.0, 4.0), (5, 20 * unit, 3)),
    )


def _stimulus(unit: int, number: int, stimuli: int, units: int, side: int) -> Stimulus:
    place = (unit - 1) * stimuli + number
    return Stimulus(
        id=f"{(place * 7919) % 65536:04x}",
        unit=unit,
        image=png(place, (side, side)),
        activation=number / 3 - 1.2345,
        stratum=1 + (number >= stimuli // 2),
        inclusion_probability=0.5,
        source=f"secret-photograph-{place}.png",
        box=Box(number, 2 * number, number + 19, 2 * number + 19),
        others={other: -number / 7 for other in range(1, units + 1) if other != unit},
    )


def study_file(folder: Path, stimuli: int = 12, units: int = 1, *, show: str = "crop", side: int = 19) -> Path:
    """A study file on disk."""
    path = folder / "study.jury"
    StudyFile.create(path, new_study(stimuli, units, show=show, side=side))
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


def trials(count: int, units: int = 1) -> tuple[Trial, ...]:
    """So many trials, the same number of each unit, one unit after the other."""
    return tuple(
        Trial(f"trial-{number}", number, f"stimulus-{number}", 1 + (number - 1) * units // count, "blind", 1)
        for number in range(1, count + 1)
    )
