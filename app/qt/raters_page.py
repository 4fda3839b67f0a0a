"""The supervisor's page: how each rater is getting on. Never shown to somebody who is labeling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.qt.texts import status as texts
from app.qt.theme import Theme
from app.qt.words import Column, button, words
from app.status import RaterStatus, percent, seconds, summary

Index = QModelIndex | QPersistentModelIndex
_HEADS = (texts.RATER, texts.DONE, texts.PACE, texts.CATCH, texts.REPEATS, texts.IDLE, texts.NOTES)
_NAME, _DONE, _NOTES = 0, 1, 6
_WIDEST_NAME, _DONE_WIDTH = 200, 140
_MARGIN, _LINES = 32, 2.4
"""Of the page, and how many columns of text its table may be wide."""
_FRAME = 6
"""Around the table's cells: its border and padding in the style sheet."""
_SIDE, _ABOVE, _BAR, _BAR_GAP, _ENDLESS = 12, 10, 6, 5, 10_000
_PART = Qt.ItemDataRole.UserRole
"""The share of a rater's trials that is done."""


class RatersPage(QWidget):
    """A table of raters, with a bar for what is done and in words what stands out."""

    back = Signal()
    refresh = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(texts.PAGE)
        self.model = _Raters()
        self.study = words("", "heading")
        self.summary = words("", "reading")
        self.table = self._build_table(theme)
        self.legend = words(texts.LEGEND, "muted")
        self.nobody = words(texts.NOBODY, "reading")
        self.to_refresh = button(texts.REFRESH, self.refresh.emit)
        self.to_refresh.setToolTip(texts.REFRESH_KEY)
        self.to_back = button(texts.BACK, self.back.emit, main=True)
        column = Column(2 * _MARGIN, lines=_LINES)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(column, 1000)
        across.addStretch(1)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(_MARGIN, 24, _MARGIN, 24)
        layout.setSpacing(10)
        layout.addWidget(words(texts.TITLE, "title"))
        layout.addWidget(self.study)
        layout.addWidget(self.summary)
        layout.addSpacing(6)
        layout.addWidget(self.table, 1000)
        layout.addWidget(self.nobody)
        layout.addWidget(self.legend)
        layout.addSpacing(6)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.to_refresh)
        buttons.addWidget(self.to_back)
        layout.addLayout(buttons)
        layout.addStretch(1)
        self.setFocusProxy(self.to_back)

    def draw(self, statuses: Sequence[RaterStatus], exclusions: Mapping[str, Sequence[str]], title: str) -> None:
        """Draw these raters, with the reasons why some are left out of the report, by pseudonym."""
        self.study.setText(title)
        self.summary.setText(summary(statuses))
        for widget in (self.summary, self.table, self.legend):
            widget.setVisible(bool(statuses))
        self.nobody.setVisible(not statuses)
        self.model.show(statuses, exclusions)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self._delegate.theme = theme
        self._fit()
        self.table.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back, F5 reads anew, Enter presses the button that has the focus."""
        focused = self.focusWidget()
        if event.key() == Qt.Key.Key_Escape:
            self.back.emit()
        elif event.matches(QKeySequence.StandardKey.Refresh):
            self.refresh.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            (self.to_refresh if focused is self.to_refresh else self.to_back).click()
        else:
            super().keyPressEvent(event)

    def _build_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setAccessibleName(texts.TABLE)
        table.setModel(self.model)
        self._delegate = _Cells(theme, table)
        table.setItemDelegate(self._delegate)
        table.setShowGrid(False)
        table.setWordWrap(True)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        heads = table.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setHighlightSections(False)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads.setSectionResizeMode(_NOTES, QHeaderView.ResizeMode.Stretch)
        # Only when Qt is through with it: it says so before the new width holds.
        heads.sectionResized.connect(self._resized, Qt.ConnectionType.QueuedConnection)
        return table

    def _fit(self) -> None:
        for part in (self.table, self.table.horizontalHeader()):
            part.ensurePolished()  # before it was ever shown it would measure with another font
        self.table.resizeColumnsToContents()
        self.table.setColumnWidth(_NAME, min(_WIDEST_NAME, self.table.columnWidth(_NAME)))
        self.table.setColumnWidth(_DONE, _DONE_WIDTH)
        self._fit_rows()

    def _resized(self, place: int) -> None:
        if place == _NOTES:
            self._fit_rows()

    def _fit_rows(self) -> None:
        self.table.resizeRowsToContents()
        # As high as its rows, and no higher: what explains it stays close.
        inside = self.table.horizontalHeader().sizeHint().height() + self.table.verticalHeader().length()
        self.table.setMaximumHeight(inside + 2 * _FRAME)


class _Raters(QAbstractTableModel):
    """One row for each rater, in words."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, ...]] = []
        self._parts: list[float] = []

    def show(self, statuses: Sequence[RaterStatus], exclusions: Mapping[str, Sequence[str]]) -> None:
        """Hold these raters."""
        self.beginResetModel()
        self._rows = [_row(status, exclusions.get(status.pseudonym, ())) for status in statuses]
        self._parts = [status.done / status.total if status.total else 0.0 for status in statuses]
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """One for each rater."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """One for each thing that is said of a rater."""
        return 0 if parent is not None and parent.isValid() else len(_HEADS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The words of a cell, and what a screen reader says of it."""
        text = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return text if index.column() == _NAME else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            spoken = texts.NONE_YET_SPOKEN if text == texts.NONE_YET else text
            return texts.CELL_SPOKEN.format(head=_HEADS[index.column()], text=spoken)
        return self._parts[index.row()] if role == _PART else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a column is about."""
        heads = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _HEADS[section] if heads else None


class _Cells(QStyledItemDelegate):
    """Cells with room around their words; what is done has a bar below its words."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The words, broken where they must be, and room."""
        # A view that measures its columns hands over no room; one that measures its rows, the column's width.
        wide = option.rect.width() - 2 * _SIDE if index.column() == _NOTES and option.rect.width() > 0 else _ENDLESS
        room = QRect(0, 0, wide, _ENDLESS)
        size = option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, str(index.data())).size()
        bar = _BAR + _BAR_GAP if index.column() == _DONE else 0
        return QSize(size.width() + 2 * _SIDE, size.height() + bar + 2 * _ABOVE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row's ground, the words, and the bar."""
        theme, room = self.theme, option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(room, QColor(theme.chosen if chosen else theme.surface))
        painter.fillRect(room.left(), room.bottom(), room.width(), 1, QColor(theme.line))
        if chosen and index.column() == _NAME:
            painter.fillRect(room.left(), room.top(), 4, room.height(), QColor(theme.accent))
        painter.setFont(option.font)
        painter.setPen(QColor(theme.text))
        inside = room.adjusted(_SIDE, _ABOVE, -_SIDE, -_ABOVE)
        text = str(index.data())
        if index.column() == _NAME:
            lines = text.split("\n")
            cut = Qt.TextElideMode.ElideMiddle
            text = "\n".join(option.fontMetrics.elidedText(line, cut, inside.width()) for line in lines)
        painter.drawText(inside, Qt.TextFlag.TextWordWrap, text)
        if index.column() == _DONE:
            self._draw_bar(painter, inside, option.fontMetrics.height() + _BAR_GAP, index.data(_PART))
        painter.restore()

    def _draw_bar(self, painter: QPainter, inside: QRect, below: int, part: float) -> None:
        """How much is done, as a bar."""
        bar = QRectF(inside.left(), inside.top() + below, inside.width(), _BAR)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for share, color in ((1.0, self.theme.line), (part, self.theme.accent)):
            if share > 0:
                bar.setWidth(max(_BAR, share * inside.width()))
                painter.setBrush(QColor(color))
                painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)


def _row(status: RaterStatus, reasons: Sequence[str]) -> tuple[str, ...]:
    name, none = status.pseudonym, texts.NONE_YET
    return (
        texts.SIMULATED.format(rater=name) if status.simulated else name,
        texts.OF.format(part=status.done, whole=status.total),
        none if status.pace is None else seconds(status.pace),
        _of(status.catch_right, status.catch_answered),
        _of(status.repeats_same, status.repeats_answered),
        none if status.idle_share is None else percent(status.idle_share),
        _notes(status, reasons),
    )


def _of(part: int, whole: int) -> str:
    return texts.OF.format(part=part, whole=whole) if whole else texts.NONE_YET


def _notes(status: RaterStatus, reasons: Sequence[str]) -> str:
    told = [texts.LEFT_OUT.format(reasons="; ".join(reasons))] if reasons else []
    told += [texts.WARNING.format(warning=warning) for warning in status.warnings]
    return "\n".join(told) or (texts.NOTHING if status.done else texts.NONE_YET)
