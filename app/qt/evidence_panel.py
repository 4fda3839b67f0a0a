"""What the unit responds to: examples of the most and the least, and how often it responds at all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from app.qt.activation_histogram import ActivationHistogram
from app.qt.opened import Example
from app.qt.reference_grid import ReferenceGrid
from app.qt.theme import Theme
from app.qt.words import words
from app.study.records import Histogram

_MARGIN, _SPACING = 16, 6
MOST_MARK, LEAST_MARK = "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DIAMOND}"


class EvidencePanel(QFrame):
    """The left side of the labeling page; the same for every trial."""

    def __init__(self, examples: Sequence[Example], histogram: Histogram, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        most = [example for example in examples if example.role == "most"]
        least = [example for example in examples if example.role == "least"]
        self.grids = (
            ReferenceGrid("What the unit responds to most", most),
            ReferenceGrid("What it responds to least", least),
        )
        self._histogram = ActivationHistogram(histogram, examples, theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 12, _MARGIN, 10)
        layout.setSpacing(_SPACING)
        self._words = [words("What the unit responds to", "heading")]
        layout.addWidget(self._words[0])
        for text, role, widget in (
            (f"{MOST_MARK} Most, with the activation", "most", self.grids[0]),
            (f"{LEAST_MARK} Least", "least", self.grids[1]),
            ("All images, by activation", "muted", self._histogram),
        ):
            self._words.append(words(text, role))
            layout.addWidget(self._words[-1])
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.setStretchFactor(self._histogram, 1000)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height out: the examples first, and what they leave to the histogram."""
        super().resizeEvent(event)
        fixed = 22 + sum(label.sizeHint().height() for label in self._words) + 7 * _SPACING
        room = event.size().height() - fixed - self._histogram.minimumHeight()
        for grid in self.grids:
            grid.fill(self.contentsRect().width() - 2 * _MARGIN, room / len(self.grids))

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self._histogram.set_theme(theme)
