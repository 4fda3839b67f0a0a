"""The supervisor's page: what is known of each rater is on it, for eyes, keyboard and screen reader."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.qt.raters_page import RatersPage
from app.qt.theme import DARK, LIGHT, Theme
from app.status import RaterStatus

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # of every window with a layout, offscreen

ANN = RaterStatus(
    "ann", False, 90, 120, active_seconds=270, idle_seconds=30, pace=2.9, catch_right=5, catch_answered=6,
    repeats_same=11, repeats_answered=12,
)  # fmt: skip
KIM = replace(ANN, pseudonym="kim", done=120, warnings=("Gave the same answer 25 times in a row.",))
NEW = RaterStatus("<b>new</b>", False, 0, 120)
STAND_IN = replace(ANN, pseudonym="stand-in 1", simulated=True)
REASONS = {"kim": ("0.8 active minutes for all trials, where 2 are the least", "something else")}
NBSP = "\N{NO-BREAK SPACE}"


def page_of(qtbot: QtBot, *statuses: RaterStatus, theme: Theme = LIGHT) -> RatersPage:
    page = RatersPage(theme)
    qtbot.addWidget(page)
    page.resize(1024, 700)
    page.draw(statuses, REASONS, "Seven times")
    page.show()
    return page


def cells(page: RatersPage, row: int, role: int = Qt.ItemDataRole.DisplayRole) -> list[object]:
    model = page.table.model()
    return [model.index(row, column).data(role) for column in range(model.columnCount(QModelIndex()))]


def test_each_rater_has_a_row_in_words(qtbot: QtBot) -> None:
    page = page_of(qtbot, ANN, KIM, NEW, STAND_IN)
    assert page.study.text() == "Seven times"
    assert page.summary.text() == "4 raters, 300 of 480 trials done, 180 left."
    assert cells(page, 0) == ["ann", "90 of 120", f"2.9{NBSP}s", "5 of 6", "11 of 12", f"10{NBSP}%", "Nothing."]
    assert cells(page, 1)[-1] == (
        "\N{MULTIPLICATION X} Left out of the report: 0.8 active minutes for all trials, where 2 are the least;"
        " something else.\n\N{WARNING SIGN} Gave the same answer 25 times in a row."
    )
    assert cells(page, 2) == ["<b>new</b>", "0 of 120", "–", "–", "–", "–", "–"]
    assert cells(page, 3)[0] == "stand-in 1\n(simulated)"


def test_a_study_with_nobody_yet_says_so_and_shows_no_empty_table(qtbot: QtBot) -> None:
    page = page_of(qtbot)
    assert page.nobody.isVisible()
    assert "Nobody has begun yet" in page.nobody.text()
    assert not page.table.isVisible()
    page.draw([ANN], {}, "Seven times")
    assert (page.table.isVisible(), page.nobody.isVisible()) == (True, False)


def test_drawing_anew_replaces_what_was_there(qtbot: QtBot) -> None:
    page = page_of(qtbot, ANN, KIM)
    page.draw([replace(ANN, done=91)], {}, "Seven times")
    assert page.table.model().rowCount(QModelIndex()) == 1
    assert cells(page, 0)[1] == "91 of 120"


def test_buttons_and_keys_go_back_and_read_anew(qtbot: QtBot) -> None:
    page = page_of(qtbot, ANN)
    for signal, act in ((page.back, page.to_back.click), (page.refresh, page.to_refresh.click)):
        with qtbot.waitSignal(signal, timeout=1000):
            act()
    for signal, focused, key in (
        (page.back, page.table, Qt.Key.Key_Escape),
        (page.refresh, page.table, Qt.Key.Key_F5),
        (page.back, page.to_back, Qt.Key.Key_Return),
        (page.refresh, page.to_refresh, Qt.Key.Key_Return),
    ):
        focused.setFocus()
        with qtbot.waitSignal(signal, timeout=1000):
            qtbot.keyClick(focused, key)


def test_everything_has_a_name_for_a_screen_reader(qtbot: QtBot) -> None:
    page = page_of(qtbot, ANN, NEW)
    assert page.accessibleName() == "Raters"
    assert page.table.accessibleName() == "One row for each rater"
    assert all(one.accessibleName() for one in page.findChildren(QPushButton))
    spoken = cells(page, 0, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken[:2] == ["Rater: ann", "Done: 90 of 120"]
    assert cells(page, 1, Qt.ItemDataRole.AccessibleTextRole)[2] == "Pace: none yet"
    table = QAccessible.queryAccessibleInterface(page.table)
    assert table is not None
    heads = [table.child(column).text(QAccessible.Text.Name) for column in range(1, 8)]  # behind the corner
    assert heads == ["Rater", "Done", "Pace", "Catch trials", "Repeats", "Idle", "What stands out"]


def test_what_a_study_file_says_is_never_taken_for_html(qtbot: QtBot) -> None:
    page = page_of(qtbot, NEW)
    page.draw([NEW], {}, "<b>bold</b>")
    assert page.study.text() == "<b>bold</b>"
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in page.findChildren(QLabel))


@pytest.mark.parametrize("width", [1024, 1280])
def test_long_notes_are_broken_into_lines_and_fit_the_window(qtbot: QtBot, width: int) -> None:
    warnings = tuple(f"Something that is rather long to say, and is number {n} of it." for n in range(4))
    page = page_of(qtbot, replace(ANN, pseudonym="a name of the greatest length that there may be, " * 2), KIM)
    page.resize(width, 700)
    page.draw([replace(ANN, warnings=warnings), KIM], REASONS, "Seven times")
    table = page.table
    qtbot.waitUntil(lambda: table.horizontalHeader().length() == table.viewport().width())
    assert table.rowHeight(0) > 3 * table.fontMetrics().height()
    assert table.columnWidth(0) <= 200


def test_the_table_is_as_high_as_its_rows_however_wide_the_window_was(qtbot: QtBot) -> None:
    page = page_of(qtbot, ANN, replace(KIM, warnings=("A long warning, in many words. " * 12,)))
    page.setStyleSheet(LIGHT.style_sheet(9))
    table = page.table

    def fits() -> bool:
        return 0 <= table.viewport().height() - table.verticalHeader().length() <= 4

    page.resize(1024, 1200)
    qtbot.waitUntil(lambda: table.width() > 900 and fits())
    height = table.height()
    page.resize(1800, 1200)
    qtbot.waitUntil(lambda: table.height() < height and fits())
    page.resize(1024, 1200)
    qtbot.waitUntil(lambda: table.height() == height and fits())


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_bar_shows_how_much_is_done(qtbot: QtBot, theme: Theme) -> None:
    page = page_of(qtbot, ANN, NEW, replace(ANN, pseudonym="all", done=120), theme=theme)
    image = page.table.viewport().grab().toImage()
    shares = [accent_share(image, page, row, theme) for row in range(3)]
    assert shares == [pytest.approx(0.75, abs=0.04), 0.0, pytest.approx(1.0, abs=0.04)]


def accent_share(image: QImage, page: RatersPage, row: int, theme: Theme) -> float:
    """How much of the longest line of a bar in this row has the accent's color."""
    cell = page.table.visualRect(page.table.model().index(row, 1)).adjusted(12, 10, -12, -10)
    ratio = image.devicePixelRatio()
    accent = QColor(theme.accent).rgb()
    lines = (
        sum(image.pixel(int(x * ratio), int(y * ratio)) == accent for x in range(cell.left(), cell.right() + 1))
        for y in range(cell.top(), cell.bottom() + 1)
    )
    return max(lines) / cell.width()


def test_another_theme_is_drawn_at_once(qtbot: QtBot) -> None:
    page = page_of(qtbot, replace(ANN, done=120))
    page.set_theme(DARK)
    image = page.table.viewport().grab().toImage()
    assert accent_share(image, page, 0, DARK) == pytest.approx(1.0, abs=0.04)
