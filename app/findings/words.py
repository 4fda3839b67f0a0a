"""Every figure's name in words, what it says, and how its number is written.

The English lies in resources/report/words.toml, in one place.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from analysis.figures import Figure
from app.assets import resource


@dataclass(frozen=True, slots=True)
class Words:
    """A figure's name for people, one sentence on what it says, and whether it is a share or a plain number."""

    name: str
    says: str
    kind: Literal["percent", "number"] = "number"


OTHER = "Other figures"
_SUFFIXES = {
    "_at_least": (", this label or above", ""),
    "_constant": (", constant answer", "Here for a stand-in that always gives the same answer."),
    "_random": (", random answers", "Here for a stand-in that answers at random."),
}


@cache
def groups() -> dict[str, dict[str, Words]]:
    """Heading to figure name to words, in the report's order."""
    with resource("report", "words.toml").open("rb") as file:
        table = tomllib.load(file)
    return {heading: {name: Words(**entry) for name, entry in names.items()} for heading, names in table.items()}


def words_for(name: str) -> Words:
    """The words of the figure called `name`; one that is not in the table gets its own name, spaced out."""
    for names in groups().values():
        if name in names:
            return names[name]
    for suffix, (tail, says) in _SUFFIXES.items():
        if name.endswith(suffix):
            base = words_for(name.removesuffix(suffix))
            return replace(base, name=base.name + tail, says=f"{base.says} {says}".strip())
    return Words(name.replace("_", " ").capitalize(), "")


def group_of(name: str) -> str:
    """The heading that a figure stands under."""
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return next((group for group, names in groups().items() if name in names), OTHER)


def number(value: float, kind: str = "number", fine: bool = True) -> str:
    """A number for reading: shares in percent, the rest with two decimals (none where large, two digits where tiny)."""
    if kind == "percent":
        return f"{_bare(value, kind, fine)}\N{NO-BREAK SPACE}%"
    return _bare(value, kind, fine)


def _bare(value: float, kind: str, fine: bool) -> str:
    if kind == "percent":
        text = f"{100 * value:.{int(fine)}f}"
    elif abs(value) >= 100:
        text = f"{value:.0f}"
    elif 0 < abs(value) < 0.01:
        text = f"{value:.2g}"
    else:
        text = f"{value:.2f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")


def value_of(figure: Figure, fine: bool = True) -> str:
    """A figure's value in words, or the empty string where it has none."""
    return "" if figure.value is None else number(figure.value, words_for(figure.name).kind, fine)


def interval_of(figure: Figure, fine: bool = True) -> str:
    """A figure's interval as "[low, high]", or the empty string where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    return interval_of_ends(figure.low, figure.high, words_for(figure.name).kind, fine)


def interval_of_ends(low: float, high: float, kind: str, fine: bool = True) -> str:
    """An interval as "[low, high]", written as a value of this kind is."""
    return f"[{_bare(low, kind, fine)},\N{NO-BREAK SPACE}{_bare(high, kind, fine)}]"
