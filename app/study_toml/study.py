"""A whole study.toml, and what its tables must have to do with one another."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from app.errors import Fault
from app.reading import read_bytes
from app.study.protocol import Conditions, Protocol
from app.study.sound import is_line
from app.study_toml.known import KnownTable
from app.study_toml.material import (
    ImagesTable,
    ModelTable,
    PreprocessingTable,
    RecordingTable,
    SampleTable,
    UnitTable,
)
from app.study_toml.rubric import PairsTable, RubricTable
from app.study_toml.table import Name, Table

MOST_BYTES = 1_000_000
"""A larger study.toml is not read: that is a thousand pages."""
_KNOWN = Annotated[tuple[KnownTable, ...], msgspec.Meta(max_length=200)]


class StudyToml(Table, frozen=True):
    """A whole study.toml."""

    title: Name
    claim: Name
    """What the unit is said to detect: the statement that goes before the jury."""
    model: ModelTable
    images: ImagesTable
    rubric: RubricTable
    unit: UnitTable | None = None
    units: Annotated[tuple[UnitTable, ...], msgspec.Meta(max_length=100)] = ()
    preprocessing: PreprocessingTable = PreprocessingTable()
    sample: SampleTable = SampleTable()
    recording: RecordingTable = RecordingTable()
    session: Protocol = Protocol()
    """How the trials of a rater run."""
    pairs: PairsTable | None = None
    """Where raters choose one of two images: which two."""
    catch: _KNOWN = ()
    """Trials with a known answer, hidden among the others."""
    practice: _KNOWN = ()
    """Trials with a known answer, before the others, that are explained afterwards."""
    seed: Annotated[int, msgspec.Meta(ge=0, lt=2**32)] = 0
    """Fixes every random draw of the building: the grid's offsets and the sample."""

    def __post_init__(self) -> None:
        if (self.unit is None) == (not self.units):
            raise ValueError("there must be one [unit], or several [[units]]")
        for problem in (*_of_names(self), *_of_task(self), *_of_session(self), *_of_known(self)):
            raise ValueError(problem)

    @property
    def all_units(self) -> tuple[UnitTable, ...]:
        """The unit or units, in order."""
        return (self.unit,) if self.unit is not None else self.units


def _of_names(study: StudyToml) -> Iterator[str]:
    """What of the names could not be shown."""
    for place, name in (("title", study.title), *(("name", unit.name) for unit in study.all_units)):
        if not is_line(name):
            yield f"`{place}` must be one line of letters that can be shown, and is {name!r}"


def _of_task(study: StudyToml) -> Iterator[str]:
    """What the task needs, or has no use for."""
    task, sample = study.rubric.task, study.sample
    if (task == "which_one") != (study.pairs is not None):
        yield '[pairs] with `gaps` and `per_gap` goes with task = "which_one", and with no other'
    if task in ("which_one", "name_it"):
        for name in ("strata", "bands", "edges", "per_stratum"):
            if name in sample.given():
                yield f'`sample.{name}` has no use with task = "{task}": no stimuli are drawn from bands'
    if task == "which_one" and sample.references not in (0, 1, 4, 9):
        yield '`sample.references` must be 0, 1, 4 or 9 with task = "which_one"'
    if task != "which_one" and sample.references == 0:
        yield f'`sample.references` must be 1 to 9 with task = "{task}"'


def _of_session(study: StudyToml) -> Iterator[str]:
    """What of the session contradicts itself, or the task."""
    session, task = study.session, study.rubric.task
    if task == "name_it":
        if session.conditions != Conditions():
            yield '`session.conditions` has no use with task = "name_it": there is no stimulus to reveal'
        for name in ("repeats", "without_references"):
            if getattr(session, name):
                yield f'`session.{name}` has no use with task = "name_it"'
    if session.without_references and not study.sample.references:
        yield "`session.without_references` has no use where `sample.references` is 0"
    if session.break_seconds and session.block is None:
        yield "`session.break_seconds` needs `session.block`: how many trials there are from one break to the next"
    if session.practice.needed and not study.practice:
        yield "`session.practice.needed` needs [[practice]] trials"
    if session.exclusion.catch_accuracy is not None and not study.catch:
        yield "`session.exclusion.catch_accuracy` needs [[catch]] trials"
    if study.catch and not session.conditions.blind:
        yield "[[catch]] trials are blind: without a share of `blind` in `session.conditions` they would stand out"


def _of_known(study: StudyToml) -> Iterator[str]:
    """What is wrong with a catch or practice trial, with its number."""
    for kind, tables in (("catch", study.catch), ("practice", study.practice)):
        for number, table in enumerate(tables, 1):
            problem = _known_problem(study, kind, table)
            if problem:
                yield f"[[{kind}]] number {number}: {problem}"


def _known_problem(study: StudyToml, kind: str, table: KnownTable) -> str:
    if study.rubric.task == "name_it":
        return 'task = "name_it" has no right answers'
    if table.why and kind == "catch":
        return "`why` goes with [[practice]]: nothing is said after a catch trial"
    if table.reference is not None and table.rank > study.sample.references:
        return f"there is no reference of rank {table.rank}: `sample.references` is {study.sample.references}"
    try:
        table.accepted(study.rubric)
    except ValueError as error:
        return str(error)
    return ""


def read_study_toml(path: Path) -> StudyToml:
    """Read and check a study.toml.

    Raises:
        Fault: it cannot be read, is no TOML, or has a wrong, unknown or missing field.
    """
    try:
        # Editors on Windows write a byte order mark, and both ends of lines.
        written = tomllib.loads(read_bytes(path, MOST_BYTES).decode("utf-8-sig").replace("\r\n", "\n"))
        if not _is_finite(written):
            raise Fault(f"{path}: a number is nan or inf. Every number must be a finite one.")
        return msgspec.convert(written, StudyToml)
    except RecursionError as error:
        raise Fault(f"{path} is nested too deeply to be a study.toml.") from error
    except (msgspec.ValidationError, ValueError) as error:  # of TOML, of UTF-8, of numbers with thousands of digits
        raise Fault(f"{path}: {_plain(str(error))}") from error


def _is_finite(value: object) -> bool:
    """Whether every number in it is one that can be compared with a limit."""
    if isinstance(value, dict | list):
        return all(map(_is_finite, value.values() if isinstance(value, dict) else value))
    return not isinstance(value, float) or math.isfinite(value)


def _plain(message: str) -> str:
    """msgspec's message in the words of TOML: `$.unit.channel` is `unit.channel`."""
    return message.replace("Object", "The table").replace("`$.", "`").replace("`$`", "the top of the file")
