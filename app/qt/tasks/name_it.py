"""What does a unit respond to? A name for it from the references alone, with no image to judge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from app.qt.keys import ANSWERS, Action, KeyMap, is_ctrl_enter
from app.qt.sights import Sight
from app.qt.tasks.naming_form import NamingForm
from app.qt.tasks.task import TaskView
from app.qt.tasks.unit_stage import UnitStage
from app.qt.texts import name_it as texts
from app.qt.theme import Theme
from app.session import Screen
from app.study.records import Reveal, Rubric


class NameItView(TaskView):
    """The references large, and beside them a form: one thing, several or nothing, and in which words."""

    def __init__(self, rubric: Rubric, keys: KeyMap, theme: Theme) -> None:
        super().__init__(rubric, keys, theme)
        self._open = False  # a unit is on screen that is not answered for good
        self.stage = UnitStage(theme)
        self.stage.painted.connect(self.painted)
        self.form = NamingForm(rubric.question or texts.QUESTION, keys)
        self.form.setMinimumWidth(320)
        self.form.setMaximumWidth(560)
        self.form.setMaximumHeight(640)
        self.form.done.connect(self._give)
        self.form.text.left.connect(self.setFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addStretch(1)
        layout.addWidget(self.stage, 500)
        layout.addWidget(self.form, 300)
        layout.addStretch(1)
        layout.setAlignment(self.form, Qt.AlignmentFlag.AlignTop)
        self.clear()

    def clear(self) -> None:
        """Take the references away, the choice and the words."""
        self._open = False
        self.stage.clear()
        self.form.clear()

    def show_sight(self, screen: Screen, sight: Sight) -> None:
        """Draw what a unit responds to."""
        self.clear()
        self._open = sight.evidence is not None
        self.stage.show_evidence(sight.evidence, new=screen.new_unit)
        if not self._open:
            self.form.refuse()

    def show_told(self, screen: Screen, _reveals: Sequence[Reveal]) -> None:
        """Mark the answer and take no other; a unit has no activation to tell."""
        self._open = False
        self.form.lock(screen.answer)

    def act(self, action: Action) -> bool:
        """Digits and arrows choose; Enter answers, or goes to the words where only they are missing."""
        if not self._open:
            return False
        if action in ANSWERS[: len(self.form.choices)]:
            place = ANSWERS.index(action)
            self.form.choices[place].acknowledge()
            self.form.choose(place)
            if self.form.answer is None:
                self.form.text.setFocus()  # the words come next: their letters are no keys of the page
        elif action in (Action.PREVIOUS, Action.NEXT):
            self.form.move_choice(1 if action == Action.NEXT else -1)
        elif action == Action.CONFIRM:
            return self.form.confirm() or self._give()
        else:
            return False
        return True

    def take(self, event: QKeyEvent) -> bool:
        """Ctrl+Enter answers, from within the words too: they hand it on."""
        if not is_ctrl_enter(event):
            return False
        if not event.isAutoRepeat():
            self._give()
        return True

    def _give(self) -> bool:
        answer = self.form.answer if self._open else None
        if answer is not None:
            self.setFocus()  # the next key is the page's, and no text
            self.answered.emit(answer)
        return answer is not None

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        super().set_theme(theme)
        self.stage.set_theme(theme)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        super().set_keys(keys)
        self.form.set_keys(keys)
