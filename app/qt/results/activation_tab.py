"""The charts over the activation, and beside them the stimuli of the band that is pointed at."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from analysis.figures import Report
from app.errors import Fault
from app.export import StimulusPicture
from app.findings.account import Account
from app.qt.background import Work
from app.qt.results.chart_column import ChartColumn
from app.qt.results.chart_extent import Range
from app.qt.results.said_panel import SaidPanel
from app.qt.results.stimulus_strip import SIDE, StimulusGallery
from app.qt.texts import results_charts as texts
from app.qt.theme import Theme
from app.qt.words import activation_words, words
from app.results.looking import stimuli_between
from app.results.pictures import stimulus_pictures
from app.results.source import Source

_KEYS = (
    "correct_given_gap",
    "label_given_activation",
    "label_and_activation",
    "label_contribution",
    "label_given_activation_each",
    "activation_given_label",
    "mean_given_activation",
    "auroc",
)
_TILES = 3
"""Beside one another, at least."""


class ActivationTab(QWidget):
    """Pointing at a band of activation shows its stimuli, a click keeps them; a stimulus says who said what of it."""

    def __init__(self, theme: Theme, work: Work) -> None:
        super().__init__()
        self._work = work
        self._source: Source | None = None
        self._account: Account | None = None
        self._label: str | None = None
        self._pictures: tuple[StimulusPicture, ...] = ()
        self._band: Range | None = None
        self.pinned: Range | None = None
        """The band whose stimuli are kept, wherever the mouse goes."""
        self.charts = ChartColumn(theme)
        self.heading = words(texts.POINT, "heading")
        self.hint = words(texts.HOW_TO_POINT, "muted")
        self.gallery = StimulusGallery(theme, work)
        self.panel = SaidPanel(work, back=True)
        self.beside = QStackedWidget()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self.charts.bin_pointed.connect(self._point)
        self.charts.bin_picked.connect(self._pin_or_let_go)
        self.charts.built.connect(self._order)
        self.gallery.opened.connect(self._open)
        self.panel.back.connect(self._close)

    @property
    def first(self) -> QWidget:
        """What takes the keyboard when the tab is turned to."""
        return self.charts.first

    def show_results(self, source: Source, report: Report, account: Account) -> None:  # noqa: ARG002
        """Show these results of this study."""
        self._source, self._account = source, account
        self._pictures = ()
        self._band = None
        self._pin(None)
        self._close()
        self.gallery.thumbnails.forget()
        self.beside.setVisible(source.rubric.task != "which_one")
        self._draw()
        self._tell()
        self._work(lambda: stimulus_pictures(source), lambda outcome: self._arrived(source, outcome))

    def pick_label(self, label: str | None) -> None:
        """Let this label stand out, and show the charts about it; None: all alike."""
        if label != self._label:
            self._label = label
            self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self.charts.set_theme(theme)
        self.gallery.set_theme(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back from a stimulus to the others, then lets go of the band."""
        if event.key() == Qt.Key.Key_Escape and self.beside.currentWidget() is self.panel:
            self._close()
        elif event.key() == Qt.Key.Key_Escape and self.pinned is not None:
            self._pin(None)
            self._tell()
        else:
            super().keyPressEvent(event)

    # ---- bands -----------------------------------------------------------------------------------------------------

    def _point(self, band: Range | None) -> None:
        # Whatever is shown stays while the mouse is on its way to it.
        if band is not None and self.pinned is None and band != self._band:
            self._band = band
            self._tell()

    def _pin_or_let_go(self, band: Range) -> None:
        self._pin(None if band == self.pinned else band)
        self._band = band
        self._close()
        self._tell()

    def _pin(self, band: Range | None) -> None:
        self.pinned = band
        self.charts.pin(band)

    def _arrived(self, source: Source, outcome: list[StimulusPicture] | Fault) -> None:
        if isValid(self) and source is self._source and not isinstance(outcome, Fault):
            self._pictures = tuple(outcome)
            self._tell()

    def _tell(self) -> None:
        """The stimuli of the band, and what they are."""
        if self._band is None or self._account is None:
            self.heading.setText(texts.POINT)
            self.hint.setText(texts.HOW_TO_POINT)
            self.gallery.show_stimuli((), ())
            return
        low, high = self._band
        found = stimuli_between(self._pictures, low, high)
        count = texts.BAND_COUNT_ONE if len(found) == 1 else texts.BAND_COUNT.format(count=len(found))
        self.heading.setText(texts.BAND.format(low=activation_words(low), high=activation_words(high)))
        pinned = texts.PINNED if self.pinned is not None else texts.NOT_PINNED
        self.hint.setText(f"{count}. {pinned}" if self._pictures else texts.READING)
        self.gallery.show_stimuli(found, self._account.labels)

    # ---- one stimulus ------------------------------------------------------------------------------------------------

    def _open(self, stimulus: StimulusPicture) -> None:
        if self._source is None:
            return
        if self.pinned is None and self._band is not None:
            self._pin(self._band)  # or the way back would lead to another band
            self._tell()
        self.panel.show_stimulus(self._source, stimulus)
        self.beside.setCurrentWidget(self.panel)
        self.panel.to_back.setFocus()

    def _close(self) -> None:
        had = self.panel.isAncestorOf(self.focusWidget()) if self.focusWidget() is not None else False
        self.beside.setCurrentIndex(0)
        self.panel.clear()
        if had:
            self.gallery.setFocus()

    # ---- drawing -----------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        account = self._account
        if account is None:
            return
        wanted = {chart.key: chart for chart in account.charts if chart.label in (None, self._label or chart.label)}
        charts = [wanted[key] for key in _KEYS if key in wanted]
        self.charts.show_charts(charts, account.labels, account.notice, self._label)

    def _lay_out(self) -> None:
        strip = QFrame()
        strip.setProperty("role", "plain")
        inside = QVBoxLayout(strip)
        inside.setContentsMargins(14, 12, 6, 12)
        inside.setSpacing(6)
        inside.addWidget(self.heading)
        inside.addWidget(self.hint)
        inside.addWidget(self.gallery, 1)
        self.beside.addWidget(strip)
        self.beside.addWidget(self.panel)
        self.beside.setMinimumWidth((_TILES - 1) * (SIDE + 16) + 60)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.charts)
        self.split.addWidget(self.beside)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setSizes([600, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.split)

    def _order(self) -> None:
        """Tab goes through the charts first: built one by one, they would come after what stands beside them."""
        beside = (self.gallery, self.panel.to_back, self.panel.table, self.panel.notes)
        for one, following in pairwise((*self.charts.views[-1:], *beside)):
            QWidget.setTabOrder(one, following)
