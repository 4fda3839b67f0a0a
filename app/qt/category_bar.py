"""The answers on offer, as large buttons that show their keys."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from math import ceil

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.qt.keys import ANSWERS, KeyMap
from app.qt.texts import trial as texts
from app.qt.words import key_cap, words
from app.study.records import Category

_FLASH_MS = 180
_NARROWEST = 170
RIGHT_MARK, WRONG_MARK, CHOSEN_MARK = "\N{CHECK MARK}", "\N{BALLOT X}", "\N{CHECK MARK}"


class AnswerButton(QPushButton):
    """A button with its key, a name and perhaps a definition; it flashes when its key is pressed.

    With `tick` it can be chosen and let go, and shows in a box which of them it is; `large` is for short names.
    """

    def __init__(
        self,
        key: str,
        name: str,
        definition: str = "",
        parent: QWidget | None = None,
        *,
        tick: bool = False,
        large: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "category" if definition else "answer")
        self.key, self.name, self._definition = key, name, definition.strip()
        self._spoken: str | None = None
        self._own_width = not definition  # categories share the width evenly instead
        if definition:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        # Reached with Tab, but a click does not take the keyboard away from the page.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.timeout.connect(lambda: self.setDown(False))
        self._cap = key_cap(key)
        self._label = words(name, "name" if definition or large else "body")
        self._label.setWordWrap(bool(definition))
        if large:
            self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._box = key_cap(" ") if tick else None
        self._lay_out(definition)
        self._show_cap(key)
        if self._box is not None:
            self._box.setProperty("role", "tick")
            self.setCheckable(True)
            self.toggled.connect(self._show_tick)
        self._describe()

    def _lay_out(self, definition: str) -> None:
        self._inside = layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._cap)
        head.addWidget(self._label, 1)
        if self._box is not None:
            head.addWidget(self._box)
        layout.addLayout(head)
        if definition:
            layout.addWidget(words(definition, "definition"))
            layout.addStretch(1)

    def press(self) -> None:
        """What a click does, for its key: it is seen."""
        if self.isEnabled():
            self.click()
            self.acknowledge()

    def acknowledge(self) -> None:
        """Look pressed for a moment; nothing waits for it."""
        self.setDown(True)
        self._flash.start(_FLASH_MS)

    def set_key(self, key: str) -> None:
        """Show this key from now on."""
        self.key = key
        self._show_cap(key)
        self._describe()
        self.updateGeometry()

    def set_name(self, name: str) -> None:
        """Say this from now on."""
        if name == self.name:
            return  # the page would be laid out anew
        self.name = name
        self._label.setText(name)
        self._describe()
        self.updateGeometry()

    def speak(self, words: str) -> None:
        """Be called this by screen readers, where what is seen beside the button is part of it."""
        self._spoken = words
        self._describe()

    def show_outcome(self, *, given: bool, right: bool | None = None) -> None:
        """The answer is given for good: whether it was this one, and, where that is told, whether this one is right."""
        self.setCheckable(True)
        self.setChecked(given)
        self.setEnabled(False)
        self._dress(self, "right", bool(right))
        self._show_cap(RIGHT_MARK if right else WRONG_MARK if given and right is not None else self.key)
        self._describe(*[texts.YOUR_ANSWER] * given, *[texts.RIGHT_ANSWER] * bool(right))

    def renew(self) -> None:
        """Back to what it was before anything was answered."""
        self.setChecked(False)
        self.setCheckable(self._box is not None)
        self.setEnabled(True)
        self._dress(self, "right", False)
        self._show_cap(self.key)
        self._describe()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space presses it; every other key, arrows and Enter too, is the page's."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def sizeHint(self) -> QSize:
        """What the words inside need; a plain button looks at its own text only."""
        hint = self._inside.totalSizeHint()
        return hint if self._own_width else QSize(_NARROWEST, hint.height())

    def minimumSizeHint(self) -> QSize:
        """What the words inside need; their lines break where the button's width asks for it."""
        least = self._inside.totalMinimumSize()
        return least if self._own_width else QSize(_NARROWEST // 2, least.height())

    def _show_cap(self, text: str) -> None:
        self._cap.setText(text)
        self._cap.setVisible(text not in ("", self.name))  # a key that is the name need not be said twice

    def _show_tick(self, chosen: bool) -> None:
        if self._box is not None:
            self._box.setText(CHOSEN_MARK if chosen else " ")
            self._dress(self._box, "role", "ticked" if chosen else "tick")
        self._describe(*[texts.CHOSEN] * chosen)

    def _dress(self, widget: QWidget, name: str, value: object) -> None:
        """Set what the style sheet goes by, and look it up again only where it is another."""
        if widget.property(name) != value:
            widget.setProperty(name, value)
            widget.style().polish(widget)

    def _describe(self, *marks: str) -> None:
        self.setAccessibleName(self._spoken or self.name)
        said = (*(f"{mark}." for mark in marks), self._definition, texts.KEY.format(key=self.key))
        self.setAccessibleDescription(" ".join(part for part in said if part))


def shortened(definition: str, categories: int) -> str:
    """The definition as far as there is room on a button among so many; the rubric has all of it."""
    room = 200 if categories <= 3 else 130 if categories <= 6 else 44
    return textwrap.shorten(definition, room, placeholder=" …")


def columns_for(count: int, width: int) -> int:
    """One row where the buttons fit; else rows of much the same length."""
    most = max(1, min(count, width // _NARROWEST))
    return ceil(count / ceil(count / most))


class CategoryBar(QWidget):
    """The categories of a rubric in their order; with `several`, each can be chosen and let go."""

    pressed = Signal(int)
    """The category at this place was clicked."""

    def __init__(
        self, categories: Sequence[Category], keys: KeyMap, parent: QWidget | None = None, *, several: bool = False
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.buttons = tuple(
            AnswerButton(
                keys.cap(action),
                category.name,
                shortened(category.definition, len(categories)) or " ",
                self,
                tick=several,
            )
            for action, category in zip(ANSWERS, categories, strict=False)
        )
        for place, button in enumerate(self.buttons):
            button.clicked.connect(lambda _checked=False, place=place: self.pressed.emit(place))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._columns = 0
        self._arrange(columns_for(len(self.buttons), 640))

    @property
    def chosen(self) -> Iterable[str]:
        """The names of those that are chosen."""
        return tuple(button.name for button in self.buttons if button.isChecked())

    def set_keys(self, keys: KeyMap) -> None:
        """Show these keys."""
        for action, button in zip(ANSWERS, self.buttons, strict=False):
            button.set_key(keys.cap(action))

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
