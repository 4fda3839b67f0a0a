"""Which judgements enter no figure, or only the figures about them, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Iterator

from app.results.source import Source
from app.study.events import Judgement

REASONS = (
    "stand_ins", "excluded_raters", "without_references", "feedback", "revealed", "repeats", "cannot_tell", "nothing",
)  # fmt: skip
"""In this order: a judgement is counted under the first reason that holds."""


def not_counted(source: Source) -> list[dict[str, object]]:
    """Each reason with its judgements and their raters; those of the study that are under none enter every figure."""
    kept = set(source.enter.kept)
    found: dict[str, list[Judgement]] = {}
    for judgement in source.judgements:
        reason = next(_reasons(source, judgement, judgement in kept), None)
        if reason is not None:
            found.setdefault(reason, []).append(judgement)
    return [
        {"what": reason, "judgements": len(rows), "raters": len({row.rater for row in rows})}
        for reason in REASONS
        if (rows := found.get(reason))
    ]


def _reasons(source: Source, judgement: Judgement, kept: bool) -> Iterator[str]:
    """All that hold, in the order of REASONS."""
    holds = {
        "stand_ins": judgement.simulated and not source.simulated,
        "excluded_raters": judgement.rater in source.enter.excluded,
        "without_references": not judgement.references and not kept,
        "feedback": judgement.condition == "feedback",
        "revealed": judgement.condition == "revealed",
        "repeats": judgement.occasion > 1,
        "cannot_tell": judgement.kind == "cannot_tell",
        "nothing": judgement.kind == "nothing",
    }
    return (reason for reason in REASONS if holds[reason])
