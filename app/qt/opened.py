"""A study file, opened: what the pages around the trials draw, and how a session begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.errors import Fault
from app.pictures import MOST_OF_AN_EXAMPLE
from app.qt.images import Picture, decode
from app.session import Background, Course, Session
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.protocol import Protocol
from app.study.records import Rater, Rubric, StudyInfo
from app.study.returning import answers_name, holds_answers_alone, save_answers


@dataclass(frozen=True, slots=True)
class Person:
    """A rater whom one may continue as."""

    rater: Rater
    done: int
    total: int
    withdrawn: bool | None
    """Whether somebody else took over the rest of what this rater was given a file for; None where there is no file."""


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """What the window knows of a study; nothing in it tells of a stimulus."""

    file: StudyFile
    info: StudyInfo
    rubric: Rubric
    people: tuple[Person, ...]
    protocol: Protocol
    pictures: tuple[tuple[Picture, ...], ...]
    """The example pictures of each category."""
    issued_to: Rater | None = None
    """The one rater whose file this is; None where whoever comes may begin."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Answers in a file that can be sent."""

    path: Path
    done: int
    total: int
    size: int
    """Bytes."""
    empty: bool
    """Nothing is answered in it, not in practice either."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What the list of recent studies says of one."""

    title: str
    people: tuple[Person, ...]


def open_study(path: Path, *, writable: bool = True, password: str | None = None) -> OpenStudy:
    """Open the study file and read what the pages need.

    Raises:
        Locked: it needs a password, or another one.
        Fault: it cannot be opened.
    """
    file = StudyFile.open(path, writable=writable, password=password)
    try:
        if holds_answers_alone(file):
            raise Fault(
                f"{path} holds answers alone, to be sent to the researcher. To go on with the study, open the file that"
                " you were sent."
            )
        return read_study(file)
    except BaseException:
        file.close()
        raise


def read_study(file: StudyFile) -> OpenStudy:
    """What the pages need of a file that is open already.

    Raises:
        Fault: it cannot be read.
    """
    rubric = file.rubric()
    pictures = tuple(
        tuple(decode(image, MOST_OF_AN_EXAMPLE) for image in category.examples) for category in rubric.categories
    )
    return OpenStudy(file, file.info(), rubric, people(file), file.protocol(), pictures, file.issued_to())


def summary(path: Path) -> Summary:
    """What is left in a study, without opening it for labeling.

    Raises:
        Locked: it seems to have a password.
        Fault: it is not there, or is no study file, or is damaged.
    """
    with StudyFile.open(path, writable=False) as file:
        return Summary(file.info().title, people(file))


def people(file: StudyFile) -> tuple[Person, ...]:
    """The raters so far, without the stand-ins."""
    rubric, protocol, practice, issued = file.rubric(), file.protocol(), file.practice(), file.issued()
    found = []
    for rater in file.raters():
        if not rater.simulated:
            course = Course(file.trials(rater), rubric, protocol, practice, file.events(rater))
            found.append(Person(rater, course.done, course.total, issued.get(rater.id)))
    return tuple(found)


def begin(file: StudyFile, pseudonym: str, background: Background) -> Session:
    """The session of the rater of this name, who is added where there is none.

    Raises:
        Fault: the name is no name, or a stand-in's, or the file cannot be written.
    """
    name = " ".join(pseudonym.split())
    known = {rater.pseudonym: rater for rater in file.raters() if not rater.simulated}
    rater = known.get(name) or file.add_rater(name)
    return Session(
        file.trials(rater),
        file.rubric(),
        RaterLog(file, rater),
        protocol=file.protocol(),
        practice=file.practice(),
        background=background,
    )


def save(file: StudyFile, pseudonym: str, path: Path | None = None) -> Saved:
    """Save what the rater of this name has said to a file that can be sent: this one, or beside the study.

    Raises:
        Fault: something else lies there, there is no such folder, or it cannot be written.
    """
    rater = next(rater for rater in file.raters() if rater.pseudonym == pseudonym)
    path = path or file.path.resolve().with_name(answers_name(file, rater))
    save_answers(file, rater, path)
    course = Course(file.trials(rater), file.rubric(), file.protocol(), file.practice(), file.events(rater))
    return Saved(path, course.done, course.total, path.stat().st_size, empty=not course.answers)
