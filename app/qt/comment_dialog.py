"""A rater's comment on the trial on screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from app.qt.keys import is_ctrl_enter
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
        self.saving = False
        """The words are on their way to the disk: they stay as they are, and in sight."""
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
        row.addWidget(button(texts.CANCEL, self.leave))
        row.addWidget(self.save)
        for widget in (words(texts.COMMENT_LEAD, "muted"), self.text, self.left, self.problem):
            self.body.addWidget(widget)
        self.body.addLayout(row)

    @property
    def words(self) -> str:
        """What is written, as it would be stored."""
        return self.text.toPlainText().strip()

    def ask(self, comment: str) -> None:
        """Open it with what was said before."""
        self.say(None)
        self.text.setPlainText(comment)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        self.open(self.text)

    def wait(self) -> None:
        """The words are being saved."""
        self.say(None)
        self.saving = True
        self.text.setReadOnly(True)
        self.save.setEnabled(False)
        self.left.setText(texts.COMMENT_SAVING)

    def say(self, problem: str | None) -> None:
        """Say why it could not be saved, or nothing; the words may be changed again."""
        self.saving = False
        self.text.setReadOnly(False)
        self._changed()
        self.problem.setText(texts.WARNING.format(problem=problem) if problem else "")
        self.problem.setVisible(bool(problem))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter saves."""
        if watched is not self.text or event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if is_ctrl_enter(event) and not event.isAutoRepeat():
            self._save()
        return is_ctrl_enter(event)

    def leave(self) -> None:
        """Close it; while it is being saved, it stays until that is done."""
        if not self.saving:
            self.dismiss()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel is too easy a slip to take words away."""
        event.accept()

    def _changed(self) -> None:
        left = MOST - len(self.text.toPlainText())
        fits = texts.COMMENT_LEFT.format(left=left)
        self.left.setText(fits if left >= 0 else texts.COMMENT_TOO_LONG.format(over=-left, most=MOST))
        self.save.setEnabled(left >= 0)

    def _save(self) -> None:
        if self.save.isEnabled():
            self.saved.emit(self.text.toPlainText())
