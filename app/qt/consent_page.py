"""What a rater agrees to before anything else."""

from __future__ import annotations

from PySide6.QtCore import Signal

from app.qt.markdown_view import MarkdownView
from app.qt.page import Page
from app.qt.texts import pages as texts
from app.qt.words import button, words
from app.session import Screen


class ConsentPage(Page):
    """The study's words on taking part, and two ways out."""

    agreed = Signal()
    declined = Signal()

    def __init__(self, consent: str) -> None:
        super().__init__(texts.CONSENT, long=True)
        self.column.addWidget(words(texts.CONSENT_TITLE, "title"))
        self.column.addWidget(MarkdownView(consent, texts.CONSENT_TEXT))
        self.decline = button(texts.CONSENT_DECLINE, self.declined.emit)
        self.buttons.addWidget(self.decline)
        self.buttons.addStretch(1)
        self.agree = self.add_main(texts.CONSENT_AGREE, self.agreed.emit)

    def draw(self, screen: Screen) -> None:
        """While consent is being saved, neither is to be pressed: it would come too late."""
        super().draw(screen)
        for made in (self.decline, self.agree):
            made.setEnabled(not screen.saving)
