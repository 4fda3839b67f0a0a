"""The layers of a model that a unit can be chosen from, with their shapes and receptive fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from app.errors import Fault
from app.recording.fields import Fields, measured_fields
from app.recording.models import Model
from app.recording.network import Layout, Network, Shape
from app.recording.operations import tensors_in
from app.recording.theoretical import theoretical_fields

Pair = tuple[int, int]
HEADINGS = ("layer", "kind", "gives", "layout", "stride (px)", "receptive field (px)")


@dataclass(frozen=True, slots=True)
class LayerRow:
    """One layer, as a study asks for it."""

    name: str
    """With #k behind it for the k-th time, where it runs several times in a pass."""
    kind: str
    """Its class."""
    shape: tuple[int, ...]
    """What it gives for one image, in its own order."""
    layout: Layout
    stride: Pair | None
    """Pixels down and across from one position to the next; None where that is not known, or not one number."""
    field: Pair | None
    """Height and width of the measured receptive field; None where every one reaches a border of the image."""


def list_layers(model: Model, progress: Callable[[int, int], None]) -> list[LayerRow]:
    """Every layer of the model whose output can be laid out as channels at positions, as it is defined.

    Args:
        model: what to look into.
        progress: told (lines measured, lines in all).

    Raises:
        Fault: the model does not take images of the size of its preprocessing.
    """
    network = _WholeNetwork(model)
    try:
        fields = measured_fields(network, list(network.shapes), progress)
        strides = _strides(network, fields)
    finally:
        network.close()
    return [
        LayerRow(
            layer, network.kind(layer), network.given(layer), shape.layout, strides[layer], _both(fields[layer].size)
        )
        for layer, shape in network.shapes.items()
    ]


def layers_table(rows: Sequence[LayerRow]) -> str:
    """The rows in columns, as plain text without a line break at the end."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)
    return "\n".join(line.rstrip() for line in lines)


def _cells(row: LayerRow) -> tuple[str, ...]:
    stride = "" if row.stride is None else _times(row.stride[:1] if len(set(row.stride)) == 1 else row.stride)
    field = "whole image" if row.field is None else _times(row.field)
    return row.name, row.kind, _times(row.shape), row.layout, stride, field


def _times(numbers: Sequence[int]) -> str:
    return " x ".join(map(str, numbers))


def _both(pair: tuple[int | None, int | None]) -> Pair | None:
    return None if pair[0] is None or pair[1] is None else (pair[0], pair[1])


def _strides(network: Network, fields: dict[str, Fields]) -> dict[str, Pair | None]:
    """As measured, or from the layers' sizes where all fields are cut, so that they do not show it."""
    found = {layer: _both(field.stride) for layer, field in fields.items()}
    missing = [layer for layer, stride in found.items() if stride is None]
    try:
        computed = theoretical_fields(network, missing) if missing else {}
    except Fault:
        return found
    return found | {layer: _both(field.stride) for layer, field in computed.items()}


class _WholeNetwork(Network):
    """A network with every layer that can be laid out, found by one pass for all instead of one for each."""

    def __init__(self, model: Model) -> None:
        super().__init__(model, [])
        self._noted: dict[int, dict[str, list[tuple[int, ...]]]] = {}
        self.shapes = dict(self._all_shapes())
        names = dict.fromkeys(self._split(layer)[0] for layer in self.shapes)
        self._handles = [self._modules[name].register_forward_hook(self._hook(name)) for name in names]

    def close(self) -> None:
        """Leave the model as it was."""
        for handle in self._handles:
            handle.remove()

    def kind(self, layer: str) -> str:
        """The class of a layer."""
        return type(self._modules[self._split(layer)[0]]).__name__

    def given(self, layer: str) -> tuple[int, ...]:
        """The shape of a layer's output for one image."""
        name, call = self._split(layer)
        return self._outputs(name, self.model.preprocessing.crop)[(call or 1) - 1][1:]

    def _all_shapes(self) -> Iterator[tuple[str, Shape]]:
        for name in filter(None, self._modules):
            calls = len(self._outputs(name, self.model.preprocessing.crop))
            for layer in [name] if calls == 1 else [f"{name}#{call}" for call in range(1, calls + 1)]:
                with suppress(Fault):  # no channels at positions, or nothing that is a number
                    yield layer, self._shape(layer)

    def _outputs(self, name: str, side: int) -> list[tuple[int, ...]]:
        if side not in self._noted:
            self._noted[side] = self._note_all(side)
        return self._noted[side][name]

    def _note_all(self, side: int) -> dict[str, list[tuple[int, ...]]]:
        found: dict[str, list[tuple[int, ...]]] = {name: [] for name in self._modules}

        def note(name: str) -> Callable[[nn.Module, Any, Any], None]:
            def noted(_module: nn.Module, _inputs: object, output: object) -> None:
                tensor = next(tensors_in(output), None)
                found[name].append(() if tensor is None or not tensor.is_floating_point() else tuple(tensor.shape))

            return noted

        handles = [module.register_forward_hook(note(name)) for name, module in self._modules.items()]
        try:
            with torch.inference_mode():
                self._module(torch.zeros(self.model.batch or 1, 3, side, side, dtype=self.dtype, device=self.device))
        finally:
            for handle in handles:
                handle.remove()
        return found
