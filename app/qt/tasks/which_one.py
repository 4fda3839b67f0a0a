"""The two-alternative task: which of two images activates the unit more strongly, and how sure is that?"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from app.qt.keys import ANSWERS, Action, KeyMap
from app.qt.sights import Sight
from app.qt.tasks.key_button import KeyButton
from app.qt.tasks.pair_stage import PairStage
from app.qt.tasks.side_bar import OFFERED, SideBar
from app.qt.tasks.task import TaskView
from app.qt.texts import trial
from app.qt.texts import which_one as texts
from app.qt.theme import Theme
from app.qt.words import words
from app.session import Screen, Verdict
from app.study.records import Answer, Reveal, Rubric

_SHOWN = 2
"""Images in a trial."""


class WhichOneView(TaskView):
    """References on both sides, two images between them, and six answers: side and confidence in one key press."""

    def __init__(self, rubric: Rubric, keys: KeyMap, theme: Theme) -> None:
        super().__init__(rubric, keys, theme)
        self._open = False  # a trial is on screen that is not answered for good
        self._comparable = False  # and both of its images can be shown
        self._new_unit = False
        self._referenced: int | None = None  # the unit whose references are shown
        self.stage = PairStage()
        self.stage.painted.connect(self.painted)
        self.question, self.hint = words("", "question"), words("", "definition")
        self.bar = SideBar(keys)
        self.bar.chosen.connect(self._answer)
        self.cannot_tell, self.heat = KeyButton(texts.CANNOT_TELL), KeyButton(trial.HEAT_MAP)
        self.no_answers = (self.heat,)
        self._buttons = {Action.CANNOT_TELL: self.cannot_tell, Action.HEAT_MAP: self.heat}
        for action, button in self._buttons.items():
            button.clicked.connect(lambda _checked=False, action=action: self.act(action))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addStretch(1)
        layout.addWidget(self.stage, 1000)
        layout.addSpacing(8)
        for label in (self.question, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addWidget(self.bar)
        for button in (self.cannot_tell, self.heat):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.set_theme(theme)
        self.set_keys(keys)
        self.clear()

    # ---- what is to be seen --------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Take away the two images, and everything that was answered or told of them."""
        self._open = self._new_unit = False
        self._comparable = True
        self.stage.clear()
        self.bar.clear()
        self._ask()

    def show_sight(self, screen: Screen, sight: Sight) -> None:
        """Draw a trial: two images, and what their unit responds to."""
        assert screen.trial is not None
        self.clear()
        pictures = (*sight.pictures, None, None)[:_SHOWN]
        self._open, self._comparable = True, None not in pictures
        self._new_unit = screen.new_unit
        if sight.evidence is not None:
            # The trials in between may have had no references: those on screen before count.
            new = screen.new_unit or self._referenced not in (None, screen.trial.unit)
            self._referenced = screen.trial.unit
            self._new_unit &= not sight.evidence.examples
            self.stage.show_evidence(sight.evidence, new=new)
        else:
            self.stage.show_evidence(None, new=False)
        self.stage.show_reveals(sight.reveals)
        self._ask()
        self.stage.show_pair(pictures)

    def prepare(self, sight: Sight) -> None:
        """Have both images at their size."""
        for image, picture in zip(self.stage.images, sight.pictures, strict=False):
            image.prepare(picture)

    def show_told(self, screen: Screen, reveals: Sequence[Reveal]) -> None:
        """Mark the answer, and say what is told about it."""
        self._open, self._comparable = False, True
        if reveals:
            self.stage.show_reveals(reveals)
        self._ask()
        self.bar.give(screen.answer)
        self.hint.setText(screen.verdict.why if screen.verdict is not None else "")
        if screen.verdict is not None:
            self.question.setText(_judged(screen.verdict, screen.answer))
        elif reveals:
            self.question.setText(_stronger(reveals))

    def _ask(self) -> None:
        """The question, with a line below it, and what there is to press."""
        self.question.setText(self.rubric.question or texts.QUESTION)
        cap = self.keys.cap
        if not self._comparable:
            hint = texts.MISSING.format(key=cap(Action.CANNOT_TELL))
        elif self._new_unit:
            hint = texts.NEW_UNIT
        else:
            hint = texts.HINT.format(previous=cap(Action.PREVIOUS), next=cap(Action.NEXT), confirm=cap(Action.CONFIRM))
        self.hint.setText(hint)
        self.bar.setVisible(self._comparable)
        self.cannot_tell.setVisible(not self._comparable)
        self.heat.setVisible(self.stage.has_heat)

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        super().set_theme(theme)
        self.stage.set_theme(theme)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        super().set_keys(keys)
        self.bar.set_keys(keys)
        for action, button in self._buttons.items():
            button.set_key(keys.cap(action), trial.KEY.format(key=keys.cap(action)))
        if self._open:
            self._ask()

    # ---- keys and clicks -----------------------------------------------------------------------------------------

    def act(self, action: Action) -> bool:
        """Six keys answer at once; the arrows mark an answer and Enter gives it."""
        return self._look(action) or (self._open and self._give(action))

    def _look(self, action: Action) -> bool:
        """The keys that only change how the images are seen; they are there when the answer is given, too."""
        if action in (Action.ZOOM_IN, Action.ZOOM_OUT):
            self.stage.zoom_by(1 if action == Action.ZOOM_IN else -1)
        elif action == Action.HEAT_MAP and self.stage.has_heat:
            self.stage.toggle_heat()
        else:
            return False
        return True

    def _give(self, action: Action) -> bool:
        if not self._comparable:
            if action == Action.CANNOT_TELL:
                self.cannot_tell.acknowledge()
                self.answered.emit(Answer(None, "cannot_tell"))
            return action == Action.CANNOT_TELL
        if action in ANSWERS[: len(OFFERED)]:
            self._answer(ANSWERS.index(action))
        elif action in (Action.PREVIOUS, Action.NEXT):
            self.bar.move_mark(1 if action == Action.NEXT else -1)
        elif action == Action.CONFIRM and self.bar.candidate is not None:
            self._answer(self.bar.candidate)
        else:
            return False
        return True

    def _answer(self, place: int) -> None:
        if self._open and self._comparable:
            self.bar.buttons[place].acknowledge()
            self.answered.emit(OFFERED[place])


def _side(label: str) -> str:
    return texts.LEFT if label == "left" else texts.RIGHT


def _judged(verdict: Verdict, answer: Answer | None) -> str:
    if answer is None or answer.label is None:
        said = texts.IT_IS
    else:
        said = texts.IS_RIGHT if verdict.right else texts.IS_WRONG
    return said.format(side=_side(verdict.accepted[0]))


def _stronger(reveals: Sequence[Reveal]) -> str:
    left, right = (reveal.activation for reveal in reveals)
    return texts.ALIKE if left == right else texts.STRONGER.format(side=_side("left" if left > right else "right"))
