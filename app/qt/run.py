"""Opens a study, or none yet, in a window. Importing this imports no Qt: a missing library becomes one clear line."""

from __future__ import annotations

import signal
from pathlib import Path

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
    except ImportError as error:
        raise missing_library(error) from error
    study = open_study(path) if path is not None else None
    program = application()
    # Ctrl+C in the terminal ends the program at once; every answer that moved the screen on is on disk.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window = Window(study, rater=rater)
    window.show()
    return program.exec()
