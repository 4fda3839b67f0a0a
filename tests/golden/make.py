"""Makes the golden files of this schema: a study with all that may be in one, and a file that was handed out from it.

    PYTHONPATH=.:tests python tests/golden/make.py

Once a schema is released its files stay as they are for good, and the next schema gets files of its own.
"""

from __future__ import annotations

import csv
import random
import secrets
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path

from helpers import FakeClock, label_everything, new_study, png

from app.study import schema
from app.study.collecting import collect
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.forgetting import forget_rater
from app.study.handing_out import hand_out
from app.study.log import RaterLog
from app.study.protocol import Conditions, Protocol
from app.study.records import HeatMap, Known, NewStudy, Rater

HERE = Path(__file__).parent
AT = "2026-01-01T00:00:00Z"
COLUMNS = "rater, stimulus, label, kind, condition, occasion, milliseconds, idle, confidence, note, at"


def rich_study() -> NewStudy:
    """A small study in which no table is empty that a study of categories may fill."""
    new = new_study(4, units=2)
    stimuli = tuple(replace(one, heat=HeatMap(1, 2, (one.activation, 0.25))) for one in new.stimuli)
    first, *others = new.rubric.categories
    rubric = replace(new.rubric, categories=(replace(first, examples=(png(700),)), *others))
    known = (
        Known("c1", "catch", 1, png(901), ("edge",), ""),
        Known("p1", "practice", 1, png(902), ("edge",), "An edge goes through it."),
    )
    protocol = Protocol(conditions=Conditions(0.5, 0.25, 0.25), repeats=0.25, repeat_distance=1)
    return replace(new, stimuli=stimuli, rubric=rubric, known=known, protocol=protocol)


def label(path: Path, name: str) -> None:
    """The rater of this name answers everything."""
    with StudyFile.open(path) as file:
        rater = next(one for one in file.raters() if one.pseudonym == name)
        label_everything(file, rater, FakeClock(), log_of(file, rater))


def log_of(file: StudyFile, rater: Rater) -> RaterLog:
    return RaterLog(file, rater, now=lambda: AT)


def make(folder: Path) -> None:
    """Write both files, and what everybody says in the first as a plain table."""
    study, out = folder / f"schema-{schema.VERSION}.jury", folder / f"schema-{schema.VERSION}-handed-out.jury"
    with tempfile.TemporaryDirectory() as scratch:
        StudyFile.create(study, rich_study())
        with StudyFile.open(study) as home:
            for name in ("wren", "label-studio 1"):
                home.add_rater(name)
            home.add_rater("a stand-in", simulated=True)
            files = hand_out(home, ["robin", "lost", "late"], Path(scratch), lambda done, total: None)
        for name in ("wren", "label-studio 1", "a stand-in"):
            label(study, name)
        label(files[0].path, "robin")
        with StudyFile.open(study) as home:
            think_again(home, "wren")
            collect(home, [files[0].path])
            imported = next(one for one in home.raters() if one.pseudonym == "label-studio 1")
            with home.writing() as connection:
                connection.execute("INSERT INTO imported VALUES (?, 'label-studio', ?)", (imported.id, AT))
                connection.execute("UPDATE issue SET withdrawn = 1 WHERE rater = ?", (files[2].rater.id,))
            forget_rater(home, "lost")
        label(files[2].path, "late")
        files[2].path.replace(out)
    with StudyFile.open(study, writable=False) as home, study.with_suffix(".csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(judgements(home))


def think_again(home: StudyFile, name: str) -> None:
    """The rater takes back an answer, gives another, says why, and cannot tell about the one after."""
    rater = next(one for one in home.raters() if one.pseudonym == name)
    second, third = home.trials(rater)[2:4]
    log = log_of(home, rater)
    for entry in (
        Entry(second.id, "undo"),
        Entry(second.id, "label", "imperfect", confidence=2, milliseconds=900, idle=100),
        Entry(second.id, "comment", note="blurred, “perhaps” – ø"),
        Entry(third.id, "cannot_tell", milliseconds=450),
        Entry(third.id, "flag"),
        Entry(None, "consent"),
    ):
        log.append(entry)


def judgements(home: StudyFile) -> list[list[str]]:
    """What everybody says in a study, as a table of texts with its head."""
    rows = home.connection.execute(f"SELECT {COLUMNS} FROM judgement ORDER BY rater, place").fetchall()
    return [COLUMNS.split(", "), *(["" if value is None else str(value) for value in row] for row in rows)]


def main() -> None:
    """Make them anew, with what is else drawn at random drawn from a seed."""
    drawn = random.Random(f"golden {schema.VERSION}")
    uuid.uuid4 = lambda: uuid.UUID(int=drawn.getrandbits(128), version=4)
    secrets.token_bytes = lambda nbytes=None: drawn.randbytes(nbytes or 32)
    random.SystemRandom = lambda: drawn  # type: ignore[assignment, misc]
    for file in HERE.glob(f"schema-{schema.VERSION}[-.]*"):
        file.unlink()
    make(HERE)


if __name__ == "__main__":
    main()
