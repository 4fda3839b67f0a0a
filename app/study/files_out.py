"""Writing the files of raters who are in the study: what they are called, and what became of them."""

from __future__ import annotations

import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.errors import Fault
from app.study.file import SUFFIX, StudyFile
from app.study.packing import pack
from app.study.plan import repeats_asked
from app.study.records import Rater, Trial

Progress = Callable[[int, int], None]
_MOST_OF_STUDY, _MOST_OF_RATER = 80, 120
"""Bytes of a file's name: with what is put behind it while it is written, no more than the 255 that systems take."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """One rater's file."""

    rater: Rater
    path: Path
    trials: int
    unrepeated: int = 0
    """How many fewer trials come a second time than the study asks for, since with so few there is no room for them."""


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Raised out of the progress of what is to stop."""


class Unwritten(Fault):
    """Raters are in the study by now, and some of them have no file: `pack_again` writes it.

    Args:
        files: those that are written.
        missing: the pseudonyms of those who have none.
        why: what went wrong; empty where it was stopped.
    """

    def __init__(self, files: Sequence[HandedOut], missing: Sequence[str], why: str) -> None:
        total = len(files) + len(missing)
        super().__init__(f"{why or 'Stopped.'} {len(files)} of {total} files are written.")
        self.files, self.missing, self.why = tuple(files), tuple(missing), why


def write_files(
    study: StudyFile, raters: Sequence[Rater], out: Path, progress: Progress, *, password: str | None = None
) -> tuple[HandedOut, ...]:
    """A file for each of these raters, who have keys, in `out`.

    Raises:
        Unwritten: not all could be written, or it was stopped, by Ctrl-C too.
    """
    files: list[HandedOut] = []
    try:
        for done, rater in enumerate(raters):
            progress(done, len(raters))
            path = file_of(study, out, rater.pseudonym)
            pack(study, rater, path, password=password)
            files.append(_handed_out(study, rater, path))
        progress(len(raters), len(raters))
    except (Fault, Stopped, KeyboardInterrupt) as reason:
        why = str(reason) if isinstance(reason, Fault) else ""
        raise Unwritten(files, [rater.pseudonym for rater in raters[len(files) :]], why) from reason
    return tuple(files)


def file_of(study: StudyFile, out: Path, pseudonym: str) -> Path:
    """Where the file of a rater goes."""
    return out / f"{cut(study.path.stem, _MOST_OF_STUDY)}-{cut(plain(pseudonym), _MOST_OF_RATER)}{SUFFIX}"


def plain(pseudonym: str) -> str:
    """A pseudonym as a part of a file's name that every file system takes.

    Letters, digits and the marks on them stay, of any script, composed, as some systems compose them in any case.
    """
    whole = unicodedata.normalize("NFC", pseudonym)
    return "".join(c if c in "-_" or unicodedata.category(c)[0] in "LNM" else "-" for c in whole)


def cut(text: str, most: int) -> str:
    """As much of the text as `most` bytes hold."""
    return text.encode("utf-8", "ignore")[:most].decode("utf-8", "ignore")


def check_names(paths: Sequence[Path]) -> None:
    """Is there room for these files, each beside the others?

    Raises:
        Fault: no.
    """
    taken = next((path for path in paths if path.exists()), None)
    if taken is not None:
        raise Fault(f"{taken} exists already. Name another folder.")
    names = Counter(path.name.casefold() for path in paths)  # some systems do not tell capitals from small letters
    twice = next((path.name for path in paths if names[path.name.casefold()] > 1), None)
    if twice is not None:
        raise Fault(f"Two of the names would have one file, {twice}. Choose names that differ in more letters.")


def check_folder(out: Path) -> None:
    """Can files be written there? Asked last before raters are added for good: none is added without a file.

    Raises:
        Fault: no.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise Fault(f"{out} cannot be written to: {error.strerror}. Name another folder.") from error


def _handed_out(study: StudyFile, rater: Rater, path: Path) -> HandedOut:
    trials = study.trials(rater)
    return HandedOut(rater, path, sum(trial.kind != "practice" for trial in trials), _unrepeated(study, trials))


def _unrepeated(study: StudyFile, trials: Sequence[Trial]) -> int:
    protocol = study.protocol()
    first = Counter(trial.unit for trial in trials if trial.kind == "main" and trial.occasion == 1)
    again = sum(trial.kind == "main" and trial.occasion > 1 for trial in trials)
    return sum(repeats_asked(protocol, count) for count in first.values()) - again
