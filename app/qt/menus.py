"""The window's menus: what can be done at any time, apart from labeling itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from app.qt.settings import Recent
from app.qt.texts import pages as texts
from app.qt.texts import results as results_texts

_Do = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Doing:
    """What the window does for each entry."""

    choose: _Do
    open: Callable[[Path], object]
    recent: Callable[[], Sequence[Recent]]
    close_study: _Do
    leave: _Do
    instructions: _Do
    raters: _Do
    results: _Do
    keys: _Do
    full_screen: _Do
    about: _Do


class Menus:
    """The menu bar of a window."""

    def __init__(self, bar: QMenuBar, doing: Doing) -> None:
        self._doing = doing
        file, study = bar.addMenu(texts.MENU_FILE), bar.addMenu(texts.MENU_STUDY)
        view, about = bar.addMenu(texts.MENU_VIEW), bar.addMenu(texts.MENU_HELP)
        file.addAction(texts.MENU_OPEN, QKeySequence.StandardKey.Open, doing.choose)
        self.recent: QMenu = file.addMenu(texts.MENU_RECENT)
        self.recent.aboutToShow.connect(self.list_recent)
        file.addSeparator()
        self.close_study: QAction = file.addAction(
            texts.MENU_CLOSE_STUDY, QKeySequence.StandardKey.Close, doing.close_study
        )
        leave: QAction = file.addAction(texts.MENU_QUIT, QKeySequence("Ctrl+Q"), doing.leave)
        leave.setMenuRole(QAction.MenuRole.QuitRole)
        self.instructions: QAction = study.addAction(texts.MENU_INSTRUCTIONS, doing.instructions)
        self.raters: QAction = study.addAction(texts.MENU_RATERS, doing.raters)
        self.results: QAction = study.addAction(results_texts.MENU, doing.results)
        self.results.setVisible(find_spec("scipy") is not None)  # installers for raters carry no statistics
        study.addSeparator()
        self.keys: QAction = study.addAction(texts.MENU_KEYS, doing.keys)
        view.addAction(texts.MENU_FULL_SCREEN, QKeySequence("F11"), doing.full_screen)
        self.about: QAction = about.addAction(texts.MENU_ABOUT, doing.about)
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def allow(self, *, study: bool, raters: bool) -> None:
        """What fits the page: a study is open; how raters do, and what came out, may be seen: nobody labels."""
        self.close_study.setEnabled(study)
        self.instructions.setEnabled(study)
        self.raters.setEnabled(raters)
        self.results.setEnabled(raters)

    def list_recent(self) -> None:
        """Fill the list of recent studies anew."""
        self.recent.clear()
        recent = self._doing.recent()
        for one in recent:
            self.recent.addAction(one.path.name.replace("&", "&&"), partial(self._doing.open, one.path)).setToolTip(
                str(one.path)
            )
        if not recent:
            self.recent.addAction(texts.MENU_NO_RECENT).setEnabled(False)
