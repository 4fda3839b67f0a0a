"""From the command to the window and back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app.errors import Fault
from app.qt.run import annotate, label
from app.qt.window import Window
from app.study.file import StudyFile
from app.study.handing_out import hand_out

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


@pytest.mark.parametrize("start", [label, annotate])
@pytest.mark.usefixtures("hooks", "qapp", "own_settings")
def test_a_file_with_a_password_is_asked_for_it_in_the_window(
    study_path: Path, tmp_path: Path, start: Callable[[Path], int]
) -> None:
    with StudyFile.open(study_path) as study:
        (file,) = hand_out(study, ["heron"], tmp_path / "out", lambda done, total: None, password="long enough")
    asked: list[str] = []

    def look(tries: int = 1_000) -> None:
        window = the_window()
        if not window.password.isVisible() and tries:
            QTimer.singleShot(10, lambda: look(tries - 1))
            return
        asked.append(window.password.name.text())
        window.close()

    QTimer.singleShot(0, look)
    assert start(file.path) == 0
    assert asked == [file.path.name]


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
    (told,) = told_by_annotate(tmp_path / "gone.jury")
    assert "gone.jury" in told
    assert told.endswith("If in doubt, write to: whoever sent you the study")


@pytest.mark.parametrize("broken", ["app.qt.opened.open_study", "app.qt.window.Window._show_study"])
@pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
@pytest.mark.usefixtures("hooks", "qapp", "own_settings")
def test_with_no_terminal_a_bug_is_told_in_the_window_too(
    study_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Else nothing at all would come of a double click."""

    def fails(*args: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(broken, fails)
    (told,) = told_by_annotate(study_path)
    assert told.startswith("Something went wrong in the program")
    assert "ValueError: a bug" in capfd.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.usefixtures("hooks", "qapp", "own_settings")
def test_a_file_whose_name_is_no_text_opens(study_path: Path) -> None:
    path = study_path.rename(study_path.with_name(os.fsdecode(b"Studie f\xfcr.jury")))
    opened: list[bool] = []

    def look() -> None:
        window = the_window()
        opened.append(window.study is not None and window.study.file.path == path)
        window.close()

    QTimer.singleShot(0, look)
    assert annotate(path) == 0
    assert opened == [True]


def told_by_annotate(path: Path) -> list[str]:
    """What the box over the window says, which stands on the home page, until both are closed."""
    told: list[str] = []

    def look() -> None:
        (box,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible()]
        told.append(box.text())
        box.close()
        window = the_window()
        assert window.pages.currentWidget() is window.home
        window.close()

    def look_later() -> None:
        QTimer.singleShot(0, look)  # the box is on its way

    QTimer.singleShot(0, look_later)
    assert annotate(path) == 0
    return told
