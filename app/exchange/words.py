"""Of several answers to one item, which counts: it follows from the set of them, never from the order they came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.study.records import Answer, Event

_ANSWERS = ("label", "cannot_tell", "nothing")


@dataclass(frozen=True, slots=True, order=True)
class Word:
    """One answer to one item. Words are ordered by time; those of one moment in an order that is always the same."""

    at: str
    """UTC to the second; empty where no time is known, which comes before all times."""
    kind: str
    label: str
    """Empty where there is none."""
    confidence: int
    """0 where there is none."""
    note: str
    milliseconds: int

    @classmethod
    def of(cls, at: str, answer: Answer, milliseconds: int) -> Word:
        """From an answer."""
        return cls(at, answer.kind, answer.label or "", answer.confidence or 0, answer.note or "", milliseconds)

    @property
    def entry(self) -> tuple[str, str | None, int | None, str | None]:
        """Kind, answer, confidence and note, as the log has them."""
        return self.kind, self.label or None, self.confidence or None, self.note or None

    @property
    def answer(self) -> tuple[str, str, int]:
        """What two words must agree in to say the same."""
        return self.kind, self.label, self.confidence


@dataclass(frozen=True, slots=True)
class News:
    """What the words of a file add to those that the log has of the same item."""

    new: tuple[Word, ...]
    known: int
    older: int
    contradicted: bool
    """The newest words are of one moment, and differ: none counts."""
    undo: bool
    """That has to be said in the log still."""


def news(log: Iterable[Event], said: Iterable[Word]) -> News:
    """What is to be written, so that the newest answer in the log is the newest of all that were ever read.

    Args:
        log: the events of one trial, in order.
        said: what files say of it, in any order.
    """
    events = list(log)
    before = {
        Word.of(one.at, Answer(one.answer, one.kind, one.confidence, one.note), one.milliseconds)
        for one in events
        if one.kind in _ANSWERS
    }
    fresh = sorted(set(said) - before)
    known = len(set(said) & before)
    newest = max(before, default=None)
    new = [word for word in fresh if newest is None or word > newest or _contradicts(word, newest)]
    at = max([*new, *before]).at
    contradicted = len({word.answer for word in (*new, *before) if word.at == at}) > 1
    is_undone = not new and bool(events) and events[-1].kind == "undo"
    return News(tuple(new), known, len(fresh) - len(new), contradicted, contradicted and not is_undone)


def _contradicts(word: Word, newest: Word) -> bool:
    return word.at == newest.at and word.answer != newest.answer
