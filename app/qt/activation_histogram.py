"""The distribution of activations over all images, with marks where the references lie."""

from __future__ import annotations

from math import isfinite, log10

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.qt.sights import Evidence
from app.qt.texts import trial as texts
from app.qt.theme import Theme
from app.qt.words import activation_words
from app.study.records import Histogram

_FLOOR = log10(0.5)
"""Where bars begin: a bar of one image is then seen too."""


class ActivationHistogram(QWidget):
    """Bars on a logarithmic count axis: the rare strong activations, which matter here, would vanish on a plain one."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(texts.HISTOGRAM)
        self.setMinimumHeight(118)
        self.setMaximumHeight(600)
        self._evidence = Evidence((), Histogram((), ()))
        self._theme = theme
        self._marked: tuple[float, ...] = ()
        self._lines: list[pg.InfiniteLine] = []
        self._plot = pg.PlotWidget()
        for part in (self._plot, self._plot.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot.setMouseEnabled(False, False)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._draw()

    @property
    def marked(self) -> tuple[float, ...]:
        """The activations that are marked as those of the images to judge."""
        return self._marked

    def show_evidence(self, evidence: Evidence) -> None:
        """Draw the distribution of this unit."""
        before, self._evidence = self._evidence, evidence
        if evidence.examples is not before.examples or evidence.histogram is not before.histogram:
            self._draw()

    def mark(self, *activations: float) -> None:
        """Draw a line at the activation of each image to judge, where it may be shown; with none, take them away."""
        marked = tuple(value for value in activations if isfinite(value))
        if marked == self._marked:
            return
        self._marked = marked
        told = " ".join(texts.HISTOGRAM_MARKED.format(activation=activation_words(value)) for value in self._marked)
        self.setAccessibleDescription(told)
        self._draw_lines()

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in these colors."""
        self._theme = theme
        self._draw()

    def _draw(self) -> None:
        theme = self._theme
        self._plot.clear()
        self._lines = []
        self._plot.setBackground(theme.surface)
        self._style_axes(theme)
        self._draw_bars(theme)
        self._draw_marks("most", "t1", theme.most)
        self._draw_marks("least", "d", theme.least)
        self._draw_lines()

    def _style_axes(self, theme: Theme) -> None:
        for side, text in (("bottom", texts.ACTIVATION_AXIS), ("left", texts.IMAGES_AXIS)):
            axis = self._plot.getAxis(side)
            axis.setPen(pg.mkPen(theme.line))
            axis.setTextPen(pg.mkPen(theme.muted))
            axis.setLabel(text, color=theme.muted)
            axis.setTickFont(self.font())
            axis.label.setFont(self.font())
            axis.enableAutoSIPrefix(False)
        top = max(self._evidence.histogram.counts, default=1)
        powers = range(int(log10(max(top, 1))) + 1)
        names = [f"{10**power}" if power < 3 else f"{10 ** (power - 3):,}k" for power in powers]
        left = self._plot.getAxis("left")
        left.setTicks([list(zip(powers, names, strict=True))])
        left.setWidth(4 * self.fontMetrics().height())

    def _draw_bars(self, theme: Theme) -> None:
        histogram = self._evidence.histogram
        if not histogram.counts:
            return
        edges = np.asarray(histogram.edges)
        counts = np.asarray(histogram.counts, dtype=float)
        tops = np.log10(np.maximum(counts, 0.5))
        bars = pg.BarGraphItem(
            x0=edges[:-1], x1=edges[1:], y0=_FLOOR, height=tops - _FLOOR, brush=theme.bars, pen=pg.mkPen(theme.surface)
        )
        self._plot.addItem(bars)
        self._plot.setYRange(_FLOOR - 0.35, max(1.0, tops.max() * 1.05), padding=0)

    def _draw_marks(self, role: str, symbol: str, color: str) -> None:
        values = [example.activation for example in self._evidence.examples if example.role == role]
        marks = pg.ScatterPlotItem(
            values, [_FLOOR - 0.18] * len(values), symbol=symbol, size=9, brush=color, pen=pg.mkPen(color)
        )
        self._plot.addItem(marks)

    def _draw_lines(self) -> None:
        for line in self._lines:
            self._plot.removeItem(line)
        # The color of words: neither that of the bars nor of one of the marks, and the strongest there is.
        self._lines = [pg.InfiniteLine(x, angle=90, pen=pg.mkPen(self._theme.text, width=3)) for x in self._marked]
        for line in self._lines:
            self._plot.addItem(line)
