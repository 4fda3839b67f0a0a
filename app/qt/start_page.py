"""The first page of a study: what it is about, and who answers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem

from app.qt.opened import OpenStudy, Person
from app.qt.page import Page
from app.qt.texts import pages as texts
from app.qt.whom import contact_line
from app.qt.words import words

_PEOPLE_SHOWN = 280


class StartPage(Page):
    """Says what is asked, and asks for the rater's name.

    Args:
        study: what is open.
        rater: a name to fill in.
        in_use: another window has the study open.
    """

    begun = Signal(str)
    """A rater wants to start, under this pseudonym."""

    def __init__(self, study: OpenStudy, rater: str | None = None, *, in_use: bool = False) -> None:
        super().__init__(texts.START)
        self._people = {person.rater.pseudonym: person for person in study.people}
        issued = study.issued_to
        self._is_theirs = issued is not None
        problem = texts.START_IN_USE if issued is None else texts.START_IN_USE_ISSUED
        self.in_use = words(texts.WARNING.format(problem=problem), "alarm")
        self.name = QLineEdit()
        self.name.setAccessibleName(texts.START_NAME)
        self.name.setPlaceholderText(texts.START_NAME)
        self.name.setMaxLength(60)
        self.name.setAcceptDrops(False)  # files are dropped onto the window, never into a name
        self.name.textChanged.connect(self._name_changed)
        self.people = self._build_people(study.people)
        self.column.addWidget(words(study.info.title, "title"))
        self.column.addWidget(words(study.rubric.question, "question"))
        self.column.addSpacing(8)
        self.who = words(texts.START_WHO if issued is None else texts.START_ISSUED, "heading")
        stored = words(texts.START_STORED if issued is None else texts.START_STORED_ISSUED, "muted")
        for widget in (self.in_use, self.who, stored, self.name):
            self.column.addWidget(widget)
        self.in_use.setVisible(in_use)  # only now: what is shown before it is anywhere becomes a window of its own
        if study.people and issued is None:
            self.column.addWidget(words(texts.START_OR, "muted"))
            self.column.addWidget(self.people)
        contact = contact_line(study.protocol.contact)
        self.contact = words(texts.START_CONTACT.format(whom=contact), "muted")
        self.column.addWidget(self.contact)
        self.contact.setVisible(bool(contact))
        self.hint = words("", "muted")
        self.buttons.addWidget(self.hint, 1)
        self.start = self.add_main(texts.START_BEGIN, self._begin)
        self.setFocusProxy(self.name)
        self.setTabOrder(self.name, self.people)
        self.setTabOrder(self.people, self.start)
        if issued is not None:  # the name came with the file: there is nothing to type
            self.name.setText(issued.pseudonym)
            self.name.hide()
            self.people.hide()
            self.setFocusProxy(self.start)
        elif rater:
            self.name.setText(rater)
        self._name_changed()

    def say(self, problem: str | None) -> None:
        """Say why it could not start."""
        self.setEnabled(True)
        super().say(problem)
        self._name_changed()

    def wait(self) -> None:
        """A start is under way: no other can be made."""
        self.setEnabled(False)
        self.problem.hide()

    def _build_people(self, people: Sequence[Person]) -> QListWidget:
        made = QListWidget(self)
        made.setAccessibleName(texts.START_CONTINUE_AS)
        made.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
        made.setMaximumHeight(_PEOPLE_SHOWN)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for person in people:
            name = person.rater.pseudonym
            item = QListWidgetItem(texts.START_PERSON.format(rater=name, done=person.done, total=person.total))
            item.setData(Qt.ItemDataRole.UserRole, name)
            made.addItem(item)
        made.itemClicked.connect(self._take)
        made.itemActivated.connect(self._activated)
        made.setVisible(bool(people))
        return made

    def _take(self, item: QListWidgetItem) -> None:
        self.name.setText(item.data(Qt.ItemDataRole.UserRole))

    def _activated(self, item: QListWidgetItem) -> None:
        self._take(item)
        self._begin()

    def _name_changed(self) -> None:
        name = " ".join(self.name.text().split())
        self.start.setEnabled(bool(name))
        known = self._people.get(name)
        begun = known if known is not None and known.done else None
        self.start.setText(texts.START_CONTINUE if begun else texts.START_BEGIN)
        self.start.setAccessibleName(self.start.text())
        self.hint.setText(self._way(known) if name else texts.START_TYPE)

    def _way(self, known: Person | None) -> str:
        """What whoever goes on as somebody should know."""
        if known is None:
            return ""
        name = known.rater.pseudonym
        if known.withdrawn is not None and known.done < known.total and not self._is_theirs:
            return (texts.START_WITHDRAWN if known.withdrawn else texts.START_HANDED_OUT).format(rater=name)
        return texts.START_RESUMES.format(rater=name, done=known.done, total=known.total) if known.done else ""

    def _begin(self) -> None:
        if self.start.isEnabled():
            self.begun.emit(self.name.text())
