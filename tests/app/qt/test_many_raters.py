"""The page with many raters: files for them, and what comes back, by mouse and by drag and drop."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import FakeClock, label_everything, new_study, study_file
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot
from windows import at, begin, close, held, settled, show_window, words_of

from app.errors import Fault
from app.qt.opened import open_study
from app.qt.settings import Settings
from app.qt.sharing import work
from app.qt.sharing.page import ManyRatersPage
from app.qt.sharing.work import Place
from app.qt.window import Window
from app.study import files_out
from app.study.file import StudyFile
from app.study.handing_out import hand_out
from app.study.protocol import Protocol

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # of every dialog, offscreen

Show = Callable[[Path], Window]


@pytest.fixture
def show(qtbot: QtBot, tmp_path: Path) -> Iterator[Show]:
    """A window with a study."""
    shown: list[Window] = []

    def made(path: Path) -> Window:
        settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
        shown.append(Window(open_study(path), settings=settings))
        return show_window(qtbot, shown[-1])

    yield made
    for window in shown:
        close(qtbot, window)
        window.deleteLater()


def page_of(qtbot: QtBot, window: Window) -> ManyRatersPage:
    """The page, opened from the menu."""
    window.menus.share.trigger()
    qtbot.waitUntil(lambda: window.sharing.page is not None)
    page = window.sharing.page
    assert page is not None
    at(qtbot, window, page)
    return page


def click(qtbot: QtBot, window: Window, button: QPushButton) -> None:
    """Click it, and wait until all that comes of it is done."""
    assert button.isEnabled()
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settled(qtbot, window)


def handed_out(study: Path, *names: str) -> list[Path]:
    """Files for these raters, the first of whom has labeled all of theirs."""
    with StudyFile.open(study) as file:
        paths = [one.path for one in hand_out(file, names, study.parent / "out", lambda done, total: None)]
    label(paths[0])
    return paths


def label(path: Path) -> None:
    with StudyFile.open(path) as file:
        rater = file.issued_to()
        assert rater is not None
        label_everything(file, rater, FakeClock())


def raters(study: Path) -> list[str]:
    with StudyFile.open(study, writable=False) as file:
        return [rater.pseudonym for rater in file.raters()]


def judged(study: Path) -> int:
    with StudyFile.open(study, writable=False) as file:
        return len(file.judgements())


def how(*paths: Path) -> tuple[Any, ...]:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return (
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,  # it asks for a move
    )


def drop(window: Window, *paths: Path) -> tuple[bool, bool]:
    """Whether the window would take these, and whether it did."""
    event = how(*paths)
    coming = QDragEnterEvent(QPoint(50, 50), *event)
    coming.ignore()
    QApplication.sendEvent(window, coming)
    dropped = QDropEvent(QPointF(50, 50), *event)
    dropped.ignore()
    QApplication.sendEvent(window, dropped)
    assert not dropped.isAccepted() or dropped.dropAction() == Qt.DropAction.CopyAction
    return coming.isAccepted(), dropped.isAccepted()


def rows_of(page: ManyRatersPage) -> list[tuple[str, ...]]:
    model = page.collecting.table.rows
    return [tuple(cell.text for cell in model.row(place)) for place in range(model.rowCount())]


def refuses_after(count: int) -> Callable[..., None]:
    """Instead of packing a file: the disk is full after so many."""
    pack, left = files_out.pack, [None] * count

    def packed(*args: Any, **options: Any) -> None:
        if not left:
            raise Fault("The disk is full.")
        left.pop()
        pack(*args, **options)

    return packed


# ---- handing out -------------------------------------------------------------------------------------------------


def test_files_for_a_number_of_raters(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = study_file(tmp_path)
    window = show(study)
    page = page_of(qtbot, window)
    page.handing.new.count.setValue(3)
    assert page.handing.new.foreseen.text() == "rater-01 to rater-03: each of them judges all 12 images."
    click(qtbot, window, page.handing.new.to_write)
    out = tmp_path / "handed-out"
    assert sorted(path.name for path in out.iterdir()) == [
        "raters.csv",
        *(f"study-rater-0{number}.jury" for number in (1, 2, 3)),
    ]
    assert raters(study) == ["rater-01", "rater-02", "rater-03"]
    assert page.handing.written.rows.total == 3
    assert "3 files are written" in words_of(page.handing.written)
    assert page.handing.new.foreseen.text() == "rater-04 and rater-05: each of them judges all 12 images."


def test_files_for_raters_by_name_with_a_password(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    study = study_file(tmp_path)
    window = show(study)
    page = page_of(qtbot, window)
    qtbot.keyClicks(page.handing.new.names, "heron, heron")
    assert page.handing.new.foreseen.text() == "The name heron stands twice."
    assert not page.handing.new.to_write.isEnabled()
    page.handing.new.names.clear()
    qtbot.keyClicks(page.handing.new.names, "heron, otter")
    page.handing.new.password.setText("short")
    click(qtbot, window, page.handing.new.to_write)
    assert "A password needs at least 8 characters" in page.problem.text()
    assert raters(study) == []
    page.handing.new.password.setText("correct horse")
    click(qtbot, window, page.handing.new.to_write)
    assert raters(study) == ["heron", "otter"]
    file = tmp_path / "handed-out" / "study-heron.jury"
    assert b"edge" not in file.read_bytes()
    with StudyFile.open(file, password="correct horse") as opened:
        assert opened.issued_to() is not None


def test_it_says_beforehand_how_many_raters_an_image_gets(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, replace(new_study(12), protocol=Protocol(raters_per_stimulus=3)))
    window = show(study)
    new = page_of(qtbot, window).handing.new
    assert new.count.value() == 3
    new.count.setValue(2)
    assert new.foreseen.text() == "Every image is for 3 raters: write files for 3 raters or more at once."
    assert not new.to_write.isEnabled()
    new.count.setValue(4)
    assert (
        new.foreseen.text() == "rater-01 to rater-04: about 9 of 12 images each, so that every image goes to 3 raters."
    )
    click(qtbot, window, new.to_write)
    assert new.foreseen.text().startswith("Every image has its 3 raters already.")
    assert not new.to_write.isEnabled()


@pytest.mark.parametrize("folder", ["study.jury/below a file", ""])
def test_where_no_file_can_be_written_nobody_is_added(qtbot: QtBot, show: Show, tmp_path: Path, folder: str) -> None:
    study = study_file(tmp_path)
    window = show(study)
    page = page_of(qtbot, window)
    page.handing.new.folder.setText(str(tmp_path / folder) if folder else " ")
    click(qtbot, window, page.handing.new.to_write)
    assert ("cannot be written to" if folder else "Choose a folder") in page.problem.text()
    assert page.problem.isVisible()
    assert raters(study) == []


def test_what_could_not_be_written_is_written_later(
    qtbot: QtBot, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_file(tmp_path)
    window = show(study)
    page = page_of(qtbot, window)
    page.handing.new.count.setValue(3)
    with monkeypatch.context() as full:
        full.setattr(files_out, "pack", refuses_after(1))
        click(qtbot, window, page.handing.new.to_write)
    assert "The disk is full." in page.problem.text()
    assert "1 of 3 files are written. All 3 raters are in the study already" in page.handing.written.wanting.text()
    page.handing.new.folder.setText(str(tmp_path / "elsewhere"))
    click(qtbot, window, page.handing.written.to_write)
    assert sorted(path.name for path in (tmp_path / "elsewhere").glob("*.jury")) == [
        "study-rater-02.jury",
        "study-rater-03.jury",
    ]
    assert not page.handing.written.to_write.isVisible()
    assert not page.problem.isVisible()
    assert raters(study) == ["rater-01", "rater-02", "rater-03"]


def test_stopping_between_two_files_says_whose_is_wanting(tmp_path: Path) -> None:
    stop = threading.Event()

    def told(step: str, done: int, total: int) -> None:
        if (done, total) == (1, 3):
            stop.set()

    place = Place(tmp_path / "out")
    with StudyFile.open(study_file(tmp_path)) as study:
        names = ["a", "b", "c"]
        written = work.hand_out_files(study, names, place, told, stop)
        assert [one.rater.pseudonym for one in written.files] == ["a", "b"]
        assert written.missing == ("c",)
        assert [one.trials for one in written.files] == [12, 12]
        rest = work.write_files(study, written.missing, place, told, threading.Event())
        assert [one.path.exists() for one in (*written.files, *rest.files)] == [True] * 3
    assert (place.folder / "raters.csv").read_text().split() == [
        "rater,file,trials,sent",
        "to",
        *(f"{name},study-{name}.jury,12," for name in names),
    ]


def test_what_is_stopped_before_it_begins_changes_nothing(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = study_file(tmp_path)
    window = show(study)
    page = page_of(qtbot, window)
    with held(window):
        qtbot.mouseClick(page.handing.new.to_write, Qt.MouseButton.LeftButton)
        menus = window.menus
        for entry in (menus.choose, menus.recent, menus.close_study, menus.raters, menus.results, menus.share):
            assert not entry.isEnabled()
        assert not page.to_back.isEnabled()
        assert drop(window, study) == (False, False)
        qtbot.mouseClick(page.under_way.to_cancel, Qt.MouseButton.LeftButton)
        assert page.under_way.step.text() == "Stopping…"
    settled(qtbot, window)
    assert page.told.text() == "Stopped. Nothing was changed."
    assert raters(study) == []
    assert window.menus.choose.isEnabled()


def test_closing_meanwhile_says_first_whose_file_is_wanting(
    qtbot: QtBot, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_file(tmp_path)
    window = show(study)
    page = page_of(qtbot, window)
    begun, gate, pack = threading.Event(), threading.Event(), files_out.pack

    def slow(*args: Any, **options: Any) -> None:
        begun.set()
        gate.wait(10)
        pack(*args, **options)

    monkeypatch.setattr(files_out, "pack", slow)
    qtbot.mouseClick(page.handing.new.to_write, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(begun.is_set)
    window.close()
    gate.set()
    settled(qtbot, window)
    assert window.isVisible()
    assert page.isEnabled()
    assert "1 of 2 files are written" in page.handing.written.wanting.text()
    close(qtbot, window)


# ---- those who are there -----------------------------------------------------------------------------------------


def test_a_lost_file_is_written_again_where_there_is_none(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = study_file(tmp_path)
    handed_out(study, "heron", "otter")
    window = show(study)
    page = page_of(qtbot, window)
    there = page.handing.there
    there.choice.setCurrentIndex(1)
    page.handing.new.folder.setText(str(tmp_path / "out"))
    click(qtbot, window, there.to_write)
    assert "study-otter.jury exists already. Name another folder." in page.problem.text()
    page.handing.new.folder.setText(str(tmp_path / "again"))
    click(qtbot, window, there.to_write)
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["study-otter.jury"]
    assert "study-otter.jury is written again" in page.handing.written.told.text()


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen: of whatever pops up
@pytest.mark.parametrize(("count", "seen"), [(6, 6), (14, 10)])
def test_the_list_of_raters_shows_whole_lines_and_can_be_scrolled(
    qtbot: QtBot, show: Show, tmp_path: Path, count: int, seen: int
) -> None:
    study = study_file(tmp_path)
    handed_out(study, *(f"r{number}" for number in range(count)))
    choice = page_of(qtbot, show(study)).handing.there.choice
    choice.showPopup()
    view = choice.view()
    qtbot.waitUntil(view.isVisible)
    assert view.viewport().height() >= seen * view.sizeHintForRow(0)
    assert view.verticalScrollBar().isVisible() == (count > seen)
    choice.hidePopup()


def test_the_rest_goes_to_somebody_else_once(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = study_file(tmp_path)
    handed_out(study, "heron")
    window = show(study)
    page = page_of(qtbot, window)
    there = page.handing.there
    assert there.choice.currentText() == "heron  ·  0 of 12 done"
    click(qtbot, window, there.to_give)
    assert "12 trials of heron are now for rater-01" in page.handing.written.told.text()
    assert raters(study) == ["heron", "rater-01"]
    assert "their rest went to somebody else" in there.choice.currentText()
    assert not there.to_give.isEnabled()
    page.handing.new.folder.setText(str(tmp_path / "again"))
    click(qtbot, window, there.to_write)
    told = page.handing.written.told.text()
    assert "study-heron.jury is written again" in told
    assert "What heron did not get to do went to somebody else" in told


def test_who_labels_in_the_study_itself_keeps_their_rest(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    path = study_file(tmp_path)
    with StudyFile.open(path) as study:
        study.add_rater("heron")
    there = page_of(qtbot, show(path)).handing.there
    assert "labels in this study file" in there.choice.currentText()
    assert not there.to_give.isEnabled()
    assert there.to_forget.isEnabled()


def test_it_is_said_where_fewer_trials_come_again(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = tmp_path / "study.jury"
    StudyFile.create(study, replace(new_study(30), protocol=Protocol(repeats=0.2, raters_per_stimulus=1)))
    window = show(study)
    page = page_of(qtbot, window)
    page.handing.new.count.setValue(2)
    click(qtbot, window, page.handing.new.to_write)
    assert "6 fewer trials come again than the study asks for" in words_of(page.handing.written)
    assert "None of 30 images will have two blind labels" in words_of(page.handing.written)


def test_forgetting_asks_with_a_named_button_that_enter_does_not_press(
    qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    study = study_file(tmp_path)
    handed_out(study, "heron", "otter")
    window = show(study)
    page = page_of(qtbot, window)
    there = page.handing.there

    def asked() -> QMessageBox:
        click(qtbot, window, there.to_forget)
        assert there.asked is not None
        return there.asked

    box = asked()
    assert "Take heron out of this study for good?" in box.text()
    assert (box.defaultButton().text(), box.escapeButton().text()) == ("Keep", "Keep")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    settled(qtbot, window)
    assert raters(study) == ["heron", "otter"]
    box = asked()
    (yes,) = [one for one in box.buttons() if box.buttonRole(one) == QMessageBox.ButtonRole.DestructiveRole]
    assert yes.text() == "Forget heron"
    yes.click()
    settled(qtbot, window)
    assert raters(study) == ["otter"]
    assert "heron is gone from this study" in page.told.text()
    assert there.choice.count() == 1
    click(qtbot, window, page.to_back)
    at(qtbot, window, window.start)
    assert window.start is not None
    assert window.start.people.count() == 1


# ---- collecting --------------------------------------------------------------------------------------------------


def test_files_and_folders_dropped_anywhere_are_looked_at_and_brought_in(
    qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    study = study_file(tmp_path)
    heron, otter = handed_out(study, "heron", "otter")
    other = tmp_path / "other.jury"
    new = new_study(3)
    StudyFile.create(other, replace(new, info=replace(new.info, uuid="another", title="Curves?")))
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("no study")
    window = show(study)
    before = study.read_bytes()
    assert drop(window, heron.parent, heron, study, other, tmp_path / "empty", tmp_path / "notes.txt") == (True, True)
    qtbot.waitUntil(lambda: window.sharing.page is not None)
    settled(qtbot, window)
    page = window.sharing.page
    assert page is not None
    at(qtbot, window, page)
    assert page.tabs.currentWidget() is page.collecting
    rows = {row[0]: row[1:] for row in rows_of(page)}
    assert len(rows) == page.collecting.table.rows.total == 6
    assert rows["out/study-heron.jury"] == ("heron", "12", "0", "all done", "")
    assert rows["out/study-otter.jury"] == ("otter", "0", "0", "12", "")
    for name, why in (
        ("study.jury", "is the study itself"),
        ("other.jury", "belongs to another study: “Curves?”"),
        ("empty", "no .jury file in this folder"),
        ("notes.txt", "is no Neuron Jury study file"),
    ):
        assert why in rows[name][-1]
        assert str(tmp_path) not in rows[name][-1]
    assert study.read_bytes() == before
    assert page.collecting.to_bring.text() == "Bring in 12 new entries"
    click(qtbot, window, page.collecting.to_bring)
    assert judged(study) == 12
    assert page.collecting.summary.text().startswith("Came in: 12 new entries from 1 rater.")
    assert not page.collecting.to_bring.isVisible()
    assert drop(window, otter) == (True, True)
    settled(qtbot, window)
    assert [row[0] for row in rows_of(page)] == ["study-otter.jury"]
    assert page.collecting.to_bring.text() == "Nothing new to bring in"
    assert not page.collecting.to_bring.isEnabled()


def test_more_files_join_those_that_were_looked_at(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = study_file(tmp_path)
    heron, _ = handed_out(study, "heron", "otter")
    copy = tmp_path / "copy.jury"
    shutil.copy(heron, copy)
    window = show(study)
    page = page_of(qtbot, window)
    for path in (heron, copy):
        drop(window, path)
        settled(qtbot, window)
    assert [row[2:4] for row in rows_of(page)] == [("12", "0"), ("0", "12")]
    click(qtbot, window, page.collecting.to_clear)
    drop(window, copy)
    settled(qtbot, window)
    assert [row[2:4] for row in rows_of(page)] == [("12", "0")]


def test_a_file_with_a_password_asks_for_it(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    pytest.importorskip("sqlcipher3")
    study = study_file(tmp_path)
    with StudyFile.open(study) as file:
        (heron,) = hand_out(file, ["heron"], tmp_path / "out", lambda done, total: None, password="correct horse")
    with StudyFile.open(heron.path, password="correct horse") as theirs:
        label_everything(theirs, heron.rater, FakeClock())
    window = show(study)
    page = page_of(qtbot, window)
    drop(window, heron.path)
    settled(qtbot, window)
    assert page.collecting.locked.isVisible()
    assert "password" in rows_of(page)[0][-1]
    page.collecting.password.setFocus()
    qtbot.keyClicks(page.collecting.password, "correct horse")
    qtbot.keyClick(page.collecting.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.collecting.locked.isVisible())
    click(qtbot, window, page.collecting.to_bring)
    assert judged(study) == 12


def test_forks_are_noted(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = study_file(tmp_path)
    _, otter = handed_out(study, "heron", "otter")
    copy = tmp_path / "copy.jury"
    shutil.copy(otter, copy)
    label(otter)
    label(copy)
    window = show(study)
    page = page_of(qtbot, window)
    drop(window, otter, copy)
    settled(qtbot, window)
    assert "otter went on in two copies of the file" in page.collecting.notes.text()
    assert page.collecting.notes.isVisible()


@pytest.mark.parametrize("brings", [False, True])
def test_what_is_stopped_changes_nothing(qtbot: QtBot, show: Show, tmp_path: Path, brings: bool) -> None:
    study = study_file(tmp_path)
    heron, _ = handed_out(study, "heron", "otter")
    window = show(study)
    page = page_of(qtbot, window)
    if brings:
        drop(window, heron)
        settled(qtbot, window)
    before = study.read_bytes()
    with held(window):
        if brings:
            page.collecting.to_bring.click()
        else:
            drop(window, heron)
        qtbot.keyClick(page.under_way.to_cancel, Qt.Key.Key_Escape)
    settled(qtbot, window)
    assert page.told.text().startswith("Stopped.")
    assert study.read_bytes() == before
    if brings:  # what was looked at is still there
        click(qtbot, window, page.collecting.to_bring)
        assert judged(study) == 12


def test_the_place_to_drop_files_onto_lights_up(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = study_file(tmp_path)
    window = show(study)
    page = page_of(qtbot, window)
    event = how(study)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), *event))
    assert page.collecting.zone.property("over") is True
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert page.collecting.zone.property("over") is False


def test_whoever_labels_is_not_disturbed_by_dropped_files(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = study_file(tmp_path)
    heron, _ = handed_out(study, "heron", "otter")
    window = show(study)
    sitting = begin(qtbot, window, "ann")
    assert drop(window, heron) == (False, False)
    settled(qtbot, window)
    assert window.pages.currentWidget() is sitting.labeling
    assert window.sharing.page is None
    assert not window.menus.share.isEnabled()


def test_a_raters_own_file_has_none_of_it_and_another_dropped_file_is_opened(
    qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    study = study_file(tmp_path)
    heron, otter = handed_out(study, "heron", "otter")
    window = show(heron)
    assert not window.menus.share.isVisible()
    window.menus.share.trigger()
    assert drop(window, heron, otter) == (False, False)
    assert drop(window, study) == (True, True)
    qtbot.waitUntil(lambda: window.study is not None and window.study.file.path == study)
    assert window.sharing.page is None
    assert window.menus.share.isVisible()


def test_from_the_page_to_the_raters_and_to_the_question_before_the_results(
    qtbot: QtBot, show: Show, tmp_path: Path
) -> None:
    window = show(study_file(tmp_path))
    page = page_of(qtbot, window)
    click(qtbot, window, page.to_results)
    box = window.showing_results.asked
    assert box is not None
    box.reject()
    click(qtbot, window, page.to_raters)
    at(qtbot, window, window.raters)
    assert window.sharing.page is None
