"""The status of a study's raters as a plain table, and as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from app.status.rater import RaterStatus
from app.status.wording import NOBODY, percent, seconds

_HEADS = ("rater", "done", "pace", "catch", "repeats", "idle", "can't tell", "comments", "flags", "undos")
_NONE = "-"
_SHARES = ("catch_accuracy", "consistency", "idle_share", "cannot_tell_share", "commonest_share")


def summary(statuses: Sequence[RaterStatus]) -> str:
    """How many raters there are, what they have done and what is left; what went to somebody else counts once."""
    if not statuses:
        return NOBODY
    raters = f"{len(statuses)} rater{'s' if len(statuses) > 1 else ''}"
    done, total = sum(status.done for status in statuses), sum(status.counted for status in statuses)
    return f"{raters}, {done} of {total} trials done, {sum(status.left for status in statuses)} left."


def as_table(title: str, statuses: Sequence[RaterStatus], exclusions: Mapping[str, Sequence[str]]) -> str:
    """One line for each rater, with what deserves a look below it; columns aligned for a terminal.

    Args:
        title: of the study.
        statuses: of its raters.
        exclusions: the reasons why raters are left out of the report, by pseudonym.
    """
    lines = [f"{title}: {summary(statuses)}"]
    if not statuses:
        return lines[0]
    heads, *rows = _aligned([_HEADS, *map(_cells, statuses)])
    lines += ["", heads]
    for status, row in zip(statuses, rows, strict=True):
        lines.append(row)
        lines += [f"    Left out of the report: {reason}." for reason in exclusions.get(status.pseudonym, ())]
        lines += [f"    {warning}" for warning in status.warnings]
    return "\n".join(lines)


def as_json(title: str, statuses: Iterable[RaterStatus], exclusions: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The same, fit for JSON: the counts, the shares that follow from them, times in seconds."""
    found = list(statuses)
    return {
        "title": title,
        "done": sum(status.done for status in found),
        "total": sum(status.counted for status in found),
        "left": sum(status.left for status in found),
        "raters": [
            {
                **asdict(status),
                "left": status.left,
                **{name: getattr(status, name) for name in _SHARES},
                "exclusions": list(exclusions.get(status.pseudonym, ())),
            }
            for status in found
        ],
    }


def _cells(status: RaterStatus) -> tuple[str, ...]:
    return (
        _name(status),
        f"{status.done} of {status.total}",
        _NONE if status.pace is None else seconds(status.pace),
        _of(status.catch_right, status.catch_answered),
        _of(status.repeats_same, status.repeats_answered),
        _NONE if status.idle_share is None else percent(status.idle_share),
        _NONE if status.cannot_tell_share is None else percent(status.cannot_tell_share),
        str(status.comments),
        str(status.flags),
        str(status.undos),
    )


def _name(status: RaterStatus) -> str:
    words = [word for word, holds in (("simulated", status.simulated), ("withdrawn", status.withdrawn)) if holds]
    return f"{status.pseudonym} ({', '.join(words)})" if words else status.pseudonym


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else _NONE


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """Columns of a terminal: letters of East Asian scripts take two, accents none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
