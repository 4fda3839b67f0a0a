"""Where pyqtgraph draws a chart."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QFrame


class Canvas(pg.GraphicsView):  # type: ignore[misc]
    """The mouse points here and does nothing else: no zooming, no dragging, no menu; the wheel scrolls."""

    moved = Signal(QPointF)
    pressed = Signal(QPointF)
    left = Signal()

    def __init__(self) -> None:
        super().__init__(useOpenGL=False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        for part in (self, self.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAntialiasing(True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to the page."""
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point."""
        self.moved.emit(self.mapToScene(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(self.mapToScene(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Nothing was dragged."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two clicks are two clicks."""
        self.mousePressEvent(event)

    def leaveEvent(self, _event: QEvent) -> None:
        """Point at nothing."""
        self.left.emit()
