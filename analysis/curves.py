"""The unit with people along the activation: three curves over the same bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.design import Distribution, equal_width, kish_effective_n
from analysis.figures import CurvePoint
from analysis.intervals import Interval, Resampling, percentile_interval, wilson
from analysis.judgements import Floats, Ints
from analysis.sample import Sample
from analysis.weighted import ratio

N_BINS = 10
"""Where the strata are not bands of activation."""


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Bands of activation with at least one stimulus each."""

    edges: Floats
    """(h + 1,)"""
    member: Ints
    """(n,): the bin of each stimulus."""

    @property
    def one_hot(self) -> Floats:
        """(n, h): 1 in the stimulus's bin."""
        return np.asarray(self.member[:, None] == np.arange(len(self.edges) - 1), dtype=np.float64)


def activation_bins(activation: Floats, stratum: Ints) -> Bins:
    """The sampling strata where they are bands of activation (n,), else about ten bins of equal width.

    The sample does not know where the design cut, so the edge between two strata lies halfway between the
    stimuli on its two sides.
    """
    h = int(stratum.max()) + 1
    low = np.array([activation[stratum == band].min() for band in range(h)])
    high = np.array([activation[stratum == band].max() for band in range(h)])
    if h < 2 or (low[1:] <= high[:-1]).any():
        bands = equal_width(Distribution.of(activation), N_BINS)
        return Bins(bands.edges, bands.member(activation))
    return Bins(np.array([low[0], *((low[1:] + high[:-1]) / 2), high[-1]]), stratum)


def curves(sample: Sample, activation: Floats, resampling: Resampling) -> dict[str, tuple[CurvePoint, ...]]:
    """`label_given_activation`, `activation_given_label` and `label_contribution`: labels, then bins upward.

    `activation` (n,) is the sample's own, which a sample of people alone does not have.
    """
    bins = activation_bins(activation, sample.stratum)
    shares, member = sample.shares, bins.one_hot
    n, h = member.shape
    cells = (member[:, :, None] * shares[:, None, :]).reshape(n, -1)  # (n, h K): label k in bin j
    width = np.diff(bins.edges)[:, None]
    positive = np.maximum(activation, 0)[:, None]

    def density(weight: Floats) -> Floats:
        mass = (weight @ cells).reshape(len(weight), h, -1)
        return ratio(mass, mass.sum(axis=1, keepdims=True) * width)

    def contribution(weight: Floats) -> Floats:
        part = (weight @ (cells * positive)).reshape(len(weight), h, -1)
        return ratio(part, (weight @ positive)[:, :, None])

    return {
        "label_given_activation": _points(sample, activation, bins, *_label_given_activation(sample, bins)),
        "activation_given_label": _points(
            sample, activation, bins, resampling.point(density), _percentiles(resampling.stimuli(density))
        ),
        "label_contribution": _points(
            sample, activation, bins, resampling.point(contribution), _percentiles(resampling.stimuli(contribution))
        ),
    }


def effective_trials(share: Floats, weight: Floats, n_judgements: int) -> float:
    """As many independent judgements would leave the weighted mean of `share` (n,) equally uncertain.

    p (1 - p) over the variance of the mean, that being the weighted variance of the stimuli's shares over
    Kish's effective n. Judgements of one stimulus resemble each other: counted as independent, they would give
    intervals that are too narrow. Never more than the judgements there are.
    """
    n = kish_effective_n(weight)
    p = float(np.average(share, weights=weight))
    if n <= 1 or not 0 < p < 1:
        return min(n, n_judgements)
    spread = float(np.average((share - p) ** 2, weights=weight)) / (n - 1)
    return min(p * (1 - p) / spread, n_judgements) if spread > 0 else float(n_judgements)


_Intervals = list[list[Interval | None]]


def _label_given_activation(sample: Sample, bins: Bins) -> tuple[Floats, _Intervals]:
    """P(label | activation) (h, K), with Wilson's interval on the effective number of trials."""
    shares, judged = sample.shares, sample.answered.sum(axis=1)
    values = np.empty((len(bins.edges) - 1, shares.shape[1]))
    intervals: _Intervals = []
    for band in range(len(values)):
        rows = bins.member == band
        weight, n = sample.weight[rows], int(judged[rows].sum())
        values[band] = np.clip(np.average(shares[rows], axis=0, weights=weight), 0, 1)
        intervals.append(
            [wilson(float(p), effective_trials(shares[rows, k], weight, n)) for k, p in enumerate(values[band])]
        )
    return values, intervals


def _percentiles(replicates: Floats) -> _Intervals:
    _, h, n_labels = replicates.shape
    return [[percentile_interval(replicates[:, j, k]) for k in range(n_labels)] for j in range(h)]


def _points(
    sample: Sample, activation: Floats, bins: Bins, values: Floats, intervals: _Intervals
) -> tuple[CurvePoint, ...]:
    """One point per label and bin; a value that is undefined is None, as in a figure."""
    points = []
    for k, label in enumerate(sample.categories):
        for j in range(len(bins.edges) - 1):
            rows = bins.member == j
            value = float(values[j, k]) if np.isfinite(values[j, k]) else None
            low, high = (intervals[j][k] if value is not None else None) or (None, None)
            points.append(
                CurvePoint(
                    label=label,
                    activation=float(np.average(activation[rows], weights=sample.weight[rows])),
                    activation_low=float(bins.edges[j]),
                    activation_high=float(bins.edges[j + 1]),
                    value=value,
                    low=low,
                    high=high,
                    n_stimuli=int(rows.sum()),
                )
            )
    return tuple(points)
