"""The pictures of recorded items: the receptive field cut out of what the network saw, or all of what it saw."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.errors import Fault
from app.recording.images import Pixels
from app.recording.recording import Recording
from app.recording.tally import Items, Readings, Values
from app.recording.units import WHOLE, Places, Unit

Show = Literal["crop", "image"]
_PER_IMAGE = ("centre", "maximum", "mean")
MOST_HEAT = 64
"""Rows and columns of a heat map at most: a larger one is made coarser."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An item as it will be shown."""

    png: bytes
    box: tuple[int, int, int, int]
    """(top, bottom, left, right) of the field in what the network saw."""
    others: Mapping[int, float] = field(default_factory=dict)
    """The values of other units on the very same item, by their number among the recording's units, from 0."""
    heat: Values | None = None
    """(rows, columns): how strongly the unit fires at each place of what is shown; None where it has no places."""


def pictures(
    recording: Recording,
    number: int,
    items: Items,
    show: Show,
    progress: Callable[[int, int], None],
    *,
    heat: bool = False,
) -> list[Picture]:
    """The pictures of some items of one unit, in their order; each image is read and run through the network again.

    Args:
        recording: where the items come from.
        number: of the unit, from 0.
        items: (n,) of that unit.
        show: "crop" for the receptive field alone, "image" for all that the network saw.
        progress: called with (done, n).
        heat: whether heat maps are wanted.

    Raises:
        Fault: an image has changed, or the network gives another value than it gave.
    """
    found: dict[int, Picture] = {}
    places = recording.recorder.places
    for index in np.unique(items["index"]).tolist():
        sha256 = recording.digests[index].tobytes()
        pixels, values = recording.recorder.again(index, sha256)
        readings = [of_unit.read(index, sha256, value) for of_unit, value in zip(places, values, strict=True)]
        for i in np.flatnonzero(items["index"] == index).tolist():
            place = int(items["place"][i])
            _check(recording, float(items["value"][i]), place, values[number], readings[number])
            picture = _picture(recording, number, place, show, pixels, values, readings)
            if heat:
                picture = replace(picture, heat=heat_map(places[number], values[number], place, show))
            found[i] = picture
            progress(len(found), len(items))
    return [found[i] for i in range(len(items))]


def _picture(
    recording: Recording,
    number: int,
    place: int,
    show: Show,
    pixels: Pixels,
    values: list[Values],
    readings: list[Readings],
) -> Picture:
    recorder = recording.recorder
    top, bottom, left, right = box = recorder.places[number].box(place, len(pixels))
    others = {}
    for other, unit in enumerate(recorder.units):
        if other != number:
            value = _other(recorder.units[number], unit, place, show, values[other], readings[other])
            if value is not None:
                others[other] = value
    shown = pixels if show == "image" else pixels[top:bottom, left:right]
    return Picture(png_of(shown), box, others)


def _other(unit: Unit, other: Unit, place: int, show: Show, values: Values, readings: Readings) -> float | None:
    """The value of another unit on the same item, where it has one.

    An item that is shown as a whole image is the image: whatever has one value for an image has one for it. An item
    that is a crop is a position: the other unit's value there, if it is of the same layer.
    """
    one_an_image = len(readings.values) == 1 and (other.at in _PER_IMAGE or readings.places[0] == WHOLE)
    if place == WHOLE or (show == "image" and unit.at in _PER_IMAGE):
        return float(readings.values[0]) if one_an_image else None
    if unit.layer == other.layer and other.at != "mean":
        return float(values.ravel()[place])
    return None


def heat_map(places: Places, values: Values, place: int, show: Show) -> Values | None:
    """The part of a unit's values at all positions, (height, width), that lies in what is shown of an item.

    Of a crop, the positions whose field has its middle in it. None where the unit has no positions.
    """
    if values.size == 1:
        return None
    if show == "crop" and place != WHOLE and (fields := places.fields) is not None:
        row, column = divmod(place, values.shape[1])
        down = _within(fields.top, fields.bottom, fields.size[0], row)
        across = _within(fields.left, fields.right, fields.size[1], column)
        values = values[down, across]
    return _pooled(_pooled(values, 0), 1)


def _within(start: NDArray[np.int64], stop: NDArray[np.int64], size: int | None, place: int) -> slice:
    """The lines of positions whose fields have their middle in the field of line `place`, which is one of them.

    Of a field that one border cuts, the middle of the whole field is meant.
    """
    middle = (start + stop) / 2 if size is None else np.where(start > 0, start + size / 2, stop - size / 2)
    inside = np.flatnonzero((start[place] <= middle) & (middle < stop[place]))
    lines = np.append(inside, place)
    return slice(int(lines.min()), int(lines.max()) + 1)


def _pooled(values: Values, axis: int) -> Values:
    """At most MOST_HEAT lines along the axis, each the mean of as many neighbours."""
    n = values.shape[axis]
    starts = np.arange(0, n, -(-n // MOST_HEAT))
    sizes = np.diff(np.append(starts, n))
    sums = np.add.reduceat(values, starts, axis=axis, dtype=np.float64)
    means: Values = (sums / np.expand_dims(sizes, 1 - axis)).astype(np.float32)
    return means


def _check(recording: Recording, was: float, place: int, values: Values, readings: Readings) -> None:
    """See that the value can be had again: otherwise the picture would not be what was drawn."""
    now = float(values.ravel()[place]) if place != WHOLE else float(readings.values[0])
    exact = recording.recorder.network.device.type == "cpu"
    if now != was and (exact or not np.isclose(now, was, rtol=1e-2, atol=1e-3)):
        name = recording.recorder.source.names[readings.index]
        raise Fault(f"On {name} the unit gave {was:g} when it was recorded, and gives {now:g} now. Record again.")


def png_of(pixels: Pixels) -> bytes:
    """A picture as study files hold it: a PNG that follows from (height, width, 3) pixels alone."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
