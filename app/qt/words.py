"""Small makers of words on screen. Study files come from anybody: their text is never taken for HTML."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QSizePolicy, QWidget

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


def key_cap(text: str, parent: QWidget | None = None) -> QLabel:
    """A key of the keyboard, drawn like one."""
    label = words(text, "key", parent)
    label.setWordWrap(False)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return label


def button(text: str, clicked: Callable[[], object], *, main: bool = False) -> QPushButton:
    """A button that says what it does; a page has one main one."""
    made = QPushButton(text)
    made.setAccessibleName(text)
    if main:
        made.setProperty("role", "main")
    made.clicked.connect(lambda: clicked())
    return made


def reading_width() -> int:
    """The width in pixels of a column of text that is easy to read."""
    return _LINE * QFontMetrics(QApplication.font()).averageCharWidth()


def activation_words(value: float) -> str:
    """An activation with as many decimals as are worth reading."""
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 10 else 2
    text = f"{value:,.{decimals}f}"
    zero = f"{0:.{decimals}f}"
    return zero if text == f"-{zero}" else text.replace("-", "\N{MINUS SIGN}")
