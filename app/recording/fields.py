"""The receptive field of each position of a layer, measured on the network itself.

One line of the input at a time is made not-a-number; whatever depends on it, by whatever path and with whatever
weight, becomes not-a-number too. This needs no knowledge of the layers between, and finds the largest field that
could matter. What the layers' sizes say of it is in `theoretical`, the part that matters most in `effective`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.recording.network import REFUSALS, Network, one_core

Lines = NDArray[np.int64]

BATCH = 16
STRIPS = (32, 64, 128)
"""Pixels across the strips that fields are measured on, the narrowest that the network takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """The receptive field of each position: pixels top[row]:bottom[row], left[column]:right[column].

    A position that depends on no pixel at all is given the whole image.
    """

    top: Lines
    bottom: Lines
    left: Lines
    right: Lines
    size: tuple[int | None, int | None]
    """Height and width, in pixels, of a field that no border cuts; None where every field reaches a border."""
    stride: tuple[int | None, int | None] = (None, None)
    """Pixels down and across from one position to the next; None where that is not known, or not one number."""

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(top, bottom, left, right) of the field of one position."""
        return int(self.top[row]), int(self.bottom[row]), int(self.left[column]), int(self.right[column])


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """The fields of a layer down, or across, the image: the position p depends on the lines start[p]:stop[p]."""

    start: Lines
    stop: Lines
    size: int | None
    stride: int | None


def join_axes(rows: Axis, columns: Axis) -> Fields:
    """The fields of a layer from what is known of each axis."""
    size, stride = (rows.size, columns.size), (rows.stride, columns.stride)
    return Fields(rows.start, rows.stop, columns.start, columns.stop, size, stride)


def measured_fields(network: Network, layers: Sequence[str], progress: Callable[[int, int], None]) -> dict[str, Fields]:
    """Which pixels of the network's input can change each layer's output at each position.

    How far a row of pixels reaches does not depend on the width of the image, so narrow strips do, unless the network
    insists on its size. The field of a vector is the whole image.

    Windowed attention (Swin) is told by a mask to ignore what the shift has wrapped around the border. Not-a-number
    goes through a mask: there the field takes in both ends of the image, and counts as cut. Where a convolution is
    computed tile by tile, fields may come out larger than they are, never smaller: accelerators do that, and processors
    in half precision, so that the network is measured in single precision.

    Args:
        network: it must have been made with these layers.
        layers: their names.
        progress: told (lines done, lines in all).
    """
    side = network.model.preprocessing.crop
    places = [layer for layer in dict.fromkeys(layers) if network.shapes[layer].layout != "vector"]
    with network.in_single_precision(), _workers(network.device) as pool:
        down, across = _Probe(network, pool, transposed=False), _Probe(network, pool, transposed=True)
        rows = _measure(down, places, side, lambda done: progress(done, 2 * side))
        columns = _measure(across, places, side, lambda done: progress(side + done, 2 * side))
    vector = Axis(np.array([0]), np.array([side]), None, None)
    return {layer: join_axes(rows.get(layer, vector), columns.get(layer, vector)) for layer in layers}


@contextmanager
def _workers(device: torch.device) -> Iterator[ThreadPoolExecutor]:
    """On a CPU, a thread for each core: strips are too small for several cores to share one."""
    threads = torch.get_num_threads() if device.type == "cpu" else 1
    with one_core(device), ThreadPoolExecutor(threads, initializer=_alone, initargs=(device,)) as pool:
        yield pool


def _alone(device: torch.device) -> None:
    if device.type == "cpu":
        torch.set_num_threads(1)


def _measure(probe: _Probe, layers: Sequence[str], side: int, progress: Callable[[int], None]) -> dict[str, Axis]:
    touched = _touched_by_each_line(probe, layers, side, progress)
    sizes = {layer: _size(lines) for layer, lines in touched.items()}
    deep = {layer: lines.shape[1] for layer, lines in touched.items() if sizes[layer] is None}
    sizes |= _sizes_in_larger_image(probe, deep, 2 * side)
    axes = {}
    for layer, lines in touched.items():
        start, stop = lines.argmax(axis=0), side - lines[::-1].argmax(axis=0)
        axes[layer] = Axis(start, stop, sizes[layer], _stride(start, stop, sizes[layer]))
    progress(side)
    return axes


class _Probe:
    """Makes lines of an image not-a-number and finds the positions that depend on them."""

    def __init__(self, network: Network, pool: ThreadPoolExecutor, *, transposed: bool) -> None:
        self._network = network
        self._pool = pool
        self._transposed = transposed

    def touched(
        self, layers: Sequence[str], lines: NDArray[np.bool_], width: int, progress: Callable[[int], None] | None = None
    ) -> dict[str, NDArray[np.bool_]]:
        """For each layer (n, positions): which depend on the lines, (n, length), of n strips of this width."""
        batches = [lines[i : i + BATCH] for i in range(0, len(lines), BATCH)]
        parts: list[dict[str, NDArray[np.bool_]]] = []
        for part in self._pool.map(lambda batch: self._touched(layers, batch, width), batches):
            parts.append(part)
            if progress:
                progress(min(len(parts) * BATCH, len(lines)))
        return {layer: np.concatenate([part[layer] for part in parts]) for layer in layers}

    def _touched(self, layers: Sequence[str], lines: NDArray[np.bool_], width: int) -> dict[str, NDArray[np.bool_]]:
        strips = torch.zeros(*lines.shape, width, 3, dtype=self._network.dtype)
        strips[torch.from_numpy(np.ascontiguousarray(lines))] = torch.nan
        images = strips.permute((0, 3, 2, 1) if self._transposed else (0, 3, 1, 2)).contiguous()
        found = self._network.run(images.to(self._network.device), dict.fromkeys(layers, self._take))
        return {layer: kept.cpu().numpy() for layer, kept in found.items()}

    def _take(self, output: Tensor) -> Tensor:
        return output.amax(dim=(1, 2) if self._transposed else (1, 3)).isnan()

    def width(self, layers: Sequence[str], length: int, side: int) -> int:
        """The narrowest strip that the network takes; its full side if need be. Tokens are laid out in squares."""
        tokens = any(self._network.shapes[layer].layout == "tokens" for layer in layers)
        for width in () if tokens else (width for width in STRIPS if width < side):
            try:
                self.touched(layers, np.zeros((1, length), dtype=bool), width)
            except REFUSALS:
                continue
            return width
        return side


def _touched_by_each_line(
    probe: _Probe, layers: Sequence[str], side: int, progress: Callable[[int], None]
) -> dict[str, NDArray[np.bool_]]:
    """For each layer (side, positions): which positions depend on which line.

    Where each depends on the first line and on the last, all fields are the whole image, and the lines between are
    not asked for: what a deep layer costs is saved.
    """
    each = np.eye(side, dtype=bool)
    borders = probe.touched(layers, each[[0, -1]], side)
    whole = {layer: np.ones((side, ends.shape[1]), dtype=bool) for layer, ends in borders.items() if ends.all()}
    others = [layer for layer in layers if layer not in whole]
    touched = probe.touched(others, each, probe.width(others, side, side), progress) if others else {}
    return {layer: whole[layer] if layer in whole else touched[layer] for layer in layers}


def _size(touched: NDArray[np.bool_]) -> int | None:
    """The lines from end to end of the field in the middle, or None where that may be cut.

    A field that is cut reaches the first or the last line that any position depends on; or the cut goes unseen in a
    hole of the field.
    """
    used = np.flatnonzero(touched.any(axis=1))
    seen = np.flatnonzero(touched[:, touched.shape[1] // 2])
    if not len(seen) or seen[0] == used[0] or seen[-1] == used[-1]:
        return None
    extent = int(seen[-1] - seen[0] + 1)
    return extent if extent == len(seen) else None


def _sizes_in_larger_image(probe: _Probe, layers: Mapping[str, int], side: int) -> dict[str, int | None]:
    """The lines from end to end of the field in the middle of an image of `side` pixels, None where that is cut too.

    `layers` gives the positions that each has in the image itself. One that has no more of them in the larger image
    is computed in another way there (pooled to a fixed number, say), so that nothing is learnt of it.
    """
    if not layers:
        return {}
    try:
        width = probe.width(list(layers), side, side // 2)
        blank = probe.touched(list(layers), np.zeros((1, side), dtype=bool), width)
        grown = [layer for layer, positions in layers.items() if blank[layer].shape[1] > positions]
        above = _lines_unseen(probe, grown, side, width, backwards=False)
        inside = [layer for layer in grown if above[layer]]
        below = _lines_unseen(probe, inside, side, width, backwards=True)
    except REFUSALS:
        return dict.fromkeys(layers)  # the network insists on its size
    return {layer: side - above[layer] - below[layer] if below.get(layer) else None for layer in layers}


def _lines_unseen(probe: _Probe, layers: Sequence[str], side: int, width: int, *, backwards: bool) -> dict[str, int]:
    """How many lines from one end the middle of each layer does not depend on, by bisection of all at once.

    0 if no other position depends on them either: then the network leaves them out, and the field may be cut there.
    """
    unseen, seen = dict.fromkeys(layers, 0), dict.fromkeys(layers, side)
    by_others = dict.fromkeys(layers, False)

    def next_count(layer: str) -> int:
        # One line first: layers that mix all positions are done with it.
        return (unseen[layer] + seen[layer]) // 2 if unseen[layer] else 1

    while pending := [layer for layer in layers if seen[layer] - unseen[layer] > 1]:
        counts = sorted({next_count(layer) for layer in pending})
        lines = np.arange(side) < np.array(counts)[:, None]
        touched = probe.touched(pending, lines[:, ::-1] if backwards else lines, width)
        for layer in pending:
            count = next_count(layer)
            found = touched[layer][counts.index(count)]
            if found[len(found) // 2]:
                seen[layer] = count
            else:
                unseen[layer], by_others[layer] = count, bool(found.any())
    return {layer: unseen[layer] * by_others[layer] for layer in layers}


def _stride(start: Lines, stop: Lines, size: int | None) -> int | None:
    """Lines from one field to the next, if the same for all that are not cut; None if not, or if too few are seen."""
    for uncut in (np.flatnonzero(stop - start == (size or -1)), np.flatnonzero(start > 0)):
        steps = set(np.diff(start[uncut])[np.diff(uncut) == 1].tolist())
        if steps:
            return steps.pop() or None if len(steps) == 1 else None
    return None
