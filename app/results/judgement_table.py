"""All that was said in a study of one unit, judgement by judgement, for whoever computes with it elsewhere."""

from __future__ import annotations

from app.export import JudgementRow, JudgementTable
from app.results.source import Source
from app.study.events import Judgement


def judgement_table(source: Source) -> JudgementTable:
    """Every judgement of the unit, those of raters who are left out too; stand-ins' only where nobody else labeled."""
    kept, labels = set(source.enter.kept), source.labels
    numbers = source.rubric.task != "which_one" and not labels.names
    return JudgementTable(
        rows=tuple(
            _row(judgement, numbers=numbers, enters=judgement in kept and _counts(source, judgement))
            for judgement in source.judgements
            if source.simulated or not judgement.simulated
        ),
        labels=() if source.rubric.several else labels.names,
        ordered=labels.scale == "ordinal" and not source.rubric.several,
        numbers=numbers,
    )


def _counts(source: Source, judgement: Judgement) -> bool:
    """Whether a judgement that is kept is one of those that figures are made of: a first one, with a label, blind.

    Where one of two images is chosen there are figures of every condition.
    """
    conditions = ("blind",) if source.rubric.task != "which_one" else (judgement.condition,)
    return judgement.occasion == 1 and judgement.label is not None and judgement.condition in conditions


def _row(judgement: Judgement, *, numbers: bool, enters: bool) -> JudgementRow:
    label = judgement.label
    return JudgementRow(
        stimulus=judgement.stimulus,
        rater=judgement.rater,
        label=float(label) if numbers and label is not None else label,
        condition=judgement.condition,
        occasion=judgement.occasion,
        seconds=judgement.seconds or None,
        confidence=judgement.confidence,
        place=judgement.place or None,
        references=judgement.references,
        kind=judgement.kind,
        note=judgement.note,
        enters=enters,
    )
