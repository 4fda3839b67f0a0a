"""The raters: who agrees how far with the others, as a table and as charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.findings.jury import RaterLine
from app.qt.results.chart_column import ChartColumn
from app.qt.results.charts_tab import charts_about
from app.qt.results.finding import Found
from app.qt.rows import Cell, Row, Rows, RowsView
from app.qt.texts import results as texts
from app.qt.theme import Theme
from app.qt.words import button, words

_CHARTS = ("roc", "ceiling", "rater_bias", "confusion", "units")
_RATER, _LABEL, _NUMBERS = 0, 1, (2, 3, 4, 5)


class RatersTab(QWidget):
    """A table that sorts above the charts of the raters; a dot of a chart finds its row."""

    only_rater = Signal(str)
    """Everything is to be computed from what this rater said alone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._found: Found | None = None
        self._label: str | None = None
        self.model = Rows(texts.RATER_HEADS, _NUMBERS)
        self.table = RowsView(self.model, texts.RATERS_TABLE)
        self.table.activated.connect(self._take)
        self.nobody = words(texts.NO_RATERS, "reading")
        self.only = button(texts.ONLY_THIS, lambda: self._take(self.table.currentIndex()))
        self.only.setToolTip(texts.ONLY_THIS_TIP)
        self.charts = ChartColumn(theme)
        self.charts.rater_picked.connect(self._find)
        below = QHBoxLayout()
        below.addWidget(words(texts.RATERS_LEGEND, "muted"), 1)
        below.addWidget(self.only)
        above = QWidget()
        inside = QVBoxLayout(above)
        inside.setContentsMargins(16, 12, 16, 8)
        inside.setSpacing(8)
        inside.addWidget(self.nobody)
        inside.addWidget(self.table, 1)
        inside.addLayout(below)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(above)
        split.addWidget(self.charts)
        split.setSizes([300, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self.table.selectionModel().currentChanged.connect(self._chosen)

    @property
    def first(self) -> QWidget:
        """What takes the keyboard when the tab is turned to."""
        return self.table

    def show_found(self, found: Found) -> None:
        """Draw the raters of these results."""
        self._found = found
        self._draw()

    def pick_label(self, label: str | None) -> None:
        """Show what is about this label, or about all."""
        if label != self._label:
            self._label = label
            self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self.charts.set_theme(theme)
        self.table.fit()

    def _draw(self) -> None:
        found = self._found
        if found is None:
            return
        rows = list(_rows(found))
        by_label = [row for row in rows if self._label is None or row[_LABEL].text in ("", self._label)]
        self.model.show(by_label)
        self.nobody.setVisible(not rows)
        for widget in (self.table, self.only):
            widget.setVisible(bool(rows))
        self.table.fit()
        self._chosen()
        account = found.account
        self.charts.show_charts(charts_about(account.charts, _CHARTS, self._label), account.labels, account.notice)

    def _chosen(self) -> None:
        self.only.setEnabled(self.table.currentIndex().isValid())

    def _take(self, index: QModelIndex) -> None:
        if index.isValid():
            self.only_rater.emit(self.model.row(index.row())[_RATER].text)

    def _find(self, name: str) -> None:
        """Choose the row of this rater, and show it."""
        for place in range(self.model.rowCount()):
            if self.model.row(place)[_RATER].text == name:
                self.table.selectRow(place)
                self.table.scrollTo(self.model.index(place, _RATER))
                return


def _rows(found: Found) -> Iterator[Row]:
    """The raters in words, with the numbers behind the words to sort by."""
    table = found.report.tables.get("raters")
    records = {_key(record): record for record in table.records()} if table is not None else {}
    for line in found.account.raters:
        yield _row(line, records.get((line.category, line.rater), {}), found.account.graded)


def _key(record: Mapping[str, object]) -> tuple[str, str]:
    return str(record.get("category") or ""), str(record["rater"])


def _row(line: RaterLine, record: Mapping[str, object], graded: bool) -> Row:
    def number(text: str, name: str) -> Cell:
        value = record.get(name)
        return Cell(text, float(value) if isinstance(value, (int, float)) else None)

    return (
        Cell(line.rater),
        Cell(line.category),
        number(line.judgements, "n_judgements"),
        number(line.agreement, "agreement"),
        number(line.kappa, "kappa"),
        number(line.deviation, "deviation") if graded else Cell(""),
        Cell(line.confusion),
    )
