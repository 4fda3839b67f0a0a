"""The colors and hatches of a chart, light or dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor

from app.findings.charts.chart import Tone
from app.findings.labels import Label
from app.qt.theme import Theme

_PATTERNS = {
    "////": Qt.BrushStyle.BDiagPattern,
    "....": Qt.BrushStyle.Dense7Pattern,
    "\\\\\\\\": Qt.BrushStyle.FDiagPattern,
    "xxxx": Qt.BrushStyle.DiagCrossPattern,
    "----": Qt.BrushStyle.HorPattern,
    "++++": Qt.BrushStyle.CrossPattern,
    "||||": Qt.BrushStyle.VerPattern,
}
_FADED = 70
"""The opacity, of 255, of labels that were not picked."""
_MIDDLE = 128
_HATCH = 150


@dataclass(frozen=True, slots=True)
class Ink:
    """What each tone looks like in a theme; where a label is picked, the others fade."""

    theme: Theme
    labels: Mapping[int, Label]
    picked: int | None = None

    @classmethod
    def of(cls, theme: Theme, labels: Sequence[Label], picked: str | None = None) -> Ink:
        """The ink for these labels, of which one may be picked by name."""
        chosen = next((label.index for label in labels if label.name == picked), None)
        return cls(theme, {label.index: label for label in labels}, chosen)

    def color(self, tone: Tone) -> QColor:
        """The color of a tone."""
        if isinstance(tone, int):
            label = self.labels.get(tone)
            color = QColor(self.theme.bars if label is None else label.dark if self.dark else label.light)
            if self.fades(tone):
                color.setAlpha(_FADED)
            return color
        return QColor({"ink": self.theme.text, "accent": self.theme.accent, "faint": self.theme.bars}[tone])

    def hatch(self, label: int) -> QBrush | None:
        """The pattern over a label's color, or None for a plain one."""
        found = self.labels.get(label)
        if found is None or not found.hatch:
            return None
        color = QColor(self.theme.surface)
        color.setAlpha(_FADED if self.fades(label) else _HATCH)
        return QBrush(color, _PATTERNS.get(found.hatch, Qt.BrushStyle.SolidPattern))

    def fades(self, label: int) -> bool:
        """Another label was picked."""
        return self.picked is not None and label != self.picked

    @property
    def dark(self) -> bool:
        """Light words on dark ground."""
        return QColor(self.theme.surface).lightness() < _MIDDLE
