"""From the command to the window and back."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app.errors import Fault
from app.qt.run import annotate, label
from app.qt.window import Window

ROOT = Path(__file__).parents[3]


@pytest.fixture
def hooks() -> Iterator[None]:
    """Put back what a program takes over that this process shares with the other tests."""
    before = sys.excepthook, threading.excepthook, signal.getsignal(signal.SIGINT)
    yield
    sys.excepthook, threading.excepthook, _ = before
    signal.signal(signal.SIGINT, before[2])


@pytest.fixture
def own_settings(tmp_path: Path) -> None:
    """Settings of the test's own; a process keeps the folder, so every test here asks for it."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))


def the_window() -> Window:
    (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, Window) and w.isVisible()]
    return window


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("hooks", "qapp", "own_settings")
def test_it_runs_until_the_window_is_closed(study_path: Path) -> None:
    names: list[str] = []

    def look() -> None:
        window = the_window()
        assert window.start is not None
        names.append(window.start.name.text())
        window.close()

    QTimer.singleShot(0, look)
    assert label(study_path, "ann") == 0
    assert names == ["ann"]


@pytest.mark.usefixtures("hooks", "qapp", "own_settings")
def test_without_a_study_it_opens_on_the_list_of_recent_ones(study_path: Path) -> None:
    seen: list[list[Path]] = []

    def look() -> None:
        window = the_window()
        seen.append([row.path for row in window.home.rows] if window.study is None else [])
        window.close()

    for path in (None, study_path, None):
        QTimer.singleShot(0, look)
        assert label(path) == 0
    assert seen == [[], [], [study_path.resolve()]]


def test_a_study_that_is_not_there_is_a_fault_and_no_window(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="no file"):
        label(tmp_path / "none.jury")


def test_nothing_of_qt_is_imported_before_it_is_needed() -> None:
    done = python("import app.qt.run, app.qt.picture, sys; print([m for m in sys.modules if 'PySide6' in m])")
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_qt_that_cannot_be_imported_is_told_in_one_line() -> None:
    done = python(
        "import os, sys, pathlib\n"
        "os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "sys.modules['PySide6.QtWidgets'] = None\n"
        "from app.errors import Fault\n"
        "from app.qt.run import label\n"
        "try: label(pathlib.Path('x.jury'))\n"
        "except Fault as fault: print(fault)"
    )
    assert "Install the program again" in done.stdout
    assert done.stderr == ""


@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
@pytest.mark.usefixtures("hooks", "qapp", "own_settings")
def test_with_no_terminal_what_is_wrong_with_the_file_is_told_in_the_window(tmp_path: Path) -> None:
    told: list[str] = []

    def look() -> None:
        (box,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]
        told.append(box.text())
        box.close()
        the_window().close()

    def look_later() -> None:
        QTimer.singleShot(0, look)  # the box is on its way

    QTimer.singleShot(0, look_later)
    assert annotate(tmp_path / "gone.jury") == 0
    assert "gone.jury" in told[0]
