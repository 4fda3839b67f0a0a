"""The facts of a study as the rows of a table, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the table of facts; `depth` is how far it is nested, `long` asks for a fixed-width face."""

    name: str
    text: str
    depth: int
    long: bool = False


def fact_rows(study: Mapping[str, object], depth: int = 0) -> Iterator[Fact]:
    """Every fact of a study as rows, nested ones below their heading; keys that nobody foresaw are shown too."""
    for key, value in study.items():
        name = str(key).replace("_", " ")
        name = name[:1].upper() + name[1:]
        if isinstance(value, Mapping):
            yield Fact(name, "", depth)
            yield from fact_rows(value, depth + 1)
        else:
            text = _told(value)
            yield Fact(name, text, depth, long=len(text) >= 32 and " " not in text)


def _told(value: object) -> str:
    if value is None or value == "":
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_told(inner) for inner in value) or "none"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_told(inner)}" for key, inner in value.items())
    return f"{value:g}" if isinstance(value, float) else str(value)
