"""People with people: how far raters give the same stimulus the same label.

Every coefficient is a function of one tally of pairs, so that the sample, its bootstrap replicates over stimuli,
and those over stimuli and raters all take the same path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.design import kish_effective_n
from analysis.figures import Figure
from analysis.intervals import Interval, Resampling, percentile_interval, proportion_interval
from analysis.judgements import Floats
from analysis.sample import NO_VARIATION, RATERS_LIKE_THESE, THESE_RATERS, Sample
from analysis.weighted import chance_corrected, ratio

FEWEST_STIMULI = 10
"""Below this many stimuli with two raters, a coefficient says more about chance than about people."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What b weightings of n stimuli and R raters say, over K categories."""

    agreement: Floats
    """(b,): the weighted mean share of agreeing pairs of raters, over stimuli with two raters."""
    coincidence: Floats
    """(b, K, K): Krippendorff's coincidences, rescaled so that their total is the number of pairable values."""
    prevalence: Floats
    """(b, K): the weighted mean share of each label, over all stimuli with a label."""


def tally(one_hot: Floats, weight: Floats, raters: Floats) -> Tally:
    """Pairs of raters within stimuli, for labels (n, R, K), weights (b, n) and rater multiplicities (b or 1, R).

    A rater drawn c times gives c equal labels, but no pair with itself: of m^2 pairs, m = sum c, those m^2 -
    sum c^2 between different raters count. With every c = 1 these are the m (m - 1) pairs of the textbooks.
    Without that, with 3 raters, alpha comes out almost 0.2 too high.
    """
    n, q = (np.tensordot(c, one_hot, axes=(1, 1)) for c in (raters, raters**2))  # (b, stimuli, K)
    m = n.sum(axis=2)
    pairs = m**2 - q.sum(axis=2)
    pairable = pairs > 0
    agreeing, per_pair = (
        np.divide(above, pairs, out=np.zeros_like(pairs), where=pairable)
        for above in ((n**2).sum(axis=2) - q.sum(axis=2), m)
    )
    scale = weight * per_pair
    coincidence = np.swapaxes(n * scale[..., None], 1, 2) @ n
    coincidence -= np.eye(n.shape[2]) * (scale[:, None, :] @ q)
    total = ratio((m * pairable).sum(axis=1), coincidence.sum(axis=(1, 2)))
    share = np.divide(n, m[..., None], out=np.zeros_like(n), where=m[..., None] > 0)
    return Tally(
        ratio((weight * agreeing).sum(axis=1), (weight * pairable).sum(axis=1)),
        coincidence * total[:, None, None],
        ratio((weight[:, None, :] @ share)[:, 0], (weight * (m > 0)).sum(axis=1)[:, None]),
    )


def krippendorff_nominal(t: Tally) -> Floats:
    """Alpha (b,) with every two different labels equally far apart (Krippendorff 2011)."""
    return _alpha(t.coincidence, 1 - np.eye(t.coincidence.shape[1])[None])


def krippendorff_ordinal(t: Tally) -> Floats:
    """Alpha (b,) with labels as far apart as the values between them are many (Krippendorff 2011).

    The squared difference of two labels is that of their mid-ranks among all pairable values.
    """
    values = t.coincidence.sum(axis=2)
    midrank = np.cumsum(values, axis=1) - values / 2
    return _alpha(t.coincidence, (midrank[:, :, None] - midrank[:, None, :]) ** 2)


def _alpha(coincidence: Floats, distance: Floats) -> Floats:
    values = coincidence.sum(axis=2)
    observed = (coincidence * distance).sum(axis=(1, 2))
    expected = (values[:, :, None] * values[:, None, :] * distance).sum(axis=(1, 2))
    return np.asarray(1 - (values.sum(axis=1) - 1) * ratio(observed, expected))


def gwet_ac1(t: Tally) -> Floats:
    """AC1 (b,): chance agreement is sum pi_k (1 - pi_k) / (q - 1), over all q declared labels (Gwet 2008)."""
    q = t.prevalence.shape[1]
    return chance_corrected(t.agreement, (t.prevalence * (1 - t.prevalence)).sum(axis=1) / (q - 1))


def fleiss_kappa(t: Tally) -> Floats:
    """Kappa (b,): chance agreement is sum pi_k^2 (Fleiss 1971; with gaps as in Gwet 2014)."""
    return chance_corrected(t.agreement, (t.prevalence**2).sum(axis=1))


def brennan_prediger(t: Tally) -> Floats:
    """Kappa (b,) with chance agreement 1 / q, over all q declared labels (Brennan and Prediger 1981)."""
    return chance_corrected(t.agreement, np.full(len(t.agreement), 1 / t.prevalence.shape[1]))


def specific_agreement(t: Tally) -> Floats:
    """(b, K): of the labels k that one rater gave, the share that another gave too (Cicchetti and Feinstein 1990)."""
    return ratio(np.diagonal(t.coincidence, axis1=1, axis2=2), t.coincidence.sum(axis=2))


def agreement(sample: Sample, resampling: Resampling) -> list[Figure]:
    """Every coefficient with both its intervals: for these raters, and for raters like these.

    Two raters cannot speak for others, so they get the first only. Where too little was judged twice, each
    figure holds the reason.
    """
    columns = _columns(sample)
    rows = sample.answered.sum(axis=1) >= 2
    basis, reason = sample.basis(rows), _reason(sample, int(rows.sum()))
    if reason:
        return [basis.figure(c.name, 0.0, label=c.label, reason=reason) for c in columns]

    one_hot, alone = sample.one_hot, np.ones((1, len(sample.raters)))

    def statistic(weight: Floats, raters: Floats) -> Floats:
        t = tally(one_hot, weight, raters)
        return np.stack([c.statistic(t) for c in columns], axis=1)

    cells = one_hot.shape[2]
    point = resampling.point(lambda weight: statistic(weight, alone))
    draws = {THESE_RATERS: resampling.stimuli(lambda weight: statistic(weight, alone), cells)}
    if len(sample.raters) > 2:
        draws[RATERS_LIKE_THESE] = resampling.both(statistic, cells)
    effective = kish_effective_n(sample.weight[rows])
    return [
        basis.figure(
            column.name,
            value,
            column.interval(value, replicates[:, place], effective if speaks_for == THESE_RATERS else 0.0),
            label=column.label,
            speaks_for=speaks_for,
            reason=column.reason(sample),
        )
        for place, (column, value) in enumerate(zip(columns, point.tolist(), strict=True))
        for speaks_for, replicates in draws.items()
    ]


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    statistic: Callable[[Tally], Floats]
    label: str | None = None
    proportion: bool = False

    def interval(self, value: float, replicates: Floats, effective_n: float) -> Interval | None:
        """At 100 %, only stimuli speak through `effective_n`: nothing then says how other raters would differ."""
        if self.proportion:
            return proportion_interval(value, replicates, effective_n)
        return percentile_interval(replicates)

    def reason(self, sample: Sample) -> str:
        """Why the figure is undefined whatever its formula gives, or ""."""
        used = (sample.labels[:, :, None] == np.arange(len(sample.categories))).any(axis=(0, 1))
        if self.label is not None:
            return "" if used[sample.categories.index(self.label)] else "never used"
        return NO_VARIATION if used.sum() < 2 and not self.proportion else ""


def _columns(sample: Sample) -> list[_Column]:
    def specific(k: int) -> Callable[[Tally], Floats]:
        return lambda t: specific_agreement(t)[:, k]

    return [
        _Column("percent_agreement", lambda t: t.agreement, proportion=True),
        _Column("krippendorff_alpha", krippendorff_ordinal if sample.ordinal else krippendorff_nominal),
        _Column("krippendorff_alpha_nominal", krippendorff_nominal),
        _Column("gwet_ac1", gwet_ac1),
        _Column("fleiss_kappa", fleiss_kappa),
        _Column("brennan_prediger", brennan_prediger),
        *(
            _Column("specific_agreement", specific(k), label=label, proportion=True)
            for k, label in enumerate(sample.categories)
        ),
    ]


def _reason(sample: Sample, n_pairable: int) -> str:
    if len(sample.raters) < 2:
        return "needs at least 2 raters"
    if n_pairable == 0:
        return "no stimulus has two raters"
    if n_pairable < FEWEST_STIMULI:
        return f"withheld: only {n_pairable} stimuli have two raters, {FEWEST_STIMULI} are needed"
    return ""
