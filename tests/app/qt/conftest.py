"""A small study, and the means to label it in a window with no screen."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.study.file import StudyFile
from app.study.records import Category, Histogram, NewStudy, Reference, Rubric, Stimulus, Stratum, StudyInfo

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


def new_study(count: int = 5, image: Callable[[int], bytes] = lambda n: png((n % 256, n // 256, 90))) -> NewStudy:
    """Activations, sources and strata are such that nothing else on screen could be mistaken for them."""
    return NewStudy(
        StudyInfo("study", "Unit seven", "detects curves", 1, "2026-01-01T00:00:00Z", "test", {}),
        RUBRIC,
        tuple(Stimulus(f"id{n:04x}", image(n), 7.7131 + n, 6, 0.6173, f"source{n}.jpg", 0, 0) for n in range(count)),
        tuple(Reference("most", rank, 95.0 - rank, png((250, rank, 0)), "top.jpg") for rank in range(1, 10))
        + tuple(Reference("least", rank, -95.0 + rank, png((0, rank, 250)), "low.jpg") for rank in range(1, 10)),
        (Stratum(6, 0.0, 40.0, 40, count),),
        Histogram((-100.0, 0.0, 50.0, 100.0), (3, 4000, 1)),
    )


@pytest.fixture
def study_path(tmp_path: Path) -> Path:
    path = tmp_path / "small.jury"
    StudyFile.create(path, new_study())
    return path


@pytest.fixture
def study(study_path: Path) -> Iterator[StudyFile]:
    with StudyFile.open(study_path) as file:
        yield file
