"""From a study to its results and back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from app.errors import Fault
from app.qt.background import Background
from app.qt.texts import results as texts

if TYPE_CHECKING:
    from app.qt.results.page import ResultsPage
    from app.qt.window import Window


class ShowingResults(QObject):
    """Asks whether somebody may see them, has them computed by a worker of their own, and keeps nothing of them.

    Args:
        window: where they are shown.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.computing = Background(self)
        """While results are computed, the study's own worker stays free."""
        self.computing.idle.connect(self._computed)
        self._window_waits = False
        self.page: ResultsPage | None = None
        self.asked: QMessageBox | None = None

    def ask(self) -> None:
        """Whoever still labels should not see them: ask."""
        study = self._window.study
        if study is None or self._window.sitting is not None:
            return
        box = QMessageBox(QMessageBox.Icon.Question, texts.ASK_TITLE, texts.ASK, parent=self._window)
        show = box.addButton(texts.ASK_SHOW, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(texts.ASK_CANCEL, QMessageBox.ButtonRole.RejectRole))
        show.clicked.connect(lambda: self.show(study.file.path))
        box.finished.connect(box.deleteLater)
        self.asked = box
        box.open()

    def show(self, path: Path, unit: str | None = None) -> None:
        """Compute and show the results of the study at `path`; the unit's, the first where None."""
        self._window.wait()
        self._window.background(_results_page, partial(self._open, path, unit))

    def drop(self) -> None:
        """Nothing of them is kept: whoever labels next shall find nothing."""
        page, self.page = self.page, None
        if page is not None:
            page.leave()
            self._window.pages.removeWidget(page)
            page.deleteLater()

    def holds_up_closing(self) -> bool:
        """Whether something is computed still. If so it is stopped, and the window closes as soon as it has ended."""
        if not self.computing.pending:
            return False
        self._window_waits = True
        self._window.setEnabled(False)
        if self.page is not None:
            self.page.leave()
        return True

    def _open(self, path: Path, unit: str | None, page: type[ResultsPage] | Fault) -> None:
        self._window.turned()
        if isinstance(page, Fault) or self._window.sitting is not None:
            return  # what went wrong was told; or somebody has begun
        self.drop()
        self.page = made = page(path, unit, self._window.theme, self.computing, self._window.background)
        made.back.connect(self._window.leave_page)
        self._window.pages.addWidget(made)
        self._window.turn_to(made)
        made.start()

    def _computed(self) -> None:
        if self._window_waits:
            self._window_waits = False
            self._window.setEnabled(True)
            self._window.close()


def _results_page() -> type[ResultsPage]:
    """The page, imported when it is wanted, in the worker: what it computes with takes a second or two to load."""
    from app.qt.results.page import ResultsPage

    return ResultsPage
