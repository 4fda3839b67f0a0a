"""What a study file asks, shows and says, as rows that can be held against another's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import msgspec

from app.study.chain import KIND, TRIAL, Row
from app.study.file import StudyFile
from app.study.packing import NO_PICTURE
from app.study.records import Rater

_UNIT, _OCCASION, _KIND, _SHOWN = 4, 6, 7, (3, 8)
"""Where in the row of a trial these are."""
_ANSWERS = frozenset(("label", "cannot_tell", "nothing"))


def unanswered(trials: Mapping[str, str], events: Iterable[Row]) -> int:
    """How many trials have no answer that stands, but for practice, by the events of one rater in their order.

    Args:
        trials: of which kind each is.
        events: about these trials.
    """
    newest = {row[TRIAL]: row[KIND] for row in events if row[KIND] in _ANSWERS or row[KIND] == "undo"}
    asked = {trial for trial, kind in trials.items() if kind != "practice"}
    return len(asked - {trial for trial, said in newest.items() if said != "undo"})


def about(trial: Row) -> Row:
    """What a trial is about: its kind, its unit and what it shows; of two pictures, whichever side they are on."""
    return _asked(trial[_KIND], trial[_UNIT], *(trial[place] for place in _SHOWN))


def _asked(kind: str, unit: int, stimulus: str | None, other: str | None) -> Row:
    return kind, unit, stimulus is None, other is None, frozenset((stimulus, other))


def occasion(trial: Row) -> object:
    """Which time it is that the trial is put before the rater."""
    return trial[_OCCASION]


def pictures_of(study: StudyFile) -> Iterator[Row]:
    """Which picture every stimulus, reference and example is, by its hash; not where a file leaves them out."""
    for sql in (
        f"SELECT 'stimulus', id, unit, image FROM stimulus WHERE image <> '{NO_PICTURE}'",
        "SELECT 'reference', unit, role, rank, activation, image FROM reference",
        "SELECT 'example', rubric, position, rank, image FROM category_example",
    ):
        yield from study.connection.execute(sql)


def are_named_rightly(study: StudyFile) -> bool:
    """Whether every picture in a file is the one whose hash stands beside it."""
    pictures = study.connection.execute("SELECT sha256, data FROM image")
    return all(hashlib.sha256(data).hexdigest() == name for name, data in pictures)


def asked_of(study: StudyFile) -> frozenset[Row]:
    """What a trial may be `about`."""
    run = study.connection.execute
    task = study.rubric().task
    if task == "name_it":
        main = run("SELECT number, NULL, NULL FROM unit")
    elif task == "which_one":
        main = run('SELECT unit, "first", second FROM pair JOIN stimulus ON stimulus.id = "first"')
    else:
        main = run("SELECT unit, id, NULL FROM stimulus WHERE id NOT IN (SELECT stimulus FROM known)")
    known = run("SELECT kind, unit, id, other FROM known JOIN stimulus ON id = known.stimulus")
    rows = chain((("main", *row) for row in main), known)
    return frozenset(_asked(*row) for row in rows)


def events_of(study: StudyFile, rater: Rater) -> tuple[Row, ...]:
    """A rater's events as the table has them: a million of them are compared as they are, and made nothing of."""
    sql = "SELECT * FROM event WHERE rater = ? ORDER BY sequence, uuid"
    return tuple(study.connection.execute(sql, (rater.id,)))


def trials_of(study: StudyFile, rater: Rater) -> str:
    """A rater's trials in their order, as one text of JSON: SQLite makes that in half the time of handing over rows."""
    (text,) = study.connection.execute(_TRIALS, (rater.id,)).fetchone()
    return str(text)


_TRIALS = """
SELECT json_group_array(json_array(
    kind, id, rater, position, stimulus, unit, condition, occasion, other, "references", block
)) FROM (SELECT * FROM trial WHERE rater = ? ORDER BY position)
"""


def same_trials(theirs: str, ours: str) -> bool:
    """Whether a file has the trials that the study laid down, be it as a file has them that was handed out."""
    return theirs == ours or _as_packed(theirs) == _as_packed(ours)


def _as_packed(trials: str) -> str:
    """Trials as a file that was handed out has them: there a catch trial looks like any other."""
    return trials.replace('["catch",', '["main",')  # within what a file says no quotation mark stands by itself


class _Kind(msgspec.Struct, array_like=True):
    """Of a trial's row the beginning: the rest is passed over."""

    kind: str
    id: str


def kinds_of(trials: str) -> dict[str, str]:
    """Of which kind each trial is."""
    return {trial.id: trial.kind for trial in _decode_kinds(trials)}


def rows_of(trials: str) -> tuple[Row, ...]:
    """Trials as the table has them."""
    return tuple((*row[1 : _KIND + 1], row[0], *row[_KIND + 1 :]) for row in _decode_rows(trials))


_decode_kinds = msgspec.json.Decoder(list[_Kind]).decode
_decode_rows = msgspec.json.Decoder(list[list[Any]]).decode


def rubrics_of(study: StudyFile) -> dict[object, object]:
    """Every version of the question and its answers, as the file has it."""
    rows = study.connection.execute("SELECT * FROM rubric").fetchall()
    answers = study.connection.execute("SELECT rubric, position, name, definition FROM category").fetchall()
    return {row[0]: (row, sorted(answer for answer in answers if answer[0] == row[0])) for row in rows}
