"""Stimuli side by side, each with what raters said of it; only those in view are decoded and drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.export import StimulusPicture
from app.findings.labels import Label
from app.findings.words import number
from app.qt.background import Work
from app.qt.results.chart_ink import Ink
from app.qt.results.pictures import Thumbnails
from app.qt.rows import plain_tip
from app.qt.scaling import draw_centred
from app.qt.stimulus_view import SURROUND
from app.qt.texts import results_charts as texts
from app.qt.theme import Theme
from app.qt.words import activation_words

Index = QModelIndex | QPersistentModelIndex
SIDE = 88
"""Of a picture, in pixels."""
_BAR, _GAP, _EDGE = 9, 4, 7


def said_words(stimulus: StimulusPicture) -> str:
    """What raters said of it: the share of each label that was given, or the mean of the ratings."""
    if stimulus.mean is not None:
        return texts.MEAN.format(mean=number(stimulus.mean))
    given = sorted(((share, name) for name, share in stimulus.shares.items() if share > 0), key=lambda pair: -pair[0])
    shares = (texts.SHARE.format(label=name, share=number(share, "percent", fine=False)) for share, name in given)
    return ", ".join(shares) or texts.NOT_LABELED


class _Stimuli(QAbstractListModel):
    """The stimuli that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.stimuli: tuple[StimulusPicture, ...] = ()

    def show(self, stimuli: Sequence[StimulusPicture]) -> None:
        self.beginResetModel()
        self.stimuli = tuple(stimuli)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.stimuli)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words for tips and screen readers; the tile itself is drawn by its delegate."""
        if role not in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        stimulus = self.stimuli[index.row()]
        activation, said = activation_words(stimulus.activation), said_words(stimulus)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(texts.TILE.format(activation=activation, said=said))
        raters = texts.RATERS_ONE if stimulus.n_raters == 1 else texts.RATERS.format(count=stimulus.n_raters)
        return texts.TILE_SPOKEN.format(activation=activation, said=said, raters=raters)


class StimulusGallery(QListView):
    """Tiles in rows: arrow keys walk through them, a click or Enter opens one."""

    opened = Signal(object)
    """The StimulusPicture that was chosen."""

    def __init__(self, theme: Theme, work: Work) -> None:
        super().__init__()
        self.model_ = _Stimuli()
        self.thumbnails = Thumbnails(work, SIDE, self)
        self.thumbnails.arrived.connect(self.viewport().update)
        self._delegate = _Tile(theme, self.thumbnails, self)
        self.setProperty("role", "gallery")
        self.setAccessibleName(texts.STIMULI)
        self.setModel(self.model_)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)

    @property
    def stimuli(self) -> tuple[StimulusPicture, ...]:
        """Those that are shown."""
        return self.model_.stimuli

    def show_stimuli(self, stimuli: Sequence[StimulusPicture], labels: Sequence[Label]) -> None:
        """Show these, with bars in the colors of the labels."""
        self._delegate.labels = tuple(labels)
        self.model_.show(stimuli)
        self.scrollToTop()

    def choose(self, place: int) -> None:
        """Mark one."""
        self.setCurrentIndex(self.model_.index(place))

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self._delegate.theme = theme
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Larger words make higher tiles."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.scheduleDelayedItemsLayout()

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.stimuli[index.row()])


class _Tile(QStyledItemDelegate):
    """A picture, below it a bar of the shares of the labels, and the activation."""

    def __init__(self, theme: Theme, thumbnails: Thumbnails, view: StimulusGallery) -> None:
        super().__init__(view)
        self.theme = theme
        self.labels: tuple[Label, ...] = ()
        self._thumbnails, self._view = thumbnails, view

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """The same for all."""
        return QSize(SIDE + 2 * _EDGE, SIDE + _BAR + 2 * _GAP + option.fontMetrics.height() + 2 * _EDGE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the tile; the one that has the keyboard, or the mouse, has a frame."""
        stimulus = self._view.stimuli[index.row()]
        painter.save()
        room = option.rect.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if chosen or over:
            painter.setPen(QPen(QColor(self.theme.accent), 2 if chosen else 1))
            painter.setBrush(QColor(self.theme.chosen if chosen else self.theme.hover))
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), 5, 5)
        frame = QRect(room.left(), room.top(), SIDE, SIDE)
        self._draw_picture(painter, stimulus, frame)
        self._draw_bar(painter, stimulus, QRect(frame.left(), frame.bottom() + 1 + _GAP, SIDE, _BAR))
        painter.setFont(option.font)
        painter.setPen(QColor(self.theme.text))
        below = QRect(room.left() - _EDGE, room.bottom() - option.fontMetrics.height(), SIDE + 2 * _EDGE, 0)
        below.setBottom(room.bottom())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._caption(stimulus))
        painter.restore()

    def _caption(self, stimulus: StimulusPicture) -> str:
        activation = activation_words(stimulus.activation)
        return activation if stimulus.mean is None else f"{activation} · {number(stimulus.mean)}"

    def _draw_picture(self, painter: QPainter, stimulus: StimulusPicture, frame: QRect) -> None:
        painter.fillRect(frame, SURROUND)
        small = self._thumbnails.small(stimulus, self._view.devicePixelRatioF())
        if small is None:
            return
        if small.picture is not None:
            draw_centred(painter, small.picture, QRectF(frame))
        else:
            painter.setPen(QColor("white"))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, texts.CANNOT_BE_SHOWN)

    def _draw_bar(self, painter: QPainter, stimulus: StimulusPicture, room: QRect) -> None:
        """The shares side by side, in the order of the labels; empty where nobody gave one."""
        ink = Ink.of(self.theme, self.labels)
        painter.setPen(QPen(QColor(self.theme.line), 1))
        left = float(room.left())
        for label in self.labels:
            share = stimulus.shares.get(label.name, 0.0)
            part = QRectF(left, room.top(), share * room.width(), room.height())
            painter.fillRect(part, ink.color(label.index))
            hatch = ink.hatch(label.index)
            if hatch is not None:
                painter.fillRect(part, hatch)
            left += part.width()
        if stimulus.mean is None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(room.adjusted(0, 0, -1, -1))
