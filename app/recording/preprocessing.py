"""Which preprocessing goes before a model: its own, and what a study says instead."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

import msgspec

from app.errors import Fault
from app.recording.images import Preprocessing

MAX_SIDE = 4096
"""Images are not scaled to more pixels than this on their short side."""
LEAST_STD = 1e-6
"""Dividing by less would leave the range of the network's numbers."""

_FIELDS = tuple(field.name for field in dataclasses.fields(Preprocessing))
_EXAMPLE = """
[preprocessing]
resize = 256
crop = 224
mean = [0.485, 0.456, 0.406]
std = [0.229, 0.224, 0.225]
interpolation = "bilinear\""""


def settle(own: Preprocessing | None, given: Mapping[str, object], name: str) -> Preprocessing:
    """The preprocessing of the model `name`: `own`, with the fields that are `given` in their place.

    Where only `crop` is given and is larger than the model's `resize`, images are resized to `crop`; where only
    `resize` is given and is smaller than the model's `crop`, the crop is as large as `resize`.

    Raises:
        Fault: a field is unknown or out of its range, the crop is larger than the resized image, or there is no
            `own` and not everything is given.
    """
    if unknown := [field for field in given if field not in _FIELDS]:
        raise Fault(f"[preprocessing] has no {', '.join(unknown)}. It has: {', '.join(_FIELDS)}.")
    missing = [field for field in _FIELDS if field not in given]
    if own is None and missing:
        raise Fault(
            f"Nothing says how images are prepared for {name}: [preprocessing] lacks {', '.join(missing)}. For example:"
            f"\n{_EXAMPLE}"
        )
    values = (dataclasses.asdict(own) if own else {}) | dict(given)
    try:
        found = msgspec.convert(values, Preprocessing)
    except msgspec.ValidationError as error:
        raise Fault(str(error).replace("`$.", "`preprocessing.") + ".") from error
    found = dataclasses.replace(
        found,
        resize=found.resize if "resize" in given else max(found.resize, found.crop),
        crop=found.crop if "crop" in given else min(found.resize, found.crop),
    )
    _check_sizes(found)
    _check_scale("mean", found.mean, least=0)
    _check_scale("std", found.std, least=LEAST_STD)
    return found


def _check_sizes(found: Preprocessing) -> None:
    for field, side in (("resize", found.resize), ("crop", found.crop)):
        if not 1 <= side <= MAX_SIDE:
            raise Fault(f"preprocessing.{field} is {side}: it must be between 1 and {MAX_SIDE} pixels.")
    if found.crop > found.resize:
        raise Fault(f"preprocessing.crop ({found.crop}) cannot be larger than preprocessing.resize ({found.resize}).")


def _check_scale(field: str, values: tuple[float, ...], least: float) -> None:
    if len(values) != 3:
        raise Fault(f"preprocessing.{field} has {len(values)} values: 3 are needed, for red, green and blue.")
    if not all(math.isfinite(value) and least <= value <= 1 for value in values):
        raise Fault(
            f"preprocessing.{field} is {list(values)}: each value must be between {least:g} and 1, because pixels are"
            " scaled from 0..255 to 0..1 before the mean is taken off and the result divided by std."
        )
