"""The analysis that fits what a study's raters were asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from analysis.figures import Report
from analysis.judgements import Judgements, Stimuli
from analysis.report import analyse
from analysis.several import analyse_several
from app.results.entering import Labels
from app.results.which_one import analysed_which_one
from app.study.events import Judgement
from app.study.records import Pair, Rubric

REPLICATES = 2000


def analysed(
    rubric: Rubric,
    labels: Labels,
    judgements: Sequence[Judgement],
    stimuli: Stimuli,
    pairs: Sequence[Pair],
    *,
    seed: int,
    facts: Mapping[str, object],
    progress: Callable[[int, int], None],
) -> Report:
    """Every figure of these judgements.

    Raises:
        InputError: they cannot be analysed.
    """
    if rubric.task == "which_one":
        return analysed_which_one(judgements, stimuli, pairs, seed=seed, facts=facts, progress=progress)
    if rubric.several:
        chosen = [None if j.label is None else rubric.chosen(j.label) for j in judgements]
        return analyse_several(
            [j.stimulus for j in judgements],
            [j.rater for j in judgements],
            chosen,
            stimuli,
            categories=labels.names,
            condition=[j.condition for j in judgements],
            occasion=[j.occasion for j in judgements],
            seconds=[j.seconds or None for j in judgements],
            place=[j.place for j in judgements],
            seed=seed,
            study=facts,
            n_replicates=REPLICATES,
            progress=progress,
        )
    said = judgements_of(labels, judgements)
    return analyse(said, stimuli, seed=seed, study=facts, n_replicates=REPLICATES, progress=progress)


def judgements_of(labels: Labels, judgements: Sequence[Judgement]) -> Judgements:
    """Judgements of a study file as those of an analysis.

    Raises:
        InputError: they cannot be analysed.
    """
    return Judgements.from_columns(
        [j.stimulus for j in judgements],
        [j.rater for j in judgements],
        [j.label for j in judgements],
        categories=labels.names,
        scale=labels.scale,
        condition=[j.condition for j in judgements],
        occasion=[j.occasion for j in judgements],
        seconds=[j.seconds or None for j in judgements],
        place=[j.place for j in judgements],
    )
