"""What every table is asked at the door, and how a fault in it is told."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST = 1e100
"""Activations from here on are slips, and their squares would overflow."""
LARGEST_LABEL = 1e50
"""The same for labels that are numbers, of whose squares squares are taken."""


class InputError(ValueError):
    """A table that cannot be analysed; the message is fit to show to the researcher who made it."""


def some(names: Iterable[object], limit: int = 5) -> str:
    """The first few names as a list for a message."""
    listed = [str(name) for name in names]
    more = f" and {len(listed) - limit} more" if len(listed) > limit else ""
    return ", ".join(listed[:limit]) + more


def number_of(text: str | float) -> float:
    """A label of an interval or ratio scale. Raises InputError where it is no finite number below LARGEST_LABEL."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not abs(value) < LARGEST_LABEL:  # which nan is not, either
        raise InputError(f"On an interval or ratio scale a label is a number; {str(text)!r} is none.")
    return value


def check_same_length(**columns: Sequence[object] | Floats) -> None:
    """Raises InputError where the columns differ in length."""
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InputError(f"The columns must be equally long; they have these numbers of rows: {listed}.")


def check_words(column: str, values: Iterable[str], allowed: Sequence[str]) -> None:
    """Raises InputError where a word is not among those allowed."""
    unknown = sorted(set(values) - set(allowed))
    if unknown:
        raise InputError(f"Unknown {column}: {some(unknown)}. Known are: {', '.join(allowed)}.")


def check_numbers(
    column: str, stimulus: Sequence[str], values: Iterable[float], wanted: str, good: Callable[[float], bool]
) -> None:
    """Raises InputError that names the stimuli whose number is not good."""
    bad = [name for name, value in zip(stimulus, values, strict=True) if not good(value)]
    if bad:
        raise InputError(f"The {column} must be {wanted}; it is not for {some(bad)}.")


def check_known(column: str, values: Iterable[float | None], wanted: str, good: Callable[[float], bool]) -> None:
    """Raises InputError that shows the numbers that are not good; None and NaN stand for what is not known."""
    bad = dict.fromkeys(value for value in values if value is not None and not math.isnan(value) and not good(value))
    if bad:
        raise InputError(f"The {column} must be {wanted}; {some(f'{value:g}' for value in bad)} is not.")


def coded(names: Sequence[str], known: Sequence[str]) -> Ints:
    """The place of each name among the known ones."""
    place = {name: at for at, name in enumerate(known)}
    return np.array([place[name] for name in names], dtype=np.int64)
