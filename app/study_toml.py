"""study.toml: what a study is to be, checked when it is read.

The fields below are the whole format; an unknown or missing one is a fault that names its place.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from app.errors import Fault
from app.study.records import CANNOT_TELL, Scale

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class _Table(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    pass


class ModelTable(_Table, frozen=True):
    """[model]: the network."""

    name: Name
    """`torchvision:` and the model's name."""
    weights: str = "DEFAULT"
    """A member of the weights enum, or the path of a state dict relative to study.toml."""


class UnitTable(_Table, frozen=True):
    """[unit]: one channel of a layer."""

    layer: Name
    channel: Annotated[int, msgspec.Meta(ge=0)]


class ImagesTable(_Table, frozen=True):
    """[images]: the photographs, and the size at which the network sees them."""

    folder: Name
    resize: Count | None = None
    """Length of the short side in pixels; the model's own where not given."""
    crop: Count | None = None
    """Side of the square cut from the middle; the model's own where not given."""


class SampleTable(_Table, frozen=True):
    """[sample]: how many stimuli, from how many bands of activation."""

    strata: Annotated[int, msgspec.Meta(ge=1, le=100)] = 8
    per_stratum: Count = 40
    references: Annotated[int, msgspec.Meta(ge=1, le=9)] = 9


class CategoryTable(_Table, frozen=True):
    """[[rubric.categories]]: one label and its written definition."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    definition: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]


class RubricTable(_Table, frozen=True):
    """[rubric]: what raters are asked. Categories run from lowest to highest on an ordinal scale."""

    question: Name
    categories: Annotated[list[CategoryTable], msgspec.Meta(min_length=2, max_length=9)]
    instructions: str = ""
    scale: Scale = "ordinal"


class StudyToml(_Table, frozen=True):
    """A whole study.toml."""

    title: Name
    claim: Name
    """What the unit is said to detect: the statement that goes before the jury."""
    model: ModelTable
    unit: UnitTable
    images: ImagesTable
    rubric: RubricTable
    sample: SampleTable = SampleTable()
    seed: Annotated[int, msgspec.Meta(ge=0, lt=2**32)] = 0
    """Fixes every random draw of the building: the grid's offsets and the sample."""


def read_study_toml(path: Path) -> StudyToml:
    """Read and check a study.toml.

    Raises:
        Fault: it cannot be read, is no TOML, or has a wrong, unknown or missing field.
    """
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=StudyToml)
    except FileNotFoundError as error:
        raise Fault(f"There is no file {path}.") from error
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path}: {_plain(str(error))}") from error
    _check_names(path, [category.name for category in found.rubric.categories])
    return found


def _check_names(path: Path, names: list[str]) -> None:
    for name in names:
        if not name.isprintable() or name != name.strip():
            raise Fault(f"{path}: the category {name!r} begins or ends with a space, or holds what cannot be printed.")
        if name.casefold() == CANNOT_TELL:
            raise Fault(f"{path}: no category may be called {name!r}, because that answer is always on offer (key 0).")
    if len({name.casefold() for name in names}) < len(names):
        raise Fault(f"{path}: two categories have the same name.")


def _plain(message: str) -> str:
    """msgspec's message in the words of TOML: `$.unit.channel` is `unit.channel`."""
    return message.replace("Object", "The table").replace("`$.", "`").replace("`$`", "the top of the file")
