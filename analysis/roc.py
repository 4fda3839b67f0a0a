"""The unit's receiver operating characteristic, label by label, and every rater as a point beside it.

The area under each of these curves is the AUROC of `analysis.detection`: a stimulus is in part positive, by the share
of its raters who gave the label, and in part negative, by the rest (Hanley and McNeil 1982; Fawcett 2006).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.ceiling import shown_raters
from analysis.influence import sums
from analysis.judgements import Floats, Ints
from analysis.sample import Sample
from analysis.weighted import Ranking

MOST_POINTS = 200
"""Of the curve of one label."""
_GRIDS = 8
_FLAT = 1e-12
"""Below this, what is positive (or negative) is nothing but rounding."""


@dataclass(frozen=True, slots=True)
class RocPoint:
    """What the unit would get right and wrong with one threshold."""

    label: str
    at_least: bool
    """Whether it is about the label or any above it."""
    threshold: float | None
    """The unit says yes from this activation on; None where it never does."""
    false_positive_rate: float
    true_positive_rate: float


@dataclass(frozen=True, slots=True)
class RaterPoint:
    """The same of one rater, whose answers need no threshold, held against the other raters."""

    label: str
    at_least: bool
    rater: str
    false_positive_rate: float
    true_positive_rate: float
    n_stimuli: int
    """Those that somebody else judged, too."""


@dataclass(frozen=True, slots=True, eq=False)
class Roc:
    """A curve: from (0, 0), upward and to the right, to (1, 1)."""

    threshold: Floats
    """(g,): the activations, downward, each once."""
    false_positive: Floats
    """(g + 1,): the rate at no threshold, then at each."""
    true_positive: Floats
    """(g + 1,)"""

    @property
    def area(self) -> float:
        """Under the curve, by the trapezoidal rule."""
        return _area(self.false_positive, self.true_positive)

    @classmethod
    def of(cls, activation: Floats, share: Floats, weight: Floats) -> Roc | None:
        """For activations (n,), the part of each stimulus that is positive (n,), and weights (n,).

        None where nearly all or nearly nothing is positive: then there is no rate to speak of.
        """
        total, positive = float(weight.sum()), float(weight @ share)
        if positive * (total - positive) <= _FLAT * total**2:
            return None
        ranking = Ranking.of(-activation)
        masses = ranking.masses(np.stack([weight * (1 - share), weight * share]))
        rates = np.concatenate([np.zeros((2, 1)), np.cumsum(masses, axis=1)], axis=1)
        rates /= rates[:, -1:]
        return cls(activation[ranking.order][ranking.starts], rates[0], rates[1])

    def kept(self) -> Ints:
        """The places of at most MOST_POINTS points, about evenly spaced along the curve, that keep its area.

        Of several ways to lay the spacing the one under which the area changes least: on a staircase of regular
        steps a spacing may meet outer corners only, and another inner ones.
        """
        x, y = self.false_positive, self.true_positive
        if len(x) <= MOST_POINTS:
            return np.arange(len(x))
        marks = np.arange(MOST_POINTS - 2) * (2 / (MOST_POINTS - 2))
        step = marks[1] / _GRIDS
        grids = [np.searchsorted(x + y, marks + step * shift) for shift in range(_GRIDS)]
        ways = [np.unique([0, *grid, len(x) - 1]) for grid in grids]
        return min(ways, key=lambda way: abs(_area(x[way], y[way]) - self.area)).astype(np.int64)


def roc_points(sample: Sample, activation: Floats) -> list[RocPoint]:
    """The curve of each label, and on ordinal scales of each category or any above it, thinned.

    A label that nobody, or everybody, always gave has none. `activation` (n,) is the unit's.
    """
    points = []
    for label, at_least, share in _events(sample):
        curve = Roc.of(activation, share, sample.weight)
        if curve is None:
            continue
        for place in curve.kept().tolist():
            threshold = float(curve.threshold[place - 1]) if place else None
            rates = float(curve.false_positive[place]), float(curve.true_positive[place])
            points.append(RocPoint(label, at_least, threshold, *rates))
    return points


def rater_points(sample: Sample) -> list[RaterPoint]:
    """Each rater's answers against the shares of the other raters of the same stimuli, weighted as the curve is.

    Of at most as many raters as have a figure of their own.
    """
    rows = np.flatnonzero((sample.n_labels[sample.item] > 1) & np.isin(sample.rater, shown_raters(sample)))
    item, rater, n = sample.item[rows], sample.rater[rows], len(sample.raters)
    weight, n_others = sample.weight[item], sample.n_labels[item] - 1
    compared = np.bincount(rater, minlength=n)
    points = []
    for (label, at_least, share), said in zip(_events(sample), _said(sample, rows), strict=True):
        others = np.clip((share[item] * (n_others + 1) - said) / n_others, 0.0, 1.0)
        positive, negative = weight * others, weight * (1 - others)
        up, down = sums(rater, positive, n), sums(rater, negative, n)
        hits, alarms = sums(rater, positive * said, n), sums(rater, negative * said, n)
        points += [
            RaterPoint(
                label, at_least, sample.raters[r], float(alarms[r] / down[r]), float(hits[r] / up[r]), int(compared[r])
            )
            for r in np.flatnonzero(up * down > _FLAT * (up + down) ** 2).tolist()
        ]
    return points


def _events(sample: Sample) -> Iterator[tuple[str, bool, Floats]]:
    """Each label, then, on ordinal scales, each but the lowest "or any above it", with the share (n,) who said so."""
    for label, share in zip(sample.categories, sample.shares.T, strict=True):
        yield label, False, share
    if sample.ordinal:
        for label, share in zip(sample.categories[1:], sample.at_least.T[1:], strict=True):
            yield label, True, share


def _said(sample: Sample, rows: Ints) -> Iterator[Floats]:
    """For each of these events, 1 where the judgement (a row) says so."""
    label, kinds = sample.label[rows], range(len(sample.categories))
    for kind in kinds:
        yield (label == kind).astype(np.float64)
    for kind in kinds[1:] if sample.ordinal else ():
        yield (label >= kind).astype(np.float64)


def _area(x: Floats, y: Floats) -> float:
    return float(np.diff(x) @ (y[1:] + y[:-1]) / 2)
