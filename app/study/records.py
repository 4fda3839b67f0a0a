"""What a study is made of: frozen values, as they are handed from the study file to everyone else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.study.protocol import Protocol

Task = Literal["categorize", "rate", "which_one", "name_it"]
Condition = Literal["blind", "revealed", "feedback"]
"""blind: the activation is never shown. revealed: it is shown. feedback: it is shown once the answer is locked."""
Role = Literal["most", "least"]
Kind = Literal["label", "cannot_tell", "nothing", "undo", "comment", "flag", "unflag", "consent"]
TrialKind = Literal["main", "catch", "practice"]
"""main: what the study is about. catch: its answer is known, to the study alone. practice: it is told afterwards."""
Scale = Literal["nominal", "ordinal", "interval"]
Side = Literal["left", "right"]

CANNOT_TELL = "can't tell"
"""The answer that is always on offer beside the categories; it is no label and enters no figure."""
NOTHING = "nothing nameable here"
"""A second such answer, where the rubric offers it: there is something, and no name for it."""
SIDES: tuple[Side, Side] = ("left", "right")
NAMED = ("one thing", "several things", "nothing nameable")
"""What a unit responds to, where raters are to name it."""
CONFIDENCES = (1, 2, 3)
SLIDER_TOP = 100
"""A slider runs from 0 to this in whole steps."""


@dataclass(frozen=True, slots=True)
class Category:
    """One label of the rubric, with its written definition and pictures that show what is meant."""

    name: str
    definition: str
    examples: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Rating:
    """A scale with labeled ends: `points` steps from 1 up, or a slider from 0 to SLIDER_TOP where `points` is 0."""

    points: int
    low: str
    high: str

    @property
    def values(self) -> range:
        """The answers that there are."""
        return range(1, self.points + 1) if self.points else range(SLIDER_TOP + 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rater says on a trial.

    `label` is, by the task: the name of a category, or a JSON list of names in the rubric's order where several may
    be chosen; a whole number; "left" or "right", with a confidence of 1 to 3; one of NAMED, with the words as note.
    It is None for the other kinds of answer.
    """

    label: str | None
    kind: Kind = "label"
    confidence: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Rubric:
    """What raters are asked; categories run from lowest to highest where the scale is ordinal."""

    version: int
    question: str
    instructions: str
    """Markdown."""
    scale: Scale
    categories: tuple[Category, ...] = ()
    task: Task = "categorize"
    several: bool = False
    """More than one category may be chosen."""
    nothing: bool = False
    """NOTHING is on offer."""
    rating: Rating | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The categories' names, in order."""
        return tuple(category.name for category in self.categories)

    def check(self, answer: Answer) -> None:
        """See that the answer is one that this rubric offers.

        Raises:
            ValueError: it is not.
        """
        if not self.offers(answer):
            raise ValueError(f"the rubric has no answer {answer}")

    def offers(self, answer: Answer) -> bool:
        """Whether the answer is one that this rubric offers."""
        if answer.kind != "label":
            offered = answer.kind == "cannot_tell" or (answer.kind == "nothing" and self.nothing)
            return offered and self.task != "name_it" and answer.label is None
        label = answer.label or ""
        if self.task == "rate":
            return self.rating is not None and label in {str(value) for value in self.rating.values}
        if self.task == "which_one":
            return label in SIDES and answer.confidence in CONFIDENCES
        if self.task == "name_it":
            return label in NAMED and (bool(answer.note and answer.note.strip()) or label == NAMED[2])
        chosen = self.chosen(label)
        return bool(chosen) and label == self.label_of(chosen)

    def chosen(self, label: str) -> tuple[str, ...]:
        """The categories that a label names; none where it names what there is not."""
        if not self.several:
            return (label,) if label in self.names else ()
        try:
            names = json.loads(label)
        except (ValueError, RecursionError):  # a label may come from anybody's file
            return ()
        return tuple(names) if isinstance(names, list) and all(name in self.names for name in names) else ()

    def label_of(self, chosen: Iterable[str]) -> str:
        """The label of these categories: the other way round than `chosen`."""
        wanted = set(chosen)
        names = [name for name in self.names if name in wanted]
        return json.dumps(names, ensure_ascii=False) if self.several else names[0] if names else ""


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
class HeatMap:
    """How strongly a unit fires at each place of a picture: rows x columns numbers, stretched over all of it."""

    rows: int
    columns: int
    values: tuple[float, ...]
    """Row by row."""


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
    heat: HeatMap | None = None
    """Where in the picture the unit fires, for trials that reveal it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stimuli of one unit that raters are to tell apart; `first` has the higher activation. Never shown so."""

    id: str
    first: str
    second: str
    gap: str
    """How far apart they were drawn: "extreme", or the two percentiles."""


@dataclass(frozen=True, slots=True)
class Known:
    """A stimulus whose right answer is known, made for a catch trial or for practice.

    In the two-alternative task `other` is the second image, and the first is the one that activates more strongly.
    """

    id: str
    kind: TrialKind
    unit: int
    image: bytes
    accepted: tuple[str, ...] = ()
    """The categories that are right, or the lowest and the highest rating that are."""
    why: str = ""
    """What practice says about it afterwards."""
    other_id: str | None = None
    other: bytes | None = None


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
    pairs: tuple[Pair, ...] = ()
    """What is put before raters in the two-alternative task."""
    known: tuple[Known, ...] = ()
    protocol: Protocol = field(default_factory=Protocol)


@dataclass(frozen=True, slots=True)
class Rater:
    """A person, by pseudonym, or a stand-in (`simulated`). `seed` and `number` fix the order of the trials."""

    id: str
    pseudonym: str
    seed: int
    simulated: bool
    number: int = 1
    """From 1, in the order they came, people and stand-ins apart: which row of a balanced order is theirs."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is put before one rater at once. It holds nothing that would give a blind trial away."""

    id: str
    position: int
    stimulus: str | None
    """The image, or the left one of two; None where the unit itself is to be named."""
    unit: int
    """The number of the unit that it is about: which references to show."""
    condition: Condition
    occasion: int
    """1, 2, ... for repeats; the attempt, in practice."""
    kind: TrialKind = "main"
    other: str | None = None
    """The right one of two."""
    references: bool = True
    """Whether the references stand beside it."""
    block: int = 1

    @property
    def stimuli(self) -> tuple[str, ...]:
        """Everything that is to be judged, from left to right."""
        return tuple(one for one in (self.stimulus, self.other) if one is not None)


@dataclass(frozen=True, slots=True)
class Reveal:
    """What is shown of one stimulus where its activation may be shown."""

    activation: float
    heat: HeatMap | None
