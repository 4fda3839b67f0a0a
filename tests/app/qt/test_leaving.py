"""A study is left for another one, for home or for good, and nothing that was said is lost without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import new_study, study_file
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot
from windows import at, begin, enter, held, leave, press, settled, show_window, type_key

from app.errors import Fault
from app.qt.opened import open_study
from app.qt.settings import Settings
from app.qt.sitting import Sitting
from app.qt.window import Window
from app.study.file import StudyFile
from app.study.protocol import Protocol

Key = Qt.Key
Show = Callable[..., Window]


@pytest.fixture
def show(qtbot: QtBot, tmp_path: Path) -> Iterator[Show]:
    shown: list[Window] = []
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))

    def made(path: Path) -> Window:
        shown.append(Window(open_study(path), settings=settings))
        return show_window(qtbot, shown[-1])

    yield made
    for window in shown:
        leave(qtbot, window)
        window.deleteLater()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return study_file(tmp_path, 4)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A study with another title."""
    path, new = tmp_path / "other.jury", new_study(3)
    StudyFile.create(path, replace(new, info=replace(new.info, title="Curves?")))
    return path


def labeling(qtbot: QtBot, window: Window) -> Sitting:
    """A rater at the first image."""
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    return sitting


def fail_to_save(qtbot: QtBot, window: Window, path: Path) -> Path:
    """Answer while the file is not there; where it is meanwhile."""
    moved = path.rename(path.with_suffix(".away"))
    type_key(qtbot, Key.Key_1)
    settled(qtbot, window)
    return moved


def close_window(window: Window) -> None:
    window.close()


def close_study(window: Window) -> None:
    window.menus.close_study.trigger()


def gone(window: Window) -> bool:
    return not window.isVisible() or window.pages.currentWidget() is window.home


# ---- an answer that was not saved --------------------------------------------------------------------------------


@pytest.mark.parametrize("leave", [close_window, close_study])
def test_who_leaves_after_a_failed_save_is_told_once_and_may_leave_then(
    qtbot: QtBot, show: Show, path: Path, leave: Callable[[Window], None]
) -> None:
    window = show(path)
    sitting = labeling(qtbot, window)
    fail_to_save(qtbot, window, path)
    assert "Close once more" not in sitting.labeling.problem.text()
    leave(window)
    settled(qtbot, window)
    assert not gone(window)
    assert "was moved" in sitting.labeling.problem.text()
    assert "Close once more to leave without saving." in sitting.labeling.problem.text()
    leave(window)
    qtbot.waitUntil(lambda: gone(window))


@pytest.mark.parametrize("leave", [close_window, close_study])
def test_who_fails_to_save_once_more_is_told_once_more(
    qtbot: QtBot, show: Show, path: Path, leave: Callable[[Window], None]
) -> None:
    window = show(path)
    sitting = labeling(qtbot, window)
    fail_to_save(qtbot, window, path)
    leave(window)
    settled(qtbot, window)
    type_key(qtbot, Key.Key_2)
    settled(qtbot, window)
    assert "Close once more" not in sitting.labeling.problem.text()
    leave(window)
    settled(qtbot, window)
    assert not gone(window)


def test_an_answer_that_could_not_be_saved_keeps_another_study_from_taking_its_place(
    qtbot: QtBot, show: Show, path: Path, other: Path
) -> None:
    window = show(path)
    sitting = labeling(qtbot, window)
    with held(window):
        moved = path.rename(path.with_suffix(".away"))
        type_key(qtbot, Key.Key_1)
        window.open(other)
    settled(qtbot, window)
    assert window.sitting is sitting
    assert window.pages.currentWidget() is sitting.labeling
    assert "Close once more" in sitting.labeling.problem.text()
    moved.rename(path)
    press(qtbot, window, Key.Key_2)
    assert sitting.session.screen.done == 1


def test_what_is_said_of_an_answer_that_was_not_saved_is_in_sight(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(path)
    labeling(qtbot, window)
    fail_to_save(qtbot, window, path)
    type_key(qtbot, Key.Key_Question)
    window.close()
    assert window.isVisible()
    assert window.rubric is not None
    assert not window.rubric.isVisible()


# ---- a comment that is being written -----------------------------------------------------------------------------


@pytest.mark.parametrize("leave", [close_window, close_study])
def test_a_comment_that_is_not_saved_keeps_the_window_open_once(
    qtbot: QtBot, show: Show, path: Path, leave: Callable[[Window], None]
) -> None:
    window = show(path)
    sitting = labeling(qtbot, window)
    type_key(qtbot, Key.Key_C)
    qtbot.keyClicks(sitting.comment.text, "A shadow")
    leave(window)
    settled(qtbot, window)
    assert not gone(window)
    assert "This comment is not saved." in sitting.comment.problem.text()
    qtbot.keyClicks(sitting.comment.text, ", perhaps")
    leave(window)
    settled(qtbot, window)
    assert not gone(window)
    assert sitting.comment.text.toPlainText() == "A shadow, perhaps"
    leave(window)
    qtbot.waitUntil(lambda: gone(window))


def test_a_window_that_stays_open_no_longer_says_that_it_is_saving(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(path)
    sitting = labeling(qtbot, window)
    type_key(qtbot, Key.Key_C)
    qtbot.keyClicks(sitting.comment.text, "A shadow")
    with held(window):
        window.close()
        assert sitting.labeling.footer.news.text() == "Saving…"
    qtbot.waitUntil(sitting.comment.problem.isVisible)
    assert sitting.labeling.footer.news.text() == ""


def test_a_comment_that_was_not_changed_keeps_nothing_open(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(path)
    labeling(qtbot, window)
    type_key(qtbot, Key.Key_C)
    close_study(window)
    at(qtbot, window, window.home)


def test_a_comment_that_is_not_saved_keeps_another_study_from_taking_its_place(
    qtbot: QtBot, show: Show, path: Path, other: Path
) -> None:
    window = show(path)
    sitting = labeling(qtbot, window)
    type_key(qtbot, Key.Key_C)
    qtbot.keyClicks(sitting.comment.text, "A shadow")
    window.open(other)
    settled(qtbot, window)
    assert window.sitting is sitting
    assert sitting.comment.isVisible()
    qtbot.keyClick(sitting.comment.text, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not sitting.comment.isVisible())
    assert sitting.session.screen.comment == "A shadow"
    window.open(other)
    qtbot.waitUntil(lambda: window.windowTitle() == "Curves?")


# ---- what was asked of a study that is gone ----------------------------------------------------------------------


def test_an_image_that_is_read_when_its_study_is_left_is_drawn_nowhere(
    qtbot: QtBot, show: Show, path: Path, other: Path
) -> None:
    window = show(path)
    sitting = labeling(qtbot, window)
    trial = sitting.session.screen.upcoming[0]
    settled(qtbot, window)
    with held(window):
        window.open(other)
        sitting.labeling._sights._kept.clear()
        sitting.labeling._show_trial(trial)
    qtbot.waitUntil(lambda: window.windowTitle() == "Curves?")
    settled(qtbot, window)  # an error there would fail this test
    assert sitting.labeling._trial is None


def test_raters_are_told_only_of_the_study_they_were_asked_of(
    qtbot: QtBot, show: Show, path: Path, other: Path
) -> None:
    window = show(path)
    with held(window):
        window.open(other)
        window.menus.raters.trigger()
    settled(qtbot, window)
    assert window.windowTitle() == "Curves?"
    assert window.pages.currentWidget() is window.start


def test_no_page_is_used_until_the_last_study_that_was_asked_for_is_there(
    qtbot: QtBot, show: Show, path: Path, other: Path
) -> None:
    window = show(path)
    enabled: list[bool] = []
    with qtbot.captureExceptions() as raised:
        with held(window):
            window.open(path.with_name("none.jury"))
            window.background(lambda: None, lambda _: enabled.append(window.pages.isEnabled()))
            window.open(other)
        qtbot.waitUntil(lambda: window.windowTitle() == "Curves?")
    assert [kind for kind, *_ in raised] == [Fault]
    assert enabled == [False]
    assert window.pages.isEnabled()


def test_a_rater_who_begins_on_a_study_that_goes_is_not_taken_into_the_next(
    qtbot: QtBot, show: Show, path: Path, other: Path
) -> None:
    window = show(path)
    assert window.start is not None
    with held(window):
        window.open(other)
        window.start.begun.emit("ann")
    settled(qtbot, window)
    assert window.windowTitle() == "Curves?"
    assert window.sitting is None


def test_a_start_is_made_once(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(path)
    start = window.start
    assert start is not None
    with held(window):
        for name in ("ann", "bob"):
            qtbot.keyClicks(start.name, name)
            qtbot.keyClick(start.name, Key.Key_Return)
    settled(qtbot, window)
    with StudyFile.open(path, writable=False) as study:
        assert [rater.pseudonym for rater in study.raters()] == ["ann"]


def test_a_start_that_fails_can_be_made_again(qtbot: QtBot, show: Show, path: Path) -> None:
    with StudyFile.open(path) as study:
        study.add_rater("robot", simulated=True)
    window = show(path)
    start = window.start
    assert start is not None
    qtbot.keyClicks(start.name, "robot")
    qtbot.keyClick(start.name, Key.Key_Return)
    qtbot.waitUntil(start.problem.isVisible)
    assert start.name.hasFocus()
    enter(qtbot, window, "ann")


def test_nobody_declines_once_consent_is_being_saved(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    path = tmp_path / "consent.jury"
    StudyFile.create(path, replace(new_study(3), protocol=Protocol(consent="We store your answers.")))
    window = show(path)
    sitting = enter(qtbot, window, "ann")
    at(qtbot, window, sitting.consent)
    with held(window):
        sitting.consent.agree.click()
        sitting.consent.decline.click()
    settled(qtbot, window)
    assert window.sitting is sitting
    assert window.pages.currentWidget() is sitting.instructions
