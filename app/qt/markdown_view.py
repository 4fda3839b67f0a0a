"""Markdown out of a study file, which may come from anybody: words are shown, and nothing is fetched or followed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import (
    QImage,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFragment,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit

_ABOVE_HEADING = 14
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class SealedDocument(QTextDocument):
    """A document that loads nothing, whatever its text asks for."""

    def loadResource(self, kind: int, name: QUrl | str) -> QImage:  # noqa: ARG002
        """An empty picture: where there is none, Qt itself would look for the file."""
        blank = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
        blank.fill(Qt.GlobalColor.transparent)
        return blank


class MarkdownView(QTextEdit):
    """Text in Markdown, as tall as it is; raw HTML stays text, pictures become their words, links their address."""

    def __init__(self, markdown: str, name: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setProperty("role", "reading")
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        document = SealedDocument(self)
        # After an empty line: Qt would take "---" in the first one for the start of front matter, and show none of it.
        document.setMarkdown(f"\n{markdown}", _FEATURES)
        _leave_words_only(document)
        _calm_headings(document)
        document.setDocumentMargin(0)
        self.setDocument(document)
        document.documentLayout().documentSizeChanged.connect(lambda _size: self.updateGeometry())

    def sizeHint(self) -> QSize:
        """As tall as the text at this width."""
        frame = 2 * self.frameWidth() + self.contentsMargins().top() + self.contentsMargins().bottom()
        return QSize(200, int(self.document().size().height()) + frame + 2)

    def minimumSizeHint(self) -> QSize:
        """It never scrolls by itself: the page does."""
        return QSize(120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width makes another height."""
        super().resizeEvent(event)
        self.updateGeometry()


def _leave_words_only(document: QTextDocument) -> None:
    """Take out pictures and links from the end on, so that the places before them stay right."""
    for fragment in reversed(_fragments(document)):
        form = fragment.charFormat()
        if not (form.isImageFormat() or form.isAnchor()):
            continue
        cursor = QTextCursor(document)
        cursor.setPosition(fragment.position())
        cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(_in_words(fragment), QTextCharFormat())


def _calm_headings(document: QTextDocument) -> None:
    """Give headings room, and a size below that of the page's own title."""
    block: QTextBlock = document.begin()
    while block.isValid():
        level = block.blockFormat().headingLevel()
        if level:
            cursor = QTextCursor(block)
            above = QTextBlockFormat()
            above.setTopMargin(_ABOVE_HEADING if block.position() else 0)
            cursor.mergeBlockFormat(above)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            size = QTextCharFormat()
            size.setProperty(QTextCharFormat.Property.FontSizeAdjustment, max(0, 3 - level))
            cursor.mergeCharFormat(size)
        block = block.next()


def _in_words(fragment: QTextFragment) -> str:
    form, text = fragment.charFormat(), fragment.text()
    if form.isImageFormat():
        return str(form.property(QTextCharFormat.Property.ImageAltText) or "")
    address = form.anchorHref()
    return text if address in (text, f"mailto:{text}") else f"{text} ({address})"


def _fragments(document: QTextDocument) -> list[QTextFragment]:
    found = []
    block: QTextBlock = document.begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            found.append(iterator.fragment())
            iterator += 1
        block = block.next()
    return found
