"""The charts of a report as data: which there are, where their numbers come from, and what is never drawn."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures import CurvePoint, Figure, Report, Table
from analysis.judgements import Judgements, Stimuli
from analysis.report import analyse
from analysis.several import analyse_several
from app.findings.charts import Chart, charts_of
from app.findings.charts.chart import Band, Bars, Cells, Dot, Dots, Line, Panel, Rule, Span
from app.findings.charts.telling import columns_for, named, one_line
from app.findings.labels import labels_of

LABELS = ("unrelated", "imperfect", "curve")
ORDER = (
    "label_given_activation", "label_and_activation", "label_contribution", "label_given_activation_each",
    "activation_given_label", "auroc", "roc", "roc_2", "ceiling", "rater_bias", "confusion", "retest",
    "session_drift", "revealing", "anchoring", "units",
)  # fmt: skip


@cache
def study(scale: str = "ordinal", n: int = 60, raters: int = 4) -> Report:
    """Raters who see the activation through noise, some of it revealed, some of it twice."""
    rng = np.random.default_rng(0)
    activation = rng.gumbel(size=n) * 2
    rows = []
    for rater in range(raters):
        for place, item in enumerate(rng.permutation(n), 1):
            shown = rng.random() < 0.3
            seen = activation[item] / 2 + 0.4 * rater / raters + 0.4 * shown + rng.normal(0, 0.7, 2)
            condition, seconds = "revealed" if shown else "blind", float(rng.lognormal(1.0, 0.3))
            again = (1, 2) if rng.random() < 0.5 and not shown else (1,)
            rows += [
                (f"s{item:03}", f"rater {rater}", int(np.digitize(seen[look - 1], (0.3, 1.2))), condition, look,
                 seconds, place)
                for look in again
            ]  # fmt: skip
    stimulus, rater_name, grades, condition_of, occasions, times, places = zip(*rows, strict=True)
    numbers = scale == "interval"
    said = Judgements.from_columns(
        stimulus,
        rater_name,
        grades if numbers else [LABELS[grade] for grade in grades],
        categories=() if numbers else LABELS,
        scale=scale,
        condition=condition_of,
        occasion=occasions,
        seconds=times,
        place=places,
    )
    units = Stimuli.from_columns(
        [f"s{i:03}" for i in range(n)], activation, unit="one", others={"two": activation + rng.normal(size=n)}
    )
    return analyse(said, units, seed=0, n_replicates=50)


@cache
def several() -> Report:
    rng = np.random.default_rng(0)
    names = [f"s{i:02}" for i in range(40)]
    activation = rng.normal(size=40)
    rows = [
        (name, f"r{r}", tuple(c for c, cut in (("dog", 0.0), ("ear", 0.5)) if activation[i] + rng.normal() > cut))
        for i, name in enumerate(names)
        for r in range(3)
    ]
    stimulus, rater, chosen = zip(*rows, strict=True)
    return analyse_several(
        stimulus, rater, chosen, Stimuli.from_columns(names, activation), categories=("dog", "ear"), seed=0,
        n_replicates=50,
    )  # fmt: skip


def chart(report: Report, key: str) -> Chart:
    return next(one for one in charts_of(report) if one.key == key)


def layers(panel: Panel, kind: type) -> list:
    return [layer for layer in panel.layers if isinstance(layer, kind)]


def dots_of(one: Chart) -> list[Dot]:
    return [dot for panel in one.panels for layer in layers(panel, Dots) for dot in layer.dots]


def test_a_full_study_has_every_chart_in_the_order_of_the_page() -> None:
    assert tuple(one.key for one in charts_of(study())) == ORDER


def test_keys_are_unique_and_every_chart_says_how_to_read_it() -> None:
    for report in (study(), study("nominal"), study("interval"), several()):
        charts = charts_of(report)
        assert len({one.key for one in charts}) == len(charts)
        assert all(one.title and one.caption.endswith(".") and one.panels for one in charts)


def test_a_report_of_nothing_has_no_charts() -> None:
    assert charts_of(Report(())) == ()


@pytest.mark.parametrize("key", ["label_given_activation", "label_and_activation", "label_contribution"])
def test_stacked_bars_stand_on_one_another_and_are_the_curve(key: str) -> None:
    (panel,) = chart(study(), key).panels
    points = {(p.label, p.activation_low): p.value for p in study().curves[key]}
    stacks = layers(panel, Bars)
    assert [layer.label for layer in stacks] == [0, 1, 2]
    tops = dict.fromkeys((bar.low for bar in stacks[0].bars), 0.0)
    for layer in stacks:
        for bar in layer.bars:
            assert bar.base == pytest.approx(tops[bar.low])
            assert bar.top - bar.base == pytest.approx(points[LABELS[layer.label], bar.low])
            tops[bar.low] = bar.top
    if key == "label_given_activation":
        assert list(tops.values()) == pytest.approx([1.0] * len(tops))
    assert panel.bins == tuple((bar.low, bar.high) for bar in stacks[0].bars)


def test_the_areas_of_the_joint_density_are_the_label_frequencies_beside_them() -> None:
    found = chart(study(), "label_and_activation")
    for layer in layers(found.panels[0], Bars):
        area = sum((bar.top - bar.base) * (bar.high - bar.low) for bar in layer.bars)
        name = LABELS[layer.label]
        assert area == pytest.approx(study().get("probability_of_label", name).value)
        assert f"{name}: {100 * area:.0f}\N{NO-BREAK SPACE}% [" in found.keys[layer.label].text


def test_shares_of_several_categories_are_never_stacked() -> None:
    keys = {one.key for one in charts_of(several())}
    assert "label_given_activation_each" in keys
    assert not keys & {"label_given_activation", "label_and_activation", "label_contribution", "confusion"}
    found = [one for one in charts_of(several()) if one.key.startswith("roc")]
    assert [one.label for one in found] == ["dog", "ear"]
    assert [panel.title for panel in chart(several(), "ceiling").panels] == ["dog", "ear"]
    assert [panel.title for panel in chart(several(), "rater_bias").panels] == ["dog", "ear"]


def test_pointing_at_a_bar_tells_its_share_interval_and_bin() -> None:
    point = study().curves["label_given_activation"][-1]
    (panel,) = chart(study(), "label_given_activation").panels
    says = layers(panel, Bars)[-1].bars[-1].says.replace("\N{NO-BREAK SPACE}", " ")
    assert says.startswith(
        f"curve: {100 * point.value:.0f} % [{100 * point.low:.0f}, {100 * point.high:.0f}] of raters"
    )
    assert f"to {point.activation_high:.2f}, {point.n_stimuli} image" in says


def test_each_label_alone_has_its_dots_and_the_smooth_curve_with_its_band() -> None:
    found = chart(study(), "label_given_activation_each")
    assert [panel.title for panel in found.panels] == list(LABELS)
    for panel, name in zip(found.panels, LABELS, strict=True):
        (dots,) = layers(panel, Dots)
        points = [p for p in study().curves["label_given_activation"] if p.label == name]
        assert [(d.y, d.low, d.high) for d in dots.dots] == [(p.value, p.low, p.high) for p in points]
        (line,), (band,) = layers(panel, Line), layers(panel, Band)
        assert all(low <= y <= high for low, y, high in zip(band.low, line.y, band.high, strict=True))


def test_without_a_smooth_curve_the_dots_are_joined() -> None:
    curves = {name: points for name, points in study().curves.items() if not name.endswith("_smooth")}
    found = chart(replace(study(), curves=curves), "label_given_activation_each")
    assert all(layers(panel, Dots)[0].joined and not layers(panel, Line) for panel in found.panels)
    assert "line" not in found.caption


def test_a_bin_without_width_is_still_a_bar() -> None:
    point = CurvePoint("a", 3.0, 3.0, 3.0, 0.5, None, None, 9)
    report = Report((), {"label_given_activation": (point,)}, {"categories": ["a"]})
    (bar,) = layers(chart(report, "label_given_activation").panels[0], Bars)[0].bars
    assert bar.low < 3 < bar.high
    assert "activation 3.00, 9 images" in bar.says


def test_roc_of_an_ordinal_scale_is_of_each_label_or_above_but_the_lowest() -> None:
    found = [one for one in charts_of(study()) if one.key.startswith("roc")]
    assert [one.label for one in found] == ["imperfect", "curve"]
    for one in found:
        chance, unit = layers(one.panels[0], Line)
        assert (chance.x, chance.y, chance.dashed) == ((0.0, 1.0), (0.0, 1.0), True)
        assert (unit.x[0], unit.y[0], unit.x[-1], unit.y[-1]) == (0.0, 0.0, 1.0, 1.0)
        area = float(np.trapezoid(unit.y, unit.x))
        assert area == pytest.approx(study().get("auroc_at_least", one.label).value, abs=0.003)
        assert {dot.rater for dot in dots_of(one)} == {f"rater {r}" for r in range(4)}
        assert all(dot.rater in dot.says for dot in dots_of(one))


def test_roc_of_a_nominal_scale_is_of_every_label_at_most_of_the_six_most_common() -> None:
    assert [one.label for one in charts_of(study("nominal")) if one.key.startswith("roc")] == list(LABELS)
    names = [f"label {i}" for i in range(9)]
    rows = tuple((name, False, None, rate, rate) for name in names for rate in (0.0, 1.0))
    columns = ("label", "at_least", "threshold", "false_positive_rate", "true_positive_rate")
    common = tuple(Figure("probability_of_label", (i % 5) / 10, label=name) for i, name in enumerate(names))
    report = Report(common, {}, {"categories": names, "scale": "nominal"}, (), {"roc": Table(columns, rows)})
    found = [one.label for one in charts_of(report)]
    assert found == [f"label {i}" for i in (1, 2, 3, 4, 7, 8)]


def test_the_ceiling_stands_between_its_two_figures_with_everybody_above_the_unit() -> None:
    (panel,) = chart(study(), "ceiling").panels
    (span,) = layers(panel, Span)
    ends = sorted(f.value for f in study().figures if f.name in ("ceiling_lower", "ceiling_upper") and not f.rater)
    assert (span.low, span.high) == (pytest.approx(ends[0]), pytest.approx(ends[-1]))
    people, unit = layers(panel, Dots)
    assert unit.dots[0].x == study().get("unit_against_others").value
    assert unit.dots[0].x != study().get("unit_against_consensus").value  # that is against them all
    assert [dot.x for dot in people.dots] == sorted(dot.x for dot in people.dots)
    names = dict(panel.y.ticks)
    assert all(names[dot.y] == dot.rater for dot in people.dots)


def test_where_labels_have_a_ceiling_each_every_rater_keeps_one_row() -> None:
    found = chart(study("nominal"), "ceiling")
    assert [panel.title for panel in found.panels] == list(LABELS)
    rows = [{dot.rater: dot.y for dot in layers(panel, Dots)[0].dots} for panel in found.panels]
    assert rows[0] == rows[1] == rows[2]
    assert found.panels[0].y == found.panels[1].y


def test_raters_deviate_by_their_row_with_an_interval_of_their_standard_error() -> None:
    told = {row["rater"]: row for row in study().tables["raters"].records()}
    dots = dots_of(chart(study(), "rater_bias"))
    for dot in dots:
        row = told[dot.rater]
        assert dot.x == row["deviation"]
        assert (dot.high - dot.low) / 2 == pytest.approx(1.96 * row["deviation_error"], rel=1e-4)
    assert len(dots) == 4


def test_of_many_raters_the_forty_who_deviate_most_are_shown() -> None:
    rows = tuple((f"r{i}", 9, (-1) ** i * i / 100, 0.01) for i in range(60))
    table = Table(("rater", "n_judgements", "deviation", "deviation_error"), rows)
    found = chart(Report((), tables={"raters": table}), "rater_bias")
    assert sorted(dot.rater for dot in dots_of(found)) == sorted(f"r{i}" for i in range(20, 60))
    assert "stand out most" in found.caption


@pytest.mark.parametrize(("measure", "rule"), [("agreement", []), ("correct", [0.5])])
def test_where_nothing_is_graded_raters_are_told_by_what_they_share(measure: str, rule: list[float]) -> None:
    table = Table(("rater", "n_judgements", measure), (("ann", 9, 0.8), ("bob", 9, 0.6), ("cy", 2, None)))
    (panel,) = chart(Report((), tables={"raters": table}), "rater_bias").panels
    assert [(dot.rater, dot.x) for dot in layers(panel, Dots)[0].dots] == [("ann", 0.8), ("bob", 0.6)]
    assert [line.at for line in layers(panel, Rule)] == rule
    assert panel.x.percent


def test_confusion_has_a_row_for_what_most_others_say() -> None:
    found = chart(study(), "confusion")
    kappa = {row["rater"]: row["kappa"] for row in study().tables["raters"].records()}
    assert [kappa[panel.title] for panel in found.panels] == sorted(kappa.values())
    share = {
        (row["rater"], row["others_say"], row["rater_says"]): row["share"]
        for row in study().tables["confusion"].records()
    }
    for panel in found.panels:
        (cells,) = layers(panel, Cells)
        assert [name for _, name in panel.x.ticks] == [name for _, name in panel.y.ticks] == list(LABELS)
        for others, row in zip(LABELS, cells.shares, strict=True):
            assert sum(value or 0.0 for value in row) == pytest.approx(1.0)
            for this, value in zip(LABELS, row, strict=True):
                assert value == share[panel.title, others, this]


def test_a_row_that_nobody_speaks_of_is_empty_and_not_zero() -> None:
    table = Table(("rater", "others_say", "rater_says", "n_stimuli", "share"), (("ann", "a", "b", 3, 1.0),))
    found = chart(Report((), study={"categories": ["a", "b"]}, tables={"confusion": table}), "confusion")
    (cells,) = layers(found.panels[0], Cells)
    assert cells.shares == ((None, 1.0), (None, None))
    assert "“b” for 100\N{NO-BREAK SPACE}% of the 3 images" in cells.says[0][1]


def test_repeats_are_told_per_rater_and_of_all_together() -> None:
    (panel,) = chart(study(), "retest").panels
    people, together = layers(panel, Dots)
    told = {row["rater"]: row["agreement"] for row in study().tables["retest"].records()}
    assert {dot.rater: dot.x for dot in people.dots} == told
    assert together.dots[0].x == study().get("retest_agreement").value
    assert together.dots[0].low is not None


def test_the_session_has_a_panel_for_each_measure_that_is_there() -> None:
    table = study().tables["session_drift"]
    found = chart(study(), "session_drift")
    assert [panel.title.split()[0] for panel in found.panels] == ["agreement", "difference", "seconds"]
    times = [row["seconds"] for row in table.records()]
    assert [dot.y for dot in layers(found.panels[2], Dots)[0].dots] == times
    bare = Table(table.columns, tuple((*row[:10], None, None, None) for row in table.rows))
    found = chart(Report((), tables={"session_drift": bare}), "session_drift")
    assert [panel.title.split()[0] for panel in found.panels] == ["agreement", "difference"]


@pytest.mark.parametrize(
    ("session", "told", "never"),
    [
        ({"session": {"order": "random"}}, "drawn at random for each rater, so", "Latin"),
        ({"session": {"order": "balanced"}}, "Latin square", "random"),
        ({}, "Only where the order of the images was drawn at random", "for each rater"),
    ],
)
def test_the_session_is_said_to_have_the_order_that_it_had(session: dict[str, object], told: str, never: str) -> None:
    caption = chart(replace(study(), study={**study().study, "session": {}, **session}), "session_drift").caption
    assert told in caption
    assert never not in caption


def test_revealing_shows_both_conditions_only_where_there_are_two() -> None:
    found = chart(study(), "revealing")
    for panel, name in zip(found.panels, LABELS, strict=True):
        blind, revealed = layers(panel, Dots)
        assert blind.shape != revealed.shape
        for dots, curve in ((blind, ""), (revealed, "_revealed")):
            points = [p for p in study().curves[f"label_given_activation{curve}"] if p.label == name]
            assert [dot.y for dot in dots.dots] == [p.value for p in points if p.value is not None]
    curves = {name: points for name, points in study().curves.items() if not name.endswith("_revealed")}
    assert "revealing" not in {one.key for one in charts_of(replace(study(), curves=curves))}


@pytest.mark.parametrize(("scale", "rows"), [("ordinal", 5), ("nominal", 3), ("interval", 1)])
def test_anchoring_has_a_dot_for_each_shift_and_a_rule_at_no_change(scale: str, rows: int) -> None:
    (panel,) = chart(study(scale), "anchoring").panels
    found = {dot.x for layer in layers(panel, Dots) for dot in layer.dots}
    assert found == {f.value for f in study(scale).figures if f.name.startswith("anchoring_shift") and f.value}
    assert len(found) == rows or scale == "ordinal"  # of the highest label both figures are the same
    assert [line.at for line in layers(panel, Rule)] == [0.0]


def test_units_are_told_by_their_differences_in_auroc() -> None:
    (panel,) = chart(study(), "units").panels
    assert panel.title == "one minus two"
    told = [r for r in study().tables["units"].records() if str(r["name"]).startswith("auroc")]
    drawn = {(dot.x, dot.low, dot.high) for layer in layers(panel, Dots) for dot in layer.dots}
    assert drawn == {(row["difference"], row["low"], row["high"]) for row in told}


def test_a_two_alternative_study_has_the_share_of_right_answers_with_chance_and_threshold() -> None:
    observed = tuple(CurvePoint("blind", gap, gap, gap, 0.5 + gap / 10, 0.3, 0.99, 12) for gap in (1.0, 2.0))
    curves = {"correct_given_gap": observed, "correct_given_gap_fitted": observed}
    figures = (Figure("proportion_correct", 0.8), Figure("psychometric_threshold", 1.4))
    (found,) = charts_of(Report(figures, curves))
    (panel,) = found.panels
    assert found.key == "correct_given_gap"
    assert {(rule.on, rule.at) for rule in layers(panel, Rule)} == {("y", 0.5), ("x", 1.4)}
    assert panel.y.low < 0.3
    assert "12 pairs" in layers(panel, Dots)[0].dots[0].says


def test_numbers_have_their_mean_and_no_labels() -> None:
    (panel,) = chart(study("interval"), "mean_given_activation").panels
    points = study("interval").curves["mean_given_activation"]
    assert [dot.y for dot in layers(panel, Dots)[0].dots] == [p.value for p in points]
    assert not {one.key for one in charts_of(study("interval"))} & {"auroc", "confusion", "label_given_activation"}


def test_all_that_is_drawn_lies_within_its_axes() -> None:
    for report in (study(), study("nominal"), study("interval"), several()):
        for one in charts_of(report):
            for panel in one.panels:
                for dot in (dot for layer in layers(panel, Dots) for dot in layer.dots):
                    for value, axis in ((dot.x, panel.x), (dot.y, panel.y)):
                        assert axis.low is None or value >= axis.low, one.key
                        assert axis.high is None or value <= axis.high, one.key


def test_label_colours_are_those_of_the_report() -> None:
    known = {label.index for label in labels_of(study())}
    used = {layer.label for one in charts_of(study()) for panel in one.panels for layer in layers(panel, Bars)}
    assert used == known


@given(st.text(), st.integers(2, 40))
def test_any_name_fits_on_one_line(text: str, width: int) -> None:
    plain = one_line(text, width)
    assert len(plain) <= width
    assert plain == "" or plain.isprintable()


def test_a_name_from_right_to_left_takes_nothing_with_it() -> None:
    assert named("curve") == "curve"
    assert named("منحنى") == "\u2068منحنى\u2069"


@given(st.integers(1, 40))
def test_panels_fill_their_rows(n: int) -> None:
    columns = columns_for(n)
    assert 1 <= columns <= 4
    assert n < 5 or -n % columns < 3
