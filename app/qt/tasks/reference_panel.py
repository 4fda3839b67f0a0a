"""The references of one role in a panel of their own, for tasks that set the most against the least."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout

from app.qt.evidence_panel import LEAST_MARK, MOST_MARK
from app.qt.reference_grid import ReferenceGrid
from app.qt.sights import Evidence, Example
from app.qt.texts import trial as texts
from app.qt.theme import Theme
from app.qt.words import words
from app.study.records import Role

_MARGIN, _SPACING = 14, 8
_LARGEST = 248
"""The most room that one image takes, with the gap beside it."""


class PaintedGrid(ReferenceGrid):
    """Says when its examples were really on screen."""

    painted = Signal()
    """The examples handed over last are on screen, for the first time."""

    _new = False

    def show_examples(self, examples: Sequence[Example]) -> None:
        """Draw the first nine of these; `fill` comes next, for their number may be another."""
        super().show_examples(examples)
        self._new = bool(examples)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw every example, then say so."""
        super().paintEvent(event)
        if self._new:
            self._new = False
            self.painted.emit()


class ReferencePanel(QFrame):
    """Examples in a square: nine are three by three. Panels of one size show as many images of one size.

    Args:
        role: which examples.
        notice: what stands above them when they are others than before.
    """

    def __init__(self, role: Role, notice: str) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._role = role
        most = role == "most"
        self.grid = PaintedGrid(texts.MOST_GRID if most else texts.LEAST_GRID)
        mark, heading = (MOST_MARK, texts.MOST) if most else (LEAST_MARK, texts.LEAST)
        self.heading, self.notice = words(f"{mark} {heading}", role), words(f"{mark} {notice}", "notice")
        # One in place of the other: nothing on the page moves when the examples change.
        self._head = QStackedLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 12, _MARGIN, 8)
        layout.setSpacing(_SPACING)
        layout.addLayout(self._head)
        for label in (self.heading, self.notice):  # only now: without the panel they would be windows of their own
            label.setWordWrap(False)
            self._head.addWidget(label)
        layout.addWidget(self.grid)
        layout.addStretch(1)

    def show_evidence(self, evidence: Evidence | None, *, new: bool) -> None:
        """Draw the examples of this role; `new` says to the rater that they were others until now."""
        examples = evidence.examples if evidence is not None else ()
        self._head.setCurrentWidget(self.notice if new else self.heading)
        self.grid.show_examples([example for example in examples if example.role == self._role])
        self._fill()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors; what is painted by hand has no style sheet."""
        self.grid.setPalette(theme.palette())
        self._fill()

    def size_in(self, room: QSize) -> QSize:
        """What the panel takes of a room, with its images as large as they can be."""
        columns, rows = self._shape
        wide = (room.width() - 2 * _MARGIN) / columns
        high = (room.height() - self._fixed) / rows - self._line
        cell = max(32.0, min(_LARGEST, wide, high))
        return QSize(int(columns * cell) + 2 * _MARGIN, ceil(rows * (cell + self._line)) + self._fixed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw the images in the new size."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        columns, rows = self._shape
        width = self.contentsRect().width() - 2 * _MARGIN
        # Somewhat more height than it takes; with much more, the grid would rather have fewer columns.
        self.grid.fill(width, rows * (width / columns + 2 * self._line))

    @property
    def _shape(self) -> tuple[int, int]:
        """Columns and rows."""
        count = max(1, len(self.grid.examples))
        columns = ceil(sqrt(count))
        return columns, ceil(count / columns)

    @property
    def _line(self) -> int:
        """Room for the words under each image; the gap between images lies beside them, too."""
        return self.grid.fontMetrics().height() + 4

    @property
    def _fixed(self) -> int:
        """The height of everything but the images."""
        return 20 + _SPACING + self._head.sizeHint().height()
