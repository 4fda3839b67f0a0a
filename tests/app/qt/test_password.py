"""A file with a password, in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import study_file
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from windows import at, begin, close, held, press, settled, show_window, type_key, words_of

from app.qt.settings import Settings
from app.qt.texts import password as texts
from app.qt.window import Window
from app.study.file import StudyFile
from app.study.handing_out import hand_out

Key = Qt.Key
Show = Callable[[], Window]
PASSWORD = "long enough"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with StudyFile.open(study_file(tmp_path, 3)) as study:
        return hand_out(study, ["heron"], tmp_path / "out", lambda done, total: None, password=PASSWORD)[0].path


@pytest.fixture
def show(qtbot: QtBot, tmp_path: Path) -> Iterator[Show]:
    shown: list[Window] = []

    def made() -> Window:
        store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        shown.append(Window(settings=Settings(store)))
        return show_window(qtbot, shown[-1])

    yield made
    for window in shown:
        close(qtbot, window)
        window.deleteLater()


def asked(qtbot: QtBot, window: Window, file: Path) -> QLineEdit:
    """Open the file; the field that asks for its password."""
    window.open(file)
    qtbot.waitUntil(window.password.isVisible)
    settled(qtbot, window)
    return window.password.password


def give(qtbot: QtBot, window: Window, password: str) -> None:
    assert window.password.password.hasFocus()
    qtbot.keyClicks(window.password.password, password)
    type_key(qtbot, Key.Key_Return)
    settled(qtbot, window)


def test_a_rater_gives_the_password_labels_and_comes_back(qtbot: QtBot, show: Show, file: Path, tmp_path: Path) -> None:
    window = show()
    asked(qtbot, window, file)
    give(qtbot, window, PASSWORD)
    assert not window.password.isVisible()
    at(qtbot, window, window.start)
    assert window.windowTitle() == "Edges?"
    assert window.start is not None
    qtbot.mouseClick(window.start.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.sitting is not None)
    assert window.sitting is not None
    type_key(qtbot, Key.Key_Return)
    at(qtbot, window, window.labeling)
    press(qtbot, window, Key.Key_1, Key.Key_2)
    window.menus.close_study.trigger()
    at(qtbot, window, window.home)
    settled(qtbot, window)
    (row,) = window.home.rows
    assert row.left.text() == "Has a password."
    row.open.setFocus()
    type_key(qtbot, Key.Key_Return)
    qtbot.waitUntil(window.password.isVisible)
    settled(qtbot, window)
    give(qtbot, window, PASSWORD)
    at(qtbot, window, window.start)
    assert "2 of 3" in words_of(window.start)
    assert PASSWORD not in (tmp_path / "settings.ini").read_text()
    assert not [one for one in tmp_path.rglob("*") if one.is_file() and PASSWORD.encode() in one.read_bytes()]


def test_a_wrong_one_is_told_and_may_be_given_again(qtbot: QtBot, show: Show, file: Path) -> None:
    before = file.read_bytes()
    window = show()
    field = asked(qtbot, window, file)
    assert not window.password.problem.isVisible()
    give(qtbot, window, "Long enough")
    assert window.password.isVisible()
    assert texts.WRONG in window.password.problem.text()
    assert field.hasSelectedText()  # what is typed next replaces it
    assert file.read_bytes() == before
    give(qtbot, window, PASSWORD)
    at(qtbot, window, window.start)
    assert field.text() == ""


@pytest.mark.parametrize("how", ["escape", "cancel"])
def test_giving_up_leads_back_and_keeps_nothing(qtbot: QtBot, show: Show, file: Path, how: str) -> None:
    window = show()
    field = asked(qtbot, window, file)
    qtbot.keyClicks(field, PASSWORD)
    window.password.shown.click()
    if how == "escape":
        type_key(qtbot, Key.Key_Escape)
    else:
        qtbot.mouseClick(window.password.cancel, Qt.MouseButton.LeftButton)
    assert not window.password.isVisible()
    assert window.pages.currentWidget() is window.home
    assert (window.study, field.text(), field.echoMode()) == (None, "", QLineEdit.EchoMode.Password)
    assert window.settings.recent() == ()


def test_it_is_hidden_until_it_is_asked_to_be_shown(qtbot: QtBot, show: Show, file: Path) -> None:
    window = show()
    field = asked(qtbot, window, file)
    assert window.password.name.text() == file.name
    assert not window.password.open_file.isEnabled()
    qtbot.keyClicks(field, "abc")
    assert field.displayText() != "abc"
    window.password.shown.click()
    assert field.displayText() == "abc"
    assert window.password.open_file.isEnabled()


def test_while_it_is_tried_it_is_tried_once(qtbot: QtBot, show: Show, file: Path) -> None:
    window = show()
    field = asked(qtbot, window, file)
    qtbot.keyClicks(field, PASSWORD)
    tried: list[str] = []
    window.password.given.connect(lambda path, password: tried.append(password))
    with held(window):
        type_key(qtbot, Key.Key_Return, Key.Key_Return, Key.Key_X)
        assert window.password.open_file.text() == texts.OPENING
        assert not window.password.open_file.isEnabled()
        assert field.text() == PASSWORD
    settled(qtbot, window)
    at(qtbot, window, window.start)
    assert tried == [PASSWORD]


def test_whoever_labels_goes_on_where_they_were_once_they_give_up(
    qtbot: QtBot, show: Show, file: Path, tmp_path: Path
) -> None:
    window = show()
    window.open(study_file(tmp_path / "another", 3))
    qtbot.waitUntil(lambda: window.study is not None)
    sitting = begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1)
    asked(qtbot, window, file)
    type_key(qtbot, Key.Key_2)  # goes into the field
    assert sitting.session.screen.done == 1
    type_key(qtbot, Key.Key_Escape)
    press(qtbot, window, Key.Key_2)
    assert sitting.session.screen.done == 2
