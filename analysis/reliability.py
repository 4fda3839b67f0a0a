"""People with people: how far raters give the same stimulus the same label.

Every coefficient is a function of one tally of pairs of raters, so that the sample, its bootstrap replicates, and the
sample without one rater all take the same path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.crossed import crossed_half_width, rater_variance
from analysis.design import kish_effective_n
from analysis.distances import MOST_RATIOS
from analysis.figures import Figure
from analysis.intervals import Interval, Resampling, percentile_interval, proportion_interval
from analysis.judgements import Floats
from analysis.pairs import Pairs, Tally
from analysis.sample import NO_VARIATION, RATERS_LIKE_THESE, THESE_RATERS, Sample
from analysis.weighted import chance_corrected, ratio

FEWEST_STIMULI = 10
"""Below this many stimuli with two raters, a coefficient says more about chance than about people."""
NEEDS_CATEGORIES = "needs a declared list of categories"
_NEAREST = 0.02
"""Without some rater the others may agree fully: then a coefficient is taken to be this share as far from 1."""


def percent_agreement(t: Tally) -> Floats:
    """(b,): how often two raters of one stimulus give it the same label."""
    return t.agreement[:, 0]


def krippendorff_nominal(t: Tally) -> Floats:
    """Alpha (b,) with every two different labels equally far apart (Krippendorff 2011)."""
    values = t.values.sum(axis=1)
    return _alpha(t, values * (values - t.same.sum(axis=1)), values**2 - (t.values**2).sum(axis=1))


def krippendorff(t: Tally) -> Floats:
    """Alpha (b,) at the study's scale, ordinal, interval or ratio (Krippendorff 2011).

    Exact in the sample itself; under other weights the distances it expects, and mid-ranks, follow to first order.
    """
    return _alpha(t, t.observed, t.expected)


def _alpha(t: Tally, observed: Floats, expected: Floats) -> Floats:
    return np.asarray(1 - (1 - 1 / t.n_values) * ratio(observed, np.where(expected > 0, expected, 0.0)))


def fleiss_kappa(t: Tally, place: int = 0) -> Floats:
    """Kappa (b,): chance agreement is sum w_kl pi_k pi_l (Fleiss 1971; with gaps and weights as in Gwet 2014).

    `place`: which of the tally's agreement weights; here as in the others.
    """
    chance = ((t.prevalence @ t.weights[place]) * t.prevalence).sum(axis=1)
    return chance_corrected(t.agreement[:, place], chance)


def gwet(t: Tally, place: int = 0) -> Floats:
    """AC1, or AC2 with weights (b,): chance agreement is T_w / (q (q - 1)) sum pi_k (1 - pi_k) (Gwet 2008, 2014).

    T_w is the sum of the weights, and q the number of declared labels.
    """
    weights = t.weights[place]
    q = len(weights)
    spread = (t.prevalence * (1 - t.prevalence)).sum(axis=1)
    return chance_corrected(t.agreement[:, place], float(weights.sum()) / (q * (q - 1)) * spread)


def brennan_prediger(t: Tally, place: int = 0) -> Floats:
    """Kappa (b,) with chance agreement T_w / q^2, over all q declared labels (Brennan and Prediger 1981; Gwet 2014)."""
    return chance_corrected(t.agreement[:, place], np.full(len(t.agreement), float(t.weights[place].mean())))


def conger_kappa(t: Tally) -> Floats:
    """Kappa (b,): chance agreement is that of two different raters with their own marginals (Conger 1980)."""
    return chance_corrected(t.agreement[:, 0], t.conger_chance)


def specific_agreement(t: Tally) -> Floats:
    """(b, K): of the labels k that one rater gave, the share that another gave too (Cicchetti and Feinstein 1990)."""
    return ratio(t.same, t.values)


def agreement(sample: Sample, resampling: Resampling) -> list[Figure]:
    """Every coefficient with both its intervals: for these raters, and for raters like these.

    Two raters cannot speak for others, so they get the first only. Where too little was judged twice, each
    figure holds the reason.
    """
    rows = sample.n_labels >= 2
    basis, withheld = sample.basis(rows), too_little(sample)
    pairs = Pairs(sample)
    columns = _columns(pairs)
    known = [] if withheld else [c for c in columns if not c.reason]
    values = _Values.of(pairs, known, resampling) if known else None
    made = []
    for column in columns:
        if values is None or column.reason:
            reason = withheld or column.reason
            made.append(basis.figure(column.name, 0.0, label=column.label, reason=reason))
            continue
        place = known.index(column)
        effective = kish_effective_n(sample.weight[rows])
        for speaks_for, interval in values.intervals(place, column.proportion, effective).items():
            value = float(values.point[place])
            made.append(basis.figure(column.name, value, interval, label=column.label, speaks_for=speaks_for))
    return made


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    statistic: Callable[[Tally], Floats]
    label: str | None = None
    proportion: bool = False
    reason: str = ""
    """Why the figure is undefined whatever its formula gives, or ""."""


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """P figures, their replicates over stimuli (b, P), and how far other raters would move them."""

    point: Floats
    replicates: Floats
    half_width: Floats | None
    """(P,): of log(1 - figure), for raters like these; None where there are too few raters to speak for others."""

    @classmethod
    def of(cls, pairs: Pairs, columns: list[_Column], resampling: Resampling) -> _Values:
        def figures(totals: Floats) -> Floats:
            t = pairs.tally(totals)
            return np.stack([c.statistic(t) for c in columns], axis=1)

        drawn = figures(resampling.totals(pairs.columns))
        point, replicates = drawn[0], drawn[1:]
        room = np.maximum(1 - point, 1e-12)
        # what is left to full agreement has a skewed distribution over raters: its logarithm is nearer to normal
        raters = rater_variance(pairs, lambda t: np.log(np.maximum(1 - figures(t), _NEAREST * room)))
        half = None if raters is None else crossed_half_width(_variances(replicates) / room**2, raters)
        return cls(point, replicates, half)

    def intervals(self, place: int, proportion: bool, effective_n: float) -> dict[str, Interval | None]:
        value, replicates = float(self.point[place]), self.replicates[:, place]
        by_stimuli = percentile_interval(np.minimum(replicates, 1.0))  # to first order they may step over
        these = proportion_interval(value, replicates, effective_n) if proportion else by_stimuli
        if self.half_width is None:
            return {THESE_RATERS: these}
        half = float(self.half_width[place])
        if by_stimuli is None or not np.isfinite(half):
            return {THESE_RATERS: these, RATERS_LIKE_THESE: None}
        low, high = (float(1 - (1 - value) * np.exp(side * min(half, 100.0))) for side in (1, -1))
        low = max(low, 0.0 if proportion else -1.0)
        if these is not None:  # which is on another scale: the wider claim never has the nearer end
            low, high = min(low, these[0]), max(high, these[1])
        return {THESE_RATERS: these, RATERS_LIKE_THESE: (low, high)}


def _variances(replicates: Floats) -> Floats:
    """(P,): over the replicates (b, P) that are defined; NaN where fewer than two are."""
    good = np.isfinite(replicates)
    n = np.maximum(good.sum(axis=0), 1)
    filled = np.where(good, replicates, 0.0)
    squares = np.where(good, replicates - filled.sum(axis=0) / n, 0.0) ** 2
    return np.where(n > 1, squares.sum(axis=0) / np.maximum(n - 1, 1), np.nan)


def _columns(pairs: Pairs) -> list[_Column]:
    sample = pairs.sample
    few = NEEDS_CATEGORIES if len(sample.categories) < 2 else ""
    flat = NO_VARIATION if np.ptp(sample.value) == 0 else ""
    alpha, too_many = krippendorff_nominal, few
    if sample.graded:
        alpha = krippendorff
        too_many = "" if pairs.distances else f"more than {MOST_RATIOS} different numbers to compare on a ratio scale"

    def weighted(place: int) -> Callable[[Tally], Floats]:
        return lambda t: gwet(t, place)

    def specific(k: int) -> Callable[[Tally], Floats]:
        return lambda t: specific_agreement(t)[:, k]

    used = sample.counts.sum(axis=0) > 0
    names = ("gwet_ac2_linear", "gwet_ac2_quadratic") if sample.graded else ()
    return [
        _Column("percent_agreement", percent_agreement, proportion=True, reason=few),
        _Column("krippendorff_alpha", alpha, reason=too_many or flat),
        _Column("krippendorff_alpha_nominal", krippendorff_nominal, reason=few or flat),
        _Column("gwet_ac1", gwet, reason=few or flat),
        *(_Column(name, weighted(place), reason=few or flat) for place, name in enumerate(names, start=1)),
        _Column("fleiss_kappa", fleiss_kappa, reason=few or flat),
        _Column("conger_kappa", conger_kappa, reason=few or flat),
        _Column("brennan_prediger", brennan_prediger, reason=few or flat),
        *(
            _Column("specific_agreement", specific(k), label, True, "" if used[k] else "never used")
            for k, label in enumerate(sample.categories)
        ),
    ]


def too_little(sample: Sample) -> str:
    """Why nothing can be said of how raters agree, or ""."""
    n_pairable = int((sample.n_labels >= 2).sum())
    if len(sample.raters) < 2:
        return "needs at least 2 raters"
    if n_pairable == 0:
        return "no stimulus has two raters"
    if n_pairable < FEWEST_STIMULI:
        return f"only {n_pairable} stimuli have two raters, {FEWEST_STIMULI} are needed"
    return ""
