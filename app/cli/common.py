"""What all commands share: the kinds of arguments, and how faults are told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from app.errors import Fault
from app.workers import TOLD, ProgressLines

P = ParamSpec("P")
R = TypeVar("R")

STUDY = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


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
            raise (_WorkersFault if ProgressLines.wanted() else click.ClickException)(str(fault)) from fault
        except KeyboardInterrupt:
            raise click.ClickException("Stopped. What was saved before is still there.") from None

    return run
