"""The unit with people: what they say of what it fires on, and how well its activation tells what they will say.

The stimulus is the sampling unit; what people say of it is the share of its raters who gave each label.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.design import kish_effective_n
from analysis.figures import Figure
from analysis.influence import fisher_interval, logit_interval, t_interval
from analysis.intervals import Interval, Resampling, degrees_of_freedom, standard_error, wilson
from analysis.judgements import Floats
from analysis.refitting import Refitting
from analysis.sample import CONSTANT, NO_VARIATION, Sample
from analysis.unit_statistics import RANKINGS, Key, UnitStatistics

ENOUGH_PER_STRATUM = 40
"""With fewer stimuli in a stratum than this, the interval of an AUROC is too narrow."""
NO_CATEGORIES = "needs a declared list of categories"

_FORMS = {
    "mean_activation": t_interval,
    **dict.fromkeys(("threshold_kappa", "spearman", "kendall_tau_b"), fisher_interval),
}
"""On which scale an interval is symmetric; all else is a share, and has the logit's."""


def detection(sample: Sample, activation: Floats, resampling: Resampling, seed: int) -> list[Figure]:
    """Each figure of the unit with people, resampling the stimuli within their strata.

    Args:
        sample: what people said.
        activation: (n,) the unit's, on the sample's stimuli.
        resampling: the draws.
        seed: draws the folds in which thresholds are fitted.

    On a scale of numbers without declared categories there are rank correlations only. An interval is the estimate
    ± t standard errors of the replicates on the logit scale (Fisher's z for correlations and kappas, none for mean
    activations), with the degrees of freedom that `intervals.degrees_of_freedom` finds.
    """
    unit = UnitStatistics.of(sample, activation, seed)
    values = resampling.point(unit.values)
    errors = standard_errors(unit, sample, resampling, resampling.stimuli(unit.values))
    df = degrees_of_freedom(sample.weight[:, None] * unit.influence(sample.weight), sample.stratum)
    basis, reasons = sample.basis(), Reasons(sample, activation)
    figures = []
    if not sample.categories:
        figures.append(basis.figure("eta_squared", 0.0, reason=NO_CATEGORIES))
    for column, (name, label) in enumerate(unit.keys):
        value, reason = float(values[column]), reasons((name, label))
        interval = None
        if not reason and np.isfinite(value):
            form = _FORMS.get(name.removesuffix("_at_least"), logit_interval)
            interval = form(value, float(errors[column]), float(df[column]))
            interval = interval or _at_the_edge(name, value, sample, activation)
        figures.append(basis.figure(name, value, interval, label=label, reason=reason))
    return figures


def standard_errors(unit: UnitStatistics, sample: Sample, resampling: Resampling, replicates: Floats) -> Floats:
    """Of each figure, from its replicates (b, len(unit.keys)).

    The threshold of a threshold kappa was fitted, too. The spread with the threshold as it is leaves that out; that
    with a threshold fitted again in each replicate makes too much of it, as a replicate holds two thirds of the
    stimuli, some of them several times. In simulations the truth lies in the middle, and so does what is told: the
    root of the mean of the two variances.
    """
    errors = np.array([standard_error(column) for column in replicates.T])
    if not sample.categories:
        return errors
    n, n_events = unit.event.shape
    columns = np.repeat(unit.kappa_influence(sample.weight)[:, None], 2, axis=1)
    refitting = Refitting(unit.activation, unit.fold, np.ones(n), unit.event)
    refitted = refitting.errors_of_kappas(resampling, np.ones(n), unit.event, columns, np.ones((2, n_events)))[1]
    by_key = np.concatenate(unit.by_name([np.zeros((1, n_events))] * 2 + [refitted[None]]), axis=1)[0]
    first = unit.keys.index((RANKINGS[0], sample.categories[0]))
    for column, again in enumerate(by_key.tolist(), first):
        if unit.keys[column][0].startswith("threshold_kappa"):
            errors[column] = np.sqrt((errors[column] ** 2 + again**2) / 2)
    return errors


def _at_the_edge(name: str, value: float, sample: Sample, activation: Floats) -> Interval | None:
    """Wilson's interval on the effective n behind a share of 0 or 1, where no replicate differs."""
    behind = {
        "probability_of_label": sample.weight,
        "share_of_expected_activation": sample.weight * np.maximum(activation, 0),
    }.get(name)
    return None if behind is None or min(value, 1 - value) > 1e-12 else wilson(round(value), kish_effective_n(behind))


class Reasons:
    """Why a figure has no value, or "" where it has one."""

    def __init__(self, sample: Sample, activation: Floats) -> None:
        shares = {"": sample.shares, "_at_least": sample.at_least}
        self._never = {key: _named(sample, np.asarray(~values.any(axis=0))) for key, values in shares.items()}
        self._always = {key: _named(sample, np.asarray((values == 1).all(axis=0))) for key, values in shares.items()}
        self._one_label = any(self._always[""].values())
        self._dark = not (activation > 0).any()
        self._constant = not np.ptp(activation)
        self._level = sample.graded and not np.ptp(sample.mean_score)

    def __call__(self, key: Key) -> str:
        """For the figure of this name and label."""
        name, label = key
        if label is None:
            return self._of_the_whole(name)
        if name == "share_of_expected_activation":
            return "no activation above zero" if self._dark else ""
        suffix = "_at_least" if name.endswith("_at_least") else ""
        ranked = name.removesuffix("_at_least") in RANKINGS
        if self._never[suffix][label] and (ranked or name == "mean_activation"):
            return "never used"
        if ranked and self._always[suffix][label]:
            return "always used"
        return CONSTANT if ranked and self._constant else ""

    def _of_the_whole(self, name: str) -> str:
        if name == "eta_squared":
            return CONSTANT if self._constant else NO_VARIATION if self._one_label else ""
        return CONSTANT if self._constant or self._level else ""


def _named(sample: Sample, holds: NDArray[np.bool_]) -> dict[str | None, bool]:
    return dict(zip(sample.categories, holds.tolist(), strict=True))
