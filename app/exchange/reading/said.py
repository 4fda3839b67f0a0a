"""What is read from a tool's file, one answer at a time, whatever the tool."""

from __future__ import annotations

import math
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from app.errors import Fault
from app.exchange.asked import Asked, Item, NotMeant, Unclear, quoted
from app.reading import read_bytes
from app.study.records import CANNOT_TELL, Answer

T = TypeVar("T")
MOST_BYTES = 512 * 1024 * 1024
"""Of one file. Tools that copy the pictures into their answers write files of some hundred megabytes."""
_MOST_MILLISECONDS = 31 * 24 * 3600 * 1000
_MOST_PERSON = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a person to one item."""

    where: str
    """In the file."""
    person: str | None
    """As the tool calls them; None where the file does not say."""
    item: Item
    left: str | None
    """Of two images, the one to which "left" in the answer points."""
    answer: Answer
    milliseconds: int
    """0 where the tool told no time, or one that cannot be."""
    at: str
    """UTC to the second, as in a study file; empty where the tool told none."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is no answer, and why."""

    where: str
    why: str
    """In words that fit one of them, and many."""
    person: str = ""
    """Who said it, as the tool calls them: for the screen alone; empty where that is not known."""
    on_purpose: bool = False
    """Somebody wanted it out: there is nothing to mend."""


def said(
    asked: Asked,
    where: str,
    *,
    study: str | None,
    stimulus: str,
    values: Sequence[str],
    person: str | None,
    left: str | None = None,
    confidence: int | None = None,
    note: str | None = None,
    milliseconds: float | None = None,
    at: str = "",
) -> Said:
    """Check one answer against what the study asks. A time that cannot be one is dropped, and the answer taken.

    Raises:
        Unclear: it cannot be taken, and why.
    """
    who = " ".join((person or "").split())  # so that no second blank makes somebody else of them
    if len(who) > _MOST_PERSON or not who.isprintable():
        raise Unclear("who said it cannot be read")
    try:
        item = _item(asked, study, stimulus)
        answer = asked.answer([_typed(value) for value in values], confidence, note)
        if len(item.stimuli) == 2 and answer.label is not None and left not in item.stimuli:
            raise Unclear("it does not say which of the two images was on the left")
    except Unclear as why:
        why.person = who
        raise
    if milliseconds is None or not 0 <= milliseconds <= _MOST_MILLISECONDS:
        milliseconds = 0
    return Said(where, who or None, item, left, answer, math.floor(milliseconds + 0.5), at)


def _item(asked: Asked, study: str | None, stimulus: str) -> Item:
    if study is not None and study != asked.study:
        raise Unclear("it belongs to another study")
    item = asked.items.get(stimulus)
    if item is None:
        raise Unclear(f"the study has nothing to judge that is called {quoted(stimulus)}")
    return item


def _typed(value: str) -> str:
    """An answer, with the apostrophe that spreadsheets make curly as the study has it."""
    straight = value.strip().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return CANNOT_TELL if straight.casefold() == CANNOT_TELL else value


def each(entries: Iterator[tuple[str, T]], read: Callable[[str, T], Said | None]) -> Iterator[Said | Skipped]:
    """What `read` makes of every entry; where it is `Unclear`, that. None: the entry is not about the study at all."""
    for where, entry in entries:
        try:
            found = read(where, entry)
        except Unclear as why:
            yield Skipped(where, str(why), why.person, isinstance(why, NotMeant))
        else:
            if found is not None:
                yield found


def contents(path: Path) -> bytes:
    """All of a file, without the mark that some programs begin a text with.

    Raises:
        Fault: it is no file, is too large, or cannot be read.
    """
    return read_bytes(path, MOST_BYTES).removeprefix(BOM_UTF8)


def decoded(data: bytes | msgspec.Raw, kind: type[T]) -> T:
    """JSON of this type; what else stands in it is passed over.

    Raises:
        Unclear: it is none.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Unclear(f"it cannot be read: {error}") from error


def listed(path: Path, what: str) -> list[msgspec.Raw]:
    """The entries of a file that is one JSON list, not looked into yet.

    Raises:
        Fault: it is none; `what` says what it should be.
    """
    try:
        return decoded(contents(path), list[msgspec.Raw])
    except Unclear as error:
        raise Fault(f"{path} is no {what}: {error}.") from error


def moment(told: str | float | None) -> str:
    """A time as a study file has it: from ISO 8601 (UTC where no zone is named), or from seconds since 1970.

    Raises:
        Unclear: it is none.
    """
    if told is None or told == "":
        return ""
    try:
        if isinstance(told, str):
            when = datetime.fromisoformat(told.strip())
            when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        else:
            when = datetime.fromtimestamp(told, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Unclear(f"the time of day {quoted(str(told))} cannot be read") from error
    return when.strftime("%Y-%m-%dT%H:%M:%SZ") if when.year >= 1970 else ""
