"""What a unit is: one number computed from a layer at each place that counts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.errors import Fault
from app.recording.fields import Fields
from app.recording.grid import Grid
from app.recording.network import OUTPUT, Shape, Take
from app.recording.tally import Readings, Values

At = Literal["grid", "every", "centre", "maximum", "mean"]
WHOLE = -1
"""The place of a reading that is about the whole image."""


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One channel of a layer, or a direction in its channels, and the positions at which it is read.

    `at` is "grid" (positions whose fields are apart and uncut, with an offset of its own in each image), "every"
    (every position with an uncut field), "centre", "maximum" (over all positions; its place is where that is) or
    "mean" (over all positions; it is about the whole image). A layer without positions, such as the model's output,
    has one value for the whole image however it is read.
    """

    name: str
    layer: str
    channel: int | None
    direction: Values | None
    """(channels,) the weight of each channel, where no single one is meant."""
    at: At

    @property
    def key(self) -> str:
        """The same for the same unit, whatever it is called."""
        if self.direction is None:
            what = str(self.channel)
        else:
            what = hashlib.sha256(self.direction.astype("<f4").tobytes()).hexdigest()
        return f"{self.layer}:{what}@{self.at}"

    def weights(self, n_channels: int) -> Values:
        """(n_channels,) the weight of each channel."""
        if self.direction is not None:
            return self.direction
        weights = np.zeros(n_channels, np.float32)
        weights[self.channel] = 1
        return weights


def is_whole(unit: Unit, shape: Shape) -> bool:
    """Whether the unit's readings are about whole images."""
    return shape.layout == "vector" or unit.at == "mean"


def check_unit(unit: Unit, shape: Shape) -> None:
    """See that the layer has what the unit asks for.

    Raises:
        Fault: there is no such channel, or the direction has another number of channels.
    """
    where = f"The layer {unit.layer}" if unit.layer != OUTPUT else "The model's output"
    if unit.channel is not None and not 0 <= unit.channel < shape.channels:
        raise Fault(f"{where} has channels 0 to {shape.channels - 1}: there is no channel {unit.channel}.")
    if unit.direction is not None and unit.direction.shape != (shape.channels,):
        raise Fault(
            f"The direction of {unit.name} has the shape {unit.direction.shape}; {where[0].lower()}{where[1:]} has"
            f" {shape.channels} channels, so it must be ({shape.channels},)."
        )


def takes(units: Sequence[Unit]) -> Mapping[str, Take]:
    """For each layer that the units are of: from its output to (n, units of the layer, height, width)."""
    layers = dict.fromkeys(unit.layer for unit in units)
    return {layer: _take([unit for unit in units if unit.layer == layer]) for layer in layers}


def _take(units: Sequence[Unit]) -> Take:
    def take(output: Tensor) -> Tensor:
        return torch.stack([_value(unit, output) for unit in units], dim=1)

    return take


def _value(unit: Unit, output: Tensor) -> Tensor:
    if unit.direction is None:
        return output[:, unit.channel].float()
    if output.device.type == "mps":  # it has no double precision
        output = output.cpu()
    weights = torch.from_numpy(unit.direction).to(output.device, torch.float64)[:, None, None]
    # One image at a time, in double precision: the bits do not depend on how many there are in a batch.
    return torch.stack([(image.double() * weights).sum(dim=0) for image in output]).float()


class Places:
    """Where a unit is read, in each image. Units that are about whole images need no `fields`."""

    def __init__(self, unit: Unit, shape: Shape, fields: Fields | None, seed: int) -> None:
        self._unit, self._shape, self.fields, self._seed = unit, shape, fields, seed
        self.whole = is_whole(unit, shape)
        assert self.whole or fields is not None
        self.grid = Grid(fields) if unit.at in ("grid", "every") and fields is not None and not self.whole else None
        if self.grid is not None and unit.at == "every":
            rows, columns = self.grid.uncut()
            self._uncut = rows * shape.width + columns

    def read(self, index: int, sha256: bytes, values: Values) -> Readings:
        """The readings on one image, from the unit's value at every position (height, width)."""
        places = self._places(sha256, values)
        if self._unit.at == "mean":
            read = np.atleast_1d(np.ascontiguousarray(values).mean(dtype=np.float64).astype(np.float32))
        else:
            read = values.ravel()[np.maximum(places, 0)]
        return Readings(index, sha256, places, read)

    def _places(self, sha256: bytes, values: Values) -> NDArray[np.int64]:
        if self.whole:
            return np.array([WHOLE])
        if self.grid is not None:
            if self._unit.at == "every":
                return self._uncut
            rows, columns = self.grid.positions(self._seed, sha256.hex())
            return rows * self._shape.width + columns
        if self._unit.at == "maximum":
            return np.array([values.argmax()])  # the first of several
        return np.array([(self._shape.height // 2) * self._shape.width + self._shape.width // 2])

    @property
    def per_image(self) -> int:
        """How many items one image's references may take away: all positions that overlap, else one."""
        return len(self._uncut) if self.grid is not None and self._unit.at == "every" else 1

    def fingerprint(self) -> bytes:
        """Bytes that differ where other places are read."""
        if self.grid is None or self.fields is None:
            return b""
        fields = self.fields
        lines = np.concatenate([fields.top, fields.bottom, fields.left, fields.right])
        return repr((fields.size, lines.tolist())).encode()

    def box(self, place: int, side: int) -> tuple[int, int, int, int]:
        """(top, bottom, left, right) in the network's input, `side` pixels long and wide, of the field of a place."""
        if place == WHOLE or self.fields is None:
            return 0, side, 0, side
        return self.fields.box(*divmod(place, self._shape.width))
