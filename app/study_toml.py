"""study.toml: what a study is to be, checked when it is read.

The fields below are the whole format; an unknown or missing one is a fault that names its place.
"""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

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
    """`torchvision:NAME`, `python:package.module:function`, or the path of a `.pt2` file relative to study.toml."""
    weights: str = "DEFAULT"
    """A member of the weights enum, or the path of a state dict relative to study.toml."""


class PreprocessingTable(_Table, frozen=True):
    """[preprocessing]: what is done to an image before the network sees it; the model's own where not given."""

    resize: Count | None = None
    """Length of the short side in pixels."""
    crop: Count | None = None
    """Side of the square cut from the middle."""
    mean: list[float] | None = None
    std: list[float] | None = None
    interpolation: Literal["nearest", "bilinear", "bicubic"] | None = None

    def given(self) -> dict[str, object]:
        """The fields that were given."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if value is not None}


class UnitTable(_Table, frozen=True):
    """[unit], or each of [[units]]: a channel of a layer, a direction in its channels, or an output of the model."""

    layer: Name | None = None
    channel: Annotated[int, msgspec.Meta(ge=0)] | None = None
    direction: Name | None = None
    """The path of a .npy file relative to study.toml: one weight for each channel of the layer."""
    logit: Annotated[int, msgspec.Meta(ge=0)] | None = None
    """The number of an output of the model."""
    output_class: Name | None = msgspec.field(default=None, name="class")
    """The same by the name of its class, where the weights enum knows the names."""
    at: Literal["grid", "every", "centre", "maximum", "mean"] = "grid"
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""

    def __post_init__(self) -> None:
        of_layer = [self.channel, self.direction]
        given = sum(value is not None for value in (*of_layer, self.logit, self.output_class))
        if given != 1:
            raise ValueError("a unit is one of `channel`, `direction`, `logit` or `class`")
        if any(value is not None for value in of_layer) != (self.layer is not None):
            raise ValueError("`layer` goes with `channel` or `direction`, and with nothing else")


class ImagesTable(_Table, frozen=True):
    """[images]: one place that images come from; paths are relative to study.toml."""

    folder: Name | None = None
    """A folder, with all folders in it."""
    list: Name | None = None
    """A text file with one path a line."""
    tar: Name | None = None
    """WebDataset shards: a path with {000..012} or * in it."""
    huggingface: Name | None = None
    """A folder written by `save_to_disk` of the datasets library."""
    torchvision: Name | None = None
    """The name of a dataset in torchvision.datasets."""
    column: Name | None = None
    split: Name | None = None
    """Of a Hugging Face dataset, where there are several."""
    root: Name = "."
    """Where the torchvision dataset lies."""
    arguments: dict[str, str | int | bool] = {}
    """What else the torchvision dataset's class is called with, such as `train = false`."""

    def __post_init__(self) -> None:
        sources = (self.folder, self.list, self.tar, self.huggingface, self.torchvision)
        if sum(value is not None for value in sources) != 1:
            raise ValueError("images come from one of `folder`, `list`, `tar`, `huggingface` or `torchvision`")


class SampleTable(_Table, frozen=True):
    """[sample]: how many stimuli, from which bands of activation, and what of the image is shown."""

    strata: Annotated[int, msgspec.Meta(ge=1, le=100)] = 8
    bands: Literal["equal_width", "quantiles"] = "equal_width"
    edges: Annotated[list[float], msgspec.Meta(min_length=1, max_length=99)] | None = None
    """Where one band ends and the next begins, instead of `strata` and `bands`."""
    per_stratum: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 40
    references: Annotated[int, msgspec.Meta(ge=1, le=9)] = 9
    show: Literal["crop", "image"] = "crop"
    """The receptive field alone, or the whole image; where the field lies in it is shown in the report."""
    field: Literal["measured", "theoretical", "effective"] = "measured"
    """Which receptive field: all that can change the unit, the same by the layers' sizes, or 95 % of its gradient."""

    def __post_init__(self) -> None:
        edges = self.edges or []
        if not all(map(math.isfinite, edges)) or any(high <= low for low, high in pairwise(edges)):
            raise ValueError("`edges` must ascend")


class RecordingTable(_Table, frozen=True):
    """[recording]: on what, and how exactly."""

    device: Name = "auto"
    """`cpu`, `cuda`, `mps`; `auto` takes an accelerator where there is one."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    batch: Annotated[int, msgspec.Meta(ge=1, le=4096)] | None = None


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
    images: ImagesTable
    rubric: RubricTable
    unit: UnitTable | None = None
    units: Annotated[list[UnitTable], msgspec.Meta(max_length=100)] = []
    preprocessing: PreprocessingTable = PreprocessingTable()
    sample: SampleTable = SampleTable()
    recording: RecordingTable = RecordingTable()
    seed: Annotated[int, msgspec.Meta(ge=0, lt=2**32)] = 0
    """Fixes every random draw of the building: the grid's offsets and the sample."""

    def __post_init__(self) -> None:
        if (self.unit is None) == (not self.units):
            raise ValueError("there must be one [unit], or several [[units]]")

    @property
    def all_units(self) -> list[UnitTable]:
        """The unit or units, in order."""
        return [self.unit] if self.unit is not None else self.units


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
