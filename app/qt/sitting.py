"""One rater at a study, from consent to thanks: the pages, and which of them a Screen is drawn on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.qt.background import Background
from app.qt.comment_dialog import CommentDialog
from app.qt.consent_page import ConsentPage
from app.qt.instructions_page import InstructionsPage
from app.qt.interlude_page import InterludePage
from app.qt.keys import KeyMap
from app.qt.labeling_page import LabelingPage
from app.qt.opened import OpenStudy
from app.qt.page import Page
from app.qt.sights import Sights, looking_into
from app.qt.thanks_page import ThanksPage
from app.qt.theme import Theme
from app.session import Screen, Session, Step


class Sitting(QObject):
    """Joins a session to its pages. Call `session.show()` when all is set."""

    turned = Signal(object)
    """A screen was drawn on this page (a QWidget)."""
    declined = Signal()
    next_rater = Signal()
    close_wanted = Signal()
    rubric_wanted = Signal()

    def __init__(
        self, session: Session, study: OpenStudy, background: Background, theme: Theme, keys: KeyMap, host: QWidget
    ) -> None:
        super().__init__(host)
        self.session = session
        self.consent = ConsentPage(study.protocol.consent)
        self.instructions = InstructionsPage(study.rubric, study.pictures, keys)
        sights = Sights(looking_into(study.file), background, study.file.reveal)
        self.labeling = LabelingPage(session, sights, theme, keys)
        self.interlude = InterludePage(study.protocol.contact)
        self.thanks = ThanksPage(study.file.path, study.rubric.task)
        self.comment = CommentDialog(host)
        self._connect(session)
        self.set_keys(keys)

    @property
    def pages(self) -> tuple[Page | LabelingPage, ...]:
        """All of them."""
        return self.consent, self.instructions, self.labeling, self.interlude, self.thanks

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self.labeling.set_theme(theme)

    def set_keys(self, keys: KeyMap) -> None:
        """Show and take these keys."""
        for page in self.pages:
            page.set_keys(keys)

    def end(self) -> None:
        """The rater is gone."""
        self.session.on_screen = lambda screen: None
        self.comment.dismiss()
        self.comment.deleteLater()
        self.deleteLater()

    def _connect(self, session: Session) -> None:
        self.consent.agreed.connect(session.agree)
        self.consent.declined.connect(self.declined)
        self.instructions.begun.connect(session.go_on)
        self.interlude.go_on.connect(session.go_on)
        self.labeling.drawn.connect(self._draw)
        self.labeling.comment_wanted.connect(self._ask_comment)
        self.labeling.rubric_wanted.connect(self.rubric_wanted)
        for page in (self.interlude, self.thanks):
            page.undo.connect(session.undo)
            page.next_rater.connect(self.next_rater)
            page.close_wanted.connect(self.close_wanted)
        self.comment.saved.connect(self._comment)
        self.comment.text.textChanged.connect(session.touched)

    def _draw(self, screen: Screen) -> None:
        page = self._page_for(screen.step)
        if page is not None:
            page.draw(screen)
        if self.comment.isVisible() and not screen.saving:
            self._comment_saved(screen)
        self.turned.emit(page or self.labeling)

    def _page_for(self, step: Step) -> Page | None:
        """The page that draws this step; None for the labeling page, which has drawn it."""
        pages: dict[Step, Page] = {
            "consent": self.consent,
            "instructions": self.instructions,
            "interlude": self.interlude,
            "failed": self.interlude,
            "done": self.thanks,
        }
        return pages.get(step)

    # ---- comments ------------------------------------------------------------------------------------------------

    def _ask_comment(self) -> None:
        screen = self.session.screen
        if screen.trial is not None and not screen.saving:  # else it would land on the trial that comes next
            self.comment.ask(screen.comment)

    def _comment(self, text: str) -> None:
        if text.strip() == self.session.screen.comment:
            self.comment.dismiss()
        else:
            self.session.comment(text)

    def _comment_saved(self, screen: Screen) -> None:
        if screen.problem:
            self.comment.say(screen.problem)
        else:
            self.comment.dismiss()
