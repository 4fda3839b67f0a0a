"""Raters who look at images and answer, each with traits, a taste and noise of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.assumptions import Assumptions, Jury, StudyDesign
from analysis.judgements import Floats, Ints

_CELLS = 1_000_000
"""Random numbers that are drawn at once to give out raters."""


def jury_of(assumptions: Assumptions, n_raters: int, rng: np.random.Generator) -> Jury:
    """Raters drawn at random from those that the assumptions speak of."""
    strictness = assumptions.strictness * rng.normal(size=n_raters)
    base = np.zeros(1) if assumptions.has_slider else np.array(assumptions.thresholds)
    width = len(str(n_raters))
    return Jury(
        tuple(f"rater {place + 1:0{width}d}" for place in range(n_raters)),
        strictness[:, None] + base,
        *(
            np.full(n_raters, trait)
            for trait in (
                assumptions.idiosyncrasy,
                assumptions.noise,
                assumptions.lapse,
                assumptions.cannot_tell,
                assumptions.anchoring,
            )
        ),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """All that a jury was asked: one row per trial, repeats last."""

    item: Ints
    rater: Ints
    occasion: Ints
    revealed: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    """False: could not tell."""
    category: Ints
    """From the weakest; -1 for a slider."""
    value: Floats
    """The answer as a number."""


def ask(
    jury: Jury,
    assumptions: Assumptions,
    design: StudyDesign,
    strength: Floats,
    standing: Floats,
    rng: np.random.Generator,
) -> Said:
    """What the raters say of images of strengths (n,), whose activations stand at (n,) when they are revealed.

    A rater's taste in an image is drawn once, and its repeat shares it; noise, lapses and whether they can tell are
    drawn for every trial.
    """
    item, rater = _assignment(len(strength), len(jury.names), design.seen_by, rng)
    n = len(item)
    taste = jury.idiosyncrasy[rater] * rng.normal(size=n)
    revealed = rng.random(n) < design.revealed
    first = rng.normal(size=n), rng.random((3, n))
    # only now, so that repeats leave the first occasion as it would be without them
    again = np.flatnonzero(~revealed & (rng.random(n) < design.repeats))
    second = rng.normal(size=len(again)), rng.random((3, len(again)))
    noise = np.concatenate([first[0], second[0]])
    lapse, silence, chance = np.concatenate([first[1], second[1]], axis=1)
    trial = np.concatenate([np.arange(n), again])
    occasion = np.repeat([1, 2], [n, len(again)]).astype(np.int64)
    item, rater, taste, revealed = item[trial], rater[trial], taste[trial], revealed[trial]
    pull = np.where(revealed, jury.anchoring[rater], 0.0)
    seen = (1 - pull) * (strength[item] + taste) + pull * standing[item] + jury.noise[rater] * noise
    lapsed, answered = lapse < jury.lapse[rater], silence >= jury.cannot_tell[rater]
    above = seen[:, None] - jury.cuts[rater]
    if assumptions.has_slider:
        low, high = assumptions.slider
        value = np.clip(assumptions.slider_centre + assumptions.slider_step * above[:, 0], low, high)
        value = np.where(lapsed, low + (high - low) * chance, value)
        category = np.full(len(item), -1)
    else:
        at_random = (len(assumptions.categories) * chance).astype(np.int64)
        category = np.where(lapsed, at_random, (above >= 0).sum(axis=1)).astype(np.int64)
        value = np.array(assumptions.scores)[category]
    return Said(item, rater, occasion, revealed, answered, category, value)


def _assignment(n: int, n_raters: int, seen_by: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Which image (C,) which rater (C,) judges: `seen_by` different raters for each, drawn at random."""
    item = np.repeat(np.arange(n), seen_by)
    if seen_by == n_raters:
        return item, np.tile(np.arange(n_raters), n)
    step = max(1, _CELLS // n_raters)
    parts = [
        np.argpartition(rng.random((min(step, n - at), n_raters)), seen_by - 1, axis=1)[:, :seen_by]
        for at in range(0, n, step)
    ]
    return item, np.concatenate(parts).ravel().astype(np.int64)
