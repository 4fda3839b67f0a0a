"""Draws the labeling page with nobody before it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QMainWindow

from app.qt.application import qt_application
from app.qt.background import here_and_now
from app.qt.keys import KeyMap
from app.qt.labeling_page import LabelingPage
from app.qt.opened import OpenStudy, open_study
from app.qt.sights import Sights, looking_into
from app.qt.theme import points_in, system_theme
from app.session import Session
from app.study.events import Entry, Event
from app.study.file import StudyFile
from app.study.records import Task, Trial


class _NoLog:
    """A log that keeps nothing: a picture answers nothing."""

    events: Sequence[Event] = ()

    def append(self, entry: Entry) -> None:
        """Nothing is written."""


class _ReadLog(_NoLog):
    def __init__(self, events: Sequence[Event]) -> None:
        self.events = events


def write_page(path: Path, out: Path, size: tuple[int, int]) -> bool:
    """Draw the page into a PNG file; False where it could not be written."""
    return QImageWriter(str(out), QByteArray(b"png")).write(draw_page(path, size))


def draw_page(path: Path, size: tuple[int, int]) -> QImage:
    """The labeling page at a trial, as an image; the study is opened for reading only."""
    qt_application()
    study = open_study(path, writable=False)
    try:
        window = QMainWindow()
        theme = system_theme()
        window.setPalette(theme.palette())
        window.setStyleSheet(theme.style_sheet(points_in(QSize(*size))))
        session = _a_session(study)
        sights = Sights(looking_into(study.file), here_and_now, study.file.reveal)
        page = LabelingPage(session, sights, theme, KeyMap())
        window.setCentralWidget(page)
        window.resize(*size)
        session.show()
        window.ensurePolished()
        image = window.grab().toImage()
        window.deleteLater()
        return image
    finally:
        study.file.close()


def _a_session(study: OpenStudy) -> Session:
    """A rater's, where they stopped, past consent, practice and breaks; else one at the first of nobody's trials."""
    file = study.file
    trials, log = _trials_of_nobody(file, study.rubric.task), _NoLog()
    for person in study.people:
        if person.done < person.total:
            trials = [trial for trial in file.trials(person.rater) if trial.kind != "practice"]
            log = _ReadLog(file.events(person.rater))
            break
    session = Session(trials, study.rubric, log)
    session.go_on()
    return session


def _trials_of_nobody(file: StudyFile, task: Task) -> list[Trial]:
    unit = file.units()[0].number
    if task == "which_one":
        shown: list[tuple[str | None, str | None]] = [
            (min(pair.first, pair.second), max(pair.first, pair.second)) for pair in file.pairs()
        ]
    elif task == "name_it":
        shown = [(None, None)]
    else:
        shown = [(stimulus.id, None) for stimulus in file.stimuli(unit)]
    return [Trial(str(place), place, one, unit, "blind", 1, other=other) for place, (one, other) in enumerate(shown, 1)]
