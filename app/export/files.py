"""Files written whole or not at all, and a report's folder, in which nothing is touched but what a report wrote."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from app.errors import Fault
from app.export.tables import CURVES, MORE_CURVES, TABLES

FIGURES = "figures"
MANIFEST = ".neuronjury.json"
"""What a report wrote into its folder: {"files": {name: sha256}}. While it writes, "earlier" holds the sums of what it
writes over, {name: [sha256, ...]}: after a crash both are known as a report's."""
_OF_FORMAT: Mapping[str, tuple[str, ...]] = {
    "html": ("report.html",),
    "json": ("report.json",),
    "csv": ("figures.csv", *(f"{name}.csv" for name in (*CURVES, *MORE_CURVES, *TABLES))),
    "pdf": ("report.pdf",),
    "figures": (),
    "judgements": ("judgements.csv", "judgements.parquet"),
    "bib": ("references.bib",),
}
"""The names that each format may write; those of charts are `_CHART`."""
_NAMES = frozenset(name for names in _OF_FORMAT.values() for name in names)
CHARTS = (
    "correct_given_gap", "label_given_activation", "label_and_activation", "label_contribution",
    "label_given_activation_each", "activation_given_label", "mean_given_activation", "auroc", "roc", "ceiling",
    "rater_bias", "confusion", "retest", "session_drift", "revealing", "anchoring", "units",
)  # fmt: skip
"""The keys of the charts that a report may hold; a chart that there is once for each label has a number behind it."""
_TOLD = 4
"""So many names stand in a message."""
_UNASKED = re.compile(r"\..*|desktop\.ini|Thumbs\.db", re.IGNORECASE)
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
    data = _bytes(content)
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


def strangers_in(out: Path) -> list[str]:
    """What lies in the folder of a report that has none yet, by name, but for what systems put there unasked.

    Empty where the folder is empty or missing, or where a report was written into it before.
    """
    if (out / MANIFEST).exists() or not out.is_dir():
        return []
    try:
        return sorted(path.name for path in out.iterdir() if not _UNASKED.fullmatch(path.name))
    except OSError:
        return []  # it is told later why a report cannot be written there


def check_folder(out: Path, formats: Collection[str]) -> None:
    """See that a report in these formats can be written into `out`, before any of it is computed.

    Raises:
        Fault: something that no report wrote has a name that is needed, or was changed since a report wrote it.
    """
    names = {name for one in formats for name in _OF_FORMAT[one]}
    if "figures" in formats:
        names |= {f"{FIGURES}/{path.name}" for path in (out / FIGURES).glob("*") if _CHART.fullmatch(path.name)}
    _check(out, names, figures="figures" in formats)


def write_files(out: Path, files: Mapping[str, str | bytes]) -> None:
    """Write a report's files into `out`, made if it is missing, and remove what an earlier report left beside them.

    Raises:
        Fault: as for `check_folder`, with nothing touched; or a file cannot be written or removed.
    """
    figures = any(name.startswith(f"{FIGURES}/") for name in files)
    earlier = _check(out, files, figures=figures)
    make_folder(out / FIGURES if figures else out)
    sums = {name: _sum(_bytes(content)) for name, content in files.items()}
    _keep(out, {"files": sums, "earlier": earlier})
    for name, content in files.items():
        write_whole(out / name, content)
    left = [name for name in earlier if name not in files]
    for name in left:
        _remove(out / name)
    if any(name.startswith(f"{FIGURES}/") for name in left):
        with suppress(OSError):  # whatever else lies there stays, and so does its folder
            (out / FIGURES).rmdir()
    _keep(out, {"files": sums})


def is_reports(name: str) -> bool:
    """Whether a report would write a file of this name into its folder."""
    return name in _NAMES


def _check(out: Path, names: Collection[str], *, figures: bool) -> dict[str, list[str]]:
    """The sums of what earlier reports wrote, by name, when nothing of anybody else's would be touched."""
    _check_place(out)
    if figures and os.path.lexists(out / FIGURES) and not (out / FIGURES).is_dir():
        raise Fault(f"{out / FIGURES} is a file: name another folder for the report")
    earlier = _earlier(out)
    touched = sorted({*names, *earlier})
    foreign = [name for name in touched if os.path.lexists(out / name) and not _is_of(out / name, earlier.get(name))]
    if foreign:
        more = f" and {len(foreign) - _TOLD} more" if len(foreign) > _TOLD else ""
        raise Fault(
            f"{out} holds {', '.join(foreign[:_TOLD])}{more}, which no report wrote or which changed since: name"
            " another folder for the report, or move them away"
        )
    return earlier


def _check_place(out: Path) -> None:
    """See that `out` is a folder or can become one."""
    there = next((place for place in (out, *out.parents) if os.path.lexists(place)), None)
    if there is None or there.is_dir():
        return
    if there == out:
        raise Fault(f"{out} is a file: name a folder for the report")
    raise Fault(f"the folder {out} cannot be made ({there} is a file): name another for the report")


def _earlier(out: Path) -> dict[str, list[str]]:
    """What the folder's list says that reports wrote: the sums by name. A name that no report writes is passed over."""
    path = out / MANIFEST
    if not os.path.lexists(path):
        return {}
    try:
        told = json.loads(path.read_bytes())
        sums = {name: [*told.get("earlier", {}).get(name, [])] for name in {*told["files"], *told.get("earlier", {})}}
        for name, one in told["files"].items():
            sums[name].append(one)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Fault(f"{path} is no list of a report's files: name another folder, or move it away") from error
    return {name: sums[name] for name in sorted(sums) if name in _NAMES or _is_chart(name)}


def _is_chart(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder == FIGURES and _CHART.fullmatch(file) is not None


def _is_of(path: Path, sums: Collection[str] | None) -> bool:
    """Whether the file is as a report wrote it; a link or a folder never is, nor what cannot be read."""
    if not sums or path.is_symlink() or not path.is_file():
        return False
    try:
        return _sum(path.read_bytes()) in sums
    except OSError:
        return False


def _keep(out: Path, told: Mapping[str, object]) -> None:
    write_whole(out / MANIFEST, json.dumps(told, indent=1, sort_keys=True) + "\n")


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Fault(f"{path} is of an earlier report and cannot be removed: {error.strerror}.") from error
