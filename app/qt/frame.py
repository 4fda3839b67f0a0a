"""The window around the pages: light and dark, full screen, dropped files, and a close that loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from app.qt.background import Background
from app.qt.sheet import Sheet
from app.qt.theme import Theme, points_in, system_theme

_SIZE, _LEAST = QSize(1280, 860), QSize(880, 600)
"""Of the window at first, and at least; less where the screen has less room: a small one, or one whose words are
enlarged to twice their size."""
_DECORATION = QSize(8, 40)
"""What the desktop puts around a window."""


class Frame(QMainWindow):
    """A stack of pages in a window; what is on them is for whoever derives from it.

    Args:
        background: the worker, whose work is waited for before the window closes; its own where none is given.
    """

    def __init__(self, background: Background | None = None) -> None:
        super().__init__()
        self.background = background or Background(self)
        self.background.idle.connect(self._idle)
        self.theme = system_theme()
        self._closing = False
        self.pages = QStackedWidget()
        self.setCentralWidget(self.pages)
        self.setAcceptDrops(True)
        room = self.screen().availableSize() - _DECORATION
        self.setMinimumSize(_LEAST.boundedTo(room))
        self.resize(_SIZE.boundedTo(room))
        self._apply_theme()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._theme_changed)

    # ---- for whoever derives from it -----------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Open the study file that was dropped onto the window."""

    def takes(self, paths: Sequence[Path]) -> bool:
        """Whether these, dropped onto the window, are of use now."""
        return len(paths) == 1 and is_study(paths[0])

    def take(self, paths: Sequence[Path]) -> None:
        """They were dropped, and are of use."""
        self.open(paths[0])

    def held_over(self, *, over: bool) -> None:
        """Files that are of use are held over the window, or no longer."""

    def theme_changed(self, theme: Theme) -> None:
        """What does not follow the style sheet is to be drawn anew: in these colors, around words of another size."""

    def waits_to_close(self) -> None:
        """The window was closed while something is being written: say so."""

    def may_close(self) -> bool:
        """Whether everything that was said is saved, now that nothing is being written; where it is not, say so."""
        return True

    def closed(self) -> None:
        """The window goes: let go of what is open."""

    def turn_to(self, page: QWidget) -> None:
        """Show this page, and give it the keyboard."""
        if self.pages.currentWidget() is not page:
            self.pages.setCurrentWidget(page)
            self.focus_page()

    def focus_page(self) -> None:
        """Give the keyboard to the sheet that lies on top of all, else to the page."""
        sheets = self.findChildren(Sheet, options=Qt.FindChildOption.FindDirectChildrenOnly)
        opened = [sheet for sheet in sheets if sheet.isVisible()]
        if opened:
            opened[-1].take_keyboard()
        else:
            self.pages.currentWidget().setFocus()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or no longer."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # ---- dropped files -------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        paths = _dragged(event)
        if paths and self.takes(paths):
            _accept(event)
            self.held_over(over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """They are dragged away again."""
        super().dragLeaveEvent(event)
        self.held_over(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        self.held_over(over=False)
        paths = _dragged(event)
        if paths and self.takes(paths):
            _accept(event)
            self.take(paths)

    # ---- closing -------------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Wait for what is being written; the window says so meanwhile. Stay where something was not saved."""
        if self.background.pending:
            event.ignore()
            self._closing = True
            self.pages.setEnabled(False)
            self.waits_to_close()
        elif not self.may_close():
            event.ignore()
        else:
            self.background.stop()
            self.closed()
            event.accept()

    def _idle(self) -> None:
        if not self._closing:
            return
        self._closing = False
        self.pages.setEnabled(True)
        self.focus_page()
        self.close()

    # ---- light and dark, and the size of words -------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Follow the system from light to dark and back; Qt tells of it here, and not in `changeEvent`."""
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._theme_changed()
        return super().event(event)

    def _theme_changed(self) -> None:
        if system_theme() != self.theme:
            self.theme = system_theme()
            self._apply_theme()
            self.theme_changed(self.theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words as large as the window has room for."""
        super().resizeEvent(event)
        if points_in(self.size()) != self._points:
            self._apply_theme()
            self.theme_changed(self.theme)

    def _apply_theme(self) -> None:
        self._points = points_in(self.size())
        self.setPalette(self.theme.palette())
        self.setStyleSheet(self.theme.style_sheet(self._points))


def _dragged(event: QDropEvent) -> list[Path]:
    """The files and folders of this machine among what is dragged."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def _accept(event: QDropEvent) -> None:
    """As a copy, whatever is proposed: after a move a file manager may delete what was dragged."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def is_study(path: Path) -> bool:
    """Whether the name is one of a study file."""
    return path.suffix.lower() == ".jury" and path.is_file()
