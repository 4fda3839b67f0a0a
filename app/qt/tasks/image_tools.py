"""The line below an image that is judged: what is revealed of it, the heat map, and zooming."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.qt.heat_map import HeatLegend
from app.qt.keys import Action, KeyMap
from app.qt.stimulus_view import StimulusView
from app.qt.texts import trial as texts
from app.qt.words import words
from app.study.records import Reveal


class ImageTools(QWidget):
    """Works on one StimulusView."""

    def __init__(self, stimulus: StimulusView, keys: KeyMap) -> None:
        super().__init__()
        self._stimulus = stimulus
        self._reveal: Reveal | None = None
        self.badge = words(texts.ACTIVATION_SHOWN, "badge")
        self.badge.setWordWrap(False)
        self.heat = ToolButton(texts.HEAT_MAP)
        self.heat.setCheckable(True)
        self.heat.toggled.connect(self._show_heat)
        self.legend = HeatLegend()
        self.zoom_in, self.zoom_out = ToolButton(texts.ZOOM_IN), ToolButton(texts.ZOOM_OUT)
        self.zoom_in.clicked.connect(lambda: stimulus.zoom_by(1))
        self.zoom_out.clicked.connect(lambda: stimulus.zoom_by(-1))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.badge, self.heat, self.legend):
            layout.addWidget(widget)
        layout.addStretch(1)
        for widget in (words(texts.ZOOM, "muted"), self.zoom_out, self.zoom_in):
            layout.addWidget(widget)
        self.set_keys(keys)
        self.show_reveal(None)

    def set_keys(self, keys: KeyMap) -> None:
        """Show these keys."""
        self.heat.setText(f"{keys.cap(Action.HEAT_MAP)}   {texts.HEAT_MAP}")
        self.zoom_in.setText(keys.cap(Action.ZOOM_IN))
        self.zoom_out.setText(keys.cap(Action.ZOOM_OUT))
        for action, button in self.buttons.items():
            button.setAccessibleDescription(texts.KEY.format(key=keys.cap(action)))

    def show_reveal(self, reveal: Reveal | None) -> None:
        """Say that the activation is shown, and offer the heat map where there is one; None: nothing is shown."""
        self._reveal = reveal
        self.heat.setChecked(False)
        self._show_heat(False)
        self.badge.setVisible(reveal is not None)
        self.heat.setVisible(reveal is not None and reveal.heat is not None)

    def act(self, action: Action) -> bool:
        """Do what a key is for, where it is for one of these."""
        button = self.buttons.get(action)
        if button is None or button.isHidden():
            return False
        button.click()
        return True

    @property
    def buttons(self) -> dict[Action, ToolButton]:
        """What can be pressed, by what it does."""
        return {Action.HEAT_MAP: self.heat, Action.ZOOM_IN: self.zoom_in, Action.ZOOM_OUT: self.zoom_out}

    def _show_heat(self, shown: bool) -> None:
        heat = self._reveal.heat if self._reveal is not None and shown else None
        self._stimulus.show_heat(heat)
        self.legend.show_heat(heat)
        self.legend.setVisible(heat is not None)


class ToolButton(QPushButton):
    """Pressed with Space or the mouse; every other key is the page's, Enter too: it presses this button."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("role", "tool")
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand every key but Space on."""
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()
