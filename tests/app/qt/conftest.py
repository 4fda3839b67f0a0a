"""A small study, and the means to label it in a window with no screen."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.qt.images import decode
from app.qt.sights import Evidence, Example, Sight
from app.session import Screen
from app.study.file import StudyFile
from app.study.records import (
    Box,
    Category,
    HeatMap,
    Histogram,
    NewStudy,
    Reference,
    Reveal,
    Rubric,
    Stimulus,
    Stratum,
    StudyInfo,
    Trial,
    Unit,
    UnitSample,
)

os.environ["QT_QPA_PLATFORM"] = "offscreen"

RUBRIC = Rubric(
    1,
    "Is there a curve?",
    "Look at <b>shapes</b>.",
    "ordinal",
    (Category("no", "None & nothing."), Category("some", "A bit of one."), Category("yes", "A whole one.")),
)


def png(color: tuple[int, int, int], side: int = 19) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), color).save(out, "PNG")
    return out.getvalue()


BOX = Box(0, 0, 19, 19)


def new_study(count: int = 5, units: int = 1) -> NewStudy:
    """`count` stimuli of each unit; activations, sources, strata and units are like nothing else on screen."""
    return NewStudy(
        StudyInfo("study", "Seven times", "detects curves", 1, "2026-01-01T00:00:00Z", "test", {"show": "crop"}),
        RUBRIC,
        tuple(unit_sample(unit, count) for unit in range(1, units + 1)),
        tuple(
            Stimulus(f"id{n:04x}", 1 + n // count, color(n), 7.7131 + n, 6, 0.6173, f"source{n}.jpg", BOX)
            for n in range(units * count)
        ),
    )


def color(n: int) -> bytes:
    return png((n % 256, n // 256, 90))


def unit_sample(unit: int, count: int) -> UnitSample:
    """The examples of unit 1 begin at 94.0 and -94.0, those of unit 2 at 93.0 and -93.0, and so on."""
    most, least = 96.0 - unit, -96.0 + unit
    return UnitSample(
        Unit(unit, f"dog faces {unit}", {"layer": "mixed3b"}),
        tuple(Reference("most", r, most - r, png((250, r, unit)), "top.jpg", BOX) for r in range(1, 10))
        + tuple(Reference("least", r, least + r, png((0, r, 249 + unit)), "low.jpg", BOX) for r in range(1, 10)),
        (Stratum(6, 0.0, 40.0, 40, count),),
        Histogram((-100.0, 0.0, 50.0, 100.0), (3, 4000, 1)),
    )


REVEAL = Reveal(13.2177, HeatMap(2, 2, (0.5, 1.5, 2.5, 3.625)))
"""What a task may be told of an image."""
MakeScreen = Callable[..., Screen]
MakeSight = Callable[..., Sight]


@pytest.fixture
def a_screen() -> MakeScreen:
    """A Screen at a blind trial; what is given by name is otherwise."""

    def made(condition: str = "blind", kind: str = "main", references: bool = True, **other: Any) -> Screen:
        trial = Trial("trial", 1, "stimulus", 1, condition, 1, kind, references=references)  # type: ignore[arg-type]
        fields = dict.fromkeys(("practice", "interlude", "answer", "verdict", "problem"))
        flags = dict.fromkeys(("new_unit", "flagged", "can_undo", "saving", "paused"), False)
        standard = {"step": "trial", "trial": trial, "upcoming": (), "comment": "", "done": 0, "total": 3}
        return Screen(**(fields | flags | standard | other))

    return made


@pytest.fixture
def a_sight() -> MakeSight:
    """A Sight with two examples beside its image; with `revealed`, what may be told of it."""

    def made(*, references: bool = True, revealed: Reveal | None = None, data: bytes | None = None) -> Sight:
        examples = (Example("most", 94.0, decode(color(1))), Example("least", -94.0, decode(color(2))))
        evidence = Evidence(examples, Histogram((-100.0, 0.0, 100.0), (5, 7)))
        picture = decode(png((200, 100, 50), 40) if data is None else data)
        return Sight((picture,), evidence if references else None, (revealed,) if revealed is not None else ())

    return made


@pytest.fixture
def reveal() -> Reveal:
    return REVEAL


@pytest.fixture
def study_path(tmp_path: Path) -> Path:
    path = tmp_path / "small.jury"
    StudyFile.create(path, new_study())
    return path


@pytest.fixture
def study(study_path: Path) -> Iterator[StudyFile]:
    with StudyFile.open(study_path) as file:
        yield file


@pytest.fixture
def two_units_path(tmp_path: Path) -> Path:
    path = tmp_path / "two.jury"
    StudyFile.create(path, new_study(3, units=2))
    return path
