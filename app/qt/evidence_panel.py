"""What the unit responds to: examples of the most and the least, and how often it responds at all."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.qt.activation_histogram import ActivationHistogram
from app.qt.reference_grid import ReferenceGrid
from app.qt.sights import Evidence
from app.qt.texts import trial as texts
from app.qt.theme import Theme
from app.qt.words import activation_words, words
from app.study.records import Histogram

_MARGIN, _SPACING = 16, 6
MOST_MARK, LEAST_MARK = "\N{BLACK UP-POINTING TRIANGLE}", "\N{BLACK DIAMOND}"
LINE_MARK = "\N{BOX DRAWINGS HEAVY VERTICAL}"


class EvidencePanel(QFrame):
    """The left side of a page where one image is judged; the same for every trial of a unit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.grids = (ReferenceGrid(texts.MOST_GRID), ReferenceGrid(texts.LEAST_GRID))
        self.histogram = ActivationHistogram(theme)
        self.revealed = words("", "revealed")
        self.revealed.setWordWrap(False)
        self.revealed_bare = words("", "revealed")
        self.histogram_bare = ActivationHistogram(theme)
        self._evidence: Evidence | None = None
        self._new = False  # the rater is yet to be told that the examples are others
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._build_evidence())
        self._stack.addWidget(self._build_nothing())

    def show_evidence(self, evidence: Evidence | None, histogram: Histogram, *, new: bool) -> None:
        """Draw what a unit responds to; `new` says to the rater that it was another unit until now.

        None: no examples are shown, and the histogram only behind an activation that is.
        """
        self._new = self._new or new
        self._stack.setCurrentIndex(0 if evidence is not None else 1)
        if evidence is None:
            self.histogram_bare.show_evidence(Evidence((), histogram))
            return
        self._head.setCurrentWidget(self.notice if self._new else self.heading)
        self._new = False
        if evidence is self._evidence:
            return
        self._evidence = evidence
        for grid, role in zip(self.grids, ("most", "least"), strict=True):
            grid.show_examples([example for example in evidence.examples if example.role == role])
        self.histogram.show_evidence(evidence)
        self._share_out()

    def show_activation(self, activation: float | None) -> None:
        """Say in the histogram and in words what the unit makes of the image to judge; None: say nothing of it."""
        for histogram in (self.histogram, self.histogram_bare):
            histogram.mark(*(() if activation is None else (activation,)))
        self.histogram_bare.setVisible(activation is not None)
        said = "" if activation is None else texts.THIS_IMAGE.format(activation=activation_words(activation))
        self.revealed.setText(f"{LINE_MARK} {said}" if said else "")
        self.revealed_bare.setText(said)

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
        for histogram in (self.histogram, self.histogram_bare):
            histogram.set_theme(theme)
        self._share_out()

    # ---- what is on the panel ------------------------------------------------------------------------------------

    def _build_evidence(self) -> QWidget:
        inside = QWidget()
        # One in place of the other: nothing on the page moves when the examples change.
        self.heading, self.notice = words(texts.EVIDENCE, "heading"), words(texts.NEW_EXAMPLES, "notice")
        self._head = QStackedLayout()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(_MARGIN, 12, _MARGIN, 10)
        layout.setSpacing(_SPACING)
        layout.addLayout(self._head)
        for label in (self.heading, self.notice):  # only now: without the panel they would be windows of their own
            self._head.addWidget(label)
        most, least = words(f"{MOST_MARK} {texts.MOST}", "most"), words(f"{LEAST_MARK} {texts.LEAST}", "least")
        everything = words(texts.ALL_IMAGES, "muted")
        self._words = [most, least, everything]
        head = QHBoxLayout()
        head.addWidget(everything, 1)
        head.addWidget(self.revealed)
        for label, grid in zip((most, least), self.grids, strict=True):
            layout.addWidget(label)
            layout.addWidget(grid)
        layout.addLayout(head)
        layout.addWidget(self.histogram)
        layout.addStretch(1)
        layout.setStretchFactor(self.histogram, 1000)
        return inside

    def _build_nothing(self) -> QWidget:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(_MARGIN, 12, _MARGIN, 10)
        layout.setSpacing(_SPACING)
        layout.addStretch(1)
        for label in (words(texts.NO_EXAMPLES, "quiet"), self.revealed_bare):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addWidget(self.histogram_bare)
        self.histogram_bare.hide()
        layout.addStretch(1)
        return inside
