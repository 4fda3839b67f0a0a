"""From a study's description to the job of recording it."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from app.errors import Fault
from app.reading import check_file
from app.recording import sources
from app.recording.batch_size import choose_batch
from app.recording.effective import effective_fields
from app.recording.fields import Fields, measured_fields
from app.recording.images import Pixels, Unreadable, decode, fit
from app.recording.models import Model, load_model
from app.recording.network import OUTPUT, Network, pick_device
from app.recording.recorder import Recorder, cores
from app.recording.recording import Job
from app.recording.sources import ImageSource
from app.recording.sources.source import MAX_BYTES
from app.recording.theoretical import theoretical_fields
from app.recording.units import Places, Unit, check_unit, is_whole, takes
from app.study_toml import ImagesTable, StudyToml, UnitTable
from app.study_toml.material import MOST_REFERENCES

Progress = Callable[[str, int, int], None]
MOST_TAKEN = 500
"""Candidates kept in each fine bin against those that go with the references and the extremes."""
EFFECTIVE_SHARE = 0.95
EFFECTIVE_IMAGES = 32
"""Images that an effective field is the mean over."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A job, with what the study's facts will tell of it."""

    job: Job
    model: Model
    units: tuple[Unit, ...]
    places: tuple[Places, ...]


def prepare(
    description: StudyToml, folder: Path, recording: Path, progress: Progress, *, allow_code: bool = False
) -> Prepared:
    """Load the model, find the images, measure the fields: all that comes before the first image is recorded.

    Args:
        description: the study.
        folder: where relative paths in it start.
        recording: the folder to record into.
        progress: called with (step, done, total).
        allow_code: whether a model may run code of its own.

    Raises:
        Fault: whatever is wrong with the description, the model, or the images.
    """
    model = load_model(
        description.model.name,
        description.model.weights,
        folder,
        description.preprocessing.given(),
        allow_code=allow_code,
    )
    units = tuple(_unit(table, model, folder) for table in description.all_units)
    _check_names(units)
    settings = description.recording
    network = Network(model, [unit.layer for unit in units], device=pick_device(settings.device), dtype=settings.dtype)
    for unit in units:
        check_unit(unit, network.shapes[unit.layer])
    source = open_source(description.images, folder)
    fields = _fields(description, network, units, source, progress)
    places = tuple(Places(unit, network.shapes[unit.layer], fields.get(unit.name), description.seed) for unit in units)
    recorder = Recorder(
        network, units, places, source, batch=choose_batch(network, takes(units), settings.batch, cores())
    )
    candidates = _candidates(description, max(places_.per_image for places_ in places))
    return Prepared(Job(recording, recorder, description.seed, candidates), model, units, places)


def _candidates(description: StudyToml, each: int) -> int:
    """How many items of each fine bin are kept: those that may be drawn, and those that may be taken away before.

    In coarse steps, and for as many references as there may be, so that a study can be changed a little and be drawn
    from the same recording. Where a unit is read at every position, all positions of an image, `each`, go at once.
    """
    wanted, ends = description.sample.per_stratum, MOST_REFERENCES
    if description.pairs is not None:
        wanted = 2 * description.pairs.per_gap * len(description.pairs.gaps)
        ends += description.pairs.ends
    return max(64, 1 << (wanted - 1).bit_length()) + min(2 * ends * each, MOST_TAKEN)


def open_source(images: ImagesTable, folder: Path) -> ImageSource:
    """The images that a description names."""
    if images.list is not None:
        return sources.list_source(folder / images.list)
    if images.tar is not None:
        return sources.tar_source(images.tar, folder)
    if images.huggingface is not None:
        return sources.huggingface_source(folder / images.huggingface, images.column, images.split)
    if images.torchvision is not None:
        return sources.torchvision_source(images.torchvision, folder / images.root, images.arguments)
    assert images.folder is not None  # study_toml sees to it that there is one source
    return sources.folder_source(folder / images.folder)


def _unit(table: UnitTable, model: Model, folder: Path) -> Unit:
    if table.layer is None:
        number = table.logit if table.output_class is None else _class_number(model, table.output_class)
        name = table.name or f"class {table.output_class}" if table.output_class else f"output {number}"
        return Unit(table.name or name, OUTPUT, number, None, table.at)
    if table.direction is not None:
        name = table.name or f"{table.layer}:{Path(table.direction).name}"
        return Unit(_placed(name, table), table.layer, None, _direction(folder / table.direction), table.at)
    return Unit(
        _placed(table.name or f"{table.layer}:{table.channel}", table), table.layer, table.channel, None, table.at
    )


def _placed(name: str, table: UnitTable) -> str:
    return name if table.name or table.at == "grid" else f"{name} ({table.at})"


def _class_number(model: Model, name: str) -> int:
    if not model.categories:
        raise Fault(f"The classes of {model.name} have no names here. Give the number: logit = 207.")
    numbers = [number for number, known in enumerate(model.categories) if known.casefold() == name.casefold()]
    if len(numbers) != 1:
        near = [known for known in model.categories if name.casefold() in known.casefold()]
        hint = f" Did you mean {', '.join(near[:5])}?" if near else ""
        what = "no class" if not numbers else f"{len(numbers)} classes"
        raise Fault(f"{model.name} has {what} called {name!r}.{hint} Or give the number: logit = 207.")
    return numbers[0]


def _direction(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The weights of the channels, from a file that may come from anybody."""
    try:
        check_file(path, MAX_BYTES)
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError) as error:
        raise Fault(f"{path} is no .npy file of numbers: {error}") from error
    if not isinstance(found, np.ndarray) or found.ndim != 1 or found.dtype.kind not in "fiu":
        raise Fault(f"{path} must hold one row of numbers, one for each channel.")
    direction = found.astype(np.float32)
    if not np.isfinite(direction).all() or not direction.any():
        raise Fault(f"{path} must hold finite numbers that are not all 0.")
    return direction


def _check_names(units: tuple[Unit, ...]) -> None:
    for value in ([unit.name for unit in units], [unit.key for unit in units]):
        twice = sorted({one for one in value if value.count(one) > 1})
        if twice:
            raise Fault(f"The unit {twice[0]} is there twice. Name units apart, and ask for each once.")


def _fields(
    description: StudyToml, network: Network, units: tuple[Unit, ...], source: ImageSource, progress: Progress
) -> Mapping[str, Fields]:
    """The receptive fields of each unit, by its name; units that are about whole images have none."""
    placed = [unit for unit in units if not is_whole(unit, network.shapes[unit.layer])]
    layers = list(dict.fromkeys(unit.layer for unit in placed))
    if not layers:
        return {}
    if description.sample.field == "theoretical":
        by_layer = theoretical_fields(network, layers)
    else:
        by_layer = measured_fields(network, layers, partial(progress, "Measuring the receptive field"))
    if description.sample.field != "effective":
        return {unit.name: by_layer[unit.layer] for unit in placed}
    images = _some_images(network.model, source, description.seed)
    found = {}
    for done, unit in enumerate(placed, 1):
        weights = unit.weights(network.shapes[unit.layer].channels)
        found[unit.name] = effective_fields(network, unit.layer, weights, images, by_layer[unit.layer], EFFECTIVE_SHARE)
        progress("Measuring the effective field", done, len(placed))
    return found


def _some_images(model: Model, source: ImageSource, seed: int) -> Pixels:
    """Some images, the same whatever order the names came in."""

    def key(name: str) -> str:
        return hashlib.sha256(f"{seed} {name}".encode(errors="surrogateescape")).hexdigest()

    found = []
    for name in heapq.nsmallest(4 * EFFECTIVE_IMAGES, source.names, key=key):
        try:
            found.append(fit(decode(source.read(name)), model.preprocessing))
        except Unreadable:
            continue  # the recording names it
        if len(found) == EFFECTIVE_IMAGES:
            break
    if not found:
        raise Fault("Of the images tried for the effective field, none could be read.")
    return np.stack(found)
