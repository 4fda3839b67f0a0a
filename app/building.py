"""study.toml + images -> study file: record, draw, choose references, cut the crops.

`progress(step, done, total)` is called throughout; `step` is a sentence for the person who waits.
"""

from __future__ import annotations

import dataclasses
import hashlib
import platform
import uuid
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import app
from analysis.design import Draw, Strata, draw, equal_width_strata
from app.errors import Fault
from app.recording.images import scan_folder
from app.recording.layers import Layer
from app.recording.models import Model, load_model
from app.recording.recorder import Recording, record
from app.study.file import StudyFile
from app.study.log import utc_now
from app.study.records import (
    Category,
    Histogram,
    NewStudy,
    Reference,
    Role,
    Rubric,
    Stimulus,
    Stratum,
    StudyInfo,
)
from app.study_toml import ImagesTable, StudyToml

Progress = Callable[[str, int, int], None]
HISTOGRAM_BINS = 60


def build(description: StudyToml, folder: Path, out: Path, progress: Progress) -> NewStudy:
    """Build a study file from its description; relative paths in it start at `folder`.

    Raises:
        Fault: whatever is wrong with the description, the model, the images, or `out`.
    """
    if out.exists():
        raise Fault(f"{out} exists already. Name another file with --out, or move this one away first.")
    recording, model = _record(description, folder, progress)
    n_references = description.sample.references
    most = _extremes(recording, -recording.activation, n_references)
    least = _extremes(recording, recording.activation, n_references)
    population = np.setdiff1d(np.arange(len(recording.activation)), np.concatenate([most, least]))
    if len(population) < 2:
        raise Fault(
            f"Only {len(recording.activation)} positions were found, too few for references and stimuli. Add images."
        )
    activation = recording.activation[population]
    strata = equal_width_strata(activation, description.sample.strata)
    sample = draw(strata, description.sample.per_stratum, description.seed)
    chosen = population[sample.chosen]
    crops = recording.crops(np.concatenate([chosen, most, least]), partial(progress, "Cutting the crops"))
    new = NewStudy(
        info=StudyInfo(
            uuid=str(uuid.uuid4()),
            title=description.title,
            claim=description.claim,
            seed=description.seed,
            created=utc_now(),
            program=f"Neuron Jury {app.__version__}",
            facts=_facts(description, recording, model, len(population)),
        ),
        rubric=_rubric(description),
        stimuli=_stimuli(recording, chosen, sample, crops, description.seed),
        references=(*_references(recording, "most", most, crops), *_references(recording, "least", least, crops)),
        strata=_strata(strata, sample),
        histogram=_histogram(recording.activation),
    )
    StudyFile.create(out, new, partial(progress, "Writing the study file"))
    return new


def _record(description: StudyToml, folder: Path, progress: Progress) -> tuple[Recording, Model]:
    model = load_model(description.model.name, description.model.weights, folder)
    model = _sized(model, description.images)
    layer = Layer(model, description.unit.layer)
    fields = layer.receptive_fields(partial(progress, "Measuring the receptive field"))
    images = scan_folder(folder / description.images.folder, partial(progress, "Reading the images"))
    recording = record(
        layer, description.unit.channel, images, fields, description.seed, partial(progress, "Recording activations")
    )
    return recording, model


def _sized(model: Model, images: ImagesTable) -> Model:
    """The model with the image size that the study asks for, where it asks for one."""
    own = model.preprocessing
    crop = images.crop or (min(own.crop, images.resize) if images.resize else own.crop)
    resize = images.resize or max(own.resize, crop)
    if crop > resize:
        raise Fault(f"images.crop ({crop}) cannot be larger than images.resize ({resize}).")
    if resize > 4096:
        raise Fault(f"[images] asks for {resize} pixels: more than 4096 are not supported.")
    return dataclasses.replace(model, preprocessing=dataclasses.replace(own, resize=resize, crop=crop))


def _extremes(recording: Recording, order_by: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """The entries with the smallest `order_by`, one from each photograph, `count` at most, the most extreme first."""
    order = np.argsort(order_by, kind="stable")
    _, first = np.unique(recording.image[order], return_index=True)  # the best entry of each photograph
    return order[np.sort(first)[:count]]


def _rubric(description: StudyToml) -> Rubric:
    rubric = description.rubric
    categories = tuple(Category(category.name, category.definition) for category in rubric.categories)
    return Rubric(1, rubric.question, rubric.instructions, rubric.scale, categories)


def _stimuli(
    recording: Recording, chosen: NDArray[np.int64], sample: Draw, crops: dict[int, bytes], seed: int
) -> tuple[Stimulus, ...]:
    stimuli = []
    for index, stratum, probability in zip(
        chosen.tolist(), sample.stratum.tolist(), sample.inclusion_probability.tolist(), strict=True
    ):
        source = recording.source(index)
        top, _, left, _ = recording.box(index)
        stimuli.append(
            Stimulus(
                # A hash says neither where the crop lies nor how strongly the unit fires, and is the same next time.
                id=hashlib.sha256(f"{seed} {source.sha256} {top} {left}".encode()).hexdigest()[:16],
                image=crops[index],
                activation=float(recording.activation[index]),
                stratum=stratum + 1,
                inclusion_probability=probability,
                source=source.name,
                top=top,
                left=left,
            )
        )
    return tuple(stimuli)


def _references(
    recording: Recording, role: Role, indices: NDArray[np.int64], crops: dict[int, bytes]
) -> tuple[Reference, ...]:
    return tuple(
        Reference(role, rank, float(recording.activation[index]), crops[index], recording.source(index).name)
        for rank, index in enumerate(indices.tolist(), 1)
    )


def _strata(strata: Strata, sample: Draw) -> tuple[Stratum, ...]:
    drawn = np.bincount(sample.stratum, minlength=len(strata.sizes))
    edges = strata.edges.tolist()
    rows = zip(edges[:-1], edges[1:], strata.sizes.tolist(), drawn.tolist(), strict=True)
    return tuple(Stratum(number, *row) for number, row in enumerate(rows, 1))


def _histogram(activation: NDArray[np.float64]) -> Histogram:
    counts, edges = np.histogram(activation, bins=HISTOGRAM_BINS)
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()))


def _facts(description: StudyToml, recording: Recording, model: Model, population: int) -> dict[str, object]:
    """How the study came about, in full: what a methods section needs."""
    preprocessing, folder = recording.preprocessing, recording.folder
    return {
        "model": model.name,
        "weights": model.weights,
        "weights_sha256": model.weights_sha256,
        "layer": description.unit.layer,
        "channel": description.unit.channel,
        "receptive_field": list(recording.fields.size),
        "receptive_field_how": "measured: every input pixel that can change the unit at all",
        "grid_step": list(recording.step),
        "resize": preprocessing.resize,
        "crop": preprocessing.crop,
        "interpolation": preprocessing.interpolation,
        "mean": list(preprocessing.mean),
        "std": list(preprocessing.std),
        "images": len(folder.images),
        "images_sha256": hashlib.sha256("".join(image.sha256 for image in folder.images).encode()).hexdigest(),
        "duplicates": list(folder.duplicates),
        "skipped": [{"file": name, "reason": reason} for name, reason in folder.skipped],
        "population": population,
        "share_at_minimum": float(np.mean(recording.activation == recording.activation.min())),
        "sampling": f"{description.sample.strata} equal-width bands of activation, up to"
        f" {description.sample.per_stratum} stimuli from each, without replacement",
        "versions": {name: version(name) for name in ("torch", "torchvision", "numpy", "pillow")}
        | {"python": platform.python_version()},
    }
