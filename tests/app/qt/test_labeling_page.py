"""Keys arrive at the session, and what is drawn is what was handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import FakeLog, HeldBackground
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.errors import Fault
from app.qt.background import here_and_now
from app.qt.images import decode
from app.qt.keys import Action, KeyMap
from app.qt.labeling_page import LabelingPage
from app.qt.opened import OpenStudy, open_study
from app.qt.presence import Presence
from app.qt.sights import Reveals, Sight, Sights, looking_into
from app.qt.theme import LIGHT
from app.session import Background, Session, at_once
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.records import Category, Condition, Kind, Known, Rating, Reveal, Rubric, Trial

Key = Qt.Key


def told(log: FakeLog) -> list[tuple[str | None, Kind, str | None]]:
    """What the log was told, without the times."""
    return [(trial, kind, answer) for trial, kind, answer, _ in log.lines]


@pytest.fixture
def opened(study_path: Path) -> Iterator[OpenStudy]:
    study = open_study(study_path)
    yield study
    study.file.close()


Make = Callable[..., LabelingPage]
RUBRIC = Rubric(
    1,
    "Is there a curve?",
    "",
    "nominal",
    (Category("no", "None."), Category("some", "A bit of one."), Category("yes", "A whole one.")),
)


def blind(count: int) -> list[Trial]:
    return [Trial(f"trial{n}", n, f"id{n:04x}", 1, "blind", 1) for n in range(count)]


def in_condition(condition: Condition) -> list[Trial]:
    """The first of three trials is in this condition, the others are blind."""
    first, *rest = blind(3)
    return [replace(first, condition=condition), *rest]


@pytest.fixture
def make(qtbot: QtBot, opened: OpenStudy) -> Make:
    looking = looking_into(opened.file)

    def made(
        log: FakeLog,
        background: Background = at_once,
        look: Callable[[Trial], Sight] = looking,
        trials: Sequence[Trial] = blind(5),
        reveal: Callable[[Trial], Reveals] = opened.file.reveal,
        practice: Mapping[str, Known] | None = None,
        rubric: Rubric = RUBRIC,
    ) -> LabelingPage:
        session = Session(trials, rubric, log, background=background, practice=practice)
        page = LabelingPage(session, Sights(look, here_and_now, reveal), LIGHT, KeyMap())
        qtbot.addWidget(page)
        page.setMinimumSize(800, 600)
        page.resize(1000, 700)
        session.go_on()  # past the instructions
        page.show()
        page.activateWindow()
        qtbot.waitUntil(lambda: page.isActiveWindow() and page.ready)
        page.setFocus()
        return page

    return made


def press(qtbot: QtBot, page: LabelingPage, *keys: Any) -> None:
    """Press each key once the page has drawn its image."""
    for key in keys:
        qtbot.waitUntil(lambda: page.ready)
        qtbot.keyClick(page, key)


def middle(page: LabelingPage) -> tuple[int, int, int]:
    """The color in the middle of the stimulus."""
    image = page.task.stimulus.grab().toImage()
    color: QColor = image.pixelColor(image.width() // 2, image.height() // 2)
    return color.red(), color.green(), color.blue()


def test_keys_answer_in_order(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    press(qtbot, make(log), Key.Key_1, Key.Key_3, Key.Key_0, Key.Key_2)
    assert told(log) == [
        ("trial0", "label", "no"),
        ("trial1", "label", "yes"),
        ("trial2", "cannot_tell", None),
        ("trial3", "label", "some"),
    ]


def test_the_number_pad_answers(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    qtbot.keyClick(page, Key.Key_2, Qt.KeyboardModifier.KeypadModifier)
    assert told(log) == [("trial0", "label", "some")]


def test_keys_without_meaning_do_nothing(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    for key in (Key.Key_4, Key.Key_9, Key.Key_A, Key.Key_Space, Key.Key_Return):
        qtbot.keyClick(page, key)
    qtbot.keyClick(page, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert told(log) == []


def test_what_is_drawn_is_what_was_handed_over(qtbot: QtBot, make: Make) -> None:
    page = make(FakeLog())
    assert middle(page) == (0, 0, 90)
    assert (page.footer.count.text(), page.footer.progress.value()) == ("0 of 5", 0)
    assert not page.footer.undo.isEnabled()
    press(qtbot, page, Key.Key_1)
    qtbot.waitUntil(lambda: page.ready)
    assert middle(page) == (1, 0, 90)
    assert (page.footer.count.text(), page.footer.progress.value()) == ("1 of 5", 1)
    assert page.footer.undo.isEnabled()
    assert [grid.captions[0] for grid in page.task.evidence.grids] == ["94.0", "\N{MINUS SIGN}94.0"]


def test_a_pressed_category_flashes(qtbot: QtBot, make: Make) -> None:
    page = make(FakeLog())
    press(qtbot, page, Key.Key_2)
    assert [button.isDown() for button in page.task.categories.buttons] == [False, True, False]
    qtbot.waitUntil(lambda: not page.task.categories.buttons[1].isDown())


@pytest.mark.parametrize(
    "undo", [(Key.Key_Backspace, Qt.KeyboardModifier.NoModifier), (Key.Key_Z, Qt.KeyboardModifier.ControlModifier)]
)
def test_undo(qtbot: QtBot, make: Make, undo: tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
    log = FakeLog()
    page = make(log)
    press(qtbot, page, Key.Key_1)
    qtbot.waitUntil(lambda: page.ready)
    qtbot.keyClick(page, *undo)
    assert told(log)[1:] == [("trial0", "undo", None)]
    assert middle(page) == (0, 0, 90)
    qtbot.keyClick(page, *undo)
    assert len(log.lines) == 2


def test_a_key_held_down_counts_once(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    for repeats in (False, True, True):
        qtbot.waitUntil(lambda: page.ready)
        held = QKeyEvent(QEvent.Type.KeyPress, Key.Key_1, Qt.KeyboardModifier.NoModifier, "1", repeats)
        QApplication.sendEvent(page, held)
    assert len(log.lines) == 1


def test_an_image_not_yet_on_screen_cannot_be_judged(make: Make) -> None:
    log = FakeLog()
    page = make(log)
    for _ in range(3):  # no event loop in between: nothing is painted
        held = QKeyEvent(QEvent.Type.KeyPress, Key.Key_1, Qt.KeyboardModifier.NoModifier, "1")
        QApplication.sendEvent(page, held)
    assert len(log.lines) == 1


def test_a_click_answers_once_and_gives_the_keyboard_back(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    qtbot.mouseClick(page.task.categories.buttons[2], Qt.MouseButton.LeftButton)
    assert told(log) == [("trial0", "label", "yes")]
    assert page.hasFocus()
    for key in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
        press(qtbot, page, key)
    assert len(log.lines) == 1


def test_a_button_reached_with_tab_answers_once(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    button = page.task.categories.buttons[0]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Key.Key_Space)
    assert told(log) == [("trial0", "label", "no")]
    assert page.hasFocus()
    qtbot.waitUntil(lambda: page.ready)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Key.Key_2)  # digits work wherever the focus is
    assert told(log)[1:] == [("trial1", "label", "some")]


def test_a_failed_write_keeps_the_trial_and_shows_the_words(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    log.fault = Fault("The disk is full.")
    page = make(log)
    press(qtbot, page, Key.Key_1)
    assert page.problem.isVisible()
    assert "The disk is full." in page.problem.text()
    assert (middle(page), page.footer.count.text()) == ((0, 0, 90), "0 of 5")
    log.fault = None
    press(qtbot, page, Key.Key_3)
    assert told(log) == [("trial0", "label", "yes")]
    assert not page.problem.isVisible()


def test_a_slow_write_leaves_the_window_alive(qtbot: QtBot, make: Make) -> None:
    log, slow = FakeLog(), HeldBackground()
    page = make(log, background=slow)
    press(qtbot, page, Key.Key_1)
    assert page.footer.news.text() == ""
    qtbot.waitUntil(lambda: page.footer.news.text() == "Saving…")
    qtbot.keyClick(page, Key.Key_2)
    qtbot.keyClick(page, Key.Key_Backspace)
    assert (len(slow.waiting), page.footer.count.text(), middle(page)) == (1, "0 of 5", (0, 0, 90))
    slow.release()
    assert (told(log), page.footer.news.text(), page.footer.count.text()) == ([("trial0", "label", "no")], "", "1 of 5")


@pytest.mark.parametrize("data", [b"", b"no image", b"\x89PNG\r\n\x1a\n" + b"\0" * 50])
def test_an_image_that_cannot_be_shown_can_be_passed_over(
    qtbot: QtBot, make: Make, opened: OpenStudy, data: bytes
) -> None:
    log = FakeLog()
    look = looking_into(opened.file)
    page = make(log, look=lambda trial: replace(look(trial), pictures=(decode(data),)))
    qtbot.keyClick(page, Key.Key_1)
    assert told(log) == []
    assert "cannot be shown" in page.task.stimulus.accessibleDescription()
    qtbot.keyClick(page, Key.Key_0)
    assert told(log) == [("trial0", "cannot_tell", None)]


class PassingFault:
    """Reads and decodes sights, but for the times that it is told not to."""

    def __init__(self, file: StudyFile) -> None:
        self._look = looking_into(file)
        self.fault = False

    def __call__(self, trial: Trial) -> Sight:
        if self.fault:
            raise Fault("Another program writes it.")
        return self._look(trial)


@pytest.fixture
def unread(qtbot: QtBot, make: Make, opened: OpenStudy) -> tuple[LabelingPage, FakeLog, PassingFault]:
    """At the second trial, which cannot be read."""
    log, look = FakeLog(), PassingFault(opened.file)
    page = make(log, look=look)
    page._sights._kept.clear()
    look.fault = True
    press(qtbot, page, Key.Key_1)
    return page, log, look


def test_what_cannot_be_read_now_is_told_and_takes_no_answer(
    qtbot: QtBot, unread: tuple[LabelingPage, FakeLog, PassingFault]
) -> None:
    page, log, _ = unread
    for key in (Key.Key_1, Key.Key_0, Key.Key_Return):
        qtbot.keyClick(page, key)
    qtbot.mouseClick(page.task.cannot_tell, Qt.MouseButton.LeftButton)
    assert "Another program writes it." in page.problem.text()
    assert page.problem.isVisible()
    assert page.task.stimulus.accessibleDescription() == ""
    assert len(log.lines) == 1
    qtbot.keyClick(page, Key.Key_F)
    assert page.problem.isVisible()
    assert told(log)[1:] == [("trial1", "flag", None)]


@pytest.mark.parametrize("way", ["key", "button", "front"])
def test_what_could_not_be_read_is_tried_again(
    qtbot: QtBot, unread: tuple[LabelingPage, FakeLog, PassingFault], way: str
) -> None:
    page, log, look = unread

    def try_again() -> None:
        if way == "key":
            qtbot.keyClick(page, Key.Key_Return)
        elif way == "button":
            qtbot.mouseClick(page.again, Qt.MouseButton.LeftButton)
        else:
            QApplication.sendEvent(page, QEvent(QEvent.Type.WindowActivate))

    try_again()
    assert (page.problem.isVisible(), page.again.isVisible()) == (True, True)
    look.fault = False
    try_again()
    press(qtbot, page, Key.Key_2)
    assert (page.problem.isVisible(), page.again.isVisible()) == (False, False)
    assert told(log)[1:] == [("trial1", "label", "some")]
    assert page.hasFocus()


def test_the_last_answer_draws_a_screen_with_no_trial(qtbot: QtBot, make: Make) -> None:
    page = make(FakeLog(), trials=blind(1))
    with qtbot.waitSignal(page.drawn) as drawn:
        qtbot.keyClick(page, Key.Key_1)
    assert drawn.args is not None
    assert drawn.args[0].trial is None


# ---- what a rater is told --------------------------------------------------------------------------------------------


def everything_said(page: QWidget) -> str:
    """All that can be read or heard on a page, hidden parts too."""
    found = []
    for one in (page, *page.findChildren(QWidget)):
        found += [one.accessibleName(), one.accessibleDescription(), one.toolTip(), one.statusTip(), one.whatsThis()]
        found += [one.windowTitle(), one.objectName()]
        if isinstance(one, QLabel | QAbstractButton):
            found.append(one.text())
    return "\n".join(found)


HOW: tuple[Condition, ...] = ("blind", "revealed", "feedback", "blind")


def test_a_blind_trial_holds_nothing_of_its_activation(qtbot: QtBot, make: Make) -> None:
    """Not before, not between and not after trials whose activation may be shown."""
    order = [replace(trial, condition=how) for trial, how in zip(blind(4), HOW, strict=True)]
    page = make(FakeLog(), trials=order)
    for trial in order:
        qtbot.waitUntil(lambda: page.ready)
        if trial.condition != "revealed":
            said = everything_said(page)
            hidden = ("7.71", "8.71", "9.71", "10.7", "This image:", "activation on")
            assert [word for word in hidden if word in said] == []
            assert page.task.evidence.histogram.marked == ()
        qtbot.keyClick(page, Key.Key_2)
        if trial.condition == "feedback":
            assert "9.71" in everything_said(page)
            qtbot.keyClick(page, Key.Key_Return)


def test_a_revealed_trial_shows_its_activation_from_the_start(make: Make) -> None:
    page = make(FakeLog(), trials=in_condition("revealed"))
    assert page.task.evidence.histogram.marked == (7.7131,)


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter, Key.Key_Space])
def test_feedback_is_read_once_the_answer_is_saved_and_a_key_goes_on(qtbot: QtBot, make: Make, key: Qt.Key) -> None:
    read: list[str] = []
    log = FakeLog()

    def reveal(trial: Trial) -> Reveals:
        read.append(f"{trial.id} after {len(log.lines)}")
        return (Reveal(13.2177, None),)

    page = make(log, trials=in_condition("feedback"), reveal=reveal)
    assert read == []
    press(qtbot, page, Key.Key_3)
    assert read == ["trial0 after 1"]
    assert page.task.evidence.histogram.marked == (13.2177,)
    assert page.footer.go_on.isVisible()
    qtbot.keyClick(page, Key.Key_1)
    qtbot.keyClick(page, Key.Key_Backspace)
    assert len(log.lines) == 1
    qtbot.keyClick(page, key)
    qtbot.waitUntil(lambda: page.ready)
    assert page.task.evidence.histogram.marked == ()
    assert middle(page) == (1, 0, 90)
    assert not page.footer.go_on.isVisible()


def test_feedback_is_left_with_the_mouse(qtbot: QtBot, make: Make) -> None:
    page = make(FakeLog(), trials=in_condition("feedback"))
    press(qtbot, page, Key.Key_3)
    qtbot.mouseClick(page.footer.go_on, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.ready)
    assert page.hasFocus()


def test_feedback_that_cannot_be_read_is_said_and_the_rater_goes_on(qtbot: QtBot, make: Make) -> None:
    def reveal(trial: Trial) -> Reveals:
        raise Fault("The file was removed.")

    log = FakeLog()
    page = make(log, trials=in_condition("feedback"), reveal=reveal)
    press(qtbot, page, Key.Key_3)
    assert "could not be read" in page.problem.text()
    qtbot.keyClick(page, Key.Key_Return)
    press(qtbot, page, Key.Key_1)
    assert len(log.lines) == 2


def test_practice_says_where_it_is_and_whether_it_was_right(qtbot: QtBot, make: Make) -> None:
    first, second = (replace(trial, kind="practice") for trial in blind(2))
    known = {trial.stimulus: Known(trial.stimulus, "practice", 1, b"", ("yes",), "It is whole.") for trial in (first,)}
    page = make(FakeLog(), trials=[first, second, *blind(4)[2:]], practice=known)
    assert page.footer.count.text() == "Practice 1 of 2"
    press(qtbot, page, Key.Key_3)
    assert "Right" in page.task.told.outcome.text()
    assert "It is whole." in page.task.told.details.text()
    qtbot.keyClick(page, Key.Key_Return)
    assert page.footer.count.text() == "Practice 2 of 2"


TASKS = [
    (Rubric(1, "?", "", "interval", task="rate", rating=Rating(5, "a", "b")), [Key.Key_4], ("label", "4")),
    (
        Rubric(1, "?", "", "interval", task="rate", rating=Rating(0, "a", "b")),
        [Key.Key_2, Key.Key_Return],
        ("label", "20"),
    ),
    (replace(RUBRIC, several=True), [Key.Key_2, Key.Key_1, Key.Key_Return], ("label", '["no", "some"]')),
    (replace(RUBRIC, nothing=True), [Key.Key_N], ("nothing", None)),
    (Rubric(1, "?", "", "nominal", task="which_one"), [Key.Key_1], ("label", "left")),
    (Rubric(1, "?", "", "nominal", task="name_it"), [Key.Key_3, Key.Key_Return], ("label", "nothing nameable")),
]


@pytest.mark.parametrize(("rubric", "keys", "answer"), TASKS)
def test_every_task_is_answered_on_the_same_page(
    qtbot: QtBot,
    make: Make,
    a_sight: Callable[..., Sight],
    rubric: Rubric,
    keys: list[Qt.Key],
    answer: tuple[Kind, str | None],
) -> None:
    def look(trial: Trial) -> Sight:
        sight = a_sight()
        return replace(sight, pictures=sight.pictures * len(trial.stimuli))

    shown = {"which_one": ("one", "two"), "name_it": (None, None)}.get(rubric.task, ("one", None))
    order = [Trial(f"trial{n}", n, shown[0], 1, "blind", 1, other=shown[1]) for n in range(2)]
    log = FakeLog()
    page = make(log, look=look, trials=order, rubric=rubric)
    for key in keys:
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert told(log) == [("trial0", *answer)]
    qtbot.waitUntil(lambda: page.ready)
    assert page.hasFocus()


# ---- comment, flag, pause, rubric ------------------------------------------------------------------------------------


def test_a_flag_is_set_and_taken_away_and_seen(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    press(qtbot, page, Key.Key_F)
    assert page.footer.flag.isChecked()
    assert page.footer.flag.accessibleName() == "⚑ Flagged"
    qtbot.mouseClick(page.footer.flag, Qt.MouseButton.LeftButton)
    assert not page.footer.flag.isChecked()
    assert told(log) == [("trial0", "flag", None), ("trial0", "unflag", None)]
    assert page.ready


def test_a_flag_that_was_not_saved_is_not_shown(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    log.fault = Fault("The disk is full.")
    page = make(log)
    qtbot.mouseClick(page.footer.flag, Qt.MouseButton.LeftButton)
    assert not page.footer.flag.isChecked()
    assert "The disk is full." in page.problem.text()


@pytest.mark.parametrize(("key", "signal"), [(Key.Key_C, "comment_wanted"), (Key.Key_Question, "rubric_wanted")])
def test_comment_and_rubric_are_the_windows_to_open(qtbot: QtBot, make: Make, key: Qt.Key, signal: str) -> None:
    page = make(FakeLog())
    with qtbot.waitSignal(getattr(page, signal)):
        qtbot.keyClick(page, key)


def test_a_comment_that_is_there_is_shown(make: Make) -> None:
    log = FakeLog()
    page = make(log)
    page._session.comment("Too dark\nto see.")
    assert page.footer.news.text() == "“Too dark to see.”"
    assert page.footer.comment.accessibleName() == "Edit comment"
    assert log.entries == [Entry("trial0", "comment", note="Too dark\nto see.")]


def test_a_pause_hides_the_trial_and_takes_no_answer(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    press(qtbot, page, Key.Key_P)
    assert page.paused.isVisible()
    assert not page.task.isVisible()
    for key in (Key.Key_1, Key.Key_0, Key.Key_Backspace, Key.Key_Return):
        qtbot.keyClick(page, key)
    assert told(log) == []
    qtbot.mouseClick(page.paused.go_on, Qt.MouseButton.LeftButton)
    assert page.task.isVisible()
    press(qtbot, page, Key.Key_P)
    qtbot.keyClick(page, Key.Key_P)
    press(qtbot, page, Key.Key_1)
    assert told(log) == [("trial0", "label", "no")]


# ---- keys, and who is there ------------------------------------------------------------------------------------------


def test_keys_can_be_others(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    page.set_keys(KeyMap({Action.ANSWER_1: "A", Action.UNDO: "U"}))
    press(qtbot, page, Key.Key_1, Key.Key_A, Key.Key_U)
    assert told(log) == [("trial0", "label", "no"), ("trial0", "undo", None)]
    assert "Key U" in page.footer.undo.accessibleDescription()


def test_a_candidate_is_given_with_enter_and_the_next_image_has_none(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Return):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert told(log) == [("trial0", "label", "some")]
    assert page.hasFocus()


def test_enter_presses_a_button_that_was_reached_with_tab(qtbot: QtBot, make: Make) -> None:
    log = FakeLog()
    page = make(log)
    page.footer.flag.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(page.footer.flag, Key.Key_Return)
    assert told(log) == [("trial0", "flag", None)]


@pytest.mark.parametrize("remapped", [False, True])
def test_enter_presses_a_tool_that_was_reached_with_tab_and_answers_nothing(
    qtbot: QtBot, make: Make, remapped: bool
) -> None:
    log = FakeLog()
    page = make(log, rubric=TASKS[1][0])
    if remapped:
        page.set_keys(KeyMap({Action.CONFIRM: "J"}))
    qtbot.keyClick(page, Key.Key_4)
    page.task.tools.zoom_in.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(page.task.tools.zoom_in, Key.Key_J if remapped else Key.Key_Return)
    assert told(log) == []
    assert page.task.stimulus.zoom > 1


def test_enter_on_a_tool_that_was_reached_with_tab_does_not_leave_what_is_told(qtbot: QtBot, make: Make) -> None:
    page = make(FakeLog(), trials=in_condition("feedback"))
    press(qtbot, page, Key.Key_3)
    page.task.tools.zoom_in.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(page.task.tools.zoom_in, Key.Key_Return)
    assert page.task.stimulus.zoom > 1
    assert page._session.screen.step == "feedback"


def test_enter_on_the_heat_map_of_a_pair_gives_no_answer(
    qtbot: QtBot, make: Make, a_sight: Callable[..., Sight], reveal: Reveal
) -> None:
    def look(trial: Trial) -> Sight:
        sight = a_sight(revealed=reveal)
        return replace(sight, pictures=2 * sight.pictures, reveals=2 * sight.reveals)

    log = FakeLog()
    order = [Trial("trial0", 0, "one", 1, "revealed", 1, other="two")]
    page = make(log, look=look, trials=order, rubric=TASKS[4][0])
    for _ in range(7):  # past the six answers
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert page.task.heat.hasFocus()
    qtbot.keyClick(page.task.heat, Key.Key_Return)
    assert told(log) == []
    assert page.task.stage.images[0].shows_heat


def test_every_control_of_the_page_has_a_name(make: Make) -> None:
    page = make(FakeLog())
    controls = [one for one in page.findChildren(QWidget) if one.focusPolicy() != Qt.FocusPolicy.NoFocus]
    assert len(controls) >= 13
    assert [one for one in controls if not one.accessibleName()] == []


def test_input_of_any_kind_is_told_at_most_once_a_second(qtbot: QtBot) -> None:
    page = QWidget()
    child = QWidget(page)
    qtbot.addWidget(page)
    told: list[None] = []
    presence = Presence(page)
    presence.touched.connect(lambda: told.append(None))
    qtbot.keyClick(child, Key.Key_A)
    qtbot.mouseMove(child)
    qtbot.mouseClick(page, Qt.MouseButton.LeftButton)
    assert told == [None]


def test_a_window_that_is_not_in_front_is_told(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    told: list[bool] = []
    presence = Presence(page)
    presence.front.connect(told.append)
    for kind in (QEvent.Type.WindowDeactivate, QEvent.Type.WindowActivate):
        QApplication.sendEvent(page, QEvent(kind))
    assert told == [False, True]
