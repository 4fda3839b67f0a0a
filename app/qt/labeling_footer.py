"""The line at the foot of the labeling page: undo, comment, flag, pause and rubric; what is new; how far it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedLayout, QWidget

from app.qt.category_bar import AnswerButton
from app.qt.elided_label import ElidedLabel
from app.qt.keys import Action, KeyMap
from app.qt.texts import trial as texts
from app.qt.words import words
from app.session import Screen

_SAVING_SHOWN_AFTER_MS = 300
_ON_OFFER = {
    Action.UNDO: texts.UNDO,
    Action.COMMENT: texts.COMMENT,
    Action.FLAG: texts.FLAG,
    Action.PAUSE: texts.PAUSE,
    Action.RUBRIC: texts.RUBRIC,
}


class LabelingFooter(QWidget):
    """Draws the part of a Screen that is about the session, and says which button was pressed."""

    pressed = Signal(object)
    """The Action of a button."""

    def __init__(self, keys: KeyMap) -> None:
        super().__init__()
        self._buttons = {action: AnswerButton("", name) for action, name in _ON_OFFER.items()}
        self._buttons[Action.CONFIRM] = AnswerButton("", texts.GO_ON)
        for action, button in self._buttons.items():
            button.setProperty("role", "second")
            button.clicked.connect(lambda _checked=False, action=action: self.pressed.emit(action))
        self.undo, self.comment, self.flag, self.pause, _, self.go_on = self._buttons.values()
        self.go_on.setProperty("role", "go")
        self.flag.setCheckable(True)
        self.news = ElidedLabel(role="muted", elide=Qt.TextElideMode.ElideRight)
        self.news.setAccessibleName(texts.NEWS)
        self._saving_timer = QTimer(self)
        self._saving_timer.setSingleShot(True)
        self._saving_timer.timeout.connect(self.say_saving)
        self._lay_out()
        self.set_keys(keys)

    def draw(self, screen: Screen) -> None:
        """Draw the screen's share of this line."""
        self.undo.setEnabled((screen.can_undo or screen.saving) and not screen.paused)  # no flicker while saving
        self.pause.setEnabled(screen.step == "trial")
        self.comment.set_name(texts.EDIT_COMMENT if screen.comment else texts.COMMENT)
        self.flag.set_name(texts.FLAGGED if screen.flagged else texts.FLAG)
        self.flag.setChecked(screen.flagged)
        self._news = self._news_of(screen)
        self._draw_saving(screen.saving)
        place, total = screen.practice or (screen.done, screen.total)
        self.progress.setUpdatesEnabled(False)  # a progress bar paints at once otherwise, before the image
        self.progress.setMaximum(max(1, total))
        self.progress.setValue(place - 1 if screen.practice else place)
        self.progress.setUpdatesEnabled(True)
        self._say_count(texts.PRACTICE_OF if screen.practice else texts.DONE_OF, place, total)
        self._end.setCurrentIndex(1 if screen.step == "feedback" else 0)

    def _say_count(self, text: str, place: int, total: int) -> None:
        # Room for the widest there will be: a label that may grow has the whole page laid out anew with every answer.
        room = self.count.fontMetrics().horizontalAdvance(text.format(place=total, total=total)) + 2
        self.count.setFixedSize(room, self.count.sizeHint().height())
        self.count.setText(text.format(place=place, total=total))

    def say_saving(self) -> None:
        """Say at once that something is being saved: somebody waits for it."""
        self.news.say(texts.SAVING)

    def acknowledge(self, action: Action) -> None:
        """The key of this button was pressed."""
        if self._buttons[action].isEnabled():
            self._buttons[action].acknowledge()

    def set_keys(self, keys: KeyMap) -> None:
        """Show these keys."""
        for action, button in self._buttons.items():
            button.set_key(keys.cap(action))

    def _draw_saving(self, saving: bool) -> None:
        if not saving:
            self._saving_timer.stop()
            self.news.say(self._news)
        elif not self._saving_timer.isActive() and self.news.text() != texts.SAVING:
            self._saving_timer.start(_SAVING_SHOWN_AFTER_MS)

    def _news_of(self, screen: Screen) -> str:
        return texts.YOUR_COMMENT.format(text=screen.comment) if screen.comment else ""

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for button in (self._buttons[action] for action in _ON_OFFER):
            layout.addWidget(button)
        layout.addWidget(self.news, 1)
        self._end = QStackedLayout()
        layout.addLayout(self._end)
        for part in (self._build_progress(), self._build_go_on()):
            self._end.addWidget(part)

    def _build_progress(self) -> QWidget:
        self.count = words("", "muted")
        self.count.setWordWrap(False)
        self.count.setAccessibleName(texts.PROGRESS)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(120)
        self.progress.setAccessibleName(texts.PROGRESS_BAR)
        return _in_a_row(self.progress, self.count)

    def _build_go_on(self) -> QWidget:
        return _in_a_row(self.go_on)


def _in_a_row(*widgets: QWidget) -> QWidget:
    """These at the right end."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    layout.addStretch(1)
    for widget in widgets:
        layout.addWidget(widget)
    return row
