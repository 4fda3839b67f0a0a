"""A field for a few words: whatever is typed in it is text, and nothing that the page would act on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from app.qt.keys import ANSWERS, KeyMap, is_ctrl_enter, key_name

LONGEST = 500
"""Characters."""


class AnswerText(QPlainTextEdit):
    """Plain text of at most 500 characters; Tab and Escape lead out of it."""

    picked = Signal(int)
    """Alt was pressed with the key of the answer at this place."""
    left = Signal()
    """Escape was pressed."""

    def __init__(self, keys: KeyMap) -> None:
        super().__init__()
        self.keys = keys
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._cut)

    @property
    def text(self) -> str:
        """What was typed, without white space around it."""
        return self.toPlainText().strip()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Every key is the field's, also those it has no use for; but Ctrl+Enter is the page's."""
        if self.isReadOnly() or is_ctrl_enter(event):
            event.ignore()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and (place := self._place(event.key())) is not None:
            self.picked.emit(place)
        else:
            super().keyPressEvent(event)
            event.accept()

    def _place(self, key: int) -> int | None:
        names = [self.keys.key(action) for action in ANSWERS]
        return names.index(key_name(key)) if key_name(key) in names else None

    def _cut(self) -> None:
        """Let go of what is too much, at the end of what was just typed or pasted: the rest was there before."""
        over = len(self.toPlainText()) - LONGEST
        if over > 0:
            cursor = self.textCursor()
            cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, over)
            cursor.removeSelectedText()
