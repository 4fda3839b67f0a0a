"""How long a rater waits: from the key press to the next image on screen, with the answer committed.

    .venv/bin/python benchmarks/session.py [--trials 500] [--folder DIR] [--out TABLE.md]

The real window's labeling page, offscreen, on a study of 500 x 500 PNGs in a file on the disk of --folder. Before each
trial the same event is committed with nothing else around it, by a bare sqlite3 connection to a copy of the file with
the same settings (rollback journal, synchronous=EXTRA): so whatever the disk does falls on both, and the ratio is what
the program adds. The next key comes when nothing is under way any more, as a person's does.

Every wait is split: `commit` is the time inside the log's own transaction in that very trial. A wait is explained by
the disk where it is short but for that.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import os
import platform
import shutil
import sqlite3
import statistics
import tempfile
import time
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.qt.application import qt_application
from app.qt.background import Background
from app.qt.keys import KeyMap
from app.qt.labeling_page import LabelingPage
from app.qt.sights import Sights, looking_into
from app.qt.theme import system_theme
from app.session import Session
from app.study.events import Entry, Event
from app.study.file import StudyFile
from app.study.log import RaterLog
from app.study.opening import connect
from app.study.records import (
    Box,
    Category,
    Histogram,
    NewStudy,
    Reference,
    Rubric,
    Stimulus,
    Stratum,
    StudyInfo,
    Unit,
    UnitSample,
)

SIDE = 500
KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3)
EXPLAINED_MS = 100.0
"""A wait above this is to be explained by the disk."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial's times in milliseconds."""

    wait: float
    commit: float
    bare: float


def png(seed: int) -> bytes:
    """500 x 500 pixels of blobs and grain: about as large a file, and as slow to decode, as a photograph's."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)).resize(
        (SIDE, SIDE), Image.Resampling.BICUBIC
    )
    grain = rng.normal(0, 12, (SIDE, SIDE, 1))
    pixels = np.clip(np.asarray(coarse, dtype=np.float64) + grain, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def make_study(path: Path, trials: int) -> None:
    """A study of so many stimuli, with nine references at either end."""
    box = Box(0, 0, SIDE, SIDE)
    references = tuple(
        Reference(role, rank, value - rank, png(10_000 + 10 * rank + len(role)), "", box)
        for role, value in (("most", 90.0), ("least", -80.0))
        for rank in range(1, 10)
    )
    sample = UnitSample(
        Unit(1, "unit"), references, (Stratum(1, -90.0, 90.0, trials, trials),), Histogram((-90.0, 0.0, 90.0), (5, 5))
    )
    stimuli = tuple(Stimulus(uuid.UUID(int=n).hex, 1, png(n), float(n), 1, 1.0, "", box) for n in range(trials))
    rubric = Rubric(
        1,
        "Does this show it?",
        "",
        "ordinal",
        (Category("no", "Not."), Category("some", "A bit."), Category("yes", "It does.")),
    )
    info = StudyInfo("benchmark", "Benchmark", "it", 1, "2026-01-01T00:00:00Z", "benchmark", {"show": "image"})
    StudyFile.create(path, NewStudy(info, rubric, (sample,), stimuli))


class TimedLog(RaterLog):
    """The rater's log, which remembers how long its last transaction took."""

    commit = 0.0

    def append(self, entry: Entry) -> None:
        began = time.perf_counter()
        super().append(entry)
        self.commit = 1000 * (time.perf_counter() - began)


class BareCommit:
    """The same row into a copy of the file, with nothing around it."""

    def __init__(self, path: Path, example: Event) -> None:
        self.connection = connect(path, "rw")
        self._example = example
        self._sequence = example.sequence

    def __call__(self) -> float:
        self._sequence += 1
        event = dataclasses.replace(self._example, uuid=str(uuid.uuid4()), sequence=self._sequence)
        row = dataclasses.astuple(event)
        places = ", ".join("?" * len(row))
        began = time.perf_counter()
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute(f"INSERT INTO event VALUES ({places})", row)
        self.connection.execute("COMMIT")
        return 1000 * (time.perf_counter() - began)


def until(program: QApplication, true: object) -> None:
    """Let the program live until something is so."""
    while not true():  # type: ignore[operator]
        program.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def measure(path: Path, program: QApplication) -> list[Trial]:
    """Label the whole study by keys, with a bare commit before each trial."""
    with StudyFile.open(path) as file:
        rater = file.add_rater("ann", seed=1)
        log = TimedLog(file, rater)
        background = Background()
        session = Session(file.trials(rater), file.rubric(), log, background=background)
        page = LabelingPage(session, Sights(looking_into(file), background, file.reveal), system_theme(), KeyMap())
        page.setFixedSize(1280, 860)
        page.show()
        page.activateWindow()
        session.go_on()
        until(program, lambda: page.ready and not background.pending)
        QTest.keyClick(page, KEYS[0])
        until(program, lambda: page.ready and not background.pending)
        copy = path.with_name("bare.jury")
        shutil.copyfile(path, copy)
        bare = BareCommit(copy, file.events(rater)[0])
        trials = []
        while session.screen.trial is not None and session.screen.upcoming:
            before = session.screen.trial
            alone = bare()
            began = time.perf_counter()
            QTest.keyClick(page, KEYS[len(trials) % 3])
            until(program, lambda: page.ready and session.screen.trial != before)  # noqa: B023
            trials.append(Trial(1000 * (time.perf_counter() - began), log.commit, alone))
            until(program, lambda: not background.pending)
        bare.connection.close()
        background.stop()
        page.close()
        page.deleteLater()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone()[0] == len(trials) + 1
    return trials


def table(trials: list[Trial]) -> str:
    """The figures as Markdown."""
    lines = ["| | median | 99th percentile | most |", "| --- | --- | --- | --- |"]
    rows = (
        ("key press to next image painted, answer committed", [trial.wait for trial in trials]),
        ("of which the log's transaction", [trial.commit for trial in trials]),
        ("bare commit alone", [trial.bare for trial in trials]),
    )
    for name, values in rows:
        low, high = np.percentile(values, [50, 99])
        lines.append(f"| {name} | {low:.1f} ms | {high:.1f} ms | {max(values):.1f} ms |")
    ratio = statistics.median(t.wait for t in trials) / statistics.median(t.bare for t in trials)
    own = [trial.wait - trial.commit for trial in trials]
    slow = [trial for trial in trials if trial.wait > EXPLAINED_MS]
    unexplained = [trial for trial in slow if trial.wait - trial.commit > EXPLAINED_MS]
    lines += [
        "",
        f"{len(trials)} trials. Ratio of the medians: {ratio:.2f}. All but the transaction: median"
        f" {statistics.median(own):.1f} ms, most {max(own):.1f} ms. Trials above {EXPLAINED_MS:.0f} ms: {len(slow)},"
        f" of which the disk does not explain: {len(unexplained)}.",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}.",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="where the study file lies; a temporary folder if not given")
    parser.add_argument("--out", type=Path, help="also write the table into this file")
    wanted = parser.parse_args()
    program = qt_application()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
        path = Path(folder) / "benchmark.jury"
        make_study(path, wanted.trials + 2)
        found = table(measure(path, program))
    print(found)
    if wanted.out is not None:
        wanted.out.write_text(found + "\n")


if __name__ == "__main__":
    main()
