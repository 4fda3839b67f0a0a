"""A study file, opened: what the first page draws, and how a session begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.session import Background, Session
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.records import Rater, Rubric, StudyInfo


@dataclass(frozen=True, slots=True)
class Person:
    """A rater whom one may continue as."""

    rater: Rater
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """What the window knows of a study; nothing in it tells of a stimulus."""

    file: StudyFile
    info: StudyInfo
    rubric: Rubric
    people: tuple[Person, ...]


def open_study(path: Path, *, writable: bool = True) -> OpenStudy:
    """Open the study file and read what the pages need.

    Raises:
        Fault: it cannot be opened.
    """
    file = StudyFile.open(path, writable=writable)
    try:
        return OpenStudy(file, file.info(), file.rubric(), people(file))
    except BaseException:
        file.close()
        raise


def people(file: StudyFile) -> tuple[Person, ...]:
    """The raters so far, without the stand-ins."""
    rubric = file.rubric()
    found = []
    for rater in file.raters():
        if not rater.simulated:
            screen = Session(file.trials(rater), rubric, RaterLog(file, rater)).screen
            found.append(Person(rater, screen.done, screen.total))
    return tuple(found)


def begin(file: StudyFile, pseudonym: str, background: Background) -> Session:
    """The session of the rater of this name, who is added where there is none.

    Raises:
        Fault: the name is no name, or a stand-in's, or the file cannot be written.
    """
    name = " ".join(pseudonym.split())
    known = {rater.pseudonym: rater for rater in file.raters() if not rater.simulated}
    rater = known.get(name) or file.add_rater(name)
    return Session(file.trials(rater), file.rubric(), RaterLog(file, rater), background=background)
