"""A large study's report and results page: how long the report takes, and how long the window is ever stuck.

    .venv/bin/python benchmarks/results.py [--stimuli 2000] [--raters 20] [--folder DIR] [--out TABLE.md]

The study has JPEGs of 150 x 150 pixels and every rater labels every image. `neuronjury report` runs in a process of its
own, as a person runs it; then its steps are timed one by one, and each format alone.

The results page is the real window's, offscreen. A timer beats every 5 ms in the window's thread; the longest time
between two beats is how long the window could not have answered a key, whatever kept it: drawing, or another thread
that held Python's lock, or, where the machine has other work, other programs. Beside it stands the most processor time
that the window's own thread took between two beats: that is drawing alone, and other programs do not change it. What is
done meanwhile: loading and computing, every tab for the first time and once more, picking a label and a rater,
pointing along the charts, and writing the report.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# a benchmark beside this one bears the name of the package that is used here, and this folder would come first
if str(Path(__file__).resolve().parent) in sys.path:
    sys.path.remove(str(Path(__file__).resolve().parent))

from PySide6.QtCore import QEventLoop, QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest

from app.export import write_report
from app.export.formats import FORMATS
from app.qt.application import qt_application
from app.qt.results.page import ResultsPage
from app.qt.settings import Settings
from app.qt.window import Window
from app.results.computing import report_on
from app.results.pictures import reference_pictures, stimulus_pictures
from app.results.source import read_source
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog
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

SIDE, STRATA = 150, 10
NAMES = ("no", "some", "yes")
BEAT_MS = 5
SETTLE_SECONDS = 1.5
"""So long a tab is looked at: its charts and pictures come one after the other."""
GOAL_MS = 100.0
Rows = list[tuple[str, str]]
Done = tuple[float, float, float]
"""The longest block and the most work of the window's thread in milliseconds, and seconds in all."""


def jpeg(seed: int) -> bytes:
    """Something with the texture of a photograph."""
    coarse = np.random.default_rng(seed).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(out, "JPEG", quality=90)
    return out.getvalue()


def make_study(path: Path, n_stimuli: int, n_raters: int) -> None:
    """Images in ten strata; raters of different strictness who see more or less what the unit sees."""
    rng = np.random.default_rng(1)
    activation = np.sort(rng.gumbel(size=n_stimuli))
    size = n_stimuli // STRATA
    edges = [*activation[::size][:STRATA], float(activation[-1]) + 1]
    box = Box(0, 0, SIDE, SIDE)
    stimuli = tuple(
        Stimulus(f"{n:08x}", 1, jpeg(n), float(activation[n]), 1 + min(STRATA - 1, n // size), 0.1, f"{n}.jpg", box)
        for n in range(n_stimuli)
    )
    references = tuple(
        Reference(role, rank, 10.0 - rank if role == "most" else rank - 10.0, jpeg(rank), "r.jpg", box)
        for role in ("most", "least")
        for rank in range(1, 10)
    )
    strata = tuple(Stratum(k + 1, float(edges[k]), float(edges[k + 1]), 10 * size, size) for k in range(STRATA))
    sample = UnitSample(Unit(1, "unit"), references, strata, Histogram((-3.0, 0.0, 8.0), (5000, 5000)))
    rubric = Rubric(1, "Does this show it?", "", "ordinal", tuple(Category(name, name) for name in NAMES))
    info = StudyInfo("benchmark", "Benchmark", "it", 1, "2026-01-01T00:00:00Z", "benchmark", {"show": "crop"})
    StudyFile.create(path, NewStudy(info, rubric, (sample,), stimuli))
    strength = {s.id: float(v) for s, v in zip(stimuli, activation + rng.normal(size=n_stimuli), strict=True)}
    with StudyFile.open(path) as study:
        for number in range(n_raters):
            rater = study.add_rater(f"rater {number}", seed=number)
            log = RaterLog(study, rater)
            with study.writing():  # all at once: what a disk takes for each answer is benchmarks/session.py's
                for trial in study.trials(rater):
                    seen = strength[trial.stimulus or ""] + rng.normal() + (number % 5 - 2) / 4
                    label = NAMES[int(np.digitize(seen, (0.5, 1.8)))]
                    log.append(Entry(trial.id, "label", label, milliseconds=int(rng.gamma(3, 800))))


# ---- the report ------------------------------------------------------------------------------------------------------


@contextmanager
def timed(name: str, rows: Rows) -> Iterator[None]:
    """Add how long the block takes."""
    began = time.perf_counter()
    yield
    rows.append((name, f"{time.perf_counter() - began:.1f} s"))


def measure_report(path: Path, folder: Path) -> Rows:
    """The command in all, then its steps."""
    rows: Rows = []
    command = [str(Path(sys.executable).with_name("neuronjury")), "report", str(path), "--out", str(folder / "report")]
    with timed("`neuronjury report`, all formats", rows):
        subprocess.run(command, check=True, capture_output=True)
    with timed("reading the file", rows):
        source = read_source(path)
    with timed("figures and intervals", rows):
        report = report_on(source, lambda *_: None)
    with timed("counting what was said of each picture", rows):
        pictures, references = stimulus_pictures(source), reference_pictures(source)
    for name in FORMATS:
        with timed(f"writing {name} alone", rows):
            write_report(report, folder / name, pictures=pictures, references=references, only=[name])
    return rows


# ---- the window ------------------------------------------------------------------------------------------------------


class Heartbeat:
    """Beats in the window's thread; remembers the longest time, and the most work, between two beats."""

    def __init__(self) -> None:
        self.longest = self.most = 0.0
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.longest = max(self.longest, 1000 * (now - self._last) - BEAT_MS)
        self.most = max(self.most, 1000 * (worked - self._worked))
        self._last, self._worked = now, worked

    def during(self, act: Callable[[], object], over: Callable[[], bool]) -> Done:
        """Do something in the event loop and go on until it is over."""
        loop, began = QEventLoop(), time.perf_counter()
        look = QTimer()
        look.timeout.connect(lambda: loop.quit() if over() else None)
        QTimer.singleShot(3 * BEAT_MS, act)
        QTimer.singleShot(6 * BEAT_MS, lambda: look.start(BEAT_MS))
        self._last, self._worked = began, time.thread_time()
        self.longest = self.most = 0.0
        loop.exec()
        self._beat()
        return self.longest, self.most, time.perf_counter() - began


def a_while(seconds: float) -> Callable[[], bool]:
    """True once so much time has gone by."""
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() > end


def measure_window(path: Path, folder: Path) -> list[tuple[str, Done]]:
    """What is done, and what it does to the window."""
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window, beat = Window(settings=settings), Heartbeat()
    window.show()
    rows: list[tuple[str, Done]] = []

    def note(what: str, act: Callable[[], object], over: Callable[[], bool] | None = None) -> None:
        rows.append((what, beat.during(act, over or a_while(SETTLE_SECONDS))))

    def page() -> ResultsPage:
        assert window.results is not None
        return window.results

    def shown() -> bool:
        return window.results is not None and window.results.found is not None and not window.results.task.busy

    note("loading and computing", lambda: window.show_results(path), shown)
    tabs = page().tabs
    for again in ("", ", again"):
        for place in range(tabs.count()):
            note(f"tab {tabs.tabText(place)}{again}", lambda place=place: tabs.setCurrentIndex(place))  # type: ignore[misc]
    tabs.setCurrentWidget(tabs.activation)
    note("a label", lambda: pick(page(), NAMES[-1]))
    note("pointing along the charts", lambda: point_along(page()))
    note("a rater", lambda: page().picks.pick_rater("rater 3"), shown)
    note("all raters again", lambda: page().picks.pick_rater(None))
    note("writing the report", lambda: export(page(), folder / "exported"), lambda: exported(page()))
    page().leave()
    window.close()
    return rows


def pick(page: ResultsPage, label: str) -> None:
    """As a person picks a label."""
    choice = page.picks.label
    choice.setCurrentIndex(choice.findData(label))
    choice.activated.emit(choice.currentIndex())


def point_along(page: ResultsPage) -> None:
    """Move the mouse over every chart that is in view, a step in each turn of the event loop."""
    spots = [
        (view, QPoint(x, view.height() // 2))
        for view in page.tabs.activation.get().charts.views[:2]
        for x in range(40, view.width() - 20, max(1, view.width() // 30))
    ]
    clock = QTimer(page)

    def step() -> None:
        if spots:
            QTest.mouseMove(*spots.pop(0))
        else:
            clock.stop()

    clock.timeout.connect(step)
    clock.start(15)


def export(page: ResultsPage, out: Path) -> None:
    """As a person writes the report."""
    page.to_export.click()
    assert page.dialog is not None
    page.dialog.folder.setText(str(out))
    page.dialog.start()


def exported(page: ResultsPage) -> bool:
    """Whether it is written."""
    assert page.dialog is not None
    assert not page.dialog.problem.isVisible(), page.dialog.problem.text()
    return page.dialog.page is not None


# ---- the figures -----------------------------------------------------------------------------------------------------


def table(report: Rows, window: list[tuple[str, Done]], what: str) -> str:
    """The figures as Markdown."""
    lines = [what, "", "| report | takes |", "| --- | --- |"]
    lines += [f"| {name} | {told} |" for name, told in report]
    lines += ["", "| results page | longest block | most own work | in all |", "| --- | --- | --- | --- |"]
    lines += [f"| {name} | {done[0]:.0f} ms | {done[1]:.0f} ms | {done[2]:.1f} s |" for name, done in window]
    over = [name for name, done in window if done[0] > GOAL_MS]
    lines += ["", f"Above {GOAL_MS:.0f} ms: {', '.join(over) or 'nothing'}."]
    lines += ["", f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}."]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stimuli", type=int, default=2000)
    parser.add_argument("--raters", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="where the study file lies; a temporary folder if not given")
    parser.add_argument("--out", type=Path, help="also write the tables into this file")
    wanted = parser.parse_args()
    program = qt_application()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
        folder = Path(name)
        path = folder / "benchmark.jury"
        make_study(path, wanted.stimuli, wanted.raters)
        window = measure_window(path, folder)
        report = measure_report(path, folder)
    program.processEvents()
    found = table(report, window, f"{wanted.stimuli:,} stimuli, {wanted.raters} raters.")
    print(found)
    if wanted.out is not None:
        wanted.out.write_text(found + "\n")


if __name__ == "__main__":
    main()
