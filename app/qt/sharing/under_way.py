"""What is under way, how far it is, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.qt.texts import sharing as texts
from app.qt.words import button, words


class UnderWay(QWidget):
    """A line of words over a bar, and a button beside them."""

    cancel = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.step = words("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(texts.PROGRESS)
        self.to_cancel = button(texts.CANCEL, self.cancel.emit)
        way = QVBoxLayout()
        way.setSpacing(6)
        way.addWidget(self.step)
        way.addWidget(self.bar)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(way, 1)
        layout.addWidget(self.to_cancel)
        self.hide()

    def begin(self) -> None:
        """Something is under way; of how much of it is not known yet."""
        self.step.setText(texts.BEGINNING)
        self.bar.setRange(0, 0)
        self.to_cancel.setEnabled(True)
        self.show()

    def go_on(self, step: str, done: int, total: int) -> None:
        """So far it is; a total of 0 where that is not known."""
        text = texts.OF.format(step=step, done=min(done + 1, total), total=total) if total > 1 else f"{step}…"
        if self.to_cancel.isEnabled():
            self.step.setText(text)
            self.bar.setAccessibleDescription(text)
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def stopping(self) -> None:
        """It was asked to stop, and will as soon as it can."""
        self.step.setText(texts.STOPPING)
        self.to_cancel.setEnabled(False)
