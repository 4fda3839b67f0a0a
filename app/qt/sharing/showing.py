"""From a study to the page with many raters and back, and what is dropped onto the window meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.errors import Fault
from app.qt.opened import OpenStudy
from app.qt.sharing.page import ManyRatersPage
from app.qt.sharing.work import Situation, situation

if TYPE_CHECKING:
    from app.qt.window import Window


class Sharing(QObject):
    """Shows the page where it may be shown, and lets nothing else begin while files are written or read.

    Args:
        window: where it is shown.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.page: ManyRatersPage | None = None
        self._interrupted = False

    @property
    def allowed(self) -> bool:
        """A study is open that files can be handed out from, and nobody labels."""
        study = self._window.study
        return study is not None and study.issued_to is None and self._window.sitting is None

    @property
    def busy(self) -> bool:
        """Whether something is under way on the page."""
        return self.page is not None and self.page.jobs.busy

    def show(self, paths: Sequence[Path] = ()) -> None:
        """Show the page; look at these files, and at those in these folders, where there are some."""
        study = self._window.study
        if study is None or not self.allowed or self.busy:
            return
        if self.page is not None:
            self.page.look(paths)
            return
        self._window.wait()
        self._window.background(lambda: situation(study.file), partial(self._open, study, paths))

    def drop(self) -> None:
        """Take the page away."""
        page, self.page = self.page, None
        if page is not None:
            page.jobs.drop()
            self._window.pages.removeWidget(page)
            page.deleteLater()

    def stop(self) -> None:
        """The window is to close: stop what is under way."""
        if self.page is not None:
            self._interrupted = self.page.jobs.writing
            self.page.jobs.stop()

    def may_leave(self) -> bool:
        """Whether nothing has to be said first: closing the window left some raters without their files."""
        interrupted, self._interrupted = self._interrupted, False
        return not (interrupted and self.page is not None and self.page.handing.written.missing)

    def _open(self, study: OpenStudy, paths: Sequence[Path], found: Situation | Fault) -> None:
        self._window.turned()
        if self._window.study is not study or not self.allowed:
            return  # another study was opened meanwhile, or somebody has begun
        if isinstance(found, Fault):
            raise found  # the excepthook tells the person
        self.drop()
        self.page = page = ManyRatersPage(study.file, found, self._window.background)
        page.back.connect(self._window.leave_page)
        page.raters_wanted.connect(self._window.show_raters)
        page.results_wanted.connect(self._window.showing_results.ask)
        page.busy_changed.connect(self._window.allow)
        self._window.pages.addWidget(page)
        self._window.turn_to(page)
        if paths:
            page.look(paths)
