"""Prodigy's datasets, as `prodigy db-out` writes them: one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from app.exchange.asked import Asked, NotMeant, Unclear, quoted
from app.exchange.reading.said import Said, Skipped, contents, decoded, each, moment, said

_NO_ANSWER = ("reject", "ignore")


class _Line(msgspec.Struct):
    stimulus: str
    answer: str
    study: str | None = None
    left: str | None = None
    accept: list[str | int] = []
    user_input: str | None = None
    annotator: str | None = msgspec.field(default=None, name="_annotator_id")
    session: str | None = msgspec.field(default=None, name="_session_id")
    timestamp: float | None = msgspec.field(default=None, name="_timestamp")


def read(path: Path, asked: Asked) -> Iterator[Said | Skipped]:
    """What a dataset says. Rejected and ignored tasks are no answers; Prodigy tells no time that an answer took."""
    lines = contents(path).split(b"\n")
    entries = ((f"line {number}", line) for number, line in enumerate(lines, 1) if line.strip())
    return each(entries, partial(_line, asked))


def _line(asked: Asked, where: str, line: bytes) -> Said:
    one = decoded(line, _Line)
    if one.answer in _NO_ANSWER:
        raise NotMeant(f"Prodigy's answer is {quoted(one.answer)}, and only accepted ones are taken")
    if one.answer != "accept":
        raise Unclear(f"Prodigy's answer is {quoted(one.answer)}, and only accepted ones are taken")
    return said(
        asked,
        where,
        study=one.study,
        stimulus=one.stimulus,
        left=one.left,
        values=[str(value) for value in one.accept],
        note=one.user_input,
        person=one.annotator or one.session,
        at=moment(one.timestamp),
    )
