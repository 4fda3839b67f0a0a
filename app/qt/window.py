"""The window's pages: from home to a study, to a rater at work, and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.errors import Fault
from app.qt.about import About
from app.qt.background import Background
from app.qt.frame import Frame
from app.qt.home_page import HomePage
from app.qt.in_use import InUse
from app.qt.keys import KeyMap
from app.qt.keys_dialog import KeysDialog
from app.qt.labeling_page import LabelingPage
from app.qt.menus import Doing, Menus
from app.qt.opened import OpenStudy, begin, open_study, read_study
from app.qt.password_dialog import PasswordDialog
from app.qt.raters_page import RatersPage
from app.qt.rubric_dialog import RubricDialog
from app.qt.sending import Sending
from app.qt.settings import Settings
from app.qt.sharing.showing import Sharing
from app.qt.showing_results import ShowingResults
from app.qt.sitting import Sitting
from app.qt.start_page import StartPage
from app.qt.texts import pages as texts
from app.qt.theme import Theme
from app.qt.whom import contact_line, with_contact
from app.session import Session
from app.status import RaterStatus, exclusions_of, study_status
from app.study.opening import Locked

if TYPE_CHECKING:
    from app.qt.results.page import ResultsPage

Statuses = tuple[RaterStatus, ...]


class Window(Frame):
    """One study at a time, or none.

    Args:
        study: what to begin with; None begins at home.
        background: the worker; the window's own where none is given.
        rater: a name to fill in on the start page.
        settings: recent studies and keys; the person's own where none are given.
    """

    def __init__(
        self,
        study: OpenStudy | None = None,
        background: Background | None = None,
        rater: str | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(background)
        self.settings = settings or Settings()
        self.keys = self.settings.keys()
        self.study: OpenStudy | None = None
        self.start: StartPage | None = None
        self.sitting: Sitting | None = None
        self.rubric: RubricDialog | None = None
        self._mark: InUse | None = None
        self._turning = 0  # how often another study, or this one anew, was asked for and is not there yet
        self.showing_results = ShowingResults(self)
        self.show_results = self.showing_results.show
        self.sharing = Sharing(self)
        self.sending = Sending(self)
        self.home = HomePage(self.background)
        self.home.open_wanted.connect(self.open)
        self.home.forget_wanted.connect(self._forget)
        self.home.choose_wanted.connect(self._choose)
        self.raters = RatersPage(self.theme)
        self.raters.refresh.connect(self.show_raters)
        self.raters.back.connect(self._start_again)
        self.password = PasswordDialog(self.pages)
        self.password.given.connect(lambda path, password: self.open(path, password=password))
        self.password.closed.connect(self.focus_page)
        self.pages.addWidget(self.home)
        self.pages.addWidget(self.raters)
        self.menus = self._build_menus()
        if study is None:
            self._show_home()
        else:
            self._show_study(study, rater)

    @property
    def labeling(self) -> LabelingPage | None:
        """The page with the trials, while a rater is at work."""
        return self.sitting.labeling if self.sitting is not None else None

    @property
    def results(self) -> ResultsPage | None:
        """The page with results, while it is shown."""
        return self.showing_results.page

    def turn_to(self, page: QWidget) -> None:
        """Show this page, and take away what is kept for nobody to come upon."""
        super().turn_to(page)
        if page is not self.results:
            self.showing_results.drop()
        if page is not self.sharing.page:
            self.sharing.drop()
        self.allow()

    def allow(self) -> None:
        """Raters and results may be looked at from where nobody labels; and nothing else begins while files go out."""
        free, page = not self.sharing.busy, self.pages.currentWidget()
        supervised = free and page is not None and page in (self.start, self.sharing.page)
        self.menus.allow(
            choose=free,
            study=free and self.study is not None,
            raters=supervised,
            share=(supervised and page is self.start) if self.study is None or self.study.issued_to is None else None,
            send=free and self.sending.rater is not None,
        )

    # ---- home, and a study ---------------------------------------------------------------------------------------

    def _show_home(self) -> None:
        self._put_away()
        self._release()
        self.study = None
        self.setWindowTitle(texts.HOME_TITLE)
        self.home.show_recent(self.settings.recent())
        self.turn_to(self.home)
        self.focus_page()

    def _show_study(self, study: OpenStudy, rater: str | None = None) -> None:
        self.home.rest()
        self._put_away()
        if self.study is None or self.study.file is not study.file:
            self._release()
            self._mark = InUse(study.file.path)
            self.settings.remember(study.file.path, contact_line(study.protocol.contact))
        elif self._mark is not None:
            self._mark.claim()  # the other window may have closed it
        self.study = study
        self.setWindowTitle(study.info.title)
        self.start = StartPage(study, rater, in_use=self._mark is not None and self._mark.elsewhere)
        self.start.begun.connect(self._begin)
        self.pages.addWidget(self.start)
        self.rubric = RubricDialog(self.pages, study.rubric, study.pictures, self.keys)
        self.rubric.closed.connect(self.focus_page)
        self.rubric.touched.connect(self._at_work)
        self.turn_to(self.start)

    def _put_away(self) -> None:
        """Take away all that belongs to a study."""
        self.sending.dismiss()
        pages: list[QWidget] = [self.start] if self.start is not None else []
        if self.sitting is not None:
            pages += self.sitting.pages
            self.sitting.end()
        if self.rubric is not None:
            self.rubric.dismiss()
            self.rubric.deleteLater()
        for page in pages:
            self.pages.removeWidget(page)
            page.deleteLater()
        self.start = self.sitting = self.rubric = None

    def _release(self) -> None:
        if self._mark is not None:
            self._mark.release()
        self._mark = None

    def open(self, path: Path, *, password: str | None = None) -> None:
        """Show the study at `path` instead; where it cannot be opened, say so and stay with what there is."""
        self.wait()
        self.background(lambda: open_study(path, password=password), partial(self._opened, path))

    def _opened(self, path: Path, outcome: OpenStudy | Fault) -> None:
        if isinstance(outcome, Locked):
            self.password.ask(path)
            self.turned()
        else:
            self.password.dismiss()
            if isinstance(outcome, Fault):
                outcome = with_contact(outcome, self.settings.contact(path))
            self._show_or_tell(outcome)

    def _show_or_tell(self, outcome: OpenStudy | Fault) -> None:
        self.turned()
        if isinstance(outcome, Fault):
            raise outcome  # the excepthook tells the person
        before = self.study
        if before is None or before.file is outcome.file:
            self._show_study(outcome)
        elif self.may_close():
            self._show_study(outcome)
            self.background(before.file.close, lambda done: None)  # behind whatever is still read from it
        else:
            self.background(outcome.file.close, lambda done: None)

    def wait(self) -> None:
        """No answer is given to a study that is about to go."""
        self._turning += 1
        self.pages.setEnabled(False)

    def turned(self) -> None:
        """One of those that were waited for is there."""
        self._turning -= 1
        self.pages.setEnabled(not self._turning)
        self.focus_page()

    def close_study(self) -> None:
        """Back home, once everything is saved; where the last answer was not, stay."""
        self.wait()
        self.background(lambda: None, lambda _: self._go_home())  # behind whatever is still written

    def _go_home(self) -> None:
        self.turned()
        study = self.study
        if study is not None and self.may_close():
            self._show_home()
            self.background(study.file.close, lambda done: None)

    # ---- a rater -------------------------------------------------------------------------------------------------

    def _begin(self, pseudonym: str) -> None:
        study = self.study
        if study is not None and self.start is not None:
            self.start.wait()
            self.background(
                lambda: begin(study.file, pseudonym, self.background), partial(self._begun, study, pseudonym)
            )

    def _begun(self, study: OpenStudy, pseudonym: str, session: Session | Fault) -> None:
        if self.study is not study or self.start is None:
            return  # the study was closed meanwhile
        if isinstance(session, Fault):
            self.start.say(str(session))
            self.focus_page()
            return
        name = " ".join(pseudonym.split())
        self.sitting = sitting = Sitting(session, name, study, self.background, self.theme, self.keys, self.pages)
        sitting.turned.connect(self.turn_to)
        sitting.rubric_wanted.connect(self._show_rubric)
        sitting.comment.closed.connect(self.focus_page)
        sitting.declined.connect(self._start_again)
        sitting.next_rater.connect(self._start_again)
        sitting.close_wanted.connect(self.close)
        sitting.send_wanted.connect(self.sending.save)
        for page in sitting.pages:
            self.pages.addWidget(page)
        session.show()

    def leave_page(self) -> None:
        """Back to where one came from: the study, or home where only results were shown."""
        if self.study is not None:
            self._start_again()
        else:
            self._show_home()

    def _start_again(self) -> None:
        """Back to the start page, for the next rater."""
        if self.study is not None:
            file = self.study.file
            self.wait()
            self.background(lambda: read_study(file), self._show_or_tell)

    def _at_work(self) -> None:
        """Whoever reads the rubric is at work."""
        if self.sitting is not None:
            self.sitting.session.touched()

    # ---- what the menus do ---------------------------------------------------------------------------------------

    def _build_menus(self) -> Menus:
        doing = Doing(
            choose=self._choose,
            open=self.open,
            recent=self.settings.recent,
            close_study=self.close_study,
            leave=self.close,
            instructions=self._show_rubric,
            raters=self.show_raters,
            results=self.showing_results.ask,
            share=self.sharing.show,
            send=self.sending.save,
            keys=self._edit_keys,
            full_screen=self.toggle_full_screen,
            write=self.sending.write,
            about=lambda: About(self).open(),
        )
        return Menus(self.menuBar(), doing)

    def _choose(self) -> None:
        folder = self.study.file.path.resolve().parent if self.study is not None else Path.home()
        name, _ = QFileDialog.getOpenFileName(self, texts.OPEN_TITLE, str(folder), texts.OPEN_FILTER)
        if name:
            self.open(Path(name))

    def _forget(self, path: Path) -> None:
        self.settings.forget(path)
        self.home.show_recent(self.settings.recent())
        self.focus_page()

    def _show_rubric(self) -> None:
        if self.rubric is not None:
            self.rubric.show_rubric()

    def show_raters(self) -> None:
        """Read how raters are doing, and show it, unless somebody labels."""
        study = self.study
        if study is not None and self.sitting is None:
            self.background(lambda: study_status(study.file), partial(self._show_raters, study))

    def _show_raters(self, study: OpenStudy, statuses: Statuses | Fault) -> None:
        if self.study is not study or self.sitting is not None:
            return  # another study was opened meanwhile, or somebody has begun
        if isinstance(statuses, Fault):
            raise statuses  # the excepthook tells the person
        self.raters.draw(statuses, exclusions_of(statuses, study.protocol.exclusion), study.info.title)
        self.turn_to(self.raters)

    def _edit_keys(self) -> None:
        dialog = KeysDialog(self.keys, self)
        dialog.changed.connect(self._set_keys)
        dialog.open()

    def _set_keys(self, keys: KeyMap) -> None:
        self.keys = keys
        self.settings.set_keys(keys)
        if self.sitting is not None:
            self.sitting.set_keys(keys)
        if self.rubric is not None:
            self.rubric.set_keys(keys)

    # ---- what the frame asks -------------------------------------------------------------------------------------

    def takes(self, paths: Sequence[Path]) -> bool:
        """A study to open; where one is open that files can come back to, any files. Nothing while somebody labels."""
        if self.sitting is not None or self._turning or self.sharing.busy:
            return False
        return self.sharing.allowed or super().takes(paths)

    def take(self, paths: Sequence[Path]) -> None:
        """Look at what was dropped, or open it."""
        if self.sharing.allowed:
            self.sharing.show(paths)
        else:
            super().take(paths)

    def held_over(self, *, over: bool) -> None:
        """The place to drop files onto lights up."""
        self.home.first.light(over=over)
        if self.sharing.page is not None:
            self.sharing.page.collecting.light(over=over)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what is being computed, wait for its thread, then close as ever."""
        if self.showing_results.holds_up_closing():
            event.ignore()
        else:
            super().closeEvent(event)

    def theme_changed(self, theme: Theme) -> None:
        """Some parts paint by themselves."""
        self.raters.set_theme(theme)
        if self.results is not None:
            self.results.set_theme(theme)
        if self.sitting is not None:
            self.sitting.set_theme(theme)

    def waits_to_close(self) -> None:
        """The labeling page says that it is saving."""
        self.home.rest()
        self.sharing.stop()
        if self.labeling is not None:
            self.labeling.say_saving()

    def may_close(self) -> bool:
        """All that the rater said is saved, or they were told that it is not."""
        if self.sitting is None or self.sitting.may_leave():
            return self.sharing.may_leave()
        if self.rubric is not None:
            self.rubric.dismiss()  # what they are told is below it
        return False

    def closed(self) -> None:
        """Close the study."""
        self.showing_results.computing.stop()
        self._release()
        if self.study is not None:
            self.study.file.close()
