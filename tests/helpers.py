"""Hand-written fakes and small studies for the tests."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from app.errors import Fault
from app.session import Session, at_once
from app.study.events import Entry, Event
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.records import (
    Answer,
    Box,
    Category,
    Histogram,
    Kind,
    NewStudy,
    Pair,
    Rater,
    Rating,
    Reference,
    Rubric,
    Stimulus,
    Stratum,
    StudyInfo,
    Trial,
    Unit,
    UnitSample,
)

CANNOT_SAY = Answer(None, "cannot_tell")
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
WHICH_ONE = Rubric(1, "Which of the two does the unit respond to more?", "", "nominal", task="which_one")
SLIDER = Rubric(1, "How much of an edge?", "", "interval", task="rate", rating=Rating(0, "not at all", "entirely"))
SEVEN = replace(SLIDER, rating=Rating(7, "not at all", "entirely"))
NAME_IT = Rubric(1, "What does this unit respond to?", "", "nominal", task="name_it")


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


def which_one_study(stimuli: int = 12) -> NewStudy:
    """The same stimuli, to be told apart two by two: the weakest and the strongest, and so on."""
    new = new_study(stimuli)
    ordered = sorted(new.stimuli, key=lambda stimulus: stimulus.activation)
    pairs = [Pair(f"pair-{n}", ordered[-1 - n].id, ordered[n].id, "extreme") for n in range(stimuli // 2)]
    return replace(new, rubric=WHICH_ONE, pairs=tuple(pairs))


def label_everything(study: StudyFile, rater: Rater, clock: FakeClock, log: RaterLog | None = None) -> Session:
    """Go through a rater's whole session, with an answer that follows from the image alone."""
    rubric = study.rubric()
    session = Session(
        study.trials(rater),
        rubric,
        log or RaterLog(study, rater, now=lambda: "2026-01-01T00:00:00Z"),
        protocol=study.protocol(),
        practice=study.practice(),
        clock=clock,
    )
    while (screen := session.screen).step not in ("done", "failed"):
        session.agree()
        session.painted()
        clock.seconds += 1.5
        if screen.step == "trial" and screen.trial is not None:
            session.answer(some_answer(rubric, screen.trial))
        else:
            session.go_on()
    return session


def some_answer(rubric: Rubric, trial: Trial) -> Answer:
    """An answer that the rubric offers, the same for the same trial."""
    number = sum(map(ord, "".join(trial.stimuli)))
    if rubric.task == "categorize":
        return Answer(rubric.label_of([rubric.names[number % len(rubric.names)]]))
    if rubric.task == "rate":
        assert rubric.rating is not None
        return Answer(str(rubric.rating.values[number % len(rubric.rating.values)]))
    if rubric.task == "which_one":
        return Answer("left" if number % 2 else "right", confidence=1 + number % 3)
    return Answer("one thing", note="edges")


def blind_records(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """All that a file holds of blind trials: the trials, what they show, and what was said; without random ids."""
    return connection.execute(
        """SELECT trial.position, trial.stimulus, trial.other, trial.unit, trial.condition, trial.occasion,
                  trial.kind, trial."references", trial.block, one.image, two.image, one.rowid, two.rowid,
                  event.sequence, event.kind, event.answer, event.confidence, event.note, event.milliseconds,
                  event.idle, event.at, event.rubric
           FROM trial LEFT JOIN stimulus AS one ON one.id = trial.stimulus
                LEFT JOIN stimulus AS two ON two.id = trial.other LEFT JOIN event ON event.trial = trial.id
           WHERE trial.condition = 'blind' ORDER BY trial.position, event.sequence"""
    ).fetchall()


class FakeLog:
    """A log in memory. `fault` is raised instead of writing, once it is set."""

    def __init__(self, events: tuple[Event, ...] = ()) -> None:
        self.events = events
        self.entries: list[Entry] = []
        self.fault: Fault | None = None

    def append(self, entry: Entry) -> None:
        if self.fault is not None:
            raise self.fault
        self.entries.append(entry)

    @property
    def lines(self) -> list[tuple[str | None, Kind, str | None, int]]:
        """What was written, in short: trial, kind, answer, milliseconds."""
        return [(entry.trial, entry.kind, entry.answer, entry.milliseconds) for entry in self.entries]


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
