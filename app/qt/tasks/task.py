"""What every task's view does, whatever is judged."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.qt.keys import Action, KeyMap
from app.qt.sights import Sight
from app.qt.theme import Theme
from app.session import Screen
from app.study.records import Reveal, Rubric


class TaskView(QWidget):
    """Draws what is to be judged with the examples beside it, and turns keys and clicks into an Answer.

    The labeling page around it has the progress, undo, comment, flag and pause; it asks `act` for every other key. A
    view is shown one sight after another: `clear`, `show_sight`, perhaps `show_told`, `clear`, and so on.
    """

    answered = Signal(object)
    """An Answer that the rubric offers. The page decides whether it may be given now."""
    painted = Signal()
    """What is to be judged, all of it, is on screen for the first time since `show_sight`."""

    def __init__(self, rubric: Rubric, keys: KeyMap, theme: Theme) -> None:
        super().__init__()
        self.rubric = rubric
        self.keys = keys
        self.theme = theme
        self.no_answers: Sequence[QPushButton] = ()
        """Buttons: the key that gives an answer presses the one of them that has the keyboard."""

    def clear(self) -> None:
        """Take away what was to be judged, and everything that was answered or told of it."""
        raise NotImplementedError

    def show_sight(self, screen: Screen, sight: Sight) -> None:
        """Draw a trial. `sight.evidence` is None where no references are shown; `sight.reveals` is empty in blind
        trials. A picture may be None: it cannot be shown, and only "can't tell" is then an answer.
        """
        raise NotImplementedError

    def prepare(self, sight: Sight) -> None:
        """This is likely to be shown next: do now what would take time then. Nothing of it is seen yet."""

    def show_told(self, screen: Screen, reveals: Sequence[Reveal]) -> None:
        """The trial on screen is answered for good: mark `screen.answer`, take no other, and show what is told:
        `screen.verdict` in practice, the activations in `reveals` in the condition feedback.
        """
        raise NotImplementedError

    def act(self, action: Action) -> bool:
        """Do what a key is for, if it is this task's; False where it is not."""
        raise NotImplementedError

    def take(self, _event: QKeyEvent) -> bool:
        """Take a key that is for no action; False where it is not this task's either."""
        return False

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self.theme = theme

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        self.keys = keys
