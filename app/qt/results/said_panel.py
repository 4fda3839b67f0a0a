"""One stimulus, large, with what each rater said of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QPlainTextEdit, QVBoxLayout
from shiboken6 import isValid

from app.errors import Fault
from app.export import StimulusPicture
from app.qt.background import Work
from app.qt.images import Picture, decode
from app.qt.results.pictures import outlined
from app.qt.results.stimulus_strip import said_words
from app.qt.rows import Cell, Row, Rows, RowsView
from app.qt.stimulus_view import StimulusView
from app.qt.texts import results_charts as texts
from app.qt.words import activation_words, button, words
from app.results.looking import Said, said_of
from app.results.source import Source
from app.study.records import CONFIDENCES

_HEADS = (texts.RATER, texts.SAYS, texts.HOW, texts.SECONDS, texts.SURE, texts.COUNTED)
_SECONDS = 3
_NOTES_LINES = 5


class SaidPanel(QFrame):
    """The picture, the facts about it, and a table of what was said, whoever is furthest from the others on top.

    Args:
        work: where the picture is decoded.
        back: whether there is a button that leads back.
    """

    back = Signal()

    def __init__(self, work: Work, *, back: bool) -> None:
        super().__init__()
        self.setProperty("role", "plain")
        self._work = work
        self.stimulus: StimulusPicture | None = None
        self.facts = words("", "heading")
        self.said = words("", "body")
        self.field = words(texts.FIELD, "muted")
        self.picture = StimulusView()
        self.picture.setAccessibleName(texts.PICTURE)
        self.picture.cannot_be_shown = texts.CANNOT_BE_SHOWN
        self.rows = Rows(_HEADS, (_SECONDS,))
        self.table = RowsView(self.rows, texts.SAID)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # tips say what is cut
        self.table.horizontalHeader().setSectionResizeMode(len(_HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        self.nobody = words(texts.NOBODY, "body")
        # Notes come from anybody: here they are never anything but plain text.
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setTabChangesFocus(True)
        self.notes.setAccessibleName(texts.NOTE)
        self.to_back = button(texts.BACK, self.back.emit)
        if not back:  # showing it before it has its place would make it a window of its own for a moment
            self.to_back.hide()
        self._lay_out()
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self.stimulus = None
        self.picture.clear()
        for part in (self.facts, self.said, self.field, self.picture, self.table, self.nobody, self.notes):
            part.hide()

    def show_stimulus(self, source: Source, stimulus: StimulusPicture) -> None:
        """Show this stimulus of the study, and what was said of it."""
        self.clear()
        self.stimulus = stimulus
        activation = activation_words(stimulus.activation)
        self.facts.setText(texts.FACTS.format(activation=activation, stratum=stimulus.stratum))
        self.said.setText(said_words(stimulus))
        for part in (self.facts, self.said, self.picture):
            part.show()
        self.field.setVisible(stimulus.field is not None)

        def read() -> tuple[Picture, tuple[Said, ...]]:
            return outlined(decode(stimulus.image), stimulus.field), said_of(source, stimulus.id)

        self._work(read, lambda outcome: self._arrived(stimulus, outcome))

    def _arrived(self, stimulus: StimulusPicture, outcome: tuple[Picture, tuple[Said, ...]] | Fault) -> None:
        if not isValid(self) or self.stimulus is not stimulus or isinstance(outcome, Fault):
            return  # meanwhile another was chosen, or the page was left
        picture, said = outcome
        alone = all(one.simulated for one in said)
        self.picture.show_picture(picture)
        self.rows.show([_row(one, marked=one.simulated and not alone) for one in said])
        self.table.fit()
        self.table.setVisible(bool(said))
        self.nobody.setVisible(not said)
        self._tell_notes(said)

    def _tell_notes(self, said: Sequence[Said]) -> None:
        notes = [f"{one.rater}: {one.note.strip()}" for one in said if one.note.strip()]
        self.notes.setPlainText("\n".join(notes))
        self.notes.setVisible(bool(notes))
        self.notes.setMaximumHeight((min(_NOTES_LINES, 1 + len(notes)) + 1) * self.notes.fontMetrics().lineSpacing())

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(self.to_back)
        top.addStretch(1)
        layout.addLayout(top)
        layout.addWidget(self.facts)
        layout.addWidget(self.said)
        layout.addWidget(self.picture, 3)
        layout.addWidget(self.field)
        layout.addWidget(self.table, 4)
        layout.addWidget(self.nobody)
        layout.addWidget(self.notes)
        layout.addStretch()


def _row(said: Said, *, marked: bool) -> Row:
    """A row of the table; stand-ins are marked where people labeled, too."""
    condition = texts.CONDITIONS[said.condition]
    how = texts.AGAIN.format(condition=condition, occasion=said.occasion) if said.occasion > 1 else condition
    timed = said.seconds > 0  # stand-ins take none
    return (
        Cell(texts.SIMULATED_RATER.format(rater=said.rater) if marked else said.rater),
        Cell(said.says),
        Cell(how),
        Cell(f"{said.seconds:.1f}" if timed else "", said.seconds if timed else None),
        Cell(texts.SURE_OF.format(confidence=said.confidence, most=max(CONFIDENCES)) if said.confidence else ""),
        Cell(texts.YES if said.enters else texts.NOT_COUNTED.format(why=said.left_out)),
    )
