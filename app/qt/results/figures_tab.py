"""Every figure, to search, sort and copy."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from analysis.figures import Figure
from app.findings.account import Account
from app.findings.words import Words, interval_of, value_of
from app.qt.results.finding import Found
from app.qt.rows import Cell, Row, Rows, RowsView
from app.qt.texts import results as texts
from app.qt.words import button, words

_NUMBERS = (3, 4, 7, 8, 9)


class FiguresTab(QWidget):
    """A search field above a table with one row for each figure."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Rows(texts.FIGURE_HEADS, _NUMBERS)
        self.table = RowsView(self.model, texts.FIGURES_TABLE)
        self.search = _Search()
        self.search.setAccessibleName(texts.SEARCH)
        self.search.setPlaceholderText(texts.SEARCH_HINT)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.shown = words("", "muted")
        self.to_copy = button(texts.COPY, self.table.copy)
        self.to_copy.setToolTip(texts.COPY_TIP)
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self.search, 1)
        below.addWidget(self.shown, 1)
        below.addWidget(self.to_copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addLayout(above)
        layout.addWidget(self.table, 1)
        layout.addLayout(below)

    @property
    def first(self) -> QWidget:
        """What takes the keyboard when the tab is turned to."""
        return self.search

    def show_found(self, found: Found) -> None:
        """List the figures of these results."""
        self.model.show(_rows(found.account))
        self.table.fit()
        self._tell()

    def _search(self, text: str) -> None:
        self.model.search(text)
        self._tell()

    def _tell(self) -> None:
        self.shown.setText(texts.SHOWN.format(shown=self.model.rowCount(), total=self.model.total))


class _Search(QLineEdit):
    """Esc empties it; only then does Esc do what it does elsewhere."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


def _rows(account: Account) -> Iterator[Row]:
    for group, names in account.figures:
        for rows in names:
            for figure in rows.figures:
                yield _row(group, rows.words, figure)


def _row(group: str, named: Words, figure: Figure) -> Row:
    why = figure.undefined or ""
    return (
        Cell(named.name, tip=named.says),
        Cell(figure.label or ""),
        Cell(figure.rater or ""),
        Cell(value_of(figure) or texts.NONE_YET, figure.value, why),
        Cell(interval_of(figure) or texts.NONE_YET, tip=why),
        Cell(figure.speaks_for),
        Cell(figure.target),
        *(Cell(f"{count:,}", float(count)) for count in (figure.n_stimuli, figure.n_raters, figure.n_judgements)),
        Cell(group),
    )
