"""That labels came from another tool: the program did not see to it that they were blind, and took no time."""

from __future__ import annotations

from collections.abc import Mapping

from app.findings.facts import counted, listed, rows, series, text, whole

_NAMES = {"label-studio": "Label Studio", "prodigy": "Prodigy", "jspsych": "jsPsych", "csv": "a plain table"}


def all_elsewhere(study: Mapping[str, object]) -> bool:
    """Whether no label was given in this program, so that nothing of its sessions holds."""
    raters = listed(study, "raters")
    return bool(raters) and sum(whole(row, "raters") for row in rows(study, "imported")) == len(raters)


def elsewhere(study: Mapping[str, object]) -> tuple[str, ...]:
    """The sentence about it, for the methods and for a warning; none where every label was given in this program."""
    tools = rows(study, "imported")
    if not tools:
        return ()
    told = series(
        [
            f"{counted(whole(row, 'judgements'), 'judgement')} by {counted(whole(row, 'raters'), 'rater')} from"
            f" {_NAMES.get(text(row, 'tool'), text(row, 'tool'))}"
            for row in tools
        ]
    )
    return (
        f"Read from files of other tools: {told}. That these were blind, in which order they were given and how long"
        " they took, is those tools' word and not this program's.",
    )
