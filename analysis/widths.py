"""How wide intervals come out over many studies of one design, and what another design does to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.assumptions import StudyDesign
from analysis.figures import Figure, Report

KEY_FIGURES = (
    "percent_agreement",
    "krippendorff_alpha",
    "probability_of_label",
    "auroc",
    "spearman",
    "share_of_expected_activation",
    "normalised_agreement",
    "subjectivity",
    "subjectivity_lowest",
    "subjectivity_highest",
)
"""Those that a plan speaks of; what is said per label, of the top label (of which `auroc_at_least` is `auroc`)."""

OF_REPEATS = ("subjectivity",)
"""Those that repeats change; all others look at the first occasion only."""

Key = tuple[str, str | None, str]
"""Name, label, and what the interval speaks for."""
Finding = tuple[str, str | None, str, float | None, float | None, str]
"""One figure of one simulated study: its key, its value, how wide its interval is, and why it has none."""


@dataclass(frozen=True, slots=True)
class Width:
    """How wide the interval of one figure comes out under one design."""

    name: str
    label: str | None
    speaks_for: str
    design: StudyDesign
    value: float | None
    """The median of the estimates."""
    median: float | None
    """Of the widths (high - low) over the worlds in which there is an interval; None where there never is."""
    low: float | None
    """A tenth of the worlds have a narrower one."""
    high: float | None
    """A tenth have a wider one."""
    undefined: float
    """The share of the worlds in which there is no interval."""
    reason: str = ""
    """The most common reason for that."""

    @property
    def key(self) -> Key:
        """Which figure it is."""
        return self.name, self.label, self.speaks_for


@dataclass(frozen=True, slots=True)
class Gain:
    """What more of one thing does to the interval of one figure, beside what it costs."""

    what: str
    """stimuli, raters or repeats."""
    before: Width
    after: Width
    narrowing: float | None
    """The share of the width that is saved: the median over the worlds, each compared with itself. None where there
    is no interval on one side."""

    @property
    def cost(self) -> float:
        """Judgements more, as a share of those before."""
        return self.after.design.n_judgements / self.before.design.n_judgements - 1

    @property
    def per_cost(self) -> float | None:
        """The share of the width saved, for each doubling of the number of judgements."""
        saved = self.narrowing
        return None if saved is None or self.cost <= 0 else saved / self.cost


def findings_of(report: Report, top: str | None) -> list[Finding]:
    """The key figures of a report, those per label of the label `top`."""
    found = [
        figure
        for figure in report.figures
        if figure.name in KEY_FIGURES and figure.rater is None and figure.label in (None, top)
    ]
    found.sort(key=lambda figure: KEY_FIGURES.index(figure.name))
    return [_finding(figure) for figure in found]


def keys_of(studies: Iterable[Sequence[Finding]]) -> tuple[Key, ...]:
    """Every figure that any study speaks of, in their order; one without an interval does not say for whom it speaks,
    so it counts for all of its name."""
    keys = list(dict.fromkeys((name, label, speaks_for) for study in studies for name, label, speaks_for, *_ in study))
    named = {key[:2] for key in keys if key[2]}
    keys = [key for key in keys if key[2] or key[:2] not in named]
    return tuple(sorted(keys, key=lambda key: KEY_FIGURES.index(key[0])))


def width_of(key: Key, design: StudyDesign, studies: Sequence[Sequence[Finding]]) -> Width:
    """How wide the interval of one figure came out in the studies of one design."""
    found = [_found(key, study) for study in studies]
    values = [one[3] for one in found if one is not None and one[3] is not None]
    widths = [one[4] for one in found if one is not None and one[4] is not None]
    reasons = Counter(one[5] for one in found if one is not None and one[4] is None)
    low, middling, high = np.quantile(widths, [0.1, 0.5, 0.9]).tolist() if widths else (None, None, None)
    return Width(
        *key,
        design,
        value=float(np.median(values)) if values else None,
        median=middling,
        low=low,
        high=high,
        undefined=1 - len(widths) / len(studies),
        reason=reasons.most_common(1)[0][0] if reasons else "",
    )


def gain_of(
    key: Key,
    what: str,
    before: tuple[StudyDesign, Sequence[Sequence[Finding]]],
    after: tuple[StudyDesign, Sequence[Sequence[Finding]]],
) -> Gain:
    """What another design does to the interval of one figure; studies of either design, world for world."""
    pairs = [(_found(key, one), _found(key, other)) for one, other in zip(before[1], after[1], strict=True)]
    ratios = [b[4] / a[4] for a, b in pairs if a is not None and b is not None and a[4] and b[4] is not None]
    narrowing = 1 - float(np.median(ratios)) if ratios else None
    return Gain(what, width_of(key, *before), width_of(key, *after), narrowing)


def _found(key: Key, study: Sequence[Finding]) -> Finding | None:
    """What a study says of a figure: the interval that speaks for these, or why there is none."""
    name, label, _ = key
    return next((one for one in study if one[:3] in (key, (name, label, ""))), None)


def _finding(figure: Figure) -> Finding:
    about = figure.name, figure.label, figure.speaks_for
    if figure.low is None or figure.high is None:
        return *about, figure.value, None, figure.undefined or "no interval"
    return *about, figure.value, figure.high - figure.low, ""
