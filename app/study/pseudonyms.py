"""What raters are called where files come together: everybody by a name of their own, whoever came first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, count
from pathlib import Path

from app.study.records import Rater
from app.study.sound import LONGEST_LINE

_ID = 4
"""Letters of an id that stand behind a name which somebody else has too, at least."""
_LONGEST_ID = 100
_LONGEST = LONGEST_LINE - 1 - _LONGEST_ID
"""Letters of a name: behind it there has to be room for an id. Raters who are added here have 60 at most."""


def told_apart(raters: Collection[Rater]) -> dict[str, str]:
    """Rater to pseudonym: where several have the same, all of them with the beginning of their id behind it.

    It follows from who is there alone, and not from who came first.
    """
    plain = _plain(raters)
    bearers = Counter(plain.values())
    taken = {name for name, n in bearers.items() if n == 1}
    names = {}
    for id_, name in sorted(plain.items()):
        if bearers[name] > 1:
            # Longer where somebody's own name looks like that already; a forger's may leave nothing but to count.
            longer = (f"{name} {id_[:length]}" for length in range(_ID, len(id_) + 1))
            counted = (f"{name} {number}" for number in count(2))
            name = next(one for one in chain(longer, counted) if one not in taken)
            taken.add(name)
        names[id_] = name
    return names


def renamings(raters: Collection[Rater], came: Mapping[str, Path]) -> Iterator[str]:
    """What `told_apart` changes, in words, by the names as they were.

    Args:
        raters: everybody.
        came: of those whom the study does not have yet, rater to the file in which they came.
    """
    plain, names = _plain(raters), told_apart(raters)
    for rater in sorted(raters, key=lambda rater: (rater.pseudonym, rater.id)):
        name = names[rater.id]
        if name == rater.pseudonym:
            continue
        if name == plain[rater.id]:
            yield f"{rater.pseudonym} becomes {name}: nobody else is called that."
        else:
            file = came.get(rater.id)
            whose = " of this study" if file is None else f", who came in {file},"
            yield f"{plain[rater.id]}{whose} becomes {name}, because another rater is called that too."


def _plain(raters: Collection[Rater]) -> dict[str, str]:
    """Rater to the pseudonym as it was before anything was put behind it."""
    return {rater.id: _without_id(rater.pseudonym, rater.id)[:_LONGEST] for rater in raters}


def _without_id(name: str, id_: str) -> str:
    before, _, end = name.rpartition(" ")
    return before if before and len(end) >= _ID and id_.startswith(end) else name
