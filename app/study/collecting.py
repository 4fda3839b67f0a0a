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
from pathlib import Path

from app.errors import Fault
from app.study.chain import HASH, PREVIOUS, SEQUENCE, UUID, Row, alteration, first_gap, forks
from app.study.file import StudyFile
from app.study.opening import Locked, explained, identity
from app.study.records import Rater

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
    """Trials, but for practice, about which this file says nothing yet."""


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
    """What a person should know of the raters, once all is brought together: forks, gaps, names that two bear."""

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
    found: list[Found] = []
    refused: list[Refused] = []
    for done, path in enumerate(files):
        if progress is not None:
            progress(done, len(files))
        try:
            brought = home.looked_at(path)
        except Fault as fault:
            refused.append(Refused(path, str(fault), isinstance(fault, Locked)))
            continue
        home.accept(brought)
        found += [one.found for one in brought]
    if progress is not None:
        progress(len(files), len(files))
    return Preview(tuple(found), tuple(refused), tuple(home.notes()))


def collect(
    study: StudyFile, files: Sequence[Path], progress: Progress | None = None, *, password: str | None = None
) -> Preview:
    """Write all that these files bring and that is not refused, in one transaction; what came in.

    Raises:
        Fault: the study cannot be written; then nothing was. Or as for `look`.
    """
    home = _Home(study, password)
    found: list[Found] = []
    refused: list[Refused] = []
    with study.writing() as connection:
        for done, path in enumerate(files):
            if progress is not None:
                progress(done, len(files))
            try:
                brought = home.looked_at(path)
                _insert(connection, path, brought)
            except Fault as fault:
                refused.append(Refused(path, str(fault), isinstance(fault, Locked)))
                continue
            home.accept(brought)
            found += [one.found for one in brought]
        names = [(name, rater_id, name) for rater_id, name in home.names().items()]
        # By their ids in between: one's new name may be another's old one.
        connection.executemany(f"UPDATE rater SET pseudonym = id {_RENAMED}", [one[1:] for one in names])
        connection.executemany(f"UPDATE rater SET pseudonym = ? {_RENAMED}", names)
    if progress is not None:
        progress(len(files), len(files))
    return Preview(tuple(found), tuple(refused), tuple(home.notes()))


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
            if one.imported is not None:
                connection.execute(_INSERT_IMPORTED, (*one.imported, one.trials is not None))
            connection.executemany(_INSERT, one.events)
    except sqlite3.IntegrityError as error:
        connection.execute("ROLLBACK TO of_file")
        raise Fault(f"{path} {_CONTRADICTS}") from error
    finally:
        connection.execute("RELEASE of_file")


_CONTRADICTS = "was altered: its ids stand for something else in it or in the study. Ask for a fresh copy of it."
_RENAMED = "WHERE id = ? AND pseudonym <> ?"
_INSERT = f"INSERT INTO event VALUES ({', '.join('?' * 15)})"
_INSERT_TRIAL = f"INSERT INTO trial VALUES ({', '.join('?' * 11)})"
_INSERT_IMPORTED = (
    "INSERT INTO imported SELECT ?1, ?2, ?3 WHERE ?4 OR EXISTS (SELECT 1 FROM imported WHERE rater = ?1)"
    " ON CONFLICT (rater) DO UPDATE SET at = min(at, excluded.at)"
)
_ID = 4
"""Letters of an id that stand behind a name which somebody else has too, at least."""
_TRIAL = 3
"""Where in the row of an event its trial is."""
_KIND, _SHOWN = 7, (3, 8)
"""Where in the row of a trial its kind is, and what it shows."""


def digest_of(rater: str) -> str:
    """What is kept of a rater who was taken out for good: SHA-256 of a random id, which nobody can turn back."""
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
        self._stimuli = {stimulus for (stimulus,) in study.connection.execute("SELECT id FROM stimulus")}
        self._forgotten = {digest for (digest,) in study.connection.execute("SELECT rater FROM forgotten")}
        self._logs: dict[str, _Log] = {}
        self._hashes: dict[str, str] = {}

    def looked_at(self, path: Path) -> list[_Brought]:
        """What a file brings.

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
            brought = [self._of_rater(file, rater) for rater in file.raters() if not rater.simulated]
        if len({one.found.rater.id for one in brought}) < len(brought):
            raise Fault(f"{path} {_CONTRADICTS}")
        return brought

    def accept(self, brought: Iterable[_Brought]) -> None:
        """Count what a file brings among what is known: only once all of the file is taken."""
        for one in brought:
            self._logs[one.found.rater.id] = one.log
            one.log.add(one.events)

    def notes(self) -> Iterator[str]:
        """Forks, gaps and names, by rater."""
        names = self.names()
        for log in sorted(self._logs.values(), key=lambda log: names[log.rater.id]):
            name = names[log.rater.id]
            if name != log.rater.pseudonym:
                yield f"Two raters are called {log.rater.pseudonym}: this one becomes {name}."
            if at := forks(sequence for sequence, _, _ in log.links):
                yield (
                    f"{name} went on in two copies of the file from event {at[0]}: both are kept. Of two answers to one"
                    " trial, the one with more events before it counts."
                )
            gap = first_gap(sorted(log.links))
            if gap is not None:
                yield f"Of {name}, what came before event {gap} is not all there: ask for the whole file."

    def names(self) -> dict[str, str]:
        """Rater to pseudonym: where several have the same, all of them with the beginning of their id behind it.

        It follows from who is there alone, and not from who came first.
        """
        everyone = {**self._theirs, **{id_: log.rater for id_, log in self._logs.items()}}
        plain = {id_: _without_id(rater.pseudonym, id_) for id_, rater in everyone.items()}
        bearers = Counter(plain.values())
        taken = {name for name, n in bearers.items() if n == 1}
        names = {}
        for id_, name in sorted(plain.items()):
            if bearers[name] > 1:
                # Longer where somebody's own name looks like that already.
                longer = (f"{name} {id_[:length]}" for length in range(_ID, len(id_) + 1))
                name = next((one for one in longer if one not in taken), id_)
                taken.add(name)
            names[id_] = name
        return names

    def _of_rater(self, file: StudyFile, rater: Rater) -> _Brought:
        if digest_of(rater.id) in self._forgotten:
            raise Fault(f"{file.path} is by a rater who was taken out of the study for good.")
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
        said = {row[_TRIAL] for row in events}
        left = sum(row[_KIND] != "practice" and row[0] not in said for row in trials)
        tool = file.connection.execute("SELECT * FROM imported WHERE rater = ?", (rater.id,)).fetchone()
        found = Found(file.path, log.rater, len(new), len(events) - len(new), left)
        return _Brought(found, new, trials if is_new else None, log, tool)

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
            raise Fault(f"{file.path} was handed out from another copy of this study. Collect it there.")
        if not {row[place] for row in trials for place in _SHOWN} - {None} <= self._stimuli:
            raise Fault(f"{file.path} has trials for {rater.pseudonym} on stimuli that the study does not have.")
        return _Log(rater, trials, None, self._hashes)


def _without_id(name: str, id_: str) -> str:
    """A pseudonym as it was before the beginning of the rater's id was put behind it."""
    before, _, end = name.rpartition(" ")
    return before if before and len(end) >= _ID and id_.startswith(end) else name


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
