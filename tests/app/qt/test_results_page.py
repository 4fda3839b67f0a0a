"""The results page: the report's own figures, computed away from the window's thread, to pick from and to export."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers import NAME_IT, FakeClock, label_everything, new_study, which_one_study
from PySide6.QtCore import QObject, QSettings, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from windows import at, begin, close, show_window, words_of

from app.assets import resource
from app.cli import main
from app.errors import Fault
from app.export.formats import FORMATS
from app.findings.account import SIMULATED
from app.findings.cards import Card
from app.qt.background import Background
from app.qt.opened import open_study
from app.qt.results import export_dialog
from app.qt.results.cards import Cards
from app.qt.results.chart_column import ChartColumn
from app.qt.results.export_dialog import ExportDialog
from app.qt.results.finding import MOST_KEPT, Asked, Finder
from app.qt.results.page import ResultsPage, in_words
from app.qt.rows import Cell, Rows, RowsView, plain_tip
from app.qt.run import results
from app.qt.settings import Settings
from app.qt.stoppable import Progress, Stoppable
from app.qt.texts import results as texts
from app.qt.theme import DARK, LIGHT
from app.qt.window import Window
from app.results import report_study
from app.results.looking import Look
from app.study.file import StudyFile
from app.study.protocol import Conditions, Protocol
from app.study.records import NewStudy

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)  # of every window with a layout, offscreen

Key = Qt.Key
HOSTILE = "=1+1 & <img src=x onerror=alert(1)>"
SEVERAL_CONDITIONS = Protocol(conditions=Conditions(blind=0.5, revealed=0.5))
Show = Callable[..., Window]


def labeled(path: Path, new: NewStudy, *raters: str, simulated: bool = False) -> Path:
    """A study that these raters went through."""
    StudyFile.create(path, new)
    with StudyFile.open(path) as study:
        for number, name in enumerate(raters):
            label_everything(study, study.add_rater(name, simulated=simulated, seed=number), FakeClock())
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two units, three raters, half of the trials revealed."""
    new = replace(new_study(12, units=2), protocol=SEVERAL_CONDITIONS)
    return labeled(tmp_path_factory.mktemp("results") / "two units.jury", new, "ann", "bob", HOSTILE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def show(qtbot: QtBot, path: Path, settings: Settings) -> Iterator[Show]:
    """A window with the results of a study, or, with `asked`, with its start page."""
    shown: list[Window] = []

    def made(study: Path = path, unit: str | None = None, *, start_page: bool = False) -> Window:
        window = Window(open_study(study) if start_page else None, settings=settings)
        shown.append(window)
        show_window(qtbot, window)
        if not start_page:
            window.show_results(study, unit)
            qtbot.waitUntil(lambda: window.results is not None, timeout=20_000)
        return window

    yield made
    for window in shown:
        close(qtbot, window)
        window.deleteLater()


def page_of(window: Window) -> ResultsPage:
    assert window.results is not None
    return window.results


def found_on(qtbot: QtBot, window: Window) -> ResultsPage:
    """The page, once it shows what was asked for."""
    page = page_of(window)
    qtbot.waitUntil(lambda: page.found is not None and not page.task.busy, timeout=20_000)
    return page


@contextmanager
def at_rest(window: Window) -> Iterator[None]:
    """Meanwhile nothing is computed: whatever is asked for waits."""
    gate = threading.Event()
    window.showing_results.computing(gate.wait, lambda _: None)
    try:
        yield
    finally:
        gate.set()


def settled(qtbot: QtBot, window: Window) -> None:
    qtbot.waitUntil(lambda: not window.showing_results.computing.pending, timeout=20_000)


# ---- the way in and out ------------------------------------------------------------------------------------------


def test_the_menu_asks_first_and_back_leads_to_the_start_page(qtbot: QtBot, show: Show) -> None:
    window = show(start_page=True)
    window.menus.results.trigger()
    box = window.showing_results.asked
    assert box is not None
    assert "should not look" in box.text()
    assert box.defaultButton().text() == texts.ASK_CANCEL
    box.defaultButton().click()
    assert window.results is None
    window.menus.results.trigger()
    assert window.showing_results.asked is not None
    next(b for b in window.showing_results.asked.buttons() if b.text() == texts.ASK_SHOW).click()
    qtbot.waitUntil(lambda: window.results is not None, timeout=20_000)
    page = found_on(qtbot, window)
    assert window.pages.currentWidget() is page
    assert not window.menus.results.isEnabled()
    first = window.start
    qtbot.keyClick(page, Key.Key_Escape)
    qtbot.waitUntil(lambda: window.start is not first)
    at(qtbot, window, window.start)
    assert window.results is None


def test_whoever_labels_cannot_come_to_the_results(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = tmp_path / "one.jury"
    StudyFile.create(study, new_study(4))
    window = show(study, start_page=True)
    assert window.menus.results.isEnabled()
    begin(qtbot, window, "ann")
    assert not window.menus.results.isEnabled()
    window.menus.results.trigger()
    assert (window.showing_results.asked, window.results) == (None, None)


def test_without_a_study_in_the_window_back_leads_home(qtbot: QtBot, show: Show) -> None:
    window = show()
    page = found_on(qtbot, window)
    page.to_back.click()
    at(qtbot, window, window.home)
    assert window.results is None


@pytest.fixture
def hooks() -> Iterator[None]:
    before = sys.excepthook, threading.excepthook, signal.getsignal(signal.SIGINT)
    yield
    sys.excepthook, threading.excepthook, _ = before
    signal.signal(signal.SIGINT, before[2])


@pytest.mark.usefixtures("hooks", "qapp")
def test_the_command_opens_on_the_results_and_asks_nothing(path: Path, tmp_path: Path) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    seen: list[str] = []
    clock = QTimer()

    def look() -> None:
        (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, Window) and w.isVisible()]
        if window.results is not None and window.results.found is not None:
            clock.stop()
            seen.append(window.results.found.source.unit.name)
            window.close()

    clock.timeout.connect(look)
    clock.start(20)
    assert results(path, "features.2:62") == 0
    assert seen == ["features.2:62"]


def test_a_file_that_is_no_study_is_told_where_it_was_named(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="no file"):
        results(tmp_path / "none.jury")
    done = CliRunner().invoke(main, ["results", str(tmp_path / "none.jury")])
    assert done.exit_code == 1
    assert "no file" in done.output


@pytest.mark.parametrize(
    ("new", "said"), [(new_study(4), "Nobody has labeled"), (replace(new_study(4), rubric=NAME_IT), "no figure")]
)
def test_a_study_with_nothing_to_compute_says_why(
    qtbot: QtBot, show: Show, tmp_path: Path, new: NewStudy, said: str
) -> None:
    study = tmp_path / "none yet.jury"
    StudyFile.create(study, new)
    page = page_of(show(study))
    qtbot.waitUntil(lambda: said in page.loading.told.text())
    assert not page.to_export.isEnabled()
    assert page.loading.to_compute.isVisible()


# ---- what it shows -----------------------------------------------------------------------------------------------


def test_it_shows_the_figures_of_the_report(qtbot: QtBot, show: Show, path: Path, tmp_path: Path) -> None:
    page = found_on(qtbot, show())
    report_study(path, tmp_path / "out", lambda *_: None, only=["json"])
    written = json.loads((tmp_path / "out" / "report.json").read_text())
    page.tabs.setCurrentWidget(page.tabs.figures)
    rows = [page.tabs.figures.get().model.row(n) for n in range(page.tabs.figures.get().model.rowCount())]
    assert sorted(str(row[3].number) for row in rows) == sorted(str(f["value"]) for f in written["figures"])
    found = page.found
    assert found is not None
    assert page.tabs.summary.get().headline.text() == found.account.headline
    shown = words_of(page.tabs.summary.get())
    for card in found.account.cards:
        assert card.heading in shown
        assert card.interval in shown
    for warning in found.account.warnings:
        assert " ".join(warning.split()) in shown
    page.tabs.setCurrentWidget(page.tabs.raters)
    assert page.tabs.raters.get().model.rowCount() == 3


@pytest.mark.parametrize("which_one", [True, False])
def test_every_tab_draws_studies_of_every_kind(qtbot: QtBot, show: Show, tmp_path: Path, which_one: bool) -> None:
    new = which_one_study() if which_one else new_study(12)
    if not which_one:
        new = replace(new, rubric=replace(new.rubric, several=True, scale="nominal"))
    page = found_on(qtbot, show(labeled(tmp_path / "kind.jury", new, "ann", "bob", "cem")))
    for number in range(page.tabs.count()):
        type_key_with_ctrl(qtbot, page, Key(Key.Key_1 + number))
        assert page.tabs.currentIndex() == number
    qtbot.keyClick(page, Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert page.tabs.currentIndex() == 0
    assert page.tabs.summary.get().cards.views


def type_key_with_ctrl(qtbot: QtBot, page: ResultsPage, key: Qt.Key) -> None:
    qtbot.keyClick(page, key, Qt.KeyboardModifier.ControlModifier)


def test_simulated_raters_are_said_to_be_so_on_every_tab(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = labeled(tmp_path / "robots.jury", new_study(8), "robot 1", "robot 2", simulated=True)
    page = found_on(qtbot, show(study))
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        assert page.notice.isVisible()
        assert page.notice.text() == SIMULATED


def test_names_from_a_file_are_never_taken_for_html(qtbot: QtBot, show: Show) -> None:
    window = show()
    page = found_on(qtbot, window)
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
    formats = {label.textFormat() for label in page.findChildren(QLabel) if label.text()}
    assert formats == {Qt.TextFormat.PlainText}
    place = next(n for n in range(3) if page.tabs.raters.get().model.row(n)[0].text == HOSTILE)
    tip = page.tabs.raters.get().model.index(place, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip
    assert "&lt;img" in tip
    assert plain_tip("") == ""


def test_everything_that_takes_the_keyboard_has_a_name(qtbot: QtBot, show: Show) -> None:
    page = found_on(qtbot, show())
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
    nameless = [
        w
        for w in page.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(w, QLabel)
        and not w.accessibleName()
        and not (isinstance(w, QAbstractButton) and w.text())
        and not isinstance(w.parent(), QAbstractScrollArea)
        and w.metaObject().className() not in ("QTabBar", "QComboBoxPrivateContainer", "QToolButton")
    ]
    assert nameless == []


def stops_of(page: ResultsPage) -> set[QWidget]:
    """All that can be seen and takes the keyboard itself, with Tab."""
    seen = [w for w in page.findChildren(QWidget) if w.isVisible() and w.isEnabled()]
    return {w for w in seen if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.focusProxy() is None}


def walked(qtbot: QtBot, page: ResultsPage, key: Qt.Key, most: int) -> list[QWidget]:
    """Where the key leads to from Export, and from there on, until it is back at Export."""
    page.to_export.setFocus()
    seen: list[QWidget] = [page.to_export]
    for _ in range(most):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
        reached = QApplication.focusWidget()
        assert reached is not None
        seen.append(reached)
        if seen[-1] is page.to_export:
            break
    return seen


def test_tab_leads_through_all_that_is_shown_and_back_to_export_both_ways(qtbot: QtBot, show: Show) -> None:
    page = found_on(qtbot, show())
    for number in range(page.tabs.count()):
        page.tabs.setCurrentIndex(number)
        qtbot.waitUntil(lambda: not any(column._waiting for column in page.findChildren(ChartColumn)), timeout=20_000)
        forward = walked(qtbot, page, Key.Key_Tab, 60)
        stops = stops_of(page)  # a table that has the keyboard has a current row, too, and with it a button more
        assert forward[0] is forward[-1] is page.to_export
        assert set(forward) == stops
        assert len(forward) == len(stops) + 1
        assert walked(qtbot, page, Key.Key_Backtab, 60) == forward[::-1]
        if number == 1:
            tab = page.tabs.activation.get()
            places = [forward.index(view) for view in tab.charts.views]
            assert places == sorted(places)
            assert places[-1] < forward.index(tab.gallery)


def test_the_keyboard_goes_to_the_tabs_and_with_a_key_into_one(qtbot: QtBot, show: Show) -> None:
    page = found_on(qtbot, show())
    page.setFocus()
    assert QApplication.focusWidget() is page.tabs.tabBar()
    type_key_with_ctrl(qtbot, page, Key.Key_6)
    assert QApplication.focusWidget() is page.tabs.figures.get().search
    type_key_with_ctrl(qtbot, page, Key.Key_2)
    assert QApplication.focusWidget() is page.tabs.activation.get().charts.views[0]
    page.tabs.disputed.get().gallery.hide()
    type_key_with_ctrl(qtbot, page, Key.Key_4)
    assert QApplication.focusWidget() is page.tabs.tabBar()


def test_warnings_are_cautions_and_no_alarm(qtbot: QtBot, show: Show) -> None:
    page = found_on(qtbot, show())
    assert page.found is not None
    first = " ".join(page.found.account.warnings[0].split())
    label = next(one for one in page.findChildren(QLabel) if first in one.text())
    assert label.property("role") == "caution"
    assert "\N{WARNING SIGN}" not in label.text()
    assert label.text().count("\N{BULLET}") == len(page.found.account.warnings)


def test_a_card_without_a_number_says_so_as_the_page_does(qtbot: QtBot) -> None:
    cards = Cards()
    qtbot.addWidget(cards)
    cards.show_cards([replace(CARD, value="", interval="")], LIGHT)
    page = resource("report", "report.html.j2").read_text("utf-8")
    assert f">{texts.NO_NUMBER}<" in page
    assert texts.NO_NUMBER in words_of(cards)
    assert cards.views[0].gauge.accessibleDescription().startswith(texts.NO_NUMBER)


# ---- picking -----------------------------------------------------------------------------------------------------


def test_one_raters_results_are_computed_and_going_back_is_instant(qtbot: QtBot, show: Show) -> None:
    page = found_on(qtbot, show())
    before = page.found
    page.picks.pick_rater("ann")
    assert page.loading.isVisible()
    qtbot.waitUntil(lambda: page.found is not before, timeout=20_000)
    assert page.found is not None
    assert page.found.report.study["raters"] == ["ann"]
    assert page.looking.isVisible()
    assert page.looking.text() == "Only what ann said."
    assert page.picks.rater.currentText() == "ann"
    page.picks.rater.setCurrentIndex(0)
    page.picks.rater.activated.emit(0)
    assert page.found is before
    assert not page.looking.isVisible()


def test_revealed_judgements_and_another_unit_can_be_picked(qtbot: QtBot, show: Show) -> None:
    page = found_on(qtbot, show())
    before = page.found
    choice = page.picks.condition
    choice.setCurrentIndex(choice.findData("revealed"))
    choice.activated.emit(choice.currentIndex())
    qtbot.waitUntil(lambda: page.found is not before, timeout=20_000)
    assert page.looking.text().startswith("Only revealed judgements")
    assert page.found is not None
    assert page.found.asked.look == Look("revealed")
    page.picks.unit.setCurrentIndex(1)
    page.picks.unit.activated.emit(1)
    qtbot.waitUntil(lambda: page.found is not None and page.found.asked == Asked("features.2:62"), timeout=20_000)
    assert page.title.text().startswith("features.2:62")
    assert not page.looking.isVisible()


def test_what_is_looked_at_is_said_in_plain_words() -> None:
    assert in_words(Look()) == ""
    assert in_words(Look(rater="ann\nbob")) == "Only what ann bob said."
    assert in_words(Look("revealed")) == "Only revealed judgements: the activation was shown beside the image."
    assert in_words(Look("feedback", "ann")).startswith("Only what ann said, and of that only judgements with feedback")


def test_a_label_shows_its_own_charts_alone(qtbot: QtBot, show: Show) -> None:
    page = found_on(qtbot, show())
    page.tabs.setCurrentWidget(page.tabs.raters)
    choice = page.picks.label
    qtbot.waitUntil(lambda: {"imperfect", "edge"} <= labels_of_charts(page))
    choice.setCurrentIndex(choice.findData("edge"))
    with qtbot.waitSignal(page.tabs.raters.get().charts.built):
        choice.activated.emit(choice.currentIndex())
    assert "imperfect" not in labels_of_charts(page)
    assert "edge" in labels_of_charts(page)


def labels_of_charts(page: ResultsPage) -> set[str | None]:
    return {view.chart.label for view in page.tabs.raters.get().charts.views if view.chart is not None}


def test_a_dot_finds_the_raters_row_and_enter_looks_at_that_rater_alone(qtbot: QtBot, show: Show) -> None:
    page = found_on(qtbot, show())
    page.tabs.setCurrentWidget(page.tabs.raters)
    assert not page.tabs.raters.get().only.isEnabled()
    page.tabs.raters.get().charts.rater_picked.emit("bob")
    table = page.tabs.raters.get().table
    assert page.tabs.raters.get().model.row(table.currentIndex().row())[0].text == "bob"
    before = page.found
    table.setFocus()
    qtbot.keyClick(table, Key.Key_Return)
    qtbot.waitUntil(lambda: page.found is not before, timeout=20_000)
    assert page.found is not None
    assert page.found.asked.look.rater == "bob"


def test_the_file_is_read_anew_on_request(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    study = labeled(tmp_path / "grows.jury", new_study(8), "ann", "bob")
    page = found_on(qtbot, show(study))
    before = page.found
    with StudyFile.open(study) as file:
        label_everything(file, file.add_rater("cem", seed=5), FakeClock())
    qtbot.keyClick(page, Key.Key_F5)
    qtbot.waitUntil(lambda: page.found is not before, timeout=20_000)
    assert page.found is not None
    assert page.found.raters == ("ann", "bob", "cem")


# ---- stopping ----------------------------------------------------------------------------------------------------


def test_cancel_stops_and_compute_begins_again(qtbot: QtBot, show: Show) -> None:
    window = show()
    page = found_on(qtbot, window)
    with at_rest(window):
        page.refresh()
        assert page.loading.waits
        page.loading.to_cancel.click()
        assert page.loading.told.text() == texts.STOPPED
        assert not page.task.busy
    settled(qtbot, window)
    assert page.loading.isVisible()
    page.loading.to_compute.click()
    qtbot.waitUntil(page.tabs.isVisible, timeout=20_000)


def test_a_newer_pick_replaces_the_one_under_way(qtbot: QtBot, show: Show) -> None:
    window = show()
    page = found_on(qtbot, window)
    with at_rest(window):
        page.ask(Asked("features.1:61", Look(rater="ann")))
        page.ask(Asked("features.1:61", Look(rater="bob")))
    qtbot.waitUntil(lambda: not page.task.busy, timeout=20_000)
    settled(qtbot, window)
    assert page.found is not None
    assert page.found.asked.look.rater == "bob"
    known = page._finder.known
    assert known(Asked("features.1:61", Look(rater="ann"))) is None


def test_leaving_the_page_stops_and_nothing_is_heard_of_it(qtbot: QtBot, show: Show) -> None:
    window = show()
    page = found_on(qtbot, window)
    with at_rest(window):
        page.refresh()
        page.to_back.click()
        at(qtbot, window, window.home)
        assert not page.task.busy
    settled(qtbot, window)


def test_closing_during_a_computation_waits_for_its_thread(qtbot: QtBot, show: Show) -> None:
    window = show()
    page = found_on(qtbot, window)
    with at_rest(window):
        page.refresh()
        window.close()
        assert window.isVisible()
        assert not page.task.busy
    qtbot.waitUntil(lambda: not window.isVisible())


def test_what_is_raised_from_the_progress_ends_the_computation(path: Path) -> None:
    class EnoughError(Exception):
        pass

    steps: list[str] = []

    def stop_at_the_third(step: str, done: int, total: int) -> None:
        steps.append(step)
        if len(steps) == 3:
            raise EnoughError

    finder = Finder(path)
    with pytest.raises(EnoughError):
        finder.find(Asked(), stop_at_the_third)
    assert len(steps) == 3
    assert finder.known(Asked("features.1:61")) is None


def test_no_more_results_are_kept_than_are_worth_it(path: Path) -> None:
    finder = Finder(path)
    found = finder.find(Asked(), lambda *_: None)
    assert finder.find(found.asked, lambda *_: None) is found
    for number in range(MOST_KEPT):
        finder._keep(replace(found, asked=Asked(str(number))))
    assert finder.known(found.asked) is None
    assert finder.known(Asked(str(MOST_KEPT - 1))) is not None


def test_stopped_work_ends_at_its_next_word_and_is_not_heard_of(qtbot: QtBot) -> None:
    background, owner = Background(), QObject()
    task = Stoppable(background, owner)
    heard: list[object] = []
    task.done.connect(heard.append)
    task.failed.connect(heard.append)
    task.stopped.connect(lambda: heard.append("stopped"))
    begun, gate, after = threading.Event(), threading.Event(), []

    def work(progress: Progress) -> str:
        progress("a step", 1, 2)
        begun.set()
        gate.wait()
        progress("a step", 2, 2)
        after.append("went on")
        return "done"

    task.start(work)
    qtbot.waitUntil(begun.is_set)
    with qtbot.waitSignal(task.progressed) as told:
        pass
    assert told.args == ["a step", 1, 2]
    task.stop()
    task.stop()
    gate.set()
    qtbot.waitUntil(lambda: not background.pending)
    assert (heard, after) == (["stopped"], [])

    def fails(progress: Progress) -> None:
        raise Fault("it cannot")

    task.start(fails)
    qtbot.waitUntil(lambda: heard == ["stopped", "it cannot"])
    task.start(lambda progress: 7)
    qtbot.waitUntil(lambda: heard == ["stopped", "it cannot", 7])
    background.stop()


# ---- export ------------------------------------------------------------------------------------------------------


class Opened(QObject):
    """Stands in for the desktop: what is to be opened."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[QUrl] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url)


@pytest.fixture
def desktop() -> Iterator[Opened]:
    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "take")
    yield opened
    QDesktopServices.unsetUrlHandler("file")


def exporting(page: ResultsPage, out: Path, *parts: str) -> ExportDialog:
    page.to_export.click()
    dialog = page.dialog
    assert dialog is not None
    dialog.folder.setText(str(out))
    for name, box in dialog.parts.items():
        box.setChecked(name in parts)
    return dialog


def test_export_writes_what_is_chosen_without_names(qtbot: QtBot, show: Show, tmp_path: Path, desktop: Opened) -> None:
    page = found_on(qtbot, show(unit="features.2:62"))
    out = tmp_path / "a folder"
    dialog = exporting(page, out, "json", "bib")
    dialog.anonymous.setChecked(True)
    dialog.to_start.click()
    assert not dialog.to_start.isEnabled()
    qtbot.waitUntil(dialog.to_show.isVisible, timeout=20_000)
    assert not dialog.to_open.isVisible()
    assert sorted(p.name for p in out.glob("[!.]*")) == ["references.bib", "report.json"]
    written = (out / "report.json").read_text()
    assert json.loads(written)["study"]["unit"] == "features.2:62"
    assert "onerror" not in written
    dialog.to_show.click()
    assert [url.toLocalFile() for url in desktop.urls] == [str(out)]
    dialog.to_close.click()
    assert page.dialog is None


def test_the_page_that_was_written_can_be_opened(
    qtbot: QtBot, show: Show, tmp_path: Path, desktop: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fake(study: Path, out: Path, progress: Progress, **_: object) -> Path:
        progress("Writing", 1, 2)
        return out / "report.html"

    monkeypatch.setattr(export_dialog, "report_study", fake)
    dialog = exporting(found_on(qtbot, show()), tmp_path / "out", "html")
    dialog.to_start.click()
    qtbot.waitUntil(dialog.to_open.isVisible)
    dialog.to_open.click()
    assert [url.toLocalFile() for url in desktop.urls] == [str(tmp_path / "out" / "report.html")]


def test_the_dialog_offers_every_format() -> None:
    assert set(texts.EXPORT_PARTS) == set(FORMATS)


def test_what_goes_wrong_with_an_export_is_told(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    page = found_on(qtbot, show())
    dialog = exporting(page, tmp_path)
    dialog.to_start.click()
    assert texts.EXPORT_NOTHING in dialog.problem.text()
    dialog.parts["json"].setChecked(True)
    dialog.folder.setText("  ")
    dialog.to_start.click()
    assert texts.EXPORT_NO_FOLDER in dialog.problem.text()
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    dialog.folder.setText(str(in_the_way))
    dialog.to_start.click()
    qtbot.waitUntil(lambda: dialog.problem.isVisible() and not dialog.task.busy, timeout=20_000)
    assert str(in_the_way) in dialog.problem.text()
    assert dialog.to_start.isEnabled()


def test_cancel_stops_an_export_and_the_dialog_stays(qtbot: QtBot, show: Show, tmp_path: Path) -> None:
    window = show()
    page = found_on(qtbot, window)
    dialog = exporting(page, tmp_path / "out", "json")
    with at_rest(window):
        dialog.to_start.click()
        qtbot.keyClick(dialog, Key.Key_Escape)
        assert dialog.isVisible()
        assert dialog.told.text() == texts.EXPORT_STOPPED
    settled(qtbot, window)
    assert not (tmp_path / "out").exists()
    with at_rest(window):
        dialog.to_start.click()
        page.leave()
        assert page.dialog is None


# ---- parts -------------------------------------------------------------------------------------------------------

ROWS = (
    (Cell("beta"), Cell("0.50", 0.5)),
    (Cell("=1+1\nx"), Cell("–")),
    (Cell("Alpha one"), Cell("12", 12.0)),
    (Cell("gamma"), Cell("−0.25", -0.25)),
)


def rows() -> Rows:
    made = Rows(("Name", "Value"), [1])
    made.show(ROWS)
    return made


def column(made: Rows, place: int = 0) -> list[str]:
    return [made.row(n)[place].text for n in range(made.rowCount())]


def test_numbers_are_sorted_as_numbers_and_what_is_empty_comes_last_either_way() -> None:
    made = rows()
    made.sort(1, Qt.SortOrder.AscendingOrder)
    assert column(made, 1) == ["−0.25", "0.50", "12", "–"]
    made.sort(1, Qt.SortOrder.DescendingOrder)
    assert column(made, 1) == ["12", "0.50", "−0.25", "–"]
    made.sort(0, Qt.SortOrder.AscendingOrder)
    assert column(made) == ["=1+1\nx", "Alpha one", "beta", "gamma"]
    made.sort(-1)
    assert column(made) == [row[0].text for row in ROWS]


def test_a_search_finds_rows_with_every_word_and_keeps_the_order() -> None:
    made = rows()
    made.sort(0, Qt.SortOrder.DescendingOrder)
    made.search("A  e")
    assert column(made) == ["beta", "Alpha one"]
    assert made.total == 4
    made.search("")
    assert made.rowCount() == 4


def test_rows_are_copied_for_a_spreadsheet_and_nothing_in_them_runs(qtbot: QtBot) -> None:
    view = RowsView(rows(), "rows")
    qtbot.addWidget(view)
    qtbot.keyClick(view, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied == "Name\tValue\nbeta\t0.5\n'=1+1 x\t–\nAlpha one\t12\ngamma\t-0.25\n"
    view.selectRow(2)
    view.copy()
    assert QGuiApplication.clipboard().text() == "Name\tValue\nAlpha one\t12\n"


CARD = Card("People", "What it says.", "0.50", "[0.40, 0.60]", "", 50.0, 40.0, 60.0, ((0.0, "chance"), (100.0, "best")))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_gauge_shows_its_interval_where_it_lies(qtbot: QtBot, theme: object) -> None:
    cards = Cards()
    qtbot.addWidget(cards)
    chosen = DARK if theme is DARK else LIGHT
    cards.show_cards([CARD], LIGHT)
    cards.set_theme(chosen)
    cards.resize(400, 400)
    cards.show()
    gauge = cards.views[0].gauge
    image = gauge.grab().toImage()
    accent = QColor(chosen.accent).rgb()
    spots = [x for x in range(image.width()) if any(image.pixel(x, y) == accent for y in range(image.height()))]
    inside = image.width() - 2 * 8
    assert (spots[0] - 8) / inside == pytest.approx(0.4, abs=0.03)
    assert (spots[-1] - 8) / inside == pytest.approx(0.6, abs=0.03)
    assert gauge.accessibleDescription() == "0.50 [0.40, 0.60]."


def test_cards_stand_side_by_side_as_far_as_there_is_room(qtbot: QtBot) -> None:
    cards = Cards()
    qtbot.addWidget(cards)
    cards.show_cards([CARD] * 4, LIGHT)
    cards.show()
    tops = {}
    for width in (1300, 620, 260):
        cards.resize(width, 900)
        qtbot.waitUntil(lambda: cards.layout().activate() or True)
        tops[width] = len({view.y() for view in cards.views})
    assert tops == {1300: 1, 620: 2, 260: 4}
