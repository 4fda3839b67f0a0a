"""What was left out of files, in lines for a person: what can be mended first, and each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.errors import plain
from app.exchange.importing import Passed

_MOST_LINES, _MOST_PLACES, _MOST_FILES = 20, 5, 3


def left_out(passed: Iterable[Passed]) -> list[str]:
    """A line for each reason, with the file, the person and the places in it; 20 lines, then how many more.

    What somebody wanted out (cancelled, rejected, by a rater who was taken out) comes last, in one line for each reason
    and person, with its number: it may be hundreds, and hides no slip of the pen.
    """
    groups: dict[tuple[object, ...], list[Passed]] = {}
    for one in passed:
        of_file = None if one.skipped.on_purpose else one.path
        groups.setdefault((one.skipped.on_purpose, of_file, one.skipped.why, one.skipped.person), []).append(one)
    ordered = [groups[key] for key in sorted(groups, key=lambda key: bool(key[0]))]
    lines = [_line(group) for group in ordered[:_MOST_LINES]]
    more = sum(map(len, ordered[_MOST_LINES:]))
    return lines + ([f"Left out: {more} more."] if more else [])


def _line(group: Sequence[Passed]) -> str:
    skipped = group[0].skipped
    files = list(dict.fromkeys(one.path for one in group))
    who = f", by {skipped.person}" if skipped.person else ""
    if skipped.on_purpose and len(group) > 1:
        where = f"{len(group)} answers"
    else:
        where = _some([one.skipped.where for one in group], _MOST_PLACES, "; ", "places")
    return plain(f"Left out: {_named(files)}, {where}{who}: {skipped.why}.")


def _named(files: Sequence[Path]) -> str:
    return _some([str(path) for path in files], _MOST_FILES, ", ", "files")


def _some(names: Sequence[str], most: int, between: str, things: str) -> str:
    more = len(names) - most
    return between.join(names[:most]) + (f"{between}and {more} more {things}" if more > 0 else "")
