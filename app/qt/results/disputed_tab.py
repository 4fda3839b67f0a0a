"""The stimuli that raters differ about most, and who said what of each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget
from shiboken6 import isValid

from analysis.figures import Report
from app.errors import Fault
from app.export import StimulusPicture
from app.findings.account import Account
from app.findings.charts.chart import Key
from app.findings.labels import Label
from app.qt.background import Work
from app.qt.results.chart_ink import Ink
from app.qt.results.chart_legend import ChartLegend
from app.qt.results.said_panel import SaidPanel
from app.qt.results.stimulus_strip import StimulusGallery
from app.qt.texts import results_charts as texts
from app.qt.theme import Theme
from app.qt.words import words
from app.results.looking import disputed
from app.results.pictures import stimulus_pictures
from app.results.source import Source


class DisputedTab(QWidget):
    """A gallery of disputed stimuli; a click or Enter shows one large, with what each rater said."""

    def __init__(self, theme: Theme, work: Work) -> None:
        super().__init__()
        self._theme, self._work = theme, work
        self._source: Source | None = None
        self._labels: tuple[Label, ...] = ()
        self._label: str | None = None
        self._disputed: tuple[StimulusPicture, ...] = ()
        self.heading = words(texts.DISPUTED, "heading")
        self.hint = words(texts.READING, "muted")
        self.legend = ChartLegend(Ink.of(theme, ()))
        self.gallery = StimulusGallery(theme, work)
        self.panel = SaidPanel(work, back=False)
        self._lay_out()
        self.gallery.opened.connect(self._open)

    @property
    def first(self) -> QWidget:
        """What takes the keyboard when the tab is turned to."""
        return self.gallery

    def show_results(self, source: Source, report: Report, account: Account) -> None:
        """Show these results of this study."""
        self._source, self._labels = source, account.labels
        self._disputed = ()
        self.gallery.thumbnails.forget()
        self._draw_legend()
        self.hint.setText(texts.READING)
        self.gallery.show_stimuli((), ())
        self.panel.clear()

        def read() -> tuple[StimulusPicture, ...]:
            return disputed(stimulus_pictures(source), report)

        self._work(read, lambda outcome: self._arrived(source, outcome))

    def pick_label(self, label: str | None) -> None:
        """Show only those that somebody gave this label; None: all."""
        if label != self._label:
            self._label = label
            if self._source is not None:
                self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self._theme = theme
        self._draw_legend()
        self.gallery.set_theme(theme)

    def _arrived(self, source: Source, outcome: tuple[StimulusPicture, ...] | Fault) -> None:
        if isValid(self) and source is self._source and not isinstance(outcome, Fault):
            self._disputed = outcome
            self._draw()

    def _draw(self) -> None:
        label = self._label
        found = [one for one in self._disputed if label is None or one.shares.get(label, 0.0) > 0]
        if not self._disputed:
            self.hint.setText(texts.NOTHING_DISPUTED)
        elif label is None:
            self.hint.setText(texts.HOW_TO_OPEN)
        else:
            self.hint.setText((texts.CALLED if found else texts.NONE_CALLED).format(label=label))
        self.gallery.show_stimuli(found, self._labels)
        self.panel.clear()
        if found:
            self.gallery.choose(0)
            self._open(found[0])

    def _draw_legend(self) -> None:
        keys = [Key("bar", label.name, label.index) for label in self._labels]
        self.legend.show_keys(keys, Ink.of(self._theme, self._labels))

    def _open(self, stimulus: StimulusPicture) -> None:
        if self._source is not None:
            self.panel.show_stimulus(self._source, stimulus)

    def _lay_out(self) -> None:
        left = QFrame()
        left.setProperty("role", "plain")
        inside = QVBoxLayout(left)
        inside.setContentsMargins(14, 12, 6, 12)
        inside.setSpacing(6)
        for part in (self.heading, self.hint, self.legend):
            inside.addWidget(part)
        inside.addWidget(self.gallery, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([500, 500])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
