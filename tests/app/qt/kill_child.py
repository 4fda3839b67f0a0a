"""Labels a real study in the real window by real key events until it is killed; says so after every screen."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from app.qt.application import application
from app.qt.opened import open_study
from app.qt.window import Window
from app.session import Screen

KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_0)


def main(path: Path) -> None:
    program = application()
    window = Window(open_study(path), rater="ann")
    window.show()
    keys = QTimer()

    def press() -> None:
        page = window.labeling
        if page is None:
            if window.start.start.isEnabled():
                QTest.keyClick(window.start.name, Qt.Key.Key_Return)
                started()
        elif page.ready:
            QTest.keyClick(page, KEYS[page.progress.value() % len(KEYS)])

    def started() -> None:
        if window.labeling is None:
            QTimer.singleShot(0, started)
        else:
            window.labeling.drawn.connect(say)

    def say(screen: Screen) -> None:
        if not screen.saving:
            print(screen.done, flush=True)

    keys.timeout.connect(press)
    keys.start(0)
    sys.exit(program.exec())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
