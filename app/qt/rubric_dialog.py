"""The rubric, one key away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from app.qt.keys import Action, KeyMap
from app.qt.rubric_view import Pictures, RubricView
from app.qt.sheet import Sheet
from app.qt.texts import pages as texts
from app.qt.words import button, words
from app.study.records import Rubric


class RubricDialog(Sheet):
    """Shows the rubric over the page; the key that opened it closes it."""

    def __init__(self, host: QWidget, rubric: Rubric, pictures: Pictures, keys: KeyMap) -> None:
        super().__init__(host, texts.INSTRUCTIONS, tall=True)
        self._keys = keys
        self.rubric = RubricView(rubric, pictures, keys)
        inside = QFrame()
        inside.setProperty("role", "plain")
        margin = QHBoxLayout(inside)
        margin.setContentsMargins(0, 8, 12, 8)
        margin.addWidget(self.rubric, 1, Qt.AlignmentFlag.AlignTop)
        self.area = QScrollArea()
        self.area.setProperty("role", "plain")
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName(texts.INSTRUCTIONS)
        self.area.setWidgetResizable(True)
        self.area.setWidget(inside)
        self.body.addWidget(self.area, 1)
        row = QHBoxLayout()
        row.addWidget(words(texts.ESCAPE_CLOSES, "muted"), 1)
        row.addWidget(button(texts.CLOSE, self.dismiss, main=True))
        self.body.addLayout(row)

    def show_rubric(self) -> None:
        """Open it, to be scrolled with the arrow keys."""
        self.open(self.area)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        self._keys = keys
        self.rubric.set_keys(keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The rubric's own key and Enter close it too."""
        if self._keys.action(event) in (Action.RUBRIC, Action.CONFIRM) and not event.isAutoRepeat():
            self.dismiss()
        super().keyPressEvent(event)
