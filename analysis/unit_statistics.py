"""Every figure of one unit as a function of the weights of the stimuli: prepared once, asked for all replicates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis import influence
from analysis.concordance import kendall_tau_b
from analysis.judgements import Floats, Ints
from analysis.sample import Sample
from analysis.thresholds import cross_fitted, soft_kappa, stratified_folds
from analysis.weighted import Linearised, Ranking, aurocs, average_precision, rank_correlation, ratio

Key = tuple[str, str | None]
"""A figure's name and label."""
RANKINGS = "auroc", "average_precision", "threshold_kappa"


@dataclass(frozen=True, slots=True, eq=False)
class UnitStatistics:
    """One unit on a sample's stimuli.

    L events are looked for: the K labels and, on ordinal scales, each category or any above it, except the lowest
    (which is everything) and the highest (which is that label).
    """

    keys: tuple[Key, ...]
    """What the columns of `values` are."""
    activation: Floats
    """(n,), moved and scaled to lie within -1 and 1, so that squares neither overflow nor are lost to rounding."""
    centre: float
    scale: float
    positive: Floats
    """(n,): the activation above 0, in the same scale."""
    share: Floats
    """(n, K)"""
    event: Floats
    """(n, L)"""
    fold: Ints
    """(n,)"""
    fires: Floats
    """(n, L): 1 where the unit says yes to the event, by a threshold fitted to other stimuli."""
    precision: tuple[Linearised, ...]
    """(L,): average precision."""
    rank: Ranking
    """Of the activation."""
    score: Floats | None
    """(n,): the mean rating; None on a nominal scale."""
    score_rank: Ranking | None
    tau: Linearised
    """Kendall's tau-b with the mean rating."""
    columns: Floats
    """(n, F): what is totalled."""

    @classmethod
    def of(cls, sample: Sample, activation: Floats, seed: int) -> UnitStatistics:
        """The unit with this activation (n,) on the sample's stimuli; the seed draws the folds of its thresholds."""
        weight, share = sample.weight, sample.shares
        event = np.concatenate([share, sample.at_least[:, 1:-1]], axis=1) if sample.ordinal else share
        fold = stratified_folds(sample.stratum, np.random.default_rng(seed))
        fires = np.zeros(event.shape)
        for k, column in enumerate(event.T):
            fires[:, k] = cross_fitted(activation, column, weight, fold)
        centre = float(activation.min() / 2 + activation.max() / 2)
        scale = float(np.abs(activation - centre).max()) or 1.0
        score = sample.mean_score if sample.graded else None
        made = cls(
            keys=_keys(sample),
            activation=(activation - centre) / scale,
            centre=centre,
            scale=scale,
            positive=np.maximum(activation, 0) / scale,
            share=share,
            event=event,
            fold=fold,
            fires=fires,
            precision=tuple(average_precision(activation, column, weight) for column in event.T),
            rank=Ranking.of(activation),
            score=score,
            score_rank=None if score is None else Ranking.of(score),
            tau=kendall_tau_b(activation, activation if score is None else score, weight),
            columns=np.empty((0, 0)),
        )
        return replace(made, columns=made._columns())

    def values(self, weight: Floats) -> Floats:
        """(b, len(keys)): the figures under weights (b, n); NaN where undefined.

        Average precision and Kendall's tau by their influence functions, all else exactly.
        """
        ranks = self.rank.midranks(weight)
        totals, parts = weight @ self.columns, []
        if self.share.shape[1]:
            parts += [*self._means(totals), *self._rankings(weight, ranks, totals)]
        if self.score_rank:
            parts.append(rank_correlation(ranks, self.score_rank.midranks(weight), weight)[:, None])
            parts.append(np.clip(self.tau.value + totals[:, -1:], -1.0, 1.0))
        return np.concatenate(parts, axis=1)

    def influence(self, weight: Floats) -> Floats:
        """(n, len(keys)): by how much each figure grows with the weight of each stimulus, at the weights (n,)."""
        parts = []
        if self.share.shape[1]:
            parts += [*self._mean_influence(weight), *self._ranking_influence(weight)]
        if self.score is not None:
            one = np.zeros(len(weight), dtype=np.int64)
            parts.append(influence.spearman(self.activation, self.score, weight, one, 1).influence[:, None])
            parts.append(self.tau.influence[:, None])
        return np.concatenate(parts, axis=1)

    def _columns(self) -> Floats:
        a, positive = self.activation[:, None], self.positive[:, None]
        return np.concatenate(
            [
                *(np.ones_like(a), a, a * a, positive),
                *(self.share, positive * self.share, a * self.share),
                *(self.fires * self.event, self.fires, self.event),
                *(one.influence[:, None] for one in self.precision),
                self.tau.influence[:, None],
            ],
            axis=1,
        )

    def _means(self, totals: Floats) -> list[Floats]:
        """Shares, means and eta squared, from weighted totals."""
        total, first, second, lit = (totals[:, [k]] for k in range(4))
        given, lit_given, moved = np.split(totals[:, 4 : 4 + 3 * self.share.shape[1]], 3, axis=1)
        mean, overall = ratio(moved, given), first / total
        between = (given / total * np.where(given > 0, mean - overall, 0.0) ** 2).sum(axis=1, keepdims=True)
        whole = second / total - overall**2
        return [
            np.clip(ratio(given, total), 0.0, 1.0),
            np.clip(ratio(lit_given, lit), 0.0, 1.0),
            self.centre + self.scale * mean,
            np.clip(ratio(between, np.where(whole > 1e-12, whole, 0.0)), 0.0, 1.0),
        ]

    def _rankings(self, weight: Floats, ranks: Floats, totals: Floats) -> list[Floats]:
        """AUROC, average precision and threshold kappa of the labels, then the same for "at least"."""
        at, n_events = 4 + 3 * self.share.shape[1], self.event.shape[1]
        both, fires, given = np.split(totals[:, at : at + 3 * n_events] / totals[:, :1], 3, axis=1)
        moved = totals[:, at + 3 * n_events : at + 4 * n_events]
        precisions = np.clip(np.array([one.value for one in self.precision]) + moved, 0.0, 1.0)
        return self.by_name([aurocs(self.event, weight, ranks), precisions, soft_kappa(both, fires, given)])

    def by_name(self, rankings: list[Floats]) -> list[Floats]:
        """Columns of L events as those of labels, then those of "at least"."""
        k = self.share.shape[1]
        ordinal = any(name.endswith("_at_least") for name, _ in self.keys)
        higher = [*range(k, self.event.shape[1]), k - 1] if ordinal else []
        return [values[:, :k] for values in rankings] + [values[:, higher] for values in rankings]

    def _mean_influence(self, weight: Floats) -> list[Floats]:
        a, positive, total = self.activation[:, None], self.positive[:, None], weight.sum()
        given, lit = weight @ self.share, weight @ positive
        mean, overall = ratio(weight @ (a * self.share), given), weight @ a / total
        p, lit_share = given / total, ratio(weight @ (positive * self.share), lit)
        away = np.where(given > 0, mean - overall, 0.0)
        far = a - overall
        whole = weight @ far**2
        between = (self.share * away * (2 * far - away)).sum(axis=1, keepdims=True)
        eta_squared = ratio(given @ away**2, whole)
        return [
            (self.share - p) / total,
            ratio(positive * (self.share - lit_share), lit),
            self.scale * ratio(self.share * (a - np.where(given > 0, mean, 0.0)), given),
            ratio(between - eta_squared * far**2, whole),
        ]

    def _ranking_influence(self, weight: Floats) -> list[Floats]:
        total, given = weight.sum(), weight @ self.event
        rest = total - given
        up, down = (weight[:, None] * part for part in (self.event, 1 - self.event))
        below, above = self.rank.midranks(down.T).T, given - self.rank.midranks(up.T).T
        area = ratio((up * below).sum(axis=0), given * rest)
        gain = ratio(self.event * below + (1 - self.event) * above, given * rest)
        areas = gain - area * (ratio(self.event, given) + ratio(1 - self.event, rest))
        precisions = np.column_stack([one.influence for one in self.precision])
        return self.by_name([areas, precisions, self.kappa_influence(weight)])

    def kappa_influence(self, weight: Floats) -> Floats:
        """(n, L): that of the threshold kappas, the thresholds as they are."""
        total = weight.sum()
        both, fires, p = (weight @ column / total for column in (self.fires * self.event, self.fires, self.event))
        off_fires, off_p = self.fires - fires, self.event - p
        by_product = off_fires * p + off_p * fires
        agreed = 2 * (self.fires * self.event - both - by_product)
        apart = off_fires + off_p - 2 * by_product
        return ratio(agreed - soft_kappa(both, fires, p) * apart, total * (fires + p - 2 * fires * p))


def _keys(sample: Sample) -> tuple[Key, ...]:
    labels = sample.categories
    means = "probability_of_label", "share_of_expected_activation", "mean_activation"
    keys: list[Key] = [(name, label) for name in means for label in labels]
    if labels:
        keys.append(("eta_squared", None))
        keys += [(name, label) for name in RANKINGS for label in labels]
    if sample.ordinal:
        keys += [(f"{name}_at_least", label) for name in RANKINGS for label in labels[1:]]
    if sample.graded:
        keys += [("spearman", None), ("kendall_tau_b", None)]
    return tuple(keys)
