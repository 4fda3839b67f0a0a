"""What all commands share: the kinds of arguments, and how faults are told."""

from __future__ import annotations

import csv
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from app.errors import Fault, plain
from app.workers import TOLD, ProgressLines

if TYPE_CHECKING:
    from app.study.file import StudyFile

P = ParamSpec("P")
R = TypeVar("R")

STUDY = click.Path(path_type=Path, dir_okay=False)
RETURNED = click.Path(path_type=Path)
INPUT = click.Path(path_type=Path, dir_okay=False, exists=True)
FOLDER = click.Path(path_type=Path, file_okay=False)
PASSWORD = click.option(
    "--password", "locked", is_flag=True, help="With a password, which is asked for, or is in NEURONJURY_PASSWORD."
)
VARIABLE = "NEURONJURY_PASSWORD"
"""Where a password may be given: as an argument it would stand in the shell's history."""
HOW = f"Run this in a terminal to be asked for it, or set {VARIABLE}."


class _WorkersFault(click.ClickException):
    """A fault that the process which started this worker tells: its code tells it from a bug, which ends with 1."""

    exit_code = TOLD


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Faults become one clear message and exit code 1; only bugs end in a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except Fault as fault:
            from app.study.opening import Locked

            if isinstance(fault, Locked):
                raise click.ClickException(f"{fault} If it is a rater's file, collect it into the study.") from fault
            raise (_WorkersFault if ProgressLines.wanted() else click.ClickException)(_in_full(fault)) from fault
        except KeyboardInterrupt:
            raise click.ClickException("Stopped. What was saved before is still there.") from None

    return run


def _in_full(fault: Fault) -> str:
    """What the window says of it too, and what SQLite said, which helps whoever has to mend a damaged study."""
    cause = fault.__cause__
    return f"{fault}\nSQLite: {plain(str(cause))}" if isinstance(cause, sqlite3.Error) else str(fault)


def new_password(*, wanted: bool) -> str | None:
    """The password that files shall have, asked for twice; None where none is wanted.

    Raises:
        Fault: there is nobody to ask.
    """
    if not wanted:
        return None
    given = os.environ.get(VARIABLE)
    if not given and not has_terminal():
        raise Fault(f"There is no password. {HOW}")
    return given or click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)


def locked_among(files: Iterable[Path]) -> list[Path]:
    """Those that seem to have a password; one may be no study file at all, which is told by whoever opens it."""
    from app.study.opening import check_header

    found = []
    for path in files:
        with suppress(Fault):
            if check_header(path):
                found.append(path)
    return found


def password_of(locked: Sequence[Path], tries: int = 1) -> str | None:
    """The one password of these files; None where there is no file, or nobody to ask.

    Args:
        locked: files with a password.
        tries: how often it is asked for at most, as long as none of them opens with it. One that stands in the
            environment is taken as it is.
    """
    given = os.environ.get(VARIABLE)
    if given or not locked or not has_terminal():
        return given or None
    whose = plain(locked[0].name) if len(locked) == 1 else f"the {len(locked)} files that have one"
    while True:
        password: str = click.prompt(f"Password of {whose}", hide_input=True, err=True)
        tries -= 1
        if tries < 1 or any(_fits(path, password) for path in locked):
            return password
        click.echo("Nothing opens with this password. Once more:", err=True)


def _fits(path: Path, password: str) -> bool:
    from app.study.file import StudyFile
    from app.study.opening import Locked

    try:
        StudyFile.open(path, writable=False, password=password).close()
    except Locked:
        return False
    except Fault:  # whatever else is wrong with it, asking again does not help
        return True
    return True


def opened(path: Path) -> StudyFile:
    """The study file, to be read only; where it has a password, that is asked for.

    Raises:
        Fault: it cannot be opened.
    """
    from app.study.file import StudyFile
    from app.study.opening import Locked

    password = password_of(locked_among([path]))
    try:
        return StudyFile.open(path, writable=False, password=password)
    except Locked as fault:
        raise Fault(str(fault) if password else f"{fault} {HOW}") from fault


def has_terminal() -> bool:
    """Whether somebody is there who could be asked."""
    return sys.stdin.isatty()


def category_names(text: str | None, scale: str) -> list[str]:
    """The labels of plain tables, as `--categories` names them; none where they are numbers.

    Raises:
        Fault: they are needed, or cannot be read.
    """
    if text is None:
        if scale in ("interval", "ratio"):
            return []
        raise Fault(f"On the {scale} scale --categories is needed: all labels that a rater could give, A,B,...")
    try:
        return [name.strip() for name in next(csv.reader([text], skipinitialspace=True))]
    except csv.Error as error:
        raise Fault(f"--categories cannot be read ({error}): give the names with commas between them.") from error
