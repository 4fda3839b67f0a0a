"""The whole way from a description to a study file.

`progress(step, done, total)` is called throughout; `step` is a sentence for the person who waits.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import app
from app.building.asking import check_units, known_of, read_pictures, rubric_of
from app.building.facts import study_facts, unit_facts
from app.building.job import Prepared, prepare
from app.building.pairs import draw_pairs
from app.building.sample import Sample, draw_nothing, draw_sample, histogram_of
from app.building.shown import pairs, references, stimuli
from app.errors import Fault
from app.recording.identity import parts_of
from app.recording.recording import Recording
from app.study.file import ORDER_SEED, StudyFile
from app.study.log import utc_now
from app.study.plan import shortfall
from app.study.records import NewStudy, Pair, Stimulus, StudyInfo, Unit, UnitSample
from app.study_toml import StudyToml

Progress = Callable[[str, int, int], None]
RECORDING = "Recording activations"
"""The step that workers share."""


def build(
    description: StudyToml,
    folder: Path,
    out: Path,
    progress: Progress,
    *,
    recording: Path,
    allow_code: bool = False,
) -> NewStudy:
    """Build a study file from its description.

    Args:
        description: the study.
        folder: where relative paths in it start.
        out: the study file to write.
        progress: called with (step, done, total).
        recording: the folder where the recording is kept, or lies already, whole or cut off.
        allow_code: whether a model may run code of its own.

    Raises:
        Fault: whatever is wrong with the description, the model, the images, the recording, or `out`.
    """
    if out.exists():
        raise Fault(f"{out} exists already. Name another file with --out, or move this one away first.")
    pictures = read_pictures(description, folder)
    prepared = prepare(description, folder, recording, progress, allow_code=allow_code)
    check_units(description, [unit.name for unit in prepared.units])
    recorded = record(prepared, progress)
    units: list[UnitSample] = []
    drawn: list[Stimulus] = []
    paired: list[Pair] = []
    for number in range(len(prepared.units)):
        sample = _draw(description, recorded, number)
        found = _cut(description, recorded, number, sample, progress)
        drawn += found
        paired += pairs(sample, found)
        units.append(_unit_sample(description, prepared, recorded, number, sample, progress))
    new = NewStudy(
        info=StudyInfo(
            uuid=str(uuid.uuid4()),
            title=description.title,
            claim=description.claim,
            seed=description.seed,
            created=utc_now(),
            program=f"Neuron Jury {app.__version__}",
            facts={**study_facts(description, prepared, recorded), ORDER_SEED: secrets.randbits(53)},
        ),
        rubric=rubric_of(description, pictures),
        units=tuple(units),
        stimuli=tuple(drawn),
        pairs=tuple(paired),
        known=known_of(description, pictures, units),
        protocol=description.session,
    )
    StudyFile.create(out, new, partial(progress, "Writing the study file"))
    return new


def record(prepared: Prepared, progress: Progress) -> Recording:
    """Record what is not recorded yet, alone, and put the parts together, however many workers made them."""
    parts = parts_of(prepared.job.folder) or 1
    if parts == 1:
        prepared.job.record(0, 1, partial(progress, RECORDING))
    recorded = prepared.job.merged(parts, partial(progress, "Counting copies once"))
    recorded.write_lists(prepared.job.folder)
    return recorded


def _draw(description: StudyToml, recorded: Recording, number: int) -> Sample:
    """The sample of one unit, enough for what a session asks of it."""
    task, wanted = description.rubric.task, description.sample
    if description.pairs is not None:
        sample = draw_pairs(recorded, number, wanted.references, description.pairs, description.seed)
    elif task == "name_it":
        sample = draw_nothing(recorded, number, wanted)
    else:
        sample = draw_sample(recorded, number, wanted)
    n_items = {"which_one": len(sample.pairs), "name_it": 1}.get(task, len(sample.chosen))
    if problem := shortfall(description.session, n_items):
        raise Fault(f"The session cannot be as [session] says for {recorded.recorder.units[number].name}: {problem}.")
    return sample


def _cut(
    description: StudyToml, recorded: Recording, number: int, sample: Sample, progress: Progress
) -> tuple[Stimulus, ...]:
    step = partial(progress, _step("Cutting the stimuli", recorded, number))
    return stimuli(recorded, number, sample, description, step)


def _unit_sample(
    description: StudyToml,
    prepared: Prepared,
    recorded: Recording,
    number: int,
    sample: Sample,
    progress: Progress,
) -> UnitSample:
    step = partial(progress, _step("Cutting the references", recorded, number))
    unit = prepared.units[number]
    return UnitSample(
        unit=Unit(number + 1, unit.name, unit_facts(description, prepared, number, sample)),
        references=references(recorded, number, sample, description, step),
        strata=sample.strata,
        histogram=histogram_of(sample.tally),
    )


def _step(what: str, recorded: Recording, number: int) -> str:
    units = recorded.recorder.units
    return what if len(units) == 1 else f"{what} of {units[number].name}"
