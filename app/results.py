"""From a study file, or plain tables, to a report's folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import app
from analysis.judgements import InputError, Judgements, Stimuli
from analysis.report import analyse
from app.errors import Fault
from app.export import Field, ReferencePicture, StimulusPicture, write_report
from app.study.file import StudyFile
from app.study.log import first_break
from app.study.records import Box, Judgement, Rubric, Stimulus, Unit
from app.tables import read_judgements, read_stimuli

Progress = Callable[[str, int, int], None]
REPLICATES = 2000


def report_study(
    path: Path, out: Path, progress: Progress, seed: int | None = None, unit_name: str | None = None
) -> Path:
    """Analyse one unit of a study file, the first where none is named, and write its report; the path of report.html.

    Where people have labeled, stand-in raters are left out; where only stand-ins have, the report says so.

    Args:
        path: the study file.
        out: the folder to write into.
        progress: called with (step, done, total).
        seed: of the intervals; the study's own where None.
        unit_name: of the unit to report on.

    Raises:
        Fault: the file cannot be used, has no unit of this name, holds no judgements of it, or `out` cannot be
            written.
    """
    with StudyFile.open(path, writable=False) as study:
        info, rubric, units = study.info(), study.rubric(), study.units()
        unit = _unit(units, unit_name, path)
        everyone = study.judgements(unit.number)
        stimuli, references = study.stimuli(unit.number), study.references(unit.number)
        broken = [(rater.pseudonym, first_break(study.events(rater))) for rater in study.raters()]
    people = [judgement for judgement in everyone if not judgement.simulated]
    simulated = not people
    heard = people or list(everyone)
    if not heard:
        what = f"{path} yet" if len(units) == 1 else f"{path} for {unit.name} yet"
        raise Fault(f"Nobody has labeled anything in {what}. Label it first: neuronjury label {path}")
    facts: dict[str, object] = {
        "title": info.title,
        "claim": info.claim,
        "question": rubric.question,
        "categories": [{"name": c.name, "definition": c.definition} for c in rubric.categories],
        "raters": sorted({judgement.rater for judgement in heard}),
        "simulated": simulated,
        "stand_ins_left_out": len({j.rater for j in everyone if j.simulated}) if people else 0,
        **_unit_facts(units, unit, path),
        "recording": dict(info.facts),
        "built_with": info.program,
        "study_uuid": info.uuid,
        "sampling_seed": info.seed,
        "program": f"Neuron Jury {app.__version__}",
    }
    try:
        judgements = _judgements(heard, rubric)
        table = Stimuli.from_columns(
            [s.id for s in stimuli],
            [s.activation for s in stimuli],
            stratum=[str(s.stratum) for s in stimuli],
            inclusion_probability=[s.inclusion_probability for s in stimuli],
        )
        report = analyse(
            judgements,
            table,
            seed=info.seed if seed is None else seed,
            study=facts,
            n_replicates=REPLICATES,
            progress=partial(progress, "Computing figures and intervals"),
        )
    except InputError as error:
        raise Fault(f"{path}: {error}") from error
    report = replace(report, warnings=(*_altered(broken), *report.warnings))
    outlined = info.facts.get("show") == "image"
    return write_report(
        report,
        out,
        pictures=_pictures(stimuli, heard, rubric, outlined=outlined),
        references=[
            ReferencePicture(r.image, r.activation, r.role, r.rank, _field(r.box, outlined=outlined))
            for r in references
        ],
        simulated=simulated,
        progress=partial(progress, "Writing the report"),
    )


def report_tables(
    judgements: Path,
    stimuli: Path | None,
    out: Path,
    progress: Progress,
    *,
    categories: list[str],
    scale: str,
    seed: int,
) -> Path:
    """Analyse plain tables and write the report into the folder `out`; the path of report.html.

    Raises:
        Fault: a table cannot be read or analysed, or `out` cannot be written.
    """
    people = read_judgements(judgements, categories, scale)
    units = read_stimuli(stimuli) if stimuli is not None else None
    facts: Mapping[str, object] = {"title": judgements.stem, "program": f"Neuron Jury {app.__version__}"}
    try:
        report = analyse(
            people,
            units,
            seed=seed,
            study=facts,
            n_replicates=REPLICATES,
            progress=partial(progress, "Computing figures and intervals"),
        )
    except InputError as error:
        raise Fault(f"{stimuli or judgements}: {error}") from error
    return write_report(report, out, progress=partial(progress, "Writing the report"))


def _unit(units: tuple[Unit, ...], name: str | None, path: Path) -> Unit:
    """The unit of this name, or the first where none is named."""
    if name is None:
        return units[0]
    for unit in units:
        if unit.name == name:
            return unit
    raise Fault(f"{path} has no unit called {name!r}. Its units: {', '.join(unit.name for unit in units)}.")


def _unit_facts(units: tuple[Unit, ...], unit: Unit, path: Path) -> dict[str, object]:
    """What the report says of its unit, and of the way to the other units' reports."""
    facts: dict[str, object] = {"unit": unit.name, "unit_facts": dict(unit.facts)}
    if len(units) > 1:
        facts["other_units"] = [other.name for other in units if other != unit]
        facts["their_reports"] = f"neuronjury report {path.name} --out DIR --unit NAME"
    return facts


def _field(box: Box, *, outlined: bool) -> Field | None:
    return (box.top, box.left, box.bottom, box.right) if outlined else None


def _altered(broken: list[tuple[str, int | None]]) -> list[str]:
    return [
        f"The log of {rater} was altered or is incomplete, first at event {event}: nothing vouches for what it says."
        for rater, event in broken
        if event is not None
    ]


def _judgements(heard: list[Judgement], rubric: Rubric) -> Judgements:
    return Judgements.from_columns(
        [j.stimulus for j in heard],
        [j.rater for j in heard],
        [j.label for j in heard],
        categories=rubric.names,
        scale=rubric.scale,
        condition=[j.condition for j in heard],
        occasion=[j.occasion for j in heard],
    )


def _pictures(
    stimuli: tuple[Stimulus, ...], heard: list[Judgement], rubric: Rubric, *, outlined: bool
) -> list[StimulusPicture]:
    """Each stimulus with the shares of the labels that it got."""
    said: dict[str, Counter[str]] = {stimulus.id: Counter() for stimulus in stimuli}
    for judgement in heard:
        if judgement.label is not None and judgement.condition == "blind" and judgement.occasion == 1:
            said[judgement.stimulus][judgement.label] += 1
    return [
        StimulusPicture(
            id=s.id,
            image=s.image,
            activation=s.activation,
            stratum=s.stratum,
            shares={name: said[s.id][name] / max(1, said[s.id].total()) for name in rubric.names},
            n_raters=said[s.id].total(),
            field=_field(s.box, outlined=outlined),
        )
        for s in stimuli
    ]
