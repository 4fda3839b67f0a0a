"""The parts of the results page: each is built ahead in a quiet moment, and drawn when it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.qt.background import Work
from app.qt.results.activation_tab import ActivationTab
from app.qt.results.charts_tab import SESSION, ChartsTab
from app.qt.results.disputed_tab import DisputedTab
from app.qt.results.figures_tab import FiguresTab
from app.qt.results.finding import Found
from app.qt.results.raters_tab import RatersTab
from app.qt.results.summary_tab import SummaryTab
from app.qt.texts import results as texts
from app.qt.theme import Theme

T = TypeVar("T", bound=QWidget)


class Later(QWidget, Generic[T]):
    """The place of a tab that is built later: all of them at once would keep the window from answering."""

    def __init__(self, make: Callable[[], T]) -> None:
        super().__init__()
        self._make = make
        self._tab: T | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    @property
    def built(self) -> bool:
        """Whether it is there."""
        return self._tab is not None

    def get(self) -> T:
        """The tab, built if it is not there yet."""
        if self._tab is None:
            self._tab = self._make()
            self._layout.addWidget(self._tab)
        return self._tab


class ResultsTabs(QTabWidget):
    """Six tabs that show one Found."""

    only_rater = Signal(str)
    """Everything is to be computed from what this rater said alone."""

    def __init__(self, theme: Theme, work: Work) -> None:
        super().__init__()
        self.setAccessibleName(texts.TABS)
        self.tabBar().setAccessibleName(texts.TABS)
        self.setDocumentMode(True)
        self.tabBar().setDrawBase(False)
        self._theme = theme
        self._found: Found | None = None
        self._label: str | None = None
        self._stale: set[int] = set()
        """The tabs that do not show what was found yet."""
        self.summary = Later(lambda: SummaryTab(self._theme))
        self.activation = Later(lambda: ActivationTab(self._theme, work))
        self.raters = Later(self._raters)
        self.disputed = Later(lambda: DisputedTab(self._theme, work))
        self.session = Later(lambda: ChartsTab(SESSION, texts.NO_SESSION, self._theme))
        self.figures = Later(FiguresTab)
        self._all: list[Later[Any]] = [
            self.summary,
            self.activation,
            self.raters,
            self.disputed,
            self.session,
            self.figures,
        ]
        for number, (later, name) in enumerate(zip(self._all, texts.TAB_NAMES, strict=True), 1):
            self.addTab(later, name)
            self.setTabToolTip(number - 1, texts.TAB_TIP.format(name=name, number=number))
        self.currentChanged.connect(self._draw)
        self._ahead = QTimer(self)
        self._ahead.timeout.connect(self._build_one)
        self._ahead.start(0)

    def show_found(self, found: Found, label: str | None) -> None:
        """Show these results, with this label standing out; None: all alike."""
        self._found, self._label = found, label
        self._stale = set(range(self.count()))
        self._draw(self.currentIndex())

    def pick_label(self, label: str | None) -> None:
        """Let this label stand out."""
        self._label = label
        self._draw(self.currentIndex())

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self._theme = theme
        for later in (self.summary, self.activation, self.raters, self.disputed, self.session):
            if later.built:
                later.get().set_theme(theme)

    def turn_to(self, place: int) -> None:
        """Show this tab, and give it the keyboard; the row of tabs where there is nothing in it to walk through."""
        self.setCurrentIndex(place)
        first: QWidget = self._all[place].get().first
        (first if first.isVisibleTo(self) else self.tabBar()).setFocus()

    def turn(self, step: int) -> None:
        """Show the tab so many places on."""
        self.turn_to((self.currentIndex() + step) % self.count())

    def _raters(self) -> RatersTab:
        tab = RatersTab(self._theme)
        tab.only_rater.connect(self.only_rater)
        return tab

    def _build_one(self) -> None:
        """Build the next tab; the window answers in between."""
        later = next((one for one in self._all if not one.built), None)
        if later is None:
            self._ahead.stop()
        else:
            later.get()

    def _draw(self, place: int) -> None:
        """Draw a tab when it is looked at, and not before."""
        found = self._found
        if found is None:
            return
        tab = self._all[place].get()
        if isinstance(tab, (ActivationTab, RatersTab, DisputedTab, ChartsTab)):
            tab.pick_label(self._label)
        if place not in self._stale:
            return
        self._stale.discard(place)
        if isinstance(tab, (ActivationTab, DisputedTab)):
            tab.show_results(found.source, found.report, found.account)
        elif isinstance(tab, (SummaryTab, RatersTab, ChartsTab, FiguresTab)):
            tab.show_found(found)
