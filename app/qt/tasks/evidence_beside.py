"""What the tasks share that judge one image: the examples on the left; image, question and answers on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.qt.category_bar import AnswerButton
from app.qt.evidence_panel import EvidencePanel
from app.qt.keys import ANSWERS, Action, KeyMap
from app.qt.sights import Sight
from app.qt.stimulus_view import StimulusView
from app.qt.tasks.image_tools import ImageTools
from app.qt.tasks.task import TaskView
from app.qt.tasks.told import Told
from app.qt.texts import trial as texts
from app.qt.theme import Theme
from app.qt.words import activation_words, words
from app.session import Screen, Verdict
from app.study.records import Answer, Kind, Reveal, Rubric


class EvidenceBeside(TaskView):
    """A subclass has the answers: how they look, are given, and are marked afterwards."""

    def __init__(self, rubric: Rubric, keys: KeyMap, theme: Theme) -> None:
        super().__init__(rubric, keys, theme)
        self.locked = False
        """The answer is given for good: no other is taken."""
        self.evidence = EvidencePanel(theme)
        self.stimulus = StimulusView()
        self.stimulus.painted.connect(self.painted)
        self.tools = ImageTools(self.stimulus, keys)
        self.no_answers = tuple(self.tools.buttons.values())
        self.question = words(rubric.question, "question")
        self.cannot_tell = self._other(texts.CANNOT_TELL, "cannot_tell")
        self.nothing = self._other(texts.NOTHING, "nothing")
        self.done = AnswerButton("", texts.DONE)
        self.done.setProperty("role", "go")
        self.done.clicked.connect(self.give)
        self.hint = words("", "muted")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.told = Told()
        self.answers = self.build_answers()
        self._lay_out()
        self.set_keys(keys)

    # ---- what a subclass says ------------------------------------------------------------------------------------

    has_done = False
    """Answers are put together, and given with a button of its own."""

    def build_answers(self) -> QWidget:
        """What the rater answers with."""
        raise NotImplementedError

    def candidates(self) -> Sequence[AnswerButton]:
        """The buttons that the arrows move among."""
        raise NotImplementedError

    def choose(self, place: int) -> bool:
        """The key of the answer at this place was pressed; False where there is none."""
        raise NotImplementedError

    def confirm(self) -> bool:
        """Give the answer that has the focus, or what is chosen; False where nothing is."""
        raise NotImplementedError

    def give(self) -> bool:
        """Give what was put together, wherever the focus is; False where nothing was."""
        return False

    def renew(self) -> None:
        """Nothing is chosen, and nothing is marked."""
        raise NotImplementedError

    def mark(self, answer: Answer, verdict: Verdict | None) -> None:
        """Show what was answered, and, in practice, what is right; no other answer can be given."""
        raise NotImplementedError

    def words_of(self, label: str) -> str:
        """A label in words."""
        raise NotImplementedError

    def words_of_right(self, accepted: Sequence[str]) -> str:
        """The right answers in words."""
        raise NotImplementedError

    # ---- one sight after another ---------------------------------------------------------------------------------

    def clear(self) -> None:
        """Take away the image, what was answered and told, and what was revealed."""
        self.locked = False
        self.stimulus.clear()
        self._show_reveal(None)
        self.told.clear()
        self._foot.setCurrentWidget(self._others)
        for button in (self.cannot_tell, self.nothing):
            button.renew()
        self.renew()

    def show_sight(self, screen: Screen, sight: Sight) -> None:
        """The image and what its unit responds to, together: no image stands beside another unit's examples."""
        picture = sight.pictures[0] if sight.pictures else None
        self.evidence.show_evidence(sight.evidence, sight.histogram, new=screen.new_unit)
        for button in (self.answers, self.nothing, self.tools):
            button.setEnabled(picture is not None)
        self._show_reveal(sight.reveals[0] if sight.reveals else None)
        self.stimulus.show_picture(picture)

    def prepare(self, sight: Sight) -> None:
        """Have the image at its size."""
        for picture in sight.pictures:
            self.stimulus.prepare(picture)

    def show_told(self, screen: Screen, reveals: Sequence[Reveal]) -> None:
        """Mark the answer and say what is told of it, in place of the answers that are no labels."""
        answer, verdict = screen.answer, screen.verdict
        if answer is None:
            return
        self.locked = True
        reveal = reveals[0] if reveals else None
        self.told.tell(
            self._said(answer),
            verdict,
            self.words_of_right(verdict.accepted) if verdict is not None else "",
            activation_words(reveal.activation) if reveal is not None else None,
        )
        self._foot.setCurrentWidget(self.told)
        self._show_reveal(reveal)
        self.mark(answer, verdict)

    def _show_reveal(self, reveal: Reveal | None) -> None:
        self.evidence.show_activation(reveal.activation if reveal is not None else None)
        self.tools.show_reveal(reveal)

    def _said(self, answer: Answer) -> str:
        if answer.label is None:
            return (texts.NOTHING if answer.kind == "nothing" else texts.CANNOT_TELL).lower()
        return self.words_of(answer.label)

    # ---- keys ----------------------------------------------------------------------------------------------------

    def act(self, action: Action) -> bool:
        """Zoom and heat map at any time, and answers as long as one may be given."""
        if self.tools.act(action):
            return True
        if self.locked:
            return False
        if action in (Action.CANNOT_TELL, Action.NOTHING):
            return self._press({Action.CANNOT_TELL: self.cannot_tell, Action.NOTHING: self.nothing}[action])
        if action in (Action.PREVIOUS, Action.NEXT):
            return self.step(1 if action == Action.NEXT else -1)
        if action == Action.CONFIRM:
            return self.confirm()
        return self.stimulus.shows_image and action in ANSWERS and self.choose(ANSWERS.index(action))

    def step(self, by: int) -> bool:
        """Move the focus among the answers; it can be seen there, and Enter gives that answer."""
        buttons = [button for button in self.candidates() if button.isEnabled()]
        place = next((place for place, button in enumerate(buttons) if button.hasFocus()), None)
        target = (0 if by > 0 else len(buttons) - 1) if place is None else (place + by) % len(buttons)
        buttons[target].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def candidate(self) -> AnswerButton | None:
        """The answer that has the focus."""
        return next((button for button in self.candidates() if button.hasFocus()), None)

    def others(self) -> list[AnswerButton]:
        """The answers that are no labels and are on offer."""
        return [self.cannot_tell, self.nothing] if self.rubric.nothing else [self.cannot_tell]

    def _press(self, button: AnswerButton) -> bool:
        if button not in self.others() or not button.isEnabled():
            return False
        button.press()
        return True

    # ---- the look ------------------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        super().set_theme(theme)
        self.evidence.set_theme(theme)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        super().set_keys(keys)
        self.tools.set_keys(keys)
        self.cannot_tell.set_key(keys.cap(Action.CANNOT_TELL))
        self.nothing.set_key(keys.cap(Action.NOTHING))
        self.done.set_key(keys.cap(Action.CONFIRM))
        self.stimulus.cannot_be_shown = texts.CANNOT_BE_SHOWN.format(key=keys.cap(Action.CANNOT_TELL))

    def _other(self, name: str, kind: Kind) -> AnswerButton:
        button = AnswerButton("", name)
        button.clicked.connect(lambda: self.answered.emit(Answer(None, kind)))
        return button

    def _lay_out(self) -> None:
        self._others = QWidget()
        row = QHBoxLayout(self._others)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.cannot_tell)
        row.addWidget(self.nothing)
        row.addWidget(self.hint, 1)
        row.addWidget(self.done)
        self.nothing.setVisible(self.rubric.nothing)
        self.done.setVisible(self.has_done)
        self._foot = QStackedLayout()
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.stimulus, 1)
        for widget in (self.tools, self.question, self.answers):
            right.addWidget(widget)
        right.addLayout(self._foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self.evidence, 2)
        layout.addLayout(right, 3)
        for widget in (self._others, self.told):  # only now: without the page they would be windows of their own
            self._foot.addWidget(widget)
