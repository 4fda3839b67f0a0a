"""The headings that a report's charts stand under, for whoever lays them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Keyed(Protocol):
    """What has the key of a chart: the chart, or its drawing."""

    @property
    def key(self) -> str:
        """The chart's key."""


K = TypeVar("K", bound=Keyed)

_UNDER = {
    "What people say, and the activation": (
        "correct_given_gap", "label_given_activation", "label_and_activation", "label_contribution",
        "label_given_activation_each", "activation_given_label", "mean_given_activation",
    ),
    "How well the unit tells the labels": ("auroc", "roc", "ceiling"),
    "The raters, side by side": ("rater_bias", "confusion"),
    "The session": ("retest", "session_drift"),
    "What revealing the activation does": ("revealing", "anchoring"),
    "Beside other units": ("units",),
}  # fmt: skip
_OTHERS = "Further charts"


def heading_of(key: str) -> str:
    """The heading that the chart of this key stands under; of `roc_2` the one of `roc`."""
    start, _, number = key.rpartition("_")
    name = start if number.isdigit() else key
    return next((heading for heading, keys in _UNDER.items() if name in keys), _OTHERS)


def under_headings(charts: Iterable[K]) -> tuple[tuple[str, tuple[K, ...]], ...]:
    """The charts by heading, headings and charts in the order of the page."""
    found: dict[str, list[K]] = {heading: [] for heading in (*_UNDER, _OTHERS)}
    for chart in charts:
        found[heading_of(chart.key)].append(chart)
    return tuple((heading, tuple(members)) for heading, members in found.items() if members)
