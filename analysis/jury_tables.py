"""The jury row by row, for tables and lists: what each rater is like, and what was said of each stimulus."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from analysis import influence
from analysis.consensus import (
    FEWEST_RATERS,
    confusion_with_others,
    dawid_skene,
    majority,
    majority_of_others,
    off_the_others,
)
from analysis.figures import Table
from analysis.judgements import NO_ANSWER, NUMBERS, Floats, Ints, Stimuli
from analysis.sample import Sample
from analysis.weighted import chance_corrected, ratio

_MOST_STEPS = 50_000_000
"""Judgements times rounds that Dawid and Skene's model may take: some seconds."""
FEWEST_LABELS = 3
"""With fewer labels a stimulus can hardly be called disputed."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """What a rater says where most others say something else."""

    others: str
    this: str
    share: float
    """Of the stimuli (by weight) on which most others say the first, those on which the rater says the second."""


@dataclass(frozen=True, slots=True)
class RaterRow:
    """One rater. None stands for what cannot be computed."""

    rater: str
    n_judgements: int
    shares: tuple[float, ...]
    """Of each label among the rater's, weighted by the stimuli's design weights."""
    n_compared: int
    """Stimuli with a majority of the others; those where it is tied are left out."""
    agreement: float | None
    """The weighted share of those on which the rater says as most others."""
    kappa: float | None
    """The same, corrected for chance (Cohen 1960)."""
    deviation: float | None
    """On graded scales: how much higher the rater's scores are than the others' mean, on average."""
    deviation_error: float | None
    """Its standard error, by stimuli within strata."""
    confusion: Confusion | None
    """The commonest; None where there is none."""


@dataclass(frozen=True, slots=True)
class StimulusRow:
    """One stimulus. None stands for what cannot be computed or makes no sense on the scale."""

    stimulus: str
    n_raters: int
    shares: tuple[float, ...]
    modal_label: str | None
    """None on a tie."""
    modal_share: float | None
    entropy: float | None
    """Of the shares, in bits; with at least 3 labels."""
    mean: float | None
    """Of the scores, on graded scales."""
    sd: float | None
    """With at least 2 of them."""
    activation: float | None
    likeliest_label: str | None
    """The class with the highest probability in the model of Dawid and Skene (1979); None with fewer than 3 raters,
    and where its fit did not come to rest."""
    likeliest_probability: float | None
    disputed: float | None
    """How disputed: the entropy, on interval and ratio scales the sd; with at least 3 labels."""
    stratum: Hashable | None = None
    """What it is called where the stimuli came from; None where no strata are given."""
    inclusion_probability: float | None = None


def rater_rows(sample: Sample) -> list[RaterRow]:
    """One row for each rater, in the order of `sample.raters`."""
    n_raters, k = len(sample.raters), len(sample.categories)
    given = np.bincount(sample.rater, minlength=n_raters)
    weight = sample.weight[sample.item]
    shares = np.zeros((n_raters, 0))
    if k:
        by_label = influence.sums(sample.rater * k + sample.label, weight, n_raters * k).reshape(n_raters, k)
        shares = ratio(by_label, by_label.sum(axis=1, keepdims=True))
    others = majority_of_others(sample)
    compared = np.bincount(sample.rater[others != NO_ANSWER], minlength=n_raters)
    confusion = confusion_with_others(sample)
    agreement, kappa = _agreement(confusion)
    deviation, error = _deviation(sample)
    return [
        RaterRow(
            rater=name,
            n_judgements=int(given[r]),
            shares=tuple(shares[r].tolist()),
            n_compared=int(compared[r]),
            agreement=_known(agreement[r]),
            kappa=_known(kappa[r]),
            deviation=_known(deviation[r]),
            deviation_error=_known(error[r]),
            confusion=_commonest(confusion[r], sample.categories),
        )
        for r, name in enumerate(sample.raters)
    ]


def stimulus_rows(sample: Sample, stimuli: Stimuli | None = None) -> list[StimulusRow]:
    """One row for each stimulus, in the order of `sample.stimuli`; how each was drawn is read from `stimuli`."""
    labels = sample.categories
    entropy, sd = _entropy(sample), _sd(sample)
    enough = sample.n_labels >= FEWEST_LABELS
    disputed = np.where(enough, sd if sample.scale in NUMBERS else entropy, np.nan)
    modal = majority(sample.counts)
    likeliest, probability = _likeliest(sample)
    nothing = np.full(len(sample.stimuli), np.nan)
    columns = zip(
        sample.stimuli,
        sample.n_labels.astype(np.int64).tolist(),
        sample.shares.tolist(),
        modal.tolist(),
        (sample.shares.max(axis=1) if labels else nothing).tolist(),
        np.where(enough, entropy, np.nan).tolist(),
        (sample.mean_score if sample.graded else nothing).tolist(),
        sd.tolist(),
        (nothing if sample.activation is None else sample.activation).tolist(),
        likeliest.tolist(),
        probability.tolist(),
        disputed.tolist(),
        *_drawn(sample, stimuli),
        strict=True,
    )
    return [
        StimulusRow(
            name,
            n,
            tuple(shares),
            labels[top] if top != NO_ANSWER else None,
            _known(top_share),
            _known(bits),
            _known(mean),
            _known(spread),
            _known(activation),
            labels[likely] if likely != NO_ANSWER else None,
            _known(chance),
            _known(dispute),
            h,
            _known(pi),
        )
        for name, n, shares, top, top_share, bits, mean, spread, activation, likely, chance, dispute, h, pi in columns
    ]


def disputed(rows: Iterable[StimulusRow], limit: int) -> list[StimulusRow]:
    """At most `limit` stimuli on which raters differ, the most disputed first, by name where equally so."""
    candidates = [row for row in rows if row.disputed is not None and row.disputed > 0]
    return sorted(candidates, key=lambda row: (-(row.disputed or 0.0), row.stimulus))[:limit]


def rater_table(rows: Sequence[RaterRow], categories: Sequence[str]) -> Table:
    """The rows of raters as a table, with a column `share LABEL` for each label."""
    return _table(RaterRow, rows, categories)


def stimulus_table(rows: Sequence[StimulusRow], categories: Sequence[str]) -> Table:
    """The rows of stimuli as a table, with a column `share LABEL` for each label."""
    return _table(StimulusRow, rows, categories)


def _table(kind: type[RaterRow | StimulusRow], rows: Sequence[object], categories: Sequence[str]) -> Table:
    wide = {
        "shares": tuple(f"share {name}" for name in categories),
        "confusion": ("others_say", "rater_says", "confusion_share"),
    }
    names = [field.name for field in fields(kind)]
    columns = tuple(column for name in names for column in wide.get(name, (name,)))
    return Table(
        columns, tuple(tuple(cell for name in names for cell in _cells(getattr(row, name), name)) for row in rows)
    )


def _cells(value: object, name: str) -> tuple[object, ...]:
    if name == "confusion":
        return (value.others, value.this, value.share) if isinstance(value, Confusion) else (None, None, None)
    return value if isinstance(value, tuple) else (value,)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _drawn(sample: Sample, stimuli: Stimuli | None) -> tuple[Sequence[Hashable | None], Sequence[float]]:
    """Two (n,): the stratum and the inclusion probability of each stimulus; None and NaN where there is none."""
    nowhere = [np.nan] * len(sample.stimuli)
    if stimuli is None:
        return [None] * len(sample.stimuli), nowhere
    place = stimuli.place
    rows = [place[name] for name in sample.stimuli]
    chance = stimuli.inclusion_probability
    called = stimuli.strata or (None,)
    strata = [called[number] for number in stimuli.stratum[rows].tolist()]
    return strata, nowhere if chance is None else chance[rows].tolist()


def _agreement(confusion: Floats) -> tuple[Floats, Floats]:
    """The share of agreement (R,) and kappa (R,) in tables (R, K, K)."""
    if not confusion.shape[1]:
        nothing = np.full(len(confusion), np.nan)
        return nothing, nothing
    share = ratio(confusion, confusion.sum(axis=(1, 2), keepdims=True))
    observed = np.trace(share, axis1=1, axis2=2)
    expected = (share.sum(axis=1) * share.sum(axis=2)).sum(axis=1)
    return observed, chance_corrected(observed, expected)


def _deviation(sample: Sample) -> tuple[Floats, Floats]:
    """How much higher each rater scores than the others (R,), and its standard error (R,)."""
    n_raters = len(sample.raters)
    rows = np.flatnonzero(sample.n_labels[sample.item] > 1)
    if not sample.graded or not len(rows):
        return np.full(n_raters, np.nan), np.full(n_raters, np.nan)
    item, rater = sample.item[rows], sample.rater[rows]
    weight = sample.weight[item]
    made = influence.mean(off_the_others(sample)[rows], weight, rater, n_raters)
    error, _ = influence.spread(weight * made.influence, sample.stratum[item], rater, n_raters)
    return made.value, np.where(np.bincount(rater, minlength=n_raters) > 1, error, np.nan)


def _commonest(confusion: Floats, categories: Sequence[str]) -> Confusion | None:
    """The largest cell off the diagonal of (K, K): others in rows, this rater in columns."""
    if not len(categories):
        return None
    mistaken = np.where(np.eye(len(categories), dtype=np.bool_), 0.0, confusion)
    others, this = np.unravel_index(int(mistaken.argmax()), mistaken.shape)
    if mistaken[others, this] <= 0:
        return None
    share = float(mistaken[others, this] / confusion[others].sum())
    return Confusion(categories[int(others)], categories[int(this)], share)


def _entropy(sample: Sample) -> Floats:
    """(n,): in bits; NaN where there are no categories."""
    if not sample.categories:
        return np.full(len(sample.stimuli), np.nan)
    logs = np.log2(sample.shares, out=np.zeros_like(sample.shares), where=sample.shares > 0)
    return np.asarray(np.maximum(-(sample.shares * logs).sum(axis=1), 0.0))


def _sd(sample: Sample) -> Floats:
    """(n,): of the scores, NaN with fewer than 2 or without an order."""
    m = sample.n_labels
    squares = influence.sums(sample.item, (sample.value - sample.mean_score[sample.item]) ** 2, len(m))
    return np.sqrt(ratio(squares, m - 1)) if sample.graded else np.full(len(m), np.nan)


def _likeliest(sample: Sample) -> tuple[Ints, Floats]:
    """(n,): the class of highest probability, -1 where there is none, and that probability."""
    n = len(sample.stimuli)
    nowhere = np.full(n, NO_ANSWER, dtype=np.int64), np.full(n, np.nan)
    if len(sample.raters) < FEWEST_RATERS or not sample.categories:
        return nowhere
    rounds = int(np.clip(_MOST_STEPS // len(sample.item), 50, 500))
    fitted = dawid_skene(
        sample.item, sample.rater, sample.label, len(sample.categories), tolerance=1e-4, max_iterations=rounds
    )
    if not fitted.converged:
        return nowhere
    return fitted.probability.argmax(axis=1), fitted.probability.max(axis=1)
