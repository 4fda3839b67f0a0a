"""What is told of an answer once it is given for good."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout

from app.qt.texts import trial as texts
from app.qt.words import words
from app.session import Verdict


class Told(QFrame):
    """The outcome in large words, and beside it what was said, what is right, and why."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "told")
        self.outcome = words("", "name")
        self.outcome.setWordWrap(False)
        self.details = words("")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setSpacing(16)
        layout.addWidget(self.outcome)
        layout.addWidget(self.details, 1, Qt.AlignmentFlag.AlignVCenter)

    def tell(self, said: str, verdict: Verdict | None, right: str, activation: str | None) -> None:
        """Words for the answer, for what practice says of it and for the right answers, and for the activation."""
        heading = texts.KEPT if verdict is None else texts.RIGHT if verdict.right else texts.NOT_RIGHT
        sentences = [texts.YOU_SAID.format(answer=said)]
        if verdict is not None and not verdict.right:
            sentences.append(texts.RIGHT_IS.format(answers=right))
        if verdict is not None and verdict.why:
            sentences.append(verdict.why)
        if activation is not None:
            sentences.append(texts.IT_FIRES.format(activation=activation))
        self.outcome.setText(heading)
        self.details.setText(" ".join(sentences))

    def clear(self) -> None:
        """Nothing is told."""
        self.outcome.clear()
        self.details.clear()
