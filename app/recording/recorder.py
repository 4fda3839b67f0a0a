"""One unit on every image of a folder: its activation at each position of the grid."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.errors import Fault
from app.recording.grid import Grid
from app.recording.images import ImageFile, ImageFolder, Preprocessing, load_pixels
from app.recording.layers import BATCH, Fields, Layer

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Recording:
    """The population: one entry a position, n in all."""

    folder: ImageFolder
    preprocessing: Preprocessing
    fields: Fields
    step: tuple[int, int]
    image: NDArray[np.int64]
    """(n,) index into folder.images."""
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    activation: NDArray[np.float64]

    def box(self, index: int) -> tuple[int, int, int, int]:
        """(top, bottom, left, right) in the preprocessed image of the crop of one entry."""
        return self.fields.box(int(self.row[index]), int(self.column[index]))

    def source(self, index: int) -> ImageFile:
        """The image of one entry."""
        return self.folder.images[int(self.image[index])]

    def crops(self, indices: NDArray[np.int64], progress: Progress) -> dict[int, bytes]:
        """The crops of some entries, as PNG: the very pixels that the activation was computed from."""
        found: dict[int, bytes] = {}
        for image in np.unique(self.image[indices]):
            pixels = load_pixels(self.folder, self.folder.images[image], self.preprocessing)
            for index in indices[self.image[indices] == image]:
                top, bottom, left, right = self.box(index)
                found[int(index)] = _png(pixels[top:bottom, left:right])
                progress(len(found), len(indices))
        return found


def record(layer: Layer, channel: int, folder: ImageFolder, fields: Fields, seed: int, progress: Progress) -> Recording:
    """Record one channel of a layer at the positions of a grid on each image.

    Raises:
        Fault: the layer has no such channel, or an image cannot be read any more.
    """
    grid = Grid(fields)
    preprocessing = layer.model.preprocessing
    parts: list[tuple[NDArray[np.int64], ...]] = []
    activations: list[NDArray[np.float32]] = []
    for start in range(0, len(folder.images), BATCH):
        batch = range(start, min(start + BATCH, len(folder.images)))
        output = layer(np.stack([load_pixels(folder, folder.images[i], preprocessing) for i in batch]))
        if not 0 <= channel < output.shape[1]:
            raise Fault(
                f"The layer {layer.name} has channels 0 to {output.shape[1] - 1}: there is no channel {channel}."
            )
        for i, values in zip(batch, output[:, channel].numpy(), strict=True):
            rows, columns = grid.positions(seed, folder.images[i].sha256)
            parts.append((np.full(len(rows), i), rows, columns))
            activations.append(values[rows, columns])
        progress(batch.stop, len(folder.images))
    image, row, column = (np.concatenate(column) for column in zip(*parts, strict=True))
    activation = np.concatenate(activations).astype(np.float64)
    if not np.isfinite(activation).all():
        raise Fault(f"The unit {layer.name}:{channel} gives values that are no numbers. Check the weights.")
    return Recording(folder, preprocessing, fields, grid.step, image, row, column, activation)


def _png(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
