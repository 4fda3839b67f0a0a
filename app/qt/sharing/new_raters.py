"""Asks for how many raters, or for whom, files are to be written, and says what will come of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QSpinBox,
    QVBoxLayout,
)

from app.errors import Fault
from app.qt.sharing.work import Situation
from app.qt.texts import sharing as texts
from app.qt.words import button, words
from app.study.contacts import names_in, next_names

_MOST = 10_000
_FEW = 2
_ROOM = (110, 34)
"""Of the number, in pixels: its arrows are hard to hit in less."""


class NewRaters(QFrame):
    """A form.

    Args:
        folder: where files go unless another is chosen.
    """

    write_wanted = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._situation: Situation | None = None
        self.by_count, self.by_name = QRadioButton(texts.COUNT), QRadioButton(texts.NAMES)
        self.by_count.setChecked(True)
        self.count = QSpinBox()
        self.count.setRange(1, _MOST)
        self.count.setMinimumSize(*_ROOM)
        self.count.setAccessibleName(texts.COUNT_SPOKEN)
        self.names = QLineEdit()
        self.names.setPlaceholderText(texts.NAMES_HINT)
        self.names.setAccessibleName(texts.NAMES_SPOKEN)
        self.folder = QLineEdit(str(folder))
        self.folder.setAccessibleName(texts.FOLDER)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.PasswordEchoOnEdit)  # one slip would lock every file
        self.password.setPlaceholderText(texts.PASSWORD_HINT)
        self.password.setAccessibleName(texts.PASSWORD)
        for line in (self.names, self.folder, self.password):
            line.setAcceptDrops(False)  # files are dropped onto the window, never into a line of words
        self.to_choose = button(texts.CHOOSE, self._choose)
        self.foreseen = words("", "body")
        self.to_write = button("", self.write_wanted.emit, main=True)
        self.count.valueChanged.connect(self._count_changed)
        self.names.textEdited.connect(self._names_changed)
        for way in (self.by_count, self.by_name):
            way.toggled.connect(self._foresee)
        self._lay_out()

    def show_situation(self, found: Situation) -> None:
        """Ask for what is wanting in this study."""
        fresh = self._situation is None or self._situation.names != found.names
        self._situation = found
        if fresh:  # what was asked for is done
            with QSignalBlocker(self.count):
                self.count.setValue(max(_FEW, found.open.least))
            self.names.clear()
        self._foresee()

    def out(self) -> Path:
        """The folder for files.

        Raises:
            Fault: none is named.
        """
        text = self.folder.text().strip()
        if not text:
            raise Fault(texts.NO_FOLDER)
        return Path(text).expanduser()

    def chosen_password(self) -> str | None:
        """The password for the files, where there is to be one."""
        return self.password.text() or None

    def asked_names(self) -> list[str]:
        """What those who are to get a file are called.

        Raises:
            Fault: no name is written, or one twice.
        """
        if self.by_name.isChecked():
            return names_in(self.names.text())
        return next_names(self.count.value(), self._situation.names if self._situation is not None else ())

    def _count_changed(self) -> None:
        self.by_count.setChecked(True)
        self._foresee()

    def _names_changed(self) -> None:
        self.by_name.setChecked(True)
        self._foresee()

    def _foresee(self) -> None:
        if self._situation is None:
            return
        try:
            names = self.asked_names()
        except Fault as fault:
            told, possible, names = str(fault), False, []
        else:
            told, possible = foreseen(self._situation, names, numbered=self.by_count.isChecked())
        self.foreseen.setText(told)
        text = texts.WRITE_ONE if len(names) == 1 else texts.WRITE.format(count=len(names))
        self.to_write.setText(text if names else texts.WRITE_NONE)
        self.to_write.setAccessibleName(self.to_write.text())
        self.to_write.setEnabled(possible)

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, texts.CHOOSE_TITLE, str(Path(self.folder.text()).parent))
        if folder:
            self.folder.setText(folder)

    def _lay_out(self) -> None:
        many = QHBoxLayout()
        many.addWidget(self.count)
        many.addStretch(1)
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.folder, 1)
        where.addWidget(self.to_choose)
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(10)
        form.setColumnStretch(1, 1)
        form.addWidget(self.by_count, 0, 0)
        form.addLayout(many, 0, 1)
        form.addWidget(self.by_name, 1, 0)
        form.addWidget(self.names, 1, 1)
        form.addWidget(words(texts.FOLDER), 2, 0)
        form.addLayout(where, 2, 1)
        form.addWidget(words(texts.PASSWORD), 3, 0)
        form.addWidget(self.password, 3, 1)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self.foreseen, 1)
        below.addWidget(self.to_write, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 18, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(words(texts.NEW, "heading"))
        layout.addWidget(words(texts.NEW_LEAD, "muted"))
        layout.addLayout(form)
        layout.addLayout(below)


def foreseen(found: Situation, names: Sequence[str], *, numbered: bool) -> tuple[str, bool]:
    """What comes of it if these raters get files, in words, and whether they can get any.

    Args:
        found: the study.
        names: what the raters are called.
        numbered: they follow each other, so that the first and the last say it all.
    """
    here = found.open
    item, items = texts.ITEM[found.task], texts.ITEMS[found.task]
    if here.per_item is not None and not here.places:
        return texts.NONE_WANTING.format(item=item, per_item=here.per_item), False
    if here.per_item is not None and len(names) < here.least:
        return texts.TOO_FEW.format(item=item, per_item=here.per_item, least=here.least), False
    who = _in_words(names) if numbered else texts.RATERS_COUNT[len(names) > 1].format(count=len(names))
    if here.per_item is None:
        return texts.ALL_JUDGE_ALL.format(names=who, total=here.items, items=items), True
    if here.per_item == len(names) and here.places == here.items * len(names):
        return texts.ALL_JUDGE_ALL.format(names=who, total=here.items, items=items), True
    whole = here.places == here.items * here.per_item
    told = (texts.SHARED_NEW if whole else texts.SHARED).format(
        names=who,
        each=round(here.places / len(names)),
        item=item,
        items=items,
        per_item=here.per_item,
        wanting=here.wanting,
        total=here.items,
    )
    return told, True


def _in_words(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return (texts.TWO if len(names) == 2 else texts.FROM_TO).format(first=names[0], last=names[-1])
