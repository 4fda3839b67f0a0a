"""Files for raters: for new ones, once more for one whose file was lost, and for whoever takes over."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.errors import Fault
from app.qt.sharing import work
from app.qt.sharing.files_written import FilesWritten
from app.qt.sharing.jobs import Job, Jobs
from app.qt.sharing.new_raters import NewRaters
from app.qt.sharing.raters_there import RatersThere
from app.qt.sharing.work import Place, Situation, Written
from app.qt.texts import sharing as texts
from app.qt.words import Column
from app.study.contacts import CONTACTS
from app.study.file import StudyFile

_MARGIN, _LINES = 16, 1.5
_FOLDER = "handed-out"


class HandOutTab(QScrollArea):
    """A form for new raters, the files that were written, and what can be done for raters who are there.

    Args:
        study: whose raters they are.
        jobs: does what takes long.
    """

    changed = Signal()
    """Raters were added, or are gone."""
    said = Signal(str)
    wrong = Signal(str)

    def __init__(self, study: StudyFile, jobs: Jobs) -> None:
        super().__init__()
        self._study, self._jobs = study, jobs
        self.new = NewRaters(study.path.resolve().parent / _FOLDER)
        self.new.write_wanted.connect(self._write)
        self.written = FilesWritten()
        self.written.rest_wanted.connect(self._write_rest)
        self.there = RatersThere()
        self.there.again_wanted.connect(self._write_again)
        self.there.give_wanted.connect(self._give)
        self.there.forget_wanted.connect(self._forget)
        self._lay_out()

    def show_situation(self, found: Situation) -> None:
        """Offer what can be done in this study."""
        self.new.show_situation(found)
        self.there.show_situation(found)

    def _write(self) -> None:
        def job(place: Place) -> Job[Written]:
            return partial(work.hand_out_files, self._study, self.new.asked_names(), place)

        self._write_to(job, self._list)

    def _write_rest(self) -> None:
        self._write_to(lambda place: partial(work.write_files, self._study, self.written.missing, place), self._list)

    def _write_again(self, name: str) -> None:
        def then(place: Place, written: Written) -> None:
            told = texts.AGAIN_DONE.format(name=written.files[0].path.name) if written.files else ""
            self._list_as(told, place, written)

        self._write_to(lambda place: partial(work.write_again, self._study, name, place), then)

    def _give(self, gone: str, new: str) -> None:
        def then(place: Place, written: Written) -> None:
            if not written.files:
                self._list(place, written)
                return
            (file,) = written.files
            told = texts.GIVEN.format(trials=file.trials, gone=gone, new=file.rater.pseudonym, name=file.path.name)
            self._list_as(told, place, written)

        self._write_to(lambda place: partial(work.give_rest, self._study, gone, new, place), then)

    def _forget(self, name: str) -> None:
        def then(count: int) -> None:
            self.written.hide()
            self.said.emit(texts.FORGOTTEN.format(name=name, count=count))
            self.changed.emit()

        self._jobs.do(partial(work.forget, self._study, name), then)

    def _write_to(self, job: Callable[[Place], Job[Written]], then: Callable[[Place, Written], None]) -> None:
        try:
            place = Place(self.new.out(), self.new.chosen_password())
            do = job(place)
        except Fault as fault:
            self.wrong.emit(str(fault))
            return
        self._jobs.do(do, partial(then, place), writes=True)

    def _list(self, place: Place, written: Written) -> None:
        count = len(written.files)
        told = texts.DONE_ONE.format(name=written.files[0].path.name) if count == 1 else texts.DONE.format(count=count)
        self._list_as(told + texts.CONTACTS.format(contacts=CONTACTS) if count else "", place, written)

    def _list_as(self, told: str, place: Place, written: Written) -> None:
        if not written.files and not written.missing:
            self.said.emit(texts.STOPPED)
            return
        fewer = sum(file.unrepeated for file in written.files)
        more = (texts.FEWER.format(count=fewer) if fewer else "") + (f" {written.foretold}" if written.foretold else "")
        self.written.show_written(written, told + more, place.folder)
        if written.why:
            self.wrong.emit(written.why)
        self.changed.emit()
        self.verticalScrollBar().setValue(0)

    def _lay_out(self) -> None:
        column = Column(2 * _MARGIN, lines=_LINES)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(_MARGIN, 14, _MARGIN, 14)
        rows.setSpacing(14)
        for part in (self.written, self.new, self.there):
            rows.addWidget(part)
        rows.addStretch(1)
        inside = QWidget()
        across = QHBoxLayout(inside)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(column, 1000)
        across.addStretch(1)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)
        self.setFocusProxy(self.new.count)
