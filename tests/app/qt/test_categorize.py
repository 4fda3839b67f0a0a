"""Categories are chosen by key, click and arrow; what is told afterwards can be told without color."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.qt.keys import Action, KeyMap
from app.qt.sights import Sight
from app.qt.tasks.categorize import CategorizeView
from app.qt.theme import DARK, LIGHT
from app.session import Screen, Verdict
from app.study.records import Answer, Category, Reveal, Rubric

RUBRIC = Rubric(
    1,
    "Is there a curve?",
    "",
    "nominal",
    (Category("no", "None."), Category("some", "A bit of one."), Category("yes", "A whole one.")),
    nothing=True,
)
SEVERAL = replace(RUBRIC, several=True)
Make = Callable[..., CategorizeView]


@pytest.fixture
def make(qtbot: QtBot, a_screen: Callable[..., Screen], a_sight: Callable[..., Sight]) -> Make:
    def made(rubric: Rubric = RUBRIC, keys: KeyMap | None = None, sight: Sight | None = None) -> CategorizeView:
        view = CategorizeView(rubric, keys or KeyMap(), LIGHT)
        qtbot.addWidget(view)
        view.setMinimumSize(800, 600)
        view.resize(900, 650)
        view.clear()
        with qtbot.waitSignal(view.painted):
            view.show_sight(a_screen(), sight or a_sight())
            view.show()
        return view

    return made


def answers(view: CategorizeView) -> list[Answer]:
    """Where the answers that it gives will be."""
    given: list[Answer] = []
    view.answered.connect(given.append)
    return given


def all_words(widget: QWidget) -> str:
    """Everything that can be read or heard of a widget and what is in it."""
    found = []
    for one in (widget, *widget.findChildren(QWidget)):
        found += [one.accessibleName(), one.accessibleDescription(), one.toolTip(), one.statusTip(), one.whatsThis()]
        if isinstance(one, QLabel | QAbstractButton):
            found.append(one.text())
    return "\n".join(sorted(found))


def test_a_key_is_an_answer(make: Make) -> None:
    view = make()
    given = answers(view)
    assert [view.act(action) for action in (Action.ANSWER_1, Action.ANSWER_3, Action.ANSWER_4)] == [True, True, False]
    assert given == [Answer("no"), Answer("yes")]


def test_a_click_is_an_answer(qtbot: QtBot, make: Make) -> None:
    view = make()
    given = answers(view)
    qtbot.mouseClick(view.categories.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.cannot_tell, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(view.nothing, Qt.MouseButton.LeftButton)
    assert given == [Answer("some"), Answer(None, "cannot_tell"), Answer(None, "nothing")]


def test_what_is_no_label_has_keys_of_its_own(make: Make) -> None:
    view = make()
    given = answers(view)
    assert [view.act(action) for action in (Action.CANNOT_TELL, Action.NOTHING)] == [True, True]
    assert given == [Answer(None, "cannot_tell"), Answer(None, "nothing")]


def test_nothing_nameable_is_there_only_where_the_rubric_has_it(make: Make) -> None:
    view = make(replace(RUBRIC, nothing=False))
    given = answers(view)
    assert not view.nothing.isVisible()
    assert not view.act(Action.NOTHING)
    assert given == []


def test_arrows_move_a_candidate_and_enter_gives_it(qtbot: QtBot, make: Make) -> None:
    view = make()
    given = answers(view)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    assert not view.act(Action.CONFIRM)
    for action in (Action.NEXT, Action.NEXT):
        view.act(action)
    assert view.categories.buttons[1].hasFocus()
    view.act(Action.CONFIRM)
    for action in (Action.PREVIOUS, Action.PREVIOUS, Action.CONFIRM):
        view.act(action)
    assert given == [Answer("some"), Answer(None, "nothing")]


def test_of_several_each_is_chosen_and_let_go(qtbot: QtBot, make: Make) -> None:
    view = make(SEVERAL)
    given = answers(view)
    assert not view.done.isEnabled()
    for action in (Action.ANSWER_3, Action.ANSWER_2, Action.ANSWER_2):
        view.act(action)
    qtbot.mouseClick(view.categories.buttons[0], Qt.MouseButton.LeftButton)
    assert given == []
    assert [button.isChecked() for button in view.categories.buttons] == [True, False, True]
    assert "chosen" in view.categories.buttons[0].accessibleDescription()
    assert "chosen" not in view.categories.buttons[1].accessibleDescription()
    view.act(Action.CONFIRM)
    assert given == [Answer('["no", "yes"]')]
    qtbot.mouseClick(view.done, Qt.MouseButton.LeftButton)
    assert given[1] == given[0]


def test_of_several_none_is_chosen_at_the_next_image(
    make: Make, a_screen: Callable[..., Screen], a_sight: Callable[..., Sight]
) -> None:
    view = make(SEVERAL)
    view.act(Action.ANSWER_1)
    view.clear()
    view.show_sight(a_screen(), a_sight())
    assert list(view.categories.chosen) == []
    assert not view.act(Action.CONFIRM)


def test_of_several_the_candidate_alone_can_be_given(qtbot: QtBot, make: Make) -> None:
    view = make(SEVERAL)
    given = answers(view)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.act(Action.NEXT)
    view.act(Action.CONFIRM)
    assert given == [Answer('["no"]')]


def test_an_image_that_cannot_be_shown_is_passed_over(make: Make, a_sight: Callable[..., Sight]) -> None:
    view = make(sight=a_sight(data=b"no image"))
    given = answers(view)
    for action in (Action.ANSWER_1, Action.NOTHING, Action.ZOOM_IN, Action.CANNOT_TELL):
        view.act(action)
    assert given == [Answer(None, "cannot_tell")]
    assert "press 0" in view.stimulus.accessibleDescription()


# ---- what is told ----------------------------------------------------------------------------------------------------


def test_practice_says_what_is_right_and_why(make: Make, a_screen: Callable[..., Screen]) -> None:
    view = make()
    verdict = Verdict(False, ("some", "yes"), "The rim is round.")
    view.show_told(a_screen(kind="practice", step="feedback", answer=Answer("no"), verdict=verdict), ())
    assert "Not right" in view.told.outcome.text()
    assert view.told.details.text() == "You said: no. Right: some, yes. The rim is round."
    descriptions = [button.accessibleDescription() for button in view.categories.buttons]
    assert ["your answer" in text for text in descriptions] == [True, False, False]
    assert ["right" in text for text in descriptions] == [False, True, True]
    marks = [button.findChild(QLabel).text() for button in view.categories.buttons]
    assert marks == ["✗", "✓", "✓"]


def test_what_is_told_is_gone_with_the_next_image(
    make: Make, a_screen: Callable[..., Screen], a_sight: Callable[..., Sight], reveal: Reveal
) -> None:
    view = make()
    before = all_words(view)
    view.show_told(a_screen("feedback", step="feedback", answer=Answer("no")), (reveal,))
    assert all_words(view) != before
    view.clear()
    view.show_sight(a_screen(), a_sight())
    assert all_words(view) == before
    assert all(button.isEnabled() and not button.isChecked() for button in view.categories.buttons)


def test_no_answer_is_taken_once_something_is_told(
    qtbot: QtBot, make: Make, a_screen: Callable[..., Screen], reveal: Reveal
) -> None:
    view = make()
    given = answers(view)
    view.show_told(a_screen("feedback", step="feedback", answer=Answer("no")), (reveal,))
    for action in (Action.ANSWER_2, Action.CANNOT_TELL, Action.NOTHING, Action.CONFIRM, Action.NEXT):
        assert not view.act(action)
    qtbot.mouseClick(view.categories.buttons[1], Qt.MouseButton.LeftButton)
    assert given == []


def test_an_answer_that_is_no_label_is_told_in_words(make: Make, a_screen: Callable[..., Screen]) -> None:
    view = make()
    view.show_told(a_screen("feedback", step="feedback", answer=Answer(None, "nothing")), ())
    assert "nothing nameable here" in view.told.details.text()


def test_feedback_shows_the_activation_after_the_answer(
    make: Make, a_screen: Callable[..., Screen], reveal: Reveal
) -> None:
    view = make()
    assert "13.2" not in all_words(view)
    view.show_told(a_screen("feedback", step="feedback", answer=Answer("some")), (reveal,))
    assert view.evidence.histogram.marked == (13.2177,)
    assert "13.2" in view.told.details.text()
    assert view.tools.badge.isVisible()
    assert view.categories.buttons[1].isChecked()


# ---- what is revealed ------------------------------------------------------------------------------------------------


def test_a_revealed_image_is_marked_from_the_start(make: Make, a_sight: Callable[..., Sight], reveal: Reveal) -> None:
    view = make(sight=a_sight(revealed=reveal))
    assert view.evidence.histogram.marked == (13.2177,)
    assert "This image: 13.2" in view.evidence.revealed.text()
    assert view.tools.badge.isVisible()


def test_the_heat_map_comes_on_request(make: Make, a_sight: Callable[..., Sight], reveal: Reveal) -> None:
    view = make(sight=a_sight(revealed=reveal))
    assert not view.stimulus.shows_heat
    plain = view.stimulus.grab().toImage()
    assert view.act(Action.HEAT_MAP)
    assert view.stimulus.shows_heat
    assert view.tools.heat.isChecked()
    assert view.tools.legend.accessibleName() == "Heat map: from 0.50 to 3.62"
    assert view.stimulus.grab().toImage() != plain
    assert view.act(Action.HEAT_MAP)
    assert not view.stimulus.shows_heat


def test_a_unit_without_heat_map_offers_none(make: Make, a_sight: Callable[..., Sight]) -> None:
    view = make(sight=a_sight(revealed=Reveal(13.2177, None)))
    assert not view.tools.heat.isVisible()
    assert not view.act(Action.HEAT_MAP)


def test_nothing_of_a_revealed_image_is_left_at_the_next(
    make: Make, a_screen: Callable[..., Screen], a_sight: Callable[..., Sight], reveal: Reveal
) -> None:
    view = make()
    before = all_words(view)
    view.clear()
    view.show_sight(a_screen("revealed"), a_sight(revealed=reveal))
    view.act(Action.HEAT_MAP)
    view.clear()
    view.show_sight(a_screen(), a_sight())
    assert all_words(view) == before
    assert view.evidence.histogram.marked == ()
    assert not view.stimulus.shows_heat
    assert not view.act(Action.HEAT_MAP)


def test_an_image_without_examples_says_so(make: Make, a_sight: Callable[..., Sight], reveal: Reveal) -> None:
    view = make(sight=a_sight(references=False, revealed=reveal))
    assert not any(grid.isVisible() for grid in view.evidence.grids)
    assert not view.evidence.histogram.isVisible()
    assert view.evidence.revealed_bare.isVisible()
    assert "13.2" in view.evidence.revealed_bare.text()
    assert view.evidence.histogram_bare.isVisible()


def test_other_examples_are_told_of_where_they_are_first_seen(
    make: Make, a_screen: Callable[..., Screen], a_sight: Callable[..., Sight]
) -> None:
    view = make()
    for references, new in ((False, True), (True, False)):
        view.clear()
        view.show_sight(a_screen(new_unit=new), a_sight(references=references))
    assert view.evidence.notice.isVisible()


# ---- the image -------------------------------------------------------------------------------------------------------


def test_zoom_by_key_and_button_and_back_with_the_next_image(
    qtbot: QtBot, make: Make, a_screen: Callable[..., Screen], a_sight: Callable[..., Sight]
) -> None:
    view = make()
    assert view.act(Action.ZOOM_OUT)
    assert view.stimulus.zoom == 1.0
    view.act(Action.ZOOM_IN)
    qtbot.mouseClick(view.tools.zoom_in, Qt.MouseButton.LeftButton)
    assert view.stimulus.zoom == pytest.approx(1.25**2)
    view.show_sight(a_screen(), a_sight())
    assert view.stimulus.zoom == 1.0


def test_the_wheel_zooms_at_the_pointer_and_a_double_click_goes_back(qtbot: QtBot, make: Make) -> None:
    view = make(sight=None)
    stimulus = view.stimulus
    fitted = stimulus.grab().toImage()
    _turn(stimulus, QPointF(stimulus.rect().center()), 8)
    assert stimulus.zoom > 4
    assert stimulus.grab().toImage() != fitted
    qtbot.mouseDClick(stimulus, Qt.MouseButton.LeftButton)
    assert stimulus.zoom == 1.0
    assert stimulus.grab().toImage() == fitted


def test_a_zoomed_image_is_dragged_no_farther_than_its_edge(qtbot: QtBot, make: Make) -> None:
    stimulus = make().stimulus
    middle = stimulus.rect().center()
    _turn(stimulus, QPointF(middle), 10)
    qtbot.mousePress(stimulus, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(stimulus, middle + QPoint(90_000, 90_000))
    qtbot.mouseRelease(stimulus, Qt.MouseButton.LeftButton, pos=middle)
    image = stimulus.grab().toImage()
    assert image.pixelColor(2, 2).getRgb()[:3] == (200, 100, 50)


def _turn(widget: QWidget, at: QPointF, notches: int) -> None:
    turned = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, turned)


def test_painted_is_said_once(qtbot: QtBot, make: Make) -> None:
    view = make()
    with qtbot.assertNotEmitted(view.painted):
        view.stimulus.grab()
        view.act(Action.ZOOM_IN)
        view.stimulus.grab()


# ---- several, and an answer that is none -----------------------------------------------------------------------------


def test_enter_on_cannot_tell_is_that_even_where_categories_are_chosen(qtbot: QtBot, make: Make) -> None:
    view = make(SEVERAL)
    given = answers(view)
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.act(Action.ANSWER_1)
    view.cannot_tell.setFocus(Qt.FocusReason.TabFocusReason)
    view.act(Action.CONFIRM)
    qtbot.mouseClick(view.done, Qt.MouseButton.LeftButton)  # the keyboard is still there, but this is no key
    assert given == [Answer(None, "cannot_tell"), Answer('["no"]')]


# ---- keys and colors -------------------------------------------------------------------------------------------------


def test_other_keys_are_shown_where_they_act(make: Make) -> None:
    view = make()
    view.set_keys(KeyMap({Action.ANSWER_1: "A", Action.CANNOT_TELL: "X", Action.HEAT_MAP: "M"}))
    assert "Key A" in view.categories.buttons[0].accessibleDescription()
    assert "Key X" in view.cannot_tell.accessibleDescription()
    assert view.tools.heat.text().startswith("M")


def test_an_image_that_cannot_be_shown_says_the_key_that_goes_on_now(make: Make, a_sight: Callable[..., Sight]) -> None:
    view = make(sight=a_sight(data=b"no image"))
    before = view.stimulus.grab().toImage()
    view.set_keys(KeyMap({Action.CANNOT_TELL: "X"}))
    assert "press X" in view.stimulus.accessibleDescription()
    assert view.stimulus.grab().toImage() != before


def test_every_control_has_a_name(make: Make) -> None:
    view = make(SEVERAL)
    controls = [one for one in view.findChildren(QWidget) if one.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert len(controls) >= 9
    assert [one for one in controls if not one.accessibleName()] == []


def test_another_theme_keeps_what_is_shown(make: Make, a_sight: Callable[..., Sight], reveal: Reveal) -> None:
    view = make(sight=a_sight(revealed=reveal))
    view.set_theme(DARK)
    assert view.evidence.histogram.marked == (13.2177,)
