"""Positions on a grid whose receptive fields neither overlap nor reach into the padding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.errors import Fault
from app.recording.fields import Fields


class Grid:
    """A grid over the positions of a layer, laid anew for each image with an offset from a seed.

    A field that is smaller than one in the middle of a large image is cut by the border: there the unit sees padding,
    and the crop would not show all that the activation was computed from. Such positions are left out.

    Raises:
        Fault: every field is cut by a border: the layer is too deep for images of this size.
    """

    def __init__(self, fields: Fields) -> None:
        height, width = fields.size
        self._rows, self._row_step = _lines(fields.top, fields.bottom, height)
        self._columns, self._column_step = _lines(fields.left, fields.right, width)
        if not len(self._rows) or not len(self._columns):
            size = f"({height} x {width} pixels) " if height and width else ""
            raise Fault(
                f"The receptive field {size}is as large as the image, or larger: at every position the unit sees"
                ' padding. Choose an earlier layer, a larger [preprocessing] crop, field = "effective" in [sample], or'
                ' at = "maximum" for the unit.'
            )

    @property
    def step(self) -> tuple[int, int]:
        """Rows and columns of the layer from one grid position to the next."""
        return self._row_step, self._column_step

    def uncut(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and columns, (n,) each, of all positions whose field no border cuts."""
        return _all_of(self._rows, self._columns)

    def positions(self, seed: int, image: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and columns, (n,) each, of the grid on one image.

        The offset depends on the seed and the image's hash alone, not on the order of the images.
        """
        rng = np.random.default_rng([seed, int(image[:16], 16)])
        row, column = (
            rng.integers(min(self._row_step, len(self._rows))),
            rng.integers(min(self._column_step, len(self._columns))),
        )
        return _all_of(self._rows[row :: self._row_step], self._columns[column :: self._column_step])


def _all_of(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    crossed = np.meshgrid(rows, columns, indexing="ij")
    return crossed[0].ravel(), crossed[1].ravel()


def _lines(start: NDArray[np.int64], stop: NDArray[np.int64], extent: int | None) -> tuple[NDArray[np.int64], int]:
    """The lines whose field no border cuts, and the smallest step between lines whose fields are apart."""
    whole = np.flatnonzero(stop - start == (extent or -1))
    first, last = start[whole], stop[whole]
    step = next((k for k in range(1, len(whole)) if (first[k:] >= last[:-k]).all()), len(whole))
    return whole, step
