"""The receptive field of each position of a layer, from the sizes of the layers before it.

One blank image goes through the network. Each operation is heard of, and what its output depends on worked out from
what its inputs depended on: a convolution's kernel, stride, padding and dilation, not its weights. Unlike a measured
field, one computed so is known in full where the border of every image cuts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

from app.errors import Fault
from app.recording.fields import Axis, Fields, Lines, join_axes
from app.recording.network import REFUSALS, Network
from app.recording.operations import REACHES, Call, everything, tensors_in
from app.recording.spans import Span, image_span, nothing


def theoretical_fields(network: Network, layers: Sequence[str]) -> dict[str, Fields]:
    """Which pixels of the network's input each layer's output at each position is computed from.

    Fields are clipped to the image; `size` is their extent before that, with the padding they reach into. Where
    positions on one grid see different extents (windowed attention), it is that of the field in the middle, if no
    border cuts it. What is computed from several branches sees what any of them does, in all its channels.

    Args:
        network: it must have been made with these layers.
        layers: their names.

    Raises:
        Fault: a layer is computed by an operation whose reach is not known here.
    """
    side = network.model.preprocessing.crop
    image = torch.zeros(network.model.batch or 1, 3, side, side, dtype=network.dtype, device=network.device)
    axes: dict[str, tuple[Axis, Axis]] = {}
    follower = _Follower(image)

    def take(layer: str) -> Callable[[Tensor], Tensor]:
        def taken(output: Tensor) -> Tensor:
            known = follower.of(output)
            if known.unknown:
                raise Fault(
                    f"The receptive field of {layer} cannot be computed from the layers' sizes: how far the operation"
                    f" {known.unknown!r} reaches is not known. Use the measured field."
                )
            shape = network.shapes[layer]
            axes[layer] = (
                _axis(known.rows, (1, 3), shape.height, side),
                _axis(known.columns, (1, 2), shape.width, side),
            )
            return torch.empty(0)

        return taken

    with follower:
        network.run(image, {layer: take(layer) for layer in layers})
    return {layer: join_axes(*axes[layer]) for layer in layers}


def _axis(span: Span, others: tuple[int, int], positions: int, side: int) -> Axis:
    """From the span of (n, channels, height, width) to one field for each position."""
    start = np.broadcast_to(span.start.amin((0, *others)).numpy(), positions)
    stop = np.broadcast_to(span.stop.amax((0, *others)).numpy(), positions)
    unseen = start > stop
    start, stop = np.where(unseen, 0, start).astype(np.int64), np.where(unseen, side, stop).astype(np.int64)
    grid = span.regular
    size = _middle(start, stop) if grid is None or grid.extent is None else grid.extent
    return Axis(start, stop, size, grid.stride if grid and positions > 1 else None)


def _middle(start: Lines, stop: Lines) -> int | None:
    """The extent of the field in the middle, if it is inside of all that any position sees."""
    middle = len(start) // 2
    cut = start[middle] == start.min() or stop[middle] == stop.max()
    return None if cut else int(stop[middle] - start[middle])


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What a tensor depends on, unless it comes from an operation that is not known."""

    rows: Span
    columns: Span
    unknown: str | None = None


class _Follower(TorchFunctionMode):
    """Hears of every call of torch and notes what the outputs depend on."""

    def __init__(self, image: Tensor) -> None:
        super().__init__()
        self._known: MutableMapping[Tensor, _Known] = WeakTensorKeyDictionary()
        self._known[image] = _Known(image_span(image.shape[2], -2), image_span(image.shape[3], -1))

    def of(self, tensor: Tensor) -> _Known:
        """What is known of a tensor; what was never heard of, such as a parameter, depends on nothing."""
        return self._known.get(tensor) or _Known(nothing(tensor.ndim), nothing(tensor.ndim))

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        inputs = [tensor for tensor in tensors_in((args, kwargs)) if tensor in self._known]
        output = func(*args, **kwargs)
        # Writing into part of a tensor gives nothing back.
        outputs = list(tensors_in(output)) or ([args[0]] if func is Tensor.__setitem__ else [])
        if inputs and outputs:
            by_rows = Call(func, args, kwargs, outputs, lambda tensor: self.of(tensor).rows)
            found = self._follow(by_rows, [self.of(tensor) for tensor in inputs])
            self._known.update(zip(outputs, found, strict=True))
        return output

    def _follow(self, by_rows: Call, inputs: Sequence[_Known]) -> Iterable[_Known]:
        unknown = next((known.unknown for known in inputs if known.unknown), None)
        reach = REACHES.get(by_rows.name)
        if reach is None and all(known.rows.constant and known.columns.constant for known in inputs):
            reach = everything  # what sees as much as all its inputs cannot come to see more
        by_columns = replace(by_rows, span=lambda tensor: self.of(tensor).columns)
        if reach and not unknown:
            try:
                return list(map(_Known, *(_each(reach(call), len(call.outputs)) for call in (by_rows, by_columns))))
            except REFUSALS:
                pass  # it is used in a way that was not foreseen
        return [replace(inputs[0], unknown=unknown or by_rows.name) for _ in by_rows.outputs]


def _each(spans: Span | list[Span], outputs: int) -> list[Span]:
    return [spans] * outputs if isinstance(spans, Span) else spans
