"""What the raters say together, and how each of them differs from the others.

The soft shares (`Sample.shares`) come first: they hide no disagreement. A majority, and the model of Dawid and Skene
(1979), which trusts reliable raters more, are for those who need one label.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.judgements import NO_ANSWER, Floats, InputError, Ints
from analysis.sample import Sample
from analysis.weighted import ratio

FEWEST_RATERS = 3
"""For Dawid and Skene: with two who disagree nothing tells which of them errs."""
_TINY = 1e-300
"""Stands for a probability of 0 in logarithms."""


def majority(counts: Ints | Floats) -> Ints:
    """(n,): the label that most raters gave, for counts (n, K); -1 on a tie, and where there is no label."""
    top = counts.max(axis=1, initial=0)
    single = (counts == top[:, None]).sum(axis=1) == 1
    if not counts.shape[1]:
        return np.full(len(counts), NO_ANSWER, dtype=np.int64)
    return np.where(single & (top > 0), counts.argmax(axis=1), NO_ANSWER)


def majority_of_others(sample: Sample) -> Ints:
    """(J,): the majority of a stimulus's labels without that of the judgement; -1 on a tie, or without others."""
    counts = sample.counts
    n_categories = counts.shape[1]
    if not n_categories:
        return np.full(len(sample.item), NO_ANSWER, dtype=np.int64)
    top = counts.max(axis=1)
    at_top = counts == top[:, None]
    one, other = at_top.argmax(axis=1), n_categories - 1 - at_top[:, ::-1].argmax(axis=1)
    n_top, second = at_top.sum(axis=1), np.where(at_top, 0.0, counts).max(axis=1)

    item, label = sample.item, sample.label
    mine = counts[item, label] == top[item]  # my vote is one of those that lead
    alone = n_top[item] == 1
    stays = alone & (~mine | (second < top - 1)[item])
    passes = mine & (n_top[item] == 2)  # without my vote the other of two leads
    others = np.where(
        stays, one[item], np.where(passes, np.where(one[item] == label, other[item], one[item]), NO_ANSWER)
    )
    return np.where(sample.n_labels[item] > 1, others, NO_ANSWER)


def confusion_with_others(sample: Sample, weight: Floats | None = None) -> Floats:
    """(R, K, K): the weight of stimuli on which the others' majority is the second, and the rater says the third.

    Each rater against the majority of the others; where that is tied the judgement is left out. `weight` (n,): the
    design weights where None.
    """
    others, k = majority_of_others(sample), len(sample.categories)
    kept = others != NO_ANSWER
    cell = (sample.rater[kept] * k + others[kept]) * k + sample.label[kept]
    n_raters = len(sample.raters)
    each = (sample.weight if weight is None else weight)[sample.item[kept]]
    return np.bincount(cell, each, n_raters * k * k).reshape(n_raters, k, k).astype(np.float64)


def off_the_others(sample: Sample) -> Floats:
    """(J,): how much higher each judgement scores than the mean of the others of its stimulus; NaN without others."""
    total = np.bincount(sample.item, sample.off_centre, minlength=len(sample.stimuli))[sample.item]
    return sample.off_centre - ratio(total - sample.off_centre, sample.n_labels[sample.item] - 1)


@dataclass(frozen=True, slots=True, eq=False)
class DawidSkene:
    """Each item has one true class, and each rater errs at rates of their own, whatever the item."""

    probability: Floats
    """(n, K): of each class, given the labels."""
    marginal: Floats
    """(K,): the share of items in each class."""
    confusion: Floats
    """(R, K, K): how often each rater (first) gives to each true class (second) each label (third); the rows of a
    class that none of the rater's items can have are 0."""
    log_likelihood: float
    """Of the labels, in nats."""
    iterations: int
    converged: bool
    """Whether the iterations ended because nothing changed any more."""


def dawid_skene(
    item: Ints,
    rater: Ints,
    label: Ints,
    n_labels: int,
    *,
    tolerance: float = 1e-6,
    max_iterations: int = 500,
) -> DawidSkene:
    """Classes and error rates of maximum likelihood, by the EM algorithm (Dawid and Skene 1979).

    Args:
        item: (J,) the item of each label, from 0.
        rater: (J,) who gave it, from 0; a rater may label an item several times.
        label: (J,) from 0 to n_labels - 1.
        n_labels: K, the number of classes and of labels.
        tolerance: ends when no class probability, on average over items, moves by more.
        max_iterations: at most so many; then `converged` is False.

    EM starts from the shares of votes and finds a local maximum. Stimuli count alike here: the marginals are those of
    the stimuli that were shown, not of a population. Raises InputError with fewer than 3 raters.
    """
    n, n_raters = int(item.max(initial=-1)) + 1, int(rater.max(initial=-1)) + 1
    if len(np.unique(rater)) < FEWEST_RATERS:
        raise InputError(f"The model of Dawid and Skene needs at least {FEWEST_RATERS} raters.")
    shape = (n, n_raters * n_labels)
    votes = sparse.coo_array((np.ones(len(item)), (item, rater * n_labels + label)), shape=shape).tocsr()
    by_vote = votes.T.tocsr()
    given = np.asarray(votes @ np.tile(np.eye(n_labels), (n_raters, 1)))
    probability = given / np.maximum(given.sum(axis=1, keepdims=True), 1.0)
    iterations, converged = 0, False
    while True:
        marginal = probability.mean(axis=0)
        rates = _rates(np.asarray(by_vote @ probability), n_labels)
        joint = np.asarray(votes @ _log(rates)) + _log(marginal)
        top = joint.max(axis=1, keepdims=True)
        updated = np.exp(joint - top)
        likelihood = updated.sum(axis=1, keepdims=True)
        updated /= likelihood
        iterations += 1
        converged = bool(np.abs(updated - probability).mean(axis=0).max() <= tolerance)
        probability = updated
        if converged or iterations >= max_iterations:
            break
    confusion = rates.reshape(n_raters, n_labels, n_labels).transpose(0, 2, 1)
    return DawidSkene(probability, marginal, confusion, float((top + np.log(likelihood)).sum()), iterations, converged)


def _rates(weight: Floats, n_labels: int) -> Floats:
    """(R K, K): of each rater's items of a class (column), the share that got the label (row)."""
    weight = weight.reshape(-1, n_labels, n_labels)
    total = np.broadcast_to(weight.sum(axis=1, keepdims=True), weight.shape)
    out = np.zeros(weight.shape)
    np.divide(weight, total, out=out, where=total > 0)
    return out.reshape(-1, n_labels)


def _log(probability: Floats) -> NDArray[np.float64]:
    return np.log(np.maximum(probability, _TINY))
