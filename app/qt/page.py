"""What the pages around the trials share: one column in the middle, a problem line, a row of buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.qt.keys import Action, KeyMap
from app.qt.texts import pages as texts
from app.qt.words import Column, button, key_cap, words
from app.session import Screen

_PADDING = 32


class Page(QWidget):
    """A page that a Screen may be drawn on. Enter presses its main button, wherever the focus is.

    Args:
        name: what it is called by a screen reader.
        long: its text may be longer than the window: the buttons then stay in view below it.
    """

    undo = Signal()
    """The key for it, Backspace unless it was changed, or Ctrl+Z."""

    def __init__(self, name: str, *, long: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.main: QPushButton | None = None
        self.undo_last: QPushButton | None = None
        self.keys = KeyMap()
        self.problem = words("", "alarm")
        self.problem.setAccessibleName(texts.PROBLEM)
        self.problem.hide()
        self.column = QVBoxLayout()
        self.column.setSpacing(14)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._scroll = self._build_scroll(long=long)
        layout.addWidget(self._scroll, 1)
        if long:
            layout.addWidget(self._build_bar())
        else:
            self._end = QVBoxLayout()
            self._end.setSpacing(14)
            self._end.addWidget(self.problem)
            self._end.addLayout(self.buttons)
            self._panel.addLayout(self._end)

    def draw(self, screen: Screen) -> None:
        """Draw what the session says; what all pages say of it is its problem."""
        self.say(screen.problem)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        self.keys = keys
        if self.undo_last is not None:
            self.undo_last.setText(texts.UNDO_LAST.format(key=keys.cap(Action.UNDO)))
            self.undo_last.setAccessibleName(self.undo_last.text())

    def say(self, problem: str | None) -> None:
        """Say what went wrong, or that nothing did."""
        self.problem.setText(texts.WARNING.format(problem=problem) if problem else "")
        self.problem.setVisible(bool(problem))

    def add_undo(self) -> QPushButton:
        """Add the button that takes the last answer back."""
        self.undo_last = made = button("", self.undo.emit)
        self.buttons.addWidget(made)
        self.set_keys(self.keys)
        return made

    def add_main(self, text: str, clicked: Callable[[], object]) -> QPushButton:
        """Add the main button, to which the focus goes."""
        self.main = made = button(text, clicked, main=True)
        self.buttons.addWidget(key_cap(texts.ENTER))
        self.buttons.addWidget(made)
        self.setFocusProxy(made)
        return made

    def show_buttons(self, shown: bool) -> None:
        """Show the row of buttons, or not."""
        for place in range(self.buttons.count()):
            item = self.buttons.itemAt(place)
            if item is not None and (widget := item.widget()) is not None:
                widget.setVisible(shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, else the main one; a key held down counts once."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._turn(1 if event.key() == Qt.Key.Key_PageDown else -1)
        elif event.isAutoRepeat():
            return
        elif self.keys.action(event) is Action.UNDO:
            self.undo.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._press()
        else:
            super().keyPressEvent(event)

    def _press(self) -> None:
        focused = self.focusWidget()
        pressed = focused if isinstance(focused, QPushButton) else self.main
        if pressed is not None:
            pressed.click()

    def _turn(self, pages: int) -> None:
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.value() + pages * (bar.pageStep() - 40))

    def _build_scroll(self, *, long: bool) -> QScrollArea:
        panel = Column(2 * _PADDING)
        panel.setProperty("role", "panel")
        self._panel = QVBoxLayout(panel)
        self._panel.setContentsMargins(_PADDING, 28, _PADDING, 28)
        self._panel.setSpacing(20)
        self._panel.addLayout(self.column)
        inside = QWidget()
        middle = QHBoxLayout(inside)
        middle.setContentsMargins(24, 24, 24, 24)
        middle.addStretch(1)
        middle.addWidget(panel, 1000, Qt.AlignmentFlag.AlignTop if long else Qt.AlignmentFlag.AlignVCenter)
        middle.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        return scroll

    def _build_bar(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("role", "bar")
        middle = QHBoxLayout(bar)
        scroll = self._scroll.verticalScrollBar()

        def line_up(_lowest: int, highest: int) -> None:
            """The buttons end where the panel above does, whether or not a scroll bar takes some of its room."""
            middle.setContentsMargins(24, 12, 24 + (scroll.sizeHint().width() if highest else 0), 14)

        scroll.rangeChanged.connect(line_up)
        line_up(0, scroll.maximum())
        inside = Column(2 * _PADDING)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.problem)
        column.addLayout(self.buttons)
        middle.addStretch(1)
        middle.addWidget(inside, 1000)
        middle.addStretch(1)
        return bar
