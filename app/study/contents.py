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
    """What a trial is about: its kind, its unit and what it shows, whichever side that is on."""
    return trial[_KIND], trial[_UNIT], frozenset(trial[place] for place in _SHOWN) - {None}


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
    return frozenset((kind, unit, frozenset(shown) - {None}) for kind, unit, *shown in rows)


def events_of(study: StudyFile, rater: Rater) -> tuple[Row, ...]:
    """A rater's events as the table has them: a million of them are compared as they are, and made nothing of."""
    sql = "SELECT * FROM event WHERE rater = ? ORDER BY sequence, uuid"
    return tuple(study.connection.execute(sql, (rater.id,)))


def trials_of(study: StudyFile, rater: Rater) -> tuple[Row, ...]:
    """A rater's trials as the table has them, in their order."""
    return tuple(study.connection.execute("SELECT * FROM trial WHERE rater = ? ORDER BY position", (rater.id,)))


def digest_of_trials(study: StudyFile, rater: Rater) -> bytes:
    """SHA-256 over a rater's trials in their order, as a file has them that was handed out.

    There a catch trial looks like any other. SQLite makes one text of them: of a million trials no objects are made.
    """
    sql = """
        SELECT json_group_array(json_array(
            id, position, stimulus, unit, condition, occasion, other, "references", block, kind = 'practice'
        )) FROM (SELECT * FROM trial WHERE rater = ? ORDER BY position)
    """
    (text,) = study.connection.execute(sql, (rater.id,)).fetchone()
    return hashlib.sha256(text.encode()).digest()


def kinds_of_trials(study: StudyFile, rater: Rater) -> dict[str, str]:
    """Of which kind each trial of a rater is."""
    return dict(study.connection.execute("SELECT id, kind FROM trial WHERE rater = ?", (rater.id,)))


def rubrics_of(study: StudyFile) -> dict[object, object]:
    """Every version of the question and its answers, as the file has it."""
    rows = study.connection.execute("SELECT * FROM rubric").fetchall()
    answers = study.connection.execute("SELECT rubric, position, name, definition FROM category").fetchall()
    return {row[0]: (row, sorted(answer for answer in answers if answer[0] == row[0])) for row in rows}
