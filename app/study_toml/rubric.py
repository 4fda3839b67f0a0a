"""What raters are asked: [rubric] and, where they choose one of two images, [pairs]."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from app.study.records import CANNOT_TELL, NOTHING, Rating, Scale, Task
from app.study_toml.table import Name, Table

End = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Percentile = Annotated[float, msgspec.Meta(gt=0, lt=100)]
Gap = Literal["extreme"] | tuple[Percentile, Percentile]
MOST_PAIRS = 50
"""Of one gap: with the references, no more than a recording keeps of either end."""

_FIELDS: dict[Task, tuple[str, ...]] = {
    "categorize": ("scale", "categories", "several", "nothing"),
    "rate": ("points", "low", "high"),
}
"""The fields that go with one task alone."""


class CategoryTable(Table, frozen=True):
    """[[rubric.categories]]: one label and its written definition."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    definition: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    examples: Annotated[tuple[Name, ...], msgspec.Meta(max_length=4)] = ()
    """Paths of images that show what is meant, relative to study.toml."""


class RubricTable(Table, frozen=True):
    """[rubric]: the task, the question, and the answers that there are."""

    question: Name
    task: Task = "categorize"
    instructions: str = ""
    """Markdown."""
    scale: Literal["nominal", "ordinal"] | None = None
    """Of categories: "ordinal" (where nothing is said) if they run from lowest to highest."""
    categories: Annotated[tuple[CategoryTable, ...], msgspec.Meta(max_length=9)] = ()
    several: bool = False
    """More than one category may be chosen."""
    nothing: bool = False
    """"nothing nameable here" is on offer too."""
    points: Annotated[int, msgspec.Meta(ge=0, le=9)] | None = None
    """Steps of the rating scale; 0 for a slider."""
    low: End | None = None
    high: End | None = None
    """What the ends of the rating scale are called."""

    def __post_init__(self) -> None:
        for problem in (*self._misplaced(), *self._of_categories(), *self._of_rating()):
            raise ValueError(problem)

    def _misplaced(self) -> Iterator[str]:
        for task, names in _FIELDS.items():
            for name in names if task != self.task else ():
                if name in self.given():
                    yield f'`{name}` goes with task = "{task}", and the task is "{self.task}"'

    def _of_categories(self) -> Iterator[str]:
        if self.task == "categorize" and len(self.categories) < 2:
            yield 'task = "categorize" needs 2 to 9 `categories`'
        if self.several and self.scale != "nominal":
            yield '`several` needs scale = "nominal": of categories in an order, one is right'
        names = [category.name for category in self.categories]
        for name in names:
            if not name.isprintable() or name != name.strip():
                yield f"the category {name!r} begins or ends with a space, or holds what cannot be printed"
            if name.casefold() in (CANNOT_TELL, NOTHING):
                yield f"no category may be called {name!r}: that answer is the program's own"
        if len({name.casefold() for name in names}) < len(names):
            yield "two categories have the same name"

    def _of_rating(self) -> Iterator[str]:
        if self.task == "rate":
            if self.points is None or self.points == 1:
                yield 'task = "rate" needs `points`: 0 for a slider, or 2 to 9'
            if self.low is None or self.high is None:
                yield 'task = "rate" needs `low` and `high`: what the ends of the scale are called'

    @property
    def rating(self) -> Rating | None:
        """The rating scale, where there is one."""
        if self.points is None or self.low is None or self.high is None:
            return None
        return Rating(self.points, self.low, self.high)

    @property
    def answers_scale(self) -> Scale:
        """The scale of the answers, whatever the task."""
        if self.task == "categorize":
            return self.scale or "ordinal"
        return "interval" if self.task == "rate" else "nominal"


class PairsTable(Table, frozen=True):
    """[pairs]: how far apart in activation the two images are that raters choose from."""

    gaps: Annotated[tuple[Gap, ...], msgspec.Meta(min_length=1, max_length=20)]
    """"extreme": next after the references at either end. [high, low]: at these percentiles of the population."""
    per_gap: Annotated[int, msgspec.Meta(ge=1, le=MOST_PAIRS)]
    """How many pairs of each."""

    def __post_init__(self) -> None:
        if any(not isinstance(gap, str) and gap[0] <= gap[1] for gap in self.gaps):
            raise ValueError("each of `gaps` has the higher percentile first: [99, 1]")
        if len(set(map(gap_text, self.gaps))) < len(self.gaps):
            raise ValueError("one of `gaps` is there twice")

    @property
    def ends(self) -> int:
        """How many images are taken from either end."""
        return self.per_gap if "extreme" in self.gaps else 0


def gap_text(gap: Gap) -> str:
    """A gap in words: "extreme", or the two percentiles, "99 / 1"."""
    return gap if isinstance(gap, str) else f"{gap[0]:g} / {gap[1]:g}"
