"""The tables that come in, judgements and stimuli: checked at the door, frozen after.

Whatever is wrong with a table is said here, in words for the researcher who made it; the rest of the package
trusts what got in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.checks import (
    LARGEST,
    Floats,
    InputError,
    Ints,
    check_known,
    check_numbers,
    check_same_length,
    check_words,
    coded,
    number_of,
    some,
)

__all__ = ["BLIND", "CONDITIONS", "Floats", "InputError", "Ints", "Judgements", "Stimuli", "some"]

NO_ANSWER = -1
SCALES = ("nominal", "ordinal", "interval", "ratio")
NUMBERS = ("interval", "ratio")
"""Scales whose labels are numbers. On the others they are names of categories."""
BLIND, REVEALED = "blind", "revealed"
CONDITIONS = (BLIND, REVEALED, "feedback")
"""Only blind judgements enter the figures, except where the effect of revealing is the question.

feedback: the activation was told once the answer was locked.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Judgements:
    """Who gave which stimulus which label: J judgements, one per row, of every condition and occasion.

    Rows are sorted by stimulus, rater, occasion and condition, and stimuli and raters by name, so that the order of
    the rows in a file changes no result.
    """

    stimuli: tuple[str, ...]
    raters: tuple[str, ...]
    categories: tuple[str, ...]
    """In order, from the least to the most, unless the scale is nominal; () for numbers without a declared list."""
    scale: str
    stimulus: Ints
    """(J,): its place in `stimuli`."""
    rater: Ints
    """(J,): its place in `raters`."""
    label: Ints
    """(J,): the category's place in `categories`; -1 where there are none."""
    value: Floats
    """(J,): the label as a number: itself, or the place of the category (which means nothing on a nominal scale)."""
    condition: Ints
    """(J,): its place in CONDITIONS."""
    occasion: Ints
    """(J,): 1 for the first time that a rater saw a stimulus."""
    seconds: Floats
    """(J,): what the answer took; NaN where that is not known."""
    place: Ints
    """(J,): that of the trial in the rater's order, upward; 0 where that is not known."""
    n_no_answer: int = 0
    """Blind first trials that a rater saw and could not tell."""
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_columns(
        cls,
        stimulus: Sequence[str],
        rater: Sequence[str],
        label: Sequence[str | float | None],
        *,
        categories: Sequence[str] = (),
        scale: str,
        condition: Sequence[str | None] | None = None,
        occasion: Sequence[int] | None = None,
        seconds: Sequence[float | None] | None = None,
        place: Sequence[int | None] | None = None,
    ) -> Judgements:
        """One judgement per row. An absent condition is blind, an absent occasion the first.

        `seconds` that the answer took, and the `place` of the trial in the rater's order, from 1 upward: None where
        they are not known (of places, so is 0).

        A label of None or "" says that the rater could not tell: left out, counted, and warned of. On an interval or
        ratio scale labels are numbers, or text that reads as one; `categories` may then list all that are possible.

        Raises InputError where the columns do not fit together, a label is not among the categories or no number
        where one is needed (below 0 on a ratio scale), seconds or a place are below 0, a rater judged the same stimulus
        twice on the same occasion and condition, or no blind first judgement is left to analyse.
        """
        names = _checked_categories(categories, scale)
        said = [value or BLIND for value in condition] if condition is not None else [BLIND] * len(stimulus)
        times = [1] * len(stimulus) if occasion is None else occasion
        spent = [None] * len(stimulus) if seconds is None else seconds
        places = [None] * len(stimulus) if place is None else place
        check_same_length(
            stimulus=stimulus, rater=rater, label=label, condition=said, occasion=times, seconds=spent, place=places
        )
        check_known("seconds", spent, "a finite number, 0 or more", lambda value: 0 <= value < LARGEST)
        check_known("place", places, "a whole number, counted from 1", lambda value: value >= 0 and value == int(value))
        check_words("condition", said, CONDITIONS)
        occasions = np.asarray(times, dtype=np.int64)
        if len(occasions) and occasions.min() < 1:
            raise InputError("Occasions are counted from 1: 1 is the first time that a rater judged the stimulus.")
        conditions = coded(said, CONDITIONS)

        answered = np.array([value is not None and value != "" for value in label], dtype=np.bool_)
        first = (conditions == 0) & (occasions == 1)
        if not (answered & first).any():
            raise InputError("There is no blind first judgement with a label: nothing to analyse. (First: occasion 1.)")
        given = [value for value in label if value is not None and value != ""]
        codes, values = _labels(given, names, scale)
        stimuli, raters = (tuple(sorted({c for c, a in zip(column, answered.tolist(), strict=True) if a}))
                           for column in (stimulus, rater))  # fmt: skip
        all_stimuli, all_raters = sorted(set(stimulus)), sorted(set(rater))
        of_stimulus, of_rater = coded(stimulus, all_stimuli), coded(rater, all_raters)
        _check_no_duplicates((all_stimuli, of_stimulus), (all_raters, of_rater), occasions, conditions)

        keep = np.flatnonzero(answered)
        of_stimulus = np.searchsorted(np.unique(of_stimulus[keep]), of_stimulus[keep])
        of_rater = np.searchsorted(np.unique(of_rater[keep]), of_rater[keep])
        order = np.lexsort((conditions[keep], occasions[keep], of_rater, of_stimulus))
        missing, shown = int((first & ~answered).sum()), int(first.sum())
        return cls(
            stimuli,
            raters,
            names,
            scale,
            of_stimulus[order].astype(np.int64),
            of_rater[order].astype(np.int64),
            codes[order],
            values[order],
            conditions[keep][order],
            occasions[keep][order],
            np.array([np.nan if one is None else one for one in spent], dtype=np.float64)[keep][order],
            np.array([one or 0 for one in places], dtype=np.int64)[keep][order],
            missing,
            _no_answer_warning(missing, shown),
        )

    @property
    def first_blind(self) -> NDArray[np.bool_]:
        """(J,): the blind judgements of the first occasion, which all but a few figures are made of."""
        return np.asarray((self.condition == 0) & (self.occasion == 1))

    @property
    def first_revealed(self) -> NDArray[np.bool_]:
        """(J,): of each rater and stimulus, the first judgement with the activation shown, on whichever occasion."""
        rows = np.flatnonzero(self.condition == CONDITIONS.index(REVEALED))  # in order of occasion
        cell = self.stimulus[rows] * len(self.raters) + self.rater[rows]
        first = np.zeros(len(self.label), dtype=np.bool_)
        first[rows[np.unique(cell, return_index=True)[1]]] = True
        return first


@dataclass(frozen=True, slots=True, eq=False)
class Stimuli:
    """What the unit did on each stimulus, and how the stimulus came to be chosen."""

    stimuli: tuple[str, ...]
    activation: Floats
    stratum: Ints
    """Sampling strata, numbered upward by their mean activation; all 0 where none are given."""
    inclusion_probability: Floats | None = None
    unit: str = "the unit"
    others: Mapping[str, Floats] = field(default_factory=dict)
    """What other units did on the same stimuli, each (n,), to be compared with this one before the same jury."""
    strata: tuple[Hashable, ...] = ()
    """What the strata are called where they came from, in the order of their numbers; none where none are given."""

    @property
    def place(self) -> dict[str, int]:
        """The row of each stimulus."""
        return {name: row for row, name in enumerate(self.stimuli)}

    @classmethod
    def from_columns(
        cls,
        stimulus: Sequence[str],
        activation: Sequence[float] | Floats,
        *,
        stratum: Sequence[Hashable] | None = None,
        inclusion_probability: Sequence[float] | Floats | None = None,
        unit: str = "the unit",
        others: Mapping[str, Sequence[float] | Floats] | None = None,
    ) -> Stimuli:
        """One stimulus per row; strata are any names or numbers. Any number-valued function of an image is a unit.

        Raises InputError where the columns do not fit together, a stimulus stands twice, an activation is not
        a finite number, or an inclusion probability is not above 0 and at most 1.
        """
        strata: Sequence[Hashable] = stratum if stratum is not None else [0] * len(stimulus)
        chances = [1.0] * len(stimulus) if inclusion_probability is None else inclusion_probability
        check_same_length(stimulus=stimulus, activation=activation, stratum=strata, inclusion_probability=chances)
        if not stimulus:
            raise InputError("The table of stimuli is empty.")
        twice = [name for name, times in Counter(stimulus).items() if times > 1]
        if twice:
            raise InputError(f"Stimuli that stand twice in the table of stimuli: {some(twice)}.")
        further = others or {}
        for column, numbers in {"activation": activation, **further}.items():
            check_same_length(stimulus=stimulus, **{column: numbers})
            check_numbers(column, stimulus, numbers, "a finite number below 1e100", lambda value: abs(value) < LARGEST)
        check_numbers(
            "inclusion_probability", stimulus, chances, "above 0 and at most 1", lambda chance: 1e-12 < chance <= 1
        )
        order = sorted(range(len(stimulus)), key=lambda row: stimulus[row])
        values = np.array([activation[row] for row in order], dtype=np.float64)
        given = inclusion_probability is not None
        names, number = _numbered_by_mean([strata[row] for row in order], values)
        return cls(
            tuple(stimulus[row] for row in order),
            values,
            number,
            np.array([chances[row] for row in order], dtype=np.float64) if given else None,
            unit,
            {name: np.array([v[row] for row in order], dtype=np.float64) for name, v in further.items()},
            names if stratum is not None else (),
        )


def _checked_categories(categories: Sequence[str], scale: str) -> tuple[str, ...]:
    if scale not in SCALES:
        raise InputError(f"Unknown scale “{scale}”: the scales are {', '.join(SCALES)}.")
    if scale in NUMBERS:
        return _declared_numbers(categories)
    if len(categories) < 2 or len(set(categories)) < len(categories) or not all(categories):
        raise InputError("A study needs at least two categories, each with its own name.")
    return tuple(categories)


def _declared_numbers(categories: Sequence[str]) -> tuple[str, ...]:
    """The numbers that are possible at all, ascending, as they were written."""
    numbers = [number_of(name) for name in categories]
    if len(set(numbers)) < len(numbers):
        raise InputError("A number stands twice among the categories.")
    return tuple(name for _, name in sorted(zip(numbers, categories, strict=True)))


def _labels(given: Sequence[str | float], names: tuple[str, ...], scale: str) -> tuple[Ints, Floats]:
    """The place of each label among the categories, -1 where there are none, and its number."""
    if scale not in NUMBERS:
        words = [str(value) for value in given]
        check_words("label", words, names)
        places = coded(words, names)
        return places, places.astype(np.float64)
    as_number = {value: number_of(value) for value in set(given)}
    values = np.array([as_number[value] for value in given], dtype=np.float64)
    if scale == "ratio" and values.min() < 0:
        raise InputError("A ratio scale starts at 0, and there are labels below it. Use --scale interval.")
    if not names:
        return np.full(len(values), NO_ANSWER, dtype=np.int64), values
    possible = np.array([number_of(name) for name in names])
    places = np.searchsorted(possible, values).clip(0, len(possible) - 1)
    strange = np.unique(values[possible[places] != values])
    if len(strange):
        raise InputError(f"Unknown label: {some(f'{v:g}' for v in strange)}. Known are: {', '.join(names)}.")
    return places.astype(np.int64), values


def _check_no_duplicates(
    stimulus: tuple[Sequence[str], Ints], rater: tuple[Sequence[str], Ints], occasion: Ints, condition: Ints
) -> None:
    rows = np.lexsort((condition, occasion, stimulus[1], rater[1]))
    same = np.ones(max(0, len(rows) - 1), dtype=np.bool_)
    for column in (stimulus[1], rater[1], occasion, condition):
        same &= np.diff(column[rows]) == 0
    twice = rows[1:][same]
    if len(twice):
        told = (
            f"rater {rater[0][rater[1][row]]} on stimulus {stimulus[0][stimulus[1][row]]}"
            f" (occasion {occasion[row]}, {CONDITIONS[condition[row]]})"
            for row in twice.tolist()
        )
        raise InputError(f"More than one judgement by {some(told)}.")


def _no_answer_warning(missing: int, total: int) -> tuple[str, ...]:
    if not missing:
        return ()
    return (f"{missing} of {total} judgements give no label (“can't tell”, say): left out of every figure.",)


def _numbered_by_mean(strata: Sequence[Hashable], activation: Floats) -> tuple[tuple[Hashable, ...], Ints]:
    """What the strata are called, in the order of their numbers, and the number of each row's (n,).

    Neighbours in number are neighbours in activation, whatever the strata are called.
    """
    groups: dict[Hashable, list[int]] = {}
    for row, name in enumerate(strata):
        groups.setdefault(name, []).append(row)
    ordered = sorted(groups.values(), key=lambda rows: (float(activation[rows].mean()), rows))
    number = np.empty(len(strata), dtype=np.int64)
    for place, rows in enumerate(ordered):
        number[rows] = place
    return tuple(strata[rows[0]] for rows in ordered), number
