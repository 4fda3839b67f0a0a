"""From a rater's log to their status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median

from app.session.course import Course, is_right, known_of
from app.status.quality import warnings_of
from app.status.rater import RaterStatus
from app.study.chain import Break, first_break, forks
from app.study.events import Entry, Event
from app.study.file import StudyFile
from app.study.protocol import Protocol
from app.study.records import CANNOT_TELL, NOTHING, Answer, Known, Rater, Rubric, Trial

ONE_STEP = 1
"""How far apart two ratings of the same thing may be and still agree."""
SLIDER_REACH = 10
"""The same on a slider."""
_ANSWERS = ("label", "cannot_tell", "nothing")


def study_status(study: StudyFile) -> tuple[RaterStatus, ...]:
    """The status of every rater, in the order they were added.

    Raises:
        Fault: the file cannot be read.
    """
    rubric, protocol = study.rubric(), study.protocol()
    practice, catches = study.practice(), study.catches()
    of_all, issued = study.trials_of_all(), study.issued()
    found = []
    for rater in study.raters():
        said = study.events(rater)
        status = rater_status(rater, study.trials(rater), said, rubric, protocol, practice=practice, catches=catches)
        status = replace(
            status,
            share_of_all=min(1.0, status.total / of_all) if of_all else 1.0,
            withdrawn=issued.get(rater.id, False),
        )
        found.append(_checked(status, first_break(said, study.key(rater)), forks(one.sequence for one in said)))
    return tuple(found)


def rater_status(
    rater: Rater,
    trials: Sequence[Trial],
    said: Sequence[Event | Entry],
    rubric: Rubric,
    protocol: Protocol,
    *,
    practice: Mapping[str, Known] | None = None,
    catches: Mapping[str, Known] | None = None,
) -> RaterStatus:
    """One rater's status.

    Args:
        rater: who.
        trials: all of theirs, in order.
        said: their log, in order.
        rubric: what answers there are; others, from a file that was altered, enter no share.
        protocol: how the session runs.
        practice: the right answers of practice trials, by stimulus.
        catches: the right answers of catch trials, by stimulus.
    """
    course = Course(trials, rubric, protocol, practice or {}, said)
    given = [
        (trial, course.answers[index])
        for index, trial in enumerate(course.trials)
        if trial.kind != "practice" and index in course.answers and _is_offered(rubric, course.answers[index])
    ]
    words = [_words(rubric, answer) for _, answer in given]
    commonest, times = Counter(words).most_common(1)[0] if words else ("", 0)
    right = [
        is_right(rubric, trial, answer, known)
        for trial, answer in given
        if trial.kind == "catch" and (known := known_of(trial, catches or {})) is not None
    ]
    alike = _repeats(rubric, given)
    spent = _times(said, course)
    status = RaterStatus(
        pseudonym=rater.pseudonym,
        simulated=rater.simulated,
        done=course.done,
        total=course.total,
        failed_practice=course.failed,
        active_seconds=spent.active,
        idle_seconds=spent.idle,
        untimed=spent.untimed,
        pace=spent.pace,
        catch_right=sum(right),
        catch_answered=len(right),
        repeats_same=sum(alike),
        repeats_answered=len(alike),
        cannot_tell=sum(answer.kind == "cannot_tell" for _, answer in given),
        commonest=commonest,
        commonest_count=times,
        longest_run=max((len(list(run)) for _, run in groupby(words)), default=0),
        sides=(words.count("left"), words.count("right")) if rubric.task == "which_one" else None,
        comments=sum(bool(comment) for comment in course.comments.values()),
        flags=len(course.flagged),
        undos=sum(one.kind == "undo" for one in said),
    )
    return replace(status, warnings=warnings_of(status))


def _checked(status: RaterStatus, broken: Break | None, forked: Sequence[int]) -> RaterStatus:
    told = []
    if status.withdrawn:
        told.append(f"What was left of {status.pseudonym} went to somebody else.")
    if broken is not None:
        told.append(f"The log was altered or is incomplete: event {broken.sequence} {broken.what}.")
    if forked:
        told.append(f"Two copies of the file went on by themselves, first at event {forked[0]}: both are kept.")
    return replace(status, warnings=(*told, *status.warnings))


def _is_offered(rubric: Rubric, answer: Answer) -> bool:
    try:
        rubric.check(answer)
    except ValueError:
        return False
    return True


def _words(rubric: Rubric, answer: Answer) -> str:
    """An answer for reading, without how sure the rater was."""
    if answer.label is None:
        return NOTHING if answer.kind == "nothing" else CANNOT_TELL
    return ", ".join(rubric.chosen(answer.label)) if rubric.several else answer.label


@dataclass(frozen=True, slots=True)
class _Times:
    """Active and idle seconds over all answers, the median active seconds of those that stand, and how many of these
    have no time."""

    active: float
    idle: float
    pace: float | None
    untimed: int


def _times(said: Sequence[Event | Entry], course: Course) -> _Times:
    place = {trial.id: index for index, trial in enumerate(course.trials) if trial.kind != "practice"}
    answers = [one for one in said if one.kind in _ANSWERS and one.trial in place]
    standing = {one.trial: one for one in answers if one.trial is not None and place[one.trial] in course.answers}
    timed = [(one.milliseconds - one.idle) / 1000 for one in standing.values() if one.milliseconds]
    idle = sum(one.idle for one in answers) / 1000
    active = sum(one.milliseconds for one in answers) / 1000 - idle
    return _Times(active, idle, median(timed) if timed else None, len(standing) - len(timed))


def _repeats(rubric: Rubric, given: Sequence[tuple[Trial, Answer]]) -> list[bool]:
    """For each thing that was judged on both occasions, whether it was judged the same way."""
    occasions: dict[tuple[int, frozenset[str]], dict[int, tuple[Trial, Answer]]] = {}
    for trial, answer in given:
        if trial.kind == "main":
            occasions.setdefault((trial.unit, frozenset(trial.stimuli)), {})[trial.occasion] = (trial, answer)
    return [_same(rubric, *both[1], *both[2]) for both in occasions.values() if 1 in both and 2 in both]


def _same(rubric: Rubric, first: Trial, before: Answer, second: Trial, after: Answer) -> bool:
    if before.label is None or after.label is None:
        return before.kind == after.kind
    if rubric.rating is not None:
        reach = ONE_STEP if rubric.rating.points else SLIDER_REACH
        return abs(int(before.label) - int(after.label)) <= reach
    return _chosen(rubric, first, before.label) == _chosen(rubric, second, after.label)


def _chosen(rubric: Rubric, trial: Trial, label: str) -> str | None:
    """What a label stands for: of two images the sides are drawn anew for the repeat."""
    if rubric.task != "which_one":
        return label
    return trial.stimulus if label == "left" else trial.other
