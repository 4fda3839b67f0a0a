"""The pictures of recorded items: the receptive field cut out of what the network saw, or all of what it saw."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from PIL import Image

from app.errors import Fault
from app.recording.images import Pixels
from app.recording.recording import Recording
from app.recording.tally import Items, Readings, Values
from app.recording.units import WHOLE, Unit

Show = Literal["crop", "image"]
_PER_IMAGE = ("centre", "maximum", "mean")


@dataclass(frozen=True, slots=True)
class Picture:
    """An item as it will be shown."""

    png: bytes
    box: tuple[int, int, int, int]
    """(top, bottom, left, right) of the field in what the network saw."""
    others: Mapping[int, float] = field(default_factory=dict)
    """The values of other units on the very same item, by their number among the recording's units, from 0."""


def pictures(
    recording: Recording, number: int, items: Items, show: Show, progress: Callable[[int, int], None]
) -> list[Picture]:
    """The pictures of some items of one unit, in their order; each image is read and run through the network again.

    Args:
        recording: where the items come from.
        number: of the unit, from 0.
        items: (n,) of that unit.
        show: "crop" for the receptive field alone, "image" for all that the network saw.
        progress: called with (done, n).

    Raises:
        Fault: an image has changed, or the network gives another value than it gave.
    """
    found: dict[int, Picture] = {}
    for index in np.unique(items["index"]).tolist():
        sha256 = recording.digests[index].tobytes()
        pixels, values = recording.recorder.again(index, sha256)
        readings = [
            places.read(index, sha256, value) for places, value in zip(recording.recorder.places, values, strict=True)
        ]
        for i in np.flatnonzero(items["index"] == index).tolist():
            place = int(items["place"][i])
            _check(recording, float(items["value"][i]), place, values[number], readings[number])
            found[i] = _picture(recording, number, place, show, pixels, values, readings)
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
    return Picture(_png(shown), box, others)


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


def _check(recording: Recording, was: float, place: int, values: Values, readings: Readings) -> None:
    """See that the value can be had again: otherwise the picture would not be what was drawn."""
    now = float(values.ravel()[place]) if place != WHOLE else float(readings.values[0])
    exact = recording.recorder.network.device.type == "cpu"
    if now != was and (exact or not np.isclose(now, was, rtol=1e-2, atol=1e-3)):
        name = recording.recorder.source.names[readings.index]
        raise Fault(f"On {name} the unit gave {was:g} when it was recorded, and gives {now:g} now. Record again.")


def _png(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
