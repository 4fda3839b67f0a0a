"""About the program."""

from __future__ import annotations

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QApplication, QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

import app
from app.qt.texts import pages as texts
from app.qt.words import button, words
from app.study import schema


class About(QDialog):
    """What it is, which version, and under which licence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(texts.ABOUT_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        icon = QLabel()
        icon.setPixmap(QApplication.windowIcon().pixmap(64, 64))
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(words(texts.ABOUT_NAME.format(version=app.__version__), "title"))
        head.addWidget(words(texts.ABOUT_WHAT))
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(head, 1)
        facts = {"schemas": _schemas(schema.VERSION), "qt": qVersion(), "python": platform.python_version()}
        rows = QGridLayout()
        rows.setHorizontalSpacing(16)
        rows.setVerticalSpacing(6)
        rows.setColumnStretch(1, 1)
        for row, (name, text) in enumerate(texts.ABOUT_ROWS):
            rows.addWidget(words(name, "muted"), row, 0)
            rows.addWidget(words(text.format(**facts)), row, 1)
        end = QHBoxLayout()
        end.addStretch(1)
        end.addWidget(button(texts.CLOSE, self.accept, main=True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 20)
        layout.setSpacing(20)
        for part in (top, rows, end):
            layout.addLayout(part)
        self.setMinimumWidth(540)


def _schemas(newest: int) -> str:
    """The formats of study files that the program reads."""
    return texts.ABOUT_SCHEMA if newest == 1 else texts.ABOUT_SCHEMAS.format(newest=newest)
