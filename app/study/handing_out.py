"""Files for many raters: who judges what, a key for each, and one packed file each."""

from __future__ import annotations

import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import Fault
from app.study.contacts import agreement_foretold
from app.study.file import StudyFile, tidy
from app.study.files_out import HandedOut, Progress, Unwritten, check_folder, check_names, file_of, write_files
from app.study.locking import check_new_password
from app.study.records import Rater
from app.study.sharing_out import share_out

_TWO = 2
"""So few labels of an image are needed at least to say whether people agree on it."""
_BLIND = "AND condition = 'blind'"
_BESIDE_EXAMPLES = f'{_BLIND} AND "references" = 1'
_OF_TRIAL = 'pair."first" IN (trial.stimulus, trial.other) AND pair.second IN (trial.stimulus, trial.other)'


@dataclass(frozen=True, slots=True)
class Open:
    """What is still to be given to raters."""

    items: int
    """Everything that is to be judged: stimuli, pairs or, where units are named, units."""
    per_item: int | None
    """How many raters each is for; None where everybody judges everything."""
    wanting: int = 0
    """How many still lack a rater."""
    places: int = 0
    """How many raters they lack, added up."""
    least: int = 1
    """How many new raters there have to be at once; 0 where nothing is wanting."""


def still_open(study: StudyFile) -> Open:
    """What new raters would share among themselves."""
    if study.rubric().task == "name_it":
        return Open(len(study.units()), None)
    items, per_item = _items(study), study.protocol().raters_per_stimulus
    if per_item is None:
        return Open(len(items), None)
    taken = _taken(study)
    wanting = [short for item, _ in items if (short := per_item - len(taken.get(item, ()))) > 0]
    return Open(len(items), per_item, len(wanting), sum(wanting), max(wanting, default=0))


def two_blind(study: StudyFile) -> tuple[int, int] | None:
    """Of how many images two raters or more will give a blind label, as trials are laid down so far, and of how many.

    On the others nobody can say how far people agree. Labels without examples beside the image count only where no
    blind trial has them, as in the report. None while fewer than two raters are there, and where no image is judged by
    itself.
    """
    if study.rubric().task not in ("categorize", "rate"):
        return None
    taken = _taken(study)
    if len(set().union(*taken.values())) < _TWO:
        return None
    blind = _taken(study, _BESIDE_EXAMPLES) or _taken(study, _BLIND)
    items = _items(study)
    return sum(len(blind.get(item, ())) >= _TWO for item, _ in items), len(items)


def labels_foretold(study: StudyFile) -> str:
    """A sentence on the images that will get fewer than two blind labels, where there are some: else empty."""
    found = two_blind(study)
    if found is None:
        return ""
    beside = study.protocol().without_references > 0 and bool(_taken(study, _BESIDE_EXAMPLES))
    return agreement_foretold(found, beside_examples=beside)


def hand_out(
    study: StudyFile, pseudonyms: Sequence[str], out: Path, progress: Progress, *, password: str | None = None
) -> tuple[HandedOut, ...]:
    """Add these raters, each with a key and their share of the stimuli, and write a file for each into `out`.

    Where the study says how many raters judge each stimulus (`raters_per_stimulus`), those who have a share already
    count; else everybody judges everything. Where a share is too small for the repeats that the study asks for, fewer
    come again. With a password all of these files have it.

    Raises:
        Unwritten: the raters are added, and not all of their files are written.
        Fault: a name is taken or no name, every stimulus has its raters already, there are too few raters for it, a
            file is there already, the password will not do, the study was handed out to somebody itself, or something
            cannot be written; then nobody is added.
    """
    study.check_not_handed_out()
    check_new_password(password)
    pseudonyms = [tidy(name) for name in pseudonyms]
    check_names([file_of(study, out, name) for name in pseudonyms])
    with study.writing() as connection:
        shares = _shares(study, pseudonyms)
        raters = [
            _issue(connection, study.insert_rater(connection, name, only=None if shares is None else shares[name]))
            for name in pseudonyms
        ]
        check_folder(out)
    return write_files(study, raters, out, progress, password=password)


def reassign(
    study: StudyFile, gone: str, pseudonym: str, out: Path, progress: Progress, *, password: str | None = None
) -> HandedOut:
    """Give what a rater did not get to do to somebody new, and write the new rater's file.

    What the rater has said stays in the study; what is left of their trials is left for good. Where it is too little
    for the repeats that the study asks for, fewer come again.

    Raises:
        Unwritten: the new rater is added, and their file is not written.
        Fault: there is no rater of that name, they have no file of their own, their rest was given away before, nothing
            is left to do, or as for `hand_out`.
    """
    check_new_password(password)
    check_names([file_of(study, out, tidy(pseudonym))])
    with study.writing() as connection:
        rater, left = _rest(study, gone)
        connection.execute("UPDATE issue SET withdrawn = 1 WHERE rater = ?", (rater.id,))
        new = _issue(connection, study.insert_rater(connection, pseudonym, only=left))
        check_folder(out)
    (written,) = write_files(study, [new], out, progress, password=password)
    return written


def pack_again(study: StudyFile, pseudonym: str, out: Path, *, password: str | None = None) -> HandedOut:
    """Write the file of a rater once more, as it was when it was first handed out; with the password given now.

    Raises:
        Fault: there is no rater of this name, no file was handed out to them, there is a file already, the password
            will not do, or it cannot be written.
    """
    rater = _called(study, pseudonym)
    if study.key(rater) is None:
        raise Fault(f"No file was handed out to {pseudonym}, who can go on in the study itself at any time.")
    check_names([file_of(study, out, pseudonym)])
    try:
        (written,) = write_files(study, [rater], out, lambda done, total: None, password=password)
    except Unwritten as unwritten:
        raise Fault(unwritten.why or "Stopped.") from unwritten
    return written


def rest_given(study: StudyFile, rater: Rater) -> str:
    """A sentence for whoever writes the file of a rater again whose rest went to somebody else; else empty."""
    if not study.issued().get(rater.id):
        return ""
    return (
        f"What {rater.pseudonym} did not get to do went to somebody else: the file has it all the same, and what is"
        " answered in it comes in beside theirs."
    )


def _issue(connection: sqlite3.Connection, rater: Rater) -> Rater:
    connection.execute("INSERT INTO issue VALUES (?, ?, 0)", (rater.id, secrets.token_bytes(32)))
    return rater


def _shares(study: StudyFile, pseudonyms: Sequence[str]) -> dict[str, list[str]] | None:
    """Which stimuli or pairs each new rater is to judge; None where all judge everything."""
    open_ = still_open(study)
    if open_.per_item is None:
        return None
    if not open_.places:
        raise Fault(
            f"Every stimulus has its {open_.per_item} raters already. Where somebody dropped out, reassign what is left"
            " of theirs."
        )
    if open_.least > len(pseudonyms):
        raise Fault(
            f"Each stimulus is for {open_.per_item} raters, and {open_.least} are wanting: hand out files for"
            f" {open_.least} or more at once."
        )
    return share_out(_items(study), pseudonyms, open_.per_item, taken=_taken(study), seed=study.info().seed)


def _items(study: StudyFile) -> list[tuple[str, int]]:
    """What is to be judged, each with the number of its stratum, counted over all units; pairs by their gap."""
    if study.rubric().task == "which_one":
        rows = study.connection.execute(
            'SELECT pair.id, unit, gap FROM pair JOIN stimulus ON stimulus.id = "first" ORDER BY pair.id'
        ).fetchall()
    else:
        rows = study.connection.execute(
            "SELECT id, unit, stratum FROM stimulus JOIN measurement ON measurement.stimulus = id"
            " WHERE id NOT IN (SELECT stimulus FROM known) ORDER BY id"
        ).fetchall()
    strata = {key: number for number, key in enumerate(sorted({(unit, of) for _, unit, of in rows}))}
    return [(item, strata[unit, of]) for item, unit, of in rows]


def _taken(study: StudyFile, trials: str = "") -> dict[str, set[str]]:
    """Item to the people who judge it: of those who were withdrawn, only where they have. `trials`: which count."""
    taken: defaultdict[str, set[str]] = defaultdict(set)
    rows = study.connection.execute(
        "SELECT coalesce(pair.id, trial.stimulus), trial.rater FROM trial JOIN rater ON rater.id = trial.rater"
        f" LEFT JOIN pair ON {_OF_TRIAL}"
        " LEFT JOIN issue ON issue.rater = trial.rater"
        f" WHERE trial.kind = 'main' AND trial.occasion = 1 {trials} AND NOT simulated AND (NOT coalesce(withdrawn, 0)"
        " AND trial.rater NOT IN (SELECT rater FROM imported)"
        " OR EXISTS (SELECT 1 FROM judgement WHERE judgement.trial = trial.id))"
    )
    for item, rater in rows:
        taken[item].add(rater)
    return taken


def _rest(study: StudyFile, gone: str) -> tuple[Rater, Collection[str]]:
    """The rater of this name, and what they did not get to judge.

    Raises:
        Fault: it cannot go to anybody else.
    """
    rater = _called(study, gone)
    issued = study.issued()
    if rater.id not in issued:
        raise Fault(
            f"No file was handed out to {gone}, who can go on in the study itself at any time. Only what is left in a"
            " file of somebody's own can be given to somebody else."
        )
    if issued[rater.id]:
        raise Fault(f"What {gone} did not get to do went to somebody else already. If they stop too, reassign theirs.")
    left = _unjudged(study, rater)
    if not left:
        raise Fault(f"{gone} has judged everything: there is nothing to give to anybody else.")
    return rater, left


def _called(study: StudyFile, name: str) -> Rater:
    """The rater of this name.

    Raises:
        Fault: there is none; it names those there are.
    """
    raters = study.raters()
    for rater in raters:
        if rater.pseudonym == name:
            return rater
    there = f"There are: {', '.join(rater.pseudonym for rater in raters)}." if raters else "Nobody was added yet."
    raise Fault(f"There is no rater called {name}. {there}")


def _unjudged(study: StudyFile, rater: Rater) -> Collection[str]:
    rows = study.connection.execute(
        "SELECT coalesce(pair.id, trial.stimulus, 'unit ' || trial.unit) FROM trial"
        f" LEFT JOIN pair ON {_OF_TRIAL}"
        " WHERE trial.rater = ? AND trial.kind = 'main' AND trial.occasion = 1"
        " AND NOT EXISTS (SELECT 1 FROM judgement WHERE judgement.trial = trial.id)",
        (rater.id,),
    )
    return {item for (item,) in rows}
