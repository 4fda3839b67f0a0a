"""A table of words that can be sorted, searched and copied, however many rows it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.qt.texts import results as texts

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_EXECUTED = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""
_MEASURED_ROWS = 60
_WIDEST = 46
"""Of a column, in letters of middle width."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The words of a cell, and the number that it is sorted by where it is one."""

    text: str
    number: float | None = None
    tip: str = ""

    @property
    def copied(self) -> str:
        """As it goes to a spreadsheet: numbers as they are, words as harmless words on one line."""
        if self.number is not None:
            return repr(self.number) if self.number % 1 else str(int(self.number))
        text = " ".join(self.text.split())
        return f"'{text}" if text.startswith(_EXECUTED) else text


Row = tuple[Cell, ...]


class Rows(QAbstractTableModel):
    """Rows of cells under heads; `numbers` are the columns whose words stand on the right."""

    def __init__(self, heads: Sequence[str], numbers: Iterable[int] = ()) -> None:
        super().__init__()
        self.heads = tuple(heads)
        self._numbers = frozenset(numbers)
        self._all: list[tuple[Row, str]] = []
        self._shown: list[Row] = []
        self._search = ""
        self._sorting: tuple[int, bool] | None = None

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._all)

    def is_empty(self, column: int) -> bool:
        """Whether no row has a word in it, shown or not."""
        return all(not row[column].text for row, _ in self._all)

    def row(self, place: int) -> Row:
        """The cells of a row that is shown."""
        return self._shown[place]

    def show(self, rows: Iterable[Row]) -> None:
        """Hold these rows, searched and sorted as before."""
        self.beginResetModel()
        self._all = [(row, "\n".join(cell.text for cell in row).casefold()) for row in rows]
        self._choose()
        self.endResetModel()

    def search(self, text: str) -> None:
        """Show only the rows that hold every word of this."""
        self.beginResetModel()
        self._search = text
        self._choose()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; what is empty comes last either way. A column below 0 leaves the rows as they came."""
        self.beginResetModel()
        self._sorting = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self._choose()
        self.endResetModel()

    def _choose(self) -> None:
        wanted = self._search.casefold().split()
        self._shown = [row for row, text in self._all if all(word in text for word in wanted)]
        if self._sorting is not None:
            column, backwards = self._sorting
            full = [row for row in self._shown if not _is_empty(row[column])]
            full.sort(key=lambda row: _key(row[column]), reverse=backwards)
            self._shown = full + [row for row in self._shown if _is_empty(row[column])]

    def rowCount(self, parent: Index | None = None) -> int:
        """Those that are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        """One for each head."""
        return 0 if parent is not None and parent.isValid() else len(self.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words of a cell, whole as a tip, with their head for a screen reader."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown[index.row()][index.column()].text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() in self._numbers else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole:
            cell = self._shown[index.row()][index.column()]
            return plain_tip(cell.tip or cell.text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = self._shown[index.row()][index.column()].text
            return texts.CELL_SPOKEN.format(head=self.heads[index.column()], text=text)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a column is about."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in self._numbers else _LEFT
        return self.heads[section] if role == Qt.ItemDataRole.DisplayRole else None

    def as_tsv(self, places: Iterable[int]) -> str:
        """These rows for a spreadsheet, below their heads; all that are shown where none is given."""
        chosen = [self._shown[place] for place in places] or self._shown
        return "\n".join(["\t".join(self.heads), *("\t".join(cell.copied for cell in row) for row in chosen)]) + "\n"


class RowsView(QTableView):
    """Shows Rows: heads sort, Ctrl+C copies, and the last column has what room is left."""

    def __init__(self, model: Rows, name: str) -> None:
        super().__init__()
        self.rows = model
        self.setProperty("role", "rows")
        self.setAccessibleName(name)
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().hide()
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setStretchLastSection(True)
        heads.setResizeContentsPrecision(_MEASURED_ROWS)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        heads.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)

    def fit(self) -> None:
        """Columns as wide as their words, within reason; none that is empty; rows as high as a line."""
        for part in (self, self.horizontalHeader()):
            part.ensurePolished()  # before it was ever shown it would measure with another font
        self.verticalHeader().setDefaultSectionSize(int(1.9 * self.fontMetrics().height()))
        self.resizeColumnsToContents()
        most = _WIDEST * self.fontMetrics().averageCharWidth()
        for column in range(self.rows.columnCount()):
            self.setColumnHidden(column, self.rows.is_empty(column))
            self.setColumnWidth(column, min(most, self.columnWidth(column)))
        for stretch in (False, True):  # a width of its own has taken the last one's room away
            self.horizontalHeader().setStretchLastSection(stretch)

    def copy(self) -> None:
        """Put the chosen rows, or all, where a spreadsheet can take them from."""
        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        QGuiApplication.clipboard().setText(self.rows.as_tsv(chosen))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies whole rows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)


def plain_tip(text: str) -> str:
    """A tip that is never taken for HTML: Qt would take it so where it looks like it."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<qt>{escaped}</qt>" if text else ""


def _is_empty(cell: Cell) -> bool:
    return cell.number is None and cell.text in ("", texts.NONE_YET)


def _key(cell: Cell) -> tuple[bool, float, str]:
    return (cell.number is None, cell.number or 0.0, cell.text.casefold())
