"""The two tables as one: the judged stimuli with their labels, activations and design weights."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import design_weights
from analysis.figures import Figure
from analysis.intervals import LEVEL, Interval
from analysis.judgements import NO_ANSWER, Floats, InputError, Ints, Judgements, Stimuli, some

THESE_STIMULI, POPULATION = "these stimuli", "the population"
THESE_RATERS, RATERS_LIKE_THESE = "these raters", "raters like these"
NO_VARIATION = "undefined: no variation"


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
        """The figure; where `reason` is given or the value is not a finite number, the reason in its place."""
        undefined = reason or (None if math.isfinite(value) else NO_VARIATION)
        low, high = interval if interval and not undefined else (None, None)
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


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """n judged stimuli, R raters who answered at least once, K categories."""

    labels: Ints
    """(n, R): the index of the category; -1 where the rater gave none."""
    raters: tuple[str, ...]
    categories: tuple[str, ...]
    ordinal: bool
    activation: Floats | None
    """(n,), or None: then there are only people to analyse."""
    weight: Floats
    """(n,): design weights; 1 where the inclusion probabilities are unknown."""
    stratum: Ints
    """(n,): the sampling strata, upward in activation, each with at least two stimuli (unless n is 1)."""
    target: str
    warnings: tuple[str, ...] = ()

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(n, R): where there is a label."""
        return np.asarray(self.labels != NO_ANSWER)

    @property
    def one_hot(self) -> Floats:
        """(n, R, K): 1 where the rater gave this label."""
        return np.asarray(self.labels[:, :, None] == np.arange(len(self.categories)), dtype=np.float64)

    @property
    def counts(self) -> Floats:
        """(n, K): how many raters gave each label."""
        return np.asarray(self.one_hot.sum(axis=1))

    @property
    def shares(self) -> Floats:
        """(n, K): the share of the stimulus's raters who gave each label: the soft consensus."""
        return np.asarray(self.counts / self.counts.sum(axis=1, keepdims=True))

    @property
    def at_least(self) -> Floats:
        """(n, K): the share of the stimulus's raters who gave each category or any above it."""
        counts = self.counts
        # counts first, so that everyone is exactly 1
        return np.asarray(np.cumsum(counts[:, ::-1], axis=1)[:, ::-1] / counts.sum(axis=1, keepdims=True))

    @property
    def mean_score(self) -> Floats:
        """(n,): the mean index of the category given: 0 where all gave the lowest; equal means are exactly equal."""
        scores = np.where(self.answered, self.labels, 0)
        return np.asarray(scores.sum(axis=1) / self.answered.sum(axis=1))

    def basis(self, rows: NDArray[np.bool_] | None = None) -> Basis:
        """What a figure over these stimuli (all, where None) rests on."""
        answered = self.answered if rows is None else self.answered[rows]
        return Basis(self.target, len(answered), int(answered.any(axis=0).sum()), int(answered.sum()))


def join(judgements: Judgements, stimuli: Stimuli | None) -> Sample:
    """The judged stimuli, each with its row of the table of stimuli where there is one.

    Raises InputError where judged stimuli are missing from the table of stimuli.
    """
    n = len(judgements.stimuli)
    ordinal = judgements.scale == "ordinal"
    if stimuli is None:
        weight, stratum = np.ones(n), np.zeros(n, dtype=np.int64)
        return Sample(
            judgements.labels, judgements.raters, judgements.categories, ordinal, None, weight, stratum, THESE_STIMULI
        )
    place = {name: row for row, name in enumerate(stimuli.stimuli)}
    strangers = [name for name in judgements.stimuli if name not in place]
    if strangers:
        raise InputError(f"Judged stimuli that are missing from the table of stimuli: {some(strangers)}.")
    rows = np.array([place[name] for name in judgements.stimuli], dtype=np.int64)
    chance = stimuli.inclusion_probability
    stratum, warnings = join_lonely(stimuli.stratum[rows])
    if len(rows) < len(place):
        warnings.append(
            f"{len(place) - len(rows)} of {len(place)} stimuli have no blind judgement: left out, "
            "as if it were chance which ones were judged."
        )
    if chance is None:
        warnings.append("No inclusion probabilities: every estimate is for these stimuli only.")
    return Sample(
        judgements.labels,
        judgements.raters,
        judgements.categories,
        ordinal,
        stimuli.activation[rows],
        np.ones(n) if chance is None else design_weights(chance[rows]),
        stratum,
        THESE_STIMULI if chance is None else POPULATION,
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
    told = [f"{lonely} strata hold one judged stimulus: joined to a neighbour."] if lonely and len(names) > 1 else []
    return np.array([joined[name] for name in stratum.tolist()], dtype=np.int64), told
