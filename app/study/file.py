"""The study file, opened: what may be read from it, and the few ways to add to it.

A rollback journal and synchronous=FULL: people copy and mail these files, and a write-ahead log beside them would be
left behind. The file may come from anybody, so nothing in it is run that this program did not write.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from app.errors import Fault
from app.study import schema
from app.study.creation import Progress, insert_study
from app.study.opening import check_content, check_header, connect, explained, identity, is_cut_off
from app.study.records import (
    Box,
    Category,
    Event,
    Histogram,
    Judgement,
    NewStudy,
    Rater,
    Reference,
    Rubric,
    Stimulus,
    Stratum,
    StudyInfo,
    Trial,
    Unit,
)

SUFFIX = ".jury"
_BOX = '"top", "left", "bottom", "right"'


class StudyFile:
    """One open study file. Close it, or use it in a `with` statement.

    Reads and writes may come from different threads, one at a time.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.connection = connection
        self._identity = identity(path)

    @classmethod
    def create(cls, path: Path, new: NewStudy, progress: Progress | None = None) -> None:
        """Write a new study file, whole or not at all.

        Raises:
            Fault: there is a file at `path` already, or it cannot be written.
        """
        if path.exists():
            raise Fault(f"{path} exists already. Name another file with --out, or move this one away first.")
        part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with explained(part), closing(connect(part, "rwc")) as connection:
                schema.migrations.apply(Database(connection))
                connection.execute("BEGIN")
                insert_study(connection, new, progress)
                connection.execute("COMMIT")
            part.replace(path)
        except OSError as error:
            raise Fault(f"{path} cannot be written: {error.strerror}.") from error
        finally:
            part.unlink(missing_ok=True)

    @classmethod
    def open(cls, path: Path, *, writable: bool = True) -> Self:
        """Open a study file of this program's schema.

        Raises:
            Fault: there is no such file, it is no study file, it is damaged, or it is from a newer version; the file
                is then as it was.
        """
        check_header(path)
        if writable and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
            raise Fault(
                f"{path} cannot be written to. Copy it to a folder of your own (Documents, say) and open it there."
            )
        with explained(path):
            # What a crash left half written must be undone before it is read, and that is a write.
            connection = connect(path, "rw" if writable or is_cut_off(path) else "ro")
            try:
                check_content(path, connection)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """Close the file; it is whole on disk already."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- what everyone may read -------------------------------------------------------------------------------

    def info(self) -> StudyInfo:
        """What the study is."""
        study, title, claim, seed, created, program, facts = self._one(
            "SELECT uuid, title, claim, seed, created, program, facts FROM study"
        )
        return StudyInfo(study, title, claim, seed, created, program, self._facts(facts))

    def rubric(self) -> Rubric:
        """The newest rubric."""
        version, question, instructions, scale = self._one(
            "SELECT version, question, instructions, scale FROM rubric ORDER BY version DESC LIMIT 1"
        )
        rows = self._rows("SELECT name, definition FROM category WHERE rubric = ? ORDER BY position", version)
        return Rubric(version, question, instructions, scale, tuple(Category(*row) for row in rows))

    def references(self, unit: int) -> tuple[Reference, ...]:
        """The references of a unit, most activating first, then least activating, each by rank."""
        rows = self._rows(
            f"SELECT role, rank, activation, data, source, {_BOX} FROM reference JOIN image ON sha256 = image"
            " WHERE unit = ? ORDER BY role DESC, rank",
            unit,
        )
        return tuple(
            Reference(role, rank, activation, data, source, Box(*box))
            for role, rank, activation, data, source, *box in rows
        )

    def histogram(self, unit: int) -> Histogram:
        """The distribution of a unit's activations over its population."""
        rows = self._rows("SELECT low, high, count FROM histogram WHERE unit = ? ORDER BY low", unit)
        edges = tuple(low for low, _, _ in rows) + tuple(high for _, high, _ in rows[-1:])
        return Histogram(edges, tuple(count for _, _, count in rows))

    def image(self, stimulus: str) -> bytes:
        """The encoded image of a stimulus."""
        data: bytes = self._one(
            "SELECT data FROM stimulus JOIN image ON sha256 = image WHERE stimulus.id = ?", stimulus
        )[0]
        return data

    def raters(self) -> tuple[Rater, ...]:
        """All raters, in the order they were added."""
        rows = self._rows("SELECT id, pseudonym, seed, simulated FROM rater ORDER BY rowid")
        return tuple(Rater(id_, pseudonym, seed, bool(simulated)) for id_, pseudonym, seed, simulated in rows)

    def trials(self, rater: Rater) -> tuple[Trial, ...]:
        """A rater's trials in their order."""
        rows = self._rows(
            "SELECT trial.id, position, stimulus, unit, condition, occasion"
            " FROM trial JOIN stimulus ON stimulus.id = stimulus WHERE rater = ? ORDER BY position",
            rater.id,
        )
        return tuple(Trial(*row) for row in rows)

    def events(self, rater: Rater) -> tuple[Event, ...]:
        """A rater's log in its order."""
        rows = self._rows(
            "SELECT uuid, rater, sequence, trial, kind, answer, milliseconds, at, rubric, previous, hash"
            " FROM event WHERE rater = ? ORDER BY sequence, uuid",
            rater.id,
        )
        return tuple(Event(*row) for row in rows)

    def judgements(self, unit: int | None = None) -> tuple[Judgement, ...]:
        """What all raters say, as the log stands now; of one unit, on the stimuli that were drawn for it."""
        rows = self._rows(
            "SELECT stimulus, rater, label, condition, occasion, milliseconds / 1000.0, simulated FROM judgement"
            " WHERE ? IS NULL OR unit = ? ORDER BY rater, occasion, stimulus",
            unit,
            unit,
        )
        return tuple(
            Judgement(stimulus, rater, label, condition, occasion, seconds, bool(simulated))
            for stimulus, rater, label, condition, occasion, seconds, simulated in rows
        )

    # ---- what only the analysis may read ----------------------------------------------------------------------

    def units(self) -> tuple[Unit, ...]:
        """The units of the study by number, with the names and facts that are kept from raters.

        Raises:
            Fault: there is none.
        """
        rows = self._rows("SELECT number, name, facts FROM unit ORDER BY number")
        if not rows:
            raise self._incomplete()
        return tuple(Unit(number, name, self._facts(facts)) for number, name, facts in rows)

    def stimuli(self, unit: int | None = None) -> tuple[Stimulus, ...]:
        """The stimuli, or those drawn for one unit, with their hidden values; for the report, never for a session."""
        others: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for stimulus, other, activation in self._rows("SELECT stimulus, unit, activation FROM other_activation"):
            others[stimulus][other] = activation
        rows = self._rows(
            f"SELECT id, unit, data, activation, stratum, inclusion_probability, source, {_BOX}"
            " FROM stimulus JOIN image ON sha256 = image JOIN measurement ON stimulus.id = measurement.stimulus"
            " WHERE ? IS NULL OR unit = ? ORDER BY id",
            unit,
            unit,
        )
        return tuple(
            Stimulus(id_, of, data, activation, stratum, probability, source, Box(*box), others.get(id_, {}))
            for id_, of, data, activation, stratum, probability, source, *box in rows
        )

    def strata(self, unit: int) -> tuple[Stratum, ...]:
        """The activation bands that the stimuli of a unit were drawn from."""
        rows = self._rows(
            "SELECT number, low, high, population, drawn FROM stratum WHERE unit = ? ORDER BY number", unit
        )
        return tuple(Stratum(*row) for row in rows)

    # ---- what may be added ------------------------------------------------------------------------------------

    def add_rater(self, pseudonym: str, *, simulated: bool = False, seed: int | None = None) -> Rater:
        """Add a rater with a trial for every stimulus, blind, in an order of their own from a stored seed.

        The units come in a random order, and the stimuli of a unit in a random order together: the examples beside
        them change with the unit, and going to and fro between units would tire people.

        Raises:
            Fault: the name is empty, too long or taken, or the file cannot be written.
        """
        pseudonym = " ".join(pseudonym.split())
        if not 1 <= len(pseudonym) <= 60 or not pseudonym.isprintable():
            raise Fault("Please give a name of 1 to 60 letters, such as initials or a nickname.")
        number = random.SystemRandom().getrandbits(32) if seed is None else seed
        rater = Rater(str(uuid.uuid4()), pseudonym, number, simulated)
        order = _in_blocks(self._rows("SELECT unit, id FROM stimulus ORDER BY unit, id"), random.Random(number))
        with self.writing() as connection:
            if any(other.pseudonym == pseudonym for other in self.raters()):
                raise Fault(f"There is a rater called {pseudonym} in this study already.")
            connection.execute("INSERT INTO rater VALUES (?, ?, ?, ?)", (rater.id, pseudonym, number, int(simulated)))
            connection.executemany(
                "INSERT INTO trial VALUES (?, ?, ?, ?, 'blind', 1)",
                [(str(uuid.uuid4()), rater.id, place, stimulus) for place, stimulus in enumerate(order, 1)],
            )
        return rater

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: on disk when the block ends, or undone if anything in it fails.

        Raises:
            Fault: the file was moved or replaced, is locked, or the disk is full.
        """
        if identity(self.path) != self._identity:
            raise Fault(f"{self.path} was moved, removed or replaced while it was open. Put it back and open it again.")
        with explained(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with explained(self.path):
            return self.connection.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: object) -> tuple[Any, ...]:
        rows = self._rows(sql, *values)
        if not rows:
            raise self._incomplete()
        return rows[0]

    def _facts(self, text: str) -> dict[str, object]:
        try:
            facts = json.loads(text)
        except ValueError:
            facts = None
        if not isinstance(facts, dict):
            raise Fault(f"{self.path} was altered: the facts of the study cannot be read. Ask for a fresh copy of it.")
        return facts

    def _incomplete(self) -> Fault:
        return Fault(f"{self.path} is incomplete: ask for a fresh copy of it.")


def _in_blocks(stimuli: Iterable[tuple[int, str]], rng: random.Random) -> list[str]:
    """Stimulus ids of (unit, id), shuffled within their unit, the units shuffled too."""
    blocks: defaultdict[int, list[str]] = defaultdict(list)
    for unit, stimulus in stimuli:
        blocks[unit].append(stimulus)
    order = list(blocks.values())
    rng.shuffle(order)
    for block in order:
        rng.shuffle(block)
    return [stimulus for block in order for stimulus in block]
