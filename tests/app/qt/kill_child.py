"""Labels a real study in the real window by real key events until it is killed; says so after every screen."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtTest import QTest

from app.qt.application import application
from app.qt.opened import open_study
from app.qt.settings import Settings
from app.qt.window import Window
from app.session import Screen

KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_0)


def main(path: Path) -> None:
    program = application()
    own = QSettings(str(path.with_suffix(".ini")), QSettings.Format.IniFormat)
    window = Window(open_study(path), rater="ann", settings=Settings(own))
    window.show()
    keys = QTimer()

    def press() -> None:
        sitting, start = window.sitting, window.start
        if sitting is None:
            if start is not None and start.start.isEnabled():
                QTest.keyClick(start.name, Qt.Key.Key_Return)
                started()
            return
        screen = sitting.session.screen
        if screen.step in ("consent", "instructions"):
            page = sitting.consent if screen.step == "consent" else sitting.instructions
            QTest.keyClick(page, Qt.Key.Key_Return)
        elif sitting.labeling.ready:
            QTest.keyClick(sitting.labeling, KEYS[screen.done % len(KEYS)])

    def started() -> None:
        if window.labeling is None:
            QTimer.singleShot(0, started)
        else:
            window.labeling.drawn.connect(say)

    def say(screen: Screen) -> None:
        if screen.step == "trial" and not screen.saving:
            print(screen.done, flush=True)

    keys.timeout.connect(press)
    keys.start(0)
    sys.exit(program.exec())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
