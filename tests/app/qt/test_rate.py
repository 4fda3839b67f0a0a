"""Ratings are given on steps or on a line, and nothing is set before the rater sets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.qt.keys import Action, KeyMap
from app.qt.sights import Sight
from app.qt.tasks.rate import RateView
from app.qt.theme import DARK, LIGHT
from app.session import Screen, Verdict
from app.study.records import Answer, Rating, Reveal, Rubric

Make = Callable[..., RateView]


def rubric(points: int) -> Rubric:
    return Rubric(1, "How much?", "", "interval", task="rate", rating=Rating(points, "Not at all", "Wholly"))


@pytest.fixture
def make(qtbot: QtBot, a_screen: Callable[..., Screen], a_sight: Callable[..., Sight]) -> Make:
    def made(points: int = 0, sight: Sight | None = None) -> RateView:
        view = RateView(rubric(points), KeyMap(), LIGHT)
        qtbot.addWidget(view)
        view.setMinimumSize(800, 600)
        view.resize(900, 650)
        view.clear()
        with qtbot.waitSignal(view.painted):
            view.show_sight(a_screen(), sight or a_sight())
            view.show()
        return view

    return made


def answers(view: RateView) -> list[Answer]:
    """Where the answers that it gives will be."""
    given: list[Answer] = []
    view.answered.connect(given.append)
    return given


def has_thumb(view: RateView) -> bool:
    image = view.slider.grab().toImage()
    row = image.height() // 2
    return any(image.pixelColor(x, row) == QColor(LIGHT.accent) for x in range(8, image.width() - 8))


# ---- steps -----------------------------------------------------------------------------------------------------------


def test_a_step_is_an_answer_by_key_and_by_click(qtbot: QtBot, make: Make) -> None:
    view = make(5)
    given = answers(view)
    assert [view.act(action) for action in (Action.ANSWER_5, Action.ANSWER_6, Action.CANNOT_TELL)] == [
        True,
        False,
        True,
    ]
    qtbot.mouseClick(view.steps[1], Qt.MouseButton.LeftButton)
    assert given == [Answer("5"), Answer(None, "cannot_tell"), Answer("2")]
    assert not view.slider.isVisible()
    assert not view.done.isVisible()


def test_arrows_move_among_the_steps_and_enter_gives_one(qtbot: QtBot, make: Make) -> None:
    view = make(7)
    given = answers(view)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    for action in (Action.CONFIRM, Action.NEXT, Action.NEXT, Action.NEXT, Action.CONFIRM):
        view.act(action)
    assert given == [Answer("3")]


def test_steps_are_read_out_with_their_ends(make: Make) -> None:
    names = [button.accessibleName() for button in make(5).steps]
    assert names == ["1 of 5: Not at all", "2 of 5", "3 of 5", "4 of 5", "5 of 5: Wholly"]


def test_no_step_is_chosen_beforehand(make: Make) -> None:
    view = make(7)
    assert not any(button.isChecked() or button.isDown() or button.hasFocus() for button in view.steps)


def test_practice_marks_the_steps_that_are_right(make: Make, a_screen: Callable[..., Screen]) -> None:
    view = make(5)
    verdict = Verdict(False, ("4", "5"), "It is all there.")
    view.show_told(a_screen(kind="practice", step="feedback", answer=Answer("2"), verdict=verdict), ())
    assert [button.isChecked() for button in view.steps] == [False, True, False, False, False]
    assert ["right" in button.accessibleDescription() for button in view.steps] == [False, False, False, True, True]
    assert view.told.details.text() == "You said: 2. Right: 4 to 5. It is all there."
    assert not view.act(Action.ANSWER_1)


# ---- the line --------------------------------------------------------------------------------------------------------


def test_the_line_is_empty_until_it_is_set(qtbot: QtBot, make: Make) -> None:
    view = make()
    given = answers(view)
    assert not has_thumb(view)
    assert not view.done.isEnabled()
    assert view.slider.accessibleDescription() == "Not set yet"
    assert view.value.text() == ""
    assert not view.act(Action.CONFIRM)
    qtbot.mouseClick(view.done, Qt.MouseButton.LeftButton)
    assert given == []


@pytest.mark.parametrize(
    ("actions", "value"),
    [
        ([Action.NEXT], "50"),
        ([Action.PREVIOUS], "50"),
        ([Action.NEXT, Action.NEXT], "51"),
        ([Action.ANSWER_3], "30"),
        ([Action.ANSWER_9, Action.PREVIOUS], "89"),
    ],
)
def test_keys_set_and_move_it(make: Make, actions: list[Action], value: str) -> None:
    view = make()
    given = answers(view)
    for action in actions:
        assert view.act(action)
    assert has_thumb(view)
    assert view.value.text() == value
    assert view.slider.accessibleDescription() == f"Set to {value}"
    view.act(Action.CONFIRM)
    assert given == [Answer(value)]


def test_done_gives_the_line_wherever_the_keyboard_is(qtbot: QtBot, make: Make) -> None:
    view = make(0)
    given = answers(view)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.act(Action.ANSWER_4)
    view.cannot_tell.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.mouseClick(view.done, Qt.MouseButton.LeftButton)
    view.act(Action.CONFIRM)
    assert given == [Answer("40"), Answer(None, "cannot_tell")]


def test_page_keys_and_ends(qtbot: QtBot, make: Make) -> None:
    view = make()
    for key, value in ((Qt.Key.Key_PageUp, 50), (Qt.Key.Key_PageUp, 60), (Qt.Key.Key_End, 100), (Qt.Key.Key_Home, 0)):
        qtbot.keyClick(view.slider, key)
        assert view.slider.value() == value


def test_a_click_sets_it_there_and_a_drag_moves_it(qtbot: QtBot, make: Make) -> None:
    view = make()
    given = answers(view)
    slider = view.slider
    middle = QPoint(slider.width() // 2, slider.height() // 2)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=middle)
    assert abs(slider.value() - 50) <= 1
    qtbot.mouseMove(slider, QPoint(slider.width(), middle.y()))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width(), middle.y()))
    qtbot.mouseClick(view.done, Qt.MouseButton.LeftButton)
    assert given == [Answer("100")]


def test_the_next_image_finds_it_empty(
    make: Make, a_screen: Callable[..., Screen], a_sight: Callable[..., Sight]
) -> None:
    view = make()
    view.act(Action.ANSWER_4)
    view.clear()
    view.show_sight(a_screen(), a_sight())
    assert not has_thumb(view)
    assert not view.done.isEnabled()


def test_it_cannot_be_set_where_no_image_is_shown(make: Make, a_sight: Callable[..., Sight]) -> None:
    view = make(sight=a_sight(data=b"no image"))
    given = answers(view)
    for action in (Action.ANSWER_5, Action.NEXT, Action.CANNOT_TELL):
        view.act(action)
    assert not view.slider.is_set
    assert given == [Answer(None, "cannot_tell")]


def test_what_is_told_keeps_the_answer_on_the_line(make: Make, a_screen: Callable[..., Screen], reveal: Reveal) -> None:
    view = make()
    given = answers(view)
    view.show_told(a_screen("feedback", step="feedback", answer=Answer("35")), (reveal,))
    assert view.value.text() == "35"
    assert "13.2" in view.told.details.text()
    assert not view.slider.isEnabled()
    assert not view.act(Action.NEXT)
    assert given == []


def test_cannot_tell_is_told_with_nothing_on_the_line(make: Make, a_screen: Callable[..., Screen]) -> None:
    view = make()
    verdict = Verdict(False, ("60", "60"), "")
    view.show_told(a_screen(kind="practice", step="feedback", answer=Answer(None, "cannot_tell"), verdict=verdict), ())
    assert view.told.details.text() == "You said: can't tell. Right: 60."
    assert not view.slider.is_set


@pytest.mark.parametrize("points", [0, 7])
def test_the_ends_are_labeled_and_every_control_has_a_name(make: Make, points: int) -> None:
    view = make(points)
    view.set_theme(DARK)
    texts = [one.text() for one in view.answers.findChildren(QWidget) if hasattr(one, "text")]
    assert {"Not at all", "Wholly"} <= set(texts)
    controls = [one for one in view.findChildren(QWidget) if one.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert [one for one in controls if not one.accessibleName()] == []
