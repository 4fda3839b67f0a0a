"""The task of sorting images into categories: one for each image, or several where the rubric allows it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.qt.category_bar import AnswerButton, CategoryBar
from app.qt.keys import KeyMap
from app.qt.tasks.evidence_beside import EvidenceBeside
from app.qt.texts import trial as texts
from app.qt.theme import Theme
from app.session import Verdict
from app.study.records import Answer, Rubric


class CategorizeView(EvidenceBeside):
    """The categories as buttons. One is an answer as soon as it is pressed; of several, each is chosen and let go."""

    def __init__(self, rubric: Rubric, keys: KeyMap, theme: Theme) -> None:
        self.has_done = rubric.several
        super().__init__(rubric, keys, theme)

    def build_answers(self) -> QWidget:
        """The bar of categories."""
        self.categories = CategoryBar(self.rubric.categories, self.keys, several=self.rubric.several)
        self.categories.pressed.connect(self._pressed)
        self.hint.setText(texts.SEVERAL if self.rubric.several else "")
        for button in self.categories.buttons:
            button.toggled.connect(self._chosen_changed)
        return self.categories

    def candidates(self) -> Sequence[AnswerButton]:
        """The categories, then the answers that are none."""
        return [*self.categories.buttons, *self.others()]

    def choose(self, place: int) -> bool:
        """Press the button of this category."""
        if place >= len(self.categories.buttons):
            return False
        self.categories.buttons[place].press()
        return True

    def confirm(self) -> bool:
        """Give the answer that has the focus where it is no label, else the chosen categories, else the focused one."""
        candidate = self.candidate()
        if candidate is None or candidate in self.categories.buttons:
            if self.give():
                return True
            if candidate is not None:
                self.answered.emit(Answer(self.rubric.label_of([candidate.name])))
        else:
            candidate.press()
        return candidate is not None

    def give(self) -> bool:
        """Give the chosen categories."""
        chosen = self.categories.chosen
        if chosen:
            self.answered.emit(Answer(self.rubric.label_of(chosen)))
        return bool(chosen)

    def renew(self) -> None:
        """No category is chosen or marked."""
        for button in self.categories.buttons:
            button.renew()
        self._chosen_changed()

    def mark(self, answer: Answer, verdict: Verdict | None) -> None:
        """Mark the categories that were given, and those that are right."""
        given = self.rubric.chosen(answer.label or "")
        for button in self.categories.buttons:
            right = None if verdict is None else button.name in verdict.accepted
            button.show_outcome(given=button.name in given, right=right)

    def words_of(self, label: str) -> str:
        """The categories' names."""
        return ", ".join(self.rubric.chosen(label))

    def words_of_right(self, accepted: Sequence[str]) -> str:
        """The categories' names."""
        return ", ".join(accepted)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        super().set_keys(keys)
        self.categories.set_keys(keys)

    def _pressed(self, place: int) -> None:
        if not self.rubric.several:
            self.answered.emit(Answer(self.rubric.names[place]))

    def _chosen_changed(self) -> None:
        self.done.setEnabled(bool(self.categories.chosen))
