"""Files that came back: dropped or chosen, looked at, and brought in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.qt.first_run import light
from app.qt.sharing import work
from app.qt.sharing.files_found import FilesFound
from app.qt.sharing.jobs import Jobs
from app.qt.sharing.work import Looked
from app.qt.texts import sharing as texts
from app.qt.words import Column, button, words
from app.study.collecting import Preview
from app.study.file import StudyFile

_MARGIN, _LINES = 16, 2.4
"""Around the tab, and how many columns of text its table may be wide."""
_MOST_NOTES = 8


class CollectTab(QWidget):
    """A place to drop files onto, and a table of what they would bring. Nothing is written before the button says so.

    Args:
        study: what they are brought into.
        jobs: does what takes long.
    """

    changed = Signal()
    """Something came in."""
    said = Signal(str)
    wrong = Signal(str)

    def __init__(self, study: StudyFile, jobs: Jobs) -> None:
        super().__init__()
        self._study, self._jobs = study, jobs
        self._folder = study.path.resolve().parent
        self.looked: Looked | None = None
        """What was looked at and is not brought in yet."""
        self.zone = QFrame()
        self.zone.setProperty("role", "drop")
        self.to_choose = button(texts.CHOOSE_FILES, self._choose_files)
        self.to_choose_folder = button(texts.CHOOSE_FOLDER, self._choose_folder)
        self.heading = words("", "heading")
        self.summary = words("", "reading")
        self.table = FilesFound()
        self.legend = words(texts.LEGEND, "muted")
        self.notes = words("", "caution")
        self.notes.setAccessibleName(texts.NOTES)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(texts.LOCKED_SPOKEN)
        self.password.setAcceptDrops(False)
        # Queued: looking moves the focus to the button that stops it, which this same Enter would press.
        self.password.returnPressed.connect(self._look_again, Qt.ConnectionType.QueuedConnection)
        self.to_look = button(texts.LOOK_AGAIN, self._look_again)
        self.locked = QWidget()
        self.to_clear = button(texts.CLEAR, self.clear)
        self.to_bring = button(texts.NOTHING_NEW, self._bring, main=True)
        self._lay_out()
        self.clear()

    def look(self, paths: Sequence[Path]) -> None:
        """Look at these, together with those that were looked at and are not brought in yet."""
        before = self.looked.files if self.looked is not None else ()
        password = self.password.text() or None

        def then(looked: Looked | None) -> None:
            if looked is None:
                self.said.emit(texts.LOOK_STOPPED)
            else:
                self.show_looked(looked)

        self._jobs.do(partial(work.look_at, self._study, [*before, *paths], password), then)

    def _bring(self) -> None:
        def then(looked: Looked | None) -> None:
            if looked is None:
                self.said.emit(texts.BRING_STOPPED)
            else:
                self.show_brought(looked)
                self.changed.emit()

        if self.looked is not None:
            self._jobs.do(partial(work.bring_in, self._study, self.looked), then)

    def show_looked(self, looked: Looked) -> None:
        """Say what they would bring."""
        self.looked = looked
        self.heading.setText(texts.FOUND)
        preview = looked.preview
        self._show(
            looked, texts.SUMMARY.format(files=_count(texts.FILES_COUNT, len(looked.files)), what=_what(preview))
        )
        self.to_bring.setText(texts.BRING.format(entries=_entries(preview)) if preview.events else texts.NOTHING_NEW)
        self.to_bring.setEnabled(bool(preview.events))
        self.to_clear.show()
        self.to_bring.show()

    def show_brought(self, looked: Looked) -> None:
        """Say what came in."""
        self.looked = None
        self.heading.setText(texts.CAME)
        preview = looked.preview
        self._show(looked, texts.SUMMARY_CAME.format(what=_what(preview)))
        self.to_bring.hide()

    def clear(self) -> None:
        """Show nothing."""
        self.looked = None
        self.password.clear()
        for part in self._below:
            part.hide()

    def light(self, *, over: bool) -> None:
        """Files are held over the window, or no longer."""
        light(self.zone, over=over)

    def _show(self, looked: Looked, told: str) -> None:
        preview = looked.preview
        refused = len(preview.refused) + len(looked.without)
        if refused:
            told = f"{told} {texts.SUMMARY_REFUSED.format(refused=_count(texts.REFUSED_COUNT, refused))}"
        self.summary.setText(told)
        self.notes.setText("\n".join(_notes(preview)))
        for part in self._below:
            part.show()
        self.notes.setVisible(bool(preview.notes))
        self.legend.setVisible(bool(preview.found))
        self.locked.setVisible(any(one.locked for one in preview.refused))
        self.table.show_looked(looked)

    def _look_again(self) -> None:
        self.look([])

    def _choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, texts.CHOOSE_FILES_TITLE, str(self._folder), texts.FILES_FILTER)
        self._take(names)

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, texts.CHOOSE_FILES_TITLE, str(self._folder))
        self._take([name] if name else [])

    def _take(self, names: Sequence[str]) -> None:
        if names:
            self._folder = Path(names[0]).parent
            self.look([Path(name) for name in names])

    def _lay_out(self) -> None:
        zone = QVBoxLayout(self.zone)
        zone.setContentsMargins(20, 16, 20, 16)
        zone.setSpacing(6)
        for text, role in ((texts.DROP, "heading"), (texts.DROP_WHAT, "muted")):
            label = words(text, role)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            zone.addWidget(label)
        ways = QHBoxLayout()
        ways.setSpacing(8)
        ways.addStretch(1)
        ways.addWidget(self.to_choose)
        ways.addWidget(self.to_choose_folder)
        ways.addStretch(1)
        zone.addSpacing(4)
        zone.addLayout(ways)
        locked = QHBoxLayout(self.locked)
        locked.setContentsMargins(0, 0, 0, 0)
        locked.setSpacing(8)
        label = words(texts.LOCKED)
        label.setWordWrap(False)
        locked.addWidget(label)
        locked.addWidget(self.password, 1)
        locked.addWidget(self.to_look)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.to_clear)
        foot.addWidget(self.to_bring)
        self._below = (self.heading, self.summary, self.table, self.legend, self.notes, self.locked, self._foot)
        column = Column(2 * _MARGIN, lines=_LINES)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(_MARGIN, 14, _MARGIN, 10)
        rows.setSpacing(8)
        rows.addWidget(self.zone)
        for part in self._below:
            rows.addWidget(part, 1000 if part is self.table else 0)
        rows.addStretch(1)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.addStretch(1)
        across.addWidget(column, 1000)
        across.addStretch(1)
        self.setFocusProxy(self.to_choose)


def _count(words_: tuple[str, str], count: int) -> str:
    return words_[count != 1].format(count=count)


def _entries(preview: Preview) -> str:
    return _count(texts.ENTRIES_COUNT, preview.events)


def _what(preview: Preview) -> str:
    raters = len({one.rater.id for one in preview.found if one.new})
    return (
        texts.FROM.format(entries=_entries(preview), raters=_count(texts.RATERS_COUNT, raters))
        if raters
        else texts.NOTHING
    )


def _notes(preview: Preview) -> list[str]:
    """The first of them; of thousands of forks nobody reads all."""
    told = [" ".join(note.split()) for note in preview.notes]
    more = len(told) - _MOST_NOTES
    return told if more <= 0 else [*told[:_MOST_NOTES], texts.MORE_NOTES.format(count=more)]
