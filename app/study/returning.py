"""What a rater sends back: their answers in a file of its own, without the pictures.

It is a study file with all that `collecting` asks for and nothing that it does not: a fraction of the size of what the
rater was given, and nobody can label it.
"""

from __future__ import annotations

from pathlib import Path

from app.errors import Fault
from app.study.file import SUFFIX, StudyFile, insert_trials, lies_there, new_file
from app.study.files_out import cut, plain
from app.study.opening import explained, identity
from app.study.packing import NO_PICTURE, Copy
from app.study.protocol import encode
from app.study.records import Rater

_ENDING = "-answers"
_LONGEST = 120
"""Bytes of a name: systems take 255 with what is put behind it, and some programs for mail fewer."""


def answers_name(study: StudyFile, rater: Rater) -> str:
    """What the file with a rater's answers is called: it follows from the study's own name and the pseudonym."""
    name, stem = plain(rater.pseudonym), study.path.stem
    whose = stem if stem.endswith(f"-{name}") else f"{stem}-{name}"
    return f"{cut(whose, _LONGEST)}{_ENDING}{SUFFIX}"


def save_answers(study: StudyFile, rater: Rater, path: Path) -> None:
    """Write all that a rater has said so far, whole or not at all, with the study's own password where it has one.

    What lies at `path` is replaced where it is such a file by the same rater with nothing in it that would be lost, and
    is left alone otherwise.

    Raises:
        Fault: something else lies there, there is no such folder, or it cannot be written.
    """
    # Not made: whoever mistyped it would look for the file in vain where they meant it to be.
    if not (lies_there(path.parent) and path.parent.is_dir()):
        raise Fault(f"There is no folder {path.parent}. Choose one that is there.")
    if lies_there(path) and not _is_older(study, rater, path):
        raise Fault(
            f"{path} exists already and holds something other than these answers. It was left alone. Choose another"
            " name."
        )
    trials, info = study.trials(rater), study.info()
    issued = study.issued_to() == rater
    with new_file(path, study.password, replace=True) as connection:
        copy = Copy(study.connection, connection)
        copy.whole("rubric")
        copy.whole("category")
        connection.execute("INSERT INTO protocol VALUES (1, ?)", (encode(study.protocol()),))
        units = sorted({trial.unit for trial in trials})
        copy.insert("unit", [(number, f"unit {number}", "{}") for number in units])
        copy.insert("image", [(NO_PICTURE, b"")])
        shown = sorted({stimulus for trial in trials for stimulus in trial.stimuli})
        stimuli = copy.among("SELECT id, unit FROM stimulus WHERE id IN ({}) ORDER BY id", shown)
        copy.insert("stimulus", [(*row, NO_PICTURE) for row in stimuli])
        copy.some("rater", "id", [rater.id])
        connection.execute(
            "INSERT INTO study VALUES (1, ?, ?, '', 0, ?, ?, '{}', ?)",
            (info.uuid, info.title, info.created, info.program, rater.id if issued else None),
        )
        copy.some("issue", "rater", [rater.id])
        copy.some("imported", "rater", [rater.id])
        insert_trials(connection, rater, trials)
        copy.insert("event", [event.row for event in study.events(rater)])


def holds_answers_alone(study: StudyFile) -> bool:
    """Whether it is a file that `save_answers` wrote: there is no picture in it, so nobody can label it."""
    with explained(study.path):
        (pictures,) = study.connection.execute("SELECT EXISTS (SELECT 1 FROM image WHERE data <> x'')").fetchone()
        (empty,) = study.connection.execute("SELECT EXISTS (SELECT 1 FROM image)").fetchone()
    return bool(empty) and not pictures


def _is_older(study: StudyFile, rater: Rater, path: Path) -> bool:
    """Whether `path` holds answers alone, of this rater, and none that this study does not have."""
    if identity(path) == identity(study.path):  # by whatever name: reading it here would undo SQLite's locks
        return False
    try:
        with StudyFile.open(path, writable=False, password=study.password) as there:
            said = {event.uuid for one in there.raters() for event in there.events(one)}
            return (
                holds_answers_alone(there)
                and there.info().uuid == study.info().uuid
                and [one.id for one in there.raters()] == [rater.id]
                and said <= {event.uuid for event in study.events(rater)}
            )
    except Fault:
        return False
