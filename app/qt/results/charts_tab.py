"""A tab with charts alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.findings.charts.chart import Chart
from app.qt.results.chart_column import ChartColumn
from app.qt.results.finding import Found
from app.qt.theme import Theme
from app.qt.words import words

SESSION = ("retest", "session_drift", "revealing", "anchoring")


class ChartsTab(QWidget):
    """The charts of these keys, or why there are none."""

    def __init__(self, keys: Sequence[str], without: str, theme: Theme) -> None:
        super().__init__()
        self._keys = tuple(keys)
        self._found: Found | None = None
        self._label: str | None = None
        self.none = words(without, "reading")
        self.none.setContentsMargins(24, 24, 24, 24)
        self.charts = ChartColumn(theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.none)
        layout.addWidget(self.charts, 1)
        layout.addStretch()

    @property
    def first(self) -> QWidget:
        """What takes the keyboard when the tab is turned to."""
        return self.charts.first

    def show_found(self, found: Found) -> None:
        """Draw those of these results."""
        self._found = found
        self._draw()

    def pick_label(self, label: str | None) -> None:
        """Show those about this label, or about all."""
        if label != self._label:
            self._label = label
            self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self.charts.set_theme(theme)

    def _draw(self) -> None:
        if self._found is None:
            return
        account = self._found.account
        charts = charts_about(account.charts, self._keys, self._label)
        self.none.setVisible(not charts)
        self.charts.setVisible(bool(charts))
        self.charts.show_charts(charts, account.labels, account.notice)


def charts_about(charts: Iterable[Chart], keys: Sequence[str], label: str | None) -> tuple[Chart, ...]:
    """The charts of these kinds that are about this label, or about none or all; in the report's order."""
    wanted = (chart for chart in charts if any(is_kind(chart.key, key) for key in keys))
    return tuple(chart for chart in wanted if label is None or chart.label in (None, label))


def is_kind(key: str, kind: str) -> bool:
    """Whether a chart's key is of a kind: the second of several, each about one label, is numbered 2."""
    name, _, number = key.rpartition("_")
    return key == kind or (name == kind and number.isdigit())
