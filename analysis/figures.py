"""What the analysis hands on: figures, points of curves, and the report that holds them all.

Their fields are the fields of report.json, which the design fixes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SCHEMA = "neuronjury-report/1"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with all that is needed to read it.

    `undefined` is None, or the reason why there is no number; then `value`, `low` and `high` are None.
    `low` and `high` may be None beside a value: then there is no interval, and a warning says why.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    level: float = 0.95
    label: str | None = None
    rater: str | None = None
    speaks_for: str = ""
    """What the interval speaks for: "these raters", "raters like these", or "" where there is no interval."""
    target: str = ""
    """What the estimate is about: "these stimuli" or "the population"."""
    n_stimuli: int = 0
    n_raters: int = 0
    n_judgements: int = 0
    undefined: str | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.undefined is not None):
            raise ValueError(f"figure {self.name}: a value, or the reason why there is none, and never both")
        if not all(math.isfinite(number) for number in (self.value, self.low, self.high) if number is not None):
            raise ValueError(f"figure {self.name}: neither NaN nor infinity is a number to report")


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point of a curve over the activation: a bin from `activation_low` to `activation_high`."""

    label: str
    activation: float
    activation_low: float
    activation_high: float
    value: float | None
    low: float | None
    high: float | None
    n_stimuli: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns, for a CSV file: raters, stimuli, pairs of raters, points of a ROC curve."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...] = ()

    def records(self) -> Iterator[dict[str, object]]:
        """The rows as mappings from column to value."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Report:
    """Every figure of a study as one value; see `analysis.report.analyse`.

    `curves` maps `label_given_activation`, `activation_given_label`, `label_contribution` and others to their points.
    `study` holds facts about the study (title, seed, scale, categories, counts), all fit for JSON.
    """

    figures: tuple[Figure, ...]
    curves: Mapping[str, tuple[CurvePoint, ...]] = field(default_factory=dict)
    study: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    """`raters`, `stimuli`, `rater_pairs`, `units`, `confusion`, `roc`, `roc_raters`, `retest` and `session_drift`,
    those that there are."""

    def get(self, name: str, label: str | None = None, speaks_for: str | None = None) -> Figure | None:
        """The first figure of this name (and label, and `speaks_for` where given), or None."""
        for figure in self.figures:
            if figure.name == name and figure.label == label and speaks_for in (None, figure.speaks_for):
                return figure
        return None
