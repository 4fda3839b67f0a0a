"""The page with many raters: files for them, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from app.errors import Fault
from app.qt.background import Background
from app.qt.elided_label import ElidedLabel
from app.qt.sharing.collect_tab import CollectTab
from app.qt.sharing.hand_out_tab import HandOutTab
from app.qt.sharing.jobs import Jobs
from app.qt.sharing.under_way import UnderWay
from app.qt.sharing.work import Situation, situation
from app.qt.texts import sharing as texts
from app.qt.words import button, words
from app.study.file import StudyFile

_MARGIN = 16


class ManyRatersPage(QWidget):
    """Two tabs, to hand out and to collect; below them what is under way, what came of it, and the ways on.

    Args:
        study: the study that all comes back to.
        found: what there is to hand out.
        background: the worker that the study file is used in.
    """

    back = Signal()
    raters_wanted = Signal()
    results_wanted = Signal()
    busy_changed = Signal()

    def __init__(self, study: StudyFile, found: Situation, background: Background) -> None:
        super().__init__()
        self.setAccessibleName(texts.PAGE)
        self._study, self._background = study, background
        self.jobs = Jobs(background, self)
        self.jobs.changed.connect(self._changed)
        self.jobs.failed.connect(self._say_wrong)
        self.handing = HandOutTab(study, self.jobs)
        self.collecting = CollectTab(study, self.jobs)
        self.title = ElidedLabel("", "muted", Qt.TextElideMode.ElideRight)
        self.told = words("", "banner")
        self.problem = words("", "alarm")
        self.under_way = UnderWay()
        self.under_way.cancel.connect(self.jobs.stop)
        self.jobs.stopping.connect(self.under_way.stopping)
        self.jobs.progressed.connect(self.under_way.go_on)
        self.tabs = QTabWidget()
        for tab in (self.handing, self.collecting):
            tab.changed.connect(self._read)
            tab.said.connect(self._say)
            tab.wrong.connect(self._say_wrong)
        self.to_raters = button(texts.RATERS, self.raters_wanted.emit)
        self.to_results = button(texts.RESULTS, self.results_wanted.emit)
        self.to_back = button(texts.BACK, self.back.emit)
        self._lay_out()
        self._say("")
        self._show_situation(found)

    def look(self, paths: Sequence[Path]) -> None:
        """Look at what these files, and those in these folders, would bring."""
        if not self.jobs.busy:
            self.tabs.setCurrentWidget(self.collecting)
            self.collecting.look(paths)

    def _changed(self) -> None:
        """While something is under way nothing else can be done, but to stop it."""
        busy = self.jobs.busy
        if busy:
            self._say("")
            self.under_way.begin()
        else:
            self.under_way.hide()
        for part in (self.tabs, self.to_raters, self.to_results, self.to_back):
            part.setEnabled(not busy)
        (self.under_way.to_cancel if busy else self.tabs.currentWidget()).setFocus()
        self.busy_changed.emit()

    def _read(self) -> None:
        """Who is there now?"""
        study = self._study

        def then(found: Situation | Fault) -> None:
            if isinstance(found, Fault):
                self._say_wrong(str(found))
            else:
                self._show_situation(found)

        self._background(lambda: situation(study), then)

    def _show_situation(self, found: Situation) -> None:
        self.title.say(found.title)
        self.handing.show_situation(found)

    def _say(self, text: str) -> None:
        """Say this, and that nothing is wrong."""
        self.told.setText(text)
        self.told.setVisible(bool(text))
        self.problem.hide()

    def _say_wrong(self, why: str) -> None:
        self.problem.setText(texts.WARNING.format(problem=why))
        self.problem.show()

    def _lay_out(self) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.handing, texts.HAND_OUT)
        self.tabs.addTab(self.collecting, texts.COLLECT)
        head = QVBoxLayout()
        head.setContentsMargins(_MARGIN, 12, _MARGIN, 4)
        head.setSpacing(2)
        head.addWidget(words(texts.TITLE, "question"))
        head.addWidget(self.title)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.to_raters)
        buttons.addWidget(self.to_results)
        buttons.addStretch(1)
        buttons.addWidget(self.to_back)
        bar = QFrame()
        bar.setProperty("role", "bar")
        below = QVBoxLayout(bar)
        below.setContentsMargins(_MARGIN, 10, _MARGIN, 12)
        below.setSpacing(8)
        for part in (self.told, self.problem, self.under_way):
            below.addWidget(part)
        below.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(bar)
        self.setFocusProxy(self.tabs.tabBar())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc stops what is under way, else goes back; Enter presses the button that has the focus."""
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            if self.jobs.busy:
                self.jobs.stop()
            else:
                self.back.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            if not event.isAutoRepeat():  # held down, it would stop what it has begun
                focused.click()
        else:
            super().keyPressEvent(event)
