"""A disk that hangs, as one on the network may: the window stays alive, says that it is saving, and loses nothing.

How a slow write looks to the labeling page alone: tests/app/qt/test_labeling_page.py.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import study_file
from PySide6.QtCore import QSettings, Qt, QTimer
from pytestqt.qtbot import QtBot
from torturing import look
from vfs import OK, Op, watching, why_not
from windows import begin, show_window, type_key

from app.qt.opened import open_study
from app.qt.settings import Settings
from app.qt.window import Window
from app.study.file import StudyFile

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


class HangingDisk:
    """Does what it is asked for, but once `hangs` is set nothing is synced until it is let go."""

    def __init__(self) -> None:
        self.hangs = False
        self.reached = threading.Event()
        self.go = threading.Event()

    def __call__(self, op: Op) -> int:
        if self.hangs and op.kind == "sync":
            self.reached.set()
            self.go.wait()
        return OK


@pytest.fixture
def disk() -> Iterator[HangingDisk]:
    disk = HangingDisk()
    with watching(disk):
        yield disk
        disk.go.set()


def test_the_window_lives_while_a_sync_hangs_and_closing_waits_for_it(
    qtbot: QtBot, tmp_path: Path, disk: HangingDisk
) -> None:
    path = study_file(tmp_path, 4)
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    window = show_window(qtbot, Window(open_study(path), settings=settings))
    page = begin(qtbot, window, "ann").labeling
    qtbot.waitUntil(lambda: page.ready and not window.background.pending)
    disk.hangs = True
    type_key(qtbot, Qt.Key.Key_1)
    qtbot.waitUntil(disk.reached.is_set)
    beats: list[int] = []
    heart = QTimer(window)
    heart.timeout.connect(lambda: beats.append(1))
    heart.start(1)
    qtbot.waitUntil(lambda: len(beats) > 20)  # the window goes on, and it says what it waits for
    qtbot.waitUntil(lambda: page.footer.news.text() == "Saving…")
    assert page.footer.count.text() == "0 of 4"  # not done before it is saved
    type_key(qtbot, Qt.Key.Key_2)  # is not taken for an answer to anything
    window.close()
    seen = len(beats)
    qtbot.waitUntil(lambda: len(beats) > seen + 20)
    assert window.isVisible()
    assert page.footer.news.text() == "Saving…"
    heart.stop()
    disk.go.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    window.deleteLater()
    assert look(path)[1] == []
    with StudyFile.open(path) as study:
        (rater,) = study.raters()
        assert [event.kind for event in study.events(rater)] == ["label"]
