"""What is looked at: which unit, label, rater and judgements."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.qt.choice import Choice
from app.qt.results.finding import Asked, Found
from app.qt.texts import results as texts
from app.qt.words import words
from app.results.looking import Look


class PickBar(QWidget):
    """A row of choices; each is there only where there is something to choose."""

    asked = Signal(object)
    """An Asked: something else is to be computed."""
    label_picked = Signal()
    """Another label is to stand out, or all."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.unit = self._add(texts.PICK_UNIT)
        self.rater = self._add(texts.PICK_RATER)
        self.condition = self._add(texts.PICK_CONDITION)
        self.label = self._add(texts.PICK_LABEL)
        self._row.addStretch(1)
        self._found: Found | None = None
        for choice in (self.unit, self.rater, self.condition):
            choice.activated.connect(self._ask)
        self.label.activated.connect(lambda: self.label_picked.emit())

    @property
    def picked_label(self) -> str | None:
        """The label whose charts are shown; None for all."""
        name = self.label.currentData()
        return name if isinstance(name, str) else None

    def show_found(self, found: Found) -> None:
        """Offer what there is to pick in these results; what was picked stays picked where it is still there."""
        before, self._found = self.picked_label, found
        look = found.asked.look
        self._fill(self.unit, [(name, name) for name in found.units], found.asked.unit)
        raters = [(texts.ALL_RATERS, None), *((name, name) for name in found.raters)]
        self._fill(self.rater, raters, look.rater, least=3)
        named = [(texts.CONDITIONS.get(name, name), name) for name in found.conditions]
        self._fill(self.condition, named, look.condition)
        labels = [(texts.ALL_LABELS, None), *((label.name, label.name) for label in found.account.labels)]
        self._fill(self.label, labels, before, least=3)

    def pick_rater(self, name: str | None) -> None:
        """Look at what this rater said, as if they were picked here; None: at all raters again."""
        place = self.rater.findData(name) if name is not None else 0
        if place >= 0:
            self.rater.setCurrentIndex(place)
            self._ask()

    def _ask(self) -> None:
        found = self._found
        if found is None:
            return
        unit = str(self.unit.currentData())
        if unit != found.asked.unit:
            self.asked.emit(Asked(unit))  # another unit may have had other raters
            return
        condition, rater = self.condition.currentData(), self.rater.currentData()
        self.asked.emit(Asked(unit, Look(condition=condition or found.asked.look.condition, rater=rater)))

    def _add(self, name: str) -> QComboBox:
        choice = Choice()
        for part in (choice, choice.view()):
            part.setAccessibleName(name.replace("&", ""))
        label = words(name, "muted")
        label.setWordWrap(False)
        label.setBuddy(choice)
        self._row.addWidget(label)
        self._row.addWidget(choice)
        self._row.addSpacing(8)
        choice.named = label
        return choice

    @staticmethod
    def _fill(choice: QComboBox, entries: Sequence[tuple[str, str | None]], chosen: str | None, least: int = 2) -> None:
        choice.clear()
        for text, data in entries:
            choice.addItem(" ".join(text.split()), data)
        choice.setCurrentIndex(max(0, choice.findData(chosen) if chosen is not None else 0))
        there = len(entries) >= least
        choice.setVisible(there)
        if isinstance(choice, Choice) and choice.named is not None:
            choice.named.setVisible(there)
