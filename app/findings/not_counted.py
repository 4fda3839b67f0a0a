"""What was said and enters no figure, or only the figures about it, and why."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.figures import Report
from app.findings.facts import counted, rows, text, whole


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not counted, and why."""

    what: str
    why: str
    count: int | None = None
    """How many judgements it is about, where it is about judgements."""
    raters: int | None = None
    """By how many raters."""


_WHY = {
    "stand_ins": ("Stand-in raters", "Simulated raters. People have labeled too, so only people count."),
    "excluded_raters": ("Raters left out", "They do not meet the study's thresholds; see “Left out”."),
    "without_references": ("Without references", "No examples stood beside the image, as they did beside the others."),
    "feedback": ("Told afterwards", "The activation was told after each answer, which may teach what the unit likes."),
    "revealed": ("Revealed", "The activation was in view. They enter the effect of revealing alone."),
    "repeats": ("Repeats", "Second looks at an image. They enter retest agreement, noise and subjectivity alone."),
    "cannot_tell": ("Can't tell", "The rater gave no label. It is taken for no category."),
    "nothing": ("Nothing nameable", "The rater saw something that no category names."),
}
_OF_PAIRS = {
    "feedback": ("Told afterwards", "The activation was told after each answer. They enter figures of their own."),
    "revealed": ("Revealed", "The activation was in view. They enter figures of their own."),
    "repeats": ("Repeats", "Second looks at a pair."),
}


def not_counted(report: Report) -> tuple[LeftOut, ...]:
    """Each kind of judgement that the figures are not made of; of plain tables those without a label."""
    stated = rows(report.study, "not_counted")
    if "not_counted" not in report.study:
        missing = whole(report.study, "n_no_answer")
        return (LeftOut("No label", "The label is empty. It is taken for no category.", missing),) if missing else ()
    words = _WHY | (_OF_PAIRS if text(report.study, "task") == "which_one" else {})
    return tuple(
        LeftOut(*words.get(text(row, "what"), (text(row, "what"), "")), whole(row, "judgements"), whole(row, "raters"))
        for row in stated
    )


def counted_in(report: Report) -> str:
    """What the figures are made of, as a sentence; empty where there is nothing."""
    study = report.study
    n, n_raters, pairs = whole(study, "n_judgements"), whole(study, "n_raters"), whole(study, "n_pairs")
    if not n:
        return ""
    of = counted(pairs, "pair") if pairs else counted(whole(study, "n_stimuli"), "image")
    return f"The figures are made of {counted(n, 'judgement')} of {of} by {counted(n_raters, 'rater')}."
