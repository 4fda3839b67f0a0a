"""Charts below one another, built one at a time so that the window never waits for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.findings.charts.chart import Chart
from app.findings.labels import Label
from app.qt.results.chart_extent import Range
from app.qt.results.chart_view import ChartView
from app.qt.texts import results_charts as texts
from app.qt.theme import Theme
from app.qt.words import Column, words

_MARGIN = 14
_LINES = 1.6
"""Columns of text: as wide as charts may become."""


class ChartColumn(QScrollArea):
    """A column of charts that scrolls; the views are used again for the charts that come next."""

    bin_pointed = Signal(object)
    bin_picked = Signal(object)
    rater_picked = Signal(str)
    built = Signal()
    """All charts are there."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._waiting: list[Chart] = []
        self._labels: tuple[Label, ...] = ()
        self._notice = ""
        self._picked: str | None = None
        self._pinned: Range | None = None
        self._all: list[ChartView] = []
        self._shown = 0
        self.nothing = words(texts.NO_CHARTS, "quiet")
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._build_one)
        self._lay_out()

    @property
    def views(self) -> tuple[ChartView, ...]:
        """The charts that are built so far."""
        return tuple(self._all[: self._shown])

    @property
    def first(self) -> QWidget:
        """The first chart; the column itself where there is none."""
        return self._all[0] if self._shown else self

    def show_charts(
        self, charts: Sequence[Chart], labels: tuple[Label, ...], notice: str, picked: str | None = None
    ) -> None:
        """Draw these charts, the first at once and each other in a turn of its own.

        Args:
            charts: from above to below.
            labels: the labels that their tones stand for.
            notice: what must stand beside each: that raters are simulated; else empty.
            picked: the label that stands out, the others fade.
        """
        self._waiting = list(charts)
        self._labels, self._notice, self._picked = labels, notice, picked
        self._shown = 0
        self.nothing.setVisible(not charts)
        self._build_one()

    def pin(self, place: Range | None) -> None:
        """Show in every chart that the stimuli of this bin are kept; None: of none."""
        self._pinned = place
        for view in self.views:
            view.pin(place)

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors, one chart after the other."""
        self._theme = theme
        charts = [view.chart for view in self.views if view.chart is not None]
        self.show_charts([*charts, *self._waiting], self._labels, self._notice, self._picked)

    def _build_one(self) -> None:
        if self._waiting:
            view = self._view(self._shown)
            self._shown += 1
            view.show_chart(self._waiting.pop(0), self._labels, self._notice, self._picked, self._theme)
            view.pin(self._pinned)
            view.show()
        if self._waiting:
            self._next.start(0)
            return
        self._next.stop()
        for view in self._all[self._shown :]:
            view.hide()
        self.built.emit()

    def _view(self, place: int) -> ChartView:
        if place == len(self._all):
            view = ChartView(self._theme)
            view.bin_pointed.connect(self.bin_pointed)
            view.bin_picked.connect(self.bin_picked)
            view.rater_picked.connect(self.rater_picked)
            self._all.append(view)
            self._rows.insertWidget(place, view)
        return self._all[place]

    def _lay_out(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        across = QHBoxLayout(inside)
        across.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column = Column(0, lines=_LINES)
        across.addStretch(1)
        across.addWidget(column, 1000)
        across.addStretch(1)
        self._rows = QVBoxLayout(column)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(_MARGIN)
        self._rows.addWidget(self.nothing)
        self._rows.addStretch(1)
        self.setWidget(inside)
        self.nothing.hide()
