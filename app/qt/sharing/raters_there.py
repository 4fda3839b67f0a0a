"""What can be done for a rater who is there: their file again, their rest to somebody else, or forgetting them."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMessageBox, QVBoxLayout

from app.qt.choice import Choice
from app.qt.opened import Person
from app.qt.sharing.work import Situation
from app.qt.texts import sharing as texts
from app.qt.words import button, words
from app.study.contacts import next_names


class RatersThere(QFrame):
    """One of them is chosen; the buttons do what can be done for them."""

    again_wanted = Signal(str)
    give_wanted = Signal(str, str)
    """Whose rest, and what whoever takes over is called; empty for the next number."""
    forget_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._situation: Situation | None = None
        self.asked: QMessageBox | None = None
        self.choice = Choice()
        self.choice.setAccessibleName(texts.RATER)
        self.choice.currentIndexChanged.connect(self._allow)
        self.to_write = button(texts.AGAIN, lambda: self.again_wanted.emit(self._name()))
        self.to_write.setToolTip(texts.AGAIN_TIP)
        self.to_give = button(texts.GIVE, lambda: self.give_wanted.emit(self._name(), self.to.text().strip()))
        self.to = QLineEdit()
        self.to.setAccessibleName(texts.GIVE_SPOKEN)
        self.to.setAcceptDrops(False)
        self.to.setMaxLength(60)
        self.to_forget = button(texts.FORGET, self._ask)
        self.to_forget.setToolTip(texts.FORGET_TIP)
        doing = QHBoxLayout()
        doing.setSpacing(8)
        doing.addWidget(self.to_write)
        doing.addSpacing(12)
        doing.addWidget(self.to_give)
        doing.addWidget(self.to, 1)
        doing.addSpacing(12)
        doing.addWidget(self.to_forget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(words(texts.THERE, "heading"))
        layout.addWidget(words(texts.THERE_LEAD, "muted"))
        layout.addWidget(self.choice)
        layout.addLayout(doing)

    def show_situation(self, found: Situation) -> None:
        """Offer these raters; whoever was chosen stays chosen where they are still there."""
        before = self.choice.currentData()
        self._situation = found
        with QSignalBlocker(self.choice):
            self.choice.clear()
            for person in found.people:
                self.choice.addItem(_in_words(found, person), person.rater.id)
            self.choice.setCurrentIndex(max(0, self.choice.findData(before)))
        self.to.clear()
        self.to.setPlaceholderText(texts.GIVE_HINT.format(name=next_names(1, found.names)[0]))
        self.setVisible(bool(found.people))
        self._allow()

    @property
    def chosen(self) -> Person | None:
        """Whom the buttons are about."""
        place = self.choice.currentIndex()
        return self._situation.people[place] if self._situation is not None and place >= 0 else None

    def _name(self) -> str:
        return self.chosen.rater.pseudonym if self.chosen is not None else ""

    def _allow(self) -> None:
        found, person = self._situation, self.chosen
        there = found is not None and person is not None
        id_ = person.rater.id if person is not None else ""
        rest = person is not None and person.done < person.total
        self.to_write.setEnabled(there and found is not None and id_ in found.issued)
        gives = rest and found is not None and id_ in found.issued - found.replaced
        for part in (self.to_give, self.to):
            part.setEnabled(gives)
        self.to_forget.setEnabled(there)

    def _ask(self) -> None:
        """There is no way back, so it is said what it is, and Enter and Esc keep the rater."""
        name = self._name()
        box = QMessageBox(
            QMessageBox.Icon.Warning, texts.FORGET_TITLE, texts.FORGET_ASK.format(name=name), parent=self.window()
        )
        box.setInformativeText(texts.FORGET_WHAT)
        yes = box.addButton(texts.FORGET_YES.format(name=name), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(texts.FORGET_NO, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        yes.clicked.connect(lambda: self.forget_wanted.emit(name))
        box.finished.connect(box.deleteLater)
        self.asked = box
        box.open()


def _in_words(found: Situation, person: Person) -> str:
    name = " ".join(person.rater.pseudonym.split())
    told = [texts.PERSON.format(name=name, done=person.done, total=person.total)]
    if person.rater.id not in found.issued:
        told.append(texts.NO_FILE)
    if person.rater.id in found.replaced:
        told.append(texts.REPLACED)
    return "  ·  ".join(told)
