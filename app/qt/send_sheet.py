"""Says where a rater's answers were saved, and whom to send them to."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.qt.in_folder import show_in_folder
from app.qt.opened import Saved
from app.qt.sheet import ButtonSheet
from app.qt.texts import pages as page_texts
from app.qt.texts import sending as texts
from app.qt.words import button, copyable, words


class SendSheet(ButtonSheet):
    """Lies over the page while answers are saved, and says what came of it."""

    elsewhere_wanted = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, texts.TITLE, tall=False)
        self.saved: Saved | None = None
        self.count = words("", "name")
        self.lead = words("")
        self.path = copyable("", texts.FILE)
        self.send_to = words("", "name")
        self.how = words(texts.HOW)
        self.again = words("", "muted")
        self.problem = words("", "alarm")
        self.problem.setAccessibleName(page_texts.PROBLEM)
        self.elsewhere = button(texts.ELSEWHERE, self.elsewhere_wanted.emit)
        self.close_button = button(page_texts.CLOSE, self.dismiss)
        self.to_show = button(page_texts.SHOW_IN_FOLDER, self._show_in_folder, main=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.elsewhere)
        row.addStretch(1)
        row.addWidget(self.close_button)
        row.addWidget(self.to_show)
        self._of_saved = (self.lead, self.path, self.send_to, self.how, self.again, self.to_show)
        for label in (self.count, self.lead, self.path, self.send_to, self.how, self.again, self.problem):
            self.body.addWidget(label)
        self.body.addLayout(row)

    def wait(self) -> None:
        """They are being saved."""
        self.count.setText(texts.SAVING)
        self._say(None, "")
        self.elsewhere.setEnabled(False)
        self.open(self.close_button)

    def say_saved(self, saved: Saved, whom: str) -> None:
        """Say where they are, and whom they go to."""
        count, lead, again = (
            (texts.NOTHING, texts.NOTHING_LEAD, texts.NOTHING_AGAIN)
            if saved.empty
            else (texts.DONE, texts.LEAD, texts.AGAIN)
        )
        self.count.setText(count.format(done=saved.done, total=saved.total))
        self.lead.setText(lead.format(size=QLocale().formattedDataSize(saved.size, 0)))
        self.again.setText(again)
        self.path.setText(str(saved.path))
        self.send_to.setText(texts.SEND_TO.format(whom=whom))
        self._say(saved, "")
        for part in (self.send_to, self.how):
            part.setVisible(not saved.empty)
        self.again.setVisible(saved.done < saved.total)
        self.open(self.to_show)

    def say_wrong(self, why: str) -> None:
        """Say why they could not be saved."""
        self._say(None, why)
        self.open(self.elsewhere)

    def _say(self, saved: Saved | None, problem: str) -> None:
        self.saved = saved
        self.problem.setText(page_texts.WARNING.format(problem=problem))
        self.problem.setVisible(bool(problem))
        self.count.setVisible(not problem)
        for part in self._of_saved:
            part.setVisible(saved is not None)
        self.elsewhere.setEnabled(True)

    def _show_in_folder(self) -> None:
        if self.saved is not None:
            show_in_folder(self.saved.path)
