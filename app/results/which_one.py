"""The figures of a study whose raters say which of two images activates the unit more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from analysis.figures import Figure, Report, Table
from analysis.forced_choice import ENOUGH_RATERS, forced_choice
from analysis.intervals import LEVEL
from analysis.judgements import BLIND, InputError, Stimuli
from analysis.psychometric import psychometric
from analysis.trials import Trials
from app.findings.words import words_for
from app.results.entering import Entering, entering
from app.study.events import Judgement
from app.study.records import Pair

REPLICATES = 2000
WITHOUT_REFERENCES = "without references"


def entering_which_one(heard: Sequence[Judgement], reasons: Mapping[str, Sequence[str]]) -> Entering:
    """Choose what enters the figures, as `entering` does; but trials without references stay: as a condition.

    How well people do without references is what all else is compared with (Borowski et al. 2021). Where no blind
    trial had references, those without them are the blind ones.
    """
    blind = [judgement for judgement in heard if judgement.condition == "blind" and judgement.occasion == 1]
    if blind and not any(judgement.references for judgement in blind):
        return entering(heard, reasons)
    found = entering([replace(judgement, references=True) for judgement in heard], reasons)
    kept = tuple(judgement for judgement in heard if judgement.rater not in found.excluded)
    return replace(found, kept=kept, everyone=tuple(heard))


def analysed_which_one(
    judgements: Sequence[Judgement],
    stimuli: Stimuli,
    pairs: Sequence[Pair],
    *,
    seed: int,
    facts: Mapping[str, object],
    progress: Callable[[int, int], None],
    n_replicates: int = REPLICATES,
) -> Report:
    """How often people find the stronger of two images, and how that depends on the gap between the activations.

    Pairs are drawn at the gaps that the study asks for, not from a population of pairs: estimates are for these pairs,
    and those drawn at one gap are a stratum.

    Args:
        judgements: of the unit's pairs, those that enter; repeats are passed over.
        stimuli: the unit's, with their activations.
        pairs: of the study; those of other units are passed over.
        seed: of the intervals.
        facts: about the study, handed through.
        progress: hears how many steps of how many are done.
        n_replicates: of the bootstrap.

    Raises:
        InputError: no pair was judged on a first occasion, or a pair is not as it should be.
    """
    progress(0, 2)
    trials = trials_of(judgements, stimuli, pairs)
    figures = forced_choice(trials)
    progress(1, 2)
    fitted = psychometric(trials, seed, n_replicates)
    figures += fitted.figures
    progress(2, 2)
    blind = trials.of_condition(BLIND).basis
    stated = {
        "raters": list(trials.raters),
        "target": trials.target,
        "seed": seed,
        "n_replicates": n_replicates,
        "level": LEVEL,
        "n_pairs": blind.n_stimuli,
        "n_raters": blind.n_raters,
        "n_judgements": blind.n_judgements,
        "n_gaps": int(trials.stratum.max()) + 1,
    }
    told = tuple(_warnings(trials, figures))
    return Report(tuple(figures), fitted.curves, {**stated, **facts}, told, {"raters": rater_table(figures)})


def rater_table(figures: Iterable[Figure]) -> Table:
    """How often each rater was right, from the figures about one of them."""
    columns = ("rater", "n_judgements", "correct", "correct_low", "correct_high")
    return Table(
        columns,
        tuple(
            (figure.rater, figure.n_judgements, figure.value, figure.low, figure.high)
            for figure in figures
            if figure.name == "proportion_correct" and figure.rater is not None
        ),
    )


def trials_of(judgements: Iterable[Judgement], stimuli: Stimuli, pairs: Iterable[Pair]) -> Trials:
    """The answered trials of a first occasion, each right where the stronger image was chosen.

    Raises:
        InputError: there is none, or a pair is not as it should be.
    """
    activation = dict(zip(stimuli.stimuli, stimuli.activation.tolist(), strict=True))
    known = {pair.id: pair for pair in pairs if pair.first in activation and pair.second in activation}
    heard = [one for one in judgements if one.occasion == 1 and one.label is not None]
    strangers = sorted({one.stimulus for one in heard if one.stimulus not in known})
    if strangers:
        raise InputError(f"Judged pairs that the study does not have: {', '.join(strangers[:5])}.")
    with_references = any(one.references for one in heard if one.condition == BLIND)
    asked = [known[one.stimulus] for one in heard]
    return Trials.from_columns(
        [pair.id for pair in asked],
        [one.rater for one in heard],
        [one.label == pair.first for one, pair in zip(heard, asked, strict=True)],
        [activation[pair.first] - activation[pair.second] for pair in asked],
        condition=[_condition(one, with_references) for one in heard],
        confidence=[one.confidence for one in heard],
        stratum=[pair.gap for pair in asked],
    )


def _condition(judgement: Judgement, with_references: bool) -> str:
    if judgement.references or not with_references:
        return judgement.condition
    shown = "" if judgement.condition == BLIND else f"{judgement.condition}, "
    return f"{shown}{WITHOUT_REFERENCES}"


def _warnings(trials: Trials, figures: Iterable[Figure]) -> Iterable[str]:
    if len(trials.raters) < ENOUGH_RATERS:
        told = "Two raters" if len(trials.raters) == 2 else "One rater"
        yield f"{told} cannot speak for other raters: intervals speak for these raters only."
    bare = [words_for(figure.name).name for figure in figures if figure.value is not None and figure.low is None]
    if bare:
        yield (
            "No interval, because the data set no bound or the bootstrap replicates are all the same:"
            f" {', '.join(dict.fromkeys(bare))}."
        )
