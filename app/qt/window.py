"""The window: three pages, a small menu, and a close that loses nothing."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QMessageBox, QStackedWidget, QWidget

from app.errors import Fault
from app.qt.background import Background
from app.qt.labeling_page import LabelingPage
from app.qt.opened import OpenStudy, begin, open_study, people
from app.qt.sights import Sights, looking_into
from app.qt.start_page import StartPage
from app.qt.thanks_page import ThanksPage
from app.qt.theme import system_theme
from app.session import Screen, Session


class Window(QMainWindow):
    """One study at a time, from the first page to the last."""

    def __init__(self, study: OpenStudy, background: Background | None = None, rater: str | None = None) -> None:
        super().__init__()
        self.background = background or Background(self)
        self.background.idle.connect(self._idle)
        self._closing = False
        self.theme = system_theme()
        self._session: Session | None = None
        self.labeling: LabelingPage | None = None
        self.pages = QStackedWidget()
        self.setCentralWidget(self.pages)
        self.setMinimumSize(880, 600)
        self.resize(1280, 860)
        self._build_menu()
        self._apply_theme()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._theme_changed)
        self._show_study(study, rater)

    # ---- from page to page ---------------------------------------------------------------------------------------

    def _show_study(self, study: OpenStudy, rater: str | None = None) -> None:
        self.study = study
        self._session = None
        self.setWindowTitle(study.info.title)
        while page := self.pages.currentWidget():
            self.pages.removeWidget(page)
            page.deleteLater()
        self.labeling = None
        self.start = StartPage(study, rater)
        self.start.begun.connect(self._begin)
        self.thanks = ThanksPage(study.file.path)
        self.thanks.undo.connect(self._undo)
        self.thanks.next_rater.connect(self._next_rater)
        self.thanks.close_wanted.connect(self.close)
        self.pages.addWidget(self.start)
        self.pages.addWidget(self.thanks)
        self._turn_to(self.start)

    def _begin(self, pseudonym: str) -> None:
        self.start.wait()
        file = self.study.file
        self.background(lambda: begin(file, pseudonym, self.background), self._begun)

    def _begun(self, session: Session | Fault) -> None:
        if isinstance(session, Fault):
            self.start.say(str(session))
            return
        self._session = session
        self.labeling = LabelingPage(session, Sights(looking_into(self.study.file), self.background), self.theme)
        self.labeling.drawn.connect(self._drawn)
        self.pages.addWidget(self.labeling)
        session.show()

    def _drawn(self, screen: Screen) -> None:
        if screen.trial is None:
            self.thanks.draw(screen)
            self._turn_to(self.thanks)
        elif self.labeling is not None:
            self._turn_to(self.labeling)

    def _turn_to(self, page: QWidget) -> None:
        if self.pages.currentWidget() is not page or page is self.start:
            self.pages.setCurrentWidget(page)
            page.setFocus()

    def _undo(self) -> None:
        if self._session is not None:
            self._session.undo()

    def _next_rater(self) -> None:
        file, study = self.study.file, self.study
        self.background(lambda: OpenStudy(file, study.info, study.rubric, people(file)), self._show_or_tell)

    # ---- the menu ------------------------------------------------------------------------------------------------

    def _build_menu(self) -> None:
        file = self.menuBar().addMenu("&File")
        file.addAction("&Open study…", QKeySequence.StandardKey.Open, self._choose)
        file.addSeparator()
        file.addAction("&Close", QKeySequence.StandardKey.Close, self.close)
        self.menuBar().addMenu("&Help").addAction("&About Neuron Jury", self._about)

    def _choose(self) -> None:
        folder = str(self.study.file.path.resolve().parent)
        name, _ = QFileDialog.getOpenFileName(self, "Open study", folder, "Studies (*.jury);;All files (*)")
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Show the study at `path` instead; where it cannot be opened, say so and stay with this one."""
        self.pages.setEnabled(False)  # no answer is given to a study that is about to go
        self.background(lambda: open_study(path), self._show_or_tell)

    def _show_or_tell(self, outcome: OpenStudy | Fault) -> None:
        self.pages.setEnabled(True)
        if isinstance(outcome, Fault):
            self.pages.currentWidget().setFocus()
            raise outcome  # the excepthook tells the person
        before = self.study.file
        self._show_study(outcome)
        if before is not outcome.file:
            self.background(before.close, lambda done: None)  # behind whatever is still read from it

    def _about(self) -> None:
        box = QMessageBox(self)
        box.setWindowTitle("About Neuron Jury")
        box.setIconPixmap(QApplication.windowIcon().pixmap(64, 64))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"Neuron Jury {_version()}")
        box.setInformativeText("Measures how far people agree that a neuron detects what it is said to detect.")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # ---- closing -------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait for what is being written; the window says so meanwhile."""
        if self.background.pending:
            event.ignore()
            self._closing = True
            self.pages.setEnabled(False)
            if self.labeling is not None:
                self.labeling.say_saving()
            return
        self.background.stop()
        self.study.file.close()
        event.accept()

    def _idle(self) -> None:
        if not self._closing:
            return
        self._closing = False
        self.pages.setEnabled(True)
        self.pages.currentWidget().setFocus()
        if self._session is None or self._session.screen.problem is None:
            self.close()  # else the last answer was not saved: the rater decides

    # ---- light and dark ------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Follow the system from light to dark and back; Qt tells of it here, and not in `changeEvent`."""
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._theme_changed()
        return super().event(event)

    def _theme_changed(self) -> None:
        if system_theme() != self.theme:
            self.theme = system_theme()
            self._apply_theme()

    def _apply_theme(self) -> None:
        self.setPalette(self.theme.palette())
        self.setStyleSheet(self.theme.style_sheet(QApplication.font().pointSizeF()))
        if self.labeling is not None:
            self.labeling.evidence.set_theme(self.theme)


def _version() -> str:
    try:
        return version("neuron-jury")
    except PackageNotFoundError:
        return "(not installed)"
