"""A rater's way through a study, in the real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import new_study, png
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot
from windows import at, begin, close, enter, press, show_window, type_key, words_of

from app.qt.opened import open_study
from app.qt.settings import Settings
from app.qt.window import Window
from app.study.events import Event
from app.study.file import StudyFile
from app.study.protocol import Practice, Protocol
from app.study.records import Known

Key = Qt.Key
Show = Callable[..., Window]
CONSENT = "We store your answers and your nickname."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "study.jury"


@pytest.fixture
def show(qtbot: QtBot, path: Path, tmp_path: Path) -> Iterator[Show]:
    """A window on a study of four images that runs by a protocol."""
    shown: list[Window] = []
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))

    def made(protocol: Protocol, known: tuple[Known, ...] = ()) -> Window:
        StudyFile.create(path, replace(new_study(4), protocol=protocol, known=known))
        shown.append(Window(open_study(path), settings=settings))
        return show_window(qtbot, shown[-1])

    yield made
    for window in shown:
        close(qtbot, window)
        window.deleteLater()


def log(path: Path, rater: str = "ann") -> tuple[Event, ...]:
    with StudyFile.open(path, writable=False) as study:
        (found,) = [one for one in study.raters() if one.pseudonym == rater]
        return study.events(found)


def kinds(path: Path) -> list[str]:
    return [event.kind for event in log(path)]


def practice(count: int) -> tuple[Known, ...]:
    """So many images of which only "edge", the third answer, is right."""
    return tuple(
        Known(f"ffff{n:04x}", "practice", 1, png(9000 + n), ("edge",), "It is as plain as can be.")
        for n in range(count)
    )


# ---- consent and instructions ------------------------------------------------------------------------------------


def test_from_consent_to_thanks_with_the_keyboard_alone(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(Protocol(consent=CONSENT))
    sitting = enter(qtbot, window, "ann")
    at(qtbot, window, sitting.consent)
    assert kinds(path) == []
    type_key(qtbot, Key.Key_Return)
    at(qtbot, window, sitting.instructions)
    assert kinds(path) == ["consent"]
    assert "Something like an edge." in words_of(sitting.instructions)
    type_key(qtbot, Key.Key_Return)
    at(qtbot, window, sitting.labeling)
    press(qtbot, window, Key.Key_1, Key.Key_2, Key.Key_3, Key.Key_0)
    at(qtbot, window, sitting.thanks)
    assert kinds(path) == ["consent", "label", "label", "label", "cannot_tell"]


def test_who_declines_is_back_at_the_start_and_has_said_nothing(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(Protocol(consent=CONSENT))
    sitting = enter(qtbot, window, "ann")
    before = window.start
    sitting.consent.decline.setFocus()
    type_key(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: window.start is not before)
    assert window.pages.currentWidget() is window.start
    assert window.sitting is None
    assert kinds(path) == []
    again = enter(qtbot, window, "ann")
    assert window.pages.currentWidget() is again.consent


def test_consent_that_cannot_be_saved_stays_where_it_is_and_says_why(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(Protocol(consent=CONSENT))
    sitting = enter(qtbot, window, "ann")
    moved = path.rename(path.with_suffix(".away"))
    type_key(qtbot, Key.Key_Return)
    qtbot.waitUntil(sitting.consent.problem.isVisible)
    assert "was moved" in sitting.consent.problem.text()
    moved.rename(path)
    type_key(qtbot, Key.Key_Return)
    at(qtbot, window, sitting.instructions)
    assert kinds(path) == ["consent"]


# ---- breaks and practice -----------------------------------------------------------------------------------------


def test_a_break_comes_between_blocks_and_an_answer_may_be_taken_back_from_it(
    qtbot: QtBot, show: Show, path: Path
) -> None:
    window = show(Protocol(block=2))
    sitting = begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1, Key.Key_1)
    at(qtbot, window, sitting.interlude)
    assert "Part 1 of 2 is done." in words_of(sitting.interlude)
    type_key(qtbot, Key.Key_Backspace)
    at(qtbot, window, sitting.labeling)
    press(qtbot, window, Key.Key_3)
    at(qtbot, window, sitting.interlude)
    type_key(qtbot, Key.Key_Return)
    at(qtbot, window, sitting.labeling)
    press(qtbot, window, Key.Key_1, Key.Key_1)
    at(qtbot, window, sitting.thanks)
    assert kinds(path) == ["label", "label", "undo", "label", "label", "label"]


def test_a_forced_break_cannot_be_cut_short(qtbot: QtBot, show: Show) -> None:
    window = show(Protocol(block=2, break_seconds=3000))
    sitting = begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1, Key.Key_1)
    at(qtbot, window, sitting.interlude)
    assert not sitting.interlude.on.isEnabled()
    assert "You can go on in 3000 seconds." in words_of(sitting.interlude)
    assert sitting.interlude.wait.hasFocus()
    type_key(qtbot, Key.Key_Return, Key.Key_Space)
    sitting.session.go_on()
    assert window.pages.currentWidget() is sitting.interlude
    assert sitting.session.screen.done == 2
    type_key(qtbot, Key.Key_Backspace)
    at(qtbot, window, sitting.labeling)


def test_practice_is_tried_again_passed_and_left(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(Protocol(practice=Practice(needed=1.0, attempts=2)), practice(2))
    sitting = begin(qtbot, window, "ann")
    for key in (Key.Key_3, Key.Key_1):
        press(qtbot, window, key)
        qtbot.waitUntil(lambda: sitting.session.screen.step == "feedback")
        type_key(qtbot, Key.Key_Return)
    at(qtbot, window, sitting.interlude)
    seen = words_of(sitting.interlude)
    assert "1 of 2 right. 2 of 2 are needed." in seen
    assert "Attempts left: 1." in seen
    type_key(qtbot, Key.Key_Return)
    for _ in range(2):
        press(qtbot, window, Key.Key_3)
        qtbot.waitUntil(lambda: sitting.session.screen.step == "feedback")
        type_key(qtbot, Key.Key_Return)
    at(qtbot, window, sitting.interlude)
    assert "2 of 2 right." in words_of(sitting.interlude)
    type_key(qtbot, Key.Key_Return)
    press(qtbot, window, Key.Key_1)
    assert sitting.session.screen.done == 1


def test_who_fails_practice_is_told_so_and_the_next_rater_may_begin(qtbot: QtBot, show: Show) -> None:
    window = show(Protocol(practice=Practice(needed=1.0, attempts=1), contact="Ada"), practice(1))
    sitting = begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1)
    qtbot.waitUntil(lambda: sitting.session.screen.step == "feedback")
    type_key(qtbot, Key.Key_Return)
    at(qtbot, window, sitting.interlude)
    assert "turn to: Ada" in words_of(sitting.interlude)
    before = window.start
    sitting.interlude.next.setFocus()
    type_key(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: window.start is not before)
    at(qtbot, window, window.start)


# ---- the rubric and comments -------------------------------------------------------------------------------------


def test_the_rubric_is_one_key_away_and_gives_the_keyboard_back(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(Protocol())
    sitting = begin(qtbot, window, "ann")
    press(qtbot, window, Key.Key_1)
    rubric = window.rubric
    assert rubric is not None
    for leave in (Key.Key_Question, Key.Key_Escape):
        qtbot.waitUntil(lambda: sitting.labeling.ready)
        type_key(qtbot, Key.Key_Question)
        assert rubric.isVisible()
        assert "Something like an edge." in words_of(rubric)
        type_key(qtbot, Key.Key_2)
        type_key(qtbot, leave)
        assert not rubric.isVisible()
    assert kinds(path) == ["label"]
    press(qtbot, window, Key.Key_3)
    assert kinds(path) == ["label", "label"]


def test_reading_the_rubric_counts_as_being_there(qtbot: QtBot, show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    window = show(Protocol())
    sitting = begin(qtbot, window, "ann")
    touched: list[bool] = []
    monkeypatch.setattr(sitting.session, "touched", lambda: touched.append(True))
    assert window.rubric is not None
    type_key(qtbot, Key.Key_Question)
    touched.clear()
    type_key(qtbot, Key.Key_Down)
    assert touched == [True]


def test_a_comment_is_written_edited_and_taken_away(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(Protocol())
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    for said, expected in (("A shadow", "A shadow"), (", perhaps", "A shadow, perhaps")):
        type_key(qtbot, Key.Key_C)
        assert sitting.comment.isVisible()
        qtbot.keyClicks(sitting.comment.text, said)
        qtbot.keyClick(sitting.comment.text, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda: not sitting.comment.isVisible())
        assert sitting.session.screen.comment == expected
    type_key(qtbot, Key.Key_C)
    sitting.comment.text.clear()
    qtbot.mouseClick(sitting.comment.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not sitting.comment.isVisible())
    press(qtbot, window, Key.Key_3)
    assert [event.note for event in log(path) if event.kind == "comment"] == ["A shadow", "A shadow, perhaps", ""]
    assert {event.trial for event in log(path)} == {log(path)[-1].trial}


def test_a_comment_that_was_not_changed_writes_nothing(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(Protocol())
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    type_key(qtbot, Key.Key_C)
    qtbot.keyClick(sitting.comment.text, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not sitting.comment.isVisible()
    assert kinds(path) == []


def test_a_comment_that_cannot_be_saved_is_not_lost(qtbot: QtBot, show: Show, path: Path) -> None:
    window = show(Protocol())
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    type_key(qtbot, Key.Key_C)
    qtbot.keyClicks(sitting.comment.text, "A shadow")
    moved = path.rename(path.with_suffix(".away"))
    qtbot.keyClick(sitting.comment.text, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(sitting.comment.problem.isVisible)
    assert sitting.comment.text.toPlainText() == "A shadow"
    moved.rename(path)
    qtbot.keyClick(sitting.comment.text, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not sitting.comment.isVisible())
    assert [event.note for event in log(path)] == ["A shadow"]


def test_no_comment_is_asked_for_while_an_answer_is_on_its_way(qtbot: QtBot, show: Show) -> None:
    """It would land on the trial that comes next."""
    window = show(Protocol())
    sitting = begin(qtbot, window, "ann")
    qtbot.waitUntil(lambda: sitting.labeling.ready)
    type_key(qtbot, Key.Key_1, Key.Key_C)
    assert not sitting.comment.isVisible()
    qtbot.waitUntil(lambda: not window.background.pending)
    assert sitting.session.screen.problem is None
