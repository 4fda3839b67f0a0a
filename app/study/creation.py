"""A new study, written into the empty tables of its file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
from collections.abc import Callable
from dataclasses import astuple

from app.study import protocol
from app.study.records import Known, NewStudy, Rubric, Stimulus, StudyInfo, UnitSample

Progress = Callable[[int, int], None]


def insert_study(connection: sqlite3.Connection, new: NewStudy, progress: Progress | None = None) -> None:
    """Insert everything that a study holds before its first rater; `progress` is called with stimuli done and all.

    Raises:
        sqlite3.IntegrityError: the study contradicts itself.
    """
    _insert_info(connection, new.info)
    _insert_rubric(connection, new.rubric)
    connection.execute("INSERT INTO protocol VALUES (1, ?)", (protocol.encode(new.protocol),))
    for sample in new.units:
        _insert_unit(connection, sample)
    # Sorted by id, which is a hash: the order of the rows says nothing of the activation either.
    shown: list[Stimulus | Known] = [*new.stimuli, *new.known]
    for done, stimulus in enumerate(sorted(shown, key=lambda stimulus: stimulus.id), 1):
        if isinstance(stimulus, Known):
            _insert_known(connection, stimulus)
        else:
            _insert_stimulus(connection, stimulus)
        if progress is not None:
            progress(done, len(shown))
    connection.executemany(
        "INSERT INTO pair VALUES (?, ?, ?, ?)",
        [astuple(pair) for pair in sorted(new.pairs, key=lambda pair: pair.id)],
    )


def _insert_info(connection: sqlite3.Connection, info: StudyInfo) -> None:
    connection.execute(
        "INSERT INTO study VALUES (1, ?, ?, ?, ?, ?, ?, ?, NULL)",
        (info.uuid, info.title, info.claim, info.seed, info.created, info.program, json.dumps(info.facts)),
    )


def _insert_rubric(connection: sqlite3.Connection, rubric: Rubric) -> None:
    rating = (None, None, None) if rubric.rating is None else astuple(rubric.rating)
    connection.execute(
        "INSERT INTO rubric VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            rubric.version,
            rubric.question,
            rubric.instructions,
            rubric.scale,
            rubric.task,
            int(rubric.several),
            int(rubric.nothing),
            *rating,
        ),
    )
    for place, category in enumerate(rubric.categories, 1):
        connection.execute(
            "INSERT INTO category VALUES (?, ?, ?, ?)", (rubric.version, place, category.name, category.definition)
        )
        connection.executemany(
            "INSERT INTO category_example VALUES (?, ?, ?, ?)",
            [
                (rubric.version, place, rank, _insert_image(connection, image))
                for rank, image in enumerate(category.examples, 1)
            ],
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
    if s.heat is not None:
        data = struct.pack(f"<{len(s.heat.values)}f", *s.heat.values)
        connection.execute("INSERT INTO heat_map VALUES (?, ?, ?, ?)", (s.id, s.heat.rows, s.heat.columns, data))


def _insert_known(connection: sqlite3.Connection, known: Known) -> None:
    for id_, image in ((known.id, known.image), (known.other_id, known.other)):
        if id_ is not None and image is not None:
            picture = _insert_image(connection, image)
            connection.execute("INSERT INTO stimulus VALUES (?, ?, ?)", (id_, known.unit, picture))
    accepted = json.dumps(known.accepted, ensure_ascii=False)
    connection.execute(
        "INSERT INTO known VALUES (?, ?, ?, ?, ?)", (known.id, known.other_id, known.kind, accepted, known.why)
    )


def _insert_image(connection: sqlite3.Connection, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    connection.execute("INSERT OR IGNORE INTO image VALUES (?, ?)", (digest, data))
    return digest
