"""Of several answers to one item, which counts: it follows from the set of them, never from the order they came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.study.events import Event
from app.study.records import Answer

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
    """To be written. One that the log has already is written anew where it is the newest, and another one stands."""
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
    before = {_word(one) for one in events if one.kind in _ANSWERS}
    heard = set(said)
    fresh = sorted(heard - before)
    known = len(heard & before)
    newest = max(before, default=None)
    new = [word for word in fresh if newest is None or word > newest or _contradicts(word, newest)]
    older = len(fresh) - len(new)
    best = max([*new, *before])
    contradicted = len({word.answer for word in (*new, *before) if word.at == best.at}) > 1
    standing = next((one for one in reversed(events) if one.kind in (*_ANSWERS, "undo")), None)
    is_undone = not new and standing is not None and standing.kind == "undo"
    # After two copies of a study were collected, the log may end with an older word. What a person took back stays so.
    may_be_older = standing is not None and not new and not contradicted and standing.at <= best.at
    if standing is not None and may_be_older and (is_undone or _word(standing) != best):
        new.append(best)
        known -= best in heard
    return News(tuple(new), known, older, contradicted, contradicted and not is_undone)


def _word(event: Event) -> Word:
    return Word.of(event.at, Answer(event.answer, event.kind, event.confidence, event.note), event.milliseconds)


def _contradicts(word: Word, newest: Word) -> bool:
    return word.at == newest.at and word.answer != newest.answer
