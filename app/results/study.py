"""The report on one unit of a study file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

import app
from analysis.figures import Report
from analysis.judgements import InputError, Judgements, Stimuli
from app.errors import Fault
from app.export import Field, ReferencePicture, StimulusPicture, with_everyone, write_report
from app.results.analysing import analysed, judgements_of
from app.results.entering import Entering, Labels, counts, entering, labels_of, tally
from app.results.which_one import entering_which_one
from app.status import exclusions_of, study_status
from app.study.file import StudyFile
from app.study.log import first_break
from app.study.protocol import Exclusion
from app.study.records import Box, Judgement, Pair, Reference, Rubric, Stimulus, StudyInfo, Unit

Progress = Callable[[str, int, int], None]
COMPUTING = "Computing figures and intervals"
COMPUTING_AGAIN = "Computing them with everyone"
WRITING = "Writing the report"


@dataclass(frozen=True, slots=True)
class _Study:
    """All that a report reads of a study file."""

    path: Path
    info: StudyInfo
    rubric: Rubric
    labels: Labels
    units: tuple[Unit, ...]
    unit: Unit
    stimuli: tuple[Stimulus, ...]
    pairs: tuple[Pair, ...]
    references: tuple[Reference, ...]
    judgements: tuple[Judgement, ...]
    thresholds: Exclusion
    reasons: Mapping[str, tuple[str, ...]]
    altered: tuple[str, ...]


def report_study(
    path: Path, out: Path, progress: Progress, seed: int | None = None, unit_name: str | None = None
) -> Path:
    """Analyse one unit of a study file, the first where none is named, and write its report; the path of report.html.

    Where people have labeled, stand-in raters are left out; where only stand-ins have, the report says so. Raters
    who do not meet the study's thresholds are left out too; the report says who and why, and shows the headline
    figures with them as well.

    Args:
        path: the study file.
        out: the folder to write into.
        progress: called with (step, done, total).
        seed: of the intervals; the study's own where None.
        unit_name: of the unit to report on.

    Raises:
        Fault: the file cannot be used, has no unit of this name, holds no judgements of it, asks what the analysis
            cannot take yet, or `out` cannot be written.
    """
    study = _read(path, unit_name)
    people = [judgement for judgement in study.judgements if not judgement.simulated]
    choose = entering_which_one if study.rubric.task == "which_one" else entering
    enter = choose(people or study.judgements, study.reasons)
    facts = _facts(study, enter, people)
    try:
        report = _figures(study, enter.kept, seed, facts, partial(progress, COMPUTING))
        if enter.excluded:
            everyone = _figures(study, enter.everyone, seed, {}, partial(progress, COMPUTING_AGAIN))
            facts["with_everyone"] = with_everyone(report, everyone)
    except InputError as error:
        raise Fault(f"{path}: {error}") from error
    report = replace(
        report,
        study={**report.study, **facts},
        warnings=(*study.altered, *enter.warnings, *report.warnings),
    )
    outlined = study.info.facts.get("show") == "image"
    return write_report(
        report,
        out,
        pictures=_pictures(study, enter.kept, outlined=outlined),
        references=[
            ReferencePicture(r.image, r.activation, r.role, r.rank, _field(r.box, outlined=outlined))
            for r in study.references
        ],
        simulated=not people,
        progress=partial(progress, WRITING),
    )


def pilot_of(path: Path, unit_name: str | None) -> tuple[Judgements, Stimuli]:
    """What people, or else stand-ins, said in a study on one unit, the first where none is named: to plan another.

    Raises:
        Fault: as for `report_study`, or raters chose several categories or one of two images.
    """
    study = _read(path, unit_name)
    if study.rubric.several or study.rubric.task == "which_one":
        raise Fault(f"{path}: only a study in which raters choose one category or rate can be a pilot.")
    people = [judgement for judgement in study.judgements if not judgement.simulated]
    enter = entering(people or study.judgements, study.reasons)
    try:
        return judgements_of(study.labels, enter.kept), _stimuli(study)
    except InputError as error:
        raise Fault(f"{path}: {error}") from error


def _read(path: Path, unit_name: str | None) -> _Study:
    with StudyFile.open(path, writable=False) as file:
        rubric, units, thresholds = file.rubric(), file.units(), file.protocol().exclusion
        labels, unit = labels_of(rubric), _unit(units, unit_name, path)
        judgements = file.judgements(unit.number)
        if not judgements:
            what = f"{path} yet" if len(units) == 1 else f"{path} for {unit.name} yet"
            raise Fault(f"Nobody has labeled anything in {what}. Label it first: neuronjury label {path}")
        return _Study(
            path=path,
            info=file.info(),
            rubric=rubric,
            labels=labels,
            units=units,
            unit=unit,
            stimuli=file.stimuli(unit.number),
            pairs=file.pairs(),
            references=file.references(unit.number),
            judgements=judgements,
            thresholds=thresholds,
            reasons=exclusions_of(study_status(file), thresholds),
            altered=tuple(_altered(file)),
        )


def _unit(units: tuple[Unit, ...], name: str | None, path: Path) -> Unit:
    """The unit of this name, or the first where none is named."""
    if name is None:
        return units[0]
    for unit in units:
        if unit.name == name:
            return unit
    raise Fault(f"{path} has no unit called {name!r}. Its units: {', '.join(unit.name for unit in units)}.")


def _altered(file: StudyFile) -> Iterable[str]:
    for rater in file.raters():
        broken_at = first_break(file.events(rater))
        if broken_at is not None:
            yield (
                f"The log of {rater.pseudonym} was altered or is incomplete, first at event {broken_at}: nothing"
                " vouches for what it says."
            )


def _facts(study: _Study, enter: Entering, people: list[Judgement]) -> dict[str, object]:
    labels, thresholds = study.labels, msgspec.structs.asdict(study.thresholds)
    facts: dict[str, object] = {
        "title": study.info.title,
        "claim": study.info.claim,
        "question": study.rubric.question,
        "categories": [
            {"name": name, "definition": words} for name, words in zip(labels.names, labels.definitions, strict=True)
        ],
        "raters": sorted({judgement.rater for judgement in enter.kept}),
        "judgements": tally(enter.kept),
        "thresholds": {name: value for name, value in thresholds.items() if value is not None},
        "excluded": [{"rater": rater, "reasons": list(why)} for rater, why in sorted(enter.excluded.items())],
        "with_everyone": [],
        "simulated": not people,
        "stand_ins_left_out": len({j.rater for j in study.judgements if j.simulated}) if people else 0,
        "unit": study.unit.name,
        "unit_facts": dict(study.unit.facts),
    }
    if len(study.units) > 1:
        facts["other_units"] = [other.name for other in study.units if other != study.unit]
        facts["their_reports"] = f"neuronjury report {study.path.name} --out DIR --unit NAME"
    return facts | {
        "recording": dict(study.info.facts),
        "built_with": study.info.program,
        "study_uuid": study.info.uuid,
        "sampling_seed": study.info.seed,
        "program": f"Neuron Jury {app.__version__}",
    }


def _figures(
    study: _Study,
    judgements: Iterable[Judgement],
    seed: int | None,
    facts: Mapping[str, object],
    progress: Callable[[int, int], None],
) -> Report:
    return analysed(
        study.rubric,
        study.labels,
        list(judgements),
        _stimuli(study),
        study.pairs,
        seed=study.info.seed if seed is None else seed,
        facts=facts,
        progress=progress,
    )


def _stimuli(study: _Study) -> Stimuli:
    """The stimuli that were drawn for the unit, with what the study's other units make of them."""
    others = {
        unit.name: [s.others[unit.number] for s in study.stimuli]
        for unit in study.units
        if unit != study.unit and all(unit.number in s.others for s in study.stimuli)
    }
    return Stimuli.from_columns(
        [s.id for s in study.stimuli],
        [s.activation for s in study.stimuli],
        stratum=[str(s.stratum) for s in study.stimuli],
        inclusion_probability=[s.inclusion_probability for s in study.stimuli],
        unit=study.unit.name,
        others=others,
    )


def _field(box: Box, *, outlined: bool) -> Field | None:
    return (box.top, box.left, box.bottom, box.right) if outlined else None


def _pictures(study: _Study, judgements: Iterable[Judgement], *, outlined: bool) -> list[StimulusPicture]:
    """Each stimulus with what was said of it: the shares of the labels, or the mean; none where pairs were judged."""
    if study.rubric.task == "which_one":
        return []
    said: dict[str, list[str]] = {stimulus.id: [] for stimulus in study.stimuli}
    for judgement in judgements:
        if judgement.label is not None and counts(judgement):
            said[judgement.stimulus].append(judgement.label)
    return [
        StimulusPicture(
            id=s.id,
            image=s.image,
            activation=s.activation,
            stratum=s.stratum,
            shares=_shares(study, said[s.id]),
            n_raters=len(said[s.id]),
            field=_field(s.box, outlined=outlined),
            mean=float(np.mean([float(label) for label in said[s.id]]))
            if said[s.id] and not study.labels.names
            else None,
        )
        for s in study.stimuli
    ]


def _shares(study: _Study, said: Iterable[str]) -> dict[str, float]:
    """Of all categories that were chosen, the share of each; nothing where labels are numbers."""
    chosen = Counter(name for label in said for name in _chosen(study, label))
    return {name: chosen[name] / max(1, chosen.total()) for name in study.labels.names}


def _chosen(study: _Study, label: str) -> tuple[str, ...]:
    return study.rubric.chosen(label) if study.rubric.several else (label,)
