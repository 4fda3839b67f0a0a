"""The page for labeling: draws the Screen that it is handed, and turns keys and clicks into answers."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QKeyCombination, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.qt.category_bar import AnswerButton, CategoryBar
from app.qt.evidence_panel import EvidencePanel
from app.qt.sights import Sight, Sights
from app.qt.stimulus_view import StimulusView
from app.qt.theme import Theme
from app.qt.words import words
from app.session import Screen, Session
from app.study.records import CANNOT_TELL, Rubric, Trial

_SAVING_SHOWN_AFTER_MS = 300


class LabelingPage(QWidget):
    """One rater's trials, one after another."""

    drawn = Signal(object)
    """A Screen was drawn; its trial is None when all are done."""

    def __init__(self, session: Session, sights: Sights, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._sights = sights
        self._screen = session.screen
        self._trial: Trial | None = None
        self._seen = False
        self.setAccessibleName("Labeling")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build(session.rubric, theme)
        session.on_screen = self._draw

    @property
    def ready(self) -> bool:
        """The trial is on screen, and an answer would be taken."""
        return self._seen and not self._screen.saving

    # ---- what the session hands over is drawn --------------------------------------------------------------------

    def _draw(self, screen: Screen) -> None:
        self._screen = screen
        self._draw_saving(screen.saving)
        self.problem.setText(f"\N{WARNING SIGN} {screen.problem}" if screen.problem else "")
        self.problem.setVisible(bool(screen.problem))
        self.undo.setEnabled(screen.can_undo or screen.saving)  # no flicker while an answer is on its way
        self.progress.setMaximum(max(1, screen.total))
        self.progress.setValue(screen.done)
        self.count.setText(f"{screen.done} of {screen.total}")
        if screen.trial != self._trial:
            self._show_trial(screen.trial)
        self.drawn.emit(screen)

    def _draw_saving(self, saving: bool) -> None:
        if not saving:
            self._saving_timer.stop()
            self.saving.setText("")
        elif not self._saving_timer.isActive() and not self.saving.text():
            self._saving_timer.start(_SAVING_SHOWN_AFTER_MS)

    def say_saving(self) -> None:
        """Say so at once: somebody waits for it."""
        self.saving.setText("Saving…")

    def _show_trial(self, trial: Trial | None) -> None:
        self._trial, self._seen = trial, False
        self.stimulus.clear()
        if trial is not None:
            self._sights.want(trial, partial(self._update_sight, trial))

    def _update_sight(self, trial: Trial, sight: Sight | None) -> None:
        """The image and what its unit responds to, together: no image stands beside another unit's examples."""
        if trial != self._trial:
            return
        picture = sight.picture if sight is not None else None
        if sight is not None:
            self.evidence.show_evidence(sight.evidence, new=self._screen.new_unit)
        self.categories.setEnabled(picture is not None)
        self.stimulus.show_picture(picture)

    def _painted(self) -> None:
        self._seen = True
        self._session.painted()
        self._sights.ahead(self._screen.upcoming)

    # ---- keys and clicks go to the session -----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits answer, Backspace and Ctrl+Z take the last answer back; a key held down counts once."""
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Undo) or key == Qt.Key.Key_Backspace:
            if not event.isAutoRepeat():
                self._undo()
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_9 and _is_plain(event.keyCombination()):
            if not event.isAutoRepeat():
                self._answer(key - Qt.Key.Key_1)
        else:
            super().keyPressEvent(event)

    def _answer(self, place: int) -> None:
        """Judge what is seen; place -1 is "can't tell". What was not yet on screen cannot be judged."""
        self.setFocus()
        names = self._session.rubric.names
        if not self.ready or place >= len(names):
            return
        if place >= 0 and not self.stimulus.shows_image:
            return
        button = self.cannot_tell if place < 0 else self.categories.buttons[place]
        button.acknowledge()
        self._session.answer(CANNOT_TELL if place < 0 else names[place])

    def _undo(self) -> None:
        self.setFocus()
        if self._screen.can_undo:
            self.undo.acknowledge()
        self._session.undo()

    # ---- what is on the page -------------------------------------------------------------------------------------

    def _build(self, rubric: Rubric, theme: Theme) -> None:
        self.evidence = EvidencePanel(theme)
        self.stimulus = StimulusView()
        self.stimulus.painted.connect(self._painted)
        self.problem = words("", "alarm")
        self.problem.setAccessibleName("Problem")
        self.problem.hide()
        self.categories = CategoryBar(rubric.categories)
        self.categories.chosen.connect(self._answer)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.stimulus, 1)
        right.addWidget(self.problem)
        right.addWidget(words(rubric.question, "question"))
        right.addWidget(self.categories)
        right.addLayout(self._build_footer())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(self.evidence, 2)
        layout.addLayout(right, 3)

    def _build_footer(self) -> QHBoxLayout:
        self.cannot_tell = AnswerButton("0", "Can't tell")
        self.cannot_tell.clicked.connect(lambda: self._answer(-1))
        self.undo = AnswerButton("Backspace", "Undo")
        self.undo.clicked.connect(self._undo)
        self.saving = words("", "muted")
        self._saving_timer = QTimer(self)
        self._saving_timer.setSingleShot(True)
        self._saving_timer.timeout.connect(self.say_saving)
        self.count = words("", "muted")
        self.count.setWordWrap(False)
        self.count.setAccessibleName("Progress")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(160)
        self.progress.setAccessibleName("Images labeled")
        footer = QHBoxLayout()
        footer.setSpacing(8)
        footer.addWidget(self.cannot_tell)
        footer.addWidget(self.undo)
        footer.addStretch(1)
        for widget in (self.saving, self.progress, self.count):
            footer.addWidget(widget)
        return footer


def _is_plain(keys: QKeyCombination) -> bool:
    # Shift is let through: on a French keyboard the digits are reached with it.
    other = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    return not keys.keyboardModifiers() & other
