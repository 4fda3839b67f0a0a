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
from app.study.records import Histogram, Role, Trial

_KEPT = 8
_UNITS_KEPT = 4


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
    """A trial's image, and the evidence of its unit: one object for all trials of a unit that follow each other."""

    picture: Picture
    evidence: Evidence


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

    return lambda trial: Sight(decode(file.image(trial.stimulus)), of_unit(trial.unit))


class Sights:
    """The sights by trial. Used from the window's thread; `look` is called in `work`."""

    def __init__(self, look: Callable[[Trial], Sight], work: Work) -> None:
        self._look = look
        self._work = work
        self._kept: OrderedDict[Trial, Sight] = OrderedDict()
        self._wanted: dict[Trial, list[Callable[[Sight | None], None]]] = {}

    def want(self, trial: Trial, then: Callable[[Sight | None], None]) -> None:
        """Hand the sight to `then`, at once where it is decoded already; None where it could not be read."""
        if trial in self._kept:
            self._kept.move_to_end(trial)
            then(self._kept[trial])
        elif trial in self._wanted:
            self._wanted[trial].append(then)
        else:
            self._wanted[trial] = [then]
            self._work(lambda: self._look(trial), lambda outcome: self._arrived(trial, outcome))

    def ahead(self, trials: Iterable[Trial]) -> None:
        """Decode these too, for later."""
        for trial in trials:
            self.want(trial, lambda sight: None)

    def _arrived(self, trial: Trial, outcome: Sight | Fault) -> None:
        sight = None if isinstance(outcome, Fault) else outcome
        if sight is not None:  # a fault of reading may pass: it is not kept
            self._kept[trial] = sight
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        for then in self._wanted.pop(trial):
            then(sight)
