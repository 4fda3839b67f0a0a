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
from app.qt.texts import pages as texts
from app.qt.thanks_page import ThanksPage
from app.qt.theme import Theme
from app.session import Screen, Session, Step


class Sitting(QObject):
    """Joins a session to its pages. Call `session.show()` when all is set.

    Args:
        session: the rater's.
        rater: their pseudonym.
        study: what they are at.
        background: where the study file is used.
        theme: what it is drawn in.
        keys: the person's own.
        host: what sheets lie over.
    """

    turned = Signal(object)
    """A screen was drawn on this page (a QWidget)."""
    declined = Signal()
    next_rater = Signal()
    close_wanted = Signal()
    send_wanted = Signal()
    rubric_wanted = Signal()

    def __init__(
        self,
        session: Session,
        rater: str,
        study: OpenStudy,
        background: Background,
        theme: Theme,
        keys: KeyMap,
        host: QWidget,
    ) -> None:
        super().__init__(host)
        self.session = session
        self.rater = rater
        self.consent = ConsentPage(study.protocol.consent)
        self.instructions = InstructionsPage(study.rubric, study.pictures, keys)
        sights = Sights(looking_into(study.file), background, study.file.reveal)
        self.labeling = LabelingPage(session, sights, theme, keys)
        self.interlude = InterludePage(study.protocol.contact)
        issued, contact = study.issued_to is not None, study.protocol.contact
        self.thanks = ThanksPage(study.file.path, study.rubric.task, contact=contact, issued=issued)
        self.thanks.send_wanted.connect(self.send_wanted)
        self.comment = CommentDialog(host)
        self._warned = False
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
        self.labeling.let_go()
        self.comment.dismiss()
        self.comment.deleteLater()
        self.deleteLater()

    def may_leave(self) -> bool:
        """Whether all that was said is saved. Where it is not, say so, once: who leaves again then may."""
        if self.session.screen.saving:
            return False  # soon
        unsaved = self._unsaved()
        if unsaved is None or self._warned:
            return True
        self._warned = True
        self.labeling.footer.draw(self.session.screen)  # it may have said that something is being saved
        if self.comment.isVisible():
            self.comment.say(unsaved)
        else:
            (self._page_for(self.session.screen.step) or self.labeling).say(unsaved)
        return False

    def _unsaved(self) -> str | None:
        """Why something would be lost if the rater left now."""
        problem = self.session.screen.problem
        if self.comment.isVisible() and self.comment.words != self.session.screen.comment:
            return f"{problem} {texts.COMMENT_UNSAVED}" if problem else texts.COMMENT_UNSAVED
        return texts.UNSAVED.format(problem=problem) if problem else None

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
        self.comment.touched.connect(session.touched)
        self.comment.text.textChanged.connect(self._not_warned)

    def _draw(self, screen: Screen) -> None:
        self._not_warned()
        page = self._page_for(screen.step)
        if page is not None:
            page.draw(screen)
        self._draw_comment(screen)
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

    def _not_warned(self) -> None:
        """Something else would be lost now."""
        self._warned = False

    # ---- comments ------------------------------------------------------------------------------------------------

    def _ask_comment(self) -> None:
        screen = self.session.screen
        if screen.trial is not None and not screen.saving:  # else it would land on the trial that comes next
            self.comment.ask(screen.comment)

    def _comment(self, text: str) -> None:
        if self.session.screen.saving:
            return  # something else is on its way: these words wait for another Ctrl+Enter
        self.comment.wait()
        self.session.comment(text)
        self._draw_comment(self.session.screen)  # where it says what was said before, nothing is written

    def _draw_comment(self, screen: Screen) -> None:
        """Once the comment was handed in and is no longer on its way: it is saved, or it says why not."""
        if not self.comment.saving or screen.saving:
            return
        self.comment.say(screen.problem)
        if not screen.problem:
            self.comment.dismiss()
