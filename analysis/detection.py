"""The unit with people: what they say of what it fires on, and how well its activation tells what they will say.

The stimulus is the sampling unit; what people say of it is the share of its raters who gave each label.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.design import kish_effective_n
from analysis.figures import Figure
from analysis.intervals import Resampling, percentile_interval, proportion_interval
from analysis.judgements import Floats
from analysis.sample import Basis, Sample
from analysis.weighted import auroc, mean, ratio, spearman

ENOUGH_PER_STRATUM = 40
"""With fewer stimuli in a stratum than this, the interval of an AUROC is too narrow."""


def label_auroc(activation: Floats, share: Floats, weight: Floats) -> Floats:
    """(b,): the chance that the unit fires more on an image given the label than on one not given it.

    Weights d_i p_i d_j (1 - p_j) over pairs of stimuli, for shares (n,) and weights (b, n).
    """
    return auroc(activation, weight * share, weight * (1 - share))


def expected_activation_share(activation: Floats, share: Floats, weight: Floats) -> Floats:
    """(b,): the label's share of all positive activation, sum d a+ p / sum d a+ (Cammarata et al. 2020)."""
    return mean(share, weight * np.maximum(activation, 0))


def mean_activation(activation: Floats, share: Floats, weight: Floats) -> Floats:
    """(b,): the mean activation of images given the label, each counted by the share who gave it."""
    return ratio(weight @ (activation * share), weight @ share)


def detection(sample: Sample, activation: Floats, resampling: Resampling) -> list[Figure]:
    """Each figure of the unit with people, resampling the stimuli within their strata.

    `activation` (n,) is the sample's own, which a sample of people alone does not have.
    """
    shares, basis = sample.shares, sample.basis()
    bench = _Bench(activation, sample.weight, resampling, basis)
    figures = []
    for k, label in enumerate(sample.categories):
        figures += bench.label_figures(label, shares[:, k])
    if sample.ordinal:
        higher = sample.at_least
        figures += [
            bench.auroc("auroc_at_least", label, higher[:, k]) for k, label in enumerate(sample.categories) if k > 0
        ]
        figures.append(bench.spearman(sample.mean_score))
    return figures


@dataclass(frozen=True, slots=True, eq=False)
class _Bench:
    """What every figure of the unit is made from."""

    activation: Floats
    weight: Floats
    resampling: Resampling
    basis: Basis

    def label_figures(self, label: str, share: Floats) -> list[Figure]:
        a = self.activation
        never = "" if share.any() else "never used"
        dark = "" if (a > 0).any() else "no activation above zero"
        mean_of_label = self._draw(lambda weight: mean_activation(a, share, weight))
        return [
            self._proportion("probability_of_label", label, lambda weight: mean(share, weight), self.weight),
            self.auroc("auroc", label, share),
            self._proportion(
                "share_of_expected_activation",
                label,
                lambda weight: expected_activation_share(a, share, weight),
                self.weight * np.maximum(a, 0),
                dark,
            ),
            self.basis.figure(
                "mean_activation",
                mean_of_label[0],
                percentile_interval(mean_of_label[1]),
                label=label,
                reason=never,
            ),
        ]

    def auroc(self, name: str, label: str, share: Floats) -> Figure:
        reason = "never used" if not share.any() else "always used" if (share == 1).all() else ""
        nothing = np.zeros_like(self.weight)
        return self._proportion(
            name, label, lambda weight: label_auroc(self.activation, share, weight), nothing, reason
        )

    def spearman(self, score: Floats) -> Figure:
        constant = not (np.ptp(self.activation) and np.ptp(score))
        value, replicates = self._draw(lambda weight: spearman(self.activation, score, weight))
        return self.basis.figure(
            "spearman", value, percentile_interval(replicates), reason="constant" if constant else ""
        )

    def _proportion(
        self,
        name: str,
        label: str,
        statistic: Callable[[Floats], Floats],
        behind: Floats,
        reason: str = "",
    ) -> Figure:
        """`behind` (n,) is the weight with which each stimulus counts: what a value of 0 or 1 can rest on."""
        value, replicates = self._draw(statistic)
        value = float(np.clip(value, 0, 1))  # rounding may step outside
        interval = proportion_interval(value, replicates, kish_effective_n(behind))
        return self.basis.figure(name, value, interval, label=label, reason=reason)

    def _draw(self, statistic: Callable[[Floats], Floats]) -> tuple[float, Floats]:
        return float(self.resampling.point(statistic)), self.resampling.stimuli(statistic)
