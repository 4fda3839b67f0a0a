"""A button that shows its key and can be marked."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from app.qt.words import key_cap, words

Mark = Literal["", "candidate", "given"]
"""candidate: Enter would give it. given: it is the answer, and stays."""
_FLASH_MS = 180


class KeyButton(QPushButton):
    """An answer with its key; how it is marked is said in its look, in a word beside the key, and aloud.

    Args:
        name: what it says.
        definition: what is meant, in smaller letters underneath.
        upright: the key stands over the name and not before it.
    """

    focused = Signal()
    """The keyboard came to it with Tab."""

    def __init__(self, name: str, definition: str = "", *, upright: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "key_button")
        self.setProperty("mark", "")
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(bool(definition))
        self.setSizePolicy(policy)
        # Reached with Tab, but a click does not take the keyboard away from where it is.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.timeout.connect(lambda: self.setDown(False))
        self.cap, self.state = key_cap(""), words("", "state")
        self._build(name, definition, upright)
        self.mark("")

    def _build(self, name: str, definition: str, upright: bool) -> None:
        self._inside = layout = QBoxLayout(QBoxLayout.Direction.Down if upright else QBoxLayout.Direction.LeftToRight)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6 if upright else 10)
        head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(6)
        head.addWidget(self.cap)
        head.addWidget(self.state)
        self.state.setWordWrap(False)
        layout.addLayout(head)
        text = QVBoxLayout()
        text.setSpacing(2)
        for label in (words(name, "name" if definition else "body"), words(definition, "definition")):
            label.setWordWrap(bool(definition))
            if label.text():
                text.addWidget(label)
            if upright:
                label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if upright:
            head.insertStretch(0, 1)
            head.addStretch(1)
        layout.addLayout(text, 1)
        self.setLayout(layout)

    def set_key(self, cap: str, spoken: str) -> None:
        """Show this key; `spoken` says it to those who cannot see it."""
        self.cap.setText(cap)
        self.setAccessibleDescription(spoken)

    def mark(self, mark: Mark, state: str = "") -> None:
        """Mark it, or take the mark away; `state` stands beside the key."""
        self.state.setText(state)
        self.state.setVisible(bool(state))
        if mark != self.property("mark"):
            self.setProperty("mark", mark)
            for widget in (self, *self.findChildren(QLabel)):
                widget.style().unpolish(widget)  # a style sheet looks at properties only then
                widget.style().polish(widget)

    def acknowledge(self) -> None:
        """Look pressed for a moment; nothing waits for it."""
        self.setDown(True)
        self._flash.start(_FLASH_MS)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say so, where the keyboard was moved on purpose."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.focused.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space presses it; every other key is the page's, the arrows too."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def sizeHint(self) -> QSize:
        """What the words inside need; a plain button looks at its own text only."""
        return self._inside.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        """What the words inside need, with their lines broken."""
        return self._inside.totalMinimumSize()

    def heightForWidth(self, width: int) -> int:
        """What the words inside need, broken into lines of this width."""
        return self._inside.totalHeightForWidth(width)
