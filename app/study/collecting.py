"""Bringing together what comes back: a union of events by uuid, whatever the order, however often.

First each file is looked at, and nothing is written: `look` says what it would bring, or why it is refused. `collect`
looks again and writes all that was accepted, in one transaction. Two files are open at most.
"""

from __future__ import annotations

import gc
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import Fault
from app.study import schema
from app.study.file import SUFFIX, StudyFile
from app.study.locking import errors
from app.study.merging import Brought, Found, FromACopy, Home
from app.study.opening import Locked, identity, real
from app.study.pseudonyms import told_apart
from app.study.sound import check_to_keep

Progress = Callable[[int, int], None]
_CONTRADICTS = "was altered: its ids stand for something else in it or in the study. Ask for a fresh copy of it."
_NO_NAME = "\n"
"""Before an id it makes what nobody can be called, until everybody has a name of their own."""
_UNNAME = f"UPDATE rater SET pseudonym = '{_NO_NAME}' || id WHERE id = ? AND pseudonym <> ?"
_NAME = "UPDATE rater SET pseudonym = ? WHERE id = ? AND pseudonym <> ?"
_SORTED_IN_THE_TIME_OF_ONE_PLACED = 5
"""How many entries of the index by trial SQLite sorts while it puts one new entry where it belongs, or more."""
_INSERT = f"INSERT INTO event VALUES ({', '.join('?' * 15)})"
_INSERT_TRIAL = f"INSERT INTO trial VALUES ({', '.join('?' * 11)})"
_WITHDRAW = "UPDATE issue SET withdrawn = max(withdrawn, ?3) WHERE rater = ?1 AND key = ?2"
_INSERT_IMPORTED = (
    "INSERT INTO imported SELECT ?1, ?2, ?3 WHERE ?4 OR EXISTS (SELECT 1 FROM imported WHERE rater = ?1)"
    " ON CONFLICT (rater) DO UPDATE SET at = min(at, excluded.at)"
)


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


def study_files(folder: Path, step: Callable[[], None] = lambda: None) -> Iterator[Path]:
    """The study files in a folder and the folders in it; links to folders are not followed.

    `step` is called at each folder: what it raises comes through.
    """
    for place, inner, names in os.walk(folder):
        step()
        inner.sort()
        yield from (Path(place, name) for name in sorted(names) if name.endswith(SUFFIX))


def files_in(
    named: Iterable[Path], study: Path, step: Callable[[], None] = lambda: None
) -> tuple[list[Path], list[Path]]:
    """What was named with the study files of its folders in their place, each once; and the folders without any.

    Args:
        named: files and folders.
        study: what it is to be collected into; left out of what lies in a folder.
        step: as for `study_files`.
    """
    files: dict[Path, Path] = {}
    without = []
    for path in named:
        found = [path]
        if path.is_dir():
            found = [one for one in study_files(path, step) if real(one) != real(study)]
        if not found:
            without.append(path)
        for one in found:
            files.setdefault(real(one), one)
    return list(files.values()), without


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
    home = Home(study, password)
    return _all_of(home, files, progress, lambda path, brought: None)


def collect(
    study: StudyFile, files: Sequence[Path], progress: Progress | None = None, *, password: str | None = None
) -> Preview:
    """Write all that these files bring and that is not refused, in one transaction; what came in.

    Raises:
        Fault: the study cannot be written; then nothing was. Or as for `look`.
    """
    with _unlinked(study.connection), study.writing() as connection:
        home = Home(study, password)  # in here, so that nobody else adds to the study meanwhile
        with _sorted_at_the_end(connection) as expect:

            def take(path: Path, brought: tuple[Brought, ...]) -> None:
                expect(sum(len(one.events) for one in brought))
                _insert(connection, path, brought)

            preview = _all_of(home, files, progress, take)
        names = [(name, rater_id, name) for rater_id, name in told_apart(home.everyone()).items()]
        # By none in between: one's new name may be another's old one.
        connection.executemany(_UNNAME, [one[1:] for one in names])
        connection.executemany(_NAME, names)
        check_to_keep(study.path, connection)
    return preview


@contextmanager
def _unlinked(connection: sqlite3.Connection) -> Iterator[None]:
    """Without SQLite's looking up what each row refers to, which takes a third as long again as inserting it.

    `Home` has looked at the very rows that come in: trials are about what the study asks, events about trials of their
    rater and a rubric of the study.
    """
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _sorted_at_the_end(connection: sqlite3.Connection) -> Iterator[Callable[[int], None]]:
    """Without the index of events by trial, from where so much comes in that sorting all of it once takes less time.

    Ids of trials are random: each event would go to another place of that index. Nothing that collecting asks needs it.

    Yields:
        To be told how many events come next.
    """
    made_by = schema.objects(connection).get(("index", "event_by_trial"))
    (there,) = connection.execute("SELECT coalesce(max(rowid), 0) FROM event").fetchone()
    came, is_dropped = 0, False

    def expect(new: int) -> None:
        nonlocal came, is_dropped
        came += new
        if made_by and not is_dropped and came > there / _SORTED_IN_THE_TIME_OF_ONE_PLACED:
            connection.execute("DROP INDEX event_by_trial")
            is_dropped = True

    yield expect
    if made_by and is_dropped:
        connection.execute(made_by)


def _all_of(
    home: Home, files: Sequence[Path], progress: Progress | None, take: Callable[[Path, tuple[Brought, ...]], None]
) -> Preview:
    """Look at every file; `take` does with what it brings whatever is to be done, and may refuse it still."""
    found: list[Found] = []
    refused: list[Refused] = []
    waiting: list[Path] = []
    with closing(_opened(home, files, waiting)) as all_opened, _no_cycles_sought():
        for done, (path, opened) in enumerate(all_opened):
            if progress is not None:
                progress(min(done, len(files)), len(files))
            try:
                with opened.result() as file:
                    brought, notes = home.looked_at(file)
                take(path, brought)
            except FromACopy as fault:
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


@contextmanager
def _no_cycles_sought() -> Iterator[None]:
    """Without Python's search for objects that refer to each other in a circle.

    Of a million events there are none, and the search would go through all that is kept of them again and again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _opened(home: Home, *batches: Iterable[Path]) -> Generator[tuple[Path, Future[StudyFile]], None, None]:
    """Each file, and its opening: done, under way, or failed.

    The next one is opened meanwhile, in a thread: nearly all of that is SQLite's checking the file, beside Python.
    """
    with ThreadPoolExecutor(1) as thread:
        ahead: deque[tuple[Path, Future[StudyFile]]] = deque()
        try:
            for batch in batches:  # the second has all that is in it only once the first is through
                for path in batch:
                    # The same once more: opening it would undo SQLite's locks on the one that is being read.
                    if ahead and identity(path) == identity(ahead[0][0]):
                        yield ahead[0]
                        ahead.popleft()
                    ahead.append((path, thread.submit(home.opened, path)))
                    if len(ahead) > 1:
                        yield ahead[0]
                        ahead.popleft()
                while ahead:
                    yield ahead[0]
                    ahead.popleft()
        finally:
            for _, left in ahead:  # somebody stopped it
                if left.exception() is None:
                    left.result().close()


def _insert(connection: sqlite3.Connection, path: Path, brought: Iterable[Brought]) -> None:
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
                    (rater.id, _NO_NAME + rater.id, rater.seed, int(rater.simulated), rater.number),
                )
                connection.executemany(_INSERT_TRIAL, one.trials)
                if one.issue is not None:
                    connection.execute("INSERT INTO issue VALUES (?, ?, ?)", one.issue)
            elif one.issue is not None:
                connection.execute(_WITHDRAW, one.issue)
            if one.imported is not None:
                connection.execute(_INSERT_IMPORTED, (*one.imported, one.trials is not None))
            connection.executemany(_INSERT, one.events)
    except errors("IntegrityError") as error:
        connection.execute("ROLLBACK TO of_file")
        connection.execute("RELEASE of_file")
        raise Fault(f"{path} {_CONTRADICTS}") from error
    connection.execute("RELEASE of_file")  # not where the disk is full, say: SQLite has undone everything then
