"""Small makers of words on screen. Study files come from anybody: their text is never taken for HTML."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

_LINE = 88
"""Characters in a line that is still easy to read."""


def words(text: str, role: str = "body", parent: QWidget | None = None) -> QLabel:
    """A label of plain text; `role` chooses its look in the style sheet."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


def copyable(text: str, spoken: str) -> QLabel:
    """A path or an address, which can be chosen and copied; `spoken` is what a screen reader calls it."""
    label = words(text, "path")
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setAccessibleName(spoken)
    return label


def key_cap(text: str, parent: QWidget | None = None) -> QLabel:
    """A key of the keyboard, drawn like one."""
    label = words(text, "key", parent)
    label.setWordWrap(False)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return label


def button(text: str, clicked: Callable[[], object], *, main: bool = False) -> QPushButton:
    """A button that says what it does; a page has one main one."""
    made = QPushButton(text)
    made.setAccessibleName(text)
    if main:
        made.setProperty("role", "main")
    made.clicked.connect(lambda: clicked())
    return made


class Column(QFrame):
    """No wider than text that is easy to read, whatever the size of its words.

    Args:
        margins: what stands left and right of the text, in pixels.
        lines: so many columns of text stand side by side.
    """

    def __init__(self, margins: int, lines: float = 1) -> None:
        super().__init__()
        self._margins, self._lines = margins, lines
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Larger words make a wider column."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self.setMaximumWidth(int(self._lines * _LINE * self.fontMetrics().averageCharWidth()) + self._margins)


def activation_words(value: float) -> str:
    """An activation with as many decimals as are worth reading."""
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2
    text = f"{value:,.{decimals}f}"
    zero = f"{0:.{decimals}f}"
    return zero if text == f"-{zero}" else text.replace("-", "\N{MINUS SIGN}")
