"""How the judging was shared out among the raters, and that some of them have not finished."""

from __future__ import annotations

from collections.abc import Mapping

from app.findings.facts import counted, inner, listed, whole

_NAMED = 8
"""So many names of raters are told in a sentence."""


def shared_out(study: Mapping[str, object], item: str) -> str:
    """How many raters each item went to, and how many each rater judged; empty where all judged all.

    `item` is what was judged, in one word: "image" or "pair".
    """
    work = inner(study, "workload")
    raters, to_each, by_each = whole(work, "raters"), inner(work, "raters_per_item"), inner(work, "items_per_rater")
    judged = _range(by_each)
    if not to_each or (whole(to_each, "fewest") == raters and whole(by_each, "fewest") == whole(by_each, "most")):
        return ""
    return (
        f"Each {item} went to {_range(to_each)} of {counted(raters, 'rater')}, and each rater judged {judged} {item}s."
    )


def unfinished(study: Mapping[str, object]) -> tuple[str, ...]:
    """The sentence about raters who have not finished, for a warning and the methods; none where all have.

    Their trials are fewer than those that the status of a study counts: it says which.
    """
    work = inner(study, "workload")
    behind, raters, least = whole(work, "unfinished"), whole(work, "unfinished_of"), inner(work, "least_finished")
    if not behind:
        return ()
    so_far = f"{whole(least, 'answered')} of {counted(whole(least, 'trials'), 'trial')}"
    alone = " of this unit" if listed(study, "other_units") else ""
    which = f"{alone}, catch trials and practice apart"
    if behind == 1:
        return (f"1 of {counted(raters, 'rater')} has not finished: {so_far} answered{which}.",)
    return (f"{behind} of {raters} raters have not finished; the least far has answered {so_far}{which}.",)


def dropped_out(study: Mapping[str, object]) -> str:
    """The sentence about raters whose rest went to somebody else; empty where there are none."""
    raters = whole(inner(study, "workload"), "dropped_out")
    return (
        f"{counted(raters, 'rater')} dropped out, and what was left to judge went to somebody else." if raters else ""
    )


def nothing_answered(study: Mapping[str, object], *, named: bool = True) -> tuple[str, ...]:
    """The sentence about raters who were given a file and answered nothing; none where there are none.

    `named`: the first of them by name, where the names are stated.
    """
    work = inner(study, "workload")
    raters = whole(work, "nothing_answered")
    if not raters:
        return ()
    names = [str(name) for name in listed(work, "nothing_answered_by")] if named else []
    more = ", ..." if len(names) > _NAMED else ""
    who = f": {', '.join(names[:_NAMED])}{more}" if names else ""
    have = "has" if raters == 1 else "have"
    of_what = " of this unit" if listed(study, "other_units") else ""
    end = "" if more else "."
    were = "was" if raters == 1 else "were"
    return (f"{counted(raters, 'rater')} who {were} given a file {have} answered nothing{of_what}{who}{end}",)


def _range(counts: Mapping[str, object]) -> str:
    fewest, most = whole(counts, "fewest"), whole(counts, "most")
    return str(most) if fewest == most else f"{fewest} to {most}"
