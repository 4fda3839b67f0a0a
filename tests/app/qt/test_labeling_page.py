"""Keys arrive at the session, and what is drawn is what was handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import FakeLog, HeldBackground
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import Fault
from app.qt.background import here_and_now
from app.qt.images import decode
from app.qt.labeling_page import LabelingPage
from app.qt.opened import OpenStudy, open_study
from app.qt.sights import Sight, Sights, looking_into
from app.qt.theme import LIGHT
from app.session import Background, Session, at_once
from app.study.records import Kind, Trial

Key = Qt.Key


def told(log: FakeLog) -> list[tuple[str, Kind, str | None]]:
    """What the log was told, without the times."""
    return [(trial, kind, answer) for trial, kind, answer, _ in log.lines]


@pytest.fixture
def opened(study_path: Path) -> Iterator[OpenStudy]:
    study = open_study(study_path)
    yield study
    study.file.close()


Make = Callable[..., LabelingPage]


@pytest.fixture
def make(qtbot: QtBot, opened: OpenStudy) -> Make:
    looking = looking_into(opened.file)

    def made(
        log: FakeLog,
        background: Background = at_once,
        look: Callable[[Trial], Sight] = looking,
        count: int = 5,
    ) -> LabelingPage:
        trials = [Trial(f"trial{n}", n, f"id{n:04x}", 1, "blind", 1) for n in range(count)]
        session = Session(trials, opened.rubric, log, background=background)
        page = LabelingPage(session, Sights(look, here_and_now), LIGHT)
        qtbot.addWidget(page)
        page.setMinimumSize(800, 600)
        page.resize(1000, 700)
        session.show()
        page.show()
        page.activateWindow()
        qtbot.waitUntil(lambda: page.isActiveWindow() and page.ready)
        page.setFocus()
        return page

    return made


def press(qtbot: QtBot, page: LabelingPage, *keys: Any) -> None:
    """Press each key once the page has drawn its image."""
    for key in keys:
        qtbot.waitUntil(lambda: page.ready)
        qtbot.keyClick(page, key)


def middle(page: LabelingPage) -> tuple[int, int, int]:
    """The color in the middle of the stimulus."""
    image = page.stimulus.grab().toImage()
    color: QColor = image.pixelColor(image.width() // 2, image.height() // 2)
    return color.red(), color.green(), color.blue()


def test_keys_answer_in_order(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    press(qtbot, make(log), Key.Key_1, Key.Key_3, Key.Key_0, Key.Key_2)
    assert told(log) == [
        ("trial0", "label", "no"),
        ("trial1", "label", "yes"),
        ("trial2", "cannot_tell", None),
        ("trial3", "label", "some"),
    ]


def test_the_number_pad_answers(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    qtbot.keyClick(page, Key.Key_2, Qt.KeyboardModifier.KeypadModifier)
    assert told(log) == [("trial0", "label", "some")]


def test_keys_without_meaning_do_nothing(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    for key in (Key.Key_4, Key.Key_9, Key.Key_A, Key.Key_Space, Key.Key_Return):
        qtbot.keyClick(page, key)
    qtbot.keyClick(page, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert told(log) == []


def test_what_is_drawn_is_what_was_handed_over(qtbot: QtBot, make: Make) -> None:
    page = make(FakeLog())
    assert middle(page) == (0, 0, 90)
    assert (page.count.text(), page.progress.value()) == ("0 of 5", 0)
    assert not page.undo.isEnabled()
    press(qtbot, page, Key.Key_1)
    qtbot.waitUntil(lambda: page.ready)
    assert middle(page) == (1, 0, 90)
    assert (page.count.text(), page.progress.value()) == ("1 of 5", 1)
    assert page.undo.isEnabled()
    assert [grid.captions[0] for grid in page.evidence.grids] == ["94.0", "\N{MINUS SIGN}94.0"]


def test_a_pressed_category_flashes(qtbot: QtBot, make: Make) -> None:
    page = make(FakeLog())
    press(qtbot, page, Key.Key_2)
    assert [button.isDown() for button in page.categories.buttons] == [False, True, False]
    qtbot.waitUntil(lambda: not page.categories.buttons[1].isDown())


@pytest.mark.parametrize(
    "undo", [(Key.Key_Backspace, Qt.KeyboardModifier.NoModifier), (Key.Key_Z, Qt.KeyboardModifier.ControlModifier)]
)
def test_undo(qtbot: QtBot, make: Make, undo: tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
    log = FakeLog()
    page = make(log)
    press(qtbot, page, Key.Key_1)
    qtbot.waitUntil(lambda: page.ready)
    qtbot.keyClick(page, *undo)
    assert told(log)[1:] == [("trial0", "undo", None)]
    assert middle(page) == (0, 0, 90)
    qtbot.keyClick(page, *undo)
    assert len(log.lines) == 2


def test_a_key_held_down_counts_once(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    for repeats in (False, True, True):
        qtbot.waitUntil(lambda: page.ready)
        held = QKeyEvent(QEvent.Type.KeyPress, Key.Key_1, Qt.KeyboardModifier.NoModifier, "1", repeats)
        QApplication.sendEvent(page, held)
    assert len(log.lines) == 1


def test_an_image_not_yet_on_screen_cannot_be_judged(make: Make) -> None:
    log = FakeLog()
    page = make(log)
    for _ in range(3):  # no event loop in between: nothing is painted
        held = QKeyEvent(QEvent.Type.KeyPress, Key.Key_1, Qt.KeyboardModifier.NoModifier, "1")
        QApplication.sendEvent(page, held)
    assert len(log.lines) == 1


def test_a_click_answers_once_and_gives_the_keyboard_back(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    qtbot.mouseClick(page.categories.buttons[2], Qt.MouseButton.LeftButton)
    assert told(log) == [("trial0", "label", "yes")]
    assert page.hasFocus()
    for key in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
        press(qtbot, page, key)
    assert len(log.lines) == 1


def test_a_button_reached_with_tab_answers_once(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    button = page.categories.buttons[0]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Key.Key_Space)
    assert told(log) == [("trial0", "label", "no")]
    assert page.hasFocus()
    qtbot.waitUntil(lambda: page.ready)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Key.Key_2)  # digits work wherever the focus is
    assert told(log)[1:] == [("trial1", "label", "some")]


def test_a_failed_write_keeps_the_trial_and_shows_the_words(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    log.fault = Fault("The disk is full.")
    page = make(log)
    press(qtbot, page, Key.Key_1)
    assert page.problem.isVisible()
    assert "The disk is full." in page.problem.text()
    assert (middle(page), page.count.text()) == ((0, 0, 90), "0 of 5")
    log.fault = None
    press(qtbot, page, Key.Key_3)
    assert told(log) == [("trial0", "label", "yes")]
    assert not page.problem.isVisible()


def test_a_slow_write_leaves_the_window_alive(qtbot: QtBot, make: Make) -> None:
    log, slow = FakeLog(), HeldBackground()
    page = make(log, background=slow)
    press(qtbot, page, Key.Key_1)
    assert page.saving.text() == ""
    qtbot.waitUntil(lambda: page.saving.text() == "Saving…")
    qtbot.keyClick(page, Key.Key_2)
    qtbot.keyClick(page, Key.Key_Backspace)
    assert (len(slow.waiting), page.count.text(), middle(page)) == (1, "0 of 5", (0, 0, 90))
    slow.release()
    assert (told(log), page.saving.text(), page.count.text()) == ([("trial0", "label", "no")], "", "1 of 5")


@pytest.mark.parametrize("data", [b"", b"no image", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_an_image_that_cannot_be_shown_can_be_passed_over(
    qtbot: QtBot, make: Make, opened: OpenStudy, data: bytes
) -> None:
    log = FakeLog()
    look = looking_into(opened.file)
    page = make(log, look=lambda trial: replace(look(trial), picture=decode(data)))
    qtbot.keyClick(page, Key.Key_1)
    assert told(log) == []
    assert "cannot be shown" in page.stimulus.accessibleDescription()
    qtbot.keyClick(page, Key.Key_0)
    assert told(log) == [("trial0", "cannot_tell", None)]


def test_what_cannot_be_read_cannot_be_judged(qtbot: QtBot, make: Make) -> None:
    def look(trial: Trial) -> Sight:
        raise Fault("The file was removed.")

    log = FakeLog()
    page = make(log, look=look)
    qtbot.keyClick(page, Key.Key_1)
    assert told(log) == []
    assert not page.stimulus.shows_image


def test_the_last_answer_draws_a_screen_with_no_trial(qtbot: QtBot, make: Make) -> None:
    page = make(FakeLog(), count=1)
    with qtbot.waitSignal(page.drawn) as drawn:
        qtbot.keyClick(page, Key.Key_1)
    assert drawn.args is not None
    assert drawn.args[0].trial is None
