"""Whether the installed program works: a window that nobody sees, one stimulus, one answer, read back from the file."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication

from app.errors import Fault
from app.qt.application import qt_application
from app.qt.opened import open_study
from app.qt.settings import Settings
from app.qt.window import Window
from app.study.chain import first_break
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.specimen import DISC, specimen

_SECONDS = 60
"""The most that any step may take."""


def label_specimen() -> None:
    """Hand out a small study, label one stimulus of it in a window, and read the answer back.

    Raises:
        Fault: what did not work.
    """
    with TemporaryDirectory(prefix="neuronjury-", ignore_cleanup_errors=True) as folder:
        home = Path(folder, "study.jury")
        StudyFile.create(home, specimen())
        with StudyFile.open(home) as study:
            (packed,) = hand_out(study, ["rater-1"], Path(folder, "out"), lambda done, total: None)
        _label_one(packed.path, Path(folder, "settings.ini"))
        _read_back(packed.path)


def _label_one(path: Path, settings: Path) -> None:
    qt_application()
    window = Window(open_study(path), settings=Settings(QSettings(str(settings), QSettings.Format.IniFormat)))
    window.show()
    window.activateWindow()
    start = window.start
    if start is None:
        raise _failed("the study has no first page")
    start.start.click()
    _until(lambda: window.sitting is not None and window.pages.currentWidget() is not start, "no session began")
    _press(Qt.Key.Key_Return, "\r")  # leaves the instructions
    _until(lambda: window.labeling is not None and window.labeling.ready, "no stimulus was shown")
    _until(lambda: _is_drawn(window, DISC), "the stimulus was not drawn")
    _press(Qt.Key.Key_2, "2")
    _until(lambda: window.sitting is not None and window.sitting.session.screen.done == 1, "no answer was saved")
    window.close()
    _until(lambda: not window.isVisible(), "the window did not close")


def _until(condition: Callable[[], bool], wrong: str) -> None:
    last = time.monotonic() + _SECONDS
    while not condition():
        if time.monotonic() > last:
            raise _failed(wrong)
        QApplication.processEvents()


def _press(key: Qt.Key, text: str) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        focused = QApplication.focusWidget()
        if focused is None:
            raise _failed("nothing takes keys")
        QApplication.sendEvent(focused, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))


def _is_drawn(window: Window, color: str) -> bool:
    image, wanted = window.grab().toImage(), QColor(color).rgb()
    return any(image.pixel(x, y) == wanted for y in range(0, image.height(), 3) for x in range(0, image.width(), 3))


def _read_back(path: Path) -> None:
    with StudyFile.open(path, writable=False) as study:
        (rater,) = study.raters()
        said = [judgement.label for judgement in study.judgements()]
        broken = first_break(study.events(rater), study.key(rater))
    if said != ["disc"] or broken is not None:
        raise _failed(f"the answer that was read back is {said}")


def _failed(what: str) -> Fault:
    return Fault(f"The selftest failed: {what}. Install the program again.")
