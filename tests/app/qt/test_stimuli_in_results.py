"""The stimuli of a band, the disputed ones, and who said what, in the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from helpers import FakeClock, label_everything, png, study_file, which_one_study
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QToolTip, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from analysis.figures import Report
from app.export import StimulusPicture
from app.findings.account import Account, account_of
from app.qt.background import Background, here_and_now
from app.qt.images import decode
from app.qt.results.activation_tab import ActivationTab
from app.qt.results.disputed_tab import DisputedTab
from app.qt.results.pictures import Thumbnails, outlined
from app.qt.results.said_panel import SaidPanel
from app.qt.results.stimulus_strip import StimulusGallery, said_words
from app.qt.texts import results_charts as texts
from app.qt.theme import DARK, LIGHT
from app.results.computing import report_on
from app.results.entering import entering
from app.results.looking import Look, select
from app.results.pictures import stimulus_pictures
from app.results.source import Source, read_source
from app.study.events import Judgement
from app.study.file import StudyFile

# Of every window with a layout, and of every tool tip, offscreen.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", extend=True)
HOSTILE = "<img src='x'><b>bob</b>"
LABELS = ("unrelated", "imperfect", "edge")


class Held:
    """A worker that works only when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, work: Callable[[], Any], then: Callable[[Any], None], /) -> None:
        self.waiting.append(partial(here_and_now, work, then))

    def release(self) -> None:
        self.waiting.pop(0)()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Twelve stimuli before three raters: about every third of them all three differ, on the others two agree."""
    path = study_file(tmp_path_factory.mktemp("stimuli"), show="image", side=40)
    with StudyFile.open(path) as file:
        label_everything(file, file.add_rater("ann", simulated=False, seed=1), FakeClock())
    read = read_source(path)
    judgements = []
    for place, stimulus in enumerate(read.stimuli):
        labels = LABELS if place % 3 == 0 else ("edge", "edge", "imperfect")
        for rater, label in zip(("ann", HOSTILE, "cem"), labels, strict=True):
            note = f"{HOSTILE} notes this" if (rater, place) == ("ann", 0) else None
            judgements.append(
                Judgement(stimulus.id, rater, label, "blind", 1, 2.5, False, confidence=2, note=note, place=place)
            )
    judgements.append(Judgement(read.stimuli[0].id, "ann", None, "blind", 2, 1.0, False, kind="cannot_tell", place=99))
    return replace(read, judgements=tuple(judgements), enter=entering(judgements, {}))


@pytest.fixture(scope="module")
def report(source: Source) -> Report:
    return report_on(source, lambda *_: None)


@pytest.fixture(scope="module")
def account(report: Report) -> Account:
    return account_of(report)


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.setStyleSheet(LIGHT.style_sheet(9))
    widget.resize(1000, 640)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


@pytest.fixture
def tab(qtbot: QtBot, source: Source, report: Report, account: Account) -> ActivationTab:
    made = ActivationTab(LIGHT, here_and_now)
    shown(qtbot, made)
    with qtbot.waitSignal(made.charts.built):
        made.show_results(source, report, account)
    return made


@pytest.fixture
def disputed(qtbot: QtBot, source: Source, report: Report, account: Account) -> DisputedTab:
    made = DisputedTab(LIGHT, here_and_now)
    shown(qtbot, made)
    made.show_results(source, report, account)
    return made


def in_band(tab: ActivationTab, number: int) -> tuple[QWidget, QPoint]:
    """Where to point at this band of the first chart."""
    view = tab.charts.views[0]
    panel = view.panels[0]
    return view.canvas.viewport(), view.canvas.mapFromScene(panel.place_of(panel.targets[number]))


def point(qtbot: QtBot, tab: ActivationTab, number: int) -> None:
    port, at = in_band(tab, number)
    qtbot.mouseMove(port, at - QPoint(2, 0))  # where the mouse is already, Qt sees no movement
    qtbot.mouseMove(port, at)


def click(qtbot: QtBot, tab: ActivationTab, number: int) -> None:
    port, at = in_band(tab, number)
    qtbot.mouseClick(port, Qt.MouseButton.LeftButton, pos=at)


def ids(gallery: StimulusGallery) -> list[str]:
    return [stimulus.id for stimulus in gallery.stimuli]


# ---- the stimuli of a band -------------------------------------------------------------------------------------------


def test_pointing_at_a_band_shows_its_stimuli_the_highest_first(
    qtbot: QtBot, tab: ActivationTab, source: Source
) -> None:
    assert tab.gallery.stimuli == ()
    point(qtbot, tab, 0)
    first = ids(tab.gallery)
    point(qtbot, tab, 1)
    second = ids(tab.gallery)
    ordered = [one.id for one in sorted(source.stimuli, key=lambda one: -one.activation)]
    assert second + first == ordered
    assert f"{len(second)} images" in tab.hint.text()
    QToolTip.hideText()


def test_a_click_keeps_the_stimuli_until_the_next(qtbot: QtBot, tab: ActivationTab) -> None:
    click(qtbot, tab, 0)
    kept = ids(tab.gallery)
    point(qtbot, tab, 1)
    assert ids(tab.gallery) == kept
    assert tab.pinned is not None
    assert texts.PINNED in tab.hint.text()
    click(qtbot, tab, 0)
    assert tab.pinned is None
    point(qtbot, tab, 1)
    assert ids(tab.gallery) != kept
    click(qtbot, tab, 1)
    tab.gallery.setFocus()
    qtbot.keyClick(tab.gallery, Qt.Key.Key_Escape)
    assert tab.pinned is None
    QToolTip.hideText()


def test_a_stimulus_is_opened_and_left_again_by_keys(qtbot: QtBot, tab: ActivationTab) -> None:
    point(qtbot, tab, 1)
    tab.gallery.setFocus()
    tab.gallery.choose(1)
    qtbot.keyClick(tab.gallery, Qt.Key.Key_Return)
    assert tab.beside.currentWidget() is tab.panel
    assert tab.panel.stimulus == tab.gallery.stimuli[1]
    assert tab.pinned is not None  # or the way back would lead to another band
    assert tab.panel.to_back.hasFocus()
    qtbot.keyClick(tab.panel.to_back, Qt.Key.Key_Escape)
    assert tab.beside.currentWidget() is not tab.panel
    assert tab.gallery.hasFocus()
    QToolTip.hideText()


def test_the_picked_label_is_handed_to_the_charts(qtbot: QtBot, tab: ActivationTab) -> None:
    before = tab.charts.views[0].canvas.grab().toImage()
    with qtbot.waitSignal(tab.charts.built):
        tab.pick_label("edge")
    assert tab.charts.views[0].canvas.grab().toImage() != before
    with qtbot.waitSignal(tab.charts.built):
        tab.pick_label(None)
    assert tab.charts.views[0].canvas.grab().toImage() == before


def test_other_results_let_go_of_what_was_kept(
    qtbot: QtBot, tab: ActivationTab, source: Source, report: Report, account: Account
) -> None:
    click(qtbot, tab, 0)
    tab.show_results(source, report, account)
    assert tab.pinned is None
    assert tab.gallery.stimuli == ()
    assert tab.heading.text() == texts.POINT
    QToolTip.hideText()


def test_where_two_images_are_told_apart_there_are_no_bands(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "pairs.jury"
    StudyFile.create(path, which_one_study())
    with StudyFile.open(path) as file:
        for seed, name in enumerate(("ann", "bob", "cem")):
            label_everything(file, file.add_rater(name, simulated=False, seed=seed), FakeClock())
    source = read_source(path)
    report = report_on(source, lambda *_: None)
    tab, disputed = ActivationTab(LIGHT, here_and_now), DisputedTab(LIGHT, here_and_now)
    shown(qtbot, tab)
    shown(qtbot, disputed)
    for one in (tab, disputed):
        one.show_results(source, report, account_of(report))
    assert not tab.beside.isVisible()
    assert disputed.hint.text() == texts.NOTHING_DISPUTED
    assert disputed.gallery.stimuli == ()


# ---- what is disputed ------------------------------------------------------------------------------------------------


def test_the_disputed_come_in_the_reports_order_and_the_first_is_open(disputed: DisputedTab, account: Account) -> None:
    assert ids(disputed.gallery) == list(account.disputed)
    assert disputed.panel.stimulus == disputed.gallery.stimuli[0]
    assert not disputed.panel.to_back.isVisible()


def test_a_click_shows_who_said_what(qtbot: QtBot, disputed: DisputedTab) -> None:
    gallery, panel = disputed.gallery, disputed.panel
    qtbot.mouseClick(
        gallery.viewport(),
        Qt.MouseButton.LeftButton,
        pos=gallery.visualRect(gallery.model().index(2, 0)).center(),
    )
    assert panel.stimulus == gallery.stimuli[2]
    rows = [[cell.text for cell in panel.rows.row(place)] for place in range(panel.rows.total)]
    assert sorted(row[0] for row in rows) == sorted(("ann", HOSTILE, "cem"))
    assert all(row[2:] == ["blind", "2.5", "2 of 3", texts.YES] for row in rows)


def test_only_those_that_somebody_called_so(disputed: DisputedTab, account: Account) -> None:
    disputed.pick_label("unrelated")
    assert 0 < len(disputed.gallery.stimuli) < len(account.disputed)
    assert all(stimulus.shares["unrelated"] > 0 for stimulus in disputed.gallery.stimuli)
    assert "unrelated" in disputed.hint.text()
    disputed.pick_label("nobody's")
    assert disputed.gallery.stimuli == ()
    assert disputed.panel.stimulus is None
    disputed.pick_label(None)
    assert ids(disputed.gallery) == list(account.disputed)


def test_notes_and_names_are_plain_text_and_what_does_not_count_says_why(qtbot: QtBot, source: Source) -> None:
    panel = SaidPanel(here_and_now, back=True)
    shown(qtbot, panel)
    stimulus = next(one for one in stimulus_pictures(source) if one.id == source.stimuli[0].id)
    panel.show_stimulus(source, stimulus)
    assert isinstance(panel.notes, QPlainTextEdit)
    assert panel.notes.toPlainText() == f"ann: {HOSTILE} notes this"
    assert panel.notes.isVisible()
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in panel.findChildren(QLabel))
    last = [cell.text for cell in panel.rows.row(3)]
    assert last[:3] == ["ann", "can't tell", "blind, look 2"]
    assert last[-1] == "No. It is no label."
    tips = [panel.rows.data(panel.rows.index(row, 0), Qt.ItemDataRole.ToolTipRole) for row in range(3)]
    assert not any("<b>" in str(tip) for tip in tips)
    other = next(one for one in stimulus_pictures(source) if one.id == source.stimuli[1].id)
    panel.show_stimulus(source, other)
    assert not panel.notes.isVisible()


def test_one_rater_alone_is_shown_as_selected(qtbot: QtBot, source: Source) -> None:
    panel = SaidPanel(here_and_now, back=False)
    shown(qtbot, panel)
    alone = select(source, Look(rater="cem"))
    panel.show_stimulus(alone, stimulus_pictures(alone)[0])
    assert panel.rows.row(0)[0].text == "cem"
    assert panel.rows.row(0)[-1].text == texts.YES
    assert "Another rater" in panel.rows.row(1)[-1].text


def test_what_arrives_too_late_is_not_shown(qtbot: QtBot, source: Source) -> None:
    held = Held()
    panel = SaidPanel(held, back=False)
    shown(qtbot, panel)
    one, other = stimulus_pictures(source)[:2]
    panel.show_stimulus(source, one)
    panel.show_stimulus(source, other)
    held.release()
    assert not panel.picture.shows_image
    held.release()
    assert panel.picture.shows_image
    assert panel.stimulus == other


# ---- pictures --------------------------------------------------------------------------------------------------------


def picture(number: int, image: bytes | None = None, **more: Any) -> StimulusPicture:
    shares = {"unrelated": 0.25, "imperfect": 0.0, "edge": 0.75}
    return StimulusPicture(f"{number}", png(number) if image is None else image, 1.0 + number, 1, shares, 4, **more)


def test_pictures_are_decoded_in_the_worker_a_few_at_a_time_and_only_once(qtbot: QtBot) -> None:
    held = Held()
    owner = QWidget()
    qtbot.addWidget(owner)
    thumbnails = Thumbnails(held, 88, owner)
    wanted = [picture(number) for number in range(20)]
    assert all(thumbnails.small(one, 1.0) is None for one in wanted)
    assert len(held.waiting) == 1
    rounds = 0
    while held.waiting:
        held.release()
        rounds += 1
        for one in wanted:
            thumbnails.small(one, 1.0)
    assert 4 <= rounds <= 5  # one alone, then six at a time
    assert all(thumbnails.small(one, 1.0) for one in wanted)
    assert not held.waiting


def test_what_scrolled_out_of_view_is_not_decoded(qtbot: QtBot) -> None:
    held = Held()
    owner = QWidget()
    qtbot.addWidget(owner)
    thumbnails = Thumbnails(held, 88, owner)
    for number in range(40):
        thumbnails.small(picture(number), 1.0)
    held.release()  # the first
    held.release()  # some of those that came with it; nobody asks for the others again
    assert not held.waiting


def test_a_page_that_was_left_takes_no_pictures(qtbot: QtBot, source: Source) -> None:
    held = Held()
    gallery = StimulusGallery(LIGHT, held)
    gallery.thumbnails.small(picture(1), 1.0)
    panel = SaidPanel(held, back=False)
    panel.show_stimulus(source, stimulus_pictures(source)[0])
    for widget in (gallery, panel):
        delete(widget)
    held.release()
    held.release()


def test_all_tiles_in_view_get_their_picture(qtbot: QtBot) -> None:
    background = Background()
    gallery = StimulusGallery(LIGHT, background)
    shown(qtbot, gallery)
    gallery.show_stimuli([picture(number) for number in range(400)], ())
    in_view = [
        n for n in range(400) if gallery.viewport().rect().intersects(gallery.visualRect(gallery.model().index(n, 0)))
    ]
    assert 10 < len(in_view) < 100
    qtbot.waitUntil(lambda: all(gallery.thumbnails.small(gallery.stimuli[n], 1.0) for n in in_view))
    qtbot.waitUntil(lambda: not background.pending)
    assert gallery.thumbnails.small(gallery.stimuli[399], 1.0) is None
    qtbot.waitUntil(lambda: not background.pending)
    background.stop()


def test_a_tile_says_in_words_what_its_bar_shows(qtbot: QtBot) -> None:
    gallery = StimulusGallery(LIGHT, here_and_now)
    shown(qtbot, gallery)
    gallery.show_stimuli([picture(1), replace(picture(2), shares={HOSTILE: 1.0})], ())
    index = gallery.model().index(0, 0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert (
        spoken == "Image with activation 2.00. edge 75\N{NO-BREAK SPACE}%, unrelated 25\N{NO-BREAK SPACE}%. 4 raters."
    )
    assert "&lt;b&gt;" in gallery.model().index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert said_words(replace(picture(1), shares={}, mean=42.5)) == "mean 42.50"
    assert said_words(replace(picture(1), shares={})) == texts.NOT_LABELED


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_bar_has_the_labels_shares(qtbot: QtBot, account: Account, theme: Any) -> None:
    gallery = StimulusGallery(theme, here_and_now)
    shown(qtbot, gallery)
    gallery.show_stimuli([picture(1)], account.labels)
    image = gallery.viewport().grab().toImage()
    area = gallery.visualRect(gallery.model().index(0, 0))
    wanted = {label.name: (label.dark if theme is DARK else label.light).lower() for label in account.labels}
    found = dict.fromkeys(wanted, 0)
    for x in range(area.left(), area.right()):
        for name, color in wanted.items():
            found[name] += any(image.pixelColor(x, y).name() == color for y in range(area.bottom() - 40, area.bottom()))
    assert found["imperfect"] == 0
    assert found["edge"] == pytest.approx(3 * found["unrelated"], rel=0.2)


def test_a_picture_that_cannot_be_shown_says_so(qtbot: QtBot) -> None:
    gallery = StimulusGallery(LIGHT, here_and_now)
    shown(qtbot, gallery)
    gallery.show_stimuli([picture(1, b"no picture")], ())
    gallery.viewport().grab()
    small = gallery.thumbnails.small(gallery.stimuli[0], 1.0)
    assert small is not None
    assert small.picture is None


def test_the_field_is_outlined_around_and_not_over_it() -> None:
    plain = decode(png(1, (40, 40)))
    drawn = outlined(plain, (10, 10, 30, 30))
    assert isinstance(plain, QImage)
    assert isinstance(drawn, QImage)
    assert QColor(drawn.pixel(20, 8)).name() != QColor(plain.pixel(20, 8)).name()
    inside = [(x, y) for x in range(11, 29) for y in range(11, 29)]
    assert all(drawn.pixel(x, y) == plain.pixel(x, y) for x, y in inside)
    assert outlined(plain, (0, 0, 40, 40)) == plain
    assert outlined(plain, None) is plain
    assert outlined(None, (1, 1, 2, 2)) is None


def test_the_charts_scroll_with_a_wheel_and_the_tiles_beside_them_stay(qtbot: QtBot, tab: ActivationTab) -> None:
    click(qtbot, tab, 1)
    before = tab.gallery.mapTo(tab, QPoint())
    tab.charts.verticalScrollBar().setValue(200)
    assert tab.gallery.mapTo(tab, QPoint()) == before
    assert tab.charts.views[0].canvas.mapToScene(QPoint()) == QPointF(0, 0)
    QToolTip.hideText()
