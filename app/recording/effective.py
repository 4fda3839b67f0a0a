"""The effective receptive field: the part of the field that most of a unit's gradient falls on.

Pixels in the middle of a field reach the unit by many more paths than those at its edge, and change it more. The
gradient shows by how much: Luo, Li, Urtasun and Zemel 2016, "Understanding the effective receptive field in deep
convolutional neural networks".
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.errors import Fault
from app.recording.fields import Axis, Fields, join_axes
from app.recording.images import Pixels
from app.recording.network import Network, one_core

BATCH = 8


def effective_fields(
    network: Network, layer: str, weights: NDArray[np.float32], images: Pixels, fields: Fields, share: float = 0.95
) -> Fields:
    """The pixels that a unit depends on most, at each position of its layer.

    The unit at the central position is differentiated by every pixel; the size of the gradient is summed over the
    colours and averaged over the images. Of its sums over rows, and over columns, the shortest interval is taken that
    holds `share` of the whole: no shorter crop shows as much, where one that leaves as much out at either end is
    longer if the gradient is skewed, as it is near a border. The box of the two holds between 2 * share - 1 and
    `share` of the gradient. It is moved to the other positions by the stride, and clipped to the image.

    Args:
        network: it must have been made with this layer.
        layer: its name.
        weights: (channels,) of each channel in the unit; all but one are 0 where it is a channel.
        images: (n, side, side, 3), what the network is to be shown; a few dozen do.
        fields: of the layer, measured or theoretical, for the stride. Where they have none the positions are taken
            to share the image evenly.
        share: of the gradient, from 0 to 1.

    Raises:
        Fault: the gradient is zero on all images, or not a number.
    """
    shape = network.shapes[layer]
    row, column = shape.height // 2, shape.width // 2

    direction = torch.from_numpy(weights).to(network.device, network.dtype)

    def central(output: Tensor) -> Tensor:
        return output[:, :, row, column] @ direction

    gradient = np.zeros(images.shape[1:3])
    with one_core(network.device):  # every worker must find the same field
        for start in range(0, len(images), BATCH):
            pixels = network.prepare(images[start : start + BATCH]).requires_grad_()
            unit = network.run(pixels, {layer: central})[layer]
            (slopes,) = torch.autograd.grad(unit.sum(), pixels)
            gradient += slopes.float().abs().sum(dim=(0, 1)).cpu().numpy()
    if not gradient.sum() > 0:
        raise Fault(
            f"On none of the {len(images)} images does a pixel change the unit of {layer} at the central position, so"
            " that no effective receptive field can be told. Use the measured field, or other images."
        )
    rows = _moved(_shortest(gradient.sum(axis=1), share), row, shape.height, fields.stride[0], len(gradient))
    columns = _moved(_shortest(gradient.sum(axis=0), share), column, shape.width, fields.stride[1], len(gradient))
    return join_axes(rows, columns)


def _shortest(mass: NDArray[np.float64], share: float) -> tuple[int, int]:
    """The first and one past the last line of the shortest interval with this share of the mass."""
    below = np.concatenate([[0.0], np.cumsum(mass)])
    # For each first line the first end that makes it enough; one too far where the mass left is not enough.
    ends = np.searchsorted(below, below[:-1] + share * below[-1])
    lengths = np.where(ends <= len(mass), ends - np.arange(len(mass)), len(mass) + 1)
    first = int(lengths.argmin())
    return first, int(ends[first])


def _moved(field: tuple[int, int], centre: int, positions: int, stride: int | None, side: int) -> Axis:
    """The field at the central position, moved to all of them and clipped to the image."""
    step = side / positions if stride is None else stride
    shift = np.rint((np.arange(positions) - centre) * step).astype(np.int64)
    start, stop = (np.clip(end + shift, 0, side) for end in field)
    return Axis(start, stop, field[1] - field[0], stride)
