"""The two tables as one: the judged stimuli with their labels, activations and design weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.design import design_weights
from analysis.figures import Figure
from analysis.intervals import LEVEL, Interval
from analysis.judgements import Floats, InputError, Ints, Judgements, Stimuli, some

THESE_STIMULI, POPULATION = "these stimuli", "the population"
THESE_RATERS, RATERS_LIKE_THESE = "these raters", "raters like these"
NO_VARIATION = "undefined: no variation"
CONSTANT = "constant"
"""What stands where an activation is the same for all stimuli."""
_ROUNDING = 1e-12
_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a figure rests on; it makes figures that say so."""

    target: str
    n_stimuli: int
    n_raters: int
    n_judgements: int

    def figure(
        self,
        name: str,
        value: float,
        interval: Interval | None = None,
        *,
        label: str | None = None,
        rater: str | None = None,
        speaks_for: str = THESE_RATERS,
        reason: str = "",
    ) -> Figure:
        """The figure; where `reason` is given or the value is not a finite number, the reason in its place.

        An interval of replicates that lie beside the value reaches as far as the value.
        """
        undefined = reason or (None if math.isfinite(value) else NO_VARIATION)
        low, high = (min(interval[0], value), max(interval[1], value)) if interval and not undefined else (None, None)
        return Figure(
            name=name,
            value=None if undefined else float(value),
            low=low,
            high=high,
            level=LEVEL,
            label=label,
            rater=rater,
            speaks_for="" if undefined else speaks_for,
            target=self.target,
            n_stimuli=self.n_stimuli,
            n_raters=self.n_raters,
            n_judgements=self.n_judgements,
            undefined=undefined,
        )


@dataclass(frozen=True, eq=False)
class Sample:
    """The blind first judgements of n stimuli by R raters, J in all, with K declared categories.

    Held as a list, not as a table of stimuli and raters: where thousands of raters label a few images each, nearly
    all of the table would be gaps.
    """

    stimuli: tuple[str, ...]
    raters: tuple[str, ...]
    """Those who gave at least one label."""
    categories: tuple[str, ...]
    scale: str
    item: Ints
    """(J,): the place of the stimulus, ascending; within a stimulus, raters ascend."""
    rater: Ints
    """(J,): the place of the rater."""
    label: Ints
    """(J,): the index of the category; -1 where the scale is of numbers and none are declared (K is 0)."""
    value: Floats
    """(J,): the label as a number; on a nominal scale it means nothing."""
    activation: Floats | None
    """(n,), or None: then there are only people to analyse."""
    weight: Floats
    """(n,): design weights; 1 where the inclusion probabilities are unknown."""
    stratum: Ints
    """(n,): the sampling strata, upward in activation, each with at least two stimuli (unless n is 1)."""
    target: str
    others: Mapping[str, Floats] = field(default_factory=dict)
    """What other units did on the same stimuli, each (n,)."""
    warnings: tuple[str, ...] = ()
    seconds: Floats | None = None
    """(J,): what each answer took, NaN where that is not known; None where it is known of none."""
    place: Ints | None = None
    """(J,): the trial's place in the rater's order, 0 where that is not known; None where it is known of none."""

    @property
    def graded(self) -> bool:
        """Whether labels have an order, so that means and ranks say something."""
        return self.scale != "nominal"

    @property
    def ordinal(self) -> bool:
        """Whether labels are categories in order."""
        return self.scale == "ordinal"

    @cached_property
    def n_labels(self) -> Floats:
        """(n,): how many raters labeled each stimulus."""
        return np.bincount(self.item, minlength=len(self.stimuli)).astype(np.float64)

    @cached_property
    def counts(self) -> Floats:
        """(n, K): how many raters gave each label."""
        n, k = len(self.stimuli), len(self.categories)
        if not k:
            return np.zeros((n, 0))
        return np.bincount(self.item * k + self.label, minlength=n * k).reshape(n, k).astype(np.float64)

    @cached_property
    def shares(self) -> Floats:
        """(n, K): the share of the stimulus's raters who gave each label: the soft consensus."""
        return np.asarray(self.counts / self.n_labels[:, None])

    @cached_property
    def at_least(self) -> Floats:
        """(n, K): the share of the stimulus's raters who gave each category or any above it."""
        # counts first, so that everyone is exactly 1
        return np.asarray(np.cumsum(self.counts[:, ::-1], axis=1)[:, ::-1] / self.n_labels[:, None])

    @cached_property
    def centre(self) -> float:
        """The middle one of all labels as numbers: sums of what lies off it round little, wherever the scale lies."""
        return middle(self.value)

    @cached_property
    def off_centre(self) -> Floats:
        """(J,): the labels as numbers, less `centre`."""
        return np.asarray(self.value - self.centre)

    @cached_property
    def rounding(self) -> float:
        """How far apart two numbers computed from labels, means for example, may lie and be the same but for rounding.

        Twelve digits of the farthest label from the centre, and what a label itself is rounded to.
        """
        off, size = (float(np.abs(values).max(initial=0)) for values in (self.off_centre, self.value))
        return _ROUNDING * off + 2 * _EPSILON * size

    @cached_property
    def mean_score(self) -> Floats:
        """(n,): the mean of the labels as numbers; equal means are exactly equal, of decimals too."""
        total = np.bincount(self.item, self.off_centre, minlength=len(self.stimuli))
        return np.asarray(self.centre + tidy(total / self.n_labels, self.rounding))

    def table(self, values: Floats | None = None) -> sparse.csr_array:
        """(n, R) sparse: one number per judgement (J,), 1 where None. A stored 0 is a judgement, too."""
        data = np.ones(len(self.item)) if values is None else values
        return sparse.csr_array((data, (self.item, self.rater)), shape=(len(self.stimuli), len(self.raters)))

    def basis(self, rows: NDArray[np.bool_] | None = None) -> Basis:
        """What a figure over these stimuli (n,), all where None, rests on."""
        if rows is None:
            return Basis(self.target, len(self.stimuli), len(self.raters), len(self.item))
        kept = rows[self.item]
        return Basis(self.target, int(rows.sum()), len(np.unique(self.rater[kept])), int(kept.sum()))


def middle(values: Floats) -> float:
    """The one of the values (n,) in the middle of their order; of an even number, the upper of the two."""
    half = len(values) // 2
    return float(np.partition(values, half)[half])


def tidy(values: Floats, rounding: float) -> Floats:
    """(n,): the values (n,), those of neighbours that lie no farther apart than `rounding` made exactly the same.

    Ranks and comparisons are taken of it: 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 are no tie as they are. Unlike with
    rounding to so many digits, no two close values fall on either side of an edge.
    """
    at, place = np.unique(values, return_inverse=True)
    starts = np.flatnonzero(np.diff(at, prepend=-np.inf) > rounding)
    return np.asarray(np.repeat(at[starts], np.diff(starts, append=len(at)))[place])


def join(judgements: Judgements, stimuli: Stimuli | None) -> Sample:
    """The stimuli that were judged blind, each with its row of the table of stimuli where there is one.

    Raises InputError where such stimuli are missing from the table of stimuli.
    """
    return join_rows(judgements, judgements.first_blind, stimuli)


def join_rows(judgements: Judgements, first: NDArray[np.bool_], stimuli: Stimuli | None) -> Sample:
    """The same of other judgements (J,), no two of them of one rater and stimulus."""
    seconds, at = judgements.seconds[first], judgements.place[first]
    used, item = np.unique(judgements.stimulus[first], return_inverse=True)
    heard, rater = np.unique(judgements.rater[first], return_inverse=True)
    names = tuple(judgements.stimuli[place] for place in used.tolist())
    known = _known(names, stimuli)
    return Sample(
        stimuli=names,
        raters=tuple(judgements.raters[place] for place in heard.tolist()),
        categories=judgements.categories,
        scale=judgements.scale,
        item=item.astype(np.int64),
        rater=rater.astype(np.int64),
        label=judgements.label[first],
        value=judgements.value[first],
        activation=known.activation,
        weight=known.weight,
        stratum=known.stratum,
        target=known.target,
        others=known.others,
        warnings=known.warnings,
        seconds=seconds if np.isfinite(seconds).any() else None,
        place=at if at.any() else None,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the judged stimuli besides their labels."""

    activation: Floats | None
    weight: Floats
    stratum: Ints
    target: str
    others: Mapping[str, Floats] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def _known(names: tuple[str, ...], stimuli: Stimuli | None) -> _Known:
    n = len(names)
    if stimuli is None:
        return _Known(None, np.ones(n), np.zeros(n, dtype=np.int64), THESE_STIMULI)
    place = stimuli.place
    strangers = [name for name in names if name not in place]
    if strangers:
        raise InputError(f"Judged stimuli that are missing from the table of stimuli: {some(strangers)}.")
    rows = np.array([place[name] for name in names], dtype=np.int64)
    chance = stimuli.inclusion_probability
    stratum, warnings = join_lonely(stimuli.stratum[rows])
    if n < len(place):
        warnings.append(
            f"{len(place) - n} of {len(place)} stimuli have no blind first judgement: left out, "
            "as if it were chance which ones were judged."
        )
    if chance is None:
        warnings.append("No inclusion probabilities: every estimate is for these stimuli only.")
    return _Known(
        stimuli.activation[rows],
        np.ones(n) if chance is None else design_weights(chance[rows]),
        stratum,
        THESE_STIMULI if chance is None else POPULATION,
        {name: values[rows] for name, values in stimuli.others.items()},
        tuple(warnings),
    )


def join_lonely(stratum: Ints) -> tuple[Ints, list[str]]:
    """Strata renumbered from 0, those with one stimulus joined to a neighbour, and the warning of it.

    A stratum of one has no spread of its own to resample: without its neighbour the bootstrap would take its
    stimulus as certain.
    """
    names, sizes = np.unique(stratum, return_counts=True)
    groups: list[list[int]] = []
    size = 0
    for name, count in zip(names.tolist(), sizes.tolist(), strict=True):
        if size >= 2 or not groups:
            groups.append([])
            size = 0
        groups[-1].append(name)
        size += count
    if size < 2 and len(groups) > 1:
        groups[-2].extend(groups.pop())
    joined = {name: place for place, group in enumerate(groups) for name in group}
    lonely = int((sizes == 1).sum())
    strata = "1 stratum holds" if lonely == 1 else f"{lonely} strata hold"
    told = [f"{strata} one judged stimulus: joined to a neighbour."] if lonely and len(names) > 1 else []
    return np.array([joined[name] for name in stratum.tolist()], dtype=np.int64), told
