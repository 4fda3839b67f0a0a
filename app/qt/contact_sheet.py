"""Whom a rater can write to, to be copied: the program itself sends nothing."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.qt.sheet import ButtonSheet
from app.qt.texts import pages as page_texts
from app.qt.texts import sending as texts
from app.qt.words import button, copyable, words


class ContactSheet(ButtonSheet):
    """Lies over the page with the contact of the study."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, texts.WRITE_TITLE, tall=False)
        self.lead = words("")
        self.contact = copyable("", texts.CONTACT)
        self.copy = button(texts.COPY, self._copy)
        self.close_button = button(page_texts.CLOSE, self.dismiss, main=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.close_button)
        self.body.addWidget(self.lead)
        self.body.addWidget(self.contact)
        self.body.addLayout(row)

    def say(self, contact: str, *, study: bool) -> None:
        """Show this contact, which may be none, of the open study, where there is one."""
        unknown = texts.WRITE_UNKNOWN if study else texts.WRITE_NO_STUDY
        self.lead.setText(texts.WRITE_KNOWN if contact else unknown)
        self.contact.setText(contact)
        for part in (self.contact, self.copy):
            part.setVisible(bool(contact))
        self.copy.setText(texts.COPY)
        self.open(self.copy if contact else self.close_button)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.contact.text())
        self.copy.setText(texts.COPIED)
