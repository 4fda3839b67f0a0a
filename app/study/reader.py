"""What may be read from a study file, table by table."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections import defaultdict
from math import isfinite
from pathlib import Path
from typing import Any

from app.errors import Fault
from app.study import protocol
from app.study.events import Event, Judgement
from app.study.opening import explained
from app.study.protocol import Protocol
from app.study.records import (
    Box,
    Category,
    HeatMap,
    Histogram,
    Known,
    Pair,
    Rater,
    Rating,
    Reference,
    Reveal,
    Rubric,
    Stimulus,
    Stratum,
    StudyInfo,
    Trial,
    Unit,
)

_BOX = '"top", "left", "bottom", "right"'


class Reader:
    """The reading half of a study file."""

    path: Path
    connection: sqlite3.Connection

    # ---- what everyone may read -------------------------------------------------------------------------------

    def info(self) -> StudyInfo:
        """What the study is."""
        study, title, claim, seed, created, program, facts = self._one(
            "SELECT uuid, title, claim, seed, created, program, facts FROM study"
        )
        return StudyInfo(study, title, claim, seed, created, program, self._facts(facts))

    def rubric(self) -> Rubric:
        """The newest rubric."""
        version, question, instructions, scale, task, several, nothing, points, low, high = self._one(
            'SELECT version, question, instructions, scale, task, several, "nothing", points, low, high FROM rubric'
            " ORDER BY version DESC LIMIT 1"
        )
        examples: defaultdict[int, list[bytes]] = defaultdict(list)
        for place, data in self._rows(
            "SELECT position, data FROM category_example JOIN image ON sha256 = image WHERE rubric = ?"
            " ORDER BY position, rank",
            version,
        ):
            examples[place].append(data)
        rows = self._rows("SELECT position, name, definition FROM category WHERE rubric = ? ORDER BY position", version)
        return Rubric(
            version=version,
            question=question,
            instructions=instructions,
            scale=scale,
            categories=tuple(Category(name, words, tuple(examples[place])) for place, name, words in rows),
            task=task,
            several=bool(several),
            nothing=bool(nothing),
            rating=None if points is None else Rating(points, low, high),
        )

    def protocol(self) -> Protocol:
        """How a session runs.

        Raises:
            Fault: it cannot be read.
        """
        try:
            return protocol.decode(self._one("SELECT json FROM protocol")[0])
        except ValueError as error:
            raise Fault(
                f"{self.path} was altered: how its sessions run cannot be read. Ask for a fresh copy of it."
            ) from error

    def references(self, unit: int) -> tuple[Reference, ...]:
        """The references of a unit, most activating first, then least activating, each by rank."""
        images = self._images("SELECT image FROM reference WHERE unit = ?", unit)
        rows = self._rows(
            f"SELECT role, rank, activation, image, source, {_BOX} FROM reference"
            " WHERE unit = ? ORDER BY role DESC, rank",
            unit,
        )
        return tuple(
            Reference(role, rank, activation, images[sha], source, Box(*box))
            for role, rank, activation, sha, source, *box in rows
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

    def reveal(self, trial: Trial) -> tuple[Reveal, ...]:
        """What may be shown of a trial's stimuli, from left to right, where its condition shows it.

        Raises:
            ValueError: the trial is blind.
        """
        if trial.condition == "blind":
            raise ValueError("nothing is revealed in a blind trial")
        return tuple(self._reveal(stimulus) for stimulus in trial.stimuli)

    def _reveal(self, stimulus: str) -> Reveal:
        activation, rows, columns, data = self._one(
            'SELECT activation, "rows", "columns", data FROM measurement LEFT JOIN heat_map USING (stimulus)'
            " WHERE stimulus = ?",
            stimulus,
        )
        return Reveal(activation, None if data is None else _heat_map(rows, columns, data))

    def raters(self) -> tuple[Rater, ...]:
        """All raters, in the order they were added."""
        rows = self._rows("SELECT id, pseudonym, seed, simulated, number FROM rater ORDER BY rowid")
        return tuple(
            Rater(id_, pseudonym, seed, bool(simulated), number) for id_, pseudonym, seed, simulated, number in rows
        )

    def issued_to(self) -> Rater | None:
        """The one rater to whom this file was handed out; None in a researcher's own."""
        (rater,) = self._one("SELECT issued_to FROM study")
        return next((one for one in self.raters() if one.id == rater), None)

    def check_not_handed_out(self) -> None:
        """See that this is a researcher's own study.

        Raises:
            Fault: the file was handed out to one rater, or is the small one that came back from them.
        """
        if self.issued_to() is not None:
            raise Fault(f"{self.path} was handed out to one rater: use the study that it was made from.")

    def key(self, rater: Rater) -> bytes | None:
        """What vouches for a rater's events: issued with their file; None where they have none of their own."""
        rows = self._rows("SELECT key FROM issue WHERE rater = ?", rater.id)
        return rows[0][0] if rows else None

    def issued(self) -> dict[str, bool]:
        """Raters to whom a file was handed out: id to whether somebody else took over what they had not answered."""
        return {rater: bool(withdrawn) for rater, withdrawn in self._rows("SELECT rater, withdrawn FROM issue")}

    def trials(self, rater: Rater) -> tuple[Trial, ...]:
        """A rater's trials in their order."""
        rows = self._rows(
            'SELECT id, position, stimulus, unit, condition, occasion, kind, other, "references", block'
            " FROM trial WHERE rater = ? ORDER BY position",
            rater.id,
        )
        return tuple(
            Trial(id_, position, stimulus, unit, condition, occasion, kind, other, bool(references), block)
            for id_, position, stimulus, unit, condition, occasion, kind, other, references, block in rows
        )

    def practice(self) -> dict[str, Known]:
        """What practice trials say afterwards, by their stimulus: on the left, or the one that activates more."""
        return {known.id: known for known in self._known("practice")}

    def events(self, rater: Rater) -> tuple[Event, ...]:
        """A rater's log in its order."""
        rows = self._rows(
            "SELECT uuid, rater, sequence, trial, kind, answer, confidence, note, milliseconds, idle, at, rubric,"
            " previous, hash, mac FROM event WHERE rater = ? ORDER BY sequence, uuid",
            rater.id,
        )
        return tuple(Event(*row) for row in rows)

    def imported(self) -> dict[str, str]:
        """Raters whose answers were read from another tool's file: pseudonym to the tool, in the order of both."""
        sql = "SELECT pseudonym, tool FROM imported JOIN rater ON rater.id = imported.rater ORDER BY tool, pseudonym"
        return dict(self._rows(sql))

    def judgements(self, unit: int | None = None) -> tuple[Judgement, ...]:
        """What all raters say, as the log stands now; of one unit, on what was drawn for it."""
        rows = self._rows(
            "SELECT stimulus, rater, label, condition, occasion, (milliseconds - idle) / 1000.0, simulated,"
            ' "references", confidence, note, kind,'
            " CASE WHEN rater_id IN (SELECT rater FROM imported) THEN 0 ELSE place END FROM judgement"
            " WHERE ? IS NULL OR unit = ? ORDER BY rater, occasion, stimulus",
            unit,
            unit,
        )
        return tuple(
            Judgement(stimulus, who, label, condition, occasion, seconds, bool(simulated), bool(references), *said)
            for stimulus, who, label, condition, occasion, seconds, simulated, references, *said in rows
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
        heat = {
            stimulus: _heat_map(rows, columns, data)
            for stimulus, rows, columns, data in self._rows('SELECT stimulus, "rows", "columns", data FROM heat_map')
        }
        images = self._images("SELECT image FROM stimulus WHERE ? IS NULL OR unit = ?", unit, unit)
        rows = self._rows(
            f"SELECT id, unit, image, activation, stratum, inclusion_probability, source, {_BOX}"
            " FROM stimulus JOIN measurement ON stimulus.id = measurement.stimulus"
            " WHERE ? IS NULL OR unit = ? ORDER BY id",
            unit,
            unit,
        )
        return tuple(
            Stimulus(
                id_, of, images[sha], activation, stratum, chance, source, Box(*box), others.get(id_, {}), heat.get(id_)
            )
            for id_, of, sha, activation, stratum, chance, source, *box in rows
        )

    def pairs(self) -> tuple[Pair, ...]:
        """What raters are to tell apart in the two-alternative task, with which is which."""
        return tuple(Pair(*row) for row in self._rows('SELECT id, "first", second, gap FROM pair ORDER BY id'))

    def catches(self) -> dict[str, Known]:
        """The right answers of catch trials, by stimulus: never for a session."""
        return {known.id: known for known in self._known("catch")}

    def _known(self, kind: str) -> list[Known]:
        rows = self._rows(
            "SELECT known.stimulus, known.kind, one.unit, one.image, accepted, why, known.other, two.image"
            " FROM known JOIN stimulus AS one ON one.id = known.stimulus"
            " LEFT JOIN stimulus AS two ON two.id = known.other WHERE kind = ? ORDER BY known.stimulus",
            kind,
        )
        images = self._images(
            "SELECT image FROM stimulus WHERE id IN (SELECT stimulus FROM known UNION SELECT other FROM known)"
        )
        is_rating = self.rubric().task == "rate"
        return [
            Known(id_, kind_, unit, images[sha], self._accepted(accepted, is_rating), why, other_id, images.get(other))
            for id_, kind_, unit, sha, accepted, why, other_id, other in rows
        ]

    def _accepted(self, text: str, is_rating: bool) -> tuple[str, ...]:
        try:
            accepted = json.loads(text)
            if is_rating:
                low, high = (float(one) for one in accepted)
                accepted = accepted if low <= high and isfinite(high - low) else None
        except (ValueError, TypeError, RecursionError):
            accepted = None
        if not isinstance(accepted, list) or not all(isinstance(one, str) for one in accepted):
            raise Fault(f"{self.path} was altered: the answers of a trial cannot be read. Ask for a fresh copy of it.")
        return tuple(accepted)

    def strata(self, unit: int) -> tuple[Stratum, ...]:
        """The activation bands that the stimuli of a unit were drawn from."""
        rows = self._rows(
            "SELECT number, low, high, population, drawn FROM stratum WHERE unit = ? ORDER BY number", unit
        )
        return tuple(Stratum(*row) for row in rows)

    # ---- how ---------------------------------------------------------------------------------------------------

    def _images(self, wanted: str, *values: object) -> dict[str, bytes]:
        """Encoded images by their hashes, which `wanted` selects.

        Each of them once, however many stimuli show it: no file can fill more memory than it is long.
        """
        return dict(self._rows(f"SELECT sha256, data FROM image WHERE sha256 IN ({wanted})", *values))

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
        except (ValueError, RecursionError):
            facts = None
        if not isinstance(facts, dict):
            raise Fault(f"{self.path} was altered: the facts of the study cannot be read. Ask for a fresh copy of it.")
        return facts

    def _incomplete(self) -> Fault:
        return Fault(f"{self.path} is incomplete: ask for a fresh copy of it.")


def _heat_map(rows: int, columns: int, data: bytes) -> HeatMap:
    return HeatMap(rows, columns, struct.unpack(f"<{rows * columns}f", data))
