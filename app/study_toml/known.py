"""[[catch]] and [[practice]]: trials whose right answer is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from app.study_toml.material import MOST_REFERENCES
from app.study_toml.rubric import RubricTable
from app.study_toml.table import Name, Table


class KnownTable(Table, frozen=True):
    """[[catch]] or [[practice]]: an image of one's own, or one of the unit's references, with the right answer."""

    image: Name | None = None
    """A path relative to study.toml; where one of two is chosen, the image that activates more strongly."""
    other: Name | None = None
    """Where one of two is chosen, the path of the image that activates less."""
    reference: Literal["most", "least"] | None = None
    """One of the unit's own references instead; where one of two is chosen, against the least activating one."""
    rank: Annotated[int, msgspec.Meta(ge=1, le=MOST_REFERENCES)] = 1
    """Which of them, 1 being the most extreme."""
    answer: str | list[str | float] | None = None
    """The category that is right, a list of those that are, or the lowest and highest rating that is."""
    why: Annotated[str, msgspec.Meta(max_length=400)] = ""
    """What practice says about it afterwards."""
    unit: Annotated[str, msgspec.Meta(max_length=60)] = ""
    """The name of the unit that it is for; without one, a catch trial is for each, practice for the first."""

    def __post_init__(self) -> None:
        if (self.image is None) == (self.reference is None):
            raise ValueError("a known trial shows one of `image` or `reference`")
        if self.other is not None and self.image is None:
            raise ValueError("`other` goes with `image`")
        if self.rank != 1 and self.reference is None:
            raise ValueError("`rank` goes with `reference`")

    def accepted(self, rubric: RubricTable) -> tuple[str, ...]:
        """The right answers as they are stored: categories, or the lowest and the highest rating, or none of two.

        Raises:
            ValueError: they are no answers of this rubric, or other fields are there than its task has.
        """
        for problem in _of_pair(self) if rubric.task == "which_one" else _of_one(self):
            raise ValueError(problem)
        if rubric.task == "which_one":
            return ()
        return self._ratings(rubric) if rubric.task == "rate" else self._categories(rubric)

    def _categories(self, rubric: RubricTable) -> tuple[str, ...]:
        names = [category.name for category in rubric.categories]
        answers = [self.answer] if isinstance(self.answer, str) else self.answer or []
        wrong = [answer for answer in answers if answer not in names]
        if wrong or not answers:
            given = f"{wrong[0]!r}" if wrong else "none"
            raise ValueError(f"`answer` must be one of the categories, or a list of some, and is {given}")
        return tuple(str(answer) for answer in answers)

    def _ratings(self, rubric: RubricTable) -> tuple[str, ...]:
        assert rubric.rating is not None  # a rubric with this task has one
        low, high = rubric.rating.values[0], rubric.rating.values[-1]
        answers = self.answer if isinstance(self.answer, list) else []
        numbers = [answer for answer in answers if not isinstance(answer, str)]
        if len(answers) != 2 or len(numbers) != 2 or not low <= numbers[0] <= numbers[1] <= high:
            raise ValueError(f"`answer` must be the lowest and highest right rating, from {low} to {high}: [{low}, 2]")
        if not any(numbers[0] <= value <= numbers[1] for value in rubric.rating.values):
            raise ValueError(f"`answer` holds no rating: none lies between {numbers[0]:g} and {numbers[1]:g}")
        return tuple(f"{number:g}" for number in numbers)


def _of_one(table: KnownTable) -> Iterator[str]:
    if table.other is not None:
        yield '`other` goes with task = "which_one"'
    if table.answer is None:
        yield "`answer` is missing: which answers are right"


def _of_pair(table: KnownTable) -> Iterator[str]:
    if table.answer is not None:
        yield 'no `answer` goes with task = "which_one": the image that activates more strongly is right'
    if table.image is not None and table.other is None:
        yield "`other` is missing: the image that activates less"
    if table.reference == "least":
        yield '`reference` must be "most": it is shown with the least activating one of the same rank'
