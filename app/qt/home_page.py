"""The page with no study open: recent studies, and what is left in each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDate, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.errors import Fault
from app.qt.background import Work
from app.qt.elided_label import ElidedLabel
from app.qt.first_run import FirstRun
from app.qt.opened import Person, Summary, summary
from app.qt.page import Page
from app.qt.settings import Recent
from app.qt.texts import pages as texts
from app.qt.texts import password as password_texts
from app.qt.whom import with_contact
from app.qt.words import button, words
from app.study.opening import Locked

_RATERS_TOLD = 4


class HomePage(Page):
    """Lists recent studies; each is read in `work`, one after the other, so that opening one never waits for all."""

    open_wanted = Signal(object)
    """A Path."""
    forget_wanted = Signal(object)
    choose_wanted = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__(texts.HOME)
        self._work = work
        self.rows: list[RecentStudy] = []
        self._unread: list[RecentStudy] = []
        self._reading = False
        self.first = FirstRun()
        self.first.choose_wanted.connect(self.choose_wanted)
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(14)
        head.addWidget(words(texts.HOME_TITLE, "title"))
        head.addWidget(words(texts.HOME_LEAD, "question"))
        head.addSpacing(8)
        head.addWidget(words(texts.HOME_RECENT, "heading"))
        self.column.addWidget(self.first)
        self.column.addWidget(self._head)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.column.addLayout(self._list)
        self._drop = words(texts.HOME_DROP, "muted")
        self.buttons.addWidget(self._drop, 1)
        self.choose = self.add_main(texts.HOME_OPEN, self.choose_wanted.emit)

    def show_recent(self, recent: Sequence[Recent]) -> None:
        """List these, and read what is left in them."""
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [RecentStudy(one) for one in recent]
        for row in self.rows:
            row.open_wanted.connect(self.open_wanted)
            row.forget_wanted.connect(self.forget_wanted)
            self._list.addWidget(row)
        self.first.setVisible(not recent)
        self._head.setVisible(bool(recent))
        self.show_buttons(bool(recent))
        self.main = self.choose if recent else self.first.choose
        self.setFocusProxy(self.main)
        self._unread = list(self.rows)
        if not self._reading:
            self._read_next()

    def rest(self) -> None:
        """Somebody does something else: read no more."""
        self._unread = []

    def _read_next(self) -> None:
        self._reading = bool(self._unread)
        if not self._unread:
            return
        row = self._unread.pop(0)
        path = row.path

        def then(found: Summary | Fault) -> None:
            if row in self.rows:
                row.tell(found)
            self._read_next()

        self._work(lambda: summary(path), then)


class RecentStudy(QWidget):
    """One study: open it, or take it off the list."""

    open_wanted = Signal(object)
    forget_wanted = Signal(object)

    def __init__(self, recent: Recent) -> None:
        super().__init__()
        self.path = recent.path
        self._contact = recent.contact
        self.title = ElidedLabel(recent.path.stem, "name")
        self.where = ElidedLabel(str(recent.path), "muted")
        when = QLocale().toString(QDate(*recent.opened.timetuple()[:3]), QLocale.FormatType.ShortFormat)
        self.opened = words(texts.HOME_OPENED.format(when=when), "muted")
        self.opened.setWordWrap(False)
        self.left = words(texts.HOME_READING)
        self.open = _Row()
        self.open.setAccessibleName(recent.path.stem)
        self.open.clicked.connect(lambda: self.open_wanted.emit(self.path))
        place = QHBoxLayout()
        place.setSpacing(16)
        place.addWidget(self.where, 1)
        place.addWidget(self.opened)
        self.open.inside.addWidget(self.title)
        self.open.inside.addLayout(place)
        self.open.inside.addWidget(self.left)
        self.forget = button("\N{MULTIPLICATION SIGN}", lambda: self.forget_wanted.emit(self.path))
        self.forget.setProperty("role", "quiet")
        self.forget.setAccessibleName(texts.HOME_REMOVE_NAMED.format(name=recent.path.stem))
        self.forget.setToolTip(texts.HOME_REMOVE)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.open, 1)
        layout.addWidget(self.forget)

    def tell(self, found: Summary | Fault) -> None:
        """Say what is left in it, or what is wrong with it."""
        if isinstance(found, Locked):
            self.left.setText(password_texts.SUMMARY)
        elif isinstance(found, Fault):
            problem = str(with_contact(found, self._contact)) if self.path.exists() else texts.HOME_GONE
            self.left.setText(texts.WARNING.format(problem=problem))
            self.open.setEnabled(False)
        else:
            self.title.setText(found.title)
            self.open.setAccessibleName(found.title)
            self.left.setText(left_in_words(found.people))
        self.open.setAccessibleDescription(f"{self.left.text()}  {self.path}")


class _Row(QPushButton):
    """A button with several lines in it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "row")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(16, 10, 16, 12)
        self.inside.setSpacing(4)

    def sizeHint(self) -> QSize:
        """What the lines need."""
        return self.inside.totalSizeHint()

    def heightForWidth(self, width: int) -> int:
        """Lines break where the width asks for it."""
        return self.inside.totalHeightForWidth(width)


def left_in_words(people: Sequence[Person]) -> str:
    """What is left in a study, by rater; those who have begun and not finished come first."""
    if not people:
        return texts.HOME_NOBODY
    sorted_people = sorted(people, key=lambda person: person.done >= person.total)
    told = [_left(person) for person in sorted_people[:_RATERS_TOLD]]
    if len(people) > _RATERS_TOLD:
        told.append(texts.HOME_MORE.format(count=len(people) - _RATERS_TOLD))
    return "  ·  ".join(told)


def _left(person: Person) -> str:
    left = person.total - person.done
    words_ = texts.HOME_LEFT if left else texts.HOME_DONE
    return words_.format(rater=person.rater.pseudonym, left=left, total=person.total)
