"""What to do, before the first trial."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.qt.keys import Action, KeyMap
from app.qt.page import Page
from app.qt.rubric_view import Pictures, RubricView
from app.qt.texts import pages as texts
from app.qt.words import words
from app.study.records import Rubric


class InstructionsPage(Page):
    """The rubric with its definitions and examples, and the keys."""

    begun = Signal()

    def __init__(self, rubric: Rubric, pictures: Pictures, keys: KeyMap) -> None:
        super().__init__(texts.INSTRUCTIONS, long=True)
        self.rubric = RubricView(rubric, pictures, keys)
        self.column.addWidget(self.rubric)
        self.hint = words("", "muted")
        self.buttons.addWidget(self.hint, 1)
        self.begin = self.add_main(texts.INSTRUCTIONS_BEGIN, self.begun.emit)
        self.set_keys(keys)

    def set_keys(self, keys: KeyMap) -> None:
        """Show these keys."""
        super().set_keys(keys)
        self.rubric.set_keys(keys)
        self.hint.setText(texts.INSTRUCTIONS_AGAIN.format(key=keys.cap(Action.RUBRIC)))
