"""Six answers in one row: which side, and how sure."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.qt.keys import ANSWERS, Action, KeyMap
from app.qt.tasks.key_button import KeyButton
from app.qt.texts import trial
from app.qt.texts import which_one as texts
from app.study.records import CONFIDENCES, Answer

OFFERED = tuple(
    [Answer("left", confidence=confidence) for confidence in reversed(CONFIDENCES)]
    + [Answer("right", confidence=confidence) for confidence in CONFIDENCES]
)
"""The answers from left to right: the further out, the surer."""
_MIDDLE = len(CONFIDENCES)
_WIDEST = 190


class SideBar(QWidget):
    """The answers as buttons, with a gap between the sides; one may be marked with the arrows."""

    chosen = Signal(int)
    """The answer at this place was clicked."""

    def __init__(self, keys: KeyMap) -> None:
        super().__init__()
        self.setAccessibleName(texts.ANSWERS)
        self.candidate: int | None = None
        self._given: int | None = None
        self.buttons = tuple(KeyButton(_words(answer), upright=True) for answer in OFFERED)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addStretch(1)
        for place, button in enumerate(self.buttons):
            if place == _MIDDLE:
                layout.addSpacing(32)
            button.setMaximumWidth(_WIDEST)
            button.clicked.connect(lambda _checked=False, place=place: self.chosen.emit(place))
            button.focused.connect(lambda place=place: self._mark(place))
            layout.addWidget(button, 100)
        layout.addStretch(1)
        self.set_keys(keys)

    def set_keys(self, keys: KeyMap) -> None:
        """Show these keys."""
        self._keys = keys
        self._draw()

    def clear(self) -> None:
        """Nothing is marked and nothing was given; the answers are on offer."""
        self.candidate = self._given = None
        self.setEnabled(True)
        self._draw()

    def move_mark(self, step: int) -> None:
        """Mark the next answer to the right (1) or the left (-1), at first the least sure one of that side."""
        start = _MIDDLE - 1 if step > 0 else _MIDDLE
        before = start if self.candidate is None else self.candidate
        self._mark(min(max(before + step, 0), len(self.buttons) - 1))

    def give(self, answer: Answer | None) -> None:
        """Mark the answer that was given, and take no other."""
        self.candidate = None
        self._given = OFFERED.index(answer) if answer in OFFERED else None
        self.setEnabled(False)
        self._draw()

    def _mark(self, place: int) -> None:
        if self.candidate is not None and self.buttons[self.candidate].hasFocus():
            self.buttons[place].setFocus()
        self.candidate = place
        self._draw()

    def _draw(self) -> None:
        confirm = self._keys.cap(Action.CONFIRM)
        for place, (button, action) in enumerate(zip(self.buttons, ANSWERS, strict=False)):
            cap = self._keys.cap(action)
            spoken = trial.KEY.format(key=cap)
            if place == self._given:
                button.mark("given", f"\N{CHECK MARK} {texts.GIVEN}")
                button.set_key(cap, f"{spoken}. {texts.GIVEN}")
            elif place == self.candidate:
                button.mark("candidate", confirm)
                button.set_key(cap, f"{spoken}. {texts.MARKED.format(key=confirm)}")
            else:
                button.mark("", _arrows(OFFERED[place]))
                button.set_key(cap, spoken)


def _arrows(answer: Answer) -> str:
    """As many as it is sure, to its side."""
    assert answer.confidence is not None
    return answer.confidence * (texts.TO_LEFT if answer.label == "left" else texts.TO_RIGHT)


def _words(answer: Answer) -> str:
    assert answer.confidence is not None
    side = texts.LEFT if answer.label == "left" else texts.RIGHT
    return texts.SURE[answer.confidence - 1].format(side=side)
