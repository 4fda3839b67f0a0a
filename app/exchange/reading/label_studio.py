"""Label Studio's exports: JSON, and JSON-MIN, in which each annotation is one flat entry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from app.exchange.asked import Asked, NotMeant, Unclear
from app.exchange.reading.said import Said, Skipped, decoded, each, listed, moment, said

LABEL, NO_LABEL, WORDS, COMMENT = "label", "no_label", "words", "comment"
"""The names of the controls, as the labeling configuration that we write has them."""
_VALUES, _TEXT = ("choices", "rating", "number"), "text"


class _Result(msgspec.Struct):
    value: dict[str, Any] = {}


class _Person(msgspec.Struct):
    id: int | None = None
    email: str | None = None


class _Annotation(msgspec.Struct):
    result: list[_Result] = []
    completed_by: int | str | _Person | None = None
    was_cancelled: bool = False
    lead_time: float | None = None
    created_at: str | None = None
    updated_at: str | None = None


class _Data(msgspec.Struct):
    stimulus: str
    study: str | None = None
    left: str | None = None


class _Task(msgspec.Struct):
    data: _Data
    annotations: list[msgspec.Raw]


class _Flat(msgspec.Struct):
    """An entry of JSON-MIN."""

    stimulus: str
    study: str | None = None
    left: str | None = None
    annotator: int | str | _Person | None = None
    lead_time: float | None = None
    created_at: str | None = None
    updated_at: str | None = None
    label: Any = None
    no_label: Any = None
    words: Any = None
    comment: Any = None


class _Shape(msgspec.Struct):
    """What tells the two kinds of export apart."""

    data: msgspec.Raw = msgspec.Raw()
    annotations: msgspec.Raw = msgspec.Raw()


def read(path: Path, asked: Asked) -> Iterator[Said | Skipped]:
    """What an export says. Predictions and drafts are no answers; cancelled annotations are passed over, and told."""
    for number, raw in enumerate(listed(path, "export of Label Studio in JSON"), 1):
        where = f"task {number}"
        try:
            if not decoded(raw, _Shape).annotations:
                yield from each(iter([(where, decoded(raw, _Flat))]), partial(_flat, asked))
                continue
            task = decoded(raw, _Task)
        except Unclear as why:
            yield Skipped(where, str(why))
            continue
        entries = ((f"{where}, annotation {place}", one) for place, one in enumerate(task.annotations, 1))
        yield from each(entries, partial(_annotation, asked, task.data))


def _annotation(asked: Asked, data: _Data, where: str, raw: msgspec.Raw) -> Said:
    one = decoded(raw, _Annotation)
    if one.was_cancelled:
        raise NotMeant("cancelled in Label Studio")
    given = [result.value for result in one.result]
    return said(
        asked,
        where,
        study=data.study,
        stimulus=data.stimulus,
        left=data.left,
        values=[text for value in given for key in _VALUES for text in _texts(value.get(key))],
        note="\n".join(text for value in given for text in _texts(value.get(_TEXT))),
        person=_person(one.completed_by),
        milliseconds=None if one.lead_time is None else 1000 * one.lead_time,
        at=moment(one.updated_at or one.created_at),
    )


def _flat(asked: Asked, where: str, one: _Flat) -> Said:
    return said(
        asked,
        where,
        study=one.study,
        stimulus=one.stimulus,
        left=one.left,
        values=[*_texts(one.label), *_texts(one.no_label)],
        note="\n".join([*_texts(one.words), *_texts(one.comment)]),
        person=_person(one.annotator),
        milliseconds=None if one.lead_time is None else 1000 * one.lead_time,
        at=moment(one.updated_at or one.created_at),
    )


def _person(told: int | str | _Person | None) -> str | None:
    """The number of an account, or else its e-mail address, which goes into no file."""
    if isinstance(told, _Person):
        told = told.email if told.id is None else told.id
    return None if told is None else str(told)


def _texts(value: object) -> list[str]:
    """What was chosen or written: a text or a number, or either in lists and in `{"choices": ...}`, as it comes."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, dict):
        return [text for key in (*_VALUES, _TEXT) for text in _texts(value.get(key))]
    return [text for one in value for text in _texts(one)] if isinstance(value, list) else []
