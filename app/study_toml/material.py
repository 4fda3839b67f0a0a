"""What a study is made from: the network, its units, the images, and how the sample is drawn."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from app.study_toml.table import Count, Name, Table

MOST_REFERENCES = 9


class ModelTable(Table, frozen=True):
    """[model]: the network."""

    name: Name
    """`torchvision:NAME`, `python:package.module:function`, or the path of a `.pt2` file relative to study.toml."""
    weights: str = "DEFAULT"
    """A member of the weights enum, or the path of a state dict relative to study.toml."""


class PreprocessingTable(Table, frozen=True):
    """[preprocessing]: what is done to an image before the network sees it; the model's own where not given."""

    resize: Count | None = None
    """Length of the short side in pixels."""
    crop: Count | None = None
    """Side of the square cut from the middle."""
    mean: list[float] | None = None
    std: list[float] | None = None
    interpolation: Literal["nearest", "bilinear", "bicubic"] | None = None


class UnitTable(Table, frozen=True):
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


class ImagesTable(Table, frozen=True):
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
    arguments: dict[str, str | int | bool] = msgspec.field(default_factory=dict)
    """What else the torchvision dataset's class is called with, such as `train = false`."""

    def __post_init__(self) -> None:
        sources = (self.folder, self.list, self.tar, self.huggingface, self.torchvision)
        if sum(value is not None for value in sources) != 1:
            raise ValueError("images come from one of `folder`, `list`, `tar`, `huggingface` or `torchvision`")


class SampleTable(Table, frozen=True):
    """[sample]: how many stimuli, from which bands of activation, and what of the image is shown."""

    strata: Annotated[int, msgspec.Meta(ge=1, le=100)] = 8
    bands: Literal["equal_width", "quantiles"] = "equal_width"
    edges: Annotated[list[float], msgspec.Meta(min_length=1, max_length=99)] | None = None
    """Where one band ends and the next begins, instead of `strata` and `bands`."""
    per_stratum: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 40
    references: Annotated[int, msgspec.Meta(ge=0, le=MOST_REFERENCES)] = 9
    """At either end. None at all only where one of two images is chosen."""
    show: Literal["crop", "image"] = "crop"
    """The receptive field alone, or the whole image; where the field lies in it is shown in the report."""
    field: Literal["measured", "theoretical", "effective"] = "measured"
    """Which receptive field: all that can change the unit, the same by the layers' sizes, or 95 % of its gradient."""

    def __post_init__(self) -> None:
        edges = self.edges or []
        if not all(map(math.isfinite, edges)) or any(high <= low for low, high in pairwise(edges)):
            raise ValueError("`edges` must ascend")


class RecordingTable(Table, frozen=True):
    """[recording]: on what, and how exactly."""

    device: Name = "auto"
    """`cpu`, `cuda`, `mps`; `auto` takes an accelerator where there is one."""
    dtype: Literal["float32", "bfloat16"] = "float32"
    batch: Annotated[int, msgspec.Meta(ge=1, le=4096)] | None = None
