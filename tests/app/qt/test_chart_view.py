"""Charts in the window: every kind of layer, pointing, keys, colors, and a column of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from app.findings.charts.chart import Axis, Band, Bar, Bars, Cells, Chart, Dot, Dots, Key, Line, Panel, Rule, Span
from app.findings.labels import Label
from app.qt.results.chart_axis import ChartAxis
from app.qt.results.chart_column import ChartColumn
from app.qt.results.chart_extent import ranges_of
from app.qt.results.chart_view import ChartView
from app.qt.texts import results_charts as texts
from app.qt.theme import DARK, LIGHT, Theme

# Of every window with a layout, and of every tool tip, offscreen.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", extend=True)

HOSTILE = "<b>bold</b> & <img src='x'>"
LABELS = (
    Label("no", "None.", 0, "#CBD5DF", "#39424E", ""),
    Label(HOSTILE, "", 1, "#0B3C6F", "#B9E0FF", "////"),
)
BINS = ((0.0, 1.0), (1.0, 3.0), (3.0, 4.0))
STACKED = Chart(
    "label_given_activation",
    "What people say",
    "How to read it.",
    (
        Panel(
            (
                Bars(0, tuple(Bar(low, high, 0.0, 0.5, f"no: 50 %, {low:g} to {high:g}") for low, high in BINS)),
                Bars(1, tuple(Bar(low, high, 0.5, 1.0, f"{HOSTILE}: {low:g} to {high:g}") for low, high in BINS)),
            ),
            Axis("activation"),
            Axis("share", percent=True, low=0.0, high=1.0),
            bins=BINS,
        ),
    ),
    (Key("bar", "no", 0), Key("bar", HOSTILE, 1)),
)
ROWS = Chart(
    "ceiling",
    HOSTILE,
    HOSTILE,
    (
        Panel(
            (
                Span(0.5, 0.7, word="noise ceiling"),
                Rule(0.0, word="chance"),
                Dots(
                    (Dot(0.6, 0.0, 0.5, 0.7, "ann: 0.60", "ann"), Dot(0.2, 1.0, 0.1, 0.3, "bob: 0.20", HOSTILE)),
                    along="x",
                    filled=False,
                ),
                Dots((Dot(0.4, 2.0, says="the unit: 0.40"),), "accent", "diamond"),
            ),
            Axis("agreement"),
            Axis(ticks=((0.0, "ann"), (1.0, HOSTILE), (2.0, "the unit"))),
        ),
    ),
    (Key("circle", "a rater", filled=False), Key("diamond", "the unit", "accent"), Key("dashed", "chance")),
)
CURVE = Panel(
    (
        Band((0.0, 1.0, 2.0), (0.1, 0.2, 0.3), (0.3, 0.4, 0.5)),
        Line((0.0, 1.0, 2.0), (0.2, 0.3, 0.4)),
        Line((0.0, 2.0), (0.0, 1.0), 1, dashed=True),
        Dots(tuple(Dot(x, 0.3, 0.2, 0.4, f"dot {x:g}") for x in (0.5, 1.5)), 0, "square", joined=True),
        Rule(0.5, "y", "like the others", dashed=False, tone="faint"),
        Span(0.8, 0.9, "y", "band"),
    ),
    Axis("activation"),
    Axis("share", percent=True),
    title="one",
)
SMALL = Chart("each", "Each label", "", (CURVE,) * 3, columns=2, shared=True)
TABLE = Chart(
    "confusion",
    "Confusion",
    "",
    (
        Panel(
            (Cells(((0.9, 0.1), (None, 1.0), (0.0, 0.3)), (("a", "b"), ("c", "d"), ("e", "f"))),),
            Axis("says", ticks=((0.0, "no"), (1.0, "a label of several words"))),
            Axis("others", ticks=((0.0, "x"), (1.0, "y"), (2.0, "z"))),
        ),
    ),
)
ALL = (STACKED, ROWS, SMALL, TABLE)


def view_of(qtbot: QtBot, chart: Chart, theme: Theme = LIGHT, notice: str = "", picked: str | None = None) -> ChartView:
    view = ChartView(theme)
    qtbot.addWidget(view)
    view.resize(640, 400)
    view.show_chart(chart, LABELS, notice, picked)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    return view


def place(view: ChartView, x: float, y: float, panel: int = 0) -> QPoint:
    """Where on the canvas these values lie."""
    return view.canvas.mapFromScene(view.panels[panel].box.mapViewToScene(QPointF(x, y)))


def point(qtbot: QtBot, view: ChartView, x: float, y: float) -> None:
    qtbot.mouseMove(view.canvas.viewport(), place(view, x, y))


def click(qtbot: QtBot, view: ChartView, x: float, y: float) -> None:
    qtbot.mouseClick(view.canvas.viewport(), Qt.MouseButton.LeftButton, pos=place(view, x, y))


def color_at(image: QImage, at: QPoint) -> str:
    ratio = image.devicePixelRatio()
    return image.pixelColor(int(at.x() * ratio), int(at.y() * ratio)).name()


# ---- drawing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("chart", ALL, ids=lambda chart: chart.key)
def test_each_kind_of_layer_is_drawn(qtbot: QtBot, chart: Chart, theme: Theme) -> None:
    view = view_of(qtbot, chart, theme)
    image = view.canvas.grab().toImage()
    colors = {image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert theme.surface in colors
    assert len(colors) > 5
    assert view.height() >= view.canvas.height() > 100


@pytest.mark.parametrize(("theme", "colors"), [(LIGHT, ("#cbd5df", "#0b3c6f")), (DARK, ("#39424e", "#b9e0ff"))])
def test_bars_have_their_labels_colors_and_hatches(qtbot: QtBot, theme: Theme, colors: tuple[str, str]) -> None:
    view = view_of(qtbot, STACKED, theme)
    image = view.canvas.grab().toImage()
    low, high = place(view, 2, 0.25), place(view, 2, 0.75)
    around = {color_at(image, high + QPoint(dx, dy)) for dx in range(12) for dy in range(12)}
    assert color_at(image, low) == colors[0]
    assert colors[1] in around
    assert len(around) > 1  # the hatch: color does not stand alone


def test_another_theme_is_drawn_at_once(qtbot: QtBot) -> None:
    view = view_of(qtbot, STACKED)
    before = place(view, 2, 0.25)
    view.set_theme(DARK)
    assert place(view, 2, 0.25) == before
    assert color_at(view.canvas.grab().toImage(), place(view, 2, 0.25)) == "#39424e"
    assert color_at(view.canvas.grab().toImage(), QPoint(1, 1)) == DARK.surface


def test_the_picked_label_stands_out(qtbot: QtBot) -> None:
    view = view_of(qtbot, STACKED, picked="no")
    image = view.canvas.grab().toImage()
    assert color_at(image, place(view, 2, 0.25)) == "#cbd5df"
    around = {color_at(image, place(view, 2, 0.75) + QPoint(dx, dy)) for dx in range(12) for dy in range(12)}
    assert "#0b3c6f" not in around


def test_the_larger_the_share_the_stronger_the_cell(qtbot: QtBot) -> None:
    view = view_of(qtbot, TABLE)
    image = view.canvas.grab().toImage()
    corner = QPoint(-25, -12)  # beside the words
    lightness = [
        QColor(color_at(image, place(view, x, y) + corner)).lightness() for x, y in ((0, 0), (1, 2), (1, 0), (0, 2))
    ]
    assert lightness == sorted(lightness)
    assert len(set(lightness)) == 4
    assert place(view, 0, 0).y() < place(view, 0, 2).y()  # the first row on top


def test_a_simulated_study_says_so_beside_each_chart(qtbot: QtBot) -> None:
    assert not view_of(qtbot, ROWS).notice.isVisible()
    view = view_of(qtbot, ROWS, notice="Simulated raters: no person labeled these images.")
    assert view.notice.isVisible()
    assert view.notice.text() == texts.SIMULATED


def test_words_from_anybody_are_never_html(qtbot: QtBot) -> None:
    panel = replace(ROWS.panels[0], x=Axis(HOSTILE), title=HOSTILE)
    view = view_of(qtbot, replace(ROWS, panels=(panel,)))
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in view.findChildren(QLabel))
    assert view.title.text() == HOSTILE
    names = [item.label.toPlainText().strip() for item in view.canvas.scene().items() if isinstance(item, ChartAxis)]
    assert HOSTILE in names
    point(qtbot, view, 0.2, 1.0)
    assert view.said == "bob: 0.20"


def test_a_tip_is_never_html(qtbot: QtBot) -> None:
    point(qtbot, view_of(qtbot, STACKED), 2, 0.75)
    assert "&lt;b&gt;" in QToolTip.text()
    assert "<b>" not in QToolTip.text()
    QToolTip.hideText()


def test_a_narrow_legend_has_more_lines(qtbot: QtBot) -> None:
    view = view_of(qtbot, replace(STACKED, keys=tuple(Key("bar", f"a label called {n}", n % 2) for n in range(6))))
    wide = view.legend.height()
    view.resize(300, 400)
    qtbot.waitUntil(lambda: view.legend.height() > wide)
    assert "a label called 5" in view.legend.accessibleName()


def test_panels_that_share_their_axes_bear_numbers_on_the_outside_only(qtbot: QtBot) -> None:
    view = view_of(qtbot, SMALL)
    axes = [item for item in view.canvas.scene().items() if isinstance(item, ChartAxis)]
    numbered = [axis.orientation for axis in axes if axis.style["showValues"]]
    assert sorted(numbered) == ["bottom", "bottom", "left", "left"]  # 3 panels in 2 columns: the last row has one
    assert len({tuple(map(tuple, panel.box.viewRange())) for panel in view.panels}) == 1
    lefts = [round(panel.box.sceneBoundingRect().left()) for panel in view.panels]
    assert lefts[0] == lefts[2]


@pytest.mark.parametrize("low", [0.0, -3.0, 1e-6, 1234.5])
@pytest.mark.parametrize("span", [1e-4, 0.37, 1.0, 380.0, 1e7])
@pytest.mark.parametrize("size", [30.0, 120.0, 900.0])
@pytest.mark.parametrize("side", ["left", "bottom"])
def test_ticks_are_round_and_their_words_do_not_touch(
    qtbot: QtBot, low: float, span: float, size: float, side: str
) -> None:
    axis = ChartAxis(Axis(), side, LIGHT, QFont(), numbers=True, grid=False)
    ((step, values),) = axis.tickValues(low, low + span, size)
    words = axis.tickStrings(values, 1.0, step)
    assert f"{step:e}"[0] in "125"
    assert len(set(words)) == len(words)
    assert all(low - 1e-6 * span <= value <= low + span * (1 + 1e-6) for value in values)
    assert "-" not in "".join(words)
    if side == "bottom" and len(values) > 1:
        apart = size * step / span
        assert max(map(axis._letters.horizontalAdvance, words)) < apart


def test_numbers_are_written_as_shares_where_they_are(qtbot: QtBot) -> None:
    axis = ChartAxis(Axis(percent=True), "left", LIGHT, QFont(), numbers=True, grid=False)
    assert axis.tickStrings([-0.05, 0.0, 0.05], 1.0, 0.05) == [
        "−5\N{NO-BREAK SPACE}%",
        "0\N{NO-BREAK SPACE}%",
        "5\N{NO-BREAK SPACE}%",
    ]
    assert axis.tickStrings([0.005], 1.0, 0.005) == ["0.5\N{NO-BREAK SPACE}%"]
    plain = ChartAxis(Axis(), "left", LIGHT, QFont(), numbers=True, grid=False)
    assert plain.tickStrings([-1e-17, 1000.0], 1.0, 1000.0) == ["0", "1,000"]


def test_a_square_panel_is_as_high_as_it_is_wide_in_every_window(qtbot: QtBot) -> None:
    view = view_of(qtbot, Chart("roc", "ROC", "", (replace(CURVE, square=True),), row_height=3.7))
    for width in (640, 1400):
        view.resize(width, 500)
        qtbot.waitUntil(lambda width=width: abs(view.width() - width) < 2)
        room = view.panels[0].box.sceneBoundingRect()
        assert room.width() == pytest.approx(room.height(), rel=0.1)
    view.show_chart(STACKED, LABELS, "")
    qtbot.waitUntil(lambda: view.canvas.width() > 1200)


NUMBERS = st.floats(-1e3, 1e3)


@given(
    st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5),
    st.sampled_from((None, 0.0)),
    st.sampled_from(("dots", "bars", "line")),
)
def test_everything_that_is_drawn_lies_within_the_axes(
    points: list[tuple[float, float]], at: float | None, kind: str
) -> None:
    if kind == "dots":
        layer: Dots | Bars | Line = Dots(tuple(Dot(x, y, y - 1, y + 1) for x, y in points))
    elif kind == "bars":
        layer = Bars(0, tuple(Bar(x, x + 1, 0.0, y, "") for x, y in points))
    else:
        layer = Line(tuple(x for x, _ in points), tuple(y for _, y in points))
    rule = () if at is None else (Rule(at),)
    ((x, y),) = ranges_of(Chart("k", "t", "c", (Panel((layer, *rule), Axis(), Axis()),)))
    assert x[0] < x[1]
    assert y[0] < y[1]
    for left, up in points:
        assert x[0] <= left <= x[1]
        assert y[0] <= up <= y[1]
    assert at is None or x[0] <= at <= x[1]
    assert kind != "dots" or y[1] >= max(up for _, up in points) + 1


# ---- pointing and keys -----------------------------------------------------------------------------------------------


def test_pointing_at_a_bar_says_what_it_is_and_which_bin(qtbot: QtBot) -> None:
    view = view_of(qtbot, STACKED)
    pointed: list[object] = []
    view.bin_pointed.connect(pointed.append)
    before = color_at(view.canvas.grab().toImage(), place(view, 2, 0.25))
    point(qtbot, view, 2, 0.25)
    assert view.said == "no: 50 %, 1 to 3"
    assert "no: 50 %" in QToolTip.text()
    assert color_at(view.canvas.grab().toImage(), place(view, 2, 0.25)) != before  # the bin is marked
    point(qtbot, view, 2.5, 0.25)
    point(qtbot, view, 3.5, 0.75)
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert pointed == [(1.0, 3.0), (3.0, 4.0), None]
    assert view.said == ""
    assert color_at(view.canvas.grab().toImage(), place(view, 2, 0.25)) == before


def test_a_click_picks_a_bin_or_a_rater(qtbot: QtBot) -> None:
    view = view_of(qtbot, STACKED)
    with qtbot.waitSignal(view.bin_picked) as picked:
        click(qtbot, view, 0.5, 0.5)
    assert picked.args == [(0.0, 1.0)]
    rows = view_of(qtbot, ROWS)
    with qtbot.waitSignal(rows.rater_picked) as rater:
        click(qtbot, rows, 0.2, 1.0)
    assert rater.args == [HOSTILE]
    with qtbot.assertNotEmitted(rows.rater_picked):
        click(qtbot, rows, 0.4, 2.0)
    QToolTip.hideText()


def test_the_nearest_dot_is_meant(qtbot: QtBot) -> None:
    view = view_of(qtbot, ROWS)
    at = place(view, 0.6, 0.0)
    qtbot.mouseMove(view.canvas.viewport(), at + QPoint(6, 5))
    assert view.said == "ann: 0.60"
    qtbot.mouseMove(view.canvas.viewport(), at + QPoint(40, 0))
    assert view.said == ""


def test_arrow_keys_walk_through_the_bins_and_a_screen_reader_hears_it(qtbot: QtBot) -> None:
    view = view_of(qtbot, STACKED)
    view.setFocus()
    pointed: list[object] = []
    view.bin_pointed.connect(pointed.append)
    assert view.accessibleName() == "What people say"
    assert texts.HOW_TO_WALK_BINS in view.accessibleDescription()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End):
        qtbot.keyClick(view, key)
    assert pointed == [BINS[0], BINS[1], BINS[0], BINS[2]]
    assert "How to read it." in view.accessibleDescription()
    assert f"{HOSTILE}: 3 to 4\nno: 50 %, 3 to 4" in view.accessibleDescription()  # the uppermost first
    with qtbot.waitSignal(view.bin_picked) as picked:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert picked.args == [BINS[2]]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert pointed[-1] is None
    QToolTip.hideText()


def test_arrow_keys_walk_through_rows_from_the_top_and_enter_picks_the_rater(qtbot: QtBot) -> None:
    view = view_of(qtbot, ROWS)
    view.setFocus()
    said = []
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Down)
        said.append(view.said)
    assert said == ["the unit: 0.40", "bob: 0.20", "ann: 0.60", "ann: 0.60"]  # at the end the key scrolls the page
    with qtbot.waitSignal(view.rater_picked) as rater:
        qtbot.keyClick(view, Qt.Key.Key_Space)
    assert rater.args == ["ann"]
    QToolTip.hideText()


def test_up_and_down_lead_from_row_to_row_of_a_table(qtbot: QtBot) -> None:
    view = view_of(qtbot, TABLE)
    view.setFocus()
    said = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
        said.append(view.said)
    assert said == ["a", "c", "d", "f", "d"]
    point(qtbot, view, 1, 0)
    assert view.said == "b"
    QToolTip.hideText()


def wheel(view: ChartView) -> QWheelEvent:
    middle = QPointF(view.canvas.rect().center())
    event = QWheelEvent(
        middle,
        view.canvas.mapToGlobal(middle),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.canvas.viewport(), event)
    return event


def test_the_wheel_scrolls_the_page_and_nothing_zooms_or_moves(qtbot: QtBot) -> None:
    column = column_of(qtbot, ALL)
    view = column.views[0]
    before = view.panels[0].box.viewRange()
    assert not wheel(view).isAccepted()  # so Qt hands it to the page, where it is a real one
    port = view.canvas.viewport()
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
        qtbot.mousePress(port, button, pos=place(view, 1, 0.5))
        qtbot.mouseMove(port, place(view, 3, 0.9))
        qtbot.mouseRelease(port, button, pos=place(view, 3, 0.9))
    qtbot.mouseDClick(port, Qt.MouseButton.LeftButton, pos=place(view, 1, 0.5))
    assert view.panels[0].box.viewRange() == before
    assert QApplication.activePopupWidget() is None
    QToolTip.hideText()


# ---- a column of charts ----------------------------------------------------------------------------------------------


def column_of(qtbot: QtBot, charts: tuple[Chart, ...]) -> ChartColumn:
    column = ChartColumn(LIGHT)
    qtbot.addWidget(column)
    column.resize(640, 400)
    with qtbot.waitExposed(column):
        column.show()
    with qtbot.waitSignal(column.built):
        column.show_charts(charts, LABELS, "")
    return column


def test_charts_are_built_one_in_each_turn(qtbot: QtBot) -> None:
    column = ChartColumn(LIGHT)
    qtbot.addWidget(column)
    with qtbot.waitSignal(column.built):
        column.show_charts(ALL, LABELS, "")
        assert len(column.views) == 1  # the others wait for the window to take a breath
    assert [view.chart for view in column.views] == list(ALL)


def test_views_are_used_again_and_those_left_over_are_hidden(qtbot: QtBot) -> None:
    column = column_of(qtbot, ALL)
    views = column.views
    with qtbot.waitSignal(column.built):
        column.show_charts((TABLE, ROWS), LABELS, "")
    assert column.views == views[:2]
    assert [view.isVisible() for view in views] == [True, True, False, False]
    assert [view.title.text() for view in column.views] == ["Confusion", HOSTILE]


def test_what_is_shown_next_takes_the_place_of_what_still_waits(qtbot: QtBot) -> None:
    column = column_of(qtbot, ())
    assert column.nothing.isVisible()
    column.show_charts(ALL, LABELS, "")
    with qtbot.waitSignal(column.built):
        column.show_charts((TABLE, ROWS, SMALL), LABELS, "")
    assert [view.chart for view in column.views] == [TABLE, ROWS, SMALL]
    assert not column.nothing.isVisible()


def test_a_column_hands_signals_on_and_pins_in_every_chart(qtbot: QtBot) -> None:
    column = column_of(qtbot, (STACKED, ROWS, STACKED))
    first, rows, last = column.views
    for signal, act in (
        (column.bin_pointed, lambda: point(qtbot, first, 2, 0.5)),
        (column.bin_picked, lambda: click(qtbot, first, 2, 0.5)),
        (column.rater_picked, lambda: click(qtbot, rows, 0.6, 0.0)),
    ):
        with qtbot.waitSignal(signal):
            act()
    before = last.canvas.grab().toImage()
    column.pin(BINS[1])
    assert last.canvas.grab().toImage() != before
    column.pin(None)
    assert last.canvas.grab().toImage() == before
    QToolTip.hideText()


def test_a_column_draws_in_another_theme(qtbot: QtBot) -> None:
    column = column_of(qtbot, ALL)
    column.pin(BINS[0])
    with qtbot.waitSignal(column.built):
        column.set_theme(DARK)
    grounds = {color_at(view.canvas.grab().toImage(), QPoint(1, 1)) for view in column.views}
    assert grounds == {DARK.surface}
    assert [view.chart for view in column.views] == list(ALL)
