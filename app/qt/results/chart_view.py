"""A chart in the window: any chart of a report, drawn from plain data, to be pointed at and walked through by keys."""

from __future__ import annotations

from html import escape
from math import ceil

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from app.findings.charts.chart import Chart
from app.findings.labels import Label
from app.qt.results.chart_canvas import Canvas
from app.qt.results.chart_extent import Range, Target, ranges_of
from app.qt.results.chart_ink import Ink
from app.qt.results.chart_legend import ChartLegend
from app.qt.results.chart_panel import PanelView, Place
from app.qt.texts import results_charts as texts
from app.qt.theme import Theme
from app.qt.words import words

_INCH = 6.0
"""Lines of text to an inch of a chart's height."""
_SQUARES = 1.35
"""Squares are that much larger than on a page: names stand on two of their sides, and a window is wider."""
_MARGIN, _BETWEEN = 18, 14
_NO_LIMIT = 16_777_215
"""The largest width that Qt knows."""
_TIP_LETTERS = 90
"""A line of a tip that is longer is broken; Qt breaks rather early."""
_ON = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}


class ChartView(QFrame):
    """One chart with its title, legend and caption; as high as it needs, so that a column of charts scrolls."""

    bin_pointed = Signal(object)
    """The bin (low, high) that is pointed at or walked to, or None."""
    bin_picked = Signal(object)
    """The bin (low, high) that was clicked, or chosen with Enter."""
    rater_picked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._theme = theme
        self._chart: Chart | None = None
        self._labels: tuple[Label, ...] = ()
        self._picked: str | None = None
        self._panels: list[PanelView] = []
        self._at: tuple[int, Target] | None = None
        self._pinned: Range | None = None
        self.title = words("", "heading")
        self.notice = words(texts.SIMULATED, "badge")
        self.notice.setWordWrap(False)
        self.legend = ChartLegend(Ink.of(theme, ()))
        self.canvas = Canvas()
        self.caption = words("", "muted")
        self._lay_out()
        self.canvas.moved.connect(self._point)
        self.canvas.pressed.connect(self._press)
        self.canvas.left.connect(lambda: self._go_to(None))

    @property
    def chart(self) -> Chart | None:
        """The chart that is shown."""
        return self._chart

    @property
    def panels(self) -> tuple[PanelView, ...]:
        """Its panels as they are drawn."""
        return tuple(self._panels)

    @property
    def said(self) -> str:
        """What is said of what is pointed at."""
        return self._at[1].says if self._at is not None else ""

    def show_chart(
        self,
        chart: Chart,
        labels: tuple[Label, ...],
        notice: str,
        picked: str | None = None,
        theme: Theme | None = None,
    ) -> None:
        """Draw this chart.

        Args:
            chart: what to draw.
            labels: the labels that its tones stand for.
            notice: what must stand beside it: that raters are simulated; else empty.
            picked: the label that stands out, the others fade.
            theme: its colors, where they are others than before.
        """
        self._theme = theme or self._theme
        self._chart, self._labels, self._picked = chart, labels, picked
        self.title.setText(chart.title)
        self.caption.setText(chart.caption)
        self.caption.setVisible(bool(chart.caption))
        self.notice.setVisible(bool(notice))
        self.notice.setAccessibleDescription(notice)
        self.setAccessibleName(chart.title)
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self._theme = theme
        self._draw()

    def pin(self, place: Range | None) -> None:
        """Show that the stimuli of this bin are kept; None: of none."""
        self._pinned = place
        for panel in self._panels:
            panel.mark_bin("pinned", place)

    # ---- pointing --------------------------------------------------------------------------------------------------

    def _point(self, scene: QPointF) -> None:
        for number, panel in enumerate(self._panels):
            if panel.holds(scene):
                target = panel.target_at(scene)
                self._go_to((number, target) if target is not None else None, scene)
                return
        self._go_to(None)

    def _press(self, scene: QPointF) -> None:
        self._point(scene)
        self._pick()

    def _pick(self) -> None:
        if self._at is None:
            return
        target = self._at[1]
        if target.rater:
            self.rater_picked.emit(target.rater)
        if target.bin is not None:
            self.bin_picked.emit(target.bin)

    def _go_to(self, at: tuple[int, Target] | None, scene: QPointF | None = None) -> None:
        """Mark what is pointed at, and say it; `scene` is where, None: where it lies itself."""
        before = self._at[1].bin if self._at is not None else None
        same = at is not None and self._at is not None and (at[0], at[1].says) == (self._at[0], self._at[1].says)
        self._at = at
        now = at[1].bin if at is not None else None
        for number, panel in enumerate(self._panels):
            panel.mark(at[1] if at is not None and at[0] == number else None)
            if now != before:
                panel.mark_bin("pointed", now)
        self._describe()
        if at is None or not at[1].says:
            QToolTip.hideText()
        elif not same:
            where = scene if scene is not None else self._panels[at[0]].place_of(at[1])
            self._tell(at[1].says, where)
        if now != before:
            self.bin_pointed.emit(now)

    def _tell(self, says: str, where: QPointF) -> None:
        place = self.canvas.viewport().mapToGlobal(self.canvas.mapFromScene(where) + QPoint(12, 12))
        # A tool tip takes whatever looks like HTML for HTML, and names may come from anybody.
        how = "pre" if max(map(len, says.split("\n"))) <= _TIP_LETTERS else "pre-wrap"
        QToolTip.showText(place, f"<p style='white-space:{how}'>{escape(says)}</p>", self.canvas, QRect())

    def _describe(self) -> None:
        chart = self._chart
        if chart is None:
            return
        has_targets = any(panel.targets for panel in self._panels)
        how = texts.HOW_TO_WALK_BINS if any(panel.bins for panel in chart.panels) else texts.HOW_TO_WALK
        told = [chart.caption, self.said or (how if has_targets else "")]
        self.setAccessibleDescription(" ".join(text for text in told if text))

    # ---- keys --------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys walk through what there is to point at, Enter picks it, Esc points at nothing."""
        key = Qt.Key(event.key())
        stops = [(number, target) for number, panel in enumerate(self._panels) for target in panel.targets]
        if stops and (key in _ON or key in (Qt.Key.Key_Home, Qt.Key.Key_End)) and self._walk(stops, key):
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._at is not None:
            self._pick()
        elif key == Qt.Key.Key_Escape and self._at is not None:
            self._go_to(None)
        else:
            super().keyPressEvent(event)

    def _walk(self, stops: list[tuple[int, Target]], key: Qt.Key) -> bool:
        """Go on by one; False at the end, where the key scrolls the page."""
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go_to(stops[0 if key == Qt.Key.Key_Home else -1])
            return True
        now = self._stop_of(stops)
        if now is None:
            self._go_to(stops[0 if _ON[key] > 0 else -1])
            return True
        to = now + _ON[key] * self._stride(stops[now], key)
        if not 0 <= to < len(stops):
            return False
        self._go_to(stops[to])
        return True

    def _stride(self, at: tuple[int, Target], key: Qt.Key) -> int:
        """Up and down lead from row to row of a table."""
        targets = self._panels[at[0]].targets
        up_or_down = key in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        return sum(target.y == at[1].y for target in targets) if at[1].cell and up_or_down else 1

    def _stop_of(self, stops: list[tuple[int, Target]]) -> int | None:
        """Where among the stops the mouse or the last key led."""
        if self._at in stops:
            return stops.index(self._at)
        place = self._at[1].bin if self._at is not None else None
        bins = [
            number
            for number, (panel, target) in enumerate(stops)
            if self._at and panel == self._at[0] and target.bin == place
        ]
        return bins[0] if place is not None and bins else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys go here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more."""
        super().focusOutEvent(event)
        self._go_to(None)
        self.update()

    # ---- drawing -----------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Larger words need more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self._panels:
            self._draw()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the card that the chart stands on; where keys go to it, with a strong border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        painter.setPen(QPen(QColor(self._theme.accent if focus else self._theme.line), 2 if focus else 1))
        painter.setBrush(QColor(self._theme.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.end()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 14, _MARGIN, 14)
        layout.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title, 1)
        head.addWidget(self.notice, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(head)
        layout.addWidget(self.legend)
        layout.addWidget(self.canvas)
        layout.addWidget(self.caption)

    def _draw(self) -> None:
        chart = self._chart
        if chart is None:
            return
        self.ensurePolished()  # before it was ever shown it would measure with another font
        ink = Ink.of(self._theme, self._labels, self._picked)
        self.legend.show_keys(chart.keys, ink)
        self.canvas.setBackground(self._theme.surface)
        grid = pg.GraphicsLayout()
        half = self.fontMetrics().height() / 2
        grid.setContentsMargins(0, half, 2 * half, 0)  # what the words at the ends of the axes stick out
        grid.setSpacing(0)
        self._at = None
        self.canvas.setCentralItem(grid)
        self._panels = self._draw_panels(chart, ink, grid)
        grid.setGeometry(self.canvas.range)  # pyqtgraph sees to it only when the size of the canvas changes
        self.pin(self._pinned)
        self._describe()
        self.update()

    def _draw_panels(self, chart: Chart, ink: Ink, grid: pg.GraphicsLayout) -> list[PanelView]:
        columns = max(1, min(chart.columns, len(chart.panels)))
        rows = ceil(len(chart.panels) / columns)
        square = bool(chart.panels) and all(panel.square for panel in chart.panels)
        high = chart.row_height * _INCH * self.fontMetrics().height() * (_SQUARES if square else 1.0)
        self.canvas.setFixedHeight(round(max(1, rows) * high))
        views = []
        for number, (panel, ranges) in enumerate(zip(chart.panels, ranges_of(chart), strict=True)):
            row, column = divmod(number, columns)
            left = not chart.shared or column == 0
            bottom = not chart.shared or number + columns >= len(chart.panels)
            views.append(PanelView(panel, ranges, Place(row, column, left, bottom, high), ink, self.font(), grid))
        layout = grid.layout
        wide = sum(view.left_width + view.height + _BETWEEN for view in views[:columns])
        self.canvas.setMaximumWidth(round(wide + self.fontMetrics().height()) if square else _NO_LIMIT)
        for column in range(columns):
            layout.setColumnStretchFactor(2 * column + 1, 1)
            layout.setColumnSpacing(2 * column + 1, _BETWEEN)
            wide = max(view.left_width for view in views[column::columns])
            for view in views[column::columns]:
                if view.left is not None:
                    view.left.setWidth(wide)
        for row in range(rows):
            layout.setRowStretchFactor(4 * row + 2, 1)
            layout.setRowSpacing(4 * row + 3, 8)
        return views
