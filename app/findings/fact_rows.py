"""The facts of a study as the rows of a table, whatever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.findings.words import OTHER, group_of, words_for

_NAMES = {
    "n_stimuli": "images",
    "n_pairs": "pairs of images",
    "n_raters": "raters",
    "n_judgements": "judgements in the figures",
    "n_no_answer": "judgements without a label",
    "n_strata": "strata",
    "n_gaps": "gaps between the two activations",
    "n_replicates": "bootstrap replicates",
    "seed": "seed of the intervals",
    "sampling_seed": "seed of the sampling",
    "level": "level of the intervals",
    "target": "estimates are about",
    "kish_effective_n": "effective number of images (Kish)",
    "several": "several categories at once",
    "judgements": "judgements by how they were made",
    "workload": "how the judging was shared out",
    "raters_per_item": "raters that each image or pair went to",
    "items_per_rater": "images or pairs that each rater judged",
    "unfinished": "raters who have not finished",
    "unfinished_of": "raters who judge in this program",
    "least_finished": "the least far of them",
    "dropped_out": "raters who dropped out",
    "nothing_answered": "raters who were given a file and have answered nothing",
    "nothing_answered_by": "who they are",
    "stand_ins_left_out": "stand-in raters left out",
    "thresholds_not_met": "raters kept though they do not meet the thresholds",
    "catch_accuracy": "catch trials right, at least",
    "least_minutes": "active minutes, at least",
    "same_answer": "same answer, at most",
    "without_references": "share of trials without references",
    "repeats": "repeated",
    "repeat_distance": "trials between a trial and its repeat, at least",
    "alternative_annotator_test": "alternative annotator test",
    "anchoring_tests": "tests of the effect of revealing",
    "p": "p-value",
    "n_permutations": "permutations",
    "unit_facts": "the unit",
    "study_uuid": "identifier of the study",
    "order_seed": "seed of what the orders of raters share",
    "built_with": "study built with",
    "program": "report made with",
    "weights_sha256": "SHA-256 of the weights",
    "images_sha256": "SHA-256 of the images",
}
"""Names for people of the facts whose keys, spaced out, say too little."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the table of facts; `depth` is how far it is nested, `long` asks for a fixed-width face."""

    name: str
    text: str
    depth: int
    long: bool = False


def fact_rows(study: Mapping[str, object], depth: int = 0) -> Iterator[Fact]:
    """Every fact of a study as rows, nested ones below their heading; keys that nobody foresaw are shown too."""
    for key, value in study.items():
        name = _name(key)
        name = name[:1].upper() + name[1:]
        if isinstance(value, Mapping):
            if value:
                yield Fact(name, "", depth)
            yield from fact_rows(value, depth + 1)
        else:
            text = _told(value)
            yield Fact(name, text, depth, long=len(text) >= 32 and " " not in text)


def _name(key: object) -> str:
    return _NAMES.get(str(key), str(key).replace("_", " "))


def _told(value: object) -> str:
    if value is None or value == "":
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        between = "; " if any(isinstance(inner, Mapping) for inner in value) else ", "
        return between.join(_told(inner) for inner in value) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{_name(key)} {_in_row(key, inner)}" for key, inner in value.items() if inner is not None)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _in_row(key: object, value: object) -> str:
    """One fact of several in a row; the name of a figure in words."""
    if key == "name" and isinstance(value, str) and group_of(value) != OTHER:
        return words_for(value).name
    return _told(value)
