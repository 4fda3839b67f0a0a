"""Two images to choose between, with what the unit responds to most on their left and least on their right."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.qt.evidence_panel import MOST_MARK
from app.qt.heat_map import HeatLegend
from app.qt.images import Picture
from app.qt.sights import Evidence
from app.qt.stimulus_view import StimulusView
from app.qt.tasks.reference_panel import ReferencePanel
from app.qt.texts import which_one as texts
from app.qt.theme import Theme
from app.qt.words import activation_words, words
from app.study.records import Reveal

_GAP = 14
_PANEL_SHARE = 0.24
"""Of the width, for each panel."""
_LARGEST = 760
"""Images are no wider apart than they can be compared at a glance."""
_BOUNDLESS = 10_000


class PairStage(QWidget):
    """Everything is placed here by arithmetic, so that both images, and both panels, are always of one size."""

    painted = Signal()
    """Both images are on screen, for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(480, 160)
        self.panels = (ReferencePanel("most", texts.NEW_MOST), ReferencePanel("least", texts.NEW_LEAST))
        self.images = (StimulusView(), StimulusView())
        self.captions = (words(""), words(""))
        self.legends = (HeatLegend(), HeatLegend())
        self._unpainted: set[QWidget] = set()
        self._with_panels = False
        for widget in (*self.panels, *self.images, *self.captions, *self.legends):
            widget.setParent(self)
        for image, caption, name in zip(self.images, self.captions, texts.IMAGES, strict=True):
            image.setAccessibleName(name)
            image.cannot_be_shown = texts.NO_IMAGE
            image.setMinimumSize(0, 0)
            image.painted.connect(lambda image=image: self._image_painted(image))
            caption.setWordWrap(False)
            caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_reveals(())

    def clear(self) -> None:
        """Take the two images away, and what was said of them; the references stay until there are others."""
        self._unpainted.clear()
        for image in self.images:
            image.clear()
        self.show_reveals(())

    def show_evidence(self, evidence: Evidence | None, *, new: bool) -> None:
        """Draw the references; without any, the images have all the room. `new`: they were others until now."""
        self._with_panels = evidence is not None and bool(evidence.examples)
        for panel in self.panels:
            panel.show_evidence(evidence, new=new)
            panel.setVisible(self._with_panels)
        self._place()

    def show_pair(self, pictures: Sequence[Picture]) -> None:
        """Draw the left and the right image."""
        self._unpainted = set(self.images)
        for image, picture in zip(self.images, pictures, strict=True):
            image.show_picture(picture)

    def zoom_by(self, steps: float) -> None:
        """Draw both images so many steps larger."""
        for image in self.images:
            image.zoom_by(steps)

    @property
    def has_heat(self) -> bool:
        """There is a heat map of an image, and it may be shown."""
        return any(heat is not None for heat in self._heats)

    def toggle_heat(self) -> None:
        """Lay the heat maps over the images, or take them away."""
        shown = any(image.shows_heat for image in self.images)
        for image, legend, heat in zip(self.images, self.legends, self._heats, strict=True):
            image.show_heat(None if shown else heat)
            legend.show_heat(None if shown else heat)
            legend.setVisible(image.shows_heat)
        self._place()

    def show_reveals(self, reveals: Sequence[Reveal]) -> None:
        """Say under the images what the unit makes of each, and which is higher; nothing where `reveals` is empty."""
        self._heats = tuple(reveal.heat for reveal in reveals) or (None, None)
        for legend in self.legends:
            legend.show_heat(None)  # hidden is not enough: a screen reader would find the numbers
            legend.hide()
        values: list[float | None] = [reveal.activation for reveal in reveals] or [None, None]
        for caption, name, value, other in zip(self.captions, texts.IMAGES, values, reversed(values), strict=True):
            text = _caption(value, other)
            caption.setText(text or name)
            caption.setAccessibleName(f"{name}: {text}" if text else name)
        self._place()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        for panel in self.panels:
            panel.set_theme(theme)
        for legend in self.legends:
            legend.setPalette(theme.palette())
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything anew."""
        super().resizeEvent(event)
        self._place()

    def _image_painted(self, image: QWidget) -> None:
        if image in self._unpainted:
            self._unpainted.remove(image)
            if not self._unpainted:
                self.painted.emit()

    def _place(self) -> None:
        # No higher than it needs: what is pressed stays close to what is seen.
        self.setMaximumHeight(max(self.minimumHeight(), self._tall(_BOUNDLESS)))
        panel, side, tall = self._panel_size(self.height()), self._side(self.height()), self._tall(self.height())
        beside = panel.width() + _GAP if self._with_panels else 0
        left, top = (self.width() - 2 * beside - 2 * side - _GAP) // 2, (self.height() - tall) // 2
        far = left + beside + 2 * (side + _GAP)
        for x, widget in zip((left, far), self.panels, strict=True):
            widget.setGeometry(QRect(QPoint(x, top + (tall - panel.height()) // 2), panel))
        line, below = self._line, top + tall - self._below
        for place, (image, caption) in enumerate(zip(self.images, self.captions, strict=True)):
            x = left + beside + place * (side + _GAP)
            image.setGeometry(QRect(x, top, side, below - top))
            caption.setGeometry(QRect(x, below, side, line))
            legend = self.legends[place]
            wide = min(side, legend.sizeHint().width())
            legend.setGeometry(QRect(x + (side - wide) // 2, below + line, wide, line))

    def _tall(self, height: int) -> int:
        """The height of the row, of so much."""
        return min(height, max(self._panel_size(height).height(), self._side(height) + self._below))

    def _side(self, height: int) -> int:
        """The width of an image, where the row may be so high."""
        beside = self._panel_size(height).width() + _GAP if self._with_panels else 0
        return min(_LARGEST, (self.width() - 2 * beside - _GAP) // 2)

    def _panel_size(self, height: int) -> QSize:
        if not self._with_panels:
            return QSize(0, 0)
        room = QSize(int(_PANEL_SHARE * self.width()), height)
        return self.panels[0].size_in(room).expandedTo(self.panels[1].size_in(room))

    @property
    def _line(self) -> int:
        """The height of a line of words under an image."""
        return ceil(1.8 * self.captions[0].fontMetrics().height())

    @property
    def _below(self) -> int:
        """Room for all that stands under an image."""
        return (2 if self.has_heat else 1) * self._line


def _caption(value: float | None, other: float | None) -> str:
    if value is None or other is None:
        return ""
    said = texts.ACTIVATION.format(activation=activation_words(value))
    return f"{said} {MOST_MARK} {texts.HIGHER}" if value > other else said
