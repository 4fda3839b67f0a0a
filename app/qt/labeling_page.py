"""The page for labeling: the frame around a task, from the Screen that it is handed to keys and clicks."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from app.errors import Fault
from app.qt.category_bar import AnswerButton
from app.qt.keys import Action, KeyMap
from app.qt.labeling_footer import LabelingFooter
from app.qt.paused_panel import PausedPanel
from app.qt.presence import Presence
from app.qt.sights import Reveals, Sight, Sights
from app.qt.tasks import task_view
from app.qt.texts import trial as texts
from app.qt.theme import Theme
from app.qt.words import words
from app.session import Screen, Session
from app.study.records import Answer, Trial


class LabelingPage(QWidget):
    """One rater's trials, one after another."""

    drawn = Signal(object)
    """A Screen was drawn; at steps other than "trial" and "feedback" there is nothing of it on this page."""
    comment_wanted = Signal()
    """The rater wants to write a comment on the trial."""
    rubric_wanted = Signal()
    """The rater wants to read the rubric."""

    def __init__(self, session: Session, sights: Sights, theme: Theme, keys: KeyMap) -> None:
        super().__init__()
        self._session = session
        self._sights = sights
        self._keys = keys
        self._screen = session.screen
        self._trial: Trial | None = None
        self._seen = False
        self._told: Trial | None = None  # the trial that something is told about, or is about to be
        self._informed = False  # it is on the page
        self._unread: str | None = None  # why the trial, or what is told of it, could not be read
        self.setAccessibleName(texts.PAGE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._build(theme)
        self._presence = Presence(self)
        self._presence.touched.connect(session.touched)
        self._presence.front.connect(self._in_front)
        session.on_screen = self._draw

    @property
    def ready(self) -> bool:
        """The trial is on screen, and an answer would be taken."""
        screen = self._screen
        return self._seen and screen.step == "trial" and not screen.saving and not screen.paused

    # ---- what the session hands over is drawn --------------------------------------------------------------------

    def _draw(self, screen: Screen) -> None:
        self._screen = screen
        self.footer.draw(screen)
        self.say(screen.problem or self._unread)
        if screen.trial != self._trial:
            self._show_trial(screen.trial)
        if screen.step == "feedback" and screen.trial is not None and screen.trial != self._told:
            self._tell(screen, screen.trial)
        self._stage.setCurrentWidget(self.paused if screen.paused else self.task)
        self.drawn.emit(screen)

    def say(self, problem: str | None) -> None:
        """Say what went wrong, or that nothing did."""
        self.problem.setText(f"\N{WARNING SIGN} {problem}" if problem else "")
        self.problem.setVisible(bool(problem))

    def say_saving(self) -> None:
        """Say at once that something is being saved: somebody waits for it."""
        self.footer.say_saving()

    def _show_trial(self, trial: Trial | None) -> None:
        self._trial, self._told = trial, None
        self._seen = self._informed = False
        self.task.clear()
        self._read()

    def _read(self) -> None:
        """Read the trial's sight, perhaps not for the first time: what keeps it from being read may pass."""
        self._unread = None
        self.again.hide()
        self.say(self._screen.problem)
        if self._trial is not None:
            self._sights.want(self._trial, partial(self._update_sight, self._trial))

    def _update_sight(self, trial: Trial, sight: Sight | Fault) -> None:
        if trial != self._trial:
            return
        if isinstance(sight, Fault):
            self._unread = str(sight)
            self.say(self._unread)
            self.again.show()
        else:
            self.task.show_sight(self._screen, sight)

    def _read_again(self) -> None:
        self.setFocus()
        self._read()

    def let_go(self) -> None:
        """The page goes: nothing that is still read for it is drawn any more."""
        self._trial = None

    def _painted(self) -> None:
        self._seen = True
        self._session.painted()
        # Decoding ahead waits until this image is on the glass: the paint event comes before that.
        QTimer.singleShot(0, self, self._look_ahead)

    def _look_ahead(self) -> None:
        if self.isVisible():  # else the window was closed meanwhile, and the file with it
            self._sights.ahead(self._screen.upcoming, self._prepare)

    def _prepare(self, sight: Sight | Fault) -> None:
        if isinstance(sight, Sight) and self._trial is not None:  # else the page has gone meanwhile
            self.task.prepare(sight)

    def _tell(self, screen: Screen, trial: Trial) -> None:
        """Practice says what is right. Elsewhere it is the activation that is told, and it is read only now."""
        self._told = trial
        if screen.verdict is not None:
            self._told_of(screen, trial, ())
        else:
            self._sights.tell(trial, partial(self._told_of, screen, trial))

    def _told_of(self, screen: Screen, trial: Trial, reveals: Reveals | None) -> None:
        if trial != self._trial:
            return
        self._informed = True
        self.task.show_told(screen, reveals or ())
        if reveals is None:
            self._unread = texts.CANNOT_BE_TOLD
            self.say(self._unread)

    # ---- keys and clicks go to the session -----------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the key is for; a key held down counts once."""
        action = self._keys.action(event)
        if self._screen.step == "feedback" and event.key() == Qt.Key.Key_Space:
            action = Action.CONFIRM
        if action is None:
            if not self.task.take(event):
                super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self._act(action)

    def _act(self, action: Action) -> None:
        own = {
            Action.UNDO: self._session.undo,
            Action.COMMENT: self.comment_wanted.emit,
            Action.FLAG: self._session.flag,
            Action.PAUSE: self._session.pause,
            Action.RUBRIC: self.rubric_wanted.emit,
        }
        told = self._screen.step == "feedback"
        if action in own:
            self.setFocus()
            self.footer.acknowledge(action)
            own[action]()
        elif action == Action.CONFIRM and (button := self._focused_button()) is not None:
            button.click()
        elif told and action == Action.CONFIRM:
            self._go_on()
        elif self.ready or told:
            self.task.act(action)

    def _focused_button(self) -> QPushButton | None:
        """What Enter presses before it gives an answer: a button that was reached with Tab and is no answer, or the
        one that tries again.
        """
        button = self.focusWidget()
        if isinstance(button, QPushButton) and (button in self.task.no_answers or not self.task.isAncestorOf(button)):
            return button
        return self.again if self.again.isVisible() else None

    def _go_on(self) -> None:
        """Leave what is told, once it is there to read."""
        if self._informed:
            self._session.go_on()

    def _pressed(self, action: Action) -> None:
        """A button of the footer: the same as its key, and the keyboard comes back to the page."""
        self.setFocus()
        self.footer.draw(self._screen)  # a flag is one when the session says so
        self._act(action)

    def _answer(self, answer: Answer) -> None:
        """Judge what is seen. What was not yet on screen cannot be judged."""
        self.setFocus()
        if self.ready:
            self._session.answer(answer)

    def _in_front(self, front: bool) -> None:
        self._session.away(not front)
        if front and self.again.isVisible():
            self._read()

    def showEvent(self, event: QShowEvent) -> None:
        """The window may have come to the front, or gone, while another page was shown."""
        super().showEvent(event)
        self._session.away(not self.isActiveWindow())

    # ---- what is on the page -------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self.task.set_theme(theme)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        self._keys = keys
        for part in (self.task, self.paused, self.footer):
            part.set_keys(keys)
        self.again.set_key(keys.cap(Action.CONFIRM))
        self.footer.draw(self._screen)

    def _build(self, theme: Theme) -> None:
        self.task = task_view(self._session.rubric, self._keys, theme)
        self.task.painted.connect(self._painted)
        self.task.answered.connect(self._answer)
        self.paused = PausedPanel(self._keys)
        self.paused.ended.connect(partial(self._act, Action.PAUSE))
        self.problem = words("", "alarm")
        self.problem.setAccessibleName(texts.PROBLEM)
        self.problem.hide()
        self.again = AnswerButton(self._keys.cap(Action.CONFIRM), texts.TRY_AGAIN)
        self.again.clicked.connect(self._read_again)
        self.again.hide()
        told = QHBoxLayout()
        told.setSpacing(8)
        told.addWidget(self.problem, 1)
        told.addWidget(self.again)
        self.footer = LabelingFooter(self._keys)
        self.footer.pressed.connect(self._pressed)
        self._stage = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(self._stage, 1)
        for part in (self.task, self.paused):
            self._stage.addWidget(part)
        layout.addLayout(told)
        layout.addWidget(self.footer)
