"""The first page: what is asked, and who answers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.qt.opened import OpenStudy, Person
from app.qt.words import key_cap, words
from app.study.records import Rubric


class StartPage(QWidget):
    """Says what is asked, and asks for the rater's name."""

    begun = Signal(str)
    """A rater wants to start, under this pseudonym."""

    def __init__(self, study: OpenStudy, rater: str | None = None) -> None:
        super().__init__()
        self.setAccessibleName("Start")
        self._people = {person.rater.pseudonym: person for person in study.people}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 32)
        layout.setSpacing(24)
        layout.addStretch(1)
        layout.addWidget(self._build_task(study), 20)
        layout.addWidget(self._build_who(study.people), 0, Qt.AlignmentFlag.AlignTop)
        layout.addStretch(1)
        if rater:
            self.name.setText(rater)
        self._name_changed()

    def say(self, problem: str) -> None:
        """Say why it could not start."""
        self.problem.setText(f"\N{WARNING SIGN} {problem}")
        self.problem.show()
        self._name_changed()

    def wait(self) -> None:
        """A start is under way."""
        self.start.setEnabled(False)
        self.problem.hide()

    def _build_task(self, study: OpenStudy) -> QScrollArea:
        inside = QWidget()
        inside.setMaximumWidth(860)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 16, 0)
        layout.setSpacing(12)
        layout.addWidget(words(study.info.title, "title"))
        layout.addWidget(words(study.rubric.question, "question"))
        if study.rubric.instructions:
            layout.addWidget(words(study.rubric.instructions, "reading"))
        layout.addWidget(_rubric(study.rubric))
        layout.addWidget(_keys(len(study.rubric.categories)))
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName("What is asked")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setMaximumWidth(880)
        return scroll

    def _build_who(self, people: Sequence[Person]) -> QFrame:
        panel = QFrame()
        panel.setProperty("role", "panel")
        panel.setFixedWidth(320)
        layout = QVBoxLayout(panel)
        layout.setContentsMargins(20, 16, 20, 20)
        layout.setSpacing(10)
        layout.addWidget(words("Who is labeling?", "heading"))
        layout.addWidget(words("A nickname or initials will do. It is stored in the study file.", "muted"))
        self.name = QLineEdit()
        self.name.setAccessibleName("Your nickname")
        self.name.setPlaceholderText("Your nickname")
        self.name.setMaxLength(60)
        self.name.textChanged.connect(self._name_changed)
        self.name.returnPressed.connect(self._begin)
        layout.addWidget(self.name)
        self._build_people(people, layout)
        self.problem = words("", "alarm")
        self.problem.setAccessibleName("Problem")
        self.problem.hide()
        self.start = QPushButton("Start labeling")
        self.start.setProperty("role", "main")
        self.start.setAccessibleName("Start labeling")
        self.start.clicked.connect(self._begin)
        self.hint = words("", "muted")
        for widget in (self.problem, self.start, self.hint):
            layout.addWidget(widget)
        self.setFocusProxy(self.name)
        return panel

    def _build_people(self, people: Sequence[Person], layout: QVBoxLayout) -> None:
        self.people = QListWidget()
        self.people.setAccessibleName("Continue as")
        self.people.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
        self.people.setMaximumHeight(280)
        self.people.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.people.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        for person in people:
            item = QListWidgetItem(f"{person.rater.pseudonym}  ·  {person.done} of {person.total} done")
            item.setData(Qt.ItemDataRole.UserRole, person.rater.pseudonym)
            self.people.addItem(item)
        self.people.currentItemChanged.connect(lambda item, _before: self._take(item))
        self.people.itemClicked.connect(self._take)
        self.people.itemActivated.connect(self._activated)
        if people:
            layout.addWidget(words("Or continue as", "muted"))
            layout.addWidget(self.people)
        else:
            self.people.setParent(self)
            self.people.hide()

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.name.setText(item.data(Qt.ItemDataRole.UserRole))

    def _activated(self, item: QListWidgetItem) -> None:
        self._take(item)
        self._begin()

    def _name_changed(self) -> None:
        name = " ".join(self.name.text().split())
        self.start.setEnabled(bool(name))
        known = self._people.get(name)
        self.start.setText("Continue labeling" if known else "Start labeling")
        self.start.setAccessibleName(self.start.text())
        way = f"Goes on where {name} stopped: {known.done} of {known.total} done." if known else "Or press Enter."
        self.hint.setText(way if name else "Type a name first.")

    def _begin(self) -> None:
        if self.start.isEnabled():
            self.begun.emit(self.name.text())


def _rubric(rubric: Rubric) -> QFrame:
    panel = QFrame()
    panel.setProperty("role", "panel")
    grid = QGridLayout(panel)
    grid.setContentsMargins(16, 14, 16, 14)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    for place, category in enumerate(rubric.categories):
        row = 3 * place
        grid.addWidget(key_cap(str(place + 1)), row, 0)
        grid.addWidget(words(category.name, "name"), row, 1)
        grid.addWidget(words(category.definition), row + 1, 1)
        if place + 1 < len(rubric.categories):
            grid.setRowMinimumHeight(row + 2, 10)
    return panel


def _keys(categories: int) -> QWidget:
    keys = (
        (f"1 – {categories}", "choose a category; the number pad works as well"),
        ("0", "can't tell"),
        ("Backspace", "take the last answer back (also Ctrl+Z)"),
    )
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(16, 0, 16, 0)
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(1, 1)
    for row, (key, meaning) in enumerate(keys):
        grid.addWidget(key_cap(key), row, 0, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(words(meaning, "muted"), row, 1)
    return box
