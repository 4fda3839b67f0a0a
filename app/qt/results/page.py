"""The results page: a study's report in the window, computed once and looked at from all sides."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.qt.background import Background, Work
from app.qt.elided_label import ElidedLabel
from app.qt.results.export_dialog import ExportDialog
from app.qt.results.finding import Asked, Finder, Found
from app.qt.results.loading import Loading
from app.qt.results.pick_bar import PickBar
from app.qt.results.tabs import ResultsTabs
from app.qt.stoppable import Stoppable
from app.qt.texts import results as texts
from app.qt.theme import Theme
from app.qt.words import button, words
from app.results.looking import Look

_MARGIN = 16


class ResultsPage(QWidget):
    """Computes in `computing`, a worker of its own; decodes pictures in `work`.

    Args:
        path: the study file.
        unit: whose results to begin with; the study's first where None.
        theme: the colors.
        computing: where figures are computed and reports written.
        work: where pictures are decoded.
    """

    back = Signal()

    def __init__(self, path: Path, unit: str | None, theme: Theme, computing: Background, work: Work) -> None:
        super().__init__()
        self.setAccessibleName(texts.PAGE)
        self._computing = computing
        self.found: Found | None = None
        self._finder = Finder(path)
        self._asked = Asked(unit)
        self.task = Stoppable(computing, self)
        self.task.done.connect(self._show)
        self.task.failed.connect(self._fail)
        self.task.stopped.connect(self._stopped)
        self.title = ElidedLabel(path.stem, "heading", Qt.TextElideMode.ElideRight)
        self.notice = words("", "notice")
        self.looking = words("", "banner")
        self.to_export = button(texts.EXPORT, self._export)
        self.to_refresh = button(texts.REFRESH, self.refresh)
        self.to_refresh.setToolTip(texts.REFRESH_KEY)
        self.to_back = button(texts.BACK, self.back.emit)
        self.tabs = ResultsTabs(theme, work)
        self.picks = PickBar()
        self.tabs.only_rater.connect(self.picks.pick_rater)
        self.picks.asked.connect(self.ask)
        self.picks.label_picked.connect(lambda: self.tabs.pick_label(self.picks.picked_label))
        self.picks.hide()
        self.loading = Loading()
        self.loading.cancel.connect(self.task.stop)
        self.loading.again.connect(lambda: self.ask(self._asked))
        self.task.progressed.connect(self.loading.go_on)
        self.dialog: ExportDialog | None = None
        self._lay_out()
        self._build_keys()

    # ---- what is computed ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Compute what the page begins with."""
        self.ask(self._asked)

    def ask(self, asked: Asked) -> None:
        """Show these results: at once where they were computed before, else instead of what is being computed."""
        self._asked = asked
        known = self._finder.known(asked)
        if known is not None:
            self.task.drop()
            self._show(known)
            return
        self.looking.hide()
        self._look_at(self.loading)
        self.loading.wait()
        self.to_export.setEnabled(False)
        self.task.start(partial(self._finder.find, asked))

    def refresh(self) -> None:
        """Read the file anew and compute again."""
        self._finder = Finder(self._finder.path)
        self.ask(self._asked)

    def leave(self) -> None:
        """The page is left: nothing goes on."""
        self.task.drop()
        gc.unfreeze()
        if self.dialog is not None:
            self.dialog.leave()

    def _show(self, found: object) -> None:
        if not isinstance(found, Found):
            return
        gc.freeze()  # a study stays as long as the page: the collector need not look through it again and again
        self.found, self._asked = found, found.asked
        account = found.account
        self.title.say(texts.UNIT_OF.format(unit=account.unit, title=account.title))
        self.notice.setText(account.notice)
        self.notice.setVisible(bool(account.notice))
        look = in_words(found.asked.look)
        self.looking.setText(look)
        self.looking.setVisible(bool(look))
        self.picks.show_found(found)
        self.picks.show()
        self.to_export.setEnabled(True)
        self._look_at(self.tabs)
        self.tabs.show_found(found, self.picks.picked_label)

    def _fail(self, why: str) -> None:
        self.loading.say(why, stopped=False)
        self.loading.to_compute.setFocus()

    def _stopped(self) -> None:
        self.loading.say(texts.STOPPED, stopped=True)
        self.loading.to_compute.setFocus()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self.tabs.set_theme(theme)

    # ---- export --------------------------------------------------------------------------------------------------

    def _export(self) -> None:
        if self.found is None:
            return
        self.dialog = ExportDialog(self._finder.path, self.found.source.unit.name, self._computing, self)
        self.dialog.finished.connect(self._exported)
        self.dialog.open()

    def _exported(self) -> None:
        self.dialog = None

    # ---- the page itself -----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        for made in (self.to_export, self.to_refresh, self.to_back):
            head.addWidget(made)
        self.views = QStackedWidget()
        self.views.addWidget(self.loading)
        self.views.addWidget(self.tabs)
        above = QVBoxLayout()
        above.setContentsMargins(_MARGIN, 10, _MARGIN, 8)
        above.setSpacing(8)
        above.addLayout(head)
        for part in (self.notice, self.picks, self.looking):
            above.addWidget(part)
        self.notice.hide()
        self.looking.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(above)
        layout.addWidget(self.views, 1)

    def _build_keys(self) -> None:
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for place in range(self.tabs.count()):
            key = QShortcut(QKeySequence(f"Ctrl+{place + 1}"), self, context=within)
            key.activated.connect(partial(self._turn_to, place))
        for keys, step in (("Ctrl+Tab", 1), ("Ctrl+Shift+Tab", -1)):
            key = QShortcut(QKeySequence(keys), self, context=within)
            key.activated.connect(partial(self._turn, step))
        key = QShortcut(QKeySequence(QKeySequence.StandardKey.Refresh), self, context=within)
        key.activated.connect(self.refresh)

    def _turn(self, step: int) -> None:
        if self.views.currentWidget() is self.tabs:
            self.tabs.turn(step)

    def _turn_to(self, place: int) -> None:
        if self.views.currentWidget() is self.tabs:
            self.tabs.turn_to(place)

    def _look_at(self, view: QWidget) -> None:
        """Turn to it; the keyboard goes along unless it is elsewhere on the page."""
        focused = self.window().focusWidget()
        had = focused is None or focused in (self, self.views) or self.views.isAncestorOf(focused)
        self.views.setCurrentWidget(view)
        if had:
            self._first().setFocus()

    def _first(self) -> QWidget:
        """What takes the keyboard when the page does."""
        return self.tabs.tabBar() if self.views.currentWidget() is self.tabs else self.loading.first

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keyboard on. A focus proxy would do it too, but Tab would lead to it again and again."""
        super().focusInEvent(event)
        self._first().setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.back.emit()
        else:
            super().keyPressEvent(event)


def in_words(look: Look) -> str:
    """What is looked at where it is not what the report is about; empty where it is."""
    condition = texts.CONDITIONS_LONG.get(look.condition, look.condition)
    if look.rater is None:
        return texts.ONLY_CONDITION.format(condition=condition) if condition else ""
    rater = " ".join(look.rater.split())
    if not condition:
        return texts.ONLY_RATER.format(rater=rater)
    return texts.ONLY_BOTH.format(rater=rater, condition=condition)
