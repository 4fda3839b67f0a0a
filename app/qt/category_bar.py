"""The answers on offer, as large buttons that show their keys."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.qt.words import key_cap, words
from app.study.records import Category

_FLASH_MS = 180
_NARROWEST = 170


class AnswerButton(QPushButton):
    """A button with its key, a name and perhaps a definition; it flashes when its key is pressed."""

    def __init__(self, key: str, name: str, definition: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "category" if definition else "answer")
        self.setAccessibleName(name)
        self.setAccessibleDescription(f"{definition} Key {key}".strip())
        self._own_width = not definition  # categories share the width evenly instead
        if definition:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        # Reached with Tab, but a click does not take the keyboard away from the page.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.timeout.connect(lambda: self.setDown(False))
        self._inside = layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(key_cap(key))
        head.addWidget(words(name, "name" if definition else "body"), 1)
        layout.addLayout(head)
        if definition:
            layout.addWidget(words(definition, "definition"))
            layout.addStretch(1)

    def acknowledge(self) -> None:
        """Look pressed for a moment; nothing waits for it."""
        self.setDown(True)
        self._flash.start(_FLASH_MS)

    def sizeHint(self) -> QSize:
        """What the words inside need; a plain button looks at its own text only."""
        hint = self._inside.totalSizeHint()
        return hint if self._own_width else QSize(_NARROWEST, hint.height())

    def minimumSizeHint(self) -> QSize:
        """What the words inside need; their lines break where the button's width asks for it."""
        least = self._inside.totalMinimumSize()
        return least if self._own_width else QSize(_NARROWEST // 2, least.height())


def shortened(definition: str, categories: int) -> str:
    """The definition as far as there is room on a button among so many; the start page has all of it."""
    room = 200 if categories <= 3 else 130 if categories <= 6 else 80
    return textwrap.shorten(definition, room, placeholder=" …")


def columns_for(count: int, width: int) -> int:
    """One row where the buttons fit; else rows of much the same length."""
    most = max(1, min(count, width // _NARROWEST))
    return ceil(count / ceil(count / most))


class CategoryBar(QWidget):
    """The categories of a rubric in their order."""

    chosen = Signal(int)
    """The category at this place was clicked."""

    def __init__(self, categories: Sequence[Category], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.buttons = tuple(
            AnswerButton(str(place), category.name, shortened(category.definition, len(categories)) or " ", self)
            for place, category in enumerate(categories, 1)
        )
        for place, button in enumerate(self.buttons):
            button.clicked.connect(lambda _checked=False, place=place: self.chosen.emit(place))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._columns = 0
        self._arrange(columns_for(len(self.buttons), 640))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the number of columns anew."""
        super().resizeEvent(event)
        self._arrange(columns_for(len(self.buttons), event.size().width()))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        for column in range(max(columns, self._columns)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._columns = columns
        for place, button in enumerate(self.buttons):
            self._grid.addWidget(button, place // columns, place % columns)
