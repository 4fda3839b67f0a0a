"""The colors of the window, light and dark, and the style sheet made from them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from app.assets import resource


@dataclass(frozen=True, slots=True)
class Theme:
    """Colors by what they are for. `most` and `least` are a pair that color-blind eyes tell apart."""

    window: str
    surface: str
    hover: str
    text: str
    muted: str
    line: str
    accent: str
    on_accent: str
    chosen: str
    alarm: str
    on_alarm: str
    alarm_line: str
    bars: str
    most: str
    least: str

    def palette(self) -> QPalette:
        """The same colors for what draws without the style sheet."""
        palette = QPalette(QColor(self.surface), QColor(self.window))
        role = QPalette.ColorRole
        for where, color in (
            (role.Window, self.window),
            (role.WindowText, self.text),
            (role.Base, self.surface),
            (role.AlternateBase, self.hover),
            (role.Text, self.text),
            (role.Button, self.surface),
            (role.ButtonText, self.text),
            (role.PlaceholderText, self.muted),
            (role.Highlight, self.accent),
            (role.HighlightedText, self.on_accent),
            (role.ToolTipBase, self.surface),
            (role.ToolTipText, self.text),
        ):
            palette.setColor(where, QColor(color))
        for where in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(self.muted))
        return palette

    def style_sheet(self, points: float) -> str:
        """The window's style sheet, around a base font of `points`."""
        sizes = {name: f"{points * factor:.1f}pt" for name, factor in _SIZES.items()}
        return Template(resource("window", "style.qss").read_text("utf-8")).substitute(asdict(self) | sizes)


_ROOMY = QSize(1280, 860)
"""Up to this size of the window, words are as large as the system has them."""
_STEP, _GROWTH, _MOST_STEPS = 0.2, 0.1, 6
_SIZES = {"small": 0.92, "body": 1.0, "reading": 1.08, "heading": 1.15, "question": 1.4, "title": 1.9}

LIGHT = Theme(
    window="#f3f4f6",
    surface="#ffffff",
    hover="#eaf1fb",
    text="#1a1f26",
    muted="#59636f",
    line="#cfd5dd",
    accent="#1d5fbf",
    on_accent="#ffffff",
    chosen="#cfe0f8",
    alarm="#fdeceb",
    on_alarm="#86190f",
    alarm_line="#c9372c",
    bars="#8692a1",
    most="#0072b2",
    least="#c25100",
)
DARK = Theme(
    window="#1b1e23",
    surface="#262a31",
    hover="#2f3641",
    text="#eceff3",
    muted="#b0b9c4",
    line="#434a55",
    accent="#7fb2ff",
    on_accent="#10161f",
    chosen="#2c3e58",
    alarm="#46211f",
    on_alarm="#ffd0cb",
    alarm_line="#f0766b",
    bars="#6d7886",
    most="#56b4e9",
    least="#e69f00",
)


def points_in(window: QSize) -> float:
    """The base font's size in a window of this size, in points: the system's own, and larger in large windows.

    In steps, so that a window that is being resized seldom asks for it.
    """
    room = min(window.width() / _ROOMY.width(), window.height() / _ROOMY.height()) - 1
    steps = min(_MOST_STEPS, max(0, int(room / _STEP)))
    return QGuiApplication.font().pointSizeF() * (1 + _GROWTH * steps)


def system_theme() -> Theme:
    """Light or dark, as the system is; where it does not say, as its palette is."""
    scheme = QGuiApplication.styleHints().colorScheme()
    if scheme == Qt.ColorScheme.Unknown:
        palette = QGuiApplication.palette()
        dark = palette.windowText().color().lightness() > palette.window().color().lightness()
    else:
        dark = scheme == Qt.ColorScheme.Dark
    return DARK if dark else LIGHT
