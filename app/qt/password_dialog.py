"""Asks for the password of a study file; it is handed on, and kept nowhere."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from app.qt.elided_label import ElidedLabel
from app.qt.sheet import Sheet
from app.qt.texts import pages as page_texts
from app.qt.texts import password as texts
from app.qt.words import button, words


class PasswordDialog(Sheet):
    """Lies over the page until the right password is given, or the person gives up."""

    given = Signal(object, str)
    """For the file at this Path, this password."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, texts.TITLE, tall=False)
        self._path = Path()
        self.name = ElidedLabel("", "name")
        self.password = QLineEdit()
        self.password.setAccessibleName(texts.FIELD)
        hints = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        self.password.setInputMethodHints(hints | Qt.InputMethodHint.ImhNoAutoUppercase)
        self.password.returnPressed.connect(self._give)
        self.password.textChanged.connect(self._changed)
        self.shown = QCheckBox(texts.SHOW)
        self.shown.toggled.connect(self._show_password)
        self.problem = words("", "alarm")
        self.problem.setAccessibleName(page_texts.PROBLEM)
        self.open_file = button(texts.OPEN, self._give, main=True)
        self.cancel = button(page_texts.CANCEL, self.leave)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.shown, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.open_file)
        for widget in (self.name, words(texts.LEAD), self.password, self.problem):
            self.body.addWidget(widget)
        self.body.addLayout(row)

    def ask(self, path: Path) -> None:
        """Ask for the password of this file; again, where one was just given, for that was the wrong one."""
        again = self.isVisible() and path == self._path
        self._path = path
        self.problem.setText(page_texts.WARNING.format(problem=texts.WRONG) if again else "")
        self.problem.setVisible(again)
        self._wait(waits=False)
        if again:
            self.password.selectAll()
        else:
            self.name.say(path.name)
            self._forget()
        self.open(self.password)

    def dismiss(self) -> None:
        """Go away, and keep nothing of what was typed."""
        self._forget()
        super().dismiss()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel is too easy a slip to take the password away."""
        event.accept()

    def _forget(self) -> None:
        self.password.clear()
        self.shown.setChecked(False)
        self._show_password(False)

    def _give(self) -> None:
        if self.open_file.isEnabled():
            self._wait(waits=True)
            self.given.emit(self._path, self.password.text())

    def _wait(self, *, waits: bool) -> None:
        """The password is being tried, which takes a moment."""
        self.password.setReadOnly(waits)
        self.open_file.setText(texts.OPENING if waits else texts.OPEN)
        self.open_file.setEnabled(not waits and bool(self.password.text()))

    def _changed(self) -> None:
        self.open_file.setEnabled(bool(self.password.text()))

    def _show_password(self, shown: bool) -> None:
        self.password.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
