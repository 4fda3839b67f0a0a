"""The last page: thanks, and where the answers are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout

from app.qt.page import Page
from app.qt.texts import pages as texts
from app.qt.words import button, words
from app.session import Screen
from app.study.records import Task


class ThanksPage(Page):
    """Everything is answered."""

    next_rater = Signal()
    close_wanted = Signal()

    def __init__(self, path: Path, task: Task = "categorize") -> None:
        super().__init__(texts.THANKS)
        self._folder = path.resolve().parent
        self._task = task
        self.count = words("", "heading")
        self.path = words(str(path.resolve()), "path")
        self.path.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.path.setAccessibleName(texts.THANKS_FILE)
        self.column.addWidget(words(texts.THANKS_TITLE, "title"))
        self.column.addWidget(self.count)
        self.column.addWidget(words(texts.THANKS_SAVED))
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.path, 1)
        place.addWidget(button(texts.THANKS_FOLDER, self._show_folder))
        self.column.addLayout(place)
        self.back = self.add_undo()
        self.buttons.addStretch(1)
        self.buttons.addWidget(button(texts.NEXT_RATER, self.next_rater.emit))
        self.close_button = self.add_main(texts.CLOSE, self.close_wanted.emit)

    def draw(self, screen: Screen) -> None:
        """Draw the last screen of a session."""
        super().draw(screen)
        counts = texts.THANKS_COUNT_ONE if screen.total == 1 else texts.THANKS_COUNT
        self.count.setText(counts[self._task].format(total=screen.total))
        self.back.setEnabled(screen.can_undo)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))
