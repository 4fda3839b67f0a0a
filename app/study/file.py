"""The study file, opened: what may be read from it, and the few ways to add to it.

A rollback journal and synchronous=EXTRA: people copy and mail these files, and a write-ahead log beside them would be
left behind. The file may come from anybody, so nothing in it is run that this program did not write.
"""

from __future__ import annotations

import os
import random
import sqlite3
import uuid
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from app.errors import Fault
from app.study import schema
from app.study.creation import Progress, insert_study
from app.study.locking import check_new_password
from app.study.opening import (
    Locked,
    check_content,
    check_header,
    check_known,
    connect,
    explained,
    identity,
    is_cut_off,
)
from app.study.plan import Item, KnownItem, plan_trials, repeats_that_fit
from app.study.reader import Reader
from app.study.records import NewStudy, Rater, Trial
from app.study.upgrading import upgrade, upgraded_copy

SUFFIX = ".jury"
ORDER_SEED = "order_seed"
"""The fact that holds the seed of what the raters' orders share; no rater's file has it."""


class StudyFile(Reader):
    """One open study file. Close it, or use it in a `with` statement.

    Reads and writes may come from different threads, one at a time.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, password: str | None = None) -> None:
        self.path = path
        self.connection = connection
        self.password = password
        """What it was opened with, where it has one: what is made of it gets the same."""
        self._identity = identity(path)

    @classmethod
    def create(cls, path: Path, new: NewStudy, progress: Progress | None = None) -> None:
        """Write a new study file, whole or not at all.

        Raises:
            Fault: there is a file at `path` already, or it cannot be written.
        """
        with new_file(path) as connection:
            insert_study(connection, new, progress)

    @classmethod
    def open(cls, path: Path, *, writable: bool = True, steady: bool = False, password: str | None = None) -> Self:
        """Open a study file; of one that has no password, `password` is ignored.

        One of an older schema is upgraded, with a backup beside it; with `writable=False` it stays as it is, and what
        is read is an upgraded copy. With `steady` it stays as it was checked until it is closed: whoever else writes to
        it waits.

        Raises:
            Locked: it seems to have a password, and none was given, or a wrong one.
            Fault: there is no such file, it is no study file, it is damaged, or it is from a newer version; the file
                is then as it was.
        """
        locked = check_header(path)
        if locked and not password:
            raise Locked(f"{path} needs a password, or is no study file.")
        if writable and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
            raise Fault(
                f"{path} cannot be written to. Copy it to a folder of your own (Documents, say) and open it there."
            )
        with explained(path):
            # What a crash left half written must be undone before it is read, and that is a write.
            mode = "rw" if writable or is_cut_off(path) else "ro"
            password = password if locked else None
            connection = connect(path, mode, password)
            try:
                if locked:
                    check_known(path, connection)
                if schema.version_of(connection) == schema.VERSION:
                    if steady:
                        connection.execute("BEGIN")
                    check_content(path, connection)
                elif writable:
                    upgrade(path, connection, password)
                else:
                    with closing(connection) as older:
                        connection = upgraded_copy(path, older, password)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection, password)

    def close(self) -> None:
        """Close the file; it is whole on disk already."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- what may be added ------------------------------------------------------------------------------------

    def add_rater(
        self, pseudonym: str, *, simulated: bool = False, seed: int | None = None, only: Collection[str] | None = None
    ) -> Rater:
        """Add a rater with all their trials, as the protocol says, from a stored seed.

        Args:
            pseudonym: what the rater is called.
            simulated: a stand-in, not a person.
            seed: of the rater's order; drawn where None.
            only: what this rater is to judge: ids of stimuli, of pairs in the two-alternative task, or, where units are
                named, `unit 1` and so on. Where that is too little for the repeats, fewer come again.

        Raises:
            Fault: the name is empty, too long or taken, the file was handed out to somebody, or it cannot be written.
        """
        with self.writing() as connection:
            return self.insert_rater(connection, pseudonym, simulated=simulated, seed=seed, only=only)

    def insert_rater(
        self,
        connection: sqlite3.Connection,
        pseudonym: str,
        *,
        simulated: bool = False,
        seed: int | None = None,
        only: Collection[str] | None = None,
    ) -> Rater:
        """As `add_rater`, within a transaction that is under way."""
        pseudonym = tidy(pseudonym)
        if not 1 <= len(pseudonym) <= 60 or not pseudonym.isprintable():
            raise Fault("Please give a name of 1 to 60 letters, such as initials or a nickname.")
        if self.issued_to() is not None:
            raise Fault(f"{self.path} was handed out to one rater: nobody else can be added to it.")
        own_seed = random.SystemRandom().getrandbits(63) if seed is None else seed
        others = self.raters()
        if any(other.pseudonym == pseudonym for other in others):
            raise Fault(f"There is a rater called {pseudonym} in this study already.")
        number = 1 + sum(other.simulated == simulated for other in others)
        rater = Rater(str(uuid.uuid4()), pseudonym, own_seed, simulated, number)
        items = self._items(only)
        bare = next((unit for unit, of_unit in items.items() if not of_unit), None)
        if only is None and bare is not None:
            raise Fault(f"{self.path} is incomplete: unit {bare} has nothing to judge. Ask for a fresh copy of it.")
        try:
            planned = plan_trials(
                self.protocol(),
                {unit: of_unit for unit, of_unit in items.items() if of_unit},
                self._known_items(),
                number=number,
                seed=own_seed,
                study_seed=self._shared_seed(),
                fewer_repeats=only is not None,
            )
        except ValueError as error:
            raise Fault(f"{self.path} was altered: {error}. Ask for a fresh copy of it.") from error
        connection.execute(
            "INSERT INTO rater VALUES (?, ?, ?, ?, ?)", (rater.id, pseudonym, own_seed, int(simulated), number)
        )
        insert_trials(connection, rater, planned)
        return rater

    def trials_of_all(self) -> int:
        """How many trials somebody has who judges everything there is; practice counts nowhere."""
        protocol = self.protocol()
        main = sum(len(of_unit) + repeats_that_fit(protocol, len(of_unit)) for of_unit in self._items().values())
        return main + sum(known.kind == "catch" for known in self._known_items())

    def _shared_seed(self) -> int:
        """The seed of what raters' orders share: never one that somebody with a rater's file could guess.

        With it the order would tell which trials are catch trials.
        """
        info = self.info()
        own = info.facts.get(ORDER_SEED)
        return own if isinstance(own, int) else info.seed

    def _items(self, only: Collection[str] | None = None) -> dict[int, list[Item]]:
        """What each unit's raters are to judge: stimuli, pairs of them, or the unit itself; of `only` these."""
        units = [number for (number,) in self._rows("SELECT number FROM unit ORDER BY number")]
        task = self.rubric().task
        items: dict[int, list[Item]] = {unit: [] for unit in units}
        if task == "name_it":
            return {unit: [Item(None)] if only is None or f"unit {unit}" in only else [] for unit in units}
        if task == "which_one":
            # In the order of their ids, whichever is the stronger: the sides must not follow from it.
            rows = self._rows(
                'SELECT unit, pair.id, min("first", second), max("first", second) FROM pair'
                ' JOIN stimulus ON stimulus.id = "first" ORDER BY unit, pair.id'
            )
        else:
            rows = self._rows(
                "SELECT unit, id, id, NULL FROM stimulus WHERE id NOT IN (SELECT stimulus FROM known) ORDER BY unit, id"
            )
        for unit, id_, stimulus, other in rows:
            if only is None or id_ in only:
                items[unit].append(Item(stimulus, other))
        return items

    def _known_items(self) -> list[KnownItem]:
        rows = self._rows("SELECT kind, unit, id, other FROM known JOIN stimulus ON id = known.stimulus ORDER BY id")
        return [
            KnownItem(kind, unit, Item(*sorted([stimulus, other]) if other else [stimulus]))
            for kind, unit, stimulus, other in rows
        ]

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: on disk when the block ends, or undone if anything in it fails.

        Raises:
            Fault: the file was moved or replaced, is locked, or the disk is full.
        """
        with self._in_place():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def write(self, sql: str, values: tuple[object, ...]) -> int:
        """One statement as a transaction of its own, on disk when this returns; the number of rows that it wrote.

        Raises:
            Fault: as for `writing`.
        """
        with self._in_place():
            return self.connection.execute(sql, values).rowcount

    def compact(self) -> None:
        """Write the file anew, without what was deleted from it.

        Raises:
            Fault: as for `writing`.
        """
        with self._in_place():
            self.connection.execute("VACUUM")

    @contextmanager
    def _in_place(self) -> Iterator[None]:
        if identity(self.path) != self._identity:
            raise Fault(f"{self.path} was moved, removed or replaced while it was open. Put it back and open it again.")
        with explained(self.path):
            yield


@contextmanager
def new_file(path: Path, password: str | None = None, *, replace: bool = False) -> Iterator[sqlite3.Connection]:
    """The empty tables of a new study file, to be filled in one transaction; whole on disk when the block ends.

    Args:
        path: where it is to lie.
        password: of the new file.
        replace: it takes the place of what lies there, once it is whole.

    Raises:
        Fault: there is a file at `path` already, it cannot be written, or the password will not do; then nothing is
            left behind.
    """
    check_new_password(password)
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")
    if lies_there(path) and not replace:
        raise Fault(f"{path} exists already. Choose another name, or move this one away first.")
    try:
        # Of a name too long for its journal SQLite would only say that it cannot be opened.
        part.with_name(f"{part.name}-journal").exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        with explained(path), closing(connect(part, "rwc", password)) as connection:
            schema.migrations.apply(Database(connection))
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise Fault(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # it never came to be, where its name is too long
            part.unlink()


def lies_there(path: Path) -> bool:
    """Whether there is something at `path`, where a file is to be written.

    Raises:
        Fault: nothing can be there: the name is too long, or the folder is closed to whoever asks.
    """
    try:
        return path.exists()
    except OSError as error:
        raise Fault(f"{path} cannot be written: {error.strerror}.") from error


def _sync_folder(folder: Path) -> None:
    """See to it that a new name in a folder survives a power cut; where that cannot be asked for, it takes seconds."""
    with suppress(OSError):  # Windows opens no folders, and some network drives sync none
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def tidy(pseudonym: str) -> str:
    """A pseudonym as it is stored: one space wherever there is white space between words."""
    return " ".join(pseudonym.split())


def insert_trials(connection: sqlite3.Connection, rater: Rater, trials: Iterable[Trial]) -> None:
    """Write a rater's trials."""
    connection.executemany(
        "INSERT INTO trial VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [_trial_row(rater, trial) for trial in trials]
    )


def _trial_row(rater: Rater, trial: Trial) -> tuple[object, ...]:
    return (
        trial.id,
        rater.id,
        trial.position,
        trial.stimulus,
        trial.unit,
        trial.condition,
        trial.occasion,
        trial.kind,
        trial.other,
        int(trial.references),
        trial.block,
    )
