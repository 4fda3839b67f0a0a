"""What about a rater's answers deserves a look, and which raters the study's own thresholds leave out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import comb

from app.status.rater import RaterStatus
from app.status.wording import fine_percent, seconds
from app.study.protocol import Exclusion

LEAST_ANSWERS = 20
"""With fewer answers nothing is made of how they are spread over sides and keys."""
UNLIKELY = 0.01
"""Below this probability a pattern of answers is worth a warning."""
NEARLY_ALL = 0.95
"""The share of one and the same answer that is worth a warning."""
TOO_FAST = 0.5
"""Median seconds below which nobody can have looked."""
_ROUNDING = 1e-9


def warnings_of(status: RaterStatus) -> tuple[str, ...]:
    """What a supervisor should look at, as sentences."""
    return tuple(_warnings(status))


def exclusions(status: RaterStatus, thresholds: Exclusion) -> tuple[str, ...]:
    """Why the study's thresholds leave this rater out of the report, each with figure and threshold; none: they stay.

    The time counts only where every trial is answered, with its time known, and the rater is a person; whoever has a
    share of the trials needs the same share of the time. The share of one answer counts only from LEAST_ANSWERS on; a
    rater with no catch trial answered is not judged by them.
    """
    return tuple(_exclusions(status, thresholds))


def exclusions_of(statuses: Iterable[RaterStatus], thresholds: Exclusion) -> dict[str, tuple[str, ...]]:
    """The raters to be left out, by pseudonym, each with the reasons."""
    found = {status.pseudonym: exclusions(status, thresholds) for status in statuses}
    return {rater: reasons for rater, reasons in found.items() if reasons}


def _warnings(status: RaterStatus) -> Iterator[str]:
    if status.failed_practice:
        yield "Did not pass practice."
    if status.pace is not None and status.pace < TOO_FAST and not status.simulated:
        yield f"Half of the answers took no longer than {seconds(status.pace)}."
    if status.done < LEAST_ANSWERS:
        return
    yield from _side_bias(status)
    if status.commonest_count >= NEARLY_ALL * status.done:
        yield f"Gave the same answer, “{status.commonest}”, {status.commonest_count} times of {status.done}."
    elif _run_by_chance(status) < UNLIKELY:
        yield f"Gave the same answer {status.longest_run} times in a row."


def _side_bias(status: RaterStatus) -> Iterator[str]:
    """Of the answers that name a side: an image that could not be shown has none."""
    lefts, rights = status.sides or (0, 0)
    if lefts + rights >= LEAST_ANSWERS and (chance := two_sided(lefts, lefts + rights)) < UNLIKELY:
        side, times = max(("left", lefts), ("right", rights), key=lambda pair: pair[1])
        yield f"Chose the {side} side {times} times of {lefts + rights}: by chance that has probability {chance:.1g}."


def _exclusions(status: RaterStatus, thresholds: Exclusion) -> Iterator[str]:
    accuracy, needed = status.catch_accuracy, thresholds.catch_accuracy
    if accuracy is not None and needed is not None and accuracy < needed - _ROUNDING:
        yield (
            f"{status.catch_right} of {status.catch_answered} catch trials right ({fine_percent(accuracy)}),"
            f" where {fine_percent(needed)} are needed"
        )
    timed = status.finished and not status.simulated and not status.untimed
    if timed and thresholds.least_minutes is not None:
        yield from _too_quick(status, thresholds.least_minutes)
    share, most = status.commonest_share, thresholds.same_answer
    if status.done >= LEAST_ANSWERS and share is not None and most is not None and share > most + _ROUNDING:
        yield (
            f"the same answer, “{status.commonest}”, {status.commonest_count} times of {status.done}"
            f" ({fine_percent(share)}), where {fine_percent(most)} is the most"
        )


def _too_quick(status: RaterStatus, least_of_all: float) -> Iterator[str]:
    minutes, least = status.active_seconds / 60, least_of_all * status.share_of_all
    if minutes < least - _ROUNDING:
        shared = f" for {status.total} of them and {least_of_all:.3g} for all" if status.share_of_all < 1 else ""
        whose = "their" if shared else "all"
        yield f"{minutes:.3g} active minutes for {whose} trials, where {least:.3g} are the least{shared}"


def two_sided(times: int, of: int) -> float:
    """The exact binomial test of one half, two-sided: the chance of a count at least as far from the middle."""
    far = max(times, of - times)
    return min(1.0, 2 * sum(comb(of, count) for count in range(far, of + 1)) / (1 << of))


def _run_by_chance(status: RaterStatus) -> float:
    """An upper bound on the chance of such a run of an answer that comes as often as the most frequent one does."""
    share = status.commonest_count / status.done
    starts = 1 + (status.done - status.longest_run) * (1 - share)
    return float(min(1.0, starts * share**status.longest_run))
