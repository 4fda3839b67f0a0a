"""The window's pages: from home to a study, to a rater at work, and back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

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
from app.qt.raters_page import RatersPage
from app.qt.rubric_dialog import RubricDialog
from app.qt.settings import Settings
from app.qt.sitting import Sitting
from app.qt.start_page import StartPage
from app.qt.texts import pages as texts
from app.qt.texts import results as results_texts
from app.qt.theme import Theme
from app.session import Session
from app.status import RaterStatus, exclusions_of, study_status

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
        self.computing = Background(self)  # of results: while they are computed, the study's own worker stays free
        self.computing.idle.connect(self._computed)
        self._waits_for_computing = False
        self.results: ResultsPage | None = None
        self.asked_results: QMessageBox | None = None
        self.home = HomePage(self.background)
        self.home.open_wanted.connect(self.open)
        self.home.forget_wanted.connect(self._forget)
        self.home.choose_wanted.connect(self._choose)
        self.raters = RatersPage(self.theme)
        self.raters.refresh.connect(self._read_raters)
        self.raters.back.connect(self._start_again)
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

    def turn_to(self, page: QWidget) -> None:
        """Show this page; how raters do may be looked at from the start page alone, where nobody labels."""
        super().turn_to(page)
        if page is not self.results:
            self._drop_results()
        self.menus.allow(study=self.study is not None, raters=page is self.start)

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
            self.settings.remember(study.file.path)
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

    def open(self, path: Path) -> None:
        """Show the study at `path` instead; where it cannot be opened, say so and stay with what there is."""
        self._wait()
        self.background(lambda: open_study(path), self._show_or_tell)

    def _show_or_tell(self, outcome: OpenStudy | Fault) -> None:
        self._turned()
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

    def _wait(self) -> None:
        """No answer is given to a study that is about to go."""
        self._turning += 1
        self.pages.setEnabled(False)

    def _turned(self) -> None:
        """One of those that were waited for is there."""
        self._turning -= 1
        self.pages.setEnabled(not self._turning)
        self.focus_page()

    def close_study(self) -> None:
        """Back home, once everything is saved; where the last answer was not, stay."""
        self._wait()
        self.background(lambda: None, lambda _: self._go_home())  # behind whatever is still written

    def _go_home(self) -> None:
        self._turned()
        study = self.study
        if study is not None and self.may_close():
            self._show_home()
            self.background(study.file.close, lambda done: None)

    # ---- a rater -------------------------------------------------------------------------------------------------

    def _begin(self, pseudonym: str) -> None:
        study = self.study
        if study is not None and self.start is not None:
            self.start.wait()
            self.background(lambda: begin(study.file, pseudonym, self.background), partial(self._begun, study))

    def _begun(self, study: OpenStudy, session: Session | Fault) -> None:
        if self.study is not study or self.start is None:
            return  # the study was closed meanwhile
        if isinstance(session, Fault):
            self.start.say(str(session))
            self.focus_page()
            return
        self.sitting = sitting = Sitting(session, study, self.background, self.theme, self.keys, self.pages)
        sitting.turned.connect(self.turn_to)
        sitting.rubric_wanted.connect(self._show_rubric)
        sitting.comment.closed.connect(self.focus_page)
        sitting.declined.connect(self._start_again)
        sitting.next_rater.connect(self._start_again)
        sitting.close_wanted.connect(self.close)
        for page in sitting.pages:
            self.pages.addWidget(page)
        session.show()

    def _start_again(self) -> None:
        """Back to the start page, for the next rater."""
        if self.study is not None:
            file = self.study.file
            self._wait()
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
            raters=self._read_raters,
            results=self._ask_for_results,
            keys=self._edit_keys,
            full_screen=self.toggle_full_screen,
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

    def _read_raters(self) -> None:
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

    # ---- results -------------------------------------------------------------------------------------------------

    def show_results(self, path: Path, unit: str | None = None) -> None:
        """Compute and show the results of the study at `path`; the unit's, the first where None."""
        self._wait()
        self.background(_results_page, partial(self._open_results, path, unit))

    def _ask_for_results(self) -> None:
        """Whoever still labels should not see them: ask."""
        study = self.study
        if study is None or self.sitting is not None:
            return
        box = QMessageBox(QMessageBox.Icon.Question, results_texts.ASK_TITLE, results_texts.ASK, parent=self)
        show = box.addButton(results_texts.ASK_SHOW, QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(results_texts.ASK_CANCEL, QMessageBox.ButtonRole.RejectRole))
        show.clicked.connect(lambda: self.show_results(study.file.path))
        box.finished.connect(box.deleteLater)
        self.asked_results = box
        box.open()

    def _open_results(self, path: Path, unit: str | None, page: type[ResultsPage] | Fault) -> None:
        self._turned()
        if isinstance(page, Fault) or self.sitting is not None:
            return  # what went wrong was told; or somebody has begun
        self._drop_results()
        self.results = results = page(path, unit, self.theme, self.computing, self.background)
        results.back.connect(self._leave_results)
        self.pages.addWidget(results)
        self.turn_to(results)
        results.start()

    def _leave_results(self) -> None:
        if self.study is not None:
            self._start_again()
        else:
            self._show_home()

    def _drop_results(self) -> None:
        """Nothing of them is kept: whoever labels next shall find nothing."""
        results, self.results = self.results, None
        if results is not None:
            results.leave()
            self.pages.removeWidget(results)
            results.deleteLater()

    def _computed(self) -> None:
        if self._waits_for_computing:
            self._waits_for_computing = False
            self.setEnabled(True)
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what is being computed, wait for its thread, then close as ever."""
        if not self.computing.pending:
            super().closeEvent(event)
            return
        event.ignore()
        self._waits_for_computing = True
        self.setEnabled(False)
        if self.results is not None:
            self.results.leave()

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
        if self.labeling is not None:
            self.labeling.say_saving()

    def may_close(self) -> bool:
        """All that the rater said is saved, or they were told that it is not."""
        if self.sitting is None or self.sitting.may_leave():
            return True
        if self.rubric is not None:
            self.rubric.dismiss()  # what they are told is below it
        return False

    def closed(self) -> None:
        """Close the study."""
        self.computing.stop()
        self._release()
        if self.study is not None:
            self.study.file.close()


def _results_page() -> type[ResultsPage]:
    """The page, imported when it is wanted, in the worker: what it computes with takes a second or two to load."""
    from app.qt.results.page import ResultsPage

    return ResultsPage
