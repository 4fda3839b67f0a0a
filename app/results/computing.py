"""From what was read of a study to its report, with nothing written yet."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from functools import partial

import msgspec

import app
from analysis.figures import Report
from analysis.judgements import InputError
from app.errors import Fault
from app.findings.both_ways import with_everyone
from app.findings.elsewhere import elsewhere
from app.findings.shared_out import nothing_answered, unfinished
from app.results.analysing import analysed
from app.results.entering import counts, tally
from app.results.not_counted import not_counted
from app.results.source import Source, stimuli_of
from app.results.workload import nothing_answered as who_answered_nothing
from app.results.workload import workload
from app.study.events import Judgement

Progress = Callable[[str, int, int], None]
COMPUTING = "Computing figures and intervals"
COMPUTING_AGAIN = "Computing them with everyone"
RENAMED = "replaced by numbers for this report, in an order that follows from what was said alone"


def report_on(source: Source, progress: Progress, seed: int | None = None) -> Report:
    """Every figure of one unit of a study, with the facts and warnings that belong to it.

    Raters who do not meet the study's thresholds are left out; the report says who and why, and holds the headline
    figures with them as well. What `progress` (step, done, total) raises comes through: that is how to stop.

    Raises:
        Fault: what was said cannot be analysed.
    """
    facts = _facts(source)
    try:
        report = _figures(source, source.enter.kept, seed, facts, partial(progress, COMPUTING))
        if source.enter.excluded:
            everyone = _figures(source, source.enter.everyone, seed, {}, partial(progress, COMPUTING_AGAIN))
            facts["with_everyone"] = with_everyone(report, everyone)
    except InputError as error:
        raise Fault(f"{source.path}: {error}") from error
    return replace(
        report,
        study={**report.study, **facts},
        warnings=(*source.altered, *elsewhere(facts), *_not_through(facts), *source.enter.warnings, *report.warnings),
    )


def _not_through(facts: Mapping[str, object]) -> tuple[str, ...]:
    """What is said of raters who have trials left."""
    return (*unfinished(facts), *nothing_answered(facts))


def _facts(source: Source) -> dict[str, object]:
    labels, enter, thresholds = source.labels, source.enter, msgspec.structs.asdict(source.thresholds)
    raters = sorted({judgement.rater for judgement in enter.kept})
    facts: dict[str, object] = {
        "title": source.info.title,
        "claim": source.info.claim,
        "question": source.rubric.question,
        "task": source.rubric.task,
        "several": source.rubric.several,
        "categories": [
            {"name": name, "definition": words} for name, words in zip(labels.names, labels.definitions, strict=True)
        ],
        "raters": raters,
        "workload": workload(source.given, source.judgements, raters, source.imported)
        | who_answered_nothing(source.unheard, named=not source.renamed),
        "judgements": tally(enter.kept),
        "not_counted": not_counted(source),
        "session": _session(source),
        "thresholds": {name: value for name, value in thresholds.items() if value is not None},
        "excluded": [{"rater": rater, "reasons": list(why)} for rater, why in sorted(enter.excluded.items())],
        "with_everyone": [],
        "simulated": source.simulated,
        "stand_ins_left_out": len({j.rater for j in source.judgements if j.simulated}) if not source.simulated else 0,
        "unit": source.unit.name,
        "unit_facts": dict(source.unit.facts),
        "strata": [asdict(one) for one in source.strata],
        "references": [{"role": r.role, "rank": r.rank, "activation": r.activation} for r in source.references],
        "unlabeled": _unlabeled(source),
    }
    if imported := _imported(source):
        facts["imported"] = imported
    if not enter.excluded:
        facts |= _not_met(source)
    if len(source.units) > 1:
        facts["other_units"] = [other.name for other in source.units if other != source.unit]
        study = "STUDY.jury" if source.renamed else shlex.quote(source.path.name)
        facts["their_reports"] = f"neuronjury report {study} --out DIR --unit NAME"
    if source.renamed:
        facts["rater_names"] = RENAMED
    return facts | {
        "recording": dict(source.info.facts),
        "created": source.info.created,
        "built_with": source.info.program,
        "study_uuid": source.info.uuid,
        "sampling_seed": source.info.seed,
        "program": f"Neuron Jury {app.__version__}",
    }


def _not_met(source: Source) -> dict[str, object]:
    """Who does not meet the study's thresholds and is kept all the same, since nobody would be left."""
    raters = {judgement.rater for judgement in source.enter.everyone}
    found = [{"rater": rater, "reasons": list(why)} for rater, why in sorted(source.reasons.items()) if rater in raters]
    return {"thresholds_not_met": found} if found else {}


def _imported(source: Source) -> list[dict[str, object]]:
    """The tools from which answers came that enter the figures, with how many of them, by how many raters."""
    kept = [judgement for judgement in source.enter.kept if judgement.rater in source.imported]
    return [
        {"tool": tool, "judgements": len(rows), "raters": len({row.rater for row in rows})}
        for tool in sorted(set(source.imported.values()))
        if (rows := [row for row in kept if source.imported[row.rater] == tool])
    ]


def _unlabeled(source: Source) -> list[dict[str, object]]:
    """The stimuli to which nobody gave a label that counts; none where raters judge pairs."""
    labeled = {judgement.stimulus for judgement in source.enter.kept if counts(judgement)}
    shown = () if source.rubric.task == "which_one" else source.stimuli
    return [{"stimulus": one.id, "activation": one.activation} for one in shown if one.id not in labeled]


def _session(source: Source) -> dict[str, object]:
    """How the raters were led through their trials, as the study file laid down."""
    protocol = source.protocol
    told: dict[str, object] = {
        "order": protocol.order,
        "conditions": msgspec.structs.asdict(protocol.conditions),
        "without_references": protocol.without_references,
        "repeats": protocol.repeats,
        "repeat_distance": protocol.repeat_distance,
        "catch_trials": source.known["catch"],
        "practice_trials": source.known["practice"],
    }
    rating = source.rubric.rating
    if rating is not None:
        told["rating"] = {"points": rating.points, "low": rating.low, "high": rating.high}
    return told


def _figures(
    source: Source,
    judgements: Iterable[Judgement],
    seed: int | None,
    facts: Mapping[str, object],
    progress: Callable[[int, int], None],
) -> Report:
    return analysed(
        source.rubric,
        source.labels,
        list(judgements),
        stimuli_of(source),
        source.pairs,
        seed=source.info.seed if seed is None else seed,
        facts=facts,
        progress=progress,
    )
