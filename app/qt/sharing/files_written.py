"""The files that were written for raters, and those that were not."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.qt.rows import Cell, Rows, RowsView
from app.qt.sharing.work import Written
from app.qt.texts import sharing as texts
from app.qt.words import button, words

_TRIALS = 1
_MOST_ROWS = 7
"""That the list shows at once."""


class FilesWritten(QFrame):
    """A list, the folder, and a way to write what is wanting."""

    rest_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.missing: tuple[str, ...] = ()
        self._folder = Path()
        self.told = words("", "body")
        self.wanting = words("", "caution")
        self.rows = Rows(texts.HEADS, numbers=(_TRIALS,))
        self.table = RowsView(self.rows, texts.FILES)
        self.to_show = button(texts.SHOW_FOLDER, self._show_folder)
        self.to_write = button("", self.rest_wanted.emit, main=True)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.to_show)
        below.addStretch(1)
        below.addWidget(self.to_write)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(words(texts.FILES, "heading"))
        for part in (self.told, self.wanting, self.table):
            layout.addWidget(part)
        layout.addLayout(below)
        self.hide()

    def show_written(self, written: Written, told: str, out: Path) -> None:
        """List these, with what is to be said of them; where some are wanting, so."""
        self.missing = written.missing
        self._folder = out
        self.told.setText(told)
        self.told.setVisible(bool(told))
        self.wanting.setText(_wanting(written))
        self.wanting.setVisible(bool(written.missing))
        count = len(written.missing)
        self.to_write.setText(texts.WRITE_REST_ONE if count == 1 else texts.WRITE_REST.format(count=count))
        self.to_write.setAccessibleName(self.to_write.text())
        self.to_write.setVisible(bool(count))
        self.rows.show(
            (Cell(one.rater.pseudonym), Cell(str(one.trials), one.trials), Cell(one.path.name, tip=str(one.path)))
            for one in written.files
        )
        self.table.setVisible(bool(written.files))
        self.to_show.setVisible(bool(written.files))
        self.show()
        self._fit(len(written.files))

    def _fit(self, count: int) -> None:
        """As high as its rows, or as some of them."""
        self.table.fit()
        row = self.table.verticalHeader().defaultSectionSize()
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + min(count, _MOST_ROWS) * row + 2 * row // 3)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder.resolve())))


def _wanting(written: Written) -> str:
    if not written.missing:
        return ""
    total = len(written.files) + len(written.missing)
    one = texts.MISSING_ONE.format(name=written.missing[0])
    return one if total == 1 else texts.MISSING.format(written=len(written.files), total=total)
