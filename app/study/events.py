"""What raters said: what a session says to the log, the lines of the log, and the judgements that stand in the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import attrgetter

from app.study.records import Condition, Kind


@dataclass(frozen=True, slots=True)
class Entry:
    """What a session has to say to the log; the log adds who, when and in which order."""

    trial: str | None
    """None for what is about no trial: consent."""
    kind: Kind
    answer: str | None = None
    confidence: int | None = None
    note: str | None = None
    milliseconds: int = 0
    """From the image being on screen to the answer."""
    idle: int = 0
    """How many of them were idle: no input for a minute, the window not in front, or paused."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a rater's append-only log; `hash` covers all of it and the hash of the line before.

    `mac` vouches for the hash with the key of a file that was handed out; None where there is no key.
    """

    uuid: str
    rater: str
    sequence: int
    trial: str | None
    kind: Kind
    answer: str | None
    confidence: int | None
    note: str | None
    milliseconds: int
    idle: int
    at: str
    rubric: int
    previous: str
    hash: str
    mac: str | None = None

    @property
    def row(self) -> tuple[object, ...]:
        """The fields in their order, as the file's table has them."""
        return _ROW(self)


_ROW: Callable[[Event], tuple[object, ...]] = attrgetter(*(one.name for one in fields(Event)))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The newest word of a rater on a trial of the study proper; `kind` says why a label is None."""

    stimulus: str
    """The stimulus, the pair, or "unit N", that was judged."""
    rater: str
    label: str | None
    """In the two-alternative task, the stimulus that was chosen."""
    condition: Condition
    occasion: int
    seconds: float
    """Active time; 0 where another tool told none."""
    simulated: bool
    references: bool = True
    confidence: int | None = None
    note: str | None = None
    kind: Kind = "label"
    """Why there is no label, where there is none: "cannot_tell" or "nothing"."""
    place: int = 0
    """Of the trial in the rater's order, upward; practice and catch trials have places too. 0: not known."""
