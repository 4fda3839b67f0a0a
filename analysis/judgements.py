"""The tables that come in, judgements and stimuli: checked at the door, frozen after.

Whatever is wrong with a table is said here, in words for the researcher who made it; the rest of the package
trusts what got in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_ANSWER = -1
SCALES = ("nominal", "ordinal")
LATER_SCALES = ("interval", "ratio")
BLIND = "blind"
CONDITIONS = (BLIND, "revealed", "feedback")
"""Only blind judgements enter the figures. feedback: the activation was told once the answer was locked."""


class InputError(ValueError):
    """A table that cannot be analysed; the message is fit to show to the researcher who made it."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgements:
    """Who gave which stimulus which label, blind and for the first time: all that agreement is about.

    Stimuli and raters are in sorted order, so the order of the rows in a file changes no result.
    """

    stimuli: tuple[str, ...]
    raters: tuple[str, ...]
    categories: tuple[str, ...]
    """In order, from the least to the most, where the scale is ordinal."""
    scale: str
    labels: Ints
    """(stimuli, raters): the index of the category; -1 where the rater gave none."""
    n_no_answer: int = 0
    """Trials that a rater saw and could not tell."""
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_columns(
        cls,
        stimulus: Sequence[str],
        rater: Sequence[str],
        label: Sequence[str | None],
        *,
        categories: Sequence[str],
        scale: str,
        condition: Sequence[str | None] | None = None,
        occasion: Sequence[int] | None = None,
    ) -> Judgements:
        """One judgement per row. An absent condition is blind, an absent occasion the first.

        A label of None or "" says that the rater could not tell: left out, counted, and warned of.
        Raises InputError where the columns do not fit together, a label is not among the categories, a rater
        judged the same stimulus twice on the same occasion and condition, or nothing is left to analyse.
        """
        names = _checked_categories(categories, scale)
        conditions = [value or BLIND for value in condition] if condition is not None else [BLIND] * len(stimulus)
        occasions = list(occasion) if occasion is not None else [1] * len(stimulus)
        _same_length(stimulus=stimulus, rater=rater, label=label, condition=conditions, occasion=occasions)
        _check_words("condition", conditions, CONDITIONS)
        _check_words("label", [value for value in label if value], names)
        _check_no_duplicates(zip(rater, stimulus, occasions, conditions, strict=True))

        rows = [
            (s, r, value)
            for s, r, value, c, o in zip(stimulus, rater, label, conditions, occasions, strict=True)
            if c == BLIND and o == 1
        ]
        answers = [(s, r, value) for s, r, value in rows if value]
        if not answers:
            raise InputError("There is no blind first judgement with a label: nothing to analyse.")
        stimuli, raters = (tuple(sorted({row[k] for row in answers})) for k in (0, 1))
        at_stimulus, at_rater, at_label = _places(stimuli), _places(raters), _places(names)
        labels = np.full((len(stimuli), len(raters)), NO_ANSWER, dtype=np.int64)
        for s, r, value in answers:
            labels[at_stimulus[s], at_rater[r]] = at_label[value]
        missing = len(rows) - len(answers)
        return cls(stimuli, raters, names, scale, labels, missing, _no_answer_warning(missing, len(rows)))


@dataclass(frozen=True, slots=True, eq=False)
class Stimuli:
    """What the unit did on each stimulus, and how the stimulus came to be chosen."""

    stimuli: tuple[str, ...]
    activation: Floats
    stratum: Ints
    """Sampling strata, numbered upward by their mean activation; all 0 where none are given."""
    inclusion_probability: Floats | None = None

    @classmethod
    def from_columns(
        cls,
        stimulus: Sequence[str],
        activation: Sequence[float] | Floats,
        *,
        stratum: Sequence[Hashable] | None = None,
        inclusion_probability: Sequence[float] | Floats | None = None,
    ) -> Stimuli:
        """One stimulus per row; strata are any names or numbers.

        Raises InputError where the columns do not fit together, a stimulus stands twice, an activation is not
        a finite number, or an inclusion probability is not above 0 and at most 1.
        """
        strata: Sequence[Hashable] = stratum if stratum is not None else [0] * len(stimulus)
        chances = [1.0] * len(stimulus) if inclusion_probability is None else inclusion_probability
        _same_length(stimulus=stimulus, activation=activation, stratum=strata, inclusion_probability=chances)
        if not stimulus:
            raise InputError("The table of stimuli is empty.")
        twice = [name for name, times in Counter(stimulus).items() if times > 1]
        if twice:
            raise InputError(f"Stimuli that stand twice in the table of stimuli: {some(twice)}.")
        _check_numbers(
            "activation", stimulus, activation, "a finite number below 1e100", lambda value: abs(value) < 1e100
        )
        _check_numbers(
            "inclusion_probability", stimulus, chances, "above 0 and at most 1", lambda chance: 1e-12 < chance <= 1
        )
        order = sorted(range(len(stimulus)), key=lambda row: stimulus[row])
        values = np.array([activation[row] for row in order], dtype=np.float64)
        given = inclusion_probability is not None
        return cls(
            tuple(stimulus[row] for row in order),
            values,
            _numbered_by_mean([strata[row] for row in order], values),
            np.array([chances[row] for row in order], dtype=np.float64) if given else None,
        )


def some(names: Iterable[object], limit: int = 5) -> str:
    """The first few names as a list for a message."""
    listed = [str(name) for name in names]
    more = f" and {len(listed) - limit} more" if len(listed) > limit else ""
    return ", ".join(listed[:limit]) + more


def _checked_categories(categories: Sequence[str], scale: str) -> tuple[str, ...]:
    if scale in LATER_SCALES:
        raise InputError(f"The scale “{scale}” cannot be analysed yet: use nominal or ordinal.")
    if scale not in SCALES:
        raise InputError(f"Unknown scale “{scale}”: the scales are nominal and ordinal.")
    if len(categories) < 2 or len(set(categories)) < len(categories) or not all(categories):
        raise InputError("A study needs at least two categories, each with its own name.")
    return tuple(categories)


def _same_length(**columns: Sequence[object] | Floats) -> None:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InputError(f"The columns must be equally long; they have these numbers of rows: {listed}.")


def _check_words(column: str, values: Iterable[str], allowed: Sequence[str]) -> None:
    unknown = sorted(set(values) - set(allowed))
    if unknown:
        raise InputError(f"Unknown {column}: {some(unknown)}. Known are: {', '.join(allowed)}.")


def _check_numbers(
    column: str, stimulus: Sequence[str], values: Iterable[float], wanted: str, good: Callable[[float], bool]
) -> None:
    bad = [name for name, value in zip(stimulus, values, strict=True) if not good(value)]
    if bad:
        raise InputError(f"The {column} must be {wanted}; it is not for {some(bad)}.")


def _check_no_duplicates(keys: Iterable[tuple[str, str, int, str]]) -> None:
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        told = (f"rater {r} on stimulus {s} (occasion {o}, {c})" for r, s, o, c in twice)
        raise InputError(f"More than one judgement by {some(told)}.")


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _no_answer_warning(missing: int, total: int) -> tuple[str, ...]:
    if not missing:
        return ()
    return (f"{missing} of {total} judgements give no label (“can't tell”, say): left out of every figure.",)


def _numbered_by_mean(strata: Sequence[Hashable], activation: Floats) -> Ints:
    """Neighbours in number are neighbours in activation, whatever the strata are called."""
    groups: dict[Hashable, list[int]] = {}
    for row, name in enumerate(strata):
        groups.setdefault(name, []).append(row)
    ordered = sorted(groups.values(), key=lambda rows: (float(activation[rows].mean()), rows))
    number = np.empty(len(strata), dtype=np.int64)
    for place, rows in enumerate(ordered):
        number[rows] = place
    return number
