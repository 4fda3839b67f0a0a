"""Bringing together what comes back: a union of events by uuid, whatever the order, however often.

First each file is looked at, and nothing is written: `look` says what it would bring, or why it is refused. `collect`
looks again and writes all that was accepted, in one transaction. Files are read one by one.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from app.errors import Fault
from app.study.chain import HASH, PREVIOUS, SEQUENCE, UUID, Row, alteration, first_gap, forks
from app.study.file import StudyFile
from app.study.opening import Locked, explained, identity
from app.study.packing import NO_PICTURE
from app.study.pseudonyms import renamings, told_apart
from app.study.records import Rater
from app.study.sound import MOST_BRANCHES, check_to_keep

Progress = Callable[[int, int], None]


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


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken, and why."""

    path: Path
    why: str
    locked: bool = False
    """It seems to have a password, and this was none or the wrong one."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come in."""

    found: tuple[Found, ...]
    refused: tuple[Refused, ...]
    notes: tuple[str, ...]
    """What a person should know of the raters, once all is brought together: forks, gaps, names that two bear, raters
    who were left out, and those whom the study did not hand out to."""

    @property
    def events(self) -> int:
        """How many events are new."""
        return sum(one.new for one in self.found)


def look(
    study: StudyFile, files: Sequence[Path], progress: Progress | None = None, *, password: str | None = None
) -> Preview:
    """Say what these files would bring; nothing is written.

    A file is refused as a whole where it is no study file, is damaged, or belongs to another study, rubric or plan; and
    where an event in it was altered, or was not written with the key of the rater's file. `password` is for whichever
    of them have one.

    Raises:
        Fault: the study itself cannot be read, or was handed out to somebody.
    """
    home = _Home(study, password)
    return _all_of(home, files, progress, lambda path, brought: None)


def collect(
    study: StudyFile, files: Sequence[Path], progress: Progress | None = None, *, password: str | None = None
) -> Preview:
    """Write all that these files bring and that is not refused, in one transaction; what came in.

    Raises:
        Fault: the study cannot be written; then nothing was. Or as for `look`.
    """
    with study.writing() as connection:
        home = _Home(study, password)  # in here, so that nobody else adds to the study meanwhile
        preview = _all_of(home, files, progress, lambda path, brought: _insert(connection, path, brought))
        names = [(name, rater_id, name) for rater_id, name in told_apart(home.everyone()).items()]
        # By their ids in between: one's new name may be another's old one.
        connection.executemany(f"UPDATE rater SET pseudonym = id {_RENAMED}", [one[1:] for one in names])
        connection.executemany(f"UPDATE rater SET pseudonym = ? {_RENAMED}", names)
        check_to_keep(study.path, connection)
    return preview


def _all_of(
    home: _Home, files: Sequence[Path], progress: Progress | None, take: Callable[[Path, tuple[_Brought, ...]], None]
) -> Preview:
    """Look at every file; `take` does with what it brings whatever is to be done, and may refuse it still."""
    found: list[Found] = []
    refused: list[Refused] = []
    waiting: list[Path] = []
    for done, path in enumerate(chain(files, waiting)):
        if progress is not None:
            progress(min(done, len(files)), len(files))
        try:
            brought, notes = home.looked_at(path)
            take(path, brought)
        except _FromACopy as fault:
            if done < len(files):
                waiting.append(path)  # that copy of the study may come yet
            else:
                refused.append(Refused(path, str(fault)))
        except Fault as fault:
            refused.append(Refused(path, str(fault), isinstance(fault, Locked)))
        else:
            home.accept(brought, notes)
            found += [one.found for one in brought]
    if progress is not None:
        progress(len(files), len(files))
    return Preview(tuple(found), tuple(refused), tuple(home.notes()))


class _FromACopy(Fault):
    """The file was handed out from another copy of the study."""


def _insert(connection: sqlite3.Connection, path: Path, brought: Iterable[_Brought]) -> None:
    """Write what one file brings, or nothing of it.

    Raises:
        Fault: it has ids that mean something else in the study already: no honest file has.
    """
    connection.execute("SAVEPOINT of_file")
    try:
        for one in brought:
            if one.trials is not None:
                rater = one.found.rater
                connection.execute(
                    "INSERT INTO rater VALUES (?, ?, ?, ?, ?)",
                    (rater.id, rater.id, rater.seed, int(rater.simulated), rater.number),
                )
                connection.executemany(_INSERT_TRIAL, one.trials)
                if one.issue is not None:
                    connection.execute("INSERT INTO issue VALUES (?, ?, ?)", one.issue)
            if one.imported is not None:
                connection.execute(_INSERT_IMPORTED, (*one.imported, one.trials is not None))
            connection.executemany(_INSERT, one.events)
    except sqlite3.IntegrityError as error:
        connection.execute("ROLLBACK TO of_file")
        connection.execute("RELEASE of_file")
        raise Fault(f"{path} {_CONTRADICTS}") from error
    connection.execute("RELEASE of_file")  # not where the disk is full, say: SQLite has undone everything then


_CONTRADICTS = "was altered: its ids stand for something else in it or in the study. Ask for a fresh copy of it."
_RENAMED = "WHERE id = ? AND pseudonym <> ?"
_INSERT = f"INSERT INTO event VALUES ({', '.join('?' * 15)})"
_INSERT_TRIAL = f"INSERT INTO trial VALUES ({', '.join('?' * 11)})"
_INSERT_IMPORTED = (
    "INSERT INTO imported SELECT ?1, ?2, ?3 WHERE ?4 OR EXISTS (SELECT 1 FROM imported WHERE rater = ?1)"
    " ON CONFLICT (rater) DO UPDATE SET at = min(at, excluded.at)"
)
_TRIAL, _SAID = 3, 4
"""Where in the row of an event its trial is, and of what kind it is."""
_SHOWN, _UNIT, _OCCASION, _KIND = (3, 8), 4, 6, 7
"""Where in the row of a trial these are: what it shows, from left to right."""
_ANSWERS = frozenset(("label", "cannot_tell", "nothing"))
_MOST_NAMES = 5


def digest_of(rater: str) -> str:
    """What is kept of a rater who was taken out for good: SHA-256 of the id.

    Ids of our own are random, and nobody can turn the hash back. The id of an imported rater follows from study, tool
    and account: who guesses these can check the guess.
    """
    return hashlib.sha256(rater.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Brought:
    """What a file brings of one rater, with the events; `trials` of a rater whom the study does not know."""

    found: Found
    events: tuple[Row, ...]
    trials: tuple[Row, ...] | None
    log: _Log
    imported: Row | None
    """That the rater's answers were read from another tool's file."""
    issue: Row | None
    """Of a rater whom the study does not know: the key that was issued in a copy of it."""


@dataclass
class _Log:
    """What is known of a rater's log so far, from the study and from the files before."""

    rater: Rater
    trials: tuple[Row, ...]
    key: bytes | None
    hashes: dict[str, str]
    """Event to hash, of everybody's events: one id is one event, whoever says it is theirs."""
    links: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, events: Iterable[Row]) -> None:
        for row in events:
            self.hashes[row[UUID]] = row[HASH]
            self.links.append((row[SEQUENCE], row[PREVIOUS], row[HASH]))


class _Home:
    """The study that all comes back to, and what files have brought so far."""

    def __init__(self, study: StudyFile, password: str | None) -> None:
        if study.issued_to() is not None:
            raise Fault(f"{study.path} was handed out to one rater: collect into the study that it was made from.")
        self._study = study
        self._password = password
        self._uuid = study.info().uuid
        self._rubrics = _rubrics(study)
        self._theirs = {rater.id: rater for rater in study.raters()}
        self._shown = _shown(study)
        self._asked = _asked(study)
        self._forgotten = {digest for (digest,) in study.connection.execute("SELECT rater FROM forgotten")}
        self._logs: dict[str, _Log] = {}
        self._hashes: dict[str, str] = {}
        self._notes: list[str] = []

    def looked_at(self, path: Path) -> tuple[tuple[_Brought, ...], tuple[str, ...]]:
        """What a file brings, and what is to be told of it.

        Raises:
            Fault: it is refused.
        """
        if identity(path) == identity(self._study.path):  # by whatever name: reading it here would undo SQLite's locks
            raise Fault(f"{path} is the study itself.")
        with explained(path), StudyFile.open(path, writable=False, password=self._password) as file:
            if file.info().uuid != self._uuid:
                raise Fault(f"{path} belongs to another study: “{file.info().title}”.")
            if not _rubrics(file).items() <= self._rubrics.items():
                raise Fault(f"{path} asks another question, or explains its answers otherwise, than the study.")
            if not _shown(file) <= self._shown:
                raise Fault(f"{path} shows other images than the study: it was altered. Ask for a fresh copy of it.")
            raters, notes = self._wanted(file)
            brought = tuple(self._of_rater(file, rater) for rater in raters)
        if len({one.found.rater.id for one in brought}) < len(brought):
            raise Fault(f"{path} {_CONTRADICTS}")
        return brought, notes

    def accept(self, brought: Iterable[_Brought], notes: Iterable[str]) -> None:
        """Count what a file brings among what is known: only once all of the file is taken."""
        self._notes += notes
        for one in brought:
            self._logs[one.found.rater.id] = one.log
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
        yield from renamings(self.everyone())
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
        people = [rater for rater in raters if not rater.simulated]
        gone = [rater for rater in people if digest_of(rater.id) in self._forgotten]
        if gone and len(gone) == len(people):
            raise Fault(f"{file.path} is by a rater who was taken out of the study for good.")
        notes = []
        if gone:
            names = _listed(rater.pseudonym for rater in gone)
            notes.append(f"Left out of {file.path}, because they were taken out of the study for good: {names}.")
        ours = {id_ for id_, rater in self._theirs.items() if rater.simulated}
        if stand_ins := [rater.pseudonym for rater in raters if rater.simulated and rater.id not in ours]:
            notes.append(f"Left out of {file.path}, because they are simulated there: {_listed(stand_ins)}.")
        return [rater for rater in people if rater not in gone], tuple(notes)

    def _of_rater(self, file: StudyFile, rater: Rater) -> _Brought:
        trials, events = _trials(file, rater), _events(file, rater)
        if len({row[UUID] for row in events}) < len(events) or len({row[0] for row in trials}) < len(trials):
            raise Fault(f"{file.path} {_CONTRADICTS}")
        is_new = rater.id not in self._theirs and rater.id not in self._logs
        log = self._log(file, rater, trials)
        for row in events:
            wrong = alteration(row, log.key)
            if wrong is None and log.hashes.get(row[UUID], row[HASH]) != row[HASH]:
                wrong = "is not what was collected before"
            if wrong is not None:
                raise Fault(f"{file.path}: event {row[SEQUENCE]} of {rater.pseudonym} {wrong}.")
        new = tuple(row for row in events if row[UUID] not in log.hashes)
        branches = Counter(chain((link[0] for link in log.links), (row[SEQUENCE] for row in new)))
        if max(branches.values(), default=0) > MOST_BRANCHES:
            raise Fault(f"{file.path}: the log of {rater.pseudonym} would go more than {MOST_BRANCHES} ways.")
        standing = _standing(events)
        left = sum(row[_KIND] != "practice" and row[0] not in standing for row in trials)
        tool, issue = (
            file.connection.execute(f"SELECT * FROM {table} WHERE rater = ?", (rater.id,)).fetchone()
            for table in ("imported", "issue")
        )
        found = Found(file.path, log.rater, len(new), len(events) - len(new), left)
        return _Brought(found, new, trials if is_new else None, log, tool, issue)

    def _log(self, file: StudyFile, rater: Rater, trials: tuple[Row, ...]) -> _Log:
        """What is known of this rater, whose trials have to be those of the file.

        Raises:
            Fault: they are not.
        """
        log = self._logs.get(rater.id)
        if log is None and rater.id in self._theirs:
            ours = self._theirs[rater.id]
            log = _Log(ours, _trials(self._study, ours), self._study.key(ours), self._hashes)
            log.add(_events(self._study, ours))
        if log is not None:
            if [_as_packed(row) for row in trials] != [_as_packed(row) for row in log.trials]:
                raise Fault(f"{file.path} has other trials for {rater.pseudonym} than the study laid down.")
            return log
        if file.issued_to() is not None:
            raise _FromACopy(
                f"{file.path} was handed out from another copy of this study. Collect that copy first, or together with"
                " this file."
            )
        self._check_plan(file, rater, trials)
        return _Log(rater, trials, file.key(rater), self._hashes)

    def _check_plan(self, file: StudyFile, rater: Rater, trials: tuple[Row, ...]) -> None:
        """Are these trials such as the study lays down: what it asks, each once on an occasion?

        Raises:
            Fault: no: answers to them would count as several people's, or as what nobody was asked.
        """
        about = [(row[_KIND], row[_UNIT], frozenset(row[place] for place in _SHOWN) - {None}) for row in trials]
        if not self._asked.issuperset(about):
            raise Fault(f"{file.path} has trials for {rater.pseudonym} on what the study does not ask.")
        occasions = [row[_OCCASION] for row in trials]
        if len(set(zip(about, occasions, strict=True))) < len(trials):
            raise Fault(f"{file.path} has a trial for {rater.pseudonym} twice. Ask for a fresh copy of it.")


def _listed(names: Iterable[str]) -> str:
    """The first of them."""
    listed = list(names)
    more = len(listed) - _MOST_NAMES
    return ", ".join(listed) if more <= 0 else f"{', '.join(listed[:_MOST_NAMES])} and {more} more"


def _standing(events: Iterable[Row]) -> set[str]:
    """The trials on which an answer stands, by the events of one rater in their order."""
    newest = {row[_TRIAL]: row[_SAID] for row in events if row[_SAID] in _ANSWERS or row[_SAID] == "undo"}
    return {trial for trial, said in newest.items() if said != "undo"}


def _shown(study: StudyFile) -> frozenset[Row]:
    """Which picture every stimulus, reference and example is, by its hash; not where a file leaves them out."""
    found: set[Row] = set()
    for sql in (
        f"SELECT 'stimulus', id, unit, image FROM stimulus WHERE image <> '{NO_PICTURE}'",
        "SELECT 'reference', unit, role, rank, activation, image FROM reference",
        "SELECT 'example', rubric, position, rank, image FROM category_example",
    ):
        found.update(study.connection.execute(sql))
    return frozenset(found)


def _asked(study: StudyFile) -> frozenset[Row]:
    """What a trial may be about: its kind, its unit and the stimuli that it shows."""
    run = study.connection.execute
    task = study.rubric().task
    if task == "name_it":
        main = run("SELECT number, NULL, NULL FROM unit")
    elif task == "which_one":
        main = run('SELECT unit, "first", second FROM pair JOIN stimulus ON stimulus.id = "first"')
    else:
        main = run("SELECT unit, id, NULL FROM stimulus WHERE id NOT IN (SELECT stimulus FROM known)")
    known = run("SELECT kind, unit, id, other FROM known JOIN stimulus ON id = known.stimulus")
    rows = chain((("main", *row) for row in main), known)
    return frozenset((kind, unit, frozenset(shown) - {None}) for kind, unit, *shown in rows)


def _events(study: StudyFile, rater: Rater) -> tuple[Row, ...]:
    """A rater's events as the table has them: a million of them are compared as they are, and made nothing of."""
    sql = "SELECT * FROM event WHERE rater = ? ORDER BY sequence, uuid"
    return tuple(study.connection.execute(sql, (rater.id,)))


def _trials(study: StudyFile, rater: Rater) -> tuple[Row, ...]:
    return tuple(study.connection.execute("SELECT * FROM trial WHERE rater = ? ORDER BY position", (rater.id,)))


def _as_packed(row: Row) -> Row:
    """A trial as a file that was handed out has it: there a catch trial looks like any other."""
    return (*row[:_KIND], "main", *row[_KIND + 1 :]) if row[_KIND] == "catch" else row


def _rubrics(study: StudyFile) -> dict[object, object]:
    """Every version of the question and its answers, as the file has it."""
    rows = study.connection.execute("SELECT * FROM rubric").fetchall()
    answers = study.connection.execute("SELECT rubric, position, name, definition FROM category").fetchall()
    return {row[0]: (row, sorted(answer for answer in answers if answer[0] == row[0])) for row in rows}
