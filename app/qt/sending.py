"""What the menus do for a rater who wants to send answers back, or to write to the researcher."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.errors import Fault
from app.qt.contact_sheet import ContactSheet
from app.qt.opened import OpenStudy, Saved, save
from app.qt.send_sheet import SendSheet
from app.qt.texts import sending as texts
from app.qt.whom import contact_line, whom
from app.study.file import SUFFIX

if TYPE_CHECKING:
    from app.qt.window import Window


class Sending(QObject):
    """Saves the answers of whoever is at work, or whose file it is.

    Args:
        window: where it is shown.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.sheet = SendSheet(window.pages)
        self.sheet.elsewhere_wanted.connect(self._save_elsewhere)
        self.contact = ContactSheet(window.pages)
        for sheet in (self.sheet, self.contact):
            sheet.closed.connect(window.focus_page)

    @property
    def rater(self) -> str | None:
        """The pseudonym of the rater whose answers can be saved now."""
        window = self._window
        if window.study is None:
            return None
        if window.sitting is not None:
            return window.sitting.rater
        return window.study.issued_to.pseudonym if window.study.issued_to is not None else None

    def save(self, path: Path | None = None) -> None:
        """Save them to this file, or beside the study, and say where they are; a trial on screen waits meanwhile."""
        study, rater = self._window.study, self.rater
        if study is None or rater is None:
            return
        self._pause()
        self.sheet.wait()
        self._window.background(partial(save, study.file, rater, path), partial(self._saved, study))

    def write(self) -> None:
        """Show whom to write to."""
        study = self._window.study
        contact = contact_line(study.protocol.contact) if study is not None else ""
        self.contact.say(contact, study=study is not None)

    def dismiss(self) -> None:
        """Take away what is said of a study."""
        self.sheet.dismiss()
        self.contact.dismiss()

    def _pause(self) -> None:
        """Whoever sends answers does not look at a trial."""
        sitting = self._window.sitting
        if sitting is not None and not sitting.session.screen.paused:
            sitting.session.pause()

    def _saved(self, study: OpenStudy, outcome: Saved | Fault) -> None:
        if self._window.study is not study:
            return  # it was closed meanwhile
        self._pause()  # had an answer still been on its way, the next trial came meanwhile
        if isinstance(outcome, Fault):
            self.sheet.say_wrong(str(outcome))
        else:
            self.sheet.say_saved(outcome, whom(study.protocol.contact))

    def _save_elsewhere(self) -> None:
        study = self._window.study
        if study is None:
            return
        saved = self.sheet.saved
        begin = saved.path if saved is not None else study.file.path.resolve().parent
        # Nothing is ever overwritten but older answers of the same rater: there is nothing to confirm.
        name, _ = QFileDialog.getSaveFileName(
            self._window, texts.TITLE, str(begin), texts.FILTER, options=QFileDialog.Option.DontConfirmOverwrite
        )
        if name:
            path = Path(name)
            self.save(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))
