"""The two-alternative task: side and confidence in one key press, and nothing told too early."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QImage, QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.qt.images import Picture
from app.qt.keys import ANSWERS, Action, KeyMap
from app.qt.sights import Evidence, Example, Sight
from app.qt.tasks.side_bar import OFFERED
from app.qt.tasks.which_one import WhichOneView
from app.qt.theme import DARK, LIGHT
from app.session import Screen, Verdict
from app.study.records import Answer, HeatMap, Histogram, Reveal, Role, Rubric, Trial

RUBRIC = Rubric(1, "Which one?", "Look.", "nominal", task="which_one")
HEAT = HeatMap(1, 2, (0.25, 3.5))
TOLD = (Reveal(12.34, HEAT), Reveal(-5.67, None))
SIX = [
    Answer("left", confidence=3),
    Answer("left", confidence=2),
    Answer("left", confidence=1),
    Answer("right", confidence=1),
    Answer("right", confidence=2),
    Answer("right", confidence=3),
]


def picture(color: str = "red", width: int = 20, height: int = 20) -> QImage:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(color)
    return made


def evidence(count: int = 9) -> Evidence:
    roles: tuple[tuple[Role, float], ...] = (("most", 70.0), ("least", -70.0))
    examples = tuple(Example(role, start + n, picture("blue")) for role, start in roles for n in range(count))
    return Evidence(examples, Histogram((-80.0, 0.0, 80.0), (5, 7)))


def a_trial(unit: int = 1) -> Trial:
    return Trial("t", 1, "a", unit, "blind", 1, other="b")


def a_screen(
    trial: Trial | None = None,
    *,
    new_unit: bool = False,
    answer: Answer | None = None,
    verdict: Verdict | None = None,
) -> Screen:
    return Screen(
        step="feedback" if answer or verdict else "trial",
        trial=trial or a_trial(),
        upcoming=(),
        new_unit=new_unit,
        practice=None,
        interlude=None,
        answer=answer,
        verdict=verdict,
        comment="",
        flagged=False,
        done=0,
        total=4,
        can_undo=False,
        saving=False,
        paused=False,
        problem=None,
    )


def a_sight(
    left: Picture = None, right: Picture = None, references: Evidence | None = None, reveals: tuple[Reveal, ...] = ()
) -> Sight:
    """Two pictures, where none are given."""
    return Sight((left or picture(), right or picture("green")), references, reveals)


class Page(QWidget):
    """What the labeling page does with keys: those that reach it are asked of the view."""

    def __init__(self, view: WhichOneView) -> None:
        super().__init__()
        self.view = view
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        QVBoxLayout(self).addWidget(view)
        self.setStyleSheet(LIGHT.style_sheet(10))
        self.setMinimumSize(800, 500)  # else the layout would hand it to the window, again and again
        self.resize(1024, 640)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.view.keys.action(event)
        if action is not None:
            self.view.act(action)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[WhichOneView]:
    made = WhichOneView(RUBRIC, KeyMap(), LIGHT)
    page = Page(made)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.setFocus()
    yield made
    page.hide()


@pytest.fixture
def answers(view: WhichOneView) -> list[Answer]:
    """What the view has answered."""
    told: list[Answer] = []
    view.answered.connect(told.append)
    return told


def shown(qtbot: QtBot, view: WhichOneView, sight: Sight | None = None, screen: Screen | None = None) -> None:
    with qtbot.waitSignal(view.painted):
        view.show_sight(screen or a_screen(), sight or a_sight(references=evidence()))


def everything_said(widget: QWidget) -> str:
    """All words in the widgets and in what a screen reader is told."""
    said = []
    for one in (widget, *widget.findChildren(QWidget)):
        said += [one.accessibleName(), one.accessibleDescription(), one.toolTip(), one.whatsThis(), one.objectName()]
        if isinstance(one, QLabel):
            said.append(one.text())
    read = [QAccessible.queryAccessibleInterface(widget)]
    while read:
        interface: QAccessibleInterface = read.pop()
        said += [interface.text(kind) for kind in QAccessible.Text if kind != QAccessible.Text.UserText]
        read += [interface.child(place) for place in range(interface.childCount())]
    return "\n".join(said)


@pytest.mark.parametrize("place", range(6))
def test_one_key_says_which_side_and_how_sure(
    qtbot: QtBot, view: WhichOneView, answers: list[Answer], place: int
) -> None:
    shown(qtbot, view)
    qtbot.keyClick(view.parentWidget(), str(place + 1))
    assert answers == [SIX[place]]
    RUBRIC.check(answers[0])


@pytest.mark.parametrize("place", range(6))
def test_one_click_says_the_same(qtbot: QtBot, view: WhichOneView, answers: list[Answer], place: int) -> None:
    shown(qtbot, view)
    button = view.bar.buttons[place]
    assert button.accessibleName() in [f"{word} {SIX[place].label}" for word in ("Surely", "Probably", "Perhaps")]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert answers == [SIX[place]]


def test_the_arrows_mark_an_answer_from_the_middle_outward_and_enter_gives_it(
    qtbot: QtBot, view: WhichOneView, answers: list[Answer]
) -> None:
    shown(qtbot, view)
    page = view.parentWidget()
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert answers == []
    qtbot.keyClick(page, Qt.Key.Key_Left)
    assert view.bar.candidate == 2
    assert view.bar.buttons[2].state.text() == "Enter"
    assert "Enter gives it" in view.bar.buttons[2].accessibleDescription()
    for _ in range(5):
        qtbot.keyClick(page, Qt.Key.Key_Right)
    assert view.bar.candidate == 5
    assert "Enter" not in view.bar.buttons[2].accessibleDescription()
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert answers == [SIX[5]]


def test_the_answer_reached_with_tab_is_the_one_that_enter_gives(
    qtbot: QtBot, view: WhichOneView, answers: list[Answer]
) -> None:
    shown(qtbot, view)
    qtbot.keyClick(view.parentWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(view.bar.buttons[0], Qt.Key.Key_Right)
    assert view.bar.buttons[1].hasFocus()
    qtbot.keyClick(view.bar.buttons[1], Qt.Key.Key_Return)
    qtbot.keyClick(view.bar.buttons[1], Qt.Key.Key_Space)
    assert answers == [SIX[1], SIX[1]]


def test_a_click_on_an_image_answers_nothing(qtbot: QtBot, view: WhichOneView, answers: list[Answer]) -> None:
    shown(qtbot, view)
    for image in view.stage.images:
        qtbot.mouseClick(image, Qt.MouseButton.LeftButton)
        qtbot.mouseDClick(image, Qt.MouseButton.LeftButton)
    assert answers == []


def test_the_choice_is_forced(qtbot: QtBot, view: WhichOneView, answers: list[Answer]) -> None:
    shown(qtbot, view)
    assert not any(map(view.act, (Action.CANNOT_TELL, Action.NOTHING, *ANSWERS[6:], Action.UNDO, Action.HEAT_MAP)))
    assert answers == []
    assert view.cannot_tell.isHidden()


@pytest.mark.parametrize("missing", [0, 1])
def test_where_an_image_cannot_be_shown_only_going_on_is_left(
    qtbot: QtBot, view: WhichOneView, answers: list[Answer], missing: int
) -> None:
    pictures: list[Picture] = [picture(), picture()]
    pictures[missing] = None
    shown(qtbot, view, Sight(tuple(pictures), evidence()))
    assert "cannot be shown" in view.hint.text()
    assert view.bar.isHidden()
    for action in (*ANSWERS, Action.NEXT, Action.CONFIRM):
        assert not view.act(action)
    assert view.act(Action.CANNOT_TELL)
    qtbot.mouseClick(view.cannot_tell, Qt.MouseButton.LeftButton)
    assert answers == 2 * [Answer(None, "cannot_tell")]
    shown(qtbot, view)
    assert view.bar.isVisible()


def test_a_trial_that_could_not_be_read_can_be_left(qtbot: QtBot, view: WhichOneView, answers: list[Answer]) -> None:
    shown(qtbot, view, Sight((None, None), None))
    view.act(Action.CANNOT_TELL)
    assert answers == [Answer(None, "cannot_tell")]


def test_the_trial_is_on_screen_when_both_images_are_and_is_so_once(qtbot: QtBot, view: WhichOneView) -> None:
    painted: list[bool] = []
    view.painted.connect(lambda: painted.append(True))
    left, right = view.stage.images
    right.hide()
    with qtbot.waitSignal(left.painted):
        view.show_sight(a_screen(), a_sight())
    assert painted == []
    with qtbot.waitSignal(view.painted):
        right.show()
    view.grab()
    assert painted == [True]
    shown(qtbot, view)
    assert painted == [True, True]


def test_what_was_cleared_is_never_said_to_be_on_screen(qtbot: QtBot, view: WhichOneView) -> None:
    painted: list[bool] = []
    view.painted.connect(lambda: painted.append(True))
    view.show_sight(a_screen(), a_sight())
    view.clear()
    view.grab()
    assert painted == []


@pytest.mark.parametrize(
    ("accepted", "answer", "words", "mark"),
    [
        ("left", SIX[1], "Right: it is the image on the left.", "\N{CHECK MARK}"),
        ("right", SIX[1], "Not right: it is the image on the right.", "\N{BALLOT X}"),
    ],
)
def test_practice_says_whether_it_was_right_and_why(
    qtbot: QtBot, view: WhichOneView, answers: list[Answer], accepted: str, answer: Answer, words: str, mark: str
) -> None:
    shown(qtbot, view)
    verdict = Verdict(answer.label == accepted, (accepted,), "It has <b>stripes</b>.")
    view.show_told(a_screen(answer=answer, verdict=verdict), ())
    assert view.question.text() == f"{mark} {words}"
    assert view.hint.text() == "It has <b>stripes</b>."
    assert "Your answer" in view.bar.buttons[1].state.text()
    assert "Your answer" in view.bar.buttons[1].accessibleDescription()
    assert [button.property("mark") or "" for button in view.bar.buttons] == ["", "given", "", "", "", ""]
    assert "ctivation 1" not in everything_said(view.stage)
    for action in (*ANSWERS, Action.NEXT, Action.CONFIRM, Action.CANNOT_TELL):
        assert not view.act(action)
    qtbot.mouseClick(view.bar.buttons[4], Qt.MouseButton.LeftButton)
    assert answers == []


def test_practice_on_an_image_that_could_not_be_shown_says_what_it_is(qtbot: QtBot, view: WhichOneView) -> None:
    shown(qtbot, view, Sight((None, picture()), None))
    view.show_told(a_screen(answer=Answer(None, "cannot_tell"), verdict=Verdict(False, ("right",), "")), ())
    assert view.question.text() == "It is the image on the right."
    assert view.cannot_tell.isHidden()


def test_feedback_says_both_activations_and_which_is_higher(qtbot: QtBot, view: WhichOneView) -> None:
    shown(qtbot, view)
    assert [caption.text() for caption in view.stage.captions] == ["Left image", "Right image"]
    view.show_told(a_screen(answer=SIX[3]), TOLD)
    left, right = (caption.text() for caption in view.stage.captions)
    assert "12.3" in left
    assert "higher" in left
    assert right == "Activation \N{MINUS SIGN}5.67"
    assert view.stage.captions[1].accessibleName().startswith("Right image: ")
    assert view.question.text() == "The image on the left activates the unit more strongly."
    assert view.bar.buttons[3].property("mark") == "given"
    view.show_told(a_screen(answer=SIX[3]), (TOLD[0], TOLD[0]))
    assert view.question.text() == "Both activate the unit alike."


def test_revealed_trials_show_activations_from_the_start_and_heat_maps_on_request(
    qtbot: QtBot, view: WhichOneView, answers: list[Answer]
) -> None:
    shown(qtbot, view, a_sight(references=evidence(), reveals=TOLD))
    assert "12.3" in view.stage.captions[0].text()
    assert view.heat.isVisible()
    qtbot.keyClick(view.parentWidget(), "h")
    assert [image.shows_heat for image in view.stage.images] == [True, False]
    assert [legend.isVisible() for legend in view.stage.legends] == [True, False]
    qtbot.mouseClick(view.heat, Qt.MouseButton.LeftButton)
    assert not any(image.shows_heat for image in view.stage.images)
    view.act(Action.ANSWER_6)
    assert answers == [SIX[5]]


def test_both_images_are_zoomed_together(qtbot: QtBot, view: WhichOneView) -> None:
    shown(qtbot, view)
    assert view.act(Action.ZOOM_IN)
    assert len({image.zoom for image in view.stage.images}) == 1
    assert view.stage.images[0].zoom > 1
    view.act(Action.ZOOM_OUT)
    assert view.stage.images[1].zoom == 1


def test_a_blind_trial_says_nothing_of_its_activations_even_after_one_that_did(
    qtbot: QtBot, view: WhichOneView
) -> None:
    shown(qtbot, view)
    before = everything_said(view)
    shown(qtbot, view, a_sight(references=evidence(), reveals=TOLD))
    view.act(Action.HEAT_MAP)
    assert "12.3" in everything_said(view)
    assert "3.50" in everything_said(view)
    view.show_told(a_screen(answer=SIX[0], verdict=Verdict(True, ("left",), "because")), TOLD)
    view.clear()
    shown(qtbot, view)
    assert everything_said(view) == before
    assert view.heat.isHidden()
    for word in ("12.3", "5.67", "higher", "3.50", "because", "stratum", "blind"):
        assert word not in before


def test_clearing_takes_the_images_and_the_marks_away(qtbot: QtBot, view: WhichOneView) -> None:
    shown(qtbot, view)
    view.act(Action.NEXT)
    view.clear()
    assert not any(image.shows_image for image in view.stage.images)
    assert view.bar.candidate is None
    assert not view.act(Action.ANSWER_1)


@pytest.mark.parametrize("count", [1, 4, 9])
@pytest.mark.parametrize("size", [(990, 560), (1248, 740), (2528, 1320)])
def test_both_sides_look_alike_and_nothing_overlaps(
    qtbot: QtBot, view: WhichOneView, count: int, size: tuple[int, int]
) -> None:
    view.parentWidget().resize(*size)
    shown(qtbot, view, a_sight(picture("red", 80, 10), picture("red", 10, 80), evidence(count)))
    stage = view.stage
    most, left, right, least = stage.panels[0], *stage.images, stage.panels[1]
    assert most.size() == least.size()
    assert left.size() == right.size()
    assert most.grid.size() == least.grid.size()
    assert [len(panel.grid.examples) for panel in stage.panels] == [count, count]
    row = [widget.geometry() for widget in (most, left, right, least)]
    assert all(one.right() < other.left() for one, other in pairwise(row))
    assert all(stage.rect().contains(one) for one in row)
    for panel in stage.panels:
        assert panel.rect().contains(panel.grid.geometry())


def test_without_references_the_images_have_the_room(qtbot: QtBot, view: WhichOneView) -> None:
    shown(qtbot, view)
    before = view.stage.images[0].width()
    for nothing in (None, evidence(0)):
        shown(qtbot, view, a_sight(references=nothing))
        assert not any(panel.isVisible() for panel in view.stage.panels)
        assert view.stage.images[0].width() > 1.5 * before


def test_new_examples_are_told_also_when_trials_without_any_lie_between(qtbot: QtBot, view: WhichOneView) -> None:
    def noticed() -> list[bool]:
        return [panel.notice.isVisible() for panel in view.stage.panels]

    shown(qtbot, view)
    assert noticed() == [False, False]
    shown(qtbot, view, None, a_screen(a_trial(2), new_unit=True))
    assert noticed() == [True, True]
    shown(qtbot, view, None, a_screen(a_trial(2)))
    assert noticed() == [False, False]
    shown(qtbot, view, a_sight(), a_screen(a_trial(3), new_unit=True))
    assert "another unit" in view.hint.text()
    shown(qtbot, view, None, a_screen(a_trial(3)))
    assert noticed() == [True, True]


def test_keys_that_were_changed_are_shown_and_taken(qtbot: QtBot, view: WhichOneView, answers: list[Answer]) -> None:
    shown(qtbot, view)
    view.set_keys(KeyMap({Action.ANSWER_1: "A", Action.CONFIRM: "E"}))
    assert view.bar.buttons[0].cap.text() == "A"
    assert view.bar.buttons[0].accessibleDescription() == "Key A"
    assert "E gives it" in view.hint.text()
    qtbot.keyClick(view.parentWidget(), "a")
    assert answers == [SIX[0]]


def test_keys_that_are_changed_take_nothing_away_that_was_told(qtbot: QtBot, view: WhichOneView) -> None:
    shown(qtbot, view)
    view.show_told(a_screen(answer=SIX[1], verdict=Verdict(True, ("left",), "It has stripes.")), ())
    view.set_keys(KeyMap({Action.CONFIRM: "E"}))
    assert view.hint.text() == "It has stripes."


def test_the_answers_stand_in_the_order_of_their_keys() -> None:
    assert list(OFFERED) == SIX


def test_everything_has_a_name_in_both_themes(qtbot: QtBot, view: WhichOneView) -> None:
    view.set_theme(DARK)
    shown(qtbot, view)
    assert view.stage.panels[0].grid.palette().windowText().color().name() == DARK.text
    named = [*view.bar.buttons, view.bar, view.cannot_tell, view.heat, *view.stage.images]
    assert all(widget.accessibleName() for widget in named)
    assert [panel.grid.accessibleName() for panel in view.stage.panels] == [
        "What the unit responds to most",
        "What it responds to least",
    ]
