"""Opens a study, or none yet, in a window. Importing this imports no Qt: a missing library becomes one clear line."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from app.errors import Fault
from app.qt.libraries import check_display, missing_library


def label(path: Path | None = None, rater: str | None = None) -> int:
    """Open the study at `path`, or the list of recent ones, and run until the window is closed.

    Returns:
        The exit code of the program.

    Raises:
        Fault: the study cannot be opened, or there is no screen or system library for the window.
    """
    check_display()
    try:
        from app.qt.application import application
        from app.qt.opened import open_study
        from app.qt.window import Window
        from app.study.opening import Locked
    except ImportError as error:
        raise missing_library(error) from error
    study, locked = None, None
    try:
        study = open_study(path) if path is not None else None
    except Locked:
        locked = path
    program = application()
    # Ctrl+C in the terminal ends the program at once; every answer that moved the screen on is on disk.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window = Window(study, rater=rater)
    window.show()
    if locked is not None:
        window.open(locked)  # which asks for the password
    return program.exec()


def annotate(path: Path | None = None) -> int:
    """As `label`, for a person with no terminal: what is wrong with the file is told in the window.

    Returns:
        The exit code of the program.

    Raises:
        Fault: there is no screen or system library for the window.
    """
    check_display()
    try:
        from app.qt.application import application
        from app.qt.opened import open_study
        from app.qt.whom import with_contact
        from app.qt.window import Window
        from app.study.opening import Locked
    except ImportError as error:
        raise missing_library(error) from error
    program = application()
    study = wrong = None
    try:
        study = open_study(path) if path is not None else None
        window = Window(study)
    except Exception as error:  # a bug of ours too: nobody sees what would go to a terminal
        wrong = error
        if study is not None:
            study.file.close()
        window = Window()
    window.show()
    if isinstance(wrong, Locked) and path is not None:
        window.open(path)  # which asks for the password
    elif isinstance(wrong, Fault) and path is not None:
        sys.excepthook(Fault, with_contact(wrong, window.settings.contact(path)), None)
    elif wrong is not None:
        sys.excepthook(type(wrong), wrong, wrong.__traceback__)
    return program.exec()


def selftest() -> None:
    """Label a small study in a window that nobody sees.

    Raises:
        Fault: what of the program does not work.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from app.qt.selftest import label_specimen
    except ImportError as error:
        raise missing_library(error) from error
    label_specimen()


def results(path: Path, unit: str | None = None) -> int:
    """Open the window on the results of the study at `path`, and run until it is closed. The file is only read.

    Args:
        path: the study file.
        unit: whose results; the study's first where None.

    Returns:
        The exit code of the program.

    Raises:
        Fault: the file is no study, or there is no screen or system library for the window.
    """
    check_display()
    try:
        from app.qt.application import application
        from app.qt.window import Window
    except ImportError as error:
        raise missing_library(error) from error
    from app.study.file import StudyFile

    StudyFile.open(path, writable=False).close()  # what is wrong with the file is told where it was named
    program = application()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window = Window()
    window.show_results(path, unit)
    window.show()
    return program.exec()
