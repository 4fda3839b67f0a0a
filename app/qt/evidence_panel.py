"""What the unit responds to: examples of the most and the least, and how often it responds at all."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout

from app.qt.activation_histogram import ActivationHistogram
from app.qt.reference_grid import ReferenceGrid
from app.qt.sights import Evidence
from app.qt.theme import Theme
from app.qt.words import words

_MARGIN, _SPACING = 16, 6
MOST_MARK, LEAST_MARK = "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DIAMOND}"
NEW_EXAMPLES = "New examples: this side has changed"


class EvidencePanel(QFrame):
    """The left side of the labeling page; the same for every trial of a unit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.grids = (ReferenceGrid("What the unit responds to most"), ReferenceGrid("What it responds to least"))
        self.histogram = ActivationHistogram(theme)
        self._evidence: Evidence | None = None
        # One in place of the other: nothing on the page moves when the examples change.
        self.heading, self.notice = words("What the unit responds to", "heading"), words(NEW_EXAMPLES, "notice")
        self._head = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 12, _MARGIN, 10)
        layout.setSpacing(_SPACING)
        layout.addLayout(self._head)
        for label in (self.heading, self.notice):  # only now: without the panel they would be windows of their own
            self._head.addWidget(label)
        self._words = []
        for text, role, widget in (
            (f"{MOST_MARK} Most, with the activation", "most", self.grids[0]),
            (f"{LEAST_MARK} Least", "least", self.grids[1]),
            ("All images, by activation", "muted", self.histogram),
        ):
            self._words.append(words(text, role))
            layout.addWidget(self._words[-1])
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.setStretchFactor(self.histogram, 1000)

    def show_evidence(self, evidence: Evidence, *, new: bool) -> None:
        """Draw what a unit responds to; `new` says to the rater that it was another unit until now."""
        self._head.setCurrentWidget(self.notice if new else self.heading)
        if evidence is self._evidence:
            return
        self._evidence = evidence
        for grid, role in zip(self.grids, ("most", "least"), strict=True):
            grid.show_examples([example for example in evidence.examples if example.role == role])
        self.histogram.show_evidence(evidence)
        self._share_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height out anew."""
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """The examples first, and what they leave to the histogram."""
        fixed = 22 + self._head.sizeHint().height() + sum(label.sizeHint().height() for label in self._words)
        room = self.height() - fixed - 7 * _SPACING - self.histogram.minimumHeight()
        for grid in self.grids:
            grid.fill(self.contentsRect().width() - 2 * _MARGIN, room / len(self.grids))

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self.histogram.set_theme(theme)
