"""Reading a study's facts, which are whatever a file held: each in the kind that is wanted, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def text(facts: Mapping[str, object], key: str) -> str:
    """A fact as a line of text; the empty string where it is not stated, and "yes" or "no" are no texts."""
    value = facts.get(key)
    return str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def whole(facts: Mapping[str, object], key: str) -> int:
    """A count; 0 where it is not stated."""
    value = facts.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def share(facts: Mapping[str, object], key: str) -> float:
    """A number; 0 where it is not stated."""
    value = facts.get(key)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0


def inner(facts: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Facts within facts; none where they are not stated."""
    value = facts.get(key)
    return value if isinstance(value, Mapping) else {}


def rows(facts: Mapping[str, object], key: str) -> tuple[Mapping[str, object], ...]:
    """A list of facts; whatever in it is no mapping is passed over."""
    return tuple(row for row in listed(facts, key) if isinstance(row, Mapping))


def listed(facts: Mapping[str, object], key: str) -> Sequence[object]:
    """A list; empty where it is not stated."""
    value = facts.get(key)
    return value if isinstance(value, (list, tuple)) else ()


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def series(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
