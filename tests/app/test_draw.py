"""Charts drawn: everything of every chart reaches the picture, in the page's colours or alone, whatever names hold."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from app.export.draw import draw
from app.export.figure_files import figure_files
from app.export.plots import draw_plots
from app.export.svg import drawing, to_svg
from app.findings.charts.chart import (
    Axis,
    Band,
    Bar,
    Bars,
    Cells,
    Chart,
    Dot,
    Dots,
    Key,
    Line,
    Panel,
    Rule,
    Span,
)
from app.findings.labels import Label

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ["<script>alert(1)</script>", '"><b>', "$\\frac{$", "a\nb\x00c", "x" * 300, "🐶", "曲線", "منحنى", "\udce9"]


def labels(*names: str) -> tuple[Label, ...]:
    hatches = ("", "////", "....")
    return tuple(Label(n, "", i, f"#0{i}AA55", f"#0{i}55AA", hatches[i % 3]) for i, n in enumerate(names))


THREE = labels("no", "maybe", "yes")


def bars() -> Chart:
    layers = tuple(
        Bars(k, tuple(Bar(float(x), x + 1.0, k / 3, (k + 1) / 3, "says") for x in range(4))) for k in range(3)
    )
    panel = Panel(layers, Axis("activation"), Axis("share", percent=True, low=0.0, high=1.0))
    return Chart("bars", "Bars", "How.", (panel,), tuple(Key("bar", f"label {k}", k) for k in range(3)))


def dots(names: tuple[str, ...] = ("ann", "bob"), title: str = "", panels: int = 1, *, shared: bool = False) -> Chart:
    found = tuple(Dot(0.2 + i / 10, float(i), 0.1, 0.9, "says", name) for i, name in enumerate(names))
    panel = Panel(
        (
            Span(0.3, 0.4, "x", "ceiling"),
            Rule(0.5, "x", "chance"),
            Band((0.1, 0.9), (0.0, 0.0), (1.0, 1.0)),
            Line((0.1, 0.9), (0.0, 1.0), dashed=True),
            Dots(found, filled=False, along="x"),
            Dots(found[:1], "accent", "diamond", along="x", joined=True),
        ),
        Axis("agreement"),
        Axis(low=-0.6, high=len(names) - 0.4, ticks=tuple((float(i), name) for i, name in enumerate(names))),
        title,
    )
    keys = (Key("circle", "a rater", filled=False), Key("dashed", "chance"))
    return Chart("dots", "Dots", "How.", (panel,) * panels, keys, min(panels, 3), 2.4, shared=shared)


def cells(names: tuple[str, ...] = ("no", "yes"), panels: int = 3) -> Chart:
    size = len(names)
    grid = tuple(tuple(None if row == column == 0 else row / size for column in range(size)) for row in range(size))
    ticks = tuple((float(i), name) for i, name in enumerate(names))
    axis = Axis("this", low=-0.5, high=size - 0.5, ticks=ticks)
    says = tuple(("",) * size for _ in range(size))
    panel = Panel((Cells(grid, says),), axis, axis, "ann", square=True)
    return Chart("cells", "Cells", "How.", (panel,) * panels, columns=min(panels, 4), row_height=1.75, shared=True)


ALL = (bars(), dots(), cells())


def test_a_slim_chart_is_as_high_in_letters_and_has_fewer_columns() -> None:
    for chart, columns in ((bars(), 1), (dots(panels=4), 2), (cells(panels=5), 2)):
        with drawing(chart.key):
            wide, slim = draw(chart, THREE), draw(chart, THREE, slim=True)
            assert slim.get_figwidth() < 0.65 * wide.get_figwidth()
            slim.draw_without_rendering()
            lefts = {round(axes.get_position().x0, 2) for axes in slim.axes if axes.get_visible()}
        assert len(lefts) == columns


@pytest.mark.parametrize("slim", [False, True])
@pytest.mark.parametrize("names", [("none", "some", "spokes"), ("no", "yes"), ("a", "horizontal edge", "x" * 40)])
def test_names_below_a_table_never_run_together(names: tuple[str, ...], slim: bool) -> None:
    chart = cells(names)
    with drawing(chart.key):
        canvas = draw(chart, THREE, slim=slim)
        canvas.draw_without_rendering()
        found = [[one for one in axes.get_xticklabels() if one.get_visible()] for axes in canvas.axes]
        extents = [[one.get_window_extent() for one in line] for line in found]
        height = canvas.get_figheight() * canvas.dpi
        assert all(name.get_rotation() == (0 if names == ("no", "yes") else 90) for line in found for name in line)
    assert max(map(len, extents)) == len(names)
    assert not any(left.x1 >= right.x0 for line in extents for left, right in pairwise(line))
    assert all(one.y0 >= 0 and one.y1 <= height for line in extents for one in line)


def test_a_name_is_cut_only_where_there_is_no_room() -> None:
    for panels in (1, 3):
        found = texts(svg_of(cells(("unrelated", "imperfect", "horizontal edge"), panels)))
        assert "horizontal edge" in found


def svg_of(chart: Chart, notice: str = "") -> str:
    with drawing(chart.key):
        return to_svg(draw(chart, THREE, notice), chart.key)


def texts(svg: str) -> list[str]:
    return ["".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text")]


def in_ticks(svg: str) -> set[str]:
    ticks = (group for group in ET.fromstring(svg).iter(f"{SVG}g") if re.search("[xy]tick", group.get("id", "")))
    return {"".join(node.itertext()) for group in ticks for node in group.iter(f"{SVG}text")}


def test_every_word_of_a_chart_is_text_in_its_svg() -> None:
    for chart in ALL:
        found = texts(svg_of(chart, "Simulated raters"))
        words = [key.text for key in chart.keys]
        words += [name for panel in chart.panels for name in (panel.title, panel.x.name, panel.y.name) if name]
        words += [text for panel in chart.panels for axis in (panel.x, panel.y) for _, text in axis.ticks]
        words += [w.word for p in chart.panels for w in p.layers if isinstance(w, (Rule, Span)) and w.word]
        assert set(words) <= set(found), chart.key
        assert "Simulated raters" in found
        assert "Simulated raters" not in texts(svg_of(chart))


def test_every_number_beside_an_axis_is_in_a_group_of_ticks() -> None:
    for chart in (bars(), dots()):
        svg = svg_of(chart)
        words = {key.text for key in chart.keys} | {p.x.name for p in chart.panels}
        loose = set(texts(svg)) - in_ticks(svg) - words
        assert not [text for text in loose if re.search(r"\d", text)], chart.key


@pytest.mark.parametrize("size", [1e-9, 3e-4, 1.0, 4e7])
def test_no_power_of_ten_stands_beside_an_axis(size: float) -> None:
    line = Line((0.0, size), (1e6 * size, 1e6 * size + size))
    chart = Chart("k", "t", "c.", (Panel((line,), Axis("x"), Axis("y")),))
    svg = svg_of(chart)
    assert set(texts(svg)) - in_ticks(svg) == {"x", "y"}


def test_each_bar_dot_and_cell_is_drawn() -> None:
    with drawing("k"):
        (axes,) = draw(bars(), THREE).axes
        assert sorted((p.get_x(), round(p.get_y(), 3)) for p in axes.patches) == sorted(
            (float(x), round(k / 3, 3)) for k in range(3) for x in range(4)
        )
        assert [p.get_hatch() for p in axes.patches[::4]] == ["", "////", ".."]
        (axes,) = draw(dots(), THREE).axes
        drawn = [line.get_xydata().tolist() for line in axes.lines if line.get_marker() == "o"]
        assert drawn == [[[0.2, 0.0], [pytest.approx(0.3), 1.0]]]
        reach = [path.vertices.tolist() for group in axes.collections for path in group.get_paths()]
        assert [[0.1, 1.0], [0.9, 1.0]] in [np.round(one, 6).tolist() for one in reach]
        axes = draw(cells(), THREE).axes[0]
        assert [text.get_text().replace("\N{NO-BREAK SPACE}", " ") for text in axes.texts] == ["0 %", "50 %", "50 %"]
        assert axes.get_ylim() == (1.5, -0.5)


def test_panels_that_share_a_range_hold_what_any_of_them_holds() -> None:
    low, high = (
        Panel((Dots((Dot(x, x),)),), Axis("x", low=0.0), Axis("y", low=0.0), title=f"{x}") for x in (1.0, 50.0)
    )
    with drawing("k"):
        for panels in ((low, high), (high, low)):
            first, second = draw(Chart("k", "t", "c.", panels, columns=2, shared=True), THREE).axes
            assert first.get_ylim() == second.get_ylim()
            assert first.get_ylim()[1] >= 50
            assert first.get_xlim()[0] == 0


def test_inner_panels_of_a_shared_grid_bear_no_numbers_but_the_lowest_of_each_column_do() -> None:
    with drawing("k"):
        axes = draw(dots(panels=5, shared=True), THREE).axes
    shown = [(one.yaxis.get_tick_params()["labelleft"], one.xaxis.get_tick_params()["labelbottom"]) for one in axes[:5]]
    assert shown == [(True, False), (False, False), (False, True), (True, True), (False, True)]
    assert not axes[5].get_visible()


def test_colours_are_the_pages_and_nothing_else() -> None:
    for chart in ALL:
        svg = svg_of(chart, "Simulated raters")
        # What is left is black inside definitions that the page's colours overrule.
        assert set(re.findall(r"#[0-9a-f]{6}\b", svg)) <= {"#000000"}
        assert "currentColor" in svg
    assert all(f"var(--label-{k})" in svg_of(bars()) for k in range(3))
    assert "var(--accent)" in svg_of(cells())


def test_ids_are_unique_across_the_plots_of_a_page_and_references_are_met() -> None:
    text = "".join(plot.svg for plot in draw_plots(ALL, THREE, True))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:url\(|href=")#([^")]+)', text)) <= set(ids)


def test_a_plot_is_an_image_with_the_charts_title_as_its_name() -> None:
    (plot,) = draw_plots([Chart("k", 'a "<b>" & c', "How.", bars().panels)], THREE, False)
    root = ET.fromstring(plot.svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", 'a "<b>" & c')
    assert (plot.key, plot.title, plot.caption) == ("k", 'a "<b>" & c', "How.")


def test_hostile_names_stay_text_and_warn_of_nothing() -> None:
    names = tuple(HOSTILE)
    charts = (dots(names), dots(names[:3], title=HOSTILE[0], panels=2), cells(names[:4], 2))
    for plot in draw_plots(charts[:1], labels(*names), False):
        root = ET.fromstring(plot.svg)
        assert not [node for node in root.iter() if node.tag.removeprefix(SVG) in ("script", "b", "image")]
        assert {name for name in names if name.isprintable() and len(name) < 20} <= set(texts(plot.svg)) | {HOSTILE[0]}
    files = figure_files(charts, labels(*names), False, lambda: None)
    found = [ET.fromstring(content) for path, content in files.items() if path.endswith(".svg")]
    assert not [node for root in found for node in root.iter() if node.tag.removeprefix(SVG) in ("script", "b")]


@pytest.mark.parametrize(("size", "panels"), [(2, 1), (5, 3), (8, 5), (8, 12)])
def test_tables_of_any_size_find_room(size: int, panels: int) -> None:
    with drawing("k"):
        canvas = draw(cells(tuple(f"a long name of label {i}" for i in range(size)), panels), THREE)
        canvas.draw_without_rendering()  # lays it out; too little room is a warning, and so an error
        widths = [axes.get_position().width * canvas.get_figwidth() for axes in canvas.axes]
    assert min(widths) > 0.6


def test_forty_raters_and_a_legend_that_is_too_long_for_a_line_find_room() -> None:
    keys = tuple(Key("bar", f"label {i} with a long name: 12 % [10, 14]", i % 3) for i in range(8))
    names = tuple(f"rater {i}" for i in range(40))
    chart = Chart("k", "t", "c.", dots(names).panels, keys, row_height=10.0)
    with drawing("k"):
        canvas = draw(chart, THREE, "Simulated raters")
        canvas.draw_without_rendering()
        (legend,), notice = canvas.legends, canvas._suptitle
        assert legend.get_window_extent().x1 <= canvas.bbox.x1
        assert not legend.get_window_extent().overlaps(notice.get_window_extent())


@pytest.mark.parametrize("count", [3, 5, 8])
def test_a_legend_never_runs_into_the_notice(count: int) -> None:
    keys = tuple(Key("bar", f"a label number {i}", i % 3) for i in range(count))
    with drawing("k"):
        canvas = draw(Chart("k", "t", "c.", bars().panels, keys), THREE, "Simulated raters")
        canvas.draw_without_rendering()
        assert not canvas.legends[0].get_window_extent().overlaps(canvas._suptitle.get_window_extent())


@cache
def files() -> dict[str, bytes]:
    return figure_files(ALL, THREE, True, lambda: None)


def test_every_chart_has_a_standalone_svg_and_a_png_on_white() -> None:
    assert list(files()) == [f"figures/{chart.key}.{kind}" for chart in ALL for kind in ("svg", "png")]
    for path, content in files().items():
        if path.endswith(".svg"):
            text = content.decode()
            assert "var(" not in text
            assert "currentColor" not in text
            assert "Simulated raters" in texts(text)
            assert float(ET.fromstring(content).get("width", "").removesuffix("pt")) == pytest.approx(7.6 * 72)
        else:
            with Image.open(io.BytesIO(content)) as picture:
                assert picture.width == pytest.approx(7.6 * 200, abs=1)
                assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
    assert "#00aa55" in files()["figures/bars.svg"].decode()


def test_the_same_charts_give_the_same_bytes() -> None:
    steps: list[int] = []
    again = figure_files(ALL[:2], THREE, True, lambda: steps.append(1))
    assert again == {path: files()[path] for path in again}
    assert len(steps) == 2
    assert draw_plots(ALL[:1], THREE, False) == draw_plots(ALL[:1], THREE, False)


def chunks(png: bytes) -> Iterator[bytes]:
    place = 8
    while place < len(png):
        size = int.from_bytes(png[place : place + 4])
        yield png[place + 4 : place + 8]
        place += size + 12


def test_pictures_hold_no_date_and_no_programs_name() -> None:
    for path, content in files().items():
        if path.endswith(".png"):
            assert not {b"tEXt", b"iTXt", b"tIME"} & set(chunks(content))
        else:
            assert "matplotlib.org" not in content.decode()
            assert "<metadata" not in content.decode()
