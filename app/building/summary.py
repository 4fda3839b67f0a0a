"""What a person should know of a study that was just built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.study.records import NewStudy, UnitSample

MOST = 20
"""Lines of a list; the files beside the recording hold the whole of a long one."""


def summary(new: NewStudy) -> Iterator[str]:
    """Lines for the terminal: how much was drawn, what looks wrong, what was left out."""
    facts: dict[str, Any] = dict(new.info.facts)
    for sample in new.units:
        yield from _unit(new, sample, facts)
    skipped = [f"{found['file']}: {found['reason']}" for found in facts["skipped_named"]]
    yield from _list("Skipped, because they cannot be read", facts["skipped"], skipped)
    yield from _list("Left out, because they are copies of others", facts["duplicates"], facts["duplicates_named"])


def _unit(new: NewStudy, sample: UnitSample, facts: dict[str, Any]) -> Iterator[str]:
    of: dict[str, Any] = dict(sample.unit.facts)
    drawn = sum(stimulus.unit == sample.unit.number for stimulus in new.stimuli)
    before = f"{sample.unit.name}: " if len(new.units) > 1 else ""
    what = "crops" if facts["show"] == "crop" and "receptive_field" in of else "readings"
    yield f"{before}{of['population']} {what} of {facts['images']} images; {drawn} drawn to be labeled."
    flat = float(of["share_at_minimum"])
    if flat > 0.1:
        yield (
            f"{before}{flat:.0%} of the activations have the same lowest value: the layer seems to lie behind its"
            " nonlinearity. Name the layer before it to tell near misses apart."
        )


def _list(title: str, count: int, lines: list[str]) -> Iterator[str]:
    if count:
        yield f"{title}: {count}"
        yield from (f"    {line}" for line in lines[:MOST])
    if count > MOST:
        yield f"    and {count - MOST} more"
