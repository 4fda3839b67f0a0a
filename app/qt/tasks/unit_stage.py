"""All that is shown of a unit, as large as there is room: the most, the least, and how often it responds at all."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app.qt.activation_histogram import ActivationHistogram
from app.qt.sights import Evidence
from app.qt.tasks.reference_panel import ReferencePanel
from app.qt.texts import name_it as texts
from app.qt.texts import trial
from app.qt.theme import Theme
from app.qt.words import words
from app.study.records import Histogram

_GAP = 14
_LOWEST, _HIGHEST = 170, 440
"""The height of the histogram with its heading."""
_BOUNDLESS = 10_000
_NOTHING = Evidence((), Histogram((), ()))


class UnitStage(QWidget):
    """Two panels of examples of one size, and the histogram below both."""

    painted = Signal()
    """The examples are on screen, for the first time."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 320)
        self._unpainted: set[QWidget] = set()
        self.panels = (ReferencePanel("most", texts.NEW_MOST), ReferencePanel("least", texts.NEW_LEAST))
        self.histogram = ActivationHistogram(theme)
        self._below = QFrame()
        self._below.setProperty("role", "panel")
        layout = QVBoxLayout(self._below)
        layout.setContentsMargins(14, 10, 14, 8)
        layout.addWidget(words(trial.ALL_IMAGES, "muted"))
        layout.addWidget(self.histogram, 1)
        for widget in (*self.panels, self._below):
            widget.setParent(self)
        for panel in self.panels:
            panel.grid.painted.connect(lambda grid=panel.grid: self._seen(grid))
        self.set_theme(theme)

    def show_evidence(self, evidence: Evidence | None, *, new: bool) -> None:
        """Draw what a unit responds to, or nothing; `new`: it was another unit until now."""
        for panel in self.panels:
            panel.show_evidence(evidence, new=new)
        self.histogram.show_evidence(evidence or _NOTHING)
        self._unpainted = {panel.grid for panel in self.panels if panel.grid.examples} or {self}
        self._place()
        self.update()

    def clear(self) -> None:
        """Take it all away."""
        self.show_evidence(None, new=False)
        self._unpainted.clear()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self.histogram.set_theme(theme)
        for panel in self.panels:
            panel.set_theme(theme)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Where there are no examples, this is all there is to see."""
        super().paintEvent(event)
        self._seen(self)

    def _seen(self, widget: QWidget) -> None:
        if widget in self._unpainted:
            self._unpainted.remove(widget)
            if not self._unpainted:
                self.painted.emit()

    def _place(self) -> None:
        # No wider than the panels: what is asked stays close to what is seen.
        self.setMaximumWidth(max(self.minimumWidth(), 2 * self._panel_size(_BOUNDLESS).width() + _GAP))
        size = self._panel_size((self.width() - _GAP) // 2)
        left = (self.width() - 2 * size.width() - _GAP) // 2
        for place, panel in enumerate(self.panels):
            panel.setGeometry(QRect(left + place * (size.width() + _GAP), 0, size.width(), size.height()))
        top = size.height() + _GAP
        self._below.setGeometry(left, top, 2 * size.width() + _GAP, min(_HIGHEST, self.height() - top))

    def _panel_size(self, width: int) -> QSize:
        """The size of each panel, where it may be so wide."""
        room = QSize(width, self.height() - _GAP - _LOWEST)
        return self.panels[0].size_in(room).expandedTo(self.panels[1].size_in(room))
