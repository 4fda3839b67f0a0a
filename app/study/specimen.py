"""A small study made of nothing: what an installed program tries itself out on."""

from __future__ import annotations

import io
from uuid import uuid4

from PIL import Image, ImageDraw

from app.study.records import (
    Box,
    Category,
    Histogram,
    NewStudy,
    Reference,
    Role,
    Rubric,
    Stimulus,
    Stratum,
    StudyInfo,
    Unit,
    UnitSample,
)

DISC = "#ffc94d"
"""The colour of the discs in the stimuli; nothing else has it."""
_DISC_OF_EXAMPLES = "#7fd6c2"
_SIDE = 96
_BOX = Box(0, 0, _SIDE, _SIDE)
_EXAMPLES: tuple[tuple[Role, float], ...] = (("most", 0.99), ("least", 0.01))
_RUBRIC = Rubric(
    version=1,
    question="Is there a disc?",
    instructions="Look at each picture, then press the number of your answer.",
    scale="nominal",
    categories=(Category("no disc", "The picture is empty."), Category("disc", "There is a disc in it.")),
)


def specimen(stimuli: int = 6) -> NewStudy:
    """A study of `stimuli` pictures with discs that grow: one unit, two categories, no practice."""
    histogram = Histogram((0.0, 0.5, 1.0), (stimuli // 2, stimuli - stimuli // 2))
    unit = Unit(1, "disc", {"layer": "none", "channel": 0})
    references = tuple(
        Reference(role, 1, activation, _disc(activation, _DISC_OF_EXAMPLES), f"{role}.png", _BOX)
        for role, activation in _EXAMPLES
    )
    return NewStudy(
        info=StudyInfo(
            str(uuid4()), "A try-out of Neuron Jury", "discs", 1, "2026-01-01T00:00:00Z", "specimen", {"show": "crop"}
        ),
        rubric=_RUBRIC,
        units=(UnitSample(unit, references, (Stratum(1, 0.0, 1.0, stimuli, stimuli),), histogram),),
        stimuli=tuple(_stimulus(number, (number + 1) / (stimuli + 1)) for number in range(stimuli)),
    )


def _stimulus(number: int, activation: float) -> Stimulus:
    return Stimulus(
        id=f"{(number * 7919 + 1) % 65536:04x}",
        unit=1,
        image=_disc(activation, DISC),
        activation=activation,
        stratum=1,
        inclusion_probability=1.0,
        source=f"{number}.png",
        box=_BOX,
    )


def _disc(activation: float, colour: str) -> bytes:
    image = Image.new("RGB", (_SIDE, _SIDE), "#203050")
    radius, middle = activation * _SIDE / 2, _SIDE / 2
    ImageDraw.Draw(image).ellipse((middle - radius, middle - radius, middle + radius, middle + radius), colour)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
