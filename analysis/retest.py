"""One rater with the same rater: how far the same stimulus gets the same label when it comes again.

Where repeats disagree, it is noise, neither the image nor taste: the ceiling of every agreement between people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.ceiling import shown_raters
from analysis.design import kish_effective_n
from analysis.figures import Figure
from analysis.influence import sums
from analysis.intervals import Resampling, percentile_interval, proportion_interval
from analysis.judgements import Floats, Ints, Judgements
from analysis.sample import NO_VARIATION, Basis, Sample
from analysis.weighted import chance_corrected, ratio

FEWEST_REPEATS = 10
"""Below this many, a share of them says nothing."""
NEEDS_CATEGORIES = "needs a declared list of categories"


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """P pairs of looks of one rater at one stimulus, both blind, the earlier one first."""

    row: Ints
    """(P,): the place in the sample of the rater's first judgement of the stimulus."""
    share: Floats
    """(P,): all pairs of one rater and stimulus share 1: with two looks there is one pair."""
    label: Ints
    """(P, 2): the index of the category, -1 where there are none."""
    value: Floats
    """(P, 2): the label as a number."""

    @property
    def n_repeated(self) -> int:
        """How many judgements were made again."""
        return len(np.unique(self.row))

    def reason(self) -> str:
        """Why nothing can be said of repeats, or ""."""
        if not len(self.row):
            return "needs repeats: no rater judged a stimulus twice"
        if self.n_repeated < FEWEST_REPEATS:
            return f"only {self.n_repeated} judgements were repeated, {FEWEST_REPEATS} are needed"
        return ""

    def half_squares(self, *, labels: int = 0) -> Floats:
        """(P, C): half the squared difference of the number, or of the indicator of each of `labels` categories."""
        if not labels:
            return np.asarray((self.value[:, :1] - self.value[:, 1:]) ** 2 / 2)
        kinds = np.arange(labels)
        return np.asarray(((self.label[:, :1] == kinds) != (self.label[:, 1:] == kinds)) / 2)


def looks(judgements: Judgements, sample: Sample) -> Looks:
    """All pairs of occasions on which a rater judged a stimulus of the sample blind, the first among them."""
    places = {name: place for place, name in enumerate(sample.stimuli)}
    raters = {name: place for place, name in enumerate(sample.raters)}
    to_item = np.array([places.get(name, -1) for name in judgements.stimuli])
    to_rater = np.array([raters.get(name, -1) for name in judgements.raters])
    item, rater = to_item[judgements.stimulus], to_rater[judgements.rater]
    cell = np.where((item >= 0) & (rater >= 0), item * len(sample.raters) + rater, -1)
    known = sample.item * len(sample.raters) + sample.rater
    row = np.searchsorted(known, cell).clip(0, len(known) - 1)
    good = np.flatnonzero((known[row] == cell) & (judgements.condition == 0))
    return _pairs(row[good], judgements.label[good], judgements.value[good])


def _pairs(row: Ints, label: Ints, value: Floats) -> Looks:
    """All pairs of looks with the same row, which lie side by side."""
    found: list[tuple[Ints, Ints]] = []
    for lag in range(1, int(np.bincount(row).max())):
        earlier = np.flatnonzero(row[lag:] == row[:-lag])
        found.append((earlier, earlier + lag))
    earlier, later = (np.concatenate(side) for side in zip(*found, strict=True)) if found else (row[:0], row[:0])
    many = np.bincount(row[earlier])
    both = np.stack([earlier, later], axis=1)
    return Looks(row[earlier], 1 / many[row[earlier]], label[both], value[both])


def retest(judgements: Judgements, sample: Sample, resampling: Resampling) -> list[Figure]:
    """`retest_agreement`: the share of repeats answered as before; and `retest_kappa`, the same corrected for chance.

    Weighted by the design weight of the stimulus; over all raters, and agreement also for each rater with ten
    repeats. Kappa is Cohen's (1960) of the earlier against the later look. Intervals speak for these raters.
    """
    found = looks(judgements, sample)
    k = len(sample.categories)
    reason = found.reason() or ("" if k else NEEDS_CATEGORIES)
    basis = _basis(sample, found.row)
    if reason:
        return [basis.figure(name, 0.0, reason=reason) for name in ("retest_agreement", "retest_kappa")]
    same = (found.label[:, 0] == found.label[:, 1]).astype(np.float64)
    marginals = [found.label[:, side, None] == np.arange(k) for side in (0, 1)]
    columns = _per_stimulus(sample, found, np.column_stack([same, *marginals]))
    places = _often(sample, found)
    totals = resampling.totals(
        sparse.hstack([sparse.csr_array(columns), _by_rater(sample, found, same, places)], "csr")
    )
    every, each = np.split(totals, [columns.shape[1]], axis=1)
    agreement, first, second = np.split(ratio(every[:, 1:], every[:, :1]), [1, 1 + k], axis=1)
    kappa = chance_corrected(agreement[:, 0], (first * second).sum(axis=1))
    flat = NO_VARIATION if np.ptp(found.label) == 0 else ""
    rater, own = sample.rater[found.row], ratio(each[:, 1::2], each[:, ::2])
    return [
        _agreement(sample, found.row, agreement[:, 0]),
        basis.figure("retest_kappa", float(kappa[0]), percentile_interval(kappa[1:]), reason=flat),
        *(
            _agreement(sample, found.row[rater == place], own[:, column], sample.raters[place])
            for column, place in enumerate(places.tolist())
        ),
    ]


@dataclass(frozen=True, slots=True)
class RetestRow:
    """One rater's second looks. None stands for what cannot be computed, or is withheld below FEWEST_REPEATS."""

    rater: str
    n_repeats: int
    agreement: float | None
    """The share, by weight, of repeats answered as before."""
    mean_change: float | None
    """On graded scales: how much higher the later look scores, on average by weight."""


def retest_rows(judgements: Judgements, sample: Sample) -> list[RetestRow]:
    """A row for each rater who judged something again, of at most as many as have a figure of their own."""
    found = looks(judgements, sample)
    n = len(sample.raters)
    rater, weight = sample.rater[found.row], found.share * sample.weight[sample.item[found.row]]
    total = sums(rater, weight, n)
    same = ratio(sums(rater, weight * (found.label[:, 0] == found.label[:, 1]), n), total)
    change = ratio(sums(rater, weight * (found.value[:, 1] - found.value[:, 0]), n), total)
    repeats = np.bincount(sample.rater[np.unique(found.row)], minlength=n)
    enough = repeats >= FEWEST_REPEATS
    return [
        RetestRow(
            sample.raters[r],
            int(repeats[r]),
            float(same[r]) if enough[r] and sample.categories else None,
            float(change[r]) if enough[r] and sample.graded else None,
        )
        for r in shown_raters(sample).tolist()
        if repeats[r]
    ]


def _often(sample: Sample, found: Looks) -> Ints:
    """The places of the raters with enough repeats for a figure of their own."""
    given = np.bincount(sample.rater[np.unique(found.row)], minlength=len(sample.raters))
    return np.intersect1d(np.flatnonzero(given >= FEWEST_REPEATS), shown_raters(sample))


def _by_rater(sample: Sample, found: Looks, same: Floats, places: Ints) -> sparse.csr_array:
    """(n, 2 P): of each stimulus, how often each of these raters judged it again, and how often alike."""
    rater = sample.rater[found.row]
    kept = np.flatnonzero(np.isin(rater, places))
    item, column, share = sample.item[found.row[kept]], 2 * np.searchsorted(places, rater[kept]), found.share[kept]
    at = np.tile(item, 2), np.concatenate([column, column + 1])
    data = np.concatenate([share, share * same[kept]])
    return sparse.csr_array((data, at), shape=(len(sample.stimuli), 2 * len(places)))


def _agreement(sample: Sample, row: Ints, replicates: Floats, rater: str | None = None) -> Figure:
    """The share for repeats of these judgements; `replicates` (1 + b,) are those of the sample and its replicates."""
    effective = kish_effective_n(sample.weight[np.unique(sample.item[row])])
    interval = proportion_interval(float(replicates[0]), replicates[1:], effective)
    return _basis(sample, row).figure("retest_agreement", float(replicates[0]), interval, rater=rater)


def _per_stimulus(sample: Sample, found: Looks, columns: Floats) -> Floats:
    """(n, 1 + F): how often each stimulus was judged again, and the sums of columns (P, F) over these repeats."""
    item, n = sample.item[found.row], len(sample.stimuli)
    parts = [found.share, *(found.share * columns.T)]
    return np.stack([np.bincount(item, part, n) for part in parts], axis=1)


def _basis(sample: Sample, row: Ints) -> Basis:
    """What figures of the repeats of these judgements rest on, first looks included."""
    again = np.unique(row)
    n_stimuli, n_raters = (len(np.unique(places[again])) for places in (sample.item, sample.rater))
    return Basis(sample.target, n_stimuli, n_raters, 2 * len(again))
