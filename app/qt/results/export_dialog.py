"""Writes the report into a folder that the person chooses."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from app.qt.background import Background
from app.qt.stoppable import Stoppable
from app.qt.texts import results as texts
from app.qt.words import button, words
from app.results import report_study

_WIDTH = 46
"""Of the dialog, in lines of text."""
_COLUMNS = 2
"""Of the list of what is written."""


class ExportDialog(QDialog):
    """Asks where to and what, writes it in the worker, and offers to open what was written.

    Args:
        path: the study file.
        unit: the unit to report on.
        computing: where the report is computed and written.
        parent: the window or page that it belongs to.
    """

    def __init__(self, path: Path, unit: str, computing: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self._path, self._unit = path, unit
        self.page: Path | None = None
        self.setWindowTitle(texts.EXPORT_TITLE)
        self.task = Stoppable(computing, self)
        self.task.progressed.connect(self._go_on)
        self.task.done.connect(self._written)
        self.task.failed.connect(self._fail)
        self.task.stopped.connect(lambda: self._rest(texts.EXPORT_STOPPED))
        self.folder = QLineEdit(str(path.resolve().with_name(f"{path.stem}-report")))
        self.folder.setAccessibleName(texts.EXPORT_FOLDER)
        self.to_choose = button(texts.EXPORT_CHOOSE, self._choose)
        self.anonymous = QCheckBox(texts.EXPORT_ANONYMOUS)
        self.parts = {name: QCheckBox(text) for name, text in texts.EXPORT_PARTS.items()}
        self.told = words("", "body")
        self.problem = words("", "alarm")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(texts.EXPORT_PROGRESS)
        self.to_start = button(texts.EXPORT_START, self.start, main=True)
        self.to_open = button(texts.EXPORT_OPEN_PAGE, self._open_page, main=True)
        self.to_show = button(texts.EXPORT_SHOW_FOLDER, self._show_folder)
        self.to_close = button(texts.EXPORT_CLOSE, self.reject)
        self._lay_out()
        self._rest("")

    def start(self) -> None:
        """Write what is chosen."""
        chosen = [name for name, box in self.parts.items() if box.isChecked()]
        folder = self.folder.text().strip()
        if not chosen or not folder:
            self._fail(texts.EXPORT_NOTHING if folder else texts.EXPORT_NO_FOLDER)
            return
        self.problem.hide()
        self.told.setText(texts.WORKING)
        self.bar.setRange(0, 0)
        self._work(at_work=True)
        self.to_close.setFocus()
        write = partial(
            report_study,
            self._path,
            Path(folder).expanduser(),
            unit_name=self._unit,
            anonymous=self.anonymous.isChecked(),
            only=chosen,
        )
        self.task.start(write)

    def reject(self) -> None:
        """Stop what is under way, and stay; close where nothing is."""
        if self.task.busy:
            self.task.stop()
        else:
            super().reject()

    def leave(self) -> None:
        """Stop and close at once."""
        self.task.drop()
        super().reject()

    # ---- what the worker says ------------------------------------------------------------------------------------

    def _go_on(self, step: str, done: int, total: int) -> None:
        self.told.setText(texts.OF.format(step=step, done=done, total=total))
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _written(self, page: object) -> None:
        self._rest(texts.EXPORT_DONE.format(folder=self.folder.text().strip()))
        self.page = page if isinstance(page, Path) else None
        self.to_start.setVisible(False)
        self.to_show.setVisible(True)
        whole = self.page is not None and self.page.suffix == ".html"
        self.to_open.setVisible(whole)
        (self.to_open if whole else self.to_show).setFocus()

    def _fail(self, why: str) -> None:
        self._rest("")
        self.problem.setText(texts.WARNING.format(warning=why))
        self.problem.show()
        self._make_room()

    def _rest(self, told: str) -> None:
        """Nothing is under way."""
        self.told.setText(told)
        self.problem.hide()
        self._work(at_work=False)

    def _work(self, *, at_work: bool) -> None:
        for widget in (self.folder, self.to_choose, self.anonymous, *self.parts.values(), self.to_start):
            widget.setEnabled(not at_work)
        self.bar.setVisible(at_work)
        self.to_close.setText(texts.CANCEL if at_work else texts.EXPORT_CLOSE)
        self.to_start.setVisible(True)
        for made in (self.to_open, self.to_show):
            made.setVisible(False)
        self._make_room()

    def _make_room(self) -> None:
        """Be high enough for all there is: Qt would sooner cut the boxes than a label that may break."""
        self._rows.activate()
        self.resize(self.width(), max(self.height(), self._rows.totalHeightForWidth(self.width())))

    # ---- what the buttons do -------------------------------------------------------------------------------------

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, texts.EXPORT_CHOOSE_TITLE, str(self._path.resolve().parent))
        if folder:
            self.folder.setText(folder)

    def _open_page(self) -> None:
        if self.page is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.page)))

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.folder.text().strip()).expanduser())))

    def _lay_out(self) -> None:
        self.ensurePolished()
        self.setMinimumWidth(_WIDTH * self.fontMetrics().height())
        where, what, below = QHBoxLayout(), QGridLayout(), QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self.to_choose)
        for place, box in enumerate(self.parts.values()):
            box.setChecked(True)
            what.addWidget(box, place // _COLUMNS, place % _COLUMNS)
        below.addStretch(1)
        for made in (self.to_close, self.to_show, self.to_open, self.to_start):
            made.setAutoDefault(made.property("role") == "main")
            below.addWidget(made)
        self.to_choose.setAutoDefault(False)
        self._rows = layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(words(texts.EXPORT_LEAD.format(unit=self._unit)))
        layout.addWidget(words(texts.EXPORT_FOLDER, "heading"))
        layout.addLayout(where)
        layout.addWidget(words(texts.EXPORT_WHAT, "heading"))
        layout.addLayout(what)
        layout.addWidget(self.anonymous)
        for part in (self.told, self.bar, self.problem):
            layout.addWidget(part)
        layout.addLayout(below)
