"""Files for many raters: who judges what, a key for each, and one packed file each."""

from __future__ import annotations

import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import Fault
from app.study.file import SUFFIX, StudyFile
from app.study.packing import pack
from app.study.records import Rater
from app.study.sharing_out import share_out

Progress = Callable[[int, int], None]
_OF_TRIAL = 'pair."first" IN (trial.stimulus, trial.other) AND pair.second IN (trial.stimulus, trial.other)'


@dataclass(frozen=True, slots=True)
class HandedOut:
    """One rater's file."""

    rater: Rater
    path: Path
    trials: int


def hand_out(study: StudyFile, pseudonyms: Sequence[str], out: Path, progress: Progress) -> tuple[HandedOut, ...]:
    """Add these raters, each with a key and their share of the stimuli, and write a file for each into `out`.

    Where the study says how many raters judge each stimulus (`raters_per_stimulus`), those who have a share already
    count; else everybody judges everything. Files that cannot be written are written by `pack_again`.

    Raises:
        Fault: a name is taken or no name, every stimulus has its raters already, there are too few raters for it, a
            file is there already, or something cannot be written.
    """
    paths = [_file_of(study, out, name) for name in pseudonyms]
    taken = next((path for path in paths if path.exists()), None)
    if taken is not None:
        raise Fault(f"{taken} exists already. Name another folder with --out.")
    with study.writing() as connection:
        shares = _shares(study, pseudonyms)
        raters = [
            _issue(connection, study.insert_rater(connection, name, only=None if shares is None else shares[name]))
            for name in pseudonyms
        ]
    return _written(study, raters, paths, progress)


def reassign(study: StudyFile, gone: str, pseudonym: str, out: Path, progress: Progress) -> HandedOut:
    """Give what a rater did not get to do to somebody new, and write the new rater's file.

    What the rater has said stays in the study; what is left of their trials is left for good.

    Raises:
        Fault: there is no rater of that name, nothing is left to do, or as for `hand_out`.
    """
    rater = next((one for one in study.raters() if one.pseudonym == gone), None)
    if rater is None:
        raise Fault(f"There is no rater called {gone}. There are: {', '.join(r.pseudonym for r in study.raters())}.")
    left = _unjudged(study, rater)
    if not left:
        raise Fault(f"{gone} has judged everything: there is nothing to give to anybody else.")
    path = _file_of(study, out, pseudonym)
    if path.exists():
        raise Fault(f"{path} exists already. Name another folder with --out.")
    with study.writing() as connection:
        connection.execute("UPDATE issue SET withdrawn = 1 WHERE rater = ?", (rater.id,))
        new = _issue(connection, study.insert_rater(connection, pseudonym, only=left))
    (written,) = _written(study, [new], [path], progress)
    return written


def pack_again(study: StudyFile, pseudonym: str, out: Path) -> HandedOut:
    """Write the file of a rater once more, as it was when it was first handed out.

    Raises:
        Fault: no file was handed out to a rater of this name, there is a file already, or it cannot be written.
    """
    rater = next((one for one in study.raters() if one.pseudonym == pseudonym and study.key(one) is not None), None)
    if rater is None:
        raise Fault(f"No file was handed out to a rater called {pseudonym}.")
    (written,) = _written(study, [rater], [_file_of(study, out, pseudonym)], lambda done, total: None)
    return written


def _written(
    study: StudyFile, raters: Sequence[Rater], paths: Sequence[Path], progress: Progress
) -> tuple[HandedOut, ...]:
    found = []
    for done, (rater, path) in enumerate(zip(raters, paths, strict=True)):
        progress(done, len(raters))
        pack(study, rater, path)
        found.append(HandedOut(rater, path, sum(trial.kind != "practice" for trial in study.trials(rater))))
    progress(len(raters), len(raters))
    return tuple(found)


def _issue(connection: sqlite3.Connection, rater: Rater) -> Rater:
    connection.execute("INSERT INTO issue VALUES (?, ?, 0)", (rater.id, secrets.token_bytes(32)))
    return rater


def _file_of(study: StudyFile, out: Path, pseudonym: str) -> Path:
    """A name that every file system takes, whatever the pseudonym is."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in pseudonym)
    return out / f"{study.path.stem}-{plain}{SUFFIX}"


def _shares(study: StudyFile, pseudonyms: Sequence[str]) -> dict[str, list[str]] | None:
    """Which stimuli or pairs each new rater is to judge; None where all judge everything."""
    per_item = study.protocol().raters_per_stimulus
    if per_item is None or study.rubric().task == "name_it":
        return None
    items = _items(study)
    taken = _taken(study)
    short = sum(max(0, per_item - len(taken.get(item, ()))) for item, _ in items)
    if not short:
        raise Fault(f"Every stimulus has its {per_item} raters already. To replace one: neuronjury reassign")
    most = max(per_item - len(taken.get(item, ())) for item, _ in items)
    if most > len(pseudonyms):
        raise Fault(
            f"Each stimulus is for {per_item} raters, and {most} are wanting: hand out files for {most} or more"
            " at once."
        )
    return share_out(items, pseudonyms, per_item, taken=taken, seed=study.info().seed)


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


def _taken(study: StudyFile) -> dict[str, set[str]]:
    """Item to the people who judge it: of those who were withdrawn, only where they have."""
    taken: defaultdict[str, set[str]] = defaultdict(set)
    rows = study.connection.execute(
        "SELECT coalesce(pair.id, trial.stimulus), trial.rater FROM trial JOIN rater ON rater.id = trial.rater"
        f" LEFT JOIN pair ON {_OF_TRIAL}"
        " LEFT JOIN issue ON issue.rater = trial.rater"
        " WHERE trial.kind = 'main' AND trial.occasion = 1 AND NOT simulated AND (NOT coalesce(withdrawn, 0)"
        " OR EXISTS (SELECT 1 FROM judgement WHERE judgement.trial = trial.id))"
    )
    for item, rater in rows:
        taken[item].add(rater)
    return taken


def _unjudged(study: StudyFile, rater: Rater) -> Collection[str]:
    rows = study.connection.execute(
        "SELECT coalesce(pair.id, trial.stimulus) FROM trial"
        f" LEFT JOIN pair ON {_OF_TRIAL}"
        " WHERE trial.rater = ? AND trial.kind = 'main' AND trial.occasion = 1"
        " AND NOT EXISTS (SELECT 1 FROM judgement WHERE judgement.trial = trial.id)",
        (rater.id,),
    )
    return {item for (item,) in rows}
