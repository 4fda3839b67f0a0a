"""What new raters are called, and the list of whom their files were sent to, which belongs in no study file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import Fault

if TYPE_CHECKING:
    from app.study.files_out import HandedOut

CONTACTS = "raters.csv"
"""Lies beside the files that were handed out."""


def names_in(text: str) -> list[str]:
    """The pseudonyms in a line like `heron, otter, "lynx, the younger"`.

    Raises:
        Fault: there is none, or one stands there twice.
    """
    try:
        found = [" ".join(name.split()) for name in next(csv.reader([text], skipinitialspace=True), [])]
    except csv.Error as error:
        raise Fault("Write the names on one line, with commas between them.") from error
    names = [name for name in found if name]
    if not names:
        raise Fault("Write a name for each rater, with commas between them.")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Fault(f"The name {twice} stands twice.")
    return names


def next_names(count: int, there: Iterable[str]) -> list[str]:
    """Names for so many new raters: rater-01 and on from the highest number that is `there`, all of one width."""
    numbers = [int(tail) for name in there if (tail := name.removeprefix("rater-")).isdecimal() and tail != name]
    first = max(numbers, default=0) + 1
    width = max(2, len(str(first + count - 1)))
    return [f"rater-{number:0{width}}" for number in range(first, first + count)]


def trials_each(written: Sequence[HandedOut]) -> str:
    """How many trials are in each of these files, in words: `40`, or `212 to 213`."""
    fewest, most = min(one.trials for one in written), max(one.trials for one in written)
    return str(most) if fewest == most else f"{fewest} to {most}"


def agreement_foretold(two_blind: tuple[int, int] | None, *, beside_examples: bool = False) -> str:
    """A sentence on the images that will get fewer than two blind labels; empty where there is none, or nothing known.

    Args:
        two_blind: of how many images two raters or more will give a blind label, and of how many.
        beside_examples: only labels with the examples beside the image count, and not all have them.
    """
    if two_blind is None or two_blind[0] == two_blind[1]:
        return ""
    enough, total = two_blind
    labels = "blind labels with the examples beside them" if beside_examples else "blind labels"
    told = (
        f"{total - enough} of {total} images will have fewer than two {labels}, as trials are laid down now: how"
        f" far people agree can be said of the other {enough} alone."
        if enough
        else f"None of {total} images will have two {labels}, as trials are laid down now: how far people agree"
        " cannot be said."
    )
    more = "more blind trials, or a smaller `without_references`" if beside_examples else "or more blind trials"
    return f"{told} More raters for each image help, {more}: [session] of study.toml says how many."


def note_files(folder: Path, written: Iterable[HandedOut]) -> Path:
    """Add these files to the list in `folder`, which it returns; those that are on it, and what a person wrote, stay.

    Raises:
        Fault: it cannot be written.
    """
    path = folder / CONTACTS
    text = io.StringIO()
    writer = csv.writer(text)
    try:
        there = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        wanting = [one for one in written if not _is_in(there, one.path.name)]
        if not wanting:
            return path
        if not there:
            writer.writerow(["rater", "file", "trials", "sent to"])
        writer.writerows((one.rater.pseudonym, one.path.name, one.trials, "") for one in wanting)
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
    except OSError as error:
        raise Fault(f"The files are written, but {path} is not: {error.strerror}.") from error
    return path


def _is_in(there: str, name: str) -> bool:
    """Whether a cell of this list says so, whichever program saved it."""
    return re.search(rf'(^|[,;\t"]){re.escape(name)}($|[,;\t"])', there, re.MULTILINE) is not None
