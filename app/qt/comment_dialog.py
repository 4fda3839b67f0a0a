"""A rater's comment on the trial on screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from app.qt.sheet import Sheet
from app.qt.texts import pages as texts
from app.qt.words import button, words

MOST = 2000
"""Characters of a comment."""


class CommentDialog(Sheet):
    """Takes the comment; it stays open until whoever listens has saved it and dismisses it."""

    saved = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, texts.COMMENT_TITLE, tall=False)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(texts.COMMENT_FIELD)
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(150)
        self.text.textChanged.connect(self._changed)
        self.text.installEventFilter(self)
        self.left = words("", "muted")
        self.problem = words("", "alarm")
        self.problem.setAccessibleName(texts.PROBLEM)
        self.save = button(texts.COMMENT_SAVE, self._save, main=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(words(texts.COMMENT_KEYS, "muted"), 1)
        row.addWidget(button(texts.CANCEL, self.dismiss))
        row.addWidget(self.save)
        for widget in (words(texts.COMMENT_LEAD, "muted"), self.text, self.left, self.problem):
            self.body.addWidget(widget)
        self.body.addLayout(row)

    def ask(self, comment: str) -> None:
        """Open it with what was said before."""
        self.say(None)
        self.text.setPlainText(comment)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        self.open(self.text)

    def say(self, problem: str | None) -> None:
        """Say why it could not be saved, or nothing."""
        self.problem.setText(texts.WARNING.format(problem=problem) if problem else "")
        self.problem.setVisible(bool(problem))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter saves."""
        if watched is self.text and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                if not event.isAutoRepeat():
                    self._save()
                return True
        return super().eventFilter(watched, event)

    def _changed(self) -> None:
        left = MOST - len(self.text.toPlainText())
        fits = texts.COMMENT_LEFT.format(left=left)
        self.left.setText(fits if left >= 0 else texts.COMMENT_TOO_LONG.format(over=-left, most=MOST))
        self.save.setEnabled(left >= 0)

    def _save(self) -> None:
        if self.save.isEnabled():
            self.saved.emit(self.text.toPlainText())
