"""The list of recent studies."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from helpers import study_file
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from windows import words_of

from app.qt.background import here_and_now
from app.qt.frame import is_study
from app.qt.home_page import HomePage
from app.qt.settings import Recent
from app.study.events import Entry
from app.study.file import StudyFile
from app.study.log import RaterLog

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # of every window with a layout, offscreen
NOW = datetime(2026, 11, 20, 9, 0)


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A study that ann has begun, bob has finished, and a stand-in has not."""
    path = study_file(tmp_path, 3)
    with StudyFile.open(path) as study:
        study.add_rater("robot", simulated=True)
        for name, count in (("bob", 3), ("ann", 1)):
            rater = study.add_rater(name)
            log = RaterLog(study, rater)
            for trial in study.trials(rater)[:count]:
                log.append(Entry(trial.id, "label", "edge"))
    return path


def home(qtbot: QtBot, *paths: Path) -> HomePage:
    page = HomePage(here_and_now)
    qtbot.addWidget(page)
    page.resize(900, 640)
    page.show_recent([Recent(path, NOW) for path in paths])
    return page


def test_it_says_what_is_left_in_each_study_and_changes_nothing(qtbot: QtBot, begun: Path) -> None:
    before = begun.read_bytes()
    page = home(qtbot, begun)
    (row,) = page.rows
    assert row.title.text() == row.open.accessibleName() == "Edges?"
    assert row.left.text() == "ann: 2 of 3 left  ·  bob: all done"
    assert row.where.text() == str(begun)
    assert row.opened.text().startswith("Opened ")
    assert begun.read_bytes() == before


def test_a_study_is_opened_by_a_click_or_by_enter(qtbot: QtBot, begun: Path) -> None:
    page = home(qtbot, begun)
    opened: list[Path] = []
    page.open_wanted.connect(opened.append)
    with qtbot.waitExposed(page):
        page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    row = page.rows[0].open
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert opened == [begun, begun]


def test_a_study_that_is_gone_or_damaged_says_so_and_can_be_taken_off(
    qtbot: QtBot, begun: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.jury"
    shutil.copy(begun, damaged)
    damaged.write_bytes(damaged.read_bytes()[:5000])
    page = home(qtbot, tmp_path / "gone.jury", damaged, begun)
    gone, broken, well = page.rows
    assert "no longer there" in gone.left.text()
    assert "damaged" in broken.left.text()
    assert (gone.open.isEnabled(), broken.open.isEnabled(), well.open.isEnabled()) == (False, False, True)
    forgotten: list[Path] = []
    page.forget_wanted.connect(forgotten.append)
    assert gone.forget.accessibleName() == "Take gone off the list"
    qtbot.mouseClick(gone.forget, Qt.MouseButton.LeftButton)
    assert forgotten == [tmp_path / "gone.jury"]


def test_with_no_studies_it_says_how_to_open_one(qtbot: QtBot) -> None:
    page = home(qtbot)
    chosen: list[bool] = []
    page.choose_wanted.connect(lambda: chosen.append(True))
    with qtbot.waitExposed(page):
        page.show()
    assert page.first.isVisible()
    told = words_of(page)
    for way in ("Open the study you were sent", "drop the file here", "double-click"):
        assert way in told
    qtbot.keyClick(page, Qt.Key.Key_Return)
    qtbot.mouseClick(page.first.choose, Qt.MouseButton.LeftButton)
    assert chosen == [True, True]


def test_once_there_are_studies_the_first_words_give_way_to_them(qtbot: QtBot, begun: Path) -> None:
    page = home(qtbot)
    chosen: list[bool] = []
    page.choose_wanted.connect(lambda: chosen.append(True))
    with qtbot.waitExposed(page):
        page.show()
    page.show_recent([Recent(begun, NOW)])
    assert (page.first.isVisible(), page.choose.isVisible()) == (False, True)
    assert page.main is page.choose
    page.show_recent([])
    assert (page.first.isVisible(), page.choose.isVisible()) == (True, False)


def test_a_damaged_study_says_whom_to_ask(qtbot: QtBot, begun: Path) -> None:
    begun.write_bytes(begun.read_bytes()[:5000])
    page = HomePage(here_and_now)
    qtbot.addWidget(page)
    page.show_recent([Recent(begun, NOW, "Ada, ada@example.org"), Recent(begun, NOW)])
    known, unknown = page.rows
    assert "Ada, ada@example.org" in known.left.text()
    assert "whoever sent you the study" in unknown.left.text()


def test_a_new_list_takes_the_place_of_the_one_that_is_still_read(qtbot: QtBot, begun: Path, tmp_path: Path) -> None:
    waiting: list[Callable[[], None]] = []
    page = HomePage(lambda work, then: waiting.append(partial(here_and_now, work, then)))
    qtbot.addWidget(page)
    page.show_recent([Recent(tmp_path / "gone.jury", NOW), Recent(begun, NOW)])
    page.show_recent([Recent(begun, NOW)])
    while waiting:
        waiting.pop(0)()
    assert [row.title.text() for row in page.rows] == ["Edges?"]


def test_only_study_files_may_be_dropped(begun: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").touch()
    names = (begun, tmp_path / "words.txt", tmp_path / "gone.jury", tmp_path)
    assert [is_study(path) for path in names] == [True, False, False, False]
