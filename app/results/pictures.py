"""The pictures of a study's stimuli and references, with what was said of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from app.export import Field, ReferencePicture, StimulusPicture
from app.results.entering import counts
from app.results.source import Source
from app.study.records import Box


def reference_pictures(source: Source) -> list[ReferencePicture]:
    """The references, the receptive field outlined where a picture shows more."""
    outlined = source.info.facts.get("show") == "image"
    return [
        ReferencePicture(r.image, r.activation, r.role, r.rank, _field(r.box, outlined=outlined))
        for r in source.references
    ]


def stimulus_pictures(source: Source) -> list[StimulusPicture]:
    """Each stimulus with what was said of it: the shares of the labels, or the mean; none where pairs were judged."""
    if source.rubric.task == "which_one":
        return []
    outlined = source.info.facts.get("show") == "image"
    said: dict[str, list[str]] = {stimulus.id: [] for stimulus in source.stimuli}
    for judgement in source.enter.kept:
        if judgement.label is not None and counts(judgement):
            said[judgement.stimulus].append(judgement.label)
    return [
        StimulusPicture(
            id=s.id,
            image=s.image,
            activation=s.activation,
            stratum=s.stratum,
            shares=_shares(source, said[s.id]),
            n_raters=len(said[s.id]),
            field=_field(s.box, outlined=outlined),
            mean=float(np.mean([float(label) for label in said[s.id]]))
            if said[s.id] and not source.labels.names
            else None,
        )
        for s in source.stimuli
    ]


def _shares(source: Source, said: Iterable[str]) -> dict[str, float]:
    """The share of the raters who gave each category, or chose it among others; nothing where labels are numbers."""
    labels = list(said)
    chosen = Counter(name for label in labels for name in _chosen(source, label))
    return {name: chosen[name] / max(1, len(labels)) for name in source.labels.names}


def _chosen(source: Source, label: str) -> tuple[str, ...]:
    return source.rubric.chosen(label) if source.rubric.several else (label,)


def _field(box: Box, *, outlined: bool) -> Field | None:
    return (box.top, box.left, box.bottom, box.right) if outlined else None
