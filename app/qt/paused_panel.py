"""What stands in place of a trial while its rater takes a rest."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.qt.category_bar import AnswerButton
from app.qt.keys import Action, KeyMap
from app.qt.texts import trial as texts
from app.qt.words import words


class PausedPanel(QFrame):
    """Says that it is a pause, and how to go on."""

    ended = Signal()
    """The rater is back."""

    def __init__(self, keys: KeyMap) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName(texts.PAUSED)
        self._how = words("", "reading")
        self.go_on = AnswerButton("", texts.GO_ON)
        self.go_on.setProperty("role", "go")
        self.go_on.clicked.connect(self.ended)
        title = words(texts.PAUSED, "title")
        layout = QVBoxLayout(self)
        layout.setSpacing(16)
        layout.addStretch(2)
        for label in (title, self._how):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self.set_keys(keys)

    def set_keys(self, keys: KeyMap) -> None:
        """Show these keys."""
        self._how.setText(texts.HOW_TO_RESUME.format(key=keys.cap(Action.PAUSE)))
        self.go_on.set_key(keys.cap(Action.PAUSE))
