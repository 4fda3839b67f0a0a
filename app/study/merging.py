"""What a file brings, held against the study and against the files before it: what is new, and why one is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from pathlib import Path

import msgspec

from app.errors import Fault
from app.study.chain import HASH, PREVIOUS, RUBRIC, SEQUENCE, TRIAL, UUID, Row, alterations, first_gap, forks
from app.study.contents import (
    about,
    are_named_rightly,
    asked_of,
    events_of,
    kinds_of,
    occasion,
    pictures_of,
    rows_of,
    rubrics_of,
    same_trials,
    trials_of,
    unanswered,
)
from app.study.file import StudyFile
from app.study.forgetting import digest_of
from app.study.opening import beside, explained, identity, real
from app.study.pseudonyms import renamings, told_apart
from app.study.records import Rater, StudyInfo
from app.study.sound import MOST_BRANCHES

_MOST_NAMES = 5
_ALTERED = "was altered: its tables do not fit together. Ask for a fresh copy of it."


@dataclass(frozen=True, slots=True)
class Found:
    """What one file brings of one rater."""

    path: Path
    rater: Rater
    new: int
    """Events that neither the study has nor a file before this one brought."""
    known: int
    """Events that it has already."""
    left: int
    """Trials, but for practice, on which no answer stands in this file."""


class FromACopy(Fault):
    """The file was handed out from another copy of the study."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file brings of one rater, with the events; `trials` of a rater whom the study does not know."""

    found: Found
    events: tuple[Row, ...]
    trials: tuple[Row, ...] | None
    log: Log
    imported: Row | None
    """That the rater's answers were read from another tool's file."""
    issue: Row | None
    """In a copy of the study: the key that was issued to the rater in it, and whether it was withdrawn there."""


@dataclass
class Log:
    """What is known of a rater's log so far, from the study and from the files before."""

    rater: Rater
    trials: str | None
    """None where they lie in the study: of a million none is kept."""
    key: bytes | None
    hashes: dict[str, str]
    """Event to hash, of everybody's events: one id is one event, whoever says it is theirs."""
    links: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, events: tuple[Row, ...]) -> None:
        """Count these among what is known."""
        self.hashes.update(map(itemgetter(UUID, HASH), events))
        self.links += map(itemgetter(SEQUENCE, PREVIOUS, HASH), events)


class Home:
    """The study that all comes back to, and what files have brought so far."""

    def __init__(self, study: StudyFile, password: str | None) -> None:
        if study.issued_to() is not None:
            raise Fault(f"{study.path} was handed out to one rater: collect into the study that it was made from.")
        self._study = study
        self._password = password
        self._info = study.info()
        self._rubrics = rubrics_of(study)
        self._theirs = {rater.id: rater for rater in study.raters()}
        self._shown = frozenset(pictures_of(study))
        self._asked = asked_of(study)
        self._forgotten = {digest for (digest,) in study.connection.execute("SELECT rater FROM forgotten")}
        self._logs: dict[str, Log] = {}
        self._hashes: dict[str, str] = {}
        self._notes: list[str] = []
        self._came: dict[str, Path] = {}

    def opened(self, path: Path) -> StudyFile:
        """A file that was brought, checked by itself; in another thread, while the file before is looked at.

        Raises:
            Fault: it is refused.
        """
        # By whatever name, be it that of a journal: reading the study here would undo SQLite's locks.
        if identity(self._study.path) in map(identity, (path, *beside(real(path)))):
            raise Fault(f"{path} is the study itself.")
        return StudyFile.open(path, writable=False, steady=True, password=self._password)

    def looked_at(self, file: StudyFile) -> tuple[tuple[Brought, ...], tuple[str, ...]]:
        """What a file brings, and what is to be told of it.

        Raises:
            Fault: it is refused.
        """
        path = file.path
        with explained(path):
            if (info := file.info()).uuid != self._info.uuid:
                raise Fault(f"{path} belongs to another study: {_told_apart_by(info, self._info)}.")
            if not rubrics_of(file).items() <= self._rubrics.items():
                raise Fault(f"{path} asks another question, or explains its answers otherwise, than the study.")
            if not (self._shown.issuperset(pictures_of(file)) and are_named_rightly(file)):
                raise Fault(f"{path} shows other images than the study: it was altered. Ask for a fresh copy of it.")
            raters, notes = self._wanted(file)
            try:
                return tuple(self._of_rater(file, rater) for rater in raters), notes
            except msgspec.MsgspecError as error:  # somebody wrote into the file itself, past SQLite
                raise Fault(f"{path} {_ALTERED}") from error

    def accept(self, brought: Iterable[Brought], notes: Iterable[str]) -> None:
        """Count what a file brings among what is known: only once all of the file is taken."""
        self._notes += notes
        for one in brought:
            self._logs[one.found.rater.id] = one.log
            if one.found.rater.id not in self._theirs:
                self._came.setdefault(one.found.rater.id, one.found.path)
            one.log.add(one.events)

    def everyone(self) -> tuple[Rater, ...]:
        """The raters of the study, and those whom files have brought."""
        return tuple({**self._theirs, **{id_: log.rater for id_, log in self._logs.items()}}.values())

    def notes(self) -> Iterator[str]:
        """Forks, gaps and names, by rater; then who was left out or is not known."""
        names = told_apart(self.everyone())
        for log in sorted(self._logs.values(), key=lambda log: names[log.rater.id]):
            name = names[log.rater.id]
            if at := forks(sequence for sequence, _, _ in log.links):
                yield (
                    f"{name} went on in two copies of the file from event {at[0]}: both are kept. Of two answers to one"
                    " trial, the one with more events before it counts; an answer taken back in either counts in"
                    " neither."
                )
            gap = first_gap(sorted(log.links))
            if gap is not None:
                yield f"Of {name}, what came before event {gap} is not all there: ask for the whole file."
        yield from renamings(self.everyone(), self._came)
        yield from self._notes
        if strangers := self._logs.keys() - self._theirs.keys():
            yield (
                f"Not handed out by this study: {_listed(sorted(names[one] for one in strangers))}. They came in a copy"
                " of it, and nothing vouches for who they are."
            )

    def _wanted(self, file: StudyFile) -> tuple[list[Rater], tuple[str, ...]]:
        """The raters of a file whose answers may come in, and what is to be told of the others.

        Raises:
            Fault: all of them were taken out of the study for good.
        """
        raters = file.raters()
        ours = {id_ for id_, rater in self._theirs.items() if rater.simulated}
        people = [rater for rater in raters if not rater.simulated and rater.id not in ours]
        gone = [rater for rater in people if digest_of(rater.id) in self._forgotten]
        if gone and len(gone) == len(people):
            raise Fault(f"{file.path} is by a rater who was taken out of the study for good.")
        notes = [] if raters else [f"{file.path}: a copy of the study with nobody in it."]
        if gone:
            names = _listed(rater.pseudonym for rater in gone)
            notes.append(f"Left out of {file.path}, because they were taken out of the study for good: {names}.")
        if stand_ins := [rater.pseudonym for rater in raters if rater.simulated and rater.id not in ours]:
            notes.append(f"Left out of {file.path}, because they are simulated there: {_listed(stand_ins)}.")
        return [rater for rater in people if rater not in gone], tuple(notes)

    def _of_rater(self, file: StudyFile, rater: Rater) -> Brought:
        # Each is read once: what is checked here is what comes in, even where somebody writes past SQLite meanwhile.
        trials, events = trials_of(file, rater), events_of(file, rater)
        is_new = rater.id not in self._theirs and rater.id not in self._logs
        log = self._log(file, rater, trials)
        kinds = kinds_of(trials)
        if not {None, *kinds}.issuperset(map(itemgetter(TRIAL), events)) or (
            not self._rubrics.keys() >= set(map(itemgetter(RUBRIC), events))
        ):
            raise Fault(f"{file.path} {_ALTERED}")
        alteration = alterations(log.key)
        for row in events:
            wrong = alteration(row)
            if wrong is None and log.hashes.get(row[UUID], row[HASH]) != row[HASH]:
                wrong = "is not what was collected before"
            if wrong is not None:
                raise Fault(f"{file.path}: event {row[SEQUENCE]} of {rater.pseudonym} {wrong}.")
        new = tuple(row for row in events if row[UUID] not in log.hashes)
        branches = Counter(map(itemgetter(0), log.links)) + Counter(map(itemgetter(SEQUENCE), new))
        if max(branches.values(), default=0) > MOST_BRANCHES:
            raise Fault(f"{file.path}: the log of {rater.pseudonym} would go more than {MOST_BRANCHES} ways.")
        tool, issue = (
            file.connection.execute(f"SELECT * FROM {table} WHERE rater = ?", (rater.id,)).fetchone()
            for table in ("imported", "issue")
        )
        found = Found(file.path, log.rater, len(new), len(events) - len(new), unanswered(kinds, events))
        vouched = None if file.issued_to() is not None else issue
        return Brought(found, new, rows_of(trials) if is_new else None, log, tool, vouched)

    def _log(self, file: StudyFile, rater: Rater, trials: str) -> Log:
        """What is known of this rater, whose trials have to be those of the file.

        Raises:
            Fault: they are not.
        """
        log, ours = self._logs.get(rater.id), self._theirs.get(rater.id)
        if log is None and ours is not None:
            log = Log(ours, None, self._study.key(ours), self._hashes)
            log.add(events_of(self._study, ours))
        if log is not None:
            if not same_trials(trials, trials_of(self._study, log.rater) if log.trials is None else log.trials):
                raise Fault(f"{file.path} has other trials for {rater.pseudonym} than the study laid down.")
            return log
        if file.issued_to() is not None:
            raise FromACopy(
                f"{file.path} was handed out from another copy of this study. Collect that copy first, or together with"
                " this file."
            )
        self._check_plan(file, rater, rows_of(trials))
        return Log(rater, trials, file.key(rater), self._hashes)

    def _check_plan(self, file: StudyFile, rater: Rater, trials: tuple[Row, ...]) -> None:
        """Are these trials such as the study lays down: what it asks, each once on an occasion?

        Raises:
            Fault: no: answers to them would count as several people's, or as what nobody was asked.
        """
        asked = [about(row) for row in trials]
        if not self._asked.issuperset(asked):
            raise Fault(f"{file.path} has trials for {rater.pseudonym} on what the study does not ask.")
        if len(set(zip(asked, map(occasion, trials), strict=True))) < len(trials):
            raise Fault(f"{file.path} has a trial for {rater.pseudonym} twice. Ask for a fresh copy of it.")


def _told_apart_by(theirs: StudyInfo, ours: StudyInfo) -> str:
    """What is seen to differ between two studies: the titles or, where those agree, the days."""
    if theirs.title != ours.title:
        return f"“{theirs.title}”"
    days = _day(theirs.created), _day(ours.created)
    told = f" ({days[0]}; this one {days[1]})" if all(days) and days[0] != days[1] else ""
    return f"of the same title, but built another time{told}"


def _day(created: str) -> str:
    """The day of a time such as 2026-11-20T08:00:00Z; empty where it is none: the file may say whatever it likes."""
    try:
        return date.fromisoformat(created.partition("T")[0]).isoformat()
    except ValueError:
        return ""


def _listed(names: Iterable[str]) -> str:
    """The first of them."""
    listed = list(names)
    more = len(listed) - _MOST_NAMES
    return ", ".join(listed) if more <= 0 else f"{', '.join(listed[:_MOST_NAMES])} and {more} more"
