"""What a study is made of: frozen values, as they are handed from the study file to everyone else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Condition = Literal["blind", "revealed"]
Role = Literal["most", "least"]
Kind = Literal["label", "cannot_tell", "undo"]
Scale = Literal["nominal", "ordinal"]

CANNOT_TELL = "can't tell"
"""The answer that is always on offer beside the categories; it is no label and enters no figure."""


@dataclass(frozen=True, slots=True)
class Category:
    """One label of the rubric, with its written definition."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Rubric:
    """What raters are asked; categories run from lowest to highest where the scale is ordinal."""

    version: int
    question: str
    instructions: str
    scale: Scale
    categories: tuple[Category, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The categories' names, in order."""
        return tuple(category.name for category in self.categories)


@dataclass(frozen=True, slots=True)
class StudyInfo:
    """What the study is; `facts` is how it was recorded and drawn, fit for JSON, kept from raters.

    `facts["show"]` says what the pictures are: "crop" where each is the receptive field itself, "image" where each is
    the network's whole input and its box says where in it the field lies.
    """

    uuid: str
    title: str
    claim: str
    seed: int
    created: str
    program: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is put before the jury, numbered from 1.

    Its name is unique in the study; its `facts` are what it is and how its field was found, fit for JSON. Both are
    kept from raters, whom a name such as "dog faces" would lead: they get the number.
    """

    number: int
    name: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels [top, bottom) x [left, right) of the network's input image: where a receptive field lies."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One stimulus, drawn for one unit, with everything about it, the hidden values too. Never handed to a session."""

    id: str
    unit: int
    """The number of the unit that it was drawn for: activation, stratum and inclusion probability are this unit's."""
    image: bytes
    activation: float
    stratum: int
    inclusion_probability: float
    source: str
    """The file it was cut from, relative to the image folder."""
    box: Box
    others: Mapping[int, float] = field(default_factory=dict)
    """What other units of the study make of the very same item: unit number to activation."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An example of what the unit responds to most or least; rank 1 is the most extreme."""

    role: Role
    rank: int
    activation: float
    image: bytes
    source: str
    box: Box


@dataclass(frozen=True, slots=True)
class Stratum:
    """A band of activation, from `low` to `high`, with how many stimuli there are and how many were drawn."""

    number: int
    low: float
    high: float
    population: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """The distribution of activations over the population: len(counts) + 1 edges."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitSample:
    """A unit with what was found of it in its population: the examples, the strata and the distribution."""

    unit: Unit
    references: tuple[Reference, ...]
    strata: tuple[Stratum, ...]
    histogram: Histogram


@dataclass(frozen=True, slots=True)
class NewStudy:
    """Everything that a study file holds before its first rater."""

    info: StudyInfo
    rubric: Rubric
    units: tuple[UnitSample, ...]
    stimuli: tuple[Stimulus, ...]


@dataclass(frozen=True, slots=True)
class Rater:
    """A person, by pseudonym, or a stand-in (`simulated`). `seed` fixes the order of the trials."""

    id: str
    pseudonym: str
    seed: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """One stimulus put before one rater. It holds nothing that would give a blind trial away."""

    id: str
    position: int
    stimulus: str
    unit: int
    """The number of the unit that the stimulus was drawn for: which references to show."""
    condition: Condition
    occasion: int


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a rater's append-only log; `hash` covers all of it and the hash of the line before."""

    uuid: str
    rater: str
    sequence: int
    trial: str
    kind: Kind
    answer: str | None
    milliseconds: int
    at: str
    rubric: int
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The newest word of a rater on a trial; `label` is None for "can't tell"."""

    stimulus: str
    rater: str
    label: str | None
    condition: Condition
    occasion: int
    seconds: float
    simulated: bool
