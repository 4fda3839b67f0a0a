"""What is asked about a unit that is to be named: three choices, a few words, and Done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from app.qt.keys import ANSWERS, KeyMap
from app.qt.tasks.answer_text import LONGEST, AnswerText
from app.qt.tasks.key_button import KeyButton
from app.qt.texts import name_it as texts
from app.qt.words import words
from app.study.records import NAMED, Answer


class NamingForm(QFrame):
    """Nothing is chosen beforehand; as long as something is missing, it says what."""

    done = Signal()
    """The button was clicked."""

    def __init__(self, question: str, keys: KeyMap) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.choice: int | None = None
        self._locked = ""  # why nothing can be answered
        self.choices = tuple(map(KeyButton, texts.CHOICES, texts.DEFINITIONS))
        for place, button in enumerate(self.choices):
            button.setCheckable(True)
            button.clicked.connect(lambda _checked=False, place=place: self.choose(place))
        self.text = AnswerText(keys)
        self.text.setAccessibleName(texts.IN_WORDS_NAME)
        # A click beside the text leads into it: on the page, the letters would be keys.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.text)
        self.text.textChanged.connect(self._draw)
        self.text.picked.connect(self.choose)
        self.count, self.hint = words("", "muted"), words("", "definition")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.button = QPushButton(texts.DONE)
        self.button.setProperty("role", "main")
        self.button.setAccessibleName(texts.DONE)
        self.button.clicked.connect(self.done)
        self._arrange(question)
        self.set_keys(keys)

    def _arrange(self, question: str) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 18)
        layout.setSpacing(8)
        layout.addWidget(words(question, "question"))
        for button in self.choices:
            layout.addWidget(button)
        head = QHBoxLayout()
        head.addWidget(words(texts.IN_WORDS, "heading"))
        head.addWidget(self.count, 1)
        layout.addSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.hint)
        layout.addWidget(self.button)

    @property
    def answer(self) -> Answer | None:
        """What would be answered; None where something is missing."""
        if self._locked or self.choice is None or self._missing():
            return None
        return Answer(NAMED[self.choice], note=self.text.text or None)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        self.text.keys = keys
        for button, action, definition in zip(self.choices, ANSWERS, texts.DEFINITIONS, strict=False):
            button.set_key(keys.cap(action), f"{definition} {texts.KEY.format(key=keys.cap(action))}")
        self._draw()

    def clear(self) -> None:
        """Nothing is chosen, and nothing is said."""
        self._fill(None, "", locked="")

    def lock(self, answer: Answer | None) -> None:
        """Show the answer that was given, and take no other."""
        given = NAMED.index(answer.label) if answer is not None and answer.label in NAMED else None
        self._fill(given, (answer.note if answer is not None else None) or "", locked=texts.KEPT)

    def refuse(self) -> None:
        """There is nothing to name: say so, and take no answer."""
        self._fill(None, "", locked=texts.UNREADABLE)

    def choose(self, place: int) -> None:
        """Choose one of the three instead of another."""
        if self._locked or place >= len(self.choices):
            return
        if self.choice is not None and self.choices[self.choice].hasFocus():
            self.choices[place].setFocus()
        self.choice = place
        self._draw()

    def move_choice(self, step: int) -> None:
        """Choose the next one down (1) or up (-1), at first the one at that end."""
        last = len(self.choices) - 1
        start = -1 if step > 0 else last + 1
        self.choose(min(max((start if self.choice is None else self.choice) + step, 0), last))

    def confirm(self) -> bool:
        """Choose what the keyboard is at, or else go to the words where only they are missing; False: do neither."""
        at = next((place for place, button in enumerate(self.choices) if button.hasFocus()), self.choice)
        if at != self.choice and at is not None:
            self.choose(at)
        elif at is not None and self.answer is None:
            self.text.setFocus()
        else:
            return False
        return True

    def _fill(self, choice: int | None, text: str, *, locked: str) -> None:
        self._locked, self.choice = locked, choice
        self.text.setPlainText(text)  # this empties its undo history, too
        self.text.setReadOnly(bool(locked))
        for button in self.choices:
            button.setEnabled(not locked)
        self._draw()

    def _missing(self) -> str:
        """What must be done before there is an answer, in words for the rater; nothing where there is one."""
        if self.choice is None:
            return texts.NO_CHOICE
        return texts.NO_WORDS if not self.text.text and not self._may_be_empty else ""

    @property
    def _may_be_empty(self) -> bool:
        return self.choice == len(NAMED) - 1

    def _draw(self) -> None:
        for place, button in enumerate(self.choices):
            chosen = place == self.choice
            button.setChecked(chosen)
            if chosen and self._locked:
                button.mark("given", texts.GIVEN)
            else:
                button.mark("candidate" if chosen else "", texts.CHOSEN if chosen else texts.NOT_CHOSEN)
        missing = self._missing()
        self.hint.setText(self._locked or missing or texts.READY)
        self.button.setEnabled(not missing and not self._locked)
        self.button.setAccessibleDescription(self.hint.text())
        self.text.setPlaceholderText(texts.PLACEHOLDER_OPTIONAL if self._may_be_empty else texts.PLACEHOLDER)
        self.count.setText(texts.COUNT.format(count=len(self.text.toPlainText()), most=LONGEST))
