"""The last page: thanks, and where the answers are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.qt.in_folder import show_in_folder
from app.qt.page import Page
from app.qt.texts import pages as texts
from app.qt.texts import sending as sending_texts
from app.qt.whom import whom
from app.qt.words import button, copyable, words
from app.session import Screen
from app.study.records import Task


class ThanksPage(Page):
    """Everything is answered.

    Args:
        path: the study file.
        task: what was done.
        contact: whom the answers go to, as the study says.
        issued: the file is this one rater's, who sends it back; otherwise others may label in it too.
    """

    next_rater = Signal()
    close_wanted = Signal()
    send_wanted = Signal()

    def __init__(self, path: Path, task: Task = "categorize", *, contact: str = "", issued: bool = False) -> None:
        super().__init__(texts.THANKS)
        self._path = path.resolve()
        self._task = task
        self.count = words("", "heading")
        self.column.addWidget(words(texts.THANKS_TITLE, "title"))
        self.column.addWidget(self.count)
        self.back = self.add_undo()
        self.buttons.addStretch(1)
        if issued:
            self.column.addWidget(words(texts.THANKS_SEND.format(whom=whom(contact)), "reading"))
            self.close_button = button(texts.CLOSE, self.close_wanted.emit)
            self.buttons.addWidget(self.close_button)
            self.add_main(sending_texts.BUTTON, self.send_wanted.emit)
        else:
            self._add_place(contact)
            self.buttons.addWidget(button(texts.NEXT_RATER, self.next_rater.emit))
            self.close_button = self.add_main(texts.CLOSE, self.close_wanted.emit)

    def draw(self, screen: Screen) -> None:
        """Draw the last screen of a session."""
        super().draw(screen)
        counts = texts.THANKS_COUNT_ONE if screen.total == 1 else texts.THANKS_COUNT
        self.count.setText(counts[self._task].format(total=screen.total))
        self.back.setEnabled(screen.can_undo)

    def _add_place(self, contact: str) -> None:
        """Where the study is that others may label in too."""
        self.path = copyable(str(self._path), texts.THANKS_FILE)
        self.column.addWidget(words(texts.THANKS_SAVED.format(whom=whom(contact))))
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.path, 1)
        place.addWidget(button(texts.SHOW_IN_FOLDER, lambda: show_in_folder(self._path)))
        self.column.addLayout(place)
