"""Draws the labeling page with nobody before it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QApplication, QMainWindow

from app.qt.application import qt_application
from app.qt.background import here_and_now
from app.qt.labeling_page import LabelingPage
from app.qt.opened import OpenStudy, open_study
from app.qt.sights import Sights, looking_into
from app.qt.theme import system_theme
from app.session import Session
from app.study.records import Event, Kind, Trial


class _NoLog:
    """A log that keeps nothing: a picture answers nothing."""

    events: Sequence[Event] = ()

    def append(self, trial: Trial, kind: Kind, answer: str | None, milliseconds: int) -> None:
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
        window.setStyleSheet(theme.style_sheet(QApplication.font().pointSizeF()))
        session = _a_session(study)
        page = LabelingPage(session, Sights(looking_into(study.file), here_and_now), theme)
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
    """A rater's, where they stopped; else one in the middle of nobody's trials."""
    for person in study.people:
        if person.done < person.total:
            rater = person.rater
            return Session(study.file.trials(rater), study.rubric, _ReadLog(study.file.events(rater)))
    stimuli = study.file.stimuli(study.file.units()[0].number)
    trials = [Trial(str(place), place, s.id, s.unit, "blind", 1) for place, s in enumerate(stimuli, 1)]
    session = Session(trials, study.rubric, _NoLog())
    for _ in trials[: len(trials) // 10]:
        session.answer(study.rubric.names[0])
    return session
