"""The window with no study, with another one, and beside another window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import new_study, study_file
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from windows import at, begin, close, held, press, settled, show_window, type_key, words_of

import app
from app.qt.about import About
from app.qt.application import qt_application
from app.qt.in_use import InUse
from app.qt.keys import Action
from app.qt.keys_dialog import KeysDialog
from app.qt.opened import open_study
from app.qt.settings import Settings
from app.qt.window import Window
from app.study.file import StudyFile

Key = Qt.Key
Show = Callable[..., Window]
dialog = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # of every dialog, offscreen


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def show(qtbot: QtBot, settings: Settings) -> Iterator[Show]:
    shown: list[Window] = []

    def made(path: Path | None = None) -> Window:
        shown.append(Window(open_study(path) if path is not None else None, settings=settings))
        return show_window(qtbot, shown[-1])

    yield made
    for window in shown:
        close(qtbot, window)
        window.deleteLater()


def other_study(folder: Path) -> Path:
    """A study with another title."""
    path = folder / "other.jury"
    new = new_study(3)
    StudyFile.create(path, replace(new, info=replace(new.info, title="Curves?")))
    return path


def opened(qtbot: QtBot, window: Window, title: str) -> None:
    qtbot.waitUntil(lambda: window.windowTitle() == title and window.pages.currentWidget() is window.start)


# ---- home --------------------------------------------------------------------------------------------------------


def test_with_no_study_it_begins_at_home_and_opens_a_recent_one(
    qtbot: QtBot, show: Show, settings: Settings, tmp_path: Path
) -> None:
    settings.remember(study_file(tmp_path))
    window = show()
    assert window.pages.currentWidget() is window.home
    qtbot.waitUntil(lambda: not window.background.pending)
    (row,) = window.home.rows
    assert row.left.text() == "Nobody has begun."
    row.open.setFocus()
    type_key(qtbot, Key.Key_Return)
    opened(qtbot, window, "Edges?")


def test_a_study_that_was_opened_is_remembered(show: Show, settings: Settings, tmp_path: Path) -> None:
    path = study_file(tmp_path)
    show(path)
    assert [one.path for one in settings.recent()] == [path.resolve()]


def test_closing_a_study_leads_home_where_its_progress_is_told(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    window = show(study_file(tmp_path, 3))
    begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1)
    window.menus.close_study.trigger()
    at(qtbot, window, window.home)
    qtbot.waitUntil(lambda: not window.background.pending)
    assert window.home.rows[0].left.text() == "ann: 2 of 3 left"
    assert (window.study, window.sitting, window.start, window.windowTitle()) == (None, None, None, "Neuron Jury")
    assert not window.menus.close_study.isEnabled()


def test_a_study_with_an_unsaved_answer_is_not_closed(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    path = study_file(tmp_path, 3)
    window = show(path)
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    moved = path.rename(path.with_suffix(".away"))
    type_key(qtbot, Key.Key_1)
    window.menus.close_study.trigger()
    qtbot.waitUntil(lambda: not window.background.pending)
    assert window.pages.currentWidget() is sitting.labeling
    moved.rename(path)
    press(qtbot, window, Key.Key_1)


def test_a_study_is_taken_off_the_list(qtbot: QtBot, show: Show, settings: Settings, tmp_path: Path) -> None:
    settings.remember(tmp_path / "gone.jury")
    window = show()
    qtbot.waitUntil(lambda: not window.background.pending)
    qtbot.mouseClick(window.home.rows[0].forget, Qt.MouseButton.LeftButton)
    assert window.home.rows == []
    assert settings.recent() == ()


def test_recent_studies_are_in_the_menu(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    other, path = other_study(tmp_path), study_file(tmp_path)
    window = show(other)
    window.open(path)
    opened(qtbot, window, "Edges?")
    window.menus.list_recent()
    entries = window.menus.recent.actions()
    assert [entry.text() for entry in entries] == ["study.jury", "other.jury"]
    entries[1].trigger()
    opened(qtbot, window, "Curves?")


# ---- dropped files -----------------------------------------------------------------------------------------------


def drop(window: Window, *paths: Path) -> tuple[bool, bool]:
    """Whether the window would take these, and whether it did."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    coming = QDragEnterEvent(QPoint(50, 50), *how)
    coming.ignore()
    QApplication.sendEvent(window, coming)
    dropped = QDropEvent(QPointF(50, 50), *how)
    dropped.ignore()
    QApplication.sendEvent(window, dropped)
    return coming.isAccepted(), dropped.isAccepted()


def test_a_study_file_may_be_dropped_onto_the_window(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    window = show()
    assert drop(window, study_file(tmp_path)) == (True, True)
    opened(qtbot, window, "Edges?")


def test_nothing_else_may_be_dropped(show: Show, tmp_path: Path) -> None:
    window = show()
    path = study_file(tmp_path)
    (tmp_path / "notes.txt").touch()
    assert drop(window, tmp_path / "notes.txt") == (False, False)
    assert drop(window, path, other_study(tmp_path)) == (False, False)
    assert window.study is None


# ---- two windows -------------------------------------------------------------------------------------------------


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of the test's own."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_the_second_window_on_a_study_is_told_and_may_go_on(
    qtbot: QtBot, show: Show, tmp_path: Path, temp: Path
) -> None:
    path = study_file(tmp_path)
    first, second = show(path), show(path)
    assert first.start is not None
    assert second.start is not None
    assert "open in another window" not in words_of(first.start)
    assert "open in another window" in words_of(second.start)
    begin(qtbot, second, "ann")
    press(qtbot, second, Key.Key_1)
    close(qtbot, second)
    first.menus.close_study.trigger()
    at(qtbot, first, first.home)
    mark = InUse(path)
    assert not mark.elsewhere
    mark.release()


def test_a_third_window_is_told_of_the_second_when_the_first_is_gone(
    qtbot: QtBot, show: Show, tmp_path: Path, temp: Path
) -> None:
    path = study_file(tmp_path)
    first, second = show(path), show(path)
    close(qtbot, first)
    before = second.start
    second._start_again()
    qtbot.waitUntil(lambda: second.start is not before)
    third = show(path)
    assert second.start is not None
    assert third.start is not None
    assert "open in another window" not in words_of(second.start)
    assert "open in another window" in words_of(third.start)


# ---- who starts --------------------------------------------------------------------------------------------------


def test_tab_goes_from_the_name_through_those_who_have_begun_to_start_and_changes_no_name(
    qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    path = study_file(tmp_path)
    with StudyFile.open(path) as study:
        study.add_rater("ann")
    start = show(path).start
    assert start is not None
    qtbot.keyClicks(start.name, "bob")
    type_key(qtbot, Key.Key_Tab)
    assert start.people.hasFocus()
    type_key(qtbot, Key.Key_Tab)
    assert start.start.hasFocus()
    for _ in range(2):
        type_key(qtbot, Key.Key_Backtab)
    assert start.name.hasFocus()
    type_key(qtbot, Key.Key_Backtab)
    assert start.name.text() == "bob"


def test_who_has_begun_goes_on_with_a_click_or_with_enter_on_their_name(
    qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    path = study_file(tmp_path)
    with StudyFile.open(path) as study:
        study.add_rater("ann")
    window = show(path)
    start = window.start
    assert start is not None
    place = start.people.visualItemRect(start.people.item(0)).center()
    qtbot.mouseClick(start.people.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert start.name.text() == "ann"
    start.name.clear()
    start.people.setFocus()
    type_key(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: window.sitting is not None)
    settled(qtbot, window)
    assert window.pages.count() == 8  # home, raters, start, and one rater's five


def test_opening_the_same_study_again_in_one_window_is_no_second_window(
    qtbot: QtBot, show: Show, tmp_path: Path, temp: Path
) -> None:
    path = study_file(tmp_path)
    window = show(path)
    before = window.start
    window.open(path)
    qtbot.waitUntil(lambda: window.start is not before)
    assert window.start is not None
    assert "open in another window" not in words_of(window.start)


# ---- menus -------------------------------------------------------------------------------------------------------


def test_raters_are_shown_from_the_start_page_and_never_while_somebody_labels(
    qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    path = study_file(tmp_path, 3)
    window = show(path)
    begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1)
    assert not window.menus.raters.isEnabled()
    close(qtbot, window)
    again = show(path)
    assert again.menus.raters.isEnabled()
    again.menus.raters.trigger()
    at(qtbot, again, again.raters)
    assert not again.menus.raters.isEnabled()
    assert again.raters.model.rowCount() == 1
    again.raters.back.emit()
    qtbot.waitUntil(lambda: again.pages.currentWidget() is again.start)


def test_raters_that_arrive_when_somebody_has_begun_are_not_shown(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    window = show(study_file(tmp_path, 3))
    assert window.start is not None
    with held(window):
        window.start.begun.emit("ann")
        window.menus.raters.trigger()
    settled(qtbot, window)
    assert window.sitting is not None
    assert window.pages.currentWidget() is window.sitting.instructions


def test_at_home_there_are_no_raters_and_no_instructions(show: Show) -> None:
    window = show()
    assert (window.menus.raters.isEnabled(), window.menus.instructions.isEnabled()) == (False, False)


def test_the_instructions_are_in_the_menu(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    window = show(study_file(tmp_path))
    window.menus.instructions.trigger()
    assert window.rubric is not None
    assert window.rubric.isVisible()
    type_key(qtbot, Key.Key_Escape)
    assert window.start is not None
    assert window.start.name.hasFocus()


def test_a_study_is_opened_again_after_tab_went_round_in_the_rubric(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    path = study_file(tmp_path, 3)
    window = show(path)
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    type_key(qtbot, Key.Key_Question, Key.Key_Tab, Key.Key_Tab, Key.Key_Escape)
    window.menus.close_study.trigger()
    at(qtbot, window, window.home)
    window.open(path)
    opened(qtbot, window, "Edges?")
    assert window.menus.raters.isEnabled()


@dialog
def test_keys_that_are_changed_count_at_once_and_the_next_time(
    qtbot: QtBot, show: Show, settings: Settings, tmp_path: Path
) -> None:
    window = show(study_file(tmp_path, 3))
    sitting = begin(qtbot, window, "ann")
    window.menus.keys.trigger()
    (keys,) = window.findChildren(KeysDialog)
    keys.buttons[Action.ANSWER_3].pressed_key.emit("J")
    keys.accept()
    assert settings.keys().key(Action.ANSWER_3) == "J"
    assert any(label.text() == "J" for label in sitting.labeling.findChildren(QLabel))
    show_window(qtbot, window)
    press(qtbot, window, Key.Key_J)
    assert sitting.session.screen.done == 1
    assert show(other_study(tmp_path)).keys.key(Action.ANSWER_3) == "J"


@dialog
def test_about_opens_over_any_page(qtbot: QtBot, show: Show) -> None:
    window = show()
    window.menus.about.trigger()
    (about,) = window.findChildren(About)
    assert about.isVisible()
    told = words_of(about)
    for fact in (app.__version__, "reads format 1", "LGPL 3", "MIT", "it sends nothing"):
        assert fact in told
    about.accept()


def test_the_program_has_its_icon_and_the_name_of_its_desktop_file(show: Show) -> None:
    show()
    program = qt_application()
    assert QGuiApplication.desktopFileName() == "neuronjury"
    assert program.applicationName() == "Neuron Jury"
    assert not program.windowIcon().pixmap(64, 64).isNull()


def test_the_screen_is_filled_and_left_again(qtbot: QtBot, show: Show) -> None:
    window = show()
    window.toggle_full_screen()
    assert window.isFullScreen()
    window.toggle_full_screen()
    assert not window.isFullScreen()
