"""A study with its raters' names taken out, at the door: before anything is computed or written."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from app.results.source import Source, entered
from app.study.events import Judgement

T = TypeVar("T")
NOBODY = "a rater who judged nothing here"
Row = tuple[object, ...]


def anonymous(source: Source) -> Source:
    """The same study with "Rater 1", "Rater 2", ... in the place of pseudonyms, and without notes.

    The numbers follow from what was said alone, so that neither a name nor who came first shows in them.
    """
    names: dict[str, str] = {}
    for simulated in (False, True):  # people first: where they labeled, stand-ins are in no file
        heard = (judgement for judgement in source.judgements if judgement.simulated == simulated)
        names |= numbered(map(_row, heard), start=len(names) + 1)
    order = {name: at for at, name in enumerate(names.values())}
    judgements = sorted(
        (replace(judgement, rater=names[judgement.rater], note=None) for judgement in source.judgements),
        key=lambda judgement: (order[judgement.rater], judgement.occasion, judgement.stimulus),
    )
    reasons = {names[rater]: source.reasons[rater] for rater in names if rater in source.reasons}
    return replace(
        source,
        judgements=tuple(judgements),
        reasons=reasons,
        broken=_renamed(source.broken, names),
        forked=_renamed(source.forked, names),
        imported=_renamed(source.imported, names),
        given=_renamed(source.given, names),
        unheard=(NOBODY,) * len(source.unheard),
        enter=entered(source.rubric, judgements, reasons),
        renamed=True,
    )


def numbered(judgements: Iterable[tuple[str, Row, Row]], start: int = 1) -> dict[str, str]:
    """Each rater's name to a number in words, in the order of the numbers.

    Raters are put in the order of a hash of all they said; only between raters who said the very same does the rest
    decide.

    Args:
        judgements: of each its rater, what was said of what, and what else is known of it.
        start: the first number.
    """
    said: defaultdict[str, list[Row]] = defaultdict(list)
    more: defaultdict[str, list[Row]] = defaultdict(list)
    for rater, what, rest in judgements:
        said[rater].append(what)
        more[rater].append((*what, *rest))
    order = sorted(said, key=lambda rater: (_hash(said[rater]), _hash(more[rater])))
    return {rater: f"Rater {number}" for number, rater in enumerate(order, start)}


def _row(judgement: Judgement) -> tuple[str, Row, Row]:
    said = (judgement.stimulus, judgement.occasion, judgement.condition, judgement.label)
    return judgement.rater, said, (judgement.place, judgement.seconds, judgement.confidence)


def _hash(rows: Iterable[Row]) -> str:
    lines = sorted(json.dumps(row) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _renamed(told: Mapping[str, T], names: Mapping[str, str]) -> dict[str, T]:
    """What is told of raters, by number; of those who judged other units alone one stands for all."""
    strangers = [one for rater, one in told.items() if rater not in names]
    known = {names[rater]: told[rater] for rater in names if rater in told}
    return known | ({NOBODY: strangers[0]} if strangers else {})
