"""Bringing answers from other tools into a study: a rater for each person, and their answers as a log of their own.

What a rater's answer to an item is follows from the set of answers that were ever read, whatever the order of the
files and however often: the newest by the tool's own time. Ids of raters, trials and events follow from the study, the
tool and what was said, so that two copies of a study which read the same file hold the same.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.errors import Fault
from app.exchange.asked import ORDER_SEED, Asked, quoted
from app.exchange.reading import Said, Skipped, reader
from app.exchange.words import Word, news
from app.study.chain import event_hash
from app.study.events import Event
from app.study.file import StudyFile, insert_trials
from app.study.forgetting import digest_of
from app.study.log import utc_now
from app.study.records import Rater, Trial
from app.study.sound import check_to_keep

_NAMESPACE = uuid.UUID("6e6a7572-7900-5000-8000-6f7468657273")
_MOST_NAME = 60
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """What files bring of one person."""

    told: str
    """What the tool calls them: for the screen alone, since it may be an e-mail address."""
    pseudonym: str
    new: int
    """Answers that the study does not have, or has, but an older one stands: two copies of it were collected."""
    known: int
    """Answers that it has."""
    older: int
    """Answers that a newer one has taken the place of already: they are left out."""
    contradicted: int
    """Items of which nothing counts: two answers differ, and no time says which came later."""
    left: int
    """Items about which nothing is known yet."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Something in a file that was not taken, and why."""

    path: Path
    skipped: Skipped


@dataclass(frozen=True, slots=True)
class Brought:
    """What would come in, or came in."""

    people: tuple[Person, ...]
    passed: tuple[Passed, ...]

    @property
    def new(self) -> int:
        """How many answers are new."""
        return sum(person.new for person in self.people)


def look(study: StudyFile, files: Sequence[Path], tool: str, name: str | None = None) -> Brought:
    """Say what these files would bring; nothing is written.

    Args:
        study: the researcher's own file.
        files: what the tool wrote.
        tool: one of READERS.
        name: whose answers these all are; None: whose they are is said in the files.

    Raises:
        Fault: a file as a whole cannot be read, answers of several people are to be one person's, or the study was
            handed out to somebody.
    """
    return _planned(study, files, tool, name)[0]


def bring_in(study: StudyFile, files: Sequence[Path], tool: str, name: str | None = None) -> Brought:
    """Write all that these files bring, in one transaction; what came in. As `look`.

    Raises:
        Fault: as for `look`, or the study cannot be written; then nothing was.
    """
    with study.writing() as connection:
        brought, logs = _planned(study, files, tool, name)
        for log in logs:
            log.write(connection, tool)
        check_to_keep(study.path, connection)
    return brought


@dataclass(frozen=True, slots=True)
class _Log:
    """What is to be written of one person."""

    rater: Rater
    trials: tuple[Trial, ...]
    """Of a rater whom the study does not have."""
    events: tuple[Event, ...]

    def write(self, connection: sqlite3.Connection, tool: str) -> None:
        rater = self.rater
        if self.trials:
            row = (rater.id, rater.pseudonym, rater.seed, int(rater.simulated), rater.number)
            connection.execute("INSERT INTO rater VALUES (?, ?, ?, ?, ?)", row)
            connection.execute("INSERT INTO imported VALUES (?, ?, ?)", (rater.id, tool, utc_now()))
            insert_trials(connection, rater, self.trials)
        places = ", ".join("?" * 15)
        connection.executemany(f"INSERT INTO event VALUES ({places})", [event.row for event in self.events])


def _planned(study: StudyFile, files: Sequence[Path], tool: str, name: str | None) -> tuple[Brought, tuple[_Log, ...]]:
    asked = Asked.of(study)
    by_person, passed = _read(asked, files, tool, name)
    theirs = {rater.id: rater for rater in study.raters()}
    forgotten = {digest for (digest,) in study.connection.execute("SELECT rater FROM forgotten")}
    names = {rater.pseudonym for rater in theirs.values()}
    people, logs = [], []
    for told in sorted(by_person):
        heard = by_person[told]
        id_ = _named(asked.study, tool, told)
        if digest_of(id_) in forgotten:
            gone = "this rater was taken out of the study for good"
            passed += [Passed(path, Skipped(one.where, gone, told, on_purpose=True)) for path, one in heard]
            continue
        rater = theirs.get(id_)
        is_new = rater is None
        if rater is None:
            own = _pseudonym(tool, told, names, chosen=name is not None)
            names.add(own)
            rater = Rater(id_, own, uuid.UUID(id_).int & 0xFFFFFFFF, simulated=False)
        person, log = _of_person(study, asked, rater, told, [one for _, one in heard], is_new=is_new)
        people.append(person)
        logs.append(log)
    return Brought(tuple(people), tuple(passed)), tuple(logs)


def _read(
    asked: Asked, files: Sequence[Path], tool: str, name: str | None
) -> tuple[dict[str, list[tuple[Path, Said]]], list[Passed]]:
    """What files say, by person, and what in them says nothing."""
    by_person: dict[str, list[tuple[Path, Said]]] = {}
    passed = []
    read = reader(tool, named=name is not None)
    for path in files:
        for one in read(path, asked):
            if isinstance(one, Skipped):
                passed.append(Passed(path, one))
            elif name is None and one.person is None:
                passed.append(Passed(path, Skipped(one.where, "it does not say whose it is: give --rater NAME")))
            else:
                by_person.setdefault(one.person or "", []).append((path, one))
    if name is None:
        return by_person, passed
    if not 1 <= len(name.strip()) <= _MOST_NAME or not name.isprintable() or "@" in name:
        raise Fault(f"Please give a pseudonym of 1 to {_MOST_NAME} letters, and no e-mail address.")
    if len(by_person) > 1:
        raise Fault(f"These are answers of {len(by_person)} people, and cannot all be by {quoted(name)}.")
    return {name.strip(): heard for heard in by_person.values()}, passed


def _of_person(
    study: StudyFile, asked: Asked, rater: Rater, told: str, heard: Sequence[Said], *, is_new: bool
) -> tuple[Person, _Log]:
    trials = _trials(asked, rater) if is_new else study.trials(rater)
    of_item = _by_item(asked, trials)
    log = () if is_new else study.events(rater)
    words: dict[str, list[Word]] = {}
    lost = 0
    for one in heard:
        trial = of_item.get(one.item.id)
        if trial is None:
            lost += 1  # only where somebody altered the trials of this rater
        else:
            words.setdefault(trial.id, []).append(_word(one, trial))
    before: dict[str | None, list[Event]] = {}
    for event in log:
        before.setdefault(event.trial, []).append(event)
    found = {id_: news(before.get(id_, ()), said) for id_, said in words.items()}
    if lost:
        raise Fault(f"The trials of {rater.pseudonym} are not those that importing laid down: the study was altered.")
    new = sorted((word, id_) for id_, one in found.items() for word in one.new)
    undone = {id_: max(words[id_]).at for id_, one in found.items() if one.undo}
    judged = before.keys() | words.keys()
    person = Person(
        told=told,
        pseudonym=rater.pseudonym,
        new=len(new),
        known=sum(one.known for one in found.values()),
        older=sum(one.older for one in found.values()),
        contradicted=sum(one.contradicted for one in found.values()),
        left=sum(trial.id not in judged for trial in trials),
    )
    events = _events(rater, asked.rubric.version, log, new, undone)
    return person, _Log(rater, trials if is_new else (), tuple(events))


def _trials(asked: Asked, rater: Rater) -> tuple[Trial, ...]:
    """One blind trial for each item, by its id: in which order the tool showed them is not known."""
    found = []
    for place, item in enumerate(asked.items.values(), 1):
        left, right = (*item.sides(ORDER_SEED), None, None)[:2]
        id_ = _named(rater.id, item.id)
        found.append(Trial(id_, place, left, item.unit, "blind", 1, other=right))
    return tuple(found)


def _by_item(asked: Asked, trials: Iterable[Trial]) -> dict[str, Trial]:
    shown = {(item.unit, frozenset(item.stimuli)): item.id for item in asked.items.values()}
    found = {shown.get((trial.unit, frozenset(trial.stimuli))): trial for trial in trials}
    return {item: trial for item, trial in found.items() if item is not None}


def _word(one: Said, trial: Trial) -> Word:
    """An answer as the log has it: of two images, by the sides of the trial, whichever the tool showed."""
    answer = one.answer
    if trial.other is not None and answer.label is not None and one.left != trial.stimulus:
        answer = replace(answer, label="right" if answer.label == "left" else "left")
    return Word.of(one.at, answer, one.milliseconds)


def _events(
    rater: Rater, rubric: int, log: Sequence[Event], new: Iterable[tuple[Word, str]], undone: dict[str, str]
) -> Iterator[Event]:
    """The rater's log goes on: answers by their time, then those that contradict each other are taken back."""
    sequence, previous = (log[-1].sequence, log[-1].hash) if log else (0, "")
    lines: list[Row] = [(trial, *word.entry, word.milliseconds, word.at) for word, trial in new]
    lines += [(trial, "undo", None, None, None, 0, at) for trial, at in sorted(undone.items())]
    for trial, kind, answer, confidence, note, milliseconds, at in lines:
        sequence += 1
        said = (sequence, trial, kind, answer, confidence, note, milliseconds, 0, at, rubric, previous)
        event = Event(_named(rater.id, *said), rater.id, *said, hash="")  # type: ignore[arg-type]
        event = replace(event, hash=event_hash(event.row))
        previous = event.hash
        yield event


def _named(*parts: object) -> str:
    """An id that follows from these, and from nothing else."""
    return str(uuid.uuid5(_NAMESPACE, json.dumps(parts)))


def _pseudonym(tool: str, told: str, taken: Iterable[str], *, chosen: bool) -> str:
    """What a person is called in the study. Never an e-mail address, nor a login: those become numbers.

    A table and jsPsych have the names that a lab chose itself; of Label Studio the number of the account is kept.
    `chosen`: it is the pseudonym that whoever imports has named.
    """
    there = set(taken)
    own = " ".join(told.split())
    if (chosen or tool in ("csv", "jspsych")) and "@" not in own and 1 <= len(own) <= _MOST_NAME - 12:
        wanted = [own, f"{own} ({tool})"]
    else:
        wanted = [f"{tool} {own}"] if own.isdecimal() and len(own) < 12 else []
    numbered = (f"{tool} person {number}" for number in range(1, len(there) + 2))
    return next(name for name in (*wanted, *numbered) if name not in there)
