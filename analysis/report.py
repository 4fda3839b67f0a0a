"""Every figure of a study as one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from analysis.ceiling import ceiling
from analysis.curves import curves
from analysis.design import kish_effective_n
from analysis.detection import ENOUGH_PER_STRATUM, detection
from analysis.figures import CurvePoint, Figure, Report
from analysis.intervals import LEVEL, Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.reliability import agreement
from analysis.sample import POPULATION, Sample, join

N_REPLICATES = 2000


def analyse(
    judgements: Judgements,
    stimuli: Stimuli | None,
    *,
    seed: int,
    study: Mapping[str, object] | None = None,
    n_replicates: int = N_REPLICATES,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """People with people, the ceiling, and, where there are `stimuli`, the unit with people.

    The same tables and seed give the same report, to the last digit, on one machine. `study` is handed through
    into the report's facts, beside the analysis's own, which it may say more fully (categories with definitions).
    `progress` hears how many steps of how many are done. Raises InputError where judged stimuli are missing from
    `stimuli`.
    """
    sample = join(judgements, stimuli)
    resampling = Resampling.of(sample.weight, sample.stratum, len(sample.raters), n_replicates, seed)
    activation = sample.activation
    figures: list[Figure] = []
    points: dict[str, tuple[CurvePoint, ...]] = {}
    steps: list[Callable[[], None]] = [
        lambda: figures.extend(agreement(sample, resampling)),
        lambda: figures.extend(ceiling(sample, resampling, seed)),
    ]
    if activation is not None:
        steps.insert(1, lambda: figures.extend(detection(sample, activation, resampling)))
        steps.append(lambda: points.update(curves(sample, activation, resampling)))
    for done, step in enumerate(steps):
        if progress:
            progress(done, len(steps))
        step()
    if progress:
        progress(len(steps), len(steps))
    return Report(
        tuple(figures),
        points,
        {**_facts(judgements, sample, seed, n_replicates), **(study or {})},
        judgements.warnings + sample.warnings + tuple(_warnings(sample, figures)),
    )


def _facts(judgements: Judgements, sample: Sample, seed: int, n_replicates: int) -> dict[str, object]:
    return {
        "scale": judgements.scale,
        "categories": list(judgements.categories),
        "raters": list(judgements.raters),
        "target": sample.target,
        "seed": seed,
        "n_replicates": n_replicates,
        "level": LEVEL,
        "n_stimuli": len(sample.labels),
        "n_raters": len(sample.raters),
        "n_judgements": int(sample.answered.sum()),
        "n_no_answer": judgements.n_no_answer,
        "n_strata": int(sample.stratum.max()) + 1,
        "kish_effective_n": kish_effective_n(sample.weight),
    }


def _warnings(sample: Sample, figures: list[Figure]) -> list[str]:
    told = []
    if len(sample.raters) == 2:
        told.append("Two raters cannot speak for other raters: there is no interval for raters like these.")
    smallest = _smallest_drawn_stratum(sample)
    if sample.activation is not None and smallest < ENOUGH_PER_STRATUM:
        told.append(
            f"The smallest stratum has {smallest} stimuli; with fewer than {ENOUGH_PER_STRATUM}, "
            "the intervals of AUROC figures may be too narrow."
        )
    bare = dict.fromkeys(_told(figure) for figure in figures if figure.value is not None and figure.low is None)
    if bare:
        told.append(
            "No interval, because over half of the bootstrap replicates are undefined or all are the same: "
            f"{'; '.join(bare)}."
        )
    return told


def _smallest_drawn_stratum(sample: Sample) -> int:
    """Its number of stimuli; a stratum that was taken whole leaves nothing to chance, and does not count."""
    whole = (sample.weight == 1) & (sample.target == POPULATION)
    sizes = np.bincount(sample.stratum[~whole])
    return int(sizes[sizes > 0].min()) if len(sizes) else ENOUGH_PER_STRATUM


def _told(figure: Figure) -> str:
    about = [part for part in (figure.label, figure.rater, figure.speaks_for) if part]
    return f"{figure.name} ({', '.join(about)})" if about else figure.name
