"""Answers on their way back, and whom to write to, in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import new_study
from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot
from windows import at, begin, close, held, press, settled, show_window, type_key, words_of

import app.qt.in_folder
from app.errors import Fault
from app.qt.settings import Settings
from app.qt.window import Window
from app.study.collecting import collect
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.protocol import Protocol

Key = Qt.Key
Show = Callable[[Path], Window]
CONTACT = "Ada,\n ada@example.org"
ADA = "Ada, ada@example.org"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "curves.jury"
    StudyFile.create(path, replace(new_study(3), protocol=Protocol(contact=CONTACT)))
    return path


@pytest.fixture
def file(home: Path, tmp_path: Path) -> Path:
    with StudyFile.open(home) as study:
        return hand_out(study, ["heron"], tmp_path / "out", lambda done, total: None)[0].path


@pytest.fixture
def show(qtbot: QtBot, tmp_path: Path) -> Iterator[Show]:
    shown: list[Window] = []

    def made(path: Path) -> Window:
        store = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        shown.append(Window(settings=Settings(store)))
        window = show_window(qtbot, shown[-1])
        window.open(path)
        qtbot.waitUntil(lambda: window.start is not None)
        settled(qtbot, window)
        return window

    yield made
    for window in shown:
        close(qtbot, window)
        window.deleteLater()


def start(qtbot: QtBot, window: Window) -> None:
    """Begin with the name that came with the file."""
    assert window.start is not None
    qtbot.mouseClick(window.start.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.sitting is not None)
    type_key(qtbot, Key.Key_Return)
    at(qtbot, window, window.labeling)


def saved(qtbot: QtBot, window: Window) -> Path:
    sheet = window.sending.sheet
    qtbot.waitUntil(lambda: sheet.isVisible() and sheet.saved is not None)
    assert sheet.saved is not None
    return sheet.saved.path


def test_answers_are_saved_at_any_time_and_at_the_end(qtbot: QtBot, show: Show, file: Path, home: Path) -> None:
    window = show(file)
    sheet = window.sending.sheet
    start(qtbot, window)
    press(qtbot, window, Key.Key_1)
    window.menus.send.trigger()
    path = saved(qtbot, window)
    assert path == file.resolve().with_name("curves-heron-answers.jury")
    assert "1 of 3 done" in words_of(sheet)
    assert str(path) in words_of(sheet)
    assert ADA in words_of(sheet)
    assert sheet.again.isVisible()
    with StudyFile.open(home) as study:
        assert collect(study, [path]).events == 1

    type_key(qtbot, Key.Key_Escape)
    assert window.sitting is not None
    assert window.sitting.session.screen.paused
    window.sitting.session.pause()
    press(qtbot, window, Key.Key_2, Key.Key_3)
    at(qtbot, window, window.sitting.thanks)
    assert ADA in words_of(window.sitting.thanks)
    type_key(qtbot, Key.Key_Return)
    assert saved(qtbot, window) == path
    settled(qtbot, window)
    assert "3 of 3 done" in words_of(sheet)
    assert not sheet.again.isVisible()
    with StudyFile.open(home) as study:
        came = collect(study, [path])
        assert (came.events, came.refused, came.notes) == (2, (), ())
        assert len(study.judgements()) == 3


def test_the_file_is_shown_in_its_folder(qtbot: QtBot, show: Show, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.qt.in_folder, "_asked", lambda path, otherwise: False)
    window = show(file)
    window.menus.send.trigger()
    path = saved(qtbot, window)
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    type_key(qtbot, Key.Key_Return)  # the button has the focus
    assert [Path(url.toLocalFile()) for url in opened] == [path.parent]


def test_something_else_of_that_name_is_left_alone_and_another_place_is_offered(
    qtbot: QtBot, show: Show, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = file.with_name("curves-heron-answers.jury")
    taken.write_text("my notes")
    window = show(file)
    sheet = window.sending.sheet
    window.menus.send.trigger()
    qtbot.waitUntil(sheet.problem.isVisible)
    assert "left alone" in sheet.problem.text()
    assert taken.read_text() == "my notes"
    assert not sheet.to_show.isVisible()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, **options: (str(tmp_path / "mine"), ""))
    type_key(qtbot, Key.Key_Return)  # on the button for another place
    assert saved(qtbot, window) == tmp_path / "mine.jury"
    assert not sheet.problem.isVisible()
    sheet.elsewhere.click()
    settled(qtbot, window)
    assert saved(qtbot, window) == tmp_path / "mine.jury"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, **options: ("", ""))
    sheet.elsewhere.click()
    assert saved(qtbot, window) == tmp_path / "mine.jury"


def test_a_place_that_cannot_be_is_told(
    qtbot: QtBot, show: Show, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = show(file)
    sheet = window.sending.sheet
    window.menus.send.trigger()
    saved(qtbot, window)
    typed = ((tmp_path / "no" / "where.jury", "There is no folder"), (tmp_path / ("x" * 300), "File name too long"))
    for path, why in typed:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, path=path, **options: (str(path), ""))
        sheet.elsewhere.click()
        settled(qtbot, window)
        assert sheet.problem.isVisible()
        assert why in sheet.problem.text()
    assert not (tmp_path / "no").exists()


def test_where_nothing_is_answered_nobody_is_told_to_send_it(qtbot: QtBot, show: Show, file: Path) -> None:
    window = show(file)
    sheet = window.sending.sheet
    for answers in (0, 1):
        if answers:
            type_key(qtbot, Key.Key_Escape)
            start(qtbot, window)
            press(qtbot, window, Key.Key_1)
        window.menus.send.trigger()
        saved(qtbot, window)
        settled(qtbot, window)
        assert ("Nothing is answered yet: 0 of 3 done" in words_of(sheet)) == (not answers)
        assert ("nothing to send yet" in words_of(sheet)) == (not answers)
        for sending in (sheet.send_to, sheet.how):
            assert sending.isVisible() == bool(answers)
        assert sheet.again.isVisible()


def test_the_second_window_on_a_raters_own_file_is_to_wait_for_the_first(
    qtbot: QtBot, show: Show, file: Path, home: Path
) -> None:
    for path, told in ((file, "Close the other window first"), (home, "never under the same name in both")):
        first, second = show(path), show(path)
        assert first.start is not None
        assert second.start is not None
        assert not first.start.in_use.isVisible()
        assert second.start.in_use.isVisible()
        assert told in second.start.in_use.text()


def test_it_can_be_done_where_it_is_known_whose_answers_they_are(qtbot: QtBot, show: Show, home: Path) -> None:
    window = show(home)
    assert not window.menus.send.isEnabled()
    begin(qtbot, window, "  ann  lee ")
    assert window.menus.send.isEnabled()
    window.menus.send.trigger()
    assert saved(qtbot, window).name == "curves-ann-lee-answers.jury"
    type_key(qtbot, Key.Key_Escape)
    window.close_study()
    at(qtbot, window, window.home)
    assert not window.menus.send.isEnabled()


def test_an_answer_on_its_way_comes_along(qtbot: QtBot, show: Show, file: Path, home: Path) -> None:
    window = show(file)
    start(qtbot, window)
    qtbot.waitUntil(lambda: window.labeling is not None and window.labeling.ready)
    with held(window):
        type_key(qtbot, Key.Key_1)
        window.menus.send.trigger()
        assert window.sending.sheet.saved is None
        assert "Saving" in words_of(window.sending.sheet)
    path = saved(qtbot, window)
    assert window.sitting is not None
    assert window.sitting.session.screen.paused
    with StudyFile.open(home) as study:
        assert collect(study, [path]).events == 1


def test_a_study_that_is_closed_meanwhile_takes_the_sheet_with_it(qtbot: QtBot, show: Show, file: Path) -> None:
    window = show(file)
    with held(window):
        window.menus.send.trigger()
        window.close_study()
    at(qtbot, window, window.home)
    settled(qtbot, window)
    assert not window.sending.sheet.isVisible()


def test_answers_alone_are_not_opened_to_be_labeled(qtbot: QtBot, show: Show, file: Path) -> None:
    window = show(file)
    window.menus.send.trigger()
    path = saved(qtbot, window)
    with capture_exceptions() as told:
        window.open(path)
        settled(qtbot, window)
    ((_, fault, _),) = told
    assert isinstance(fault, Fault)
    assert "open the file that you were sent" in str(fault)
    assert window.study is not None
    assert window.study.file.path == file


# ---- whom to write to ------------------------------------------------------------------------------------------------


def test_whom_to_write_to_is_shown_and_copied(qtbot: QtBot, show: Show, file: Path) -> None:
    window = show(file)
    assert window.start is not None
    assert ADA in words_of(window.start)
    window.menus.write.trigger()
    sheet = window.sending.contact
    assert ADA in words_of(sheet)
    QGuiApplication.clipboard().clear()
    type_key(qtbot, Key.Key_Return)
    assert QGuiApplication.clipboard().text() == ADA
    window.close_study()
    at(qtbot, window, window.home)
    assert not sheet.isVisible()
    window.menus.write.trigger()
    assert "whoever sent you the file" in words_of(sheet)
    assert not sheet.copy.isVisible()


def test_a_file_that_no_longer_opens_says_whom_to_ask(qtbot: QtBot, show: Show, file: Path, tmp_path: Path) -> None:
    window = show(file)
    window.close_study()
    at(qtbot, window, window.home)
    settled(qtbot, window)
    file.write_bytes(file.read_bytes()[:9000])
    strange = tmp_path / "strange.jury"
    strange.write_text("a letter")
    for path, whom in ((file, ADA), (strange, "whoever sent you the study")):
        with capture_exceptions() as told:
            window.open(path)
            settled(qtbot, window)
        ((_, fault, _),) = told
        assert isinstance(fault, Fault)
        assert str(fault).endswith(f"If in doubt, write to: {whom}")
        assert "neuronjury" not in str(fault).replace(str(tmp_path), "")
