"""What the study says, in a few careful sentences and the numbers to look at first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.findings.account import Account
from app.findings.both_ways import BothWays
from app.findings.not_counted import LeftOut
from app.findings.words import interval_of, value_of
from app.qt.results.cards import Cards
from app.qt.results.finding import Found
from app.qt.texts import results as texts
from app.qt.theme import Theme
from app.qt.words import Column, words

_MOST_LINES = 12
_LINES = 2.2
"""How many columns of text it may be wide."""


class SummaryTab(QScrollArea):
    """Claim, verdict, cards, warnings, and what bears the verdict out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(texts.SUMMARY)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.asks = words("", "heading")
        self.question = words("", "muted")
        self.headline = readable(words("", "question"))
        self.cards = Cards()
        self._shown: list[QLabel] = []
        self._parts = QVBoxLayout()
        self._parts.setSpacing(8)
        column = Column(48, lines=_LINES)
        inside = QVBoxLayout(column)
        inside.setContentsMargins(24, 16, 24, 24)
        inside.setSpacing(12)
        for part in (self.asks, self.question, self.headline, self.cards):
            inside.addWidget(part)
        inside.addLayout(self._parts)
        inside.addStretch(1)
        page = QWidget()
        across = QHBoxLayout(page)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(column, 1000)
        across.addStretch(1)
        self.setWidget(page)

    @property
    def first(self) -> QWidget:
        """What takes the keyboard when the tab is turned to."""
        return self

    def show_found(self, found: Found) -> None:
        """Draw these results."""
        account = found.account
        self.asks.setText(account.asks)
        self.asks.setVisible(bool(account.asks))
        self.question.setText(texts.QUESTION.format(question=account.question))
        self.question.setVisible(bool(account.question))
        self.headline.setText(account.headline)
        self.cards.show_cards(account.cards, self._theme)
        self._clear()
        for heading, lines, role in _sections(account):
            self._add(heading, lines, role)
        self.verticalScrollBar().setValue(0)

    def set_theme(self, theme: Theme) -> None:
        """Draw in these colors."""
        self._theme = theme
        self.cards.set_theme(theme)

    def _clear(self) -> None:
        for part in self._shown:
            self._parts.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._shown = []

    def _add(self, heading: str, lines: Sequence[str], role: str) -> None:
        if not lines:
            return
        parts = [words(heading, "heading"), *(readable(words(line, role)) for line in lines[:_MOST_LINES])]
        if len(lines) > _MOST_LINES:
            parts.append(words(texts.MORE_LINES.format(count=len(lines) - _MOST_LINES), "muted"))
        for part in parts:
            self._parts.addWidget(part)
        self._shown += parts


def readable(label: QLabel) -> QLabel:
    """The same label, whose words can be chosen with the mouse and copied."""
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _sections(account: Account) -> Iterable[tuple[str, Sequence[str], str]]:
    """What stands below the cards: heading, lines and their look."""
    warnings = "\n".join(texts.CAUTION.format(warning=" ".join(warning.split())) for warning in account.warnings)
    yield texts.READ_FIRST, [warnings] if warnings else [], "caution"
    bears_out = [*account.verdict, account.counted] if account.counted else account.verdict
    yield texts.BEARS_OUT, bears_out, "reading"
    yield texts.LEFT_OUT, list(map(_left_out, account.raters_left_out)), "body"
    yield texts.EVERYONE, list(map(_both_ways, account.both_ways)), "body"
    yield texts.NOT_COUNTED, list(map(_not_counted, account.not_counted)), "body"


def _left_out(one: LeftOut) -> str:
    return texts.LEFT_OUT_LINE.format(what=one.what, why=one.why)


def _not_counted(one: LeftOut) -> str:
    told = _left_out(one)
    if one.count is None:
        return told
    if one.raters is None:
        return texts.NOT_COUNTED_LINE.format(count=one.count, line=told)
    return texts.NOT_COUNTED_OF.format(count=one.count, raters=one.raters, line=told)


def _both_ways(one: BothWays) -> str:
    told = [
        f"{value_of(figure, fine=False)} {interval_of(figure, fine=False)}".strip() if figure is not None else ""
        for figure in (one.without, one.everyone)
    ]
    without, everyone = (words_ or texts.NO_NUMBER.lower() for words_ in told)
    return texts.EVERYONE_LINE.format(name=one.name, without=without, everyone=everyone)
