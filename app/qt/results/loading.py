"""What stands in the results' place while they are computed, or where there are none."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from app.qt.texts import results as texts
from app.qt.words import Column, button, words


class Loading(QStackedWidget):
    """How far it is, with a way to stop it; or why there is nothing, with a way to try again."""

    cancel = Signal()
    again = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.step = words(texts.WORKING, "heading")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(texts.PROGRESS)
        self.to_cancel = button(texts.CANCEL, self.cancel.emit)
        self.told = words("", "reading")
        self.to_compute = button(texts.COMPUTE, self.again.emit, main=True)
        self._way = _panel(self.step, self.bar, self.to_cancel)
        self._word = _panel(self.told, self.to_compute)
        self.addWidget(self._way)
        self.addWidget(self._word)

    def wait(self) -> None:
        """Something is under way."""
        self.step.setText(texts.WORKING)
        self.bar.setRange(0, 0)
        self.setCurrentWidget(self._way)

    def go_on(self, step: str, done: int, total: int) -> None:
        """So far it is."""
        text = texts.OF.format(step=step, done=min(done + 1, total), total=total) if total > 1 else step
        self.step.setText(text)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setAccessibleDescription(text)

    def say(self, why: str, *, stopped: bool) -> None:
        """Nothing is under way: why."""
        self.told.setText(why if stopped else texts.WARNING.format(warning=why))
        self.setCurrentWidget(self._word)

    @property
    def first(self) -> QWidget:
        """The button that is shown."""
        return self.to_cancel if self.waits else self.to_compute

    @property
    def waits(self) -> bool:
        """Whether it shows that something is under way."""
        return self.currentWidget() is self._way


def _panel(*parts: QWidget) -> QWidget:
    """The parts below each other in the middle, the last one, a button, on the right."""
    column = Column(64)
    column.setProperty("role", "panel")
    inside = QVBoxLayout(column)
    inside.setContentsMargins(32, 28, 32, 28)
    inside.setSpacing(16)
    for part in parts[:-1]:
        inside.addWidget(part)
    inside.addWidget(parts[-1], 0, Qt.AlignmentFlag.AlignRight)
    across = QHBoxLayout()
    across.addStretch(1)
    across.addWidget(column, 1000)
    across.addStretch(1)
    page = QWidget()
    rows = QVBoxLayout(page)
    rows.addStretch(1)
    rows.addLayout(across)
    rows.addStretch(2)
    return page
