"""The trials of the two-alternative task as they come in: checked at the door, frozen after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.checks import LARGEST, check_same_length, coded, some
from analysis.design import design_weights
from analysis.judgements import BLIND, Floats, InputError, Ints
from analysis.sample import POPULATION, THESE_STIMULI, Basis, join_lonely

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """Who found the stronger image of which pair: J answered trials, each rater's first with the pair.

    Rows are sorted by pair, rater and condition, and names by themselves, so that the order of the rows in a table
    changes no result.
    """

    pairs: tuple[str, ...]
    raters: tuple[str, ...]
    conditions: tuple[str, ...]
    pair: Ints
    """(J,): its place in `pairs`."""
    rater: Ints
    """(J,): its place in `raters`."""
    condition: Ints
    """(J,): its place in `conditions`."""
    correct: Floats
    """(J,): 1 where the image with the higher activation was chosen, else 0."""
    confidence: Ints
    """(J,): how sure the rater was; -1 where that is not known."""
    gap: Floats
    """(n,): the activation of the stronger image of each pair minus that of the weaker."""
    weight: Floats
    """(n,): design weights of the pairs; 1 where the inclusion probabilities are unknown."""
    stratum: Ints
    """(n,): the strata that pairs were drawn in, upward in gap, each with at least two pairs (unless n is 1)."""
    target: str

    @classmethod
    def from_columns(
        cls,
        pair: Sequence[str],
        rater: Sequence[str],
        correct: Sequence[bool | int] | NDArray[np.bool_],
        gap: Sequence[float] | Floats,
        *,
        condition: Sequence[str | None] | None = None,
        confidence: Sequence[int | None] | None = None,
        stratum: Sequence[Hashable] | None = None,
        inclusion_probability: Sequence[float] | Floats | None = None,
    ) -> Trials:
        """One answered trial per row, of each rater's first occasion with the pair.

        An absent condition is blind. `gap`, `stratum` and `inclusion_probability` are those of the row's pair.

        Raises InputError where the columns do not fit together, there is no trial, an answer is neither right nor
        wrong, a gap is not a positive number, a pair has two gaps, strata or inclusion probabilities, an inclusion
        probability is not above 0 and at most 1, or a rater judged a pair twice in the same condition.
        """
        n_rows = len(pair)
        said = [BLIND] * n_rows if condition is None else [name or BLIND for name in condition]
        sure = [None] * n_rows if confidence is None else list(confidence)
        strata = [0] * n_rows if stratum is None else list(stratum)
        chances = [1.0] * n_rows if inclusion_probability is None else inclusion_probability
        columns: dict[str, Sequence[object] | Floats] = {
            "pair": pair,
            "rater": rater,
            "gap": gap,
            "condition": said,
            "confidence": sure,
            "stratum": strata,
        }
        check_same_length(**columns, correct=list(correct), inclusion_probability=chances)
        if not n_rows:
            raise InputError("There is no trial: nothing to analyse.")
        pairs, of_pair = _coded(pair)
        raters, of_rater = _coded(rater)
        conditions, of_condition = _coded(said)
        _check(pair, correct, "answer must be right (1) or wrong (0)", lambda value: value in (0, 1))
        _check(
            pair, sure, "confidence must be a whole number", lambda one: one is None or (one >= 0 and one == int(one))
        )
        _check(pair, gap, "gap must be a positive number", lambda value: 0 < value < LARGEST)
        _check(pair, chances, "inclusion_probability must be above 0 and at most 1", lambda value: 1e-12 < value <= 1)
        _check_once((pairs, of_pair), (raters, of_rater), of_condition)
        gaps = np.array(_of_pair("gap", pairs, of_pair, gap), dtype=np.float64)
        chance = np.array(_of_pair("inclusion probability", pairs, of_pair, chances), dtype=np.float64)
        order = np.lexsort((of_condition, of_rater, of_pair))
        known = inclusion_probability is not None
        return cls(
            pairs,
            raters,
            conditions,
            of_pair[order],
            of_rater[order],
            of_condition[order],
            np.asarray(correct, dtype=np.float64)[order],
            np.array([-1 if one is None else int(one) for one in sure], dtype=np.int64)[order],
            gaps,
            design_weights(chance) if known else np.ones(len(pairs)),
            join_lonely(_upward(_of_pair("stratum", pairs, of_pair, strata), gaps))[0],
            POPULATION if known else THESE_STIMULI,
        )

    @property
    def trial_weight(self) -> Floats:
        """(J,): the design weight of each trial's pair."""
        return np.asarray(self.weight[self.pair])

    @property
    def basis(self) -> Basis:
        """What a figure over all of these trials rests on."""
        return Basis(self.target, len(self.pairs), len(self.raters), len(self.pair))

    def only(self, rows: NDArray[np.bool_]) -> Trials:
        """The trials (J,) that are chosen, with the pairs and raters that occur in them."""
        used, pair = np.unique(self.pair[rows], return_inverse=True)
        heard, rater = np.unique(self.rater[rows], return_inverse=True)
        return replace(
            self,
            pairs=tuple(self.pairs[place] for place in used.tolist()),
            raters=tuple(self.raters[place] for place in heard.tolist()),
            pair=pair.astype(np.int64),
            rater=rater.astype(np.int64),
            condition=self.condition[rows],
            correct=self.correct[rows],
            confidence=self.confidence[rows],
            gap=self.gap[used],
            weight=self.weight[used],
            stratum=join_lonely(self.stratum[used])[0],
        )

    def of_condition(self, name: str) -> Trials:
        """The trials of one condition; none where it does not occur."""
        place = self.conditions.index(name) if name in self.conditions else -1
        return self.only(self.condition == place)


def _coded(names: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """The different names in order, and the place of each row's."""
    known = tuple(sorted(set(names)))
    return known, coded(names, known)


def _check(pair: Sequence[str], values: Iterable[T], wanted: str, good: Callable[[T], bool]) -> None:
    bad = dict.fromkeys(name for name, value in zip(pair, values, strict=True) if not good(value))
    if bad:
        raise InputError(f"The {wanted}; it is not for {some(bad)}.")


def _is_level(confidence: int | None) -> bool:
    return confidence is None or (confidence >= 0 and confidence == int(confidence))


def _check_once(pair: tuple[Sequence[str], Ints], rater: tuple[Sequence[str], Ints], condition: Ints) -> None:
    keys = (pair[1] * len(rater[0]) + rater[1]) * (int(condition.max()) + 1) + condition
    _, first, times = np.unique(keys, return_index=True, return_counts=True)
    twice = first[times > 1]
    if len(twice):
        told = (f"rater {rater[0][rater[1][row]]} on pair {pair[0][pair[1][row]]}" for row in twice.tolist())
        raise InputError(f"More than one first trial by {some(told)}.")


def _of_pair(what: str, pairs: Sequence[str], of_pair: Ints, values: Iterable[T]) -> list[T]:
    """The one value that all rows of each pair have."""
    found = dict.fromkeys(zip(of_pair.tolist(), values, strict=True))
    times = Counter(place for place, _ in found)
    torn = [pairs[place] for place, count in sorted(times.items()) if count > 1]
    if torn:
        raise InputError(f"A pair has one {what}; these have several: {some(torn)}.")
    return [value for _, value in sorted(found, key=lambda entry: entry[0])]


def _upward(strata: Sequence[Hashable], gap: Floats) -> Ints:
    """Strata numbered upward by their mean gap, whatever they are called."""
    rows: dict[Hashable, list[int]] = {}
    for row, name in enumerate(strata):
        rows.setdefault(name, []).append(row)
    number = np.empty(len(strata), dtype=np.int64)
    for place, members in enumerate(sorted(rows.values(), key=lambda of: (float(gap[of].mean()), of))):
        number[members] = place
    return number
