"""What raters are asked, with the pictures that a person hands in: the rubric, catch trials and practice."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from app.errors import Fault
from app.reading import read_bytes
from app.recording.images import Unreadable, decode
from app.recording.pictures import png_of
from app.recording.sources.source import MAX_BYTES
from app.study.records import Category, Known, Reference, Role, Rubric, TrialKind, UnitSample
from app.study_toml import KnownTable, StudyToml

LARGEST = 1024
"""Pixels along the longer side of a picture that is stored."""


def read_pictures(description: StudyToml, folder: Path) -> dict[str, bytes]:
    """Every picture that a description names, as PNG by its path there: examples of categories, catch and practice.

    Raises:
        Fault: one is missing, or is no picture.
    """
    names = [path for category in description.rubric.categories for path in category.examples]
    for table in (*description.catch, *description.practice):
        names += [path for path in (table.image, table.other) if path is not None]
    return {name: _png(folder / name) for name in dict.fromkeys(names)}


def _png(path: Path) -> bytes:
    try:
        # As the recorder decodes, and not as a study file's pictures are: turned upright, 16 bits scaled.
        image = decode(read_bytes(path, MAX_BYTES))
    except Unreadable as error:
        raise Fault(f"{path} cannot be shown: {error}. Name a picture that can.") from error
    image.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    # Of the pixels alone: a colour profile would tell a catch trial from the others, and where its picture is from.
    return png_of(np.asarray(image))


def rubric_of(description: StudyToml, pictures: Mapping[str, bytes]) -> Rubric:
    """The rubric, in its first version."""
    rubric = description.rubric
    return Rubric(
        version=1,
        question=rubric.question,
        instructions=rubric.instructions,
        scale=rubric.answers_scale,
        categories=tuple(
            Category(category.name, category.definition, tuple(pictures[path] for path in category.examples))
            for category in rubric.categories
        ),
        task=rubric.task,
        several=rubric.several,
        nothing=rubric.nothing,
        rating=rubric.rating,
    )


def check_units(description: StudyToml, names: Sequence[str]) -> None:
    """See that the catch and practice trials are for units that there are.

    Raises:
        Fault: one is not.
    """
    for kind, number, table in _known_tables(description):
        if table.unit and table.unit not in names:
            raise Fault(
                f"[[{kind}]] number {number} is for a unit {table.unit!r}, and there is none. The units:"
                f" {', '.join(names)}."
            )


def known_of(description: StudyToml, pictures: Mapping[str, bytes], units: Sequence[UnitSample]) -> tuple[Known, ...]:
    """What catch and practice trials show, with the right answers, by ids that are new each time.

    Raises:
        Fault: a unit has too few references.
    """
    found = []
    for kind, _, table in _known_tables(description):
        for sample in _units_of(table, kind, units):
            image, other = _shown(table, sample, pictures, two=description.rubric.task == "which_one")
            found.append(
                Known(
                    id=_new_id(),
                    kind=kind,
                    unit=sample.unit.number,
                    image=image,
                    accepted=table.accepted(description.rubric),
                    why=table.why,
                    other_id=None if other is None else _new_id(),
                    other=other,
                )
            )
    return tuple(found)


def _known_tables(description: StudyToml) -> Iterator[tuple[TrialKind, int, KnownTable]]:
    for number, table in enumerate(description.catch, 1):
        yield "catch", number, table
    for number, table in enumerate(description.practice, 1):
        yield "practice", number, table


def _units_of(table: KnownTable, kind: TrialKind, units: Sequence[UnitSample]) -> Sequence[UnitSample]:
    if table.unit:
        return [sample for sample in units if sample.unit.name == table.unit]
    return units if kind == "catch" else units[:1]


def _shown(
    table: KnownTable, sample: UnitSample, pictures: Mapping[str, bytes], *, two: bool
) -> tuple[bytes, bytes | None]:
    """The image and, where one of two is chosen, the one that activates less."""
    if table.image is not None:
        return pictures[table.image], None if table.other is None else pictures[table.other]
    assert table.reference is not None  # a known trial shows one or the other
    return _reference(sample, table.reference, table.rank), _reference(sample, "least", table.rank) if two else None


def _reference(sample: UnitSample, role: Role, rank: int) -> bytes:
    found: list[Reference] = [one for one in sample.references if one.role == role and one.rank == rank]
    if not found:
        raise Fault(
            f"{sample.unit.name} has no reference of rank {rank}, which a catch or practice trial is to show: there"
            " are too few images."
        )
    return found[0].image


def _new_id() -> str:
    """By chance, in the form of `short_hash`: raters have the pictures and can guess the seed, so that a hash of these
    would tell them which trials are catch trials."""
    return secrets.token_hex(8)
