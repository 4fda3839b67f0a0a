"""The key numbers side by side: as many in a row as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from app.findings.cards import Card
from app.qt.results.gauge import Gauge
from app.qt.texts import results as texts
from app.qt.theme import Theme
from app.qt.words import words

_LETTERS = 34
"""Of middle width, that a card has room for at least."""
_GAP = 12


class CardView(QFrame):
    """One key number: what it is, the number with its interval, its picture, and what it says."""

    def __init__(self, card: Card, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.gauge = Gauge(card, theme)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(6)
        layout.addWidget(words(card.heading, "heading"))
        layout.addWidget(words(card.value or texts.NO_NUMBER, "title"))
        layout.addWidget(words(card.interval))
        layout.addWidget(self.gauge)
        for text, role in ((card.supports, "name"), (card.second, "body"), (card.says, "muted"), (card.note, "muted")):
            if text:
                layout.addWidget(words(text, role))
        layout.addStretch(1)


class Cards(QWidget):
    """The cards in one, two or four columns."""

    def __init__(self) -> None:
        super().__init__()
        self.views: list[CardView] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)

    def show_cards(self, cards: Sequence[Card], theme: Theme) -> None:
        """Draw these."""
        for view in self.views:
            self._grid.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.views = [CardView(card, theme) for card in cards]
        self._columns = 0
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        for view in self.views:
            view.gauge.set_theme(theme)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may hold another number of columns."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        least = _LETTERS * self.fontMetrics().averageCharWidth() + _GAP
        room = max(1, self.width() // least)
        columns = min(room, len(self.views)) or 1
        if columns == 3 and len(self.views) == 4:
            columns = 2
        if columns == self._columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for place, view in enumerate(self.views):
            self._grid.addWidget(view, place // columns, place % columns, Qt.AlignmentFlag(0))
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
