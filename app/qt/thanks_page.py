"""The last page: thanks, and where the labels are."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.qt.words import words
from app.session import Screen


class ThanksPage(QWidget):
    """All is labeled."""

    undo = Signal()
    next_rater = Signal()
    close_wanted = Signal()

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.setAccessibleName("Thank you")
        self._folder = path.resolve().parent
        panel = QFrame()
        panel.setProperty("role", "panel")
        panel.setFixedWidth(680)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(32, 28, 32, 28)
        layout.setSpacing(14)
        layout.addWidget(words("Thank you!", "title"))
        self.count = words("", "heading")
        layout.addWidget(self.count)
        layout.addWidget(words("Your answers are saved in the study file. Hand it back to whoever gave it to you:"))
        self.path = words(str(path.resolve()), "path")
        self.path.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.path.setAccessibleName("The study file")
        layout.addWidget(self.path)
        self.problem = words("", "alarm")
        self.problem.setAccessibleName("Problem")
        layout.addWidget(self.problem)
        layout.addLayout(self._build_buttons())
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(panel, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(1)

    def draw(self, screen: Screen) -> None:
        """Draw the last screen of a session."""
        self.count.setText(f"You have labeled all {screen.total} images.")
        self.problem.setText(f"\N{WARNING SIGN} {screen.problem}" if screen.problem else "")
        self.problem.setVisible(bool(screen.problem))
        self.undo_last.setEnabled(screen.can_undo)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Backspace and Ctrl+Z take the last answer back; Enter presses the button that has the focus."""
        focused = self.focusWidget()
        if event.isAutoRepeat():
            return
        if event.matches(QKeySequence.StandardKey.Undo) or event.key() == Qt.Key.Key_Backspace:
            self.undo.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.undo_last = _button("Undo last", self.undo.emit)
        row.addWidget(_button("Show in folder", self._show_folder))
        row.addWidget(self.undo_last)
        row.addStretch(1)
        row.addWidget(_button("Next rater", self.next_rater.emit))
        self.close_button = _button("Close", self.close_wanted.emit)
        self.close_button.setProperty("role", "main")
        row.addWidget(self.close_button)
        self.setFocusProxy(self.close_button)
        return row

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))


def _button(text: str, clicked: object) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text)
    button.clicked.connect(clicked)
    return button
