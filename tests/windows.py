"""What a person does in the window, for the tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.qt.sitting import Sitting
from app.qt.window import Window


def show_window(qtbot: QtBot, window: Window) -> Window:
    """Show it, in front."""
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def close(qtbot: QtBot, window: Window) -> None:
    """Close it and wait until it is gone."""
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())


@contextmanager
def held(window: Window) -> Iterator[None]:
    """Meanwhile the window's worker does nothing: whatever is asked of it waits."""
    gate = threading.Event()
    window.background(gate.wait, lambda _: None)
    try:
        yield
    finally:
        gate.set()


def settled(qtbot: QtBot, window: Window) -> None:
    """Wait until the window's worker has nothing to do."""
    qtbot.waitUntil(lambda: not window.background.pending)


def leave(qtbot: QtBot, window: Window) -> None:
    """Close it, whatever is not saved: it may say so once."""

    def gone() -> bool:
        if window.isVisible() and not window.background.pending:
            window.close()
        return not window.isVisible()

    qtbot.waitUntil(gone)


def type_key(qtbot: QtBot, *keys: Qt.Key) -> None:
    """Press each key wherever the focus is."""
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key)


def at(qtbot: QtBot, window: Window, page: QWidget | None) -> None:
    """Wait until the window shows this page."""
    assert page is not None
    qtbot.waitUntil(lambda: window.pages.currentWidget() is page)


def enter(qtbot: QtBot, window: Window, name: str) -> Sitting:
    """Type the name on the start page and press Enter."""
    start = window.start
    assert start is not None
    start.name.setFocus()
    start.name.clear()
    qtbot.keyClicks(start.name, name)
    qtbot.keyClick(start.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.currentWidget() is not start)
    assert window.sitting is not None
    return window.sitting


def begin(qtbot: QtBot, window: Window, name: str) -> Sitting:
    """The same, and leave the instructions, where they are shown, for the first trial."""
    sitting = enter(qtbot, window, name)
    if window.pages.currentWidget() is sitting.instructions:
        type_key(qtbot, Qt.Key.Key_Return)
    at(qtbot, window, sitting.labeling)
    return sitting


def press(qtbot: QtBot, window: Window, *keys: Qt.Key) -> None:
    """Press each key once the window is ready for an answer, and wait until it is saved."""
    page = window.labeling
    assert page is not None
    for key in keys:
        qtbot.waitUntil(lambda: page.ready and page.isVisible() and page.isEnabled())
        type_key(qtbot, key)
        qtbot.waitUntil(lambda: not window.background.pending)


def words_of(widget: QWidget) -> str:
    """What its labels say."""
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))
