"""The pages around the trials, one by one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers import FakeClock
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.qt.consent_page import ConsentPage
from app.qt.instructions_page import InstructionsPage
from app.qt.interlude_page import InterludePage
from app.qt.keys import Action, KeyMap
from app.qt.markdown_view import MarkdownView
from app.qt.page import Page
from app.qt.rubric_view import RubricView, keys_in_words
from app.qt.thanks_page import ThanksPage
from app.qt.theme import LIGHT
from app.session import Interlude, Screen, Step
from app.study.records import Category, Rating, Rubric

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # of every window with a layout, offscreen
Key = Qt.Key
RUBRIC = Rubric(
    1,
    "Is there a curve?",
    "Look at **shapes**.",
    "ordinal",
    (Category("no", "None & nothing."), Category("yes", "A <i>whole</i> one.")),
)


def screen(step: Step, interlude: Interlude | None = None, *, can_undo: bool = False, problem: str = "") -> Screen:
    return Screen(
        step=step,
        trial=None,
        upcoming=(),
        new_unit=False,
        practice=None,
        interlude=interlude,
        answer=None,
        verdict=None,
        comment="",
        flagged=False,
        done=3,
        total=12,
        can_undo=can_undo,
        saving=False,
        paused=False,
        problem=problem or None,
    )


def show(qtbot: QtBot, page: QWidget) -> None:
    qtbot.addWidget(page)
    page.resize(900, 640)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.setFocus()


def words_of(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def picture(color: str) -> QImage:
    image = QImage(40, 30, QImage.Format.Format_RGB888)
    image.fill(QColor(color))
    return image


# ---- consent -----------------------------------------------------------------------------------------------------


def test_enter_agrees_wherever_the_focus_is_but_on_the_other_button(qtbot: QtBot) -> None:
    page = ConsentPage("# We ask you\n\nto look at pictures.")
    said: list[str] = []
    page.agreed.connect(lambda: said.append("agreed"))
    page.declined.connect(lambda: said.append("declined"))
    show(qtbot, page)
    qtbot.keyClick(page.focusWidget(), Key.Key_Return)
    text = page.findChild(MarkdownView)
    text.setFocus()
    qtbot.keyClick(text, Key.Key_Return)
    page.decline.setFocus()
    qtbot.keyClick(page.decline, Key.Key_Return)
    qtbot.mouseClick(page.agree, Qt.MouseButton.LeftButton)
    assert said == ["agreed", "agreed", "declined", "agreed"]


def test_a_problem_with_saving_consent_is_told(qtbot: QtBot) -> None:
    page = ConsentPage("Text")
    show(qtbot, page)
    page.draw(screen("consent", problem="The disk is full."))
    assert "The disk is full." in words_of(page)
    page.draw(screen("consent"))
    assert "The disk is full." not in words_of(page)


def test_long_text_is_turned_by_page_keys_and_the_buttons_stay(qtbot: QtBot) -> None:
    page = ConsentPage("word " * 5000)
    show(qtbot, page)
    bar = page.findChildren(QAbstractScrollArea)[0].verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    qtbot.keyClick(page.agree, Key.Key_PageDown)
    assert bar.value() > 0
    qtbot.keyClick(page.agree, Key.Key_PageUp)
    assert bar.value() == 0
    assert page.agree.visibleRegion().boundingRect().height() == page.agree.height()


def test_lines_stay_short_enough_to_read_on_a_large_screen(qtbot: QtBot) -> None:
    page = ConsentPage("word " * 500)
    show(qtbot, page)
    page.resize(2560, 1440)
    text = page.findChildren(QAbstractScrollArea)[1]
    qtbot.waitUntil(lambda: text.width() < 1000)
    assert text.width() // text.fontMetrics().averageCharWidth() <= 90


def test_consent_that_is_being_saved_can_be_neither_given_nor_declined(qtbot: QtBot) -> None:
    page = ConsentPage("Text")
    show(qtbot, page)
    page.draw(replace(screen("consent"), saving=True))
    assert (page.agree.isEnabled(), page.decline.isEnabled()) == (False, False)
    page.draw(screen("consent", problem="The disk is full."))
    assert (page.agree.isEnabled(), page.decline.isEnabled()) == (True, True)


# ---- instructions ------------------------------------------------------------------------------------------------


def test_the_instructions_have_everything_that_one_must_know(qtbot: QtBot) -> None:
    page = InstructionsPage(RUBRIC, ((picture("red"), None), ()), KeyMap())
    begun: list[bool] = []
    page.begun.connect(lambda: begun.append(True))
    show(qtbot, page)
    seen = words_of(page)
    for needed in ("Is there a curve?", "None & nothing.", "A <i>whole</i> one.", "1 – 2", "can't tell", "Backspace"):
        assert needed in seen
    assert "An example cannot be shown." in seen
    names = [label.accessibleName() for label in page.findChildren(QLabel)]
    assert "Example 1 of no" in names
    qtbot.keyClick(page.focusWidget(), Key.Key_Enter)
    assert begun == [True]


def test_changed_keys_show_at_once(qtbot: QtBot) -> None:
    page = InstructionsPage(RUBRIC, (), KeyMap())
    show(qtbot, page)
    page.set_keys(KeyMap({Action.ANSWER_1: "A", Action.RUBRIC: "I", Action.CANNOT_TELL: "X"}))
    qtbot.waitUntil(lambda: "A 2" in words_of(page))
    seen = words_of(page)
    assert "I shows this page again" in seen
    assert " | X | " in seen


@pytest.mark.parametrize(
    ("rubric", "expected"),
    [
        (RUBRIC, ("1 – 2", "choose; the number pad works as well")),
        (replace(RUBRIC, several=True), ("Enter", "done")),
        (replace(RUBRIC, nothing=True), ("N", "nothing nameable here")),
        (Rubric(1, "?", "", "interval", task="rate", rating=Rating(7, "a", "b")), ("1 – 7", "choose a step")),
        (Rubric(1, "?", "", "interval", task="rate", rating=Rating(0, "a", "b")), ("1 – 9", "set the slider")),
        (Rubric(1, "?", "", "nominal", task="which_one"), ("1 – 6", "surely left")),
        (Rubric(1, "?", "", "nominal", task="name_it"), ("1 – 3", "one thing")),
    ],
)
def test_each_task_tells_its_keys(rubric: Rubric, expected: tuple[str, str]) -> None:
    told = list(keys_in_words(rubric, KeyMap()))
    assert any(cap == expected[0] and expected[1] in meaning for cap, meaning in told)
    offers_no_answer = rubric.task in ("which_one", "name_it")
    assert any(meaning == "can't tell" for _, meaning in told) != offers_no_answer


@pytest.mark.parametrize(
    ("points", "expected"), [(7, "from 1 (calm) to 7 (wild)"), (0, "A slider from “calm” to “wild”.")]
)
def test_the_ends_of_a_scale_are_told(qtbot: QtBot, points: int, expected: str) -> None:
    rubric = Rubric(1, "How wild?", "", "interval", task="rate", rating=Rating(points, "calm", "wild"))
    view = RubricView(rubric, (), KeyMap())
    show(qtbot, view)
    assert expected in words_of(view)


# ---- interludes --------------------------------------------------------------------------------------------------


def test_a_forced_break_counts_down_and_then_lets_go(qtbot: QtBot) -> None:
    clock = FakeClock()
    page = InterludePage("", clock)
    gone: list[bool] = []
    page.go_on.connect(lambda: gone.append(True))
    show(qtbot, page)
    page.draw(screen("interlude", Interlude("break", 30.0, block=2, blocks=5)))
    assert "Part 2 of 5 is done." in words_of(page)
    assert "You can go on in 30 seconds." in words_of(page)
    qtbot.keyClick(page, Key.Key_Return)
    clock.seconds += 29.1
    page.tick()
    assert "You can go on in 1 second." in words_of(page)
    qtbot.keyClick(page, Key.Key_Return)
    assert gone == []
    clock.seconds += 0.9
    page.tick()
    assert page.on.isEnabled()
    assert page.on.hasFocus()
    qtbot.keyClick(page.on, Key.Key_Return)
    assert gone == [True]


def test_a_break_goes_on_while_its_window_is_out_of_sight(qtbot: QtBot) -> None:
    clock = FakeClock()
    page = InterludePage("", clock)
    show(qtbot, page)
    page.draw(screen("interlude", Interlude("break", 30.0, block=1, blocks=2)))
    for left in ("20 seconds", "10 seconds"):
        page.hide()
        clock.seconds += 10
        page.show()
        assert f"You can go on in {left}." in words_of(page)
    page.hide()
    clock.seconds += 10
    page.show()
    assert page.on.isEnabled()


def test_the_last_answer_may_be_taken_back_from_a_break(qtbot: QtBot) -> None:
    page = InterludePage("")
    undone: list[bool] = []
    page.undo.connect(lambda: undone.append(True))
    show(qtbot, page)
    page.draw(screen("interlude", Interlude("break", 30.0, block=1, blocks=2), can_undo=True))
    qtbot.keyClick(page, Key.Key_Backspace)
    qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert undone == [True, True]
    page.set_keys(KeyMap({Action.UNDO: "U"}))
    assert page.back.text() == "Undo last  (U)"
    qtbot.keyClick(page, Key.Key_Backspace)
    qtbot.keyClick(page, Key.Key_U)
    assert len(undone) == 3
    page.draw(screen("interlude", Interlude("practice_passed")))
    assert not page.back.isVisible()


@pytest.mark.parametrize(
    ("interlude", "expected"),
    [
        (
            Interlude("practice_passed", right=5, tried=6, needed=0.8),
            ("5 of 6 right. 5 of 6 are needed.", "the study itself begins", "Start the study"),
        ),
        (
            Interlude("practice_again", right=3, tried=6, needed=0.5, attempts_left=2),
            ("3 of 6 right. 3 of 6 are needed.", "Attempts left: 2.", "Practice again"),
        ),
        (Interlude("practice_passed", right=1, tried=6), ("1 of 6 right.", "begins", "Start the study")),
    ],
)
def test_practice_says_how_it_went_and_what_comes(
    qtbot: QtBot, interlude: Interlude, expected: tuple[str, str, str]
) -> None:
    page = InterludePage("")
    show(qtbot, page)
    page.draw(screen("interlude", interlude))
    seen = words_of(page)
    assert expected[0] in seen.split(" | ")
    assert expected[1] in seen
    assert page.on.text() == page.on.accessibleName() == expected[2]
    assert page.on.isEnabled()


def test_who_fails_practice_is_told_kindly_whom_to_turn_to(qtbot: QtBot) -> None:
    page = InterludePage("Ada, ada@example.org")
    said: list[str] = []
    page.close_wanted.connect(lambda: said.append("close"))
    page.next_rater.connect(lambda: said.append("next"))
    page.go_on.connect(lambda: said.append("on"))
    show(qtbot, page)
    page.draw(screen("failed"))
    assert "ada@example.org" in words_of(page)
    qtbot.keyClick(page, Key.Key_Return)
    qtbot.mouseClick(page.next, Qt.MouseButton.LeftButton)
    assert said == ["close", "next"]


# ---- thanks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("issued", "count"), [(False, 5), (True, 4)])
def test_every_key_and_button_of_the_last_page_has_the_room_that_its_words_need(
    qtbot: QtBot, tmp_path: Path, issued: bool, count: int
) -> None:
    page = ThanksPage(tmp_path / "a.jury", issued=issued)
    page.setStyleSheet(LIGHT.style_sheet(9))
    page.draw(screen("done", can_undo=True))
    show(qtbot, page)
    parts = [*page.findChildren(QPushButton), *(cap for cap in page.findChildren(QLabel) if cap.text() == "Enter")]
    assert len(parts) == count
    assert all(part.width() >= part.sizeHint().width() for part in parts)


def test_whose_file_it_is_saves_their_answers_and_sends_them_back(qtbot: QtBot, tmp_path: Path) -> None:
    page = ThanksPage(tmp_path / "a.jury", contact="Ada,\n ada@example.org", issued=True)
    said: list[str] = []
    page.send_wanted.connect(lambda: said.append("send"))
    page.close_wanted.connect(lambda: said.append("close"))
    show(qtbot, page)
    page.draw(screen("done"))
    assert "Ada, ada@example.org" in words_of(page)
    assert "a.jury" not in words_of(page)
    qtbot.keyClick(page, Key.Key_Return)
    qtbot.mouseClick(page.close_button, Qt.MouseButton.LeftButton)
    assert said == ["send", "close"]


def test_long_pages_have_their_buttons_below_the_text_whether_or_not_it_scrolls(qtbot: QtBot) -> None:
    for paragraphs in (1, 60):
        page = ConsentPage("\n\n".join(["Words about consent."] * paragraphs))
        show(qtbot, page)
        panel = next(frame for frame in page.findChildren(QFrame) if frame.property("role") == "panel")
        right = panel.mapTo(page, panel.rect().topRight()).x()
        assert page.main is not None
        assert page.main.mapTo(page, page.main.rect().topRight()).x() == right


def test_thanks_say_what_was_done_and_where_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    page = ThanksPage(tmp_path / "a.jury", "which_one")
    closed: list[bool] = []
    page.close_wanted.connect(lambda: closed.append(True))
    show(qtbot, page)
    page.draw(screen("done", can_undo=True))
    assert "You have compared all 12 pairs of images." in words_of(page)
    assert str((tmp_path / "a.jury").resolve()) in words_of(page)
    assert page.back.isEnabled()
    page.draw(screen("done", problem="The disk is full."))
    assert not page.back.isEnabled()
    assert "The disk is full." in words_of(page)
    qtbot.keyClick(page, Key.Key_Return)
    assert closed == [True]


def test_a_key_held_down_presses_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    page = ThanksPage(tmp_path / "a.jury")
    closed: list[bool] = []
    page.close_wanted.connect(lambda: closed.append(True))
    show(qtbot, page)
    held = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True, 1)
    page.keyPressEvent(held)
    assert closed == []


def test_every_control_of_these_pages_has_an_accessible_name(qtbot: QtBot, tmp_path: Path) -> None:
    pages: tuple[Page, ...] = (
        ConsentPage("x"),
        InstructionsPage(RUBRIC, ((picture("red"),), ()), KeyMap()),
        InterludePage(""),
        ThanksPage(tmp_path / "a.jury"),
    )
    for page in pages:
        qtbot.addWidget(page)
        assert page.accessibleName()
        nameless = [
            widget
            for widget in page.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not isinstance(widget, QLabel)
            and not widget.accessibleName()
            and not isinstance(widget.parent(), QAbstractScrollArea)
        ]
        assert nameless == []
