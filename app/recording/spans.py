"""Which lines of the image each number of a tensor depends on, carried through the operations of a network.

The arithmetic behind `theoretical`. It knows no operation by its name, only the few ways in which one can mix numbers:
element by element, over a window, over whole dimensions, end to end, or by putting them elsewhere. Dimensions are
counted from the last, -1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Regular:
    """Fields before any border cuts them: position p sees `extent` lines from the line first + stride * p."""

    dim: int
    """The tensor's dimension that the positions lie along."""
    first: int
    stride: int
    extent: int | None
    """None where positions see the whole image, or fields differ by more than their place."""


@dataclass(frozen=True, slots=True, eq=False)
class Span:
    """The lines start:stop of the image (rows, or columns) that each number of a tensor depends on.

    Both have as many dimensions as the tensor, of length 1 where they are the same all along. What depends on no line
    starts at plus infinity and stops at minus infinity.
    """

    start: Tensor
    stop: Tensor
    regular: Regular | None
    """None where the positions lie on no grid over the image."""

    @property
    def constant(self) -> bool:
        """Whether all numbers of the tensor depend on the same lines."""
        return self.start.numel() == self.stop.numel() == 1

    def of_rank(self, ndim: int) -> Span:
        """A constant span for a tensor with another number of dimensions."""
        shape = (1,) * ndim
        return Span(self.start.reshape(shape), self.stop.reshape(shape), self.regular)


def image_span(side: int, dim: int) -> Span:
    """The rows (`dim` -2) or columns (-1) of an image itself, (1, 3, side, side)."""
    lines = torch.arange(side, dtype=torch.float32).reshape((1, 1, side, 1) if dim == -2 else (1, 1, 1, side))
    return Span(lines, lines + 1, Regular(dim, 0, 1, 1))


def nothing(ndim: int) -> Span:
    """What does not depend on the image, as parameters do not."""
    return Span(torch.full((1,) * ndim, math.inf), torch.full((1,) * ndim, -math.inf), None)


def union(spans: Sequence[Span]) -> Span:
    """Each number depends on whatever one of these depends on, broadcast as the numbers are."""
    start, stop = spans[0].start, spans[0].stop
    for span in spans[1:]:
        start, stop = torch.minimum(start, span.start), torch.maximum(stop, span.stop)
    return Span(start, stop, _regular_union(spans))


def _regular_union(spans: Sequence[Span]) -> Regular | None:
    spans = [span for span in spans if bool(span.stop.isfinite().any())]
    grids = [span.regular for span in spans if span.regular]
    if len({(grid.dim, grid.stride) for grid in grids}) != 1:
        return None
    first = min(grid.first for grid in grids)
    stops = [grid.first + grid.extent for grid in grids if grid.extent is not None]
    # What lies on no grid, such as a mean over all positions that scales them, moves no position.
    return replace(grids[0], first=first, extent=max(stops) - first if len(stops) == len(spans) else None)


def join(spans: Sequence[Span], dim: int, lengths: Sequence[int]) -> Span:
    """Tensors put end to end along a dimension, in which they have these lengths."""

    def joined(parts: Sequence[Tensor]) -> Tensor:
        shape = [max(sizes) for sizes in zip(*(part.shape for part in parts), strict=True)]
        ends = []
        for part, length in zip(parts, lengths, strict=True):
            shape[dim] = length
            ends.append(part.expand(shape))
        return _compressed(torch.cat(ends, dim))

    regular = _regular_union(spans)
    start, stop = joined([span.start for span in spans]), joined([span.stop for span in spans])
    return Span(start, stop, None if regular and regular.dim == dim else regular)


def mix(span: Span, dims: Sequence[int], *, reduced: bool) -> Span:
    """Each number depends on all along these dimensions; `reduced` says that one number is left of each."""
    regular = span.regular
    if regular and regular.dim in dims:
        regular = None if reduced else replace(regular, extent=None)
    return Span(span.start.amin(tuple(dims), keepdim=True), span.stop.amax(tuple(dims), keepdim=True), regular)


def move(span: Span, shape: Sequence[int], function: Callable[[Tensor], Any]) -> list[Span]:
    """Numbers put elsewhere by a function of a tensor of this shape, such as a permutation; it may give several."""
    starts, stops = (_all_of(function(part.expand(shape))) for part in (span.start, span.stop))
    grids: Sequence[Regular | None] = [None] * len(starts)
    if before := span.regular:
        places = torch.arange(shape[before.dim], dtype=torch.float32).reshape(-1, *(1,) * (-before.dim - 1))
        grids = [_regular_at(before, _compressed(place)) for place in _all_of(function(places.expand(shape)))]
    return [Span(_compressed(a), _compressed(b), grid) for a, b, grid in zip(starts, stops, grids, strict=True)]


def _regular_at(before: Regular, place: Tensor) -> Regular | None:
    """The grid after a move that put here what was at these places; None where they are none, or only one."""
    dims = [dim for dim in range(-place.ndim, 0) if place.shape[dim] > 1]
    steps = set(place.flatten().diff().tolist())
    if len(dims) != 1 or len(steps) != 1 or min(steps) < 1:
        return None
    first, step = int(place.flatten()[0]), int(steps.pop())
    return Regular(dims[0], before.first + first * before.stride, before.stride * step, before.extent)


def _all_of(output: Any) -> list[Tensor]:
    return [output] if isinstance(output, Tensor) else list(output)


def _compressed(part: Tensor) -> Tensor:
    """With length 1 in the dimensions along which it does not change."""
    for dim in range(part.ndim):
        one = part.narrow(dim, 0, 1)
        if part.shape[dim] > 1 and (part.stride(dim) == 0 or bool((part == one).all())):
            part = one
    return part


@dataclass(frozen=True, slots=True)
class Window:
    """The positions that each position of the next layer is computed from, along one dimension."""

    size: int
    stride: int
    padding: int = 0
    dilation: int = 1

    def over(self, span: Span, dim: int, positions: int) -> Span:
        """The span behind the window, which moves along `dim` and has so many positions there.

        The extent grows by (size - 1) * dilation strides: Araujo, Norris and Sim 2019, "Computing receptive fields of
        convolutional neural networks".
        """
        offsets = torch.arange(self.size) * self.dilation - self.padding
        moved = gather(span, dim, torch.arange(positions)[:, None] * self.stride + offsets)
        grid = span.regular
        if grid is None or grid.dim != dim:
            return moved
        reach = (self.size - 1) * self.dilation * grid.stride
        first, extent = grid.first - self.padding * grid.stride, None if grid.extent is None else grid.extent + reach
        return replace(moved, regular=Regular(dim, first, grid.stride * self.stride, extent))


def gather(span: Span, dim: int, taps: Tensor) -> Span:
    """Each position along `dim` depends on those that `taps`, (positions, n), names; others are padding."""
    return Span(_lowest(span.start, dim, taps), -_lowest(-span.stop, dim, taps), span.regular)


def _lowest(part: Tensor, dim: int, taps: Tensor) -> Tensor:
    length = part.shape[dim]
    if length == 1:
        return part
    found = part.index_select(dim, taps.clamp(0, length - 1).flatten())
    found = found.reshape(*part.shape[:dim], *taps.shape, *part.shape[part.ndim + dim + 1 :])
    inside = ((taps >= 0) & (taps < length)).reshape(*taps.shape, *(1,) * (-dim - 1))
    # The taps have taken the place of the dimension, counted from the last.
    return torch.where(inside, found, math.inf).amin(dim)
