"""Files written whole or not at all, and those of an earlier report removed."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from app.errors import Fault
from app.export.tables import CURVES, MORE_CURVES, TABLES

FIGURES = "figures"
_NAMES = (
    "report.html", "report.json", "report.pdf", "figures.csv", "judgements.csv", "judgements.parquet", "references.bib",
    *(f"{name}.csv" for name in (*CURVES, *MORE_CURVES, *TABLES)),
)  # fmt: skip
CHARTS = (
    "correct_given_gap", "label_given_activation", "label_and_activation", "label_contribution",
    "label_given_activation_each", "activation_given_label", "mean_given_activation", "auroc", "roc", "ceiling",
    "rater_bias", "confusion", "retest", "session_drift", "revealing", "anchoring", "units",
)  # fmt: skip
"""The keys of the charts that a report may hold; a chart that there is once for each label has a number behind it."""
_CHART = re.compile(rf"(?:{'|'.join(CHARTS)})(?:_\d+)?\.(?:svg|png)")


def make_folder(out: Path) -> None:
    """Make the folder `out` if it is missing.

    Raises:
        Fault: something else has that name, or the folder cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise Fault(f"{out} is a file: name a folder for the report") from error
    except OSError as error:
        raise Fault(f"the folder {out} cannot be made ({error.strerror}): name another for the report") from error


def write_whole(path: Path, content: str | bytes) -> None:
    """Put `content` at `path` in one step, so that nobody ever reads half a file.

    A lone surrogate (a file name in no known encoding) becomes its escape, which JSON reads back as it was.

    Raises:
        Fault: the file cannot be written; what lay there before is untouched.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Fault(f"{path} cannot be written ({error.strerror}): free it, or name another folder") from error


def remove_others(out: Path, written: Collection[str]) -> None:
    """Remove what an earlier report left in `out` and this one did not write; files of other names stay.

    Raises:
        Fault: one cannot be removed.
    """
    for name in _of_reports(out):
        if name not in written:
            _remove(out / name)
    with suppress(OSError):  # whatever else lies there stays, and so does its folder
        (out / FIGURES).rmdir()


def is_reports(name: str) -> bool:
    """Whether a report would write a file of this name into its folder."""
    return name in _NAMES


def _of_reports(out: Path) -> Iterator[str]:
    yield from _NAMES
    for path in sorted((out / FIGURES).glob("*")):
        if _CHART.fullmatch(path.name):
            yield f"{FIGURES}/{path.name}"


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Fault(f"{path} is of an earlier report and cannot be removed: {error.strerror}.") from error
