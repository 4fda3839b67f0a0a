"""The data of jsPsych, as `jsPsych.data.get().json()` writes it."""

from __future__ import annotations

import html
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from app.exchange.asked import Asked, Unclear
from app.exchange.reading.said import Said, Skipped, decoded, each, listed, moment, said


class _Several(msgspec.Struct):
    """The answer of survey-multi-select to its one question."""

    label: list[str] = []


class _Mark(msgspec.Struct):
    """What tells our trials from instructions and whatever else there is."""

    stimulus_id: str | None = None


class _Trial(msgspec.Struct):
    stimulus_id: str
    study: str | None = None
    left_id: str | None = None
    rater: str | int | None = None
    answers: list[str] = []
    """What the buttons say, from the first."""
    response: int | float | str | _Several | None = None
    rt: float | None = None
    at: str | None = None


def read(path: Path, asked: Asked) -> Iterator[Said | Skipped]:
    """What a file of one or more people says. Trials without `stimulus_id` are not about the study."""
    trials = listed(path, "data of jsPsych in JSON")
    return each(((f"trial {number}", raw) for number, raw in enumerate(trials, 1)), partial(_trial, asked))


def _trial(asked: Asked, where: str, raw: msgspec.Raw) -> Said | None:
    if decoded(raw, _Mark).stimulus_id is None:
        return None
    one = decoded(raw, _Trial)
    return said(
        asked,
        where,
        study=one.study,
        stimulus=one.stimulus_id,
        left=one.left_id,
        values=_values(asked, one),
        person=None if one.rater is None else str(one.rater),
        milliseconds=one.rt,
        at=moment(one.at),
    )


def _values(asked: Asked, one: _Trial) -> list[str]:
    """The answer in words: a button is told by its place, from 0."""
    response = one.response
    if response is None:
        return []
    if isinstance(response, str) and response.startswith("{"):  # some ways of saving write it as text
        response = decoded(response.encode("utf-8", "replace"), _Several)
    if isinstance(response, _Several):
        return [html.unescape(name) for name in response.label]  # as the plugin was given them: its options are HTML
    if isinstance(response, str):
        return [response]
    if not one.answers:
        if asked.rubric.task == "rate":
            return [str(response)]
        raise Unclear("it does not say what the buttons stand for")
    if not 0 <= response < len(one.answers) or response != int(response):
        raise Unclear(f"there is no button {response}")
    return [one.answers[int(response)]]
