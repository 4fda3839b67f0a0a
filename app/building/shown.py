"""What is shown of a unit, with its pictures: stimuli, the pairs of them, and references."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from app.building.sample import Sample
from app.recording.pictures import Picture, pictures
from app.recording.recording import Recording
from app.recording.tally import Values
from app.study.records import Box, HeatMap, Pair, Reference, Role, Stimulus
from app.study_toml import StudyToml

Progress = Callable[[int, int], None]


def stimuli(
    recording: Recording, number: int, sample: Sample, wanted: StudyToml, progress: Progress
) -> tuple[Stimulus, ...]:
    """The drawn stimuli of the unit with this number, from 0, in the order that they were drawn."""
    conditions = wanted.session.conditions
    heat = conditions.revealed + conditions.feedback > 0
    shown = pictures(recording, number, sample.chosen, wanted.sample.show, progress, heat=heat)
    drawn = sample.draw
    rows = zip(sample.chosen, shown, drawn.stratum.tolist(), drawn.inclusion_probability.tolist(), strict=True)
    found = []
    for item, picture, stratum, probability in rows:
        sha256 = recording.digests[item["index"]].tobytes().hex()
        found.append(
            Stimulus(
                # A hash says neither where the crop lies nor how strongly the unit fires, and is the same next time.
                id=short_hash(f"{wanted.seed} {number} {sha256} {item['place']}"),
                unit=number + 1,
                image=picture.png,
                activation=float(item["value"]),
                stratum=stratum + 1,
                inclusion_probability=probability,
                source=recording.recorder.source.names[int(item["index"])],
                box=_box(picture),
                others={other + 1: value for other, value in picture.others.items()},
                heat=None if picture.heat is None else _heat_map(picture.heat),
            )
        )
    return tuple(found)


def pairs(sample: Sample, drawn: Sequence[Stimulus]) -> tuple[Pair, ...]:
    """The pairs of a unit, from its stimuli in the order that they were drawn."""
    found = []
    for stronger, weaker, gap in sample.pairs:
        both = drawn[stronger].id, drawn[weaker].id
        found.append(Pair(short_hash(" ".join(sorted(both))), *both, gap))
    return tuple(found)


def references(
    recording: Recording, number: int, sample: Sample, wanted: StudyToml, progress: Progress
) -> tuple[Reference, ...]:
    """The references of the unit with this number, from 0."""
    items = np.concatenate([sample.most, sample.least])
    roles: list[tuple[Role, int]] = [("most", rank) for rank in range(1, len(sample.most) + 1)]
    roles += [("least", rank) for rank in range(1, len(sample.least) + 1)]
    shown = pictures(recording, number, items, wanted.sample.show, progress)
    return tuple(
        Reference(
            role,
            rank,
            float(item["value"]),
            picture.png,
            recording.recorder.source.names[int(item["index"])],
            _box(picture),
        )
        for (role, rank), item, picture in zip(roles, items, shown, strict=True)
    )


def short_hash(text: str) -> str:
    """16 hex digits that say nothing of the text, and are the same for the same."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _box(picture: Picture) -> Box:
    top, bottom, left, right = picture.box
    return Box(top=top, left=left, bottom=bottom, right=right)


def _heat_map(values: Values) -> HeatMap:
    rows, columns = values.shape
    return HeatMap(rows, columns, tuple(values.ravel().tolist()))
