"""Everything that a rater may want to look up: what to do, what the answers mean, which key gives which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from app.qt.images import Picture
from app.qt.keys import ANSWERS, Action, KeyMap
from app.qt.markdown_view import MarkdownView
from app.qt.scaling import filled_size, scaled
from app.qt.texts import pages as texts
from app.qt.words import key_cap, words
from app.study.records import CANNOT_TELL, NOTHING, Category, Rating, Rubric

_EXAMPLE_SIDE = 88
_EXAMPLES_IN_A_ROW = 6
Pictures = Sequence[Sequence[Picture]]
"""The example pictures of each category, decoded."""


class RubricView(QWidget):
    """The question, the instructions, the answers with their examples, and the keys."""

    def __init__(self, rubric: Rubric, pictures: Pictures, keys: KeyMap) -> None:
        super().__init__()
        self._rubric = rubric
        self._pictures = pictures
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(14)
        self._layout.addWidget(words(rubric.question, "question"))
        if rubric.instructions.strip():
            self._layout.addWidget(MarkdownView(rubric.instructions, texts.INSTRUCTIONS_TEXT))
        self._inside: QWidget | None = None
        self.set_keys(keys)

    def set_keys(self, keys: KeyMap) -> None:
        """Show these keys."""
        if self._inside is not None:
            self._inside.setParent(None)
            self._inside.deleteLater()
        self._inside = QWidget()
        layout = QVBoxLayout(self._inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        if self._rubric.categories:
            layout.addWidget(words(texts.RUBRIC_ANSWERS, "heading"))
            if self._rubric.several:
                layout.addWidget(words(texts.RUBRIC_SEVERAL))
            layout.addWidget(_categories(self._rubric.categories, self._pictures, keys))
        if self._rubric.rating is not None:
            layout.addWidget(words(texts.RUBRIC_SCALE, "heading"))
            layout.addWidget(words(scale_in_words(self._rubric.rating)))
        layout.addSpacing(8)
        layout.addWidget(words(texts.RUBRIC_KEYS, "heading"))
        layout.addWidget(_keys(self._rubric, keys))
        self._layout.addWidget(self._inside)


def scale_in_words(rating: Rating) -> str:
    """The ends of a scale."""
    if not rating.points:
        return texts.RUBRIC_SLIDER.format(low=rating.low, high=rating.high)
    first, last = rating.values[0], rating.values[-1]
    return texts.RUBRIC_POINTS.format(first=first, low=rating.low, last=last, high=rating.high)


def keys_in_words(rubric: Rubric, keys: KeyMap) -> Iterator[tuple[str, str]]:
    """The keys of a rubric's task as they are shown, with what each is for."""
    yield from _answer_keys(rubric, keys)
    if rubric.task in ("categorize", "rate"):
        yield keys.cap(Action.CANNOT_TELL), CANNOT_TELL
    if rubric.nothing:
        yield keys.cap(Action.NOTHING), NOTHING
    for action in (Action.UNDO, Action.COMMENT, Action.FLAG, Action.PAUSE, Action.RUBRIC):
        yield keys.cap(action), texts.ACTIONS[action].lower()
    if rubric.task != "name_it":
        zoom = texts.ACTIONS[Action.ZOOM_IN], texts.ACTIONS[Action.ZOOM_OUT]
        yield f"{keys.cap(Action.ZOOM_IN)}  {keys.cap(Action.ZOOM_OUT)}", ", ".join(zoom).lower()


def _answer_keys(rubric: Rubric, keys: KeyMap) -> Iterator[tuple[str, str]]:
    move = f"{keys.cap(Action.PREVIOUS)}  {keys.cap(Action.NEXT)}"
    if rubric.task == "categorize":
        meaning = texts.KEYS_SEVERAL if rubric.several else texts.KEYS_CATEGORIES
        yield _span(keys, len(rubric.categories)), meaning
        if rubric.several:
            yield keys.cap(Action.CONFIRM), texts.KEYS_DONE
    elif rubric.task == "rate" and rubric.rating is not None:
        points = rubric.rating.points
        yield _span(keys, points or 9), texts.KEYS_POINTS if points else texts.KEYS_SLIDER
        if not points:
            yield move, texts.KEYS_MOVE
            yield keys.cap(Action.CONFIRM), texts.KEYS_DONE
    elif rubric.task == "which_one":
        yield _span(keys, 6), texts.KEYS_WHICH_ONE
    else:
        yield _span(keys, 3), texts.KEYS_NAMED
        yield "Ctrl+Enter", texts.KEYS_DONE


def _span(keys: KeyMap, count: int) -> str:
    caps = [keys.cap(action) for action in ANSWERS[:count]]
    if count > 1 and caps == [str(place) for place in range(1, count + 1)]:
        return texts.KEY_SPAN.format(first=caps[0], last=caps[-1])
    return " ".join(caps)


def _categories(categories: Sequence[Category], pictures: Pictures, keys: KeyMap) -> QFrame:
    panel = QFrame()
    panel.setProperty("role", "inset")
    grid = QGridLayout(panel)
    grid.setContentsMargins(16, 14, 16, 14)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(3)
    grid.setColumnStretch(1, 1)
    for place, (category, action) in enumerate(zip(categories, ANSWERS, strict=False)):
        row = 4 * place
        grid.addWidget(key_cap(keys.cap(action)), row, 0)
        grid.addWidget(words(category.name, "name"), row, 1)
        grid.addWidget(words(category.definition), row + 1, 1)
        if place < len(pictures) and pictures[place]:
            grid.addLayout(_examples(category.name, pictures[place]), row + 2, 1)
        if place + 1 < len(categories):
            grid.setRowMinimumHeight(row + 3, 12)
    return panel


def _examples(name: str, pictures: Sequence[Picture]) -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 6, 0, 2)
    grid.setSpacing(8)
    grid.setColumnStretch(_EXAMPLES_IN_A_ROW, 1)
    for place, picture in enumerate(pictures):
        grid.addWidget(_example(picture, name, place + 1), place // _EXAMPLES_IN_A_ROW, place % _EXAMPLES_IN_A_ROW)
    return grid


def _example(picture: Picture, name: str, place: int) -> QLabel:
    label = words("", "picture")
    if picture is None:
        label.setText(texts.RUBRIC_NO_PICTURE)
        return label
    ratio = label.devicePixelRatioF()
    size = filled_size(picture.size(), QSizeF(_EXAMPLE_SIDE, _EXAMPLE_SIDE), ratio)
    label.setPixmap(QPixmap.fromImage(scaled(picture, size, ratio)))
    label.setAccessibleName(texts.RUBRIC_EXAMPLE.format(place=place, name=name))
    return label


def _keys(rubric: Rubric, keys: KeyMap) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(16, 0, 16, 0)
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(1, 1)
    for row, (cap, meaning) in enumerate(keys_in_words(rubric, keys)):
        grid.addWidget(key_cap(cap), row, 0, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(words(meaning), row, 1)
    return box
