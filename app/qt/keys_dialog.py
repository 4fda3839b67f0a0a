"""Lets a person choose their own keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.qt.keys import Action, KeyMap, key_name
from app.qt.texts import pages as texts
from app.qt.words import button, words

_ON_THE_WAY = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)  # fmt: skip
"""Keys that change others: the one that is meant follows."""
_SIZE = QSize(39, 44)
"""Of the dialog, in lines of text."""
_OTHER = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class KeyButton(QPushButton):
    """Shows a key; once pressed, takes the next key that is pressed."""

    pressed_key = Signal(str)
    """A key as QKeySequence writes it; empty where it cannot be used."""

    def __init__(self, action: Action, cap: str) -> None:
        super().__init__()
        self._cap = cap
        self._listens = False
        self.setProperty("role", "key")
        self.setMinimumWidth(130)
        self.setAutoDefault(True)
        self.setAccessibleName(texts.KEYS_CHANGE.format(action=texts.ACTIONS[action]))
        self.clicked.connect(lambda: self._listen(True))
        self.show_cap(cap)

    def show_cap(self, cap: str) -> None:
        """This is the key."""
        self._cap = cap
        self._listen(False)

    def event(self, event: QEvent) -> bool:
        """While it listens every key is its own, Tab and Esc too."""
        if self._listens and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
                self._take(event)
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """It no longer listens."""
        super().focusOutEvent(event)
        self._listen(False)

    def _listen(self, listens: bool) -> None:
        self._listens = listens
        self.setText(texts.KEYS_PRESS if listens else self._cap)
        self.setAccessibleDescription(self.text())

    def _take(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._listen(False)
        elif event.key() in _ON_THE_WAY:
            return
        else:
            self._listen(False)
            self.pressed_key.emit("" if event.modifiers() & _OTHER else key_name(event.key()))


class KeysDialog(QDialog):
    """Every action with its key."""

    changed = Signal(object)
    """A KeyMap: the keys as they are now."""

    def __init__(self, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setWindowTitle(texts.KEYS_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ensurePolished()
        self.resize(_SIZE * self.fontMetrics().height())
        self.buttons = {action: KeyButton(action, keys.cap(action)) for action in Action}
        self.told = words("")
        self.told.setAccessibleName(texts.KEYS_TITLE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(words(texts.KEYS_LEAD))
        layout.addWidget(self._build_table(), 1)
        layout.addWidget(self.told)
        row = QHBoxLayout()
        defaults, close = button(texts.KEYS_DEFAULTS, self._reset), button(texts.CLOSE, self.accept, main=True)
        defaults.setAutoDefault(False)
        close.setDefault(True)
        row.addWidget(defaults)
        row.addStretch(1)
        row.addWidget(close)
        layout.addLayout(row)

    def _build_table(self) -> QScrollArea:
        inside = QFrame()
        inside.setProperty("role", "plain")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for row, (action, made) in enumerate(self.buttons.items()):
            grid.addWidget(words(texts.ACTIONS[action]), row, 0)
            grid.addWidget(made, row, 1)
            made.pressed_key.connect(partial(self._set, action))
        scroll = QScrollArea()
        scroll.setProperty("role", "plain")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        return scroll

    def _set(self, action: Action, key: str) -> None:
        try:
            keys = self._keys.with_key(action, key)
        except ValueError as error:
            other = str(error)
            taken = texts.KEYS_TAKEN.format(key=key, action=texts.ACTIONS[Action(other)]) if other else ""
            self.told.setText(texts.WARNING.format(problem=taken or texts.KEYS_NOT_FIT))
            return
        self._take(keys)
        self.told.setText(texts.KEYS_SET.format(action=texts.ACTIONS[action], key=keys.cap(action)))

    def _reset(self) -> None:
        self._take(KeyMap())
        self.told.setText("")

    def _take(self, keys: KeyMap) -> None:
        self._keys = keys
        for action, made in self.buttons.items():
            made.show_cap(keys.cap(action))
        self.changed.emit(keys)
