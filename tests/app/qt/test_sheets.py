"""What lies over a page has the keyboard as long as it is open, and words typed there stay there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from helpers import NAME_IT, new_study
from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from windows import at, begin, held, leave, press, settled, show_window, type_key

from app.qt.opened import open_study
from app.qt.settings import Settings
from app.qt.sitting import Sitting
from app.qt.window import Window
from app.study.events import Event
from app.study.file import StudyFile
from app.study.protocol import Protocol
from app.study.records import NewStudy

Key = Qt.Key
Control = Qt.KeyboardModifier.ControlModifier
Show = Callable[..., Window]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "study.jury"


@pytest.fixture
def show(qtbot: QtBot, path: Path, tmp_path: Path) -> Iterator[Show]:
    shown: list[Window] = []
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))

    def made(new: NewStudy | None = None) -> Window:
        StudyFile.create(path, new or new_study(4))
        shown.append(Window(open_study(path), settings=settings))
        return show_window(qtbot, shown[-1])

    yield made
    for window in shown:
        leave(qtbot, window)
        window.deleteLater()


def log(path: Path) -> list[tuple[str, str | None]]:
    with StudyFile.open(path, writable=False) as study:
        (rater,) = study.raters()
        events: tuple[Event, ...] = study.events(rater)
    return [(event.kind, event.note or event.answer) for event in events]


def commenting(qtbot: QtBot, window: Window, words: str) -> Sitting:
    """A rater who has written this and not saved it."""
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    type_key(qtbot, Key.Key_C)
    qtbot.keyClicks(sitting.comment.text, words)
    return sitting


def hand_in(qtbot: QtBot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Return, Control)


# ---- the keyboard ------------------------------------------------------------------------------------------------


def test_the_keyboard_comes_back_to_the_comment_below_the_instructions(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show()
    sitting = commenting(qtbot, window, "Row ")
    window.menus.instructions.trigger()
    type_key(qtbot, Key.Key_Escape, Key.Key_1)
    settled(qtbot, window)
    assert log(path) == []
    assert sitting.comment.isVisible()
    assert sitting.comment.text.toPlainText() == "Row 1"


def test_the_keyboard_stays_with_the_comment_when_a_study_cannot_be_opened(
    qtbot: QtBot, show: Show, path: Path
) -> None:
    window = show()
    sitting = commenting(qtbot, window, "Row ")
    with qtbot.captureExceptions():
        window.open(path.with_name("none.jury"))
        settled(qtbot, window)
    type_key(qtbot, Key.Key_2)
    settled(qtbot, window)
    assert log(path) == []
    assert sitting.comment.text.toPlainText() == "Row 2"


def test_the_keyboard_stays_with_a_comment_that_was_not_saved_when_the_window_was_closed(
    qtbot: QtBot, show: Show, path: Path
) -> None:
    window = show()
    sitting = commenting(qtbot, window, "Row ")
    with held(window):
        hand_in(qtbot)
        window.close()
        moved = path.rename(path.with_suffix(".away"))
    qtbot.waitUntil(sitting.comment.problem.isVisible)
    moved.rename(path)
    type_key(qtbot, Key.Key_2)
    settled(qtbot, window)
    assert (log(path), sitting.comment.text.toPlainText()) == ([], "Row 2")
    hand_in(qtbot)
    qtbot.waitUntil(lambda: not sitting.comment.isVisible())
    assert log(path) == [("comment", "Row 2")]


def test_instructions_that_were_opened_over_the_last_trial_are_closed_before_the_page_below(
    qtbot: QtBot, show: Show, path: Path
) -> None:
    window = show(new_study(2))
    sitting = begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1)
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    with held(window):
        type_key(qtbot, Key.Key_1, Key.Key_Question)
    at(qtbot, window, sitting.thanks)
    assert window.rubric is not None
    assert window.rubric.isVisible()
    type_key(qtbot, Key.Key_Return)
    assert not window.rubric.isVisible()
    assert window.isVisible()
    assert sitting.thanks.close_button.hasFocus()


def test_a_break_that_ends_takes_no_keyboard_from_what_lies_over_it(qtbot: QtBot, show: Show) -> None:
    window = show(replace(new_study(4), protocol=Protocol(block=2, break_seconds=3000)))
    sitting = begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1, Key.Key_1)
    page = sitting.interlude
    at(qtbot, window, page)
    assert window.rubric is not None
    window.menus.instructions.trigger()
    page._over_at = 0.0
    page.tick()
    assert page.on.isEnabled()
    assert window.rubric.area.hasFocus()
    type_key(qtbot, Key.Key_Escape)
    assert page.on.hasFocus()


# ---- naming, and a comment ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("complete", [True, False])
def test_ctrl_enter_in_a_comment_saves_the_comment_and_names_nothing(
    qtbot: QtBot, show: Show, path: Path, complete: bool
) -> None:
    window = show(replace(new_study(4, units=2), rubric=NAME_IT))
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    if complete:
        type_key(qtbot, Key.Key_1)
        qtbot.keyClicks(QApplication.focusWidget(), "edges")
        type_key(qtbot, Key.Key_Escape)
    type_key(qtbot, Key.Key_C)
    qtbot.keyClicks(sitting.comment.text, "unsure")
    hand_in(qtbot)
    qtbot.waitUntil(lambda: not sitting.comment.isVisible())
    assert log(path) == [("comment", "unsure")]


def test_ctrl_enter_under_the_instructions_names_nothing(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(replace(new_study(4, units=2), rubric=NAME_IT))
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    type_key(qtbot, Key.Key_3, Key.Key_Question)
    hand_in(qtbot)
    settled(qtbot, window)
    assert log(path) == []


@pytest.mark.parametrize("from_the_words", [True, False])
def test_ctrl_enter_names_a_unit_from_the_words_and_from_the_page(
    qtbot: QtBot, show: Show, path: Path, from_the_words: bool
) -> None:
    window = show(replace(new_study(4, units=2), rubric=NAME_IT))
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    type_key(qtbot, Key.Key_1)
    qtbot.keyClicks(QApplication.focusWidget(), "edges")
    if not from_the_words:
        type_key(qtbot, Key.Key_Escape)
        sitting.labeling.setFocus()
    hand_in(qtbot)
    settled(qtbot, window)
    assert log(path) == [("label", "edges")]


# ---- words stay --------------------------------------------------------------------------------------------------


def test_words_that_are_typed_while_a_comment_is_saved_are_not_taken_and_it_says_so(
    qtbot: QtBot, show: Show, path: Path
) -> None:
    window = show()
    sitting = commenting(qtbot, window, "One")
    with held(window):
        hand_in(qtbot)
        qtbot.keyClicks(sitting.comment.text, " two")
        type_key(qtbot, Key.Key_Escape)
        assert sitting.comment.isVisible()
        assert sitting.comment.left.text() == "Saving…"
        assert sitting.comment.text.toPlainText() == "One"
    qtbot.waitUntil(lambda: not sitting.comment.isVisible())
    assert log(path) == [("comment", "One")]
    type_key(qtbot, Key.Key_C)
    qtbot.keyClicks(sitting.comment.text, " two")
    hand_in(qtbot)
    qtbot.waitUntil(lambda: not sitting.comment.isVisible())
    assert log(path)[-1] == ("comment", "One two")


def test_a_click_beside_a_comment_takes_no_words_away(qtbot: QtBot, show: Show) -> None:
    window = show()
    sitting = commenting(qtbot, window, "One")
    qtbot.mouseClick(sitting.comment, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert sitting.comment.isVisible()
    assert sitting.comment.text.toPlainText() == "One"


def test_a_comment_goes_only_when_it_is_saved_itself(qtbot: QtBot, show: Show) -> None:
    window = show()
    sitting = commenting(qtbot, window, "One")
    sitting.session.flag()
    settled(qtbot, window)
    assert sitting.session.screen.flagged
    assert sitting.comment.isVisible()
    assert sitting.comment.text.toPlainText() == "One"


# ---- who is there ------------------------------------------------------------------------------------------------


def test_instructions_that_are_only_left_open_count_as_nobody_there(
    qtbot: QtBot, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = show()
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    type_key(qtbot, Key.Key_Question)
    rubric = window.rubric
    assert rubric is not None
    touched: list[bool] = []
    monkeypatch.setattr(sitting.session, "touched", lambda: touched.append(True))
    places = count()

    def moved() -> bool:
        """Input is told of once a second at most: there may have been some just now."""
        qtbot.mouseMove(rubric.area.viewport(), QPoint(20 + next(places) % 200, 40))
        return bool(touched)

    qtbot.waitUntil(moved)
    timers = [timer for timer in rubric.findChildren(QTimer) if timer.isActive() and not timer.isSingleShot()]
    assert timers == []
