"""A new study, written into the empty tables of its file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import astuple

from app.study.records import NewStudy, Rubric, Stimulus, StudyInfo, UnitSample

Progress = Callable[[int, int], None]


def insert_study(connection: sqlite3.Connection, new: NewStudy, progress: Progress | None = None) -> None:
    """Insert everything that a study holds before its first rater; `progress` is called with stimuli done and all.

    Raises:
        sqlite3.IntegrityError: the study contradicts itself.
    """
    _insert_info(connection, new.info)
    _insert_rubric(connection, new.rubric)
    for sample in new.units:
        _insert_unit(connection, sample)
    # Sorted by id, which is a hash: the order of the rows says nothing of the activation either.
    for done, stimulus in enumerate(sorted(new.stimuli, key=lambda stimulus: stimulus.id), 1):
        _insert_stimulus(connection, stimulus)
        if progress is not None:
            progress(done, len(new.stimuli))


def _insert_info(connection: sqlite3.Connection, info: StudyInfo) -> None:
    connection.execute(
        "INSERT INTO study VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
        (info.uuid, info.title, info.claim, info.seed, info.created, info.program, json.dumps(info.facts)),
    )


def _insert_rubric(connection: sqlite3.Connection, rubric: Rubric) -> None:
    connection.execute(
        "INSERT INTO rubric VALUES (?, ?, ?, ?)", (rubric.version, rubric.question, rubric.instructions, rubric.scale)
    )
    connection.executemany(
        "INSERT INTO category VALUES (?, ?, ?, ?)",
        [(rubric.version, place, c.name, c.definition) for place, c in enumerate(rubric.categories, 1)],
    )


def _insert_unit(connection: sqlite3.Connection, sample: UnitSample) -> None:
    unit, edges = sample.unit, sample.histogram.edges
    connection.execute("INSERT INTO unit VALUES (?, ?, ?)", (unit.number, unit.name, json.dumps(unit.facts)))
    connection.executemany(
        "INSERT INTO stratum VALUES (?, ?, ?, ?, ?, ?)",
        [(unit.number, s.number, s.low, s.high, s.population, s.drawn) for s in sample.strata],
    )
    connection.executemany(
        "INSERT INTO histogram VALUES (?, ?, ?, ?)",
        [
            (unit.number, low, high, count)
            for low, high, count in zip(edges[:-1], edges[1:], sample.histogram.counts, strict=True)
        ],
    )
    connection.executemany(
        "INSERT INTO reference VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (unit.number, r.role, r.rank, r.activation, _insert_image(connection, r.image), r.source, *astuple(r.box))
            for r in sample.references
        ],
    )


def _insert_stimulus(connection: sqlite3.Connection, s: Stimulus) -> None:
    connection.execute("INSERT INTO stimulus VALUES (?, ?, ?)", (s.id, s.unit, _insert_image(connection, s.image)))
    connection.execute(
        "INSERT INTO measurement VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (s.id, s.activation, s.stratum, s.inclusion_probability, s.source, *astuple(s.box)),
    )
    connection.executemany(
        "INSERT INTO other_activation VALUES (?, ?, ?)",
        [(s.id, unit, activation) for unit, activation in s.others.items()],
    )


def _insert_image(connection: sqlite3.Connection, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    connection.execute("INSERT OR IGNORE INTO image VALUES (?, ?)", (digest, data))
    return digest
