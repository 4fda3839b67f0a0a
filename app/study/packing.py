"""A file for one rater: their trials alone, and of the study only what they may see.

It is written anew, table by table, and never made from a copy by deleting: what was never in a file cannot be found
there. What is left out, and why, stands in docs/study-file.md; `tests/app/study/test_packing.py` searches the bytes.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

import msgspec

from app.study.file import StudyFile, insert_trials, new_file
from app.study.protocol import Exclusion, encode
from app.study.records import Rater, Trial

_MOST_VALUES = 500
NO_PICTURE = hashlib.sha256(b"").hexdigest()
"""What stands for every picture in a file that brings answers alone."""
NOT_TOLD = 0
"""The stratum of a stimulus in a file that was handed out."""


def pack(study: StudyFile, rater: Rater, path: Path, *, password: str | None = None) -> None:
    """Write the file of a rater to whom a key was issued; with a password, where one is given.

    Raises:
        Fault: there is a file at `path` already, it cannot be written, or the password will not do.
        ValueError: no key was issued to this rater.
    """
    key = study.key(rater)
    if key is None:
        raise ValueError(f"no key was issued to {rater.pseudonym}")
    trials = study.trials(rater)
    shown = sorted({stimulus for trial in trials for stimulus in trial.stimuli} | _other_sides(study, trials))
    units = sorted({trial.unit for trial in trials})
    with new_file(path, password) as connection:
        copy = Copy(study.connection, connection)
        copy.whole("rubric")
        # What gets a rater left out would tell that some answers are known.
        own = msgspec.structs.replace(study.protocol(), exclusion=Exclusion())
        connection.execute("INSERT INTO protocol VALUES (1, ?)", (encode(own),))
        copy.whole("category")
        _units(copy, units)
        _images(copy, shown, units)
        copy.whole("category_example")
        copy.some("stimulus", "id", shown)
        copy.some("histogram", "unit", units)
        _revealed(copy, trials)
        _practice(copy, trials)
        # The rater's own seed would say where the catch trials are, and the study's how its ids were made.
        connection.execute(
            "INSERT INTO rater VALUES (?, ?, 0, ?, ?)", (rater.id, rater.pseudonym, int(rater.simulated), rater.number)
        )
        info = study.info()
        connection.execute(
            "INSERT INTO study VALUES (1, ?, ?, '', 0, ?, ?, '{}', ?)",
            (info.uuid, info.title, info.created, info.program, rater.id),
        )
        connection.execute("INSERT INTO issue VALUES (?, ?, 0)", (rater.id, key))
        insert_trials(connection, rater, map(without_its_kind, trials))


def without_its_kind(trial: Trial) -> Trial:
    """The trial as a rater's file has it: a catch trial looks like any other."""
    return replace(trial, kind="main") if trial.kind == "catch" else trial


class Copy:
    """Copies rows of one study file into the empty tables of another."""

    def __init__(self, source: sqlite3.Connection, target: sqlite3.Connection) -> None:
        self._source = source
        self._target = target

    def among(self, sql: str, values: Collection[object]) -> list[tuple[object, ...]]:
        """Rows of the study that is packed; `{}` in `sql` stands for the values, of which SQLite takes so many."""
        listed, found = list(values), []
        for start in range(0, len(listed), _MOST_VALUES):
            part = listed[start : start + _MOST_VALUES]
            found += self._source.execute(sql.format(", ".join("?" * len(part))), part).fetchall()
        return found

    def all(self, sql: str) -> list[tuple[object, ...]]:
        """Rows of the study that is packed."""
        return self._source.execute(sql).fetchall()

    def insert(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        """Rows of the new file, whole ones."""
        for row in rows:
            self._target.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)

    def whole(self, table: str) -> None:
        """All rows of a table as they are."""
        self.insert(table, self.all(f"SELECT * FROM {table} ORDER BY 1, 2"))

    def some(self, table: str, column: str, values: Collection[object]) -> None:
        """The rows of a table whose `column` is one of these, as they are."""
        self.insert(table, self.among(f"SELECT * FROM {table} WHERE {column} IN ({{}}) ORDER BY 1, 2", values))


def _other_sides(study: StudyFile, trials: Iterable[Trial]) -> set[str]:
    """What practice shows beside a stimulus, though no trial of this rater may show it."""
    practised = {stimulus for trial in trials if trial.kind == "practice" for stimulus in trial.stimuli}
    known = study.practice()
    return {known[name].other_id or "" for name in practised & known.keys()} - {""}


def _units(copy: Copy, units: Iterable[int]) -> None:
    """Their numbers: a name such as "dog faces" would lead the rater."""
    copy.insert("unit", [(number, f"unit {number}", "{}") for number in units])


def _images(copy: Copy, shown: list[str], units: list[int]) -> None:
    """The images that the rater sees, in the order of their hashes, whatever they are for; and the references."""
    references = copy.among(
        "SELECT unit, role, rank, activation, image FROM reference WHERE unit IN ({}) ORDER BY unit, role, rank", units
    )
    images = copy.among("SELECT image FROM stimulus WHERE id IN ({})", shown)
    digests = {row[-1] for row in (*references, *images, *copy.all("SELECT image FROM category_example"))}
    copy.some("image", "sha256", sorted(digests, key=str))
    copy.insert("reference", [(*row, "", 0, 0, 0, 0) for row in references])


def _revealed(copy: Copy, trials: Iterable[Trial]) -> None:
    """The activation and the heat map where they are to be shown, and nothing of how the stimulus was drawn."""
    told = sorted({stimulus for trial in trials if trial.condition != "blind" for stimulus in trial.stimuli})
    rows = copy.among("SELECT stimulus, activation FROM measurement WHERE stimulus IN ({}) ORDER BY stimulus", told)
    copy.insert("measurement", [(*row, NOT_TOLD, 1.0, "", 0, 0, 0, 0) for row in rows])
    copy.some("heat_map", "stimulus", told)


def _practice(copy: Copy, trials: Iterable[Trial]) -> None:
    """What practice says afterwards; not what the right answer to a catch trial is."""
    shown = sorted({stimulus for trial in trials if trial.kind == "practice" for stimulus in trial.stimuli})
    copy.insert(
        "known",
        copy.among("SELECT * FROM known WHERE kind = 'practice' AND stimulus IN ({}) ORDER BY stimulus", shown),
    )
