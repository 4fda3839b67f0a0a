"""What a study file asks, shows and says, as rows that can be held against another's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from itertools import chain

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


def pictures_of(study: StudyFile) -> frozenset[Row]:
    """Which picture every stimulus, reference and example is, by its hash; not where a file leaves them out."""
    found: set[Row] = set()
    for sql in (
        f"SELECT 'stimulus', id, unit, image FROM stimulus WHERE image <> '{NO_PICTURE}'",
        "SELECT 'reference', unit, role, rank, activation, image FROM reference",
        "SELECT 'example', rubric, position, rank, image FROM category_example",
    ):
        found.update(study.connection.execute(sql))
    return frozenset(found)


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


def trials_of(study: StudyFile, rater: Rater) -> tuple[Row, ...]:
    """A rater's trials as the table has them, in their order."""
    return tuple(study.connection.execute("SELECT * FROM trial WHERE rater = ? ORDER BY position", (rater.id,)))


def same_trials(theirs: tuple[Row, ...], ours: tuple[Row, ...]) -> bool:
    """Whether a file has the trials that the study laid down, be it as a file has them that was handed out."""
    return theirs == ours or [*map(_as_packed, theirs)] == [*map(_as_packed, ours)]


def _as_packed(row: Row) -> Row:
    """A trial as a file that was handed out has it: there a catch trial looks like any other."""
    return (*row[:_KIND], "main", *row[_KIND + 1 :]) if row[_KIND] == "catch" else row


def kinds_of(trials: Iterable[Row]) -> dict[str, str]:
    """Of which kind each trial is."""
    return {row[0]: row[_KIND] for row in trials}


def rubrics_of(study: StudyFile) -> dict[object, object]:
    """Every version of the question and its answers, as the file has it."""
    rows = study.connection.execute("SELECT * FROM rubric").fetchall()
    answers = study.connection.execute("SELECT rubric, position, name, definition FROM category").fetchall()
    return {row[0]: (row, sorted(answer for answer in answers if answer[0] == row[0])) for row in rows}
