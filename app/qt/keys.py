"""Which key does what while labeling: defaults that a person may change."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence


class Action(StrEnum):
    """What a key can do. The answers are numbered as they stand on the page, from the left or from the top."""

    ANSWER_1 = "answer_1"
    ANSWER_2 = "answer_2"
    ANSWER_3 = "answer_3"
    ANSWER_4 = "answer_4"
    ANSWER_5 = "answer_5"
    ANSWER_6 = "answer_6"
    ANSWER_7 = "answer_7"
    ANSWER_8 = "answer_8"
    ANSWER_9 = "answer_9"
    CANNOT_TELL = "cannot_tell"
    NOTHING = "nothing"
    PREVIOUS = "previous"
    NEXT = "next"
    CONFIRM = "confirm"
    UNDO = "undo"
    COMMENT = "comment"
    FLAG = "flag"
    PAUSE = "pause"
    RUBRIC = "rubric"
    HEAT_MAP = "heat_map"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"


ANSWERS = tuple(action for action in Action if action.startswith("answer_"))
DEFAULTS: Mapping[Action, str] = {
    **{action: str(place) for place, action in enumerate(ANSWERS, 1)},
    Action.CANNOT_TELL: "0",
    Action.NOTHING: "N",
    Action.PREVIOUS: "Left",
    Action.NEXT: "Right",
    Action.CONFIRM: "Return",
    Action.UNDO: "Backspace",
    Action.COMMENT: "C",
    Action.FLAG: "F",
    Action.PAUSE: "P",
    Action.RUBRIC: "?",
    Action.HEAT_MAP: "H",
    Action.ZOOM_IN: "+",
    Action.ZOOM_OUT: "-",
}
"""Keys as QKeySequence writes them, without modifiers."""
_CAPS = {"Return": "Enter", "Left": "\N{LEFTWARDS ARROW}", "Right": "\N{RIGHTWARDS ARROW}", "-": "\N{MINUS SIGN}"}
_NAMED = frozenset({"Backspace", "Del", "Ins", "Left", "Right", "Up", "Down"})
_CONFIRM_ONLY = frozenset({"Return", "Space"})
"""They press what has the keyboard, and a page's main button: with another meaning they would do two things."""
_OTHER = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


@dataclass(frozen=True, slots=True)
class KeyMap:
    """The keys as they are set; `changed` holds those that are not the defaults."""

    changed: Mapping[Action, str] = field(default_factory=dict)

    def key(self, action: Action) -> str:
        """The key of an action, as QKeySequence writes it."""
        return self.changed.get(action, DEFAULTS[action])

    def cap(self, action: Action) -> str:
        """The same as it is shown to people."""
        return _CAPS.get(self.key(action), self.key(action))

    def action(self, event: QKeyEvent) -> Action | None:
        """What a pressed key is for; None where it is for nothing, or goes with Ctrl, Alt or Meta."""
        # Shift is let through: on a French keyboard the digits are reached with it.
        if event.modifiers() & _OTHER:
            return Action.UNDO if event.matches(QKeySequence.StandardKey.Undo) else None
        name = key_name(event.key())
        return next((action for action in Action if self.key(action) == name), None)

    def with_key(self, action: Action, key: str) -> KeyMap:
        """The same map, but for one key.

        Raises:
            ValueError: the key is another action's, the message is that action; or it does not fit, with no message.
        """
        if not fits(action, key):
            raise ValueError
        taken = next((other for other in Action if other != action and self.key(other) == key), None)
        if taken is not None:
            raise ValueError(taken)
        return KeyMap({**self.changed, action: key})


def fits(action: Action, key: str) -> bool:
    """Whether an action may have this key: a letter, a digit, punctuation, an arrow, Backspace, Delete or Insert; to
    give the answer, Enter and Space too. Every other key is the window's, or moves the focus, a page or a slider.
    """
    plain = len(key) == 1 and unicodedata.category(key)[0] in "LNPS"
    return plain or key in _NAMED or (action is Action.CONFIRM and key in _CONFIRM_ONLY)


def is_ctrl_enter(event: QKeyEvent) -> bool:
    """Whether it is the key that hands in a text: in one, Enter begins a new line."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def key_name(key: int) -> str:
    """A key as QKeySequence writes it; the number pad's Enter is the other one too."""
    return "Return" if key == Qt.Key.Key_Enter else QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
