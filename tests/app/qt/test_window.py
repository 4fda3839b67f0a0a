"""The whole window on a real study file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers import new_study
from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QWidget
from pytestqt.qtbot import QtBot
from windows import at, begin, close, press, show_window, type_key

from app.errors import Fault
from app.qt.frame import Frame
from app.qt.opened import open_study
from app.qt.settings import Settings
from app.qt.tasks.categorize import CategorizeView
from app.qt.texts import pages as texts
from app.qt.thanks_page import ThanksPage
from app.qt.theme import DARK, LIGHT
from app.qt.window import Window
from app.study.file import StudyFile
from app.study.handing_out import hand_out, reassign

Key = Qt.Key
Show = Callable[..., Window]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Never the person's own."""
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def show(qtbot: QtBot, study_path: Path, settings: Settings) -> Iterator[Show]:
    shown: list[Window] = []

    def made(rater: str | None = None, path: Path | None = study_path) -> Window:
        window = Window(open_study(path) if path is not None else None, rater=rater, settings=settings)
        shown.append(window)
        return show_window(qtbot, window)

    yield made
    for window in shown:
        close(qtbot, window)
        window.deleteLater()


def thanks(window: Window) -> ThanksPage:
    assert window.sitting is not None
    return window.sitting.thanks


def labels(path: Path) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    with StudyFile.open(path, writable=False) as study:
        for judgement in study.judgements():
            found.setdefault(judgement.rater, []).append(judgement.label)
    return found


def test_the_window_is_no_larger_than_the_screen(qtbot: QtBot) -> None:
    """On a small screen, or one at 200 %: the answers would lie below its edge."""
    frame = Frame()
    qtbot.addWidget(frame)
    screen = frame.screen().availableSize()
    assert screen.width() < 880 or screen.height() < 860
    for size in (frame.size(), frame.minimumSize()):
        assert size.boundedTo(screen) == size
    frame.close()


def test_words_and_columns_grow_with_the_window_and_shrink_again(qtbot: QtBot, show: Show) -> None:
    window = show()
    start = window.start
    assert start is not None
    title = start.findChildren(QLabel)[0]
    panel = start.name.parentWidget()
    small = title.font().pointSizeF(), panel.maximumWidth()
    window.resize(2560, 1440)
    qtbot.waitUntil(lambda: title.font().pointSizeF() > small[0])
    assert title.font().pointSizeF() == pytest.approx(1.3 * small[0], rel=0.02)
    assert panel.maximumWidth() > 1.2 * small[1]
    window.resize(1280, 860)
    qtbot.waitUntil(lambda: (title.font().pointSizeF(), panel.maximumWidth()) == small)


def test_from_the_first_page_to_the_last(qtbot: QtBot, show: Show, study_path: Path) -> None:
    window = show()
    begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1, Key.Key_1, Key.Key_1, Key.Key_0, Key.Key_3)
    at(qtbot, window, thanks(window))
    assert thanks(window).count.text() == "You have labeled all 5 images."
    assert thanks(window).path.text() == str(study_path.resolve())
    assert sorted(labels(study_path)["ann"], key=str) == [None, "no", "no", "no", "yes"]


def test_undo_from_the_last_page(qtbot: QtBot, show: Show, study_path: Path) -> None:
    window = show()
    begin(qtbot, window, "ann")
    press(qtbot, window, *[Key.Key_1] * 5)
    at(qtbot, window, thanks(window))
    qtbot.keyClick(thanks(window), Key.Key_Backspace)
    at(qtbot, window, window.labeling)
    press(qtbot, window, Key.Key_3)
    at(qtbot, window, thanks(window))
    assert sorted(labels(study_path)["ann"], key=str) == ["no", "no", "no", "no", "yes"]


def test_resume_after_close(qtbot: QtBot, show: Show, study_path: Path) -> None:
    window = show()
    begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1, Key.Key_2)
    close(qtbot, window)
    again = show(rater="ann")
    assert again.start is not None
    assert again.start.start.text() == "Continue"
    assert "2 of 5" in again.start.people.item(0).text()
    begin(qtbot, again, "ann")
    assert again.labeling is not None
    assert again.labeling.footer.count.text() == "2 of 5"
    press(qtbot, again, Key.Key_3)
    assert sorted(map(str, labels(study_path)["ann"])) == ["no", "some", "yes"]


def test_the_next_rater_starts_afresh(qtbot: QtBot, show: Show, study_path: Path) -> None:
    window = show()
    begin(qtbot, window, "ann")
    press(qtbot, window, *[Key.Key_1] * 5)
    at(qtbot, window, thanks(window))
    first = window.start
    thanks(window).next_rater.emit()
    qtbot.waitUntil(lambda: window.start is not first)
    assert window.pages.currentWidget() is window.start
    begin(qtbot, window, "bob")
    press(qtbot, window, Key.Key_2)
    assert labels(study_path)["bob"] == ["some"]


def test_stand_ins_are_not_offered_and_their_names_are_taken(qtbot: QtBot, show: Show, study_path: Path) -> None:
    with StudyFile.open(study_path) as study:
        study.add_rater("robot", simulated=True)
    window = show()
    assert window.start is not None
    assert window.start.people.count() == 0
    qtbot.keyClicks(window.start.name, "robot")
    qtbot.keyClick(window.start.name, Key.Key_Return)
    qtbot.waitUntil(window.start.problem.isVisible)
    assert "robot" in window.start.problem.text()


def test_closing_waits_for_the_answer_on_its_way(qtbot: QtBot, show: Show, study_path: Path) -> None:
    window = show()
    begin(qtbot, window, "ann")
    gate = threading.Event()
    window.background(gate.wait, lambda outcome: None)  # the write queues behind this
    page = window.labeling
    assert page is not None
    qtbot.waitUntil(lambda: page.ready)
    qtbot.keyClick(page, Key.Key_1)
    window.close()
    assert window.isVisible()
    assert page.footer.news.text() == "Saving…"
    gate.set()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert labels(study_path)["ann"] == ["no"]


def test_closing_stays_where_the_last_answer_was_not_saved(qtbot: QtBot, show: Show, study_path: Path) -> None:
    window = show()
    begin(qtbot, window, "ann")
    gate = threading.Event()
    window.background(gate.wait, lambda outcome: None)
    page = window.labeling
    assert page is not None
    qtbot.waitUntil(lambda: page.ready)
    qtbot.keyClick(page, Key.Key_1)
    window.close()
    moved = study_path.rename(study_path.with_suffix(".away"))
    gate.set()
    qtbot.waitUntil(page.problem.isVisible)
    assert window.isVisible()
    moved.rename(study_path)
    press(qtbot, window, Key.Key_2)
    assert labels(study_path)["ann"] == ["some"]


def examples(window: Window) -> tuple[str, bool]:
    """The first of the most activating examples, by its activation, and whether they are said to be new."""
    assert window.labeling is not None
    task = window.labeling.task
    assert isinstance(task, CategorizeView)
    panel = task.evidence
    return panel.grids[0].captions[0], panel.notice.isVisible()


def test_the_examples_change_with_the_unit_and_the_rater_is_told(
    qtbot: QtBot, show: Show, two_units_path: Path
) -> None:
    with StudyFile.open(two_units_path) as study:
        trials = study.trials(study.add_rater("ann", seed=0))
    first, second = [f"{95 - trial.unit:.1f}" for trial in (trials[0], trials[3])]
    window = show(path=two_units_path)
    begin(qtbot, window, "ann")
    page = window.labeling
    assert page is not None
    seen = []
    for key in [Key.Key_1] * 4 + [Key.Key_Backspace] * 2:
        press(qtbot, window, key)
        qtbot.waitUntil(lambda: page.ready)
        seen.append(examples(window))
    there, back = [(first, False), (first, False), (second, True), (second, False)], [(second, False), (first, True)]
    assert seen == there + back


def test_a_session_opened_again_shows_the_examples_of_its_unit(qtbot: QtBot, show: Show, two_units_path: Path) -> None:
    with StudyFile.open(two_units_path) as study:
        trials = study.trials(study.add_rater("ann", seed=0))
    window = show(path=two_units_path)
    begin(qtbot, window, "ann")
    press(qtbot, window, *[Key.Key_1] * 3)
    close(qtbot, window)
    again = show(path=two_units_path)
    begin(qtbot, again, "ann")
    page = again.labeling
    assert page is not None
    qtbot.waitUntil(lambda: page.ready)
    assert examples(again) == (f"{95 - trials[3].unit:.1f}", True)


def said(widget: QObject) -> Iterator[str]:
    """Every word that a widget shows, whispers or is called."""
    yield widget.objectName()
    if isinstance(widget, QWidget):
        yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle())
        yield from (widget.whatsThis(), widget.statusTip())
    for method in ("text", "title", "placeholderText"):
        if callable(getattr(widget, method, None)):
            yield str(getattr(widget, method)())
    for child in widget.children():
        yield from said(child)


@pytest.mark.parametrize("units", [1, 2])
def test_nothing_on_screen_gives_a_blind_trial_away(
    qtbot: QtBot, show: Show, study_path: Path, two_units_path: Path, units: int
) -> None:
    path = study_path if units == 1 else two_units_path
    window = show(path=path)
    begin(qtbot, window, "ann")
    page = window.labeling
    assert page is not None
    qtbot.waitUntil(lambda: page.ready)
    seen = " | ".join(said(window))
    assert "Is there a curve?" in seen
    assert "A bit of one." in seen
    with StudyFile.open(path, writable=False) as study:
        (rater,) = study.raters()
        hidden = [rater.id] + [trial.id for trial in study.trials(rater)]
        for stimulus in study.stimuli():
            hidden += [stimulus.id, stimulus.source, str(stimulus.activation), f"{stimulus.activation:.2f}"]
            hidden += [f"{stimulus.activation:.1f}", str(stimulus.inclusion_probability)]
    hidden += ["stratum", "source", "top.jpg", "low.jpg", "dog faces", "mixed3b"]
    assert [word for word in hidden if word in seen] == []


def test_every_control_has_an_accessible_name(qtbot: QtBot, show: Show) -> None:
    window = show()
    begin(qtbot, window, "ann")
    sitting = window.sitting
    assert sitting is not None
    pages = (window.home, window.start, window.raters, window.rubric, sitting.comment, *sitting.pages)
    controls = [w for page in pages if page is not None for w in page.findChildren(QWidget)]
    nameless = [
        w
        for w in controls
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(w, QLabel)
        and not w.accessibleName()
        and not isinstance(w.parent(), QAbstractScrollArea)  # its viewport
    ]
    assert nameless == []


def test_words_of_a_study_are_never_taken_for_html(qtbot: QtBot, show: Show) -> None:
    window = show()
    formats = {label.textFormat() for label in window.findChildren(QLabel) if label.text()}
    assert formats == {Qt.TextFormat.PlainText}


def test_dark_follows_the_palette(qtbot: QtBot, show: Show) -> None:
    before = QGuiApplication.palette()
    window = show()
    begin(qtbot, window, "ann")
    assert window.theme == LIGHT  # as it came up
    QGuiApplication.setPalette(QPalette(QColor("#333333"), QColor("#222222")))
    try:
        qtbot.waitUntil(lambda: window.theme == DARK)
        assert window.grab().toImage().pixelColor(4, 300).name() == DARK.window
    finally:
        QGuiApplication.setPalette(before)
    qtbot.waitUntil(lambda: window.theme == LIGHT)


def test_another_study_takes_the_place_of_the_first(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    window = show()
    begin(qtbot, window, "ann")
    other = tmp_path / "other.jury"
    StudyFile.create(other, new_study())
    assert window.study is not None
    first = window.study.file
    window.open(other)
    qtbot.waitUntil(lambda: window.study is not None and window.study.file is not first)
    qtbot.waitUntil(lambda: not window.background.pending)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        first.connection.execute("SELECT 1")
    begin(qtbot, window, "bob")
    press(qtbot, window, Key.Key_1)
    assert list(labels(other)) == ["bob"]


def test_a_study_that_cannot_be_opened_leaves_the_old_one(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    window = show()
    with qtbot.captureExceptions() as raised:
        window.open(tmp_path / "none.jury")
        qtbot.waitUntil(lambda: len(raised) == 1)
    assert isinstance(raised[0][1], Fault)
    begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1)


def test_a_file_that_was_handed_out_asks_for_no_name(qtbot: QtBot, show: Show, study_path: Path) -> None:
    with StudyFile.open(study_path) as study:
        (mine,) = hand_out(study, ("rater 7",), study_path.parent / "out", lambda done, total: None)
    window = show(path=mine.path)
    start = window.start
    assert start is not None
    assert not start.name.isVisible()
    assert not start.people.isVisible()
    assert start.who.text() == texts.START_ISSUED
    assert (start.start.text(), start.hint.text()) == (texts.START_BEGIN, "")  # nothing is done yet
    at(qtbot, window, start)
    type_key(qtbot, Key.Key_Return)  # Enter begins, with nothing typed
    qtbot.waitUntil(lambda: window.sitting is not None)
    assert window.sitting is not None
    assert window.sitting.session.screen.total == mine.trials


def test_who_has_a_file_of_their_own_is_told_before_going_on_in_the_study(
    qtbot: QtBot, show: Show, study_path: Path
) -> None:
    with StudyFile.open(study_path) as study:
        hand_out(study, ("ann", "bo"), study_path.parent / "out", lambda done, total: None)
        reassign(study, "bo", "cy", study_path.parent / "out", lambda done, total: None)
        study.add_rater("dora")
    start = show().start
    assert start is not None
    for name, told in (("ann", texts.START_HANDED_OUT), ("bo", texts.START_WITHDRAWN), ("dora", ""), ("eve", "")):
        start.name.setText(name)
        assert start.hint.text() == told.format(rater=name)
        assert start.start.isEnabled()  # whoever runs the study knows best
