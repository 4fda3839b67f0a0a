"""The task of rating images: on a few steps, or on a line, with words at both ends and nothing set beforehand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.qt.category_bar import AnswerButton
from app.qt.keys import ANSWERS, KeyMap
from app.qt.tasks.evidence_beside import EvidenceBeside
from app.qt.tasks.rating_slider import RatingSlider
from app.qt.texts import trial as texts
from app.qt.theme import Theme
from app.qt.words import words
from app.session import Verdict
from app.study.records import Answer, Rating, Rubric

_STEP_HIGH = 52


class RateView(EvidenceBeside):
    """Buttons in a row, each an answer as soon as it is pressed; or a slider, given with Done."""

    def __init__(self, rubric: Rubric, keys: KeyMap, theme: Theme) -> None:
        self.rating = rubric.rating or Rating(0, "", "")
        self.has_done = not self.rating.points
        self.steps: tuple[AnswerButton, ...] = ()
        super().__init__(rubric, keys, theme)

    # ---- what is on offer ----------------------------------------------------------------------------------------

    def build_answers(self) -> QWidget:
        """The steps or the line, above the words at its ends."""
        rating = self.rating
        self.slider = RatingSlider(rating.low, rating.high, self.theme)
        self.slider.changed.connect(self._changed)
        self.value = words("", "name")
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        if rating.points:
            layout.addLayout(self._build_steps(rating))
            self.slider.setParent(box)
            self.slider.hide()
        else:
            layout.addWidget(self.slider)
        layout.addLayout(self._build_ends(rating))
        self.value.setVisible(not rating.points)
        return box

    def _build_steps(self, rating: Rating) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.steps = tuple(AnswerButton("", str(value), large=True) for value in rating.values)
        for button in self.steps:
            button.setProperty("role", "step")
            button.setMinimumHeight(_STEP_HIGH)
            button.speak(_spoken(button.name, rating))
            button.clicked.connect(lambda _checked=False, label=button.name: self.answered.emit(Answer(label)))
            row.addWidget(button, 1)
        return row

    def _build_ends(self, rating: Rating) -> QHBoxLayout:
        row = QHBoxLayout()
        low, high = words(rating.low, "end"), words(rating.high, "end")
        high.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.value.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        row.addWidget(low, 1)
        row.addWidget(self.value, 1)
        row.addWidget(high, 1)
        return row

    def candidates(self) -> Sequence[AnswerButton]:
        """The steps, then the answers that are none."""
        return [*self.steps, *self.others()]

    # ---- answering -----------------------------------------------------------------------------------------------

    def choose(self, place: int) -> bool:
        """Press this step; on the line, the digits stand for 10 to 90."""
        if not self.rating.points:
            self.slider.setFocus(Qt.FocusReason.TabFocusReason)
            self.slider.put(10 * (place + 1))
            return True
        if place >= len(self.steps):
            return False
        self.steps[place].press()
        return True

    def step(self, by: int) -> bool:
        """Move the focus among the steps, or along the line: by ten with Shift."""
        if self.rating.points:
            return super().step(by)
        if not self.stimulus.shows_image:
            return False
        big = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.slider.setFocus(Qt.FocusReason.TabFocusReason)
        self.slider.step(by, big=big)
        return True

    def confirm(self) -> bool:
        """Give the answer that has the focus, or what the line is set to."""
        candidate = self.candidate()
        if candidate is None:
            return self.give()
        candidate.press()
        return True

    def give(self) -> bool:
        """Give what the line is set to."""
        if self.slider.is_set:
            self.answered.emit(Answer(str(self.slider.value())))
        return self.slider.is_set

    # ---- before and after ----------------------------------------------------------------------------------------

    def renew(self) -> None:
        """Nothing is set or marked."""
        self.slider.empty()
        for button in self.steps:
            button.renew()

    def mark(self, answer: Answer, verdict: Verdict | None) -> None:
        """Mark the value that was given, and from where to where it would be right."""
        right = None if verdict is None else (int(float(verdict.accepted[0])), int(float(verdict.accepted[-1])))
        given = None if answer.label is None else int(answer.label)
        self.slider.show_outcome(given, right)
        self.done.setEnabled(False)
        for button, value in zip(self.steps, self.rating.values, strict=False):
            is_right = None if right is None else right[0] <= value <= right[1]
            button.show_outcome(given=value == given, right=is_right)

    def words_of(self, label: str) -> str:
        """The number."""
        return label

    def words_of_right(self, accepted: Sequence[str]) -> str:
        """One number, or from one to another."""
        low, high = accepted[0], accepted[-1]
        return low if low == high else texts.FROM_TO.format(low=low, high=high)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        super().set_keys(keys)
        for action, button in zip(ANSWERS, self.steps, strict=False):
            button.set_key(keys.cap(action))

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        super().set_theme(theme)
        self.slider.set_theme(theme)

    def _changed(self) -> None:
        self.value.setText(str(self.slider.value()) if self.slider.is_set else "")
        self.hint.setText("" if self.slider.is_set or self.rating.points else texts.HOW_TO_SET)
        self.done.setEnabled(self.slider.is_set)


def _spoken(value: str, rating: Rating) -> str:
    """A step as it is read out: an end with its words."""
    ends = {str(rating.values[0]): rating.low, str(rating.values[-1]): rating.high}
    text = texts.END_STEP if value in ends else texts.STEP
    return text.format(value=value, top=rating.points, words=ends.get(value, ""))
