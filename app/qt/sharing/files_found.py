"""The table of files that came back: what each brings, or why it is not taken."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QRect, Qt

from app.qt.rows import Cell, Row, Rows, RowsView
from app.qt.sharing.work import Looked
from app.qt.texts import sharing as texts

_NEW, _KNOWN, _LEFT, _WHY = 2, 3, 4, 5
_FRAME, _PADDING = 7, 14
"""Around the table's cells, and around the words in one, as the style sheet has it."""
_ENDLESS = 10_000


class FilesFound(RowsView):
    """One row for each file and rater; a row with a reason is as high as the reason is long."""

    def __init__(self) -> None:
        super().__init__(Rows(texts.FOUND_HEADS, numbers=(_NEW, _KNOWN, _LEFT)), texts.FOUND)
        self.setWordWrap(True)
        self.horizontalHeader().sectionResized.connect(self._resized, Qt.ConnectionType.QueuedConnection)
        self.rows.modelReset.connect(self._fit_rows)

    def show_looked(self, looked: Looked) -> None:
        """List these: first what is not taken, so that nobody overlooks it."""
        names = _short([*looked.files, *looked.without])
        rows: list[Row] = [_refused(path, names[path], texts.EMPTY_FOLDER) for path in looked.without]
        rows += [_refused(one.path, names[one.path], one.why) for one in looked.preview.refused]
        rows += [
            (
                Cell(names[one.path], tip=str(one.path)),
                Cell(" ".join(one.rater.pseudonym.split())),
                Cell(str(one.new), one.new),
                Cell(str(one.known), one.known),
                Cell(str(one.left) if one.left else texts.ALL_DONE, one.left),
                Cell(""),
            )
            for one in looked.preview.found
        ]
        self.rows.show(rows)
        self.fit()
        self._fit_rows()

    def _resized(self, column: int) -> None:
        if column == _WHY:
            self._fit_rows()

    def _fit_rows(self) -> None:
        line, row = self.fontMetrics().height(), self.verticalHeader().defaultSectionSize()
        room = QRect(0, 0, self.columnWidth(_WHY) - 2 * _PADDING, _ENDLESS)
        for place in range(self.rows.rowCount()):
            why = self.rows.row(place)[_WHY].text
            broken = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, why).height() if why else line
            self.setRowHeight(place, row + max(0, broken - line))
        # As high as its rows, and no higher: what explains it stays close.
        inside = self.horizontalHeader().sizeHint().height() + self.verticalHeader().length()
        self.setMaximumHeight(inside + 2 * _FRAME)


def _refused(path: Path, name: str, why: str) -> Row:
    plain = " ".join(why.replace(str(path), path.name).split())
    none = Cell("")
    return (Cell(name, tip=str(path)), none, none, none, none, Cell(texts.REFUSED.format(why=plain)))


def _short(paths: list[Path]) -> dict[Path, str]:
    """Each path from the folder on that all of them have in common."""
    try:
        common = os.path.commonpath([path.absolute().parent for path in paths])
    except ValueError:  # on several drives, or there is none
        return {path: str(path) for path in paths}
    return {path: os.path.relpath(path.absolute(), common) for path in paths}
