"""The unit with people along the activation: curves over bins of it, and the smooth ones of `analysis.smooth`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.design import Distribution, equal_width, kish_effective_n
from analysis.figures import CurvePoint
from analysis.influence import logit_interval, sums, t_interval
from analysis.intervals import Interval, Resampling, degrees_of_freedom, standard_error, wilson
from analysis.judgements import NUMBERS, Floats, Ints, Judgements, Stimuli
from analysis.sample import Sample, join_rows
from analysis.smooth import smooth_curves
from analysis.weighted import ratio

N_BINS = 10
"""Where the strata are not bands of activation."""
Curves = dict[str, tuple[CurvePoint, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Bands of activation with at least one stimulus each."""

    edges: Floats
    """(h + 1,)"""
    member: Ints
    """(n,): the bin of each stimulus."""

    def holding(self, activation: Floats) -> Bins:
        """The same bands with other stimuli, of these activations (m,), in them; then some may have none."""
        return Bins(self.edges, np.searchsorted(self.edges[1:-1], activation, side="right").astype(np.int64))

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
    low, high = np.full(h, np.inf), np.full(h, -np.inf)
    np.minimum.at(low, stratum, activation)
    np.maximum.at(high, stratum, activation)
    if h < 2 or (low[1:] <= high[:-1]).any():
        bands = equal_width(Distribution.of(activation), N_BINS)
        return Bins(bands.edges, bands.member(activation))
    return Bins(np.array([low[0], *((low[1:] + high[:-1]) / 2), high[-1]]), stratum)


def curves(sample: Sample, activation: Floats, resampling: Resampling) -> Curves:
    """Every curve of the unit with people by name: points by label, then upward in activation.

    `label_given_activation`, `label_and_activation` (joint density), `activation_given_label` (density),
    `activation_given_label_cumulative` (distribution function at the bins' upper edges) and `label_contribution` over
    bins; the three of `analysis.smooth.smooth_curves`;
    and on scales of numbers `mean_given_activation`, with the label "mean". Without categories there is only that.

    `activation` (n,) is the unit's, on the sample's stimuli. The intervals resample stimuli within their strata; that
    of `label_given_activation` is Wilson's on the effective number of trials.
    """
    maker = _Maker(sample, activation, activation_bins(activation, sample.stratum))
    made: Curves = {}
    if sample.categories:
        totals = resampling.totals(maker.cells(sample.shares))
        given = maker.label_given_activation()
        made["label_given_activation"] = maker.points(sample.categories, given)
        made["label_and_activation"] = maker.points(sample.categories, maker.label_and_activation(totals, given))
        made |= {name: maker.points(sample.categories, rows) for name, rows in maker.spread_of_labels(totals).items()}
        made |= smooth_curves(sample, activation, resampling)
    if sample.scale in NUMBERS:
        totals = resampling.totals(maker.cells(sample.mean_score[:, None]))
        made["mean_given_activation"] = maker.points(("mean",), [maker.mean_given_activation(totals)])
    return made


def revealed_curve(judgements: Judgements, stimuli: Stimuli, sample: Sample) -> tuple[CurvePoint, ...]:
    """`label_given_activation_revealed`: the same shares in the same bins, of first looks with the activation shown.

    Of all stimuli of the table that were judged so, whether also blind or not; a bin without one has no point. Nothing
    where nothing was revealed, without categories and without activations.
    """
    place = stimuli.place
    known = np.array([name in place for name in judgements.stimuli])
    rows = judgements.first_revealed & known[judgements.stimulus]
    if not rows.any() or not sample.categories or sample.activation is None:
        return ()
    shown = join_rows(judgements, rows, stimuli)
    activation = stimuli.activation[[place[name] for name in shown.stimuli]]
    maker = _Maker(shown, activation, activation_bins(sample.activation, sample.stratum).holding(activation))
    return maker.points(sample.categories, maker.label_given_activation())


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


_Row = list[tuple[float, Interval | None]]
"""The value, maybe NaN, and the interval in each bin."""


@dataclass(frozen=True, slots=True, eq=False)
class _Maker:
    """What every curve over the bins is made from."""

    sample: Sample
    activation: Floats
    bins: Bins

    @property
    def _h(self) -> int:
        return len(self.bins.edges) - 1

    def cells(self, values: Floats) -> sparse.csr_array:
        """(n, 3 h L) sparse: values (n, L), then values times positive activation, then ones, each in its bin."""
        n, width = values.shape
        columns = self.bins.member[:, None] * width + np.arange(width)
        columns = np.concatenate([columns + part * self._h * width for part in range(3)], axis=1)
        positive = np.maximum(self.activation, 0)[:, None]
        data = np.concatenate([values, values * positive, np.ones_like(values)], axis=1)
        starts = np.arange(0, data.size + 1, 3 * width)
        return sparse.csr_array((data.ravel(), columns.ravel(), starts), shape=(n, 3 * self._h * width))

    def label_given_activation(self) -> list[_Row]:
        """The weighted share of each label in each bin, with Wilson's interval on the effective number of trials."""
        rows: list[_Row] = [[] for _ in self.sample.categories]
        for band in range(self._h):
            inside = self.bins.member == band
            weight, shares = self.sample.weight[inside], self.sample.shares[inside]
            if not len(weight):
                for row in rows:
                    row.append((np.nan, None))
                continue
            n = int(self.sample.n_labels[inside].sum())
            for row, share in zip(rows, shares.T, strict=True):
                p = float(np.clip(np.average(share, weights=weight), 0, 1))
                row.append((p, wilson(p, effective_trials(share, weight, n))))
        return rows

    def spread_of_labels(self, totals: Floats) -> dict[str, list[_Row]]:
        """Density, distribution function and contribution of each label, from the totals of `cells` of the shares."""
        mass, lit, _ = totals.reshape(len(totals), 3, self._h, -1).transpose(1, 0, 3, 2)  # (1 + b, K, h) each
        one_hot, weight = self.bins.one_hot, self.sample.weight
        up_to = np.cumsum(one_hot[:, ::-1], axis=1)[:, ::-1]
        positive = np.maximum(self.activation, 0)
        width = np.diff(self.bins.edges)
        made: dict[str, list[_Row]] = {
            name: [] for name in ("activation_given_label", "activation_given_label_cumulative", "label_contribution")
        }
        for k, share in enumerate(self.sample.shares.T):
            given = mass[:, k].sum(axis=1, keepdims=True)
            parts = self._shares(ratio(mass[:, k], given), one_hot, weight * share)
            made["activation_given_label"].append(list(_divided(parts, width)))
            below = self._shares(ratio(np.cumsum(mass[:, k], axis=1), given), up_to, weight * share)
            made["activation_given_label_cumulative"].append(
                [*below[:-1], (below[-1][0], None)]
            )  # 1, whatever is drawn
            every = lit.sum(axis=(1, 2))[:, None]
            lit_share = self._shares(ratio(lit[:, k], every), one_hot * share[:, None], weight * positive)
            made["label_contribution"].append(lit_share)
        return made

    def label_and_activation(self, totals: Floats, given: Sequence[_Row]) -> list[_Row]:
        """The density of the activation times the share of each label, from the same totals.

        Where the bins are the strata, the share of the population in each is known, and the interval is that of the
        label's share in the bin, `given`, times it; so it is where no stimulus in the bin is given the label.
        """
        mass = totals.reshape(len(totals), 3, self._h, -1)[:, 0].transpose(2, 0, 1)  # (K, 1 + b, h)
        weight, one_hot = self.sample.weight, self.bins.one_hot
        known = np.array_equal(self.bins.member, self.sample.stratum)
        inside = (weight @ one_hot / weight.sum()).tolist()
        rows = []
        for values, share, shares_in_bins in zip(mass, self.sample.shares.T, given, strict=True):
            row = self._shares(ratio(values, mass.sum(axis=(0, 2))[:, None]), one_hot * share[:, None], weight)
            for j, (part, (p, around)) in enumerate(zip(inside, shares_in_bins, strict=True)):
                if around and (known or p < 1e-12):
                    row[j] = row[j][0], (part * around[0], part * around[1])
            rows.append(list(_divided(row, np.diff(self.bins.edges))))
        return rows

    def mean_given_activation(self, totals: Floats) -> _Row:
        """The weighted mean rating in each bin, from the totals of `cells` of it."""
        score, _, weight = np.split(totals, 3, axis=1)
        mean = ratio(score, weight)
        away = self.bins.one_hot * (self.sample.mean_score[:, None] - mean[0])
        df = degrees_of_freedom(self.sample.weight[:, None] * away, self.sample.stratum)
        return [
            (float(m), t_interval(float(m), standard_error(mean[1:, j]), float(df[j]))) for j, m in enumerate(mean[0])
        ]

    def _shares(self, values: Floats, part: Floats, behind: Floats) -> _Row:
        """Shares (1 + b, h) of weights `behind` (n,) that fall on parts (n, h) of each stimulus, with intervals."""
        values = np.clip(values, 0.0, 1.0)
        df = degrees_of_freedom(behind[:, None] * (part - values[0]), self.sample.stratum)
        effective_n = kish_effective_n(behind)
        row: _Row = []
        for j, value in enumerate(values[0].tolist()):
            interval = None
            if min(value, 1 - value) < 1e-12:
                interval = wilson(round(value), effective_n)
            elif np.isfinite(value):
                interval = logit_interval(value, standard_error(values[1:, j]), float(df[j]))
            row.append((value, interval))
        return row

    def points(self, labels: Sequence[str], rows: Sequence[_Row]) -> tuple[CurvePoint, ...]:
        """One point per label and bin with a stimulus; a value that is undefined is None, as in a figure."""
        member, weight = self.bins.member, self.sample.weight
        mean = ratio(sums(member, weight * self.activation, self._h), sums(member, weight, self._h))
        count, edges = np.bincount(member, minlength=self._h), self.bins.edges.tolist()
        points = []
        for label, row in zip(labels, rows, strict=True):
            for j, (value, interval) in enumerate(row):
                if not count[j]:
                    continue
                finite = bool(np.isfinite(value))
                low, high = (interval if finite else None) or (None, None)
                points.append(
                    CurvePoint(
                        label=label,
                        activation=float(mean[j]),
                        activation_low=edges[j],
                        activation_high=edges[j + 1],
                        value=value if finite else None,
                        low=low,
                        high=high,
                        n_stimuli=int(count[j]),
                    )
                )
        return tuple(points)


def _divided(row: _Row, by: Floats) -> Iterator[tuple[float, Interval | None]]:
    """Shares of bins as densities; NaN in a bin of no width."""
    for (value, interval), width in zip(row, by.tolist(), strict=True):
        if width > 0:
            yield value / width, interval and (interval[0] / width, interval[1] / width)
        else:
            yield np.nan, None
