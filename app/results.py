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
from app.export import ReferencePicture, StimulusPicture, write_report
from app.study.file import StudyFile
from app.study.log import first_break
from app.study.records import Judgement, Rubric, Stimulus
from app.tables import read_judgements, read_stimuli

Progress = Callable[[str, int, int], None]
REPLICATES = 2000


def report_study(path: Path, out: Path, progress: Progress, seed: int | None = None) -> Path:
    """Analyse a study file and write its report into the folder `out`; the path of report.html.

    Where people have labeled, stand-in raters are left out; where only stand-ins have, the report says so.

    Raises:
        Fault: the file cannot be used, holds no judgements, or `out` cannot be written.
    """
    with StudyFile.open(path, writable=False) as study:
        info, rubric = study.info(), study.rubric()
        everyone = study.judgements()
        stimuli, references = study.stimuli(), study.references()
        broken = [(rater.pseudonym, first_break(study.events(rater))) for rater in study.raters()]
    people = [judgement for judgement in everyone if not judgement.simulated]
    simulated = not people
    heard = people or list(everyone)
    if not heard:
        raise Fault(f"Nobody has labeled anything in {path} yet. Label it first: neuronjury label {path}")
    facts: dict[str, object] = {
        "title": info.title,
        "claim": info.claim,
        "question": rubric.question,
        "categories": [{"name": c.name, "definition": c.definition} for c in rubric.categories],
        "raters": sorted({judgement.rater for judgement in heard}),
        "simulated": simulated,
        "stand_ins_left_out": len({j.rater for j in everyone if j.simulated}) if people else 0,
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
    return write_report(
        report,
        out,
        pictures=_pictures(stimuli, heard, rubric),
        references=[ReferencePicture(r.image, r.activation, r.role, r.rank) for r in references],
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


def _pictures(stimuli: tuple[Stimulus, ...], heard: list[Judgement], rubric: Rubric) -> list[StimulusPicture]:
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
        )
        for s in stimuli
    ]
