"""Who says what where most others say something else: each rater's whole table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.ceiling import shown_raters
from analysis.consensus import confusion_with_others
from analysis.sample import Sample

MOST_LABELS = 20
"""With more of them nearly all pairs of labels are empty: then there are no tables."""


@dataclass(frozen=True, slots=True)
class ConfusionCell:
    """What a rater says where most others say one label."""

    rater: str
    others_say: str
    rater_says: str
    n_stimuli: int
    """On which most others say the one label and the rater says the other."""
    share: float
    """Of all on which most others say the one, by weight."""


def confusion_cells(sample: Sample) -> Iterator[ConfusionCell]:
    """Every pair of labels, where most others ever say the first; by rater, in the order of the labels.

    The shares of one rater and label of the others sum to 1. Where the others are at odds a judgement is left out. Of
    at most as many raters as have a figure of their own.
    """
    labels, k = sample.categories, len(sample.categories)
    if not 0 < k <= MOST_LABELS:
        return
    weight, count = confusion_with_others(sample), confusion_with_others(sample, np.ones(len(sample.stimuli)))
    for r in shown_raters(sample).tolist():
        for said in np.flatnonzero(weight[r].sum(axis=1) > 0).tolist():
            share = weight[r, said] / weight[r, said].sum()
            for own in range(k):
                yield ConfusionCell(
                    sample.raters[r], labels[said], labels[own], int(count[r, said, own]), float(share[own])
                )
