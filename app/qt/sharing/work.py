"""What the worker does for the page with many raters. It may be asked to stop, and says what became of it all the same.

Stopping between two files leaves what is written where it is. So nothing here is cut off without a word, as figures may
be: whoever stopped wants to know which raters have no file yet, and whether anything came in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event

from app.errors import Fault
from app.qt.opened import Person, people
from app.qt.texts import sharing as texts
from app.study.collecting import Preview, collect, files_in, look
from app.study.contacts import next_names, note_files
from app.study.file import StudyFile
from app.study.files_out import HandedOut, Stopped, Unwritten
from app.study.forgetting import forget_rater
from app.study.handing_out import Open, hand_out, labels_foretold, pack_again, reassign, rest_given, still_open
from app.study.records import Task

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Situation:
    """What there is to hand out, and who is there."""

    title: str
    task: Task
    open: Open
    people: tuple[Person, ...]
    names: tuple[str, ...]
    """What raters are called already, the stand-ins too."""
    issued: frozenset[str]
    """The ids of those who have a file."""
    replaced: frozenset[str]
    """The ids of those whose rest went to somebody else."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where files go."""

    folder: Path
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of files for raters who are in the study by now."""

    files: tuple[HandedOut, ...]
    missing: tuple[str, ...] = ()
    """Whose file is not written."""
    why: str = ""
    """What went wrong; empty where nothing did."""
    foretold: str = ""
    """What is to be known of the labels to come, once these raters have answered."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What files would bring."""

    files: tuple[Path, ...]
    preview: Preview
    without: tuple[Path, ...]
    """Folders with no study file in them."""
    password: str | None = None


def situation(study: StudyFile) -> Situation:
    """Read it.

    Raises:
        Fault: the study cannot be read.
    """
    issued = study.issued()
    return Situation(
        study.info().title,
        study.rubric().task,
        still_open(study),
        people(study),
        tuple(rater.pseudonym for rater in study.raters()),
        frozenset(issued),
        frozenset(rater for rater, withdrawn in issued.items() if withdrawn),
    )


def hand_out_files(study: StudyFile, names: Sequence[str], place: Place, told: Progress, stop: Event) -> Written:
    """Add these raters and write their files.

    Raises:
        Fault: they cannot be added; then none is.
    """
    if stop.is_set():
        return Written(())
    told(texts.SHARING_OUT, 0, 0)
    tell = _tell(texts.WRITING, told, stop)
    made = _made(lambda: hand_out(study, names, place.folder, tell, password=place.password))
    return replace(_listed(made, place.folder), foretold=labels_foretold(study))


def write_files(study: StudyFile, names: Sequence[str], place: Place, told: Progress, stop: Event) -> Written:
    """Write the files of raters who are in the study, and are not on the list of files yet."""
    return _listed(_packed_again(study, names, place, told, stop), place.folder)


def write_again(study: StudyFile, name: str, place: Place, told: Progress, stop: Event) -> Written:
    """Write a file that was lost.

    Raises:
        Fault: it cannot be written.
    """
    written = _packed_again(study, [name], place, told, stop)
    if written.why:
        raise Fault(written.why)
    # Whose file was not written again has the one that was handed out.
    return Written(written.files, foretold=" ".join(rest_given(study, one.rater) for one in written.files))


def give_rest(study: StudyFile, gone: str, new: str, place: Place, told: Progress, stop: Event) -> Written:
    """Give what somebody did not get to do to somebody new, who gets the next number where `new` is empty.

    Raises:
        Fault: nothing can be given, or the new rater cannot be added.
    """
    if stop.is_set():
        return Written(())
    name = new or next_names(1, [rater.pseudonym for rater in study.raters()])[0]
    tell = _tell(texts.WRITING, told, stop)
    written = _made(lambda: (reassign(study, gone, name, place.folder, tell, password=place.password),))
    return _listed(written, place.folder)


def forget(study: StudyFile, name: str, told: Progress, stop: Event) -> int:  # noqa: ARG001 - it goes at once
    """Take a rater out of the study for good; how many events there were.

    Raises:
        Fault: as for `forget_rater`.
    """
    told(texts.FORGETTING.format(rater=name), 0, 0)
    return forget_rater(study, name)


def look_at(
    study: StudyFile, paths: Sequence[Path], password: str | None, told: Progress, stop: Event
) -> Looked | None:
    """Say what these files, and those in these folders, would bring; None where it was stopped.

    Raises:
        Fault: the study cannot be read.
    """
    told(texts.SEARCHING, 0, 0)
    try:
        files, without = files_in(paths, study.path, partial(_check, stop))
        preview = look(study, files, _tell(texts.LOOKING, told, stop), password=password)
    except Stopped:
        return None
    return Looked(tuple(files), preview, tuple(without), password)


def bring_in(study: StudyFile, looked: Looked, told: Progress, stop: Event) -> Looked | None:
    """Write what files bring into the study, all of it or, where it was stopped, nothing: None.

    Raises:
        Fault: the study cannot be written; then nothing was.
    """
    try:
        preview = collect(study, looked.files, _tell(texts.COLLECTING, told, stop), password=looked.password)
    except Stopped:
        return None
    return replace(looked, preview=preview)


def _tell(step: str, told: Progress, stop: Event) -> Callable[[int, int], None]:
    """Progress in this step. Only where something is left to do it stops: what is whole is whole."""

    def tell(done: int, total: int) -> None:
        if stop.is_set() and done < total:
            raise Stopped
        told(step, done, total)

    return tell


def _packed_again(study: StudyFile, names: Sequence[str], place: Place, told: Progress, stop: Event) -> Written:
    files: list[HandedOut] = []
    why = ""
    tell = _tell(texts.WRITING, told, stop)
    try:
        for done, name in enumerate(names):
            tell(done, len(names))
            files.append(pack_again(study, name, place.folder, password=place.password))
    except (Fault, Stopped) as reason:
        why = str(reason) if isinstance(reason, Fault) else ""
    return Written(tuple(files), tuple(names[len(files) :]), why)


def _made(files: Callable[[], tuple[HandedOut, ...]]) -> Written:
    """What became of them."""
    try:
        return Written(files())
    except Unwritten as part:
        return Written(part.files, part.missing, part.why)


def _listed(written: Written, out: Path) -> Written:
    """The same, with the files on the list of whom they go to."""
    if not written.files:
        return written
    try:
        note_files(out, written.files)
    except Fault as fault:
        return replace(written, why=" ".join(filter(None, (written.why, str(fault)))))
    return written


def _check(stop: Event) -> None:
    if stop.is_set():
        raise Stopped
