"""What a rater has before them at a trial: the image, and what its unit responds to; read and decoded ahead of time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from app.errors import Fault
from app.qt.background import Work
from app.qt.images import Picture, decode
from app.study.file import StudyFile
from app.study.records import Histogram, Reveal, Role, Trial

_KEPT = 8
_UNITS_KEPT = 4
_NO_HISTOGRAM = Histogram((), ())


@dataclass(frozen=True, slots=True)
class Example:
    """A reference with its image decoded."""

    role: Role
    activation: float
    picture: Picture


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a unit responds to: all that stands beside its stimuli."""

    examples: tuple[Example, ...]
    histogram: Histogram


@dataclass(frozen=True, slots=True)
class Sight:
    """A trial's images from left to right, and what stands beside them."""

    pictures: tuple[Picture, ...]
    evidence: Evidence | None
    """What the unit responds to: one object for all trials of a unit that follow each other. None: not shown."""
    reveals: tuple[Reveal, ...] = ()
    """What the unit makes of each image, where the trial shows it from the start."""
    histogram: Histogram = _NO_HISTOGRAM
    """How the unit's activations are distributed: to stand behind one that is shown where no examples are."""


def evidence(file: StudyFile, unit: int) -> Evidence:
    """What the unit of this number responds to.

    Raises:
        Fault: the file cannot be read.
    """
    examples = tuple(Example(r.role, r.activation, decode(r.image)) for r in file.references(unit))
    return Evidence(examples, file.histogram(unit))


def looking_into(file: StudyFile) -> Callable[[Trial], Sight]:
    """What reads and decodes the sight of a trial; the evidence of the last few units is kept."""

    @lru_cache(_UNITS_KEPT)
    def of_unit(unit: int) -> Evidence:
        return evidence(file, unit)

    def look(trial: Trial) -> Sight:
        return Sight(
            pictures=tuple(decode(file.image(stimulus)) for stimulus in trial.stimuli),
            evidence=of_unit(trial.unit) if trial.references else None,
            reveals=file.reveal(trial) if trial.condition == "revealed" else (),
            histogram=of_unit(trial.unit).histogram,
        )

    return look


Reveals = tuple[Reveal, ...]


class Sights:
    """The sights by trial. Used from the window's thread; `look` and `reveal` are called in `work`.

    `reveal` is `StudyFile.reveal`: what the unit makes of a trial's images.
    """

    def __init__(self, look: Callable[[Trial], Sight], work: Work, reveal: Callable[[Trial], Reveals]) -> None:
        self._look = look
        self._work = work
        self._reveal = reveal
        self._kept: OrderedDict[Trial, Sight] = OrderedDict()
        self._wanted: dict[Trial, list[Callable[[Sight | Fault], None]]] = {}

    def want(self, trial: Trial, then: Callable[[Sight | Fault], None]) -> None:
        """Hand the sight to `then`, at once where it is decoded already; a Fault where it could not be read now."""
        if trial in self._kept:
            self._kept.move_to_end(trial)
            then(self._kept[trial])
        elif trial in self._wanted:
            self._wanted[trial].append(then)
        else:
            self._wanted[trial] = [then]
            self._work(lambda: self._look(trial), lambda outcome: self._arrived(trial, outcome))

    def ahead(self, trials: Iterable[Trial], then: Callable[[Sight | Fault], None] = lambda sight: None) -> None:
        """Decode these too, for later."""
        for trial in trials:
            self.want(trial, then)

    def tell(self, trial: Trial, then: Callable[[Reveals | None], None]) -> None:
        """Hand what may be told once the trial is answered to `then`; None where it could not be read.

        It is read now, and not kept: before the answer nothing of it is anywhere in the window.
        """
        self._work(lambda: self._reveal(trial), lambda told: then(None if isinstance(told, Fault) else told))

    def _arrived(self, trial: Trial, outcome: Sight | Fault) -> None:
        if not isinstance(outcome, Fault):  # a fault of reading may pass: it is not kept
            self._kept[trial] = outcome
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        for then in self._wanted.pop(trial):
            then(outcome)
