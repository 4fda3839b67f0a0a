"""Naming a unit from its references alone: a choice, a few words, and keys that do not get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.qt.keys import ANSWERS, Action, KeyMap
from app.qt.sights import Evidence, Example, Sight
from app.qt.tasks.answer_text import LONGEST
from app.qt.tasks.name_it import NameItView
from app.qt.theme import DARK, LIGHT
from app.session import Screen
from app.study.records import NAMED, Answer, Histogram, Role, Rubric, Trial

RUBRIC = Rubric(1, "", "Look.", "nominal", task="name_it")
Key = Qt.Key
Control, Alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def picture() -> QImage:
    made = QImage(20, 20, QImage.Format.Format_RGB32)
    made.fill("blue")
    return made


def evidence(count: int = 9) -> Evidence:
    roles: tuple[tuple[Role, float], ...] = (("most", 70.0), ("least", -70.0))
    examples = tuple(Example(role, start + n, picture()) for role, start in roles for n in range(count))
    return Evidence(examples, Histogram((-80.0, 0.0, 80.0), (5, 7)))


UNIT = Sight((), evidence())


def a_screen(answer: Answer | None = None, *, new_unit: bool = False) -> Screen:
    return Screen(
        step="feedback" if answer else "trial",
        trial=Trial("t", 1, None, 1, "blind", 1),
        upcoming=(),
        new_unit=new_unit,
        practice=None,
        interlude=None,
        answer=answer,
        verdict=None,
        comment="",
        flagged=False,
        done=0,
        total=4,
        can_undo=False,
        saving=False,
        paused=False,
        problem=None,
    )


class Page(QWidget):
    """What the labeling page does with keys: those that reach it are asked of the view."""

    def __init__(self, view: NameItView) -> None:
        super().__init__()
        self.view = view
        self.reached: list[int] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        QVBoxLayout(self).addWidget(view)
        self.setStyleSheet(LIGHT.style_sheet(10))
        self.setMinimumSize(800, 500)  # else the layout would hand it to the window, again and again
        self.resize(1024, 640)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.reached.append(event.key())
        action = self.view.keys.action(event)
        if action is not None:
            self.view.act(action)
        else:
            self.view.take(event)


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    made = Page(NameItView(RUBRIC, KeyMap(), LIGHT))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    shown(qtbot, made.view)
    yield made
    made.hide()


@pytest.fixture
def answers(page: Page) -> list[Answer]:
    """What the view has answered."""
    told: list[Answer] = []
    page.view.answered.connect(told.append)
    return told


def shown(qtbot: QtBot, view: NameItView, sight: Sight = UNIT, *, new_unit: bool = False) -> None:
    with qtbot.waitSignal(view.painted):
        view.show_sight(a_screen(new_unit=new_unit), sight)


def test_nothing_is_chosen_beforehand_and_done_says_what_is_missing(
    qtbot: QtBot, page: Page, answers: list[Answer]
) -> None:
    form = page.view.form
    assert form.choice is None
    assert not any(button.isChecked() for button in form.choices)
    assert form.text.toPlainText() == ""
    assert not form.button.isEnabled()
    assert "choose one" in form.hint.text()
    qtbot.keyClick(page, "2")
    assert form.choices[1].isChecked()
    assert not form.button.isEnabled()
    assert "a few words" in form.hint.text()
    assert form.button.accessibleDescription() == form.hint.text()
    qtbot.keyClicks(form.text, "   ")
    assert not form.button.isEnabled()
    qtbot.keyClicks(form.text, "dogs and cars ")
    assert form.button.isEnabled()
    qtbot.mouseClick(form.button, Qt.MouseButton.LeftButton)
    assert answers == [Answer(NAMED[1], note="dogs and cars")]
    RUBRIC.check(answers[0])


def test_nothing_nameable_needs_no_words(qtbot: QtBot, page: Page, answers: list[Answer]) -> None:
    qtbot.keyClick(page, "3")
    assert page.view.form.button.isEnabled()
    qtbot.keyClick(page, Key.Key_Return)
    assert answers == [Answer(NAMED[2])]
    RUBRIC.check(answers[0])


def test_all_by_keyboard_enter_goes_to_the_words_and_ctrl_enter_answers(
    qtbot: QtBot, page: Page, answers: list[Answer]
) -> None:
    text = page.view.form.text
    qtbot.keyClick(page, Key.Key_Return)
    assert not text.hasFocus()
    qtbot.keyClick(page, Key.Key_Right)
    qtbot.keyClick(page, Key.Key_Return)
    assert text.hasFocus()
    qtbot.keyClicks(text, "curves")
    qtbot.keyClick(text, Key.Key_Return)
    qtbot.keyClicks(text, "and arcs")
    qtbot.keyClick(text, Key.Key_Return, Control)
    assert answers == [Answer(NAMED[0], note="curves\nand arcs")]
    assert not text.hasFocus()


def test_ctrl_enter_answers_from_anywhere_but_not_too_early(qtbot: QtBot, page: Page, answers: list[Answer]) -> None:
    qtbot.keyClick(page, Key.Key_Return, Control)
    assert answers == []
    qtbot.keyClick(page, "3")
    qtbot.keyClick(page, Key.Key_Enter, Control)
    assert answers == [Answer(NAMED[2])]


def test_the_arrows_move_the_choice_and_stop_at_the_ends(qtbot: QtBot, page: Page) -> None:
    form = page.view.form
    places = []
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Right, Key.Key_Right, Key.Key_Left):
        qtbot.keyClick(page, key)
        places.append(form.choice)
    assert places == [0, 1, 2, 2, 1]
    assert [button.state.text() for button in form.choices] == [
        "\N{WHITE CIRCLE}",
        "\N{BLACK CIRCLE}",
        "\N{WHITE CIRCLE}",
    ]
    shown(qtbot, page.view)
    qtbot.keyClick(page, Key.Key_Left)
    assert form.choice == 2


def test_a_choice_reached_with_tab_is_taken_with_enter_or_space(
    qtbot: QtBot, page: Page, answers: list[Answer]
) -> None:
    form = page.view.form
    form.text.setPlainText("curves")
    qtbot.keyClick(page, "1")
    form.choices[1].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(form.choices[1], Key.Key_Return)
    assert (form.choice, answers) == (1, [])
    qtbot.keyClick(form.choices[1], Key.Key_Right)
    assert form.choices[2].hasFocus()
    form.choices[0].setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(form.choices[0], Key.Key_Space)
    assert form.choice == 0
    qtbot.keyClick(form.choices[0], Key.Key_Return)
    assert answers == [Answer(NAMED[0], note="curves")]


def test_what_is_typed_in_the_text_stays_in_the_text(qtbot: QtBot, page: Page, answers: list[Answer]) -> None:
    form = page.view.form
    form.text.setFocus()
    qtbot.keyClick(form.text, Key.Key_Backspace)
    qtbot.keyClicks(form.text, "1 Cat? fph 20+-")
    for key in (Key.Key_Backspace, Key.Key_Left, Key.Key_Up, Key.Key_Down, Key.Key_Right, Key.Key_Return, Key.Key_F5):
        qtbot.keyClick(form.text, key)
    qtbot.keyClick(form.text, Key.Key_Z, Control)
    assert page.reached == []
    assert form.choice is None
    assert form.text.toPlainText().startswith("1 Cat? fph 20+")
    assert answers == []


def test_alt_and_digits_choose_and_tab_and_escape_lead_out_of_the_text(qtbot: QtBot, page: Page) -> None:
    form = page.view.form
    form.text.setFocus()
    qtbot.keyClick(form.text, "2", Alt)
    assert form.choice == 1
    assert form.text.hasFocus()
    qtbot.keyClick(form.text, "9", Alt)
    assert form.choice == 1
    assert form.text.toPlainText() == ""
    qtbot.keyClick(form.text, Key.Key_Backtab)
    assert form.choices[2].hasFocus()
    form.text.setFocus()
    qtbot.keyClick(form.text, Key.Key_Escape)
    assert not form.text.hasFocus()
    qtbot.keyClick(page.view, "3")
    assert form.choice == 2


def test_after_a_click_on_a_choice_words_are_typed_into_the_text(qtbot: QtBot, page: Page) -> None:
    form = page.view.form
    for place in (1, 0, 0):
        qtbot.mouseClick(form.choices[place], Qt.MouseButton.LeftButton)
        assert form.choice == place
        assert [button.isChecked() for button in form.choices] == [n == place for n in range(3)]
    assert form.text.hasFocus()


def test_after_a_key_chose_something_that_has_a_name_the_words_are_typed_into_the_text(
    qtbot: QtBot, page: Page, answers: list[Answer]
) -> None:
    """Their letters would otherwise be keys of the page: pause, flag, comment."""
    form = page.view.form
    qtbot.keyClick(page, "3")
    assert not form.text.hasFocus()
    qtbot.keyClick(page, "2")
    assert form.text.hasFocus()
    assert form.text.toPlainText() == ""
    qtbot.keyClicks(form.text, "paws")
    qtbot.keyClick(form.text, Key.Key_Return, Control)
    assert answers == [Answer(NAMED[1], note="paws")]


def test_too_long_a_text_is_cut_where_it_was_put_in(qtbot: QtBot, page: Page) -> None:
    form = page.view.form
    form.text.setPlainText("a" + "z" * (LONGEST - 3))
    cursor = form.text.textCursor()
    cursor.setPosition(1)
    form.text.setTextCursor(cursor)
    pasted = QMimeData()
    pasted.setText("1234")
    form.text.insertFromMimeData(pasted)
    assert form.text.toPlainText() == "a12" + "z" * (LONGEST - 3)
    qtbot.keyClicks(form.text, "more")
    assert len(form.text.toPlainText()) == LONGEST
    assert form.count.text() == "500 of 500 characters"


def test_another_visit_begins_empty(qtbot: QtBot, page: Page) -> None:
    form = page.view.form
    form.text.setPlainText("curves")
    qtbot.keyClick(page, "1")
    page.view.clear()
    assert not any(panel.grid.examples for panel in page.view.stage.panels)
    assert not page.view.act(Action.ANSWER_1)
    shown(qtbot, page.view)
    assert (form.choice, form.text.toPlainText()) == (None, "")
    form.text.undo()
    assert form.text.toPlainText() == ""


def test_the_unit_is_on_screen_when_its_references_are_each_time_once(qtbot: QtBot, page: Page) -> None:
    view = page.view
    painted: list[bool] = []
    view.painted.connect(lambda: painted.append(True))
    least = view.stage.panels[1]
    least.hide()
    with qtbot.waitSignal(view.stage.panels[0].grid.painted):
        view.show_sight(a_screen(), UNIT)
    assert painted == []
    with qtbot.waitSignal(view.painted):
        least.show()
    view.grab()
    assert painted == [True]
    shown(qtbot, view, Sight((), evidence(0)))
    view.show_sight(a_screen(), UNIT)
    view.clear()
    view.grab()
    assert painted == [True, True]


def test_references_that_could_not_be_read_are_not_named(qtbot: QtBot, page: Page, answers: list[Answer]) -> None:
    shown(qtbot, page.view, Sight((), None))
    assert "could not be read" in page.view.form.hint.text()
    assert not any(page.view.act(action) for action in (*ANSWERS, Action.NEXT, Action.CONFIRM))
    qtbot.keyClick(page, Key.Key_Return, Control)
    assert answers == []


def test_new_examples_are_told(qtbot: QtBot, page: Page) -> None:
    assert not page.view.stage.panels[0].notice.isVisible()
    shown(qtbot, page.view, new_unit=True)
    assert all(panel.notice.isVisible() for panel in page.view.stage.panels)


def test_an_answer_that_is_given_for_good_is_shown_and_stays(qtbot: QtBot, page: Page, answers: list[Answer]) -> None:
    form = page.view.form
    page.view.show_told(a_screen(Answer(NAMED[1], note="dogs and cars")), ())
    assert form.text.toPlainText() == "dogs and cars"
    assert form.text.isReadOnly()
    assert [button.property("mark") for button in form.choices] == ["", "given", ""]
    assert "kept" in form.hint.text()
    assert not any(page.view.act(action) for action in (*ANSWERS, Action.NEXT, Action.CONFIRM))
    form.text.setFocus()
    qtbot.keyClick(form.text, Key.Key_Return)
    assert page.reached == [Key.Key_Return]
    qtbot.keyClick(form.text, Key.Key_Return, Control)
    assert answers == []
    shown(qtbot, page.view)
    assert not form.text.isReadOnly()


def test_keys_that_were_changed_are_shown_and_taken(qtbot: QtBot, page: Page) -> None:
    form = page.view.form
    page.view.set_keys(KeyMap({Action.ANSWER_2: "A"}))
    assert form.choices[1].cap.text() == "A"
    qtbot.keyClick(form.text, "a", Alt)
    assert form.choice == 1
    qtbot.keyClick(page, "1")
    qtbot.keyClick(page, "a")
    assert form.choice == 1


@pytest.mark.parametrize("size", [(990, 560), (1248, 740), (2528, 1320)])
@pytest.mark.parametrize("count", [1, 4, 9])
def test_everything_fits_and_both_panels_are_of_one_size(
    qtbot: QtBot, page: Page, count: int, size: tuple[int, int]
) -> None:
    page.resize(*size)
    shown(qtbot, page.view, Sight((), evidence(count)))
    stage, form = page.view.stage, page.view.form
    most, least = stage.panels
    assert most.size() == least.size()
    assert most.geometry().right() < least.geometry().left()
    for panel in stage.panels:
        assert stage.rect().contains(panel.geometry())
        assert panel.rect().contains(panel.grid.geometry())
    assert stage.geometry().right() < form.geometry().left()
    assert page.view.rect().contains(form.geometry())
    assert form.rect().contains(form.button.geometry())
    assert form.text.height() >= 60


def test_everything_has_a_name_in_both_themes(qtbot: QtBot, page: Page) -> None:
    page.view.set_theme(DARK)
    form = page.view.form
    assert all(widget.accessibleName() for widget in (*form.choices, form.text, form.button))
    assert form.choices[0].accessibleDescription() == (
        "One name fits most of the strongest images. Key 1; in the text, Alt and 1"
    )
    assert page.view.stage.panels[0].grid.palette().windowText().color().name() == DARK.text
