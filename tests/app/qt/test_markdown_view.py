"""Markdown that may come from anybody."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.qt.markdown_view import MarkdownView, SealedDocument

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # of every window with a layout, offscreen


@pytest.fixture
def red_picture(tmp_path: Path) -> Path:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff0000"))
    path = tmp_path / "red.png"
    assert image.save(str(path))
    return path


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(700, 500)
    return made


def shown(qtbot: QtBot, holder: QWidget, markdown: str) -> MarkdownView:
    view = MarkdownView(markdown, "Text")
    layout = QVBoxLayout(holder)
    layout.addWidget(view)
    layout.addStretch(1)
    with qtbot.waitExposed(holder):
        holder.show()
    return view


def colors(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}


def test_pictures_are_never_loaded_but_their_words_are_shown(qtbot: QtBot, holder: QWidget, red_picture: Path) -> None:
    address = QUrl.fromLocalFile(str(red_picture)).toString()
    view = shown(qtbot, holder, f"Look: ![a red square]({address}) and ![x](file:///etc/passwd) <img src='{address}'>")
    text = view.toPlainText()
    assert text == f"Look: a red square and x <img src='{address}'>"
    assert "#ff0000" not in colors(view.grab().toImage())


def test_a_document_hands_out_no_file_even_when_it_is_asked(red_picture: Path) -> None:
    document = SealedDocument()
    for address in (QUrl.fromLocalFile(str(red_picture)), QUrl("file:///etc/passwd"), QUrl("http://example.org/x.png")):
        for kind in (QTextDocument.ResourceType.ImageResource, QTextDocument.ResourceType.StyleSheetResource):
            found = document.resource(kind.value, address)
            assert isinstance(found, QImage)
            assert (found.width(), found.height()) == (1, 1)


def test_raw_html_stays_text(qtbot: QtBot, holder: QWidget) -> None:
    view = shown(qtbot, holder, "<b>bold</b> <script>alert(1)</script>\n\n<table><tr><td>x</td></tr></table>")
    assert "<b>bold</b>" in view.toPlainText()
    assert "<script>" in view.toPlainText()
    assert "<table>" in view.toPlainText()


def test_links_are_shown_with_their_address_and_lead_nowhere(qtbot: QtBot, holder: QWidget) -> None:
    view = shown(qtbot, holder, "[our page](https://example.org/x), https://example.org/y, [z](javascript:alert(1))")
    assert "our page (https://example.org/x)" in view.toPlainText()
    assert "https://example.org/y (" not in view.toPlainText()
    assert "href" not in view.toHtml()


def test_it_is_as_tall_as_its_text_at_every_width(qtbot: QtBot, holder: QWidget) -> None:
    view = shown(qtbot, holder, "many words " * 80)
    wide = view.height()
    assert wide >= view.document().size().height()
    holder.resize(300, 500)
    qtbot.waitUntil(lambda: view.height() > wide)
    assert view.height() >= view.document().size().height()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_no_words_are_taken_for_front_matter(qtbot: QtBot, holder: QWidget, end: str) -> None:
    view = shown(qtbot, holder, end.join(["---", "We sell your data.", "---", "Do you agree?"]))
    assert view.toPlainText().split("\n")[-2:] == ["We sell your data.", "Do you agree?"]


def test_markdown_is_drawn_as_such(qtbot: QtBot, holder: QWidget) -> None:
    view = shown(qtbot, holder, "# Title\n\nSome **strong** words\n\n- one\n- two")
    assert view.toPlainText() == "Title\nSome strong words\none\ntwo"
    assert "font-weight:700" in view.toHtml()
