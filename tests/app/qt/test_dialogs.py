"""What opens over a page: the rubric, a comment, the keys, about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QPushButton, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from app.qt.about import About
from app.qt.comment_dialog import MOST, CommentDialog
from app.qt.keys import DEFAULTS, Action, KeyMap, fits, key_name
from app.qt.keys_dialog import KeysDialog
from app.qt.rubric_dialog import RubricDialog
from app.study import schema
from app.study.records import Category, Rubric

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # of every window with a layout, offscreen
Key = Qt.Key
Control = Qt.KeyboardModifier.ControlModifier
RUBRIC = Rubric(
    1,
    "Is there a curve?",
    "Look at **shapes**.\n\n" * 40,
    "ordinal",
    (Category("no", "None."), Category("yes", "A whole one.")),
)


@pytest.fixture
def host(qtbot: QtBot) -> Iterator[QStackedWidget]:
    """A window's pages, with one button that has the focus."""
    window = QMainWindow()
    pages = QStackedWidget()
    window.setCentralWidget(pages)
    pages.addWidget(QPushButton("below"))
    qtbot.addWidget(window)
    window.resize(1000, 700)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield pages
    window.close()


def words_of(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def focused(widget: QWidget) -> QWidget:
    found = widget.window().focusWidget()
    assert found is not None
    return found


# ---- the rubric --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Key.Key_Escape, Key.Key_Question, Key.Key_Return])
def test_the_rubric_covers_the_page_until_a_key_closes_it(qtbot: QtBot, host: QStackedWidget, key: Qt.Key) -> None:
    dialog = RubricDialog(host, RUBRIC, (), KeyMap())
    dialog.show_rubric()
    assert dialog.geometry() == host.geometry()
    assert "A whole one." in words_of(dialog)
    assert "Is there a curve?" in words_of(dialog)
    with qtbot.waitSignal(dialog.closed):
        qtbot.keyClick(focused(host), key)
    assert not dialog.isVisible()


def test_no_key_but_its_own_reaches_anything_from_the_rubric(qtbot: QtBot, host: QStackedWidget) -> None:
    pressed: list[str] = []
    below = host.currentWidget()
    assert isinstance(below, QPushButton)
    below.clicked.connect(lambda: pressed.append("below"))
    dialog = RubricDialog(host, RUBRIC, (), KeyMap())
    dialog.show_rubric()
    for key in (Key.Key_1, Key.Key_Backspace, Key.Key_Space):
        qtbot.keyClick(focused(host), key)
    assert pressed == []
    assert dialog.isVisible()


def test_the_rubric_scrolls_with_the_arrow_keys(qtbot: QtBot, host: QStackedWidget) -> None:
    dialog = RubricDialog(host, RUBRIC, (), KeyMap())
    dialog.show_rubric()
    qtbot.waitUntil(lambda: dialog.area.verticalScrollBar().maximum() > 0)
    qtbot.keyClick(focused(host), Key.Key_Down)
    assert dialog.area.verticalScrollBar().value() > 0


def test_tab_stays_within_what_is_open(qtbot: QtBot, host: QStackedWidget) -> None:
    dialog = RubricDialog(host, RUBRIC, (), KeyMap())
    dialog.show_rubric()
    for way in (Key.Key_Tab, Key.Key_Backtab):
        for _ in range(6):
            qtbot.keyClick(focused(host), way)
            assert dialog.isAncestorOf(focused(host))


def test_a_click_beside_the_panel_closes_and_one_on_it_does_not(qtbot: QtBot, host: QStackedWidget) -> None:
    dialog = RubricDialog(host, RUBRIC, (), KeyMap())
    dialog.show_rubric()
    qtbot.mouseClick(dialog.panel, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    qtbot.mouseClick(dialog, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert not dialog.isVisible()


def test_it_covers_the_page_whatever_its_size(qtbot: QtBot, host: QStackedWidget) -> None:
    dialog = RubricDialog(host, RUBRIC, (), KeyMap())
    dialog.show_rubric()
    host.window().resize(1300, 900)
    qtbot.waitUntil(lambda: dialog.geometry() == host.geometry() and dialog.width() == 1300)


def test_a_changed_key_closes_the_rubric(qtbot: QtBot, host: QStackedWidget) -> None:
    dialog = RubricDialog(host, RUBRIC, (), KeyMap())
    dialog.set_keys(KeyMap({Action.RUBRIC: "I"}))
    dialog.show_rubric()
    qtbot.keyClick(focused(host), Key.Key_Question)
    assert dialog.isVisible()
    qtbot.keyClick(focused(host), Key.Key_I)
    assert not dialog.isVisible()


# ---- comments ----------------------------------------------------------------------------------------------------


@pytest.fixture
def comments(host: QStackedWidget) -> tuple[CommentDialog, list[str]]:
    dialog, saved = CommentDialog(host), []
    dialog.saved.connect(saved.append)
    return dialog, saved


def test_ctrl_enter_saves_what_was_edited(qtbot: QtBot, comments: tuple[CommentDialog, list[str]]) -> None:
    dialog, saved = comments
    dialog.ask("A shadow")
    assert focused(dialog) is dialog.text
    qtbot.keyClicks(dialog.text, ", or not")
    qtbot.keyClick(dialog.text, Key.Key_Return)
    qtbot.keyClicks(dialog.text, "c?")
    qtbot.keyClick(dialog.text, Key.Key_Return, Control)
    assert saved == ["A shadow, or not\nc?"]
    assert dialog.isVisible()  # until whoever saves it says that it is saved


def test_escape_saves_nothing(qtbot: QtBot, comments: tuple[CommentDialog, list[str]]) -> None:
    dialog, saved = comments
    dialog.ask("")
    qtbot.keyClicks(dialog.text, "Never mind")
    qtbot.keyClick(dialog.text, Key.Key_Escape)
    assert not dialog.isVisible()
    assert saved == []
    dialog.ask("")
    assert dialog.text.toPlainText() == ""


def test_a_comment_may_be_emptied(qtbot: QtBot, comments: tuple[CommentDialog, list[str]]) -> None:
    dialog, saved = comments
    dialog.ask("A shadow")
    dialog.text.clear()
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert saved == [""]


def test_a_comment_that_is_too_long_is_not_saved_and_not_cut(
    qtbot: QtBot, comments: tuple[CommentDialog, list[str]]
) -> None:
    dialog, saved = comments
    dialog.ask("x" * (MOST + 3))
    assert "3 characters too many" in dialog.left.text()
    qtbot.keyClick(dialog.text, Key.Key_Return, Control)
    assert saved == []
    for _ in range(3):
        qtbot.keyClick(dialog.text, Key.Key_Backspace)
    qtbot.keyClick(dialog.text, Key.Key_Return, Control)
    assert saved == ["x" * MOST]


def test_why_a_comment_was_not_saved_is_told_over_it(comments: tuple[CommentDialog, list[str]]) -> None:
    dialog, _ = comments
    dialog.ask("A shadow")
    dialog.say("The disk is full.")
    assert "The disk is full." in words_of(dialog)


# ---- keys --------------------------------------------------------------------------------------------------------


@pytest.fixture
def keys(qtbot: QtBot) -> tuple[KeysDialog, list[KeyMap]]:
    dialog, changed = KeysDialog(KeyMap()), []
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.changed.connect(changed.append)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog, changed


def rekey(qtbot: QtBot, dialog: KeysDialog, action: Action, key: Qt.Key) -> None:
    made = dialog.buttons[action]
    made.setFocus()
    qtbot.keyClick(made, Key.Key_Return)
    assert made.text() == "Press a key…"
    qtbot.keyClick(made, key)


def test_every_action_has_its_key_in_words(keys: tuple[KeysDialog, list[KeyMap]]) -> None:
    dialog, _ = keys
    assert set(dialog.buttons) == set(DEFAULTS)
    assert dialog.buttons[Action.CONFIRM].text() == "Enter"
    assert dialog.buttons[Action.FLAG].accessibleName() == "Key for: Flag"


def test_a_key_is_changed_by_pressing_another(qtbot: QtBot, keys: tuple[KeysDialog, list[KeyMap]]) -> None:
    dialog, changed = keys
    rekey(qtbot, dialog, Action.FLAG, Key.Key_M)
    assert dialog.buttons[Action.FLAG].text() == "M"
    assert [one.key(Action.FLAG) for one in changed] == ["M"]
    rekey(qtbot, dialog, Action.CONFIRM, Key.Key_Space)
    assert changed[-1].key(Action.CONFIRM) == "Space"
    assert changed[-1].key(Action.FLAG) == "M"


def test_a_key_that_is_taken_is_refused_in_words(qtbot: QtBot, keys: tuple[KeysDialog, list[KeyMap]]) -> None:
    dialog, changed = keys
    rekey(qtbot, dialog, Action.FLAG, Key.Key_C)
    assert changed == []
    assert dialog.buttons[Action.FLAG].text() == "F"
    assert "C is taken already, for: Comment." in dialog.told.text()


def test_keys_that_the_window_needs_are_not_taken(qtbot: QtBot, keys: tuple[KeysDialog, list[KeyMap]]) -> None:
    dialog, changed = keys
    rekey(qtbot, dialog, Action.FLAG, Key.Key_Tab)
    assert "cannot be used" in dialog.told.text()
    qtbot.keyClick(dialog.buttons[Action.FLAG], Key.Key_G, Control)
    assert changed == []


@pytest.mark.parametrize("key", [Key.Key_F11, Key.Key_Home, Key.Key_End, Key.Key_PageUp, Key.Key_Return, Key.Key_Space])
def test_keys_that_would_do_two_things_are_refused_in_words(
    qtbot: QtBot, keys: tuple[KeysDialog, list[KeyMap]], key: Qt.Key
) -> None:
    dialog, changed = keys
    rekey(qtbot, dialog, Action.FLAG, key)
    assert "cannot be used here" in dialog.told.text()
    assert (changed, dialog.buttons[Action.FLAG].text()) == ([], "F")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (Key.Key_Delete, "Del"),
        (Key.Key_Insert, "Ins"),
        (Key.Key_Up, "Up"),
        (Key.Key_Semicolon, ";"),
        (Key.Key_Udiaeresis, "Ü"),
    ],
)
def test_plain_keys_are_taken(qtbot: QtBot, keys: tuple[KeysDialog, list[KeyMap]], key: Qt.Key, name: str) -> None:
    dialog, changed = keys
    rekey(qtbot, dialog, Action.FLAG, key)
    assert [one.key(Action.FLAG) for one in changed] == [name]


def test_no_key_that_does_not_fit_comes_into_a_map_of_keys() -> None:
    assert all(fits(action, key) for action, key in DEFAULTS.items())
    assert not fits(Action.FLAG, key_name(Key.Key_Dead_Acute))  # an accent waits for its letter
    with pytest.raises(ValueError, match=r"^$"):
        KeyMap().with_key(Action.UNDO, "Return")


def test_shift_may_be_pressed_on_the_way_to_a_key(qtbot: QtBot, keys: tuple[KeysDialog, list[KeyMap]]) -> None:
    dialog, changed = keys
    rekey(qtbot, dialog, Action.FLAG, Key.Key_Shift)
    assert (changed, dialog.told.text()) == ([], "")
    qtbot.keyClick(dialog.buttons[Action.FLAG], Key.Key_Exclam, Qt.KeyboardModifier.ShiftModifier)
    assert changed[-1].key(Action.FLAG) == "!"


def test_escape_leaves_a_key_as_it_was_and_the_dialog_open(qtbot: QtBot, keys: tuple[KeysDialog, list[KeyMap]]) -> None:
    dialog, changed = keys
    rekey(qtbot, dialog, Action.FLAG, Key.Key_Escape)
    assert (dialog.isVisible(), changed, dialog.buttons[Action.FLAG].text()) == (True, [], "F")
    qtbot.keyClick(dialog.buttons[Action.FLAG], Key.Key_Escape)
    assert not dialog.isVisible()


def test_all_keys_go_back_to_what_they_were(qtbot: QtBot, keys: tuple[KeysDialog, list[KeyMap]]) -> None:
    dialog, changed = keys
    rekey(qtbot, dialog, Action.FLAG, Key.Key_M)
    (defaults,) = [one for one in dialog.findChildren(QPushButton) if one.text() == "Back to defaults"]
    qtbot.mouseClick(defaults, Qt.MouseButton.LeftButton)
    assert changed[-1] == KeyMap()
    assert dialog.buttons[Action.FLAG].text() == "F"


# ---- about -------------------------------------------------------------------------------------------------------


def test_about_says_version_licence_and_formats(qtbot: QtBot) -> None:
    dialog = About()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    seen = words_of(dialog)
    for needed in ("Neuron Jury", "MIT", f"format {schema.VERSION}", "it sends nothing", "Qt 6"):
        assert needed in seen
    assert {label.textFormat() for label in dialog.findChildren(QLabel) if label.text()} == {Qt.TextFormat.PlainText}
