"""The QApplication, and what the person is told when something goes wrong in the program."""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox

from app.assets import resource
from app.errors import Fault

_SWITCH_SECONDS = 0.0005
"""How long the thread that writes an answer waits at most while the window's thread runs Python."""
_ICON_SIZES = (16, 32, 48, 64, 128, 256)


def application() -> QApplication:
    """The one QApplication, made ready; from here on nothing goes wrong unsaid."""
    program = qt_application()
    hook = Telling(program)
    sys.excepthook = hook.tell
    threading.excepthook = lambda args: hook.tell(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
    return program


def qt_application() -> QApplication:
    """The QApplication with its name, look and icon, made where there is none."""
    program = QApplication.instance()
    if not isinstance(program, QApplication):
        program = QApplication(["neuronjury"])
        sys.setswitchinterval(_SWITCH_SECONDS)
        program.setStyle("Fusion")  # the same on every system, and it follows the system's light or dark
    program.setApplicationName("Neuron Jury")
    program.setApplicationDisplayName("Neuron Jury")
    QGuiApplication.setDesktopFileName("neuronjury")
    program.setWindowIcon(icon())
    return program


def icon() -> QIcon:
    """The program's icon, from one drawing, in the sizes that systems ask for."""
    renderer = QSvgRenderer(str(resource("window", "icon.svg")))
    made = QIcon()
    for size in _ICON_SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        made.addPixmap(QPixmap.fromImage(image))
    return made


class Telling(QObject):
    """Tells a person of what nobody caught: a fault in its own words, a bug with its details."""

    _happened = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.box: QMessageBox | None = None
        self._happened.connect(self._show)  # from another thread this waits for the window's

    def tell(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take the place of `sys.excepthook`; may be called from any thread."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        if not isinstance(error, Fault) and sys.stderr is not None:  # a frozen app has no stderr
            sys.stderr.write(details)
        self._happened.emit(error, details)

    def _show(self, error: BaseException, details: str) -> None:
        if self.box is not None:  # one box: what paints wrongly paints wrongly many times a second
            return
        windows = [window for window in QApplication.topLevelWidgets() if isinstance(window, QMainWindow)]
        box = QMessageBox(QApplication.activeWindow() or next(iter(windows), None))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle("Neuron Jury")
        if isinstance(error, Fault):
            box.setIcon(QMessageBox.Icon.Warning)
            box.setText(str(error))
        else:
            box.setIcon(QMessageBox.Icon.Critical)
            box.setText("Something went wrong in the program; your saved answers are safe.")
            box.setDetailedText(details)
            copy = box.addButton("Copy details", QMessageBox.ButtonRole.ActionRole)
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Close))
        box.finished.connect(self._closed)
        self.box = box
        box.open()

    def _closed(self) -> None:
        if self.box is not None:
            self.box.deleteLater()
        self.box = None
