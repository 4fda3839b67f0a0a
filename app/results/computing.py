"""From what was read of a study to its report, with nothing written yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import msgspec

import app
from analysis.figures import Report
from analysis.judgements import InputError
from app.errors import Fault
from app.findings.both_ways import with_everyone
from app.results.analysing import analysed
from app.results.entering import tally
from app.results.source import Source, stimuli_of
from app.study.records import Judgement

Progress = Callable[[str, int, int], None]
COMPUTING = "Computing figures and intervals"
COMPUTING_AGAIN = "Computing them with everyone"


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
        warnings=(*source.altered, *source.enter.warnings, *report.warnings),
    )


def _facts(source: Source) -> dict[str, object]:
    labels, enter, thresholds = source.labels, source.enter, msgspec.structs.asdict(source.thresholds)
    facts: dict[str, object] = {
        "title": source.info.title,
        "claim": source.info.claim,
        "question": source.rubric.question,
        "categories": [
            {"name": name, "definition": words} for name, words in zip(labels.names, labels.definitions, strict=True)
        ],
        "raters": sorted({judgement.rater for judgement in enter.kept}),
        "judgements": tally(enter.kept),
        "thresholds": {name: value for name, value in thresholds.items() if value is not None},
        "excluded": [{"rater": rater, "reasons": list(why)} for rater, why in sorted(enter.excluded.items())],
        "with_everyone": [],
        "simulated": source.simulated,
        "stand_ins_left_out": len({j.rater for j in source.judgements if j.simulated}) if not source.simulated else 0,
        "unit": source.unit.name,
        "unit_facts": dict(source.unit.facts),
    }
    if len(source.units) > 1:
        facts["other_units"] = [other.name for other in source.units if other != source.unit]
        facts["their_reports"] = f"neuronjury report {source.path.name} --out DIR --unit NAME"
    return facts | {
        "recording": dict(source.info.facts),
        "built_with": source.info.program,
        "study_uuid": source.info.uuid,
        "sampling_seed": source.info.seed,
        "program": f"Neuron Jury {app.__version__}",
    }


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
