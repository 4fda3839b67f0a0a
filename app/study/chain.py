"""What holds a log together: each event carries the hash of the one before, and a code under the rater's key.

It shows what was altered, removed or inserted by accident or by hand in some editor of databases. It does not stop
somebody who takes the key out of the file that was handed out and writes a whole log anew: docs/study-file.md.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec

from app.study.events import Event

Row = tuple[Any, ...]
"""An event as the file's table has it: see `Event.row`."""
UUID, SEQUENCE, TRIAL, KIND, RUBRIC, PREVIOUS, HASH, MAC = 0, 2, 3, 4, 11, 12, 13, 14
"""Where in a row they are."""
_encode = msgspec.json.Encoder().encode


def event_hash(row: Row) -> str:
    """SHA-256 over every field of an event but hash and code, the hash of the event before among them."""
    return hashlib.sha256(_encode(row[:HASH])).hexdigest()


def event_mac(digest: str, key: bytes) -> str:
    """HMAC-SHA-256 of an event's hash under a rater's key."""
    return hmac.digest(key, digest.encode(), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Break:
    """The first event of a log that nothing vouches for, and what is wrong with it, in words."""

    sequence: int
    what: str


def alterations(key: bytes | None) -> Callable[[Row], str | None]:
    """What tells what is wrong with one event by itself, in words, or None where nothing is; the row as it was read.

    Args:
        key: issued with the rater's file; then the event has to carry a code under it.
    """
    under_key = (
        None if key is None else hmac.new(key, digestmod="sha256")
    )  # copied for each event: it costs a third less

    def alteration(row: Row) -> str | None:
        if row[HASH] != event_hash(row):
            return "was altered"
        if under_key is not None:
            code = under_key.copy()
            code.update(row[HASH].encode())
            # How long comparing takes tells nobody anything: whoever has the file has the key.
            if row[MAC] != code.hexdigest():
                return "was not written with the key of this rater's file"
        return None

    return alteration


def first_break(events: Iterable[Event], key: bytes | None = None) -> Break | None:
    """Where a rater's log was altered, or is incomplete; None where all of it holds together.

    Two copies of a file that went on from one event make a fork. Both branches hold together, so a fork is no break:
    see `forks`. An end that was cut off cannot be seen in what is left.

    Args:
        events: all of one rater's.
        key: issued with the rater's file.
    """
    ordered, alteration = sorted(events, key=attrgetter("sequence", "uuid")), alterations(key)
    wrong = next(((event.sequence, what) for event in ordered if (what := alteration(event.row))), None)
    gap = first_gap((event.sequence, event.previous, event.hash) for event in ordered)
    if wrong is not None and (gap is None or wrong[0] <= gap):
        return Break(*wrong)
    return None if gap is None else Break(gap, "follows no event before it: one is missing, or this one was put in")


def first_gap(links: Iterable[tuple[int, str, str]]) -> int | None:
    """The sequence number of the first event that follows none before it; None where there is none.

    Args:
        links: (sequence number, hash of the event before, own hash), by sequence number.
    """
    known = {"": 0}
    for sequence, previous, own in links:
        if known.get(previous) != sequence - 1:
            return sequence
        known[own] = sequence
    return None


def forks(sequences: Iterable[int]) -> tuple[int, ...]:
    """The sequence numbers that stand twice: there a log goes two ways, because it went on in two copies of a file."""
    return tuple(sorted(number for number, n in Counter(sequences).items() if n > 1))
