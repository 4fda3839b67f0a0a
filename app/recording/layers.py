"""One layer of a model, run no further than needed, and the receptive field of its positions, measured."""

from __future__ import annotations

import bisect
import difflib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from app.errors import Fault
from app.recording.models import Model

BATCH = 16
STRIP = 32
"""Pixels across the strips that receptive fields are measured on."""


class _Reached(Exception):  # noqa: N818 - carries the layer's output out of the forward pass
    def __init__(self, output: object) -> None:
        self.output = output


class Layer:
    """A named layer of a model. Calling it gives the layer's output; the forward pass stops there.

    Because the pass stops at the layer, an in-place activation function behind it cannot change what is recorded.

    Raises:
        Fault: the model has no such layer; the message lists those it has.
    """

    def __init__(self, model: Model, name: str) -> None:
        layers = dict(model.module.named_modules())
        layers.pop("", None)
        if name not in layers:
            near = difflib.get_close_matches(name, layers, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise Fault(f"{model.name} has no layer {name!r}.{hint} Its layers: {', '.join(layers)}.")
        self.model = model
        self.name = name
        self._layer = layers[name]

    def __call__(self, pixels: NDArray[np.uint8]) -> Tensor:
        """The layer's output, (n, channels, height, width), for pixels of shape (n, height, width, 3).

        Raises:
            Fault: the output has another shape, or the layer is never reached.
        """
        return self._run(self._normalised(pixels))

    def _normalised(self, pixels: NDArray[np.uint8]) -> Tensor:
        preprocessing = self.model.preprocessing
        images = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255
        mean, std = (torch.tensor(values).reshape(1, 3, 1, 1) for values in (preprocessing.mean, preprocessing.std))
        return (images - mean) / std

    def _run(self, images: Tensor) -> Tensor:
        output = self._reach(images)
        if not isinstance(output, Tensor) or output.ndim != 4:
            shape = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
            raise Fault(
                f"The layer {self.name} gives {shape}, not channels at positions (n, channels, height, width)."
                " Choose a convolutional layer, or what follows it directly."
            )
        return output

    def _reach(self, images: Tensor) -> object:
        def stop(_module: nn.Module, _inputs: object, output: object) -> None:
            raise _Reached(output)

        handle = self._layer.register_forward_hook(stop)
        try:
            with torch.inference_mode():
                self.model.module(images)
        except _Reached as reached:
            return reached.output
        finally:
            handle.remove()
        raise Fault(f"The layer {self.name} takes no part in the forward pass of {self.model.name}.")

    def receptive_fields(self, progress: Callable[[int, int], None]) -> Fields:
        """Which input pixels can change the output at each position, measured from the network itself.

        One row (then one column) of the input at a time is made not-a-number; whatever depends on it, by whatever
        path and with whatever weight, becomes not-a-number too. Needs no knowledge of the layers between. How far a
        row reaches does not depend on the width, so narrow strips do, unless the network insists on its full size.
        """
        side = self.model.preprocessing.crop
        width = self._strip_width(side)
        rows: list[NDArray[np.bool_]] = []
        columns: list[NDArray[np.bool_]] = []
        for start in range(0, side, BATCH):
            lines = range(start, min(start + BATCH, side))
            strips = torch.zeros(len(lines), 3, side, width)
            strips[range(len(lines)), :, lines, :] = torch.nan
            rows.append(self._run(strips).isnan().any(dim=(1, 3)).numpy())
            columns.append(self._run(strips.transpose(2, 3)).isnan().any(dim=(1, 2)).numpy())
            progress(lines.stop, side)
        whole = (self._whole_extent(2 * side, width, transposed) for transposed in (False, True))
        return Fields(*_bounds(np.concatenate(rows)), *_bounds(np.concatenate(columns)), (next(whole), next(whole)))

    def _strip_width(self, side: int) -> int:
        """The narrowest strip that the network takes, its full size if need be.

        Raises:
            Fault: the network does not take images of this size at all.
        """
        for width in (STRIP, 2 * STRIP, side):
            try:
                self._run(torch.zeros(1, 3, side, width))
                self._run(torch.zeros(1, 3, width, side))
            except (RuntimeError, AssertionError, ValueError) as error:
                if width == side:
                    reason = str(error).splitlines()[0]
                    raise Fault(f"{self.model.name} does not take images of {side} pixels: {reason}") from error
            else:
                return width
        raise AssertionError("the last width either works or is a fault")

    def _whole_extent(self, side: int, width: int, transposed: bool) -> int | None:
        """Pixels from end to end of a field that no border cuts, or None where even a larger image shows none.

        Found at the middle of an image of twice the size: more and more lines from one end are made not-a-number,
        by bisection, until the output there is.
        """

        def touched(start: int, stop: int) -> bool:
            strip = torch.zeros(1, 3, side, width)
            strip[:, :, start:stop] = torch.nan
            lines = self._run(strip.transpose(2, 3) if transposed else strip).isnan().any(dim=1)
            seen = lines.any(dim=1 if transposed else 2)[0]
            return bool(seen[len(seen) // 2])

        try:
            top = bisect.bisect_left(range(1, side + 1), True, key=lambda stop: touched(0, stop))
            bottom = side - bisect.bisect_left(range(1, side + 1), True, key=lambda lines: touched(side - lines, side))
        except (RuntimeError, AssertionError, ValueError):
            return None  # the network insists on its size: whoever mixes all positions is such a one
        return bottom - top if top > 0 and bottom < side else None


@dataclass(frozen=True, slots=True)
class Fields:
    """The receptive field of each position: pixels top[row]:bottom[row], left[column]:right[column]."""

    top: NDArray[np.int64]
    bottom: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    size: tuple[int | None, int | None]
    """Height and width, in pixels, of a field that no border cuts; None where every field reaches a border."""

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(top, bottom, left, right) of the field of one position."""
        return int(self.top[row]), int(self.bottom[row]), int(self.left[column]), int(self.right[column])


def _bounds(touched: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """From (input line, output line) -> "depends", the first and one past the last input line of each output line."""
    lines = len(touched)
    return touched.argmax(axis=0), lines - touched[::-1].argmax(axis=0)
