"""Several units before the same jury: which of them tells better what people say.

People judged the same stimuli for all units, so what makes an image hard or a rater strict is common to them: the
difference of two figures is known better than either of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.detection import Reasons, standard_errors
from analysis.influence import t_interval
from analysis.intervals import Resampling, degrees_of_freedom, standard_error
from analysis.judgements import Floats
from analysis.sample import Sample
from analysis.unit_statistics import Key, UnitStatistics

COMPARED = ("auroc", "average_precision", "spearman", "share_of_expected_activation", "threshold_kappa")
"""These figures, and those of them that are there for "at least"."""
MOST_FOR_ALL_PAIRS = 4
"""Up to so many units each is compared with each; of more, the first with each."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of two units, and by how much that of `unit` is above that of `other`."""

    name: str
    label: str | None
    unit: str
    other: str
    value: float
    other_value: float
    difference: float
    low: float | None
    """The interval of the difference, 95 %, stimuli resampled for both units at once. It speaks for these raters."""
    high: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Figures of units side by side."""

    rows: tuple[Difference, ...]
    """Pair by pair; only of figures that both units have."""
    target: str
    """What the estimates are about, as in a figure."""


def compare(sample: Sample, activations: Mapping[str, Floats], resampling: Resampling, seed: int) -> Comparison:
    """The units' COMPARED figures, those for "at least" too: the first unit with each other, or all pairs of a few.

    Args:
        sample: what people said.
        activations: for each unit's name (n,) its activations on the sample's stimuli.
        resampling: the draws, the same for all units.
        seed: draws the folds in which thresholds are fitted, the same for all units.

    A difference has the interval ± t standard errors of its replicates (paired bootstrap: Efron and Tibshirani 1993,
    chapter 16), with degrees of freedom as in `intervals.degrees_of_freedom`. That a threshold had to be fitted
    adds to the variance as much as it adds to those of the two units. The strata follow one unit's activation; the
    estimates for the others are as unbiased, but may be less precise.
    """
    units = {name: UnitStatistics.of(sample, values, seed) for name, values in activations.items()}
    replicates = resampling.stimuli(lambda weight: np.stack([unit.values(weight) for unit in units.values()], axis=1))
    measured = {
        name: _Measured.of(unit, sample, resampling, replicates[:, place], Reasons(sample, activations[name]))
        for place, (name, unit) in enumerate(units.items())
    }
    names = list(units)
    few = len(names) <= MOST_FOR_ALL_PAIRS
    pairs = combinations(names, 2) if few else ((names[0], other) for other in names[1:])
    rows = (row for one, other in pairs for row in _differences(one, measured[one], other, measured[other], sample))
    return Comparison(tuple(rows), sample.target)


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """One unit's figures; m of them are compared."""

    keys: tuple[Key, ...]
    values: Floats
    """(m,): NaN where a figure has no value."""
    replicates: Floats
    """(b, m)"""
    deviation: Floats
    """(n, m): weight times influence."""
    fitting: Floats
    """(m,): what having to fit thresholds adds to the variances."""

    @classmethod
    def of(
        cls, unit: UnitStatistics, sample: Sample, resampling: Resampling, replicates: Floats, reasons: Reasons
    ) -> _Measured:
        kept = [at for at, (name, _) in enumerate(unit.keys) if name.removesuffix("_at_least") in COMPARED]
        keys = tuple(unit.keys[at] for at in kept)
        values = resampling.point(unit.values)[kept]
        told = np.array([not reasons(key) for key in keys], dtype=np.bool_)
        errors = standard_errors(unit, sample, resampling, replicates)[kept]
        alone = np.array([standard_error(column) for column in replicates[:, kept].T])
        return cls(
            keys,
            np.where(told, values, np.nan),
            replicates[:, kept],
            sample.weight[:, None] * unit.influence(sample.weight)[:, kept],
            np.nan_to_num(np.maximum(errors**2 - alone**2, 0.0)),
        )


def _differences(unit: str, one: _Measured, other_unit: str, other: _Measured, sample: Sample) -> Iterator[Difference]:
    between = one.values - other.values
    df = degrees_of_freedom(one.deviation - other.deviation, sample.stratum)
    for at, (name, label) in enumerate(one.keys):
        if np.isfinite(between[at]):
            alone = standard_error(one.replicates[:, at] - other.replicates[:, at])
            error = float(np.sqrt(alone**2 + one.fitting[at] + other.fitting[at]))
            low, high = t_interval(float(between[at]), error, float(df[at])) or (None, None)
            values = float(one.values[at]), float(other.values[at]), float(between[at])
            yield Difference(name, label, unit, other_unit, *values, low, high)
