from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import analysis.planning
from analysis.assumptions import Assumptions, StudyDesign
from analysis.figures import Figure, Report
from analysis.judgements import InputError, Judgements, Stimuli
from analysis.pilot import assumptions_from, design_from
from analysis.pilot_pairs import tetrachoric
from analysis.planning import grid, increases, middle, plan
from analysis.widths import KEY_FIGURES, findings_of, gain_of, keys_of, width_of
from analysis.worlds import simulate

PEOPLE = Assumptions(lapse=0.0, strictness=0.4, idiosyncrasy=0.5, noise=0.3, correlation=0.7)
SMALL = StudyDesign(per_stratum=8, n_strata=3, n_raters=3)
FEW = replace(PEOPLE, n_population=2000)


def test_a_grid_is_every_combination():
    designs = grid(StudyDesign(n_strata=4), [20, 40], [3, 5], [0.0, 0.2])
    assert len(set(designs)) == 8
    assert {d.n_strata for d in designs} == {4}
    assert designs[0] == StudyDesign(20, 4, 3)
    assert designs[-1] == StudyDesign(40, 4, 5, repeats=0.2)


def test_a_grid_keeps_the_share_of_raters_who_see_an_image():
    designs = grid(StudyDesign(n_raters=10, raters_per_stimulus=5), [20], [4, 6, 1], [0.0])
    assert [d.raters_per_stimulus for d in designs] == [2, 3, 1]


def test_what_can_be_doubled():
    found = increases(StudyDesign(20, n_raters=6, raters_per_stimulus=3))
    assert found["stimuli"].per_stratum == 40
    assert (found["raters"].n_raters, found["raters"].raters_per_stimulus) == (12, 6)
    assert found["repeats"].repeats == 0.2
    assert increases(StudyDesign(repeats=0.3))["repeats"].repeats == 0.6
    assert increases(StudyDesign(repeats=0.7))["repeats"].repeats == 1.0
    assert "repeats" not in increases(StudyDesign(repeats=1.0))


def test_what_a_design_costs():
    assert StudyDesign(40, 6, 5).n_judgements == 1200
    assert StudyDesign(40, 6, 5, raters_per_stimulus=2, repeats=0.5).n_judgements == 720
    assert StudyDesign(10, edges=(0.0, 1.0, 2.0), n_raters=3).n_judgements == 60


def _fake(width: float | None, value: float = 0.5, **more: object) -> Figure:
    named = {"name": "auroc", "label": "clear", "speaks_for": "these raters"} | more
    if width is None:
        return Figure(**(named | {"value": None, "undefined": "never used", "speaks_for": ""}))
    return Figure(**named, value=value, low=value - width / 2, high=value + width / 2)


def test_findings_are_the_key_figures_of_the_top_label():
    figures = (
        _fake(0.1),
        _fake(0.1, label="unrelated"),
        _fake(0.2, name="percent_agreement", label=None),
        _fake(0.2, name="mean_activation"),
        _fake(0.2, name="normalised_agreement", label=None, rater="r"),
    )
    found = findings_of(Report(figures), "clear")
    assert [finding[:2] for finding in found] == [("percent_agreement", None), ("auroc", "clear")]
    assert found[1][3:] == (0.5, pytest.approx(0.1), "")


KEY = ("auroc", "clear", "these raters")


def _studies(*widths: float | None) -> list:
    return [findings_of(Report((_fake(width),)), "clear") for width in widths]


def test_widths_are_summarised_over_worlds():
    studies = _studies(0.1, 0.2, 0.3, None)
    assert keys_of(studies) == (KEY,)
    width = width_of(KEY, SMALL, studies)
    assert width.key == KEY
    assert (width.median, width.low, width.high) == pytest.approx((0.2, 0.12, 0.28))
    assert width.undefined == 0.25
    assert width.reason == "never used"
    assert width.value == 0.5


def test_a_figure_without_any_interval_still_has_its_line():
    (key,) = keys_of(_studies(None, None))
    width = width_of(key, SMALL, _studies(None, None))
    assert (width.median, width.undefined, width.reason) == (None, 1, "never used")
    assert width_of(KEY, SMALL, [[], *_studies(0.1)]).undefined == 0.5


def test_a_gain_is_told_by_what_it_costs():
    more = replace(SMALL, per_stratum=16)
    gain = gain_of(KEY, "stimuli", (SMALL, _studies(0.1, 0.2, 0.4)), (more, _studies(0.06, 0.15, 0.32)))
    assert (gain.narrowing, gain.cost, gain.per_cost) == pytest.approx((0.25, 1.0, 0.25))
    again = gain_of(KEY, "repeats", (SMALL, _studies(0.2)), (replace(SMALL, repeats=0.25), _studies(0.19)))
    assert again.per_cost == pytest.approx(0.2)
    opened = gain_of(KEY, "raters", (SMALL, _studies(None)), (more, _studies(0.2)))
    assert opened.narrowing is opened.per_cost is None
    assert opened.after.median == pytest.approx(0.2)


def test_the_design_in_the_middle():
    assert middle(grid(SMALL, [20, 40, 80], [3, 5, 10], [0.0, 0.2])) == replace(SMALL, per_stratum=40, n_raters=5)
    assert middle([SMALL]) == SMALL
    odd = [StudyDesign(20, n_raters=9), StudyDesign(40, n_raters=3)]
    assert middle(odd) in odd


@pytest.fixture(scope="module")
def small_plan():
    designs = grid(SMALL, [8, 32], [3], [0.0])
    told: list[tuple[int, int]] = []
    memory: dict = {}
    made = plan(
        FEW, designs, n_worlds=3, n_replicates=60, seed=1, memory=memory, progress=lambda *step: told.append(step)
    )
    return made, told, memory


def test_more_images_give_narrower_intervals(small_plan):
    made, _, _ = small_plan
    few, many = made.designs
    for name in ("probability_of_label", "share_of_expected_activation"):
        key = (name, "clear", "these raters")
        assert made.get(key, many).median < made.get(key, few).median
    assert {width.name for width in made.widths} <= set(KEY_FIGURES)
    assert all(width.low <= width.median <= width.high for width in made.widths if width.median is not None)
    assert all(width.label in (None, "clear") for width in made.widths)


def test_a_plan_says_why_a_figure_has_no_interval(small_plan):
    made, _, _ = small_plan
    silent = [width for width in made.widths if width.name == "subjectivity" and width.undefined == 1]
    assert silent
    assert all("repeats" in width.reason for width in silent)


def test_gains_start_from_the_base(small_plan):
    made, _, _ = small_plan
    assert made.base == made.designs[0]
    assert {gain.what for gain in made.gains} == {"stimuli", "raters", "repeats"}
    assert all(gain.before.design == made.base for gain in made.gains)
    assert all(gain.before.key == gain.after.key for gain in made.gains)


def test_progress_is_told_for_every_study(small_plan):
    _, told, memory = small_plan
    assert told[0] == (0, 15)
    assert told[-1] == (15, 15)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(memory) == 15


def test_a_stopped_plan_goes_on_where_it_was(small_plan, monkeypatch):
    made, _, memory = small_plan
    monkeypatch.setattr(analysis.planning, "simulate", lambda *args, **kwargs: pytest.fail("studied again"))
    again = plan(FEW, made.designs, n_worlds=3, n_replicates=60, seed=1, memory=memory)
    assert again == made


def test_what_a_plan_depends_on_is_studied_anew(small_plan, monkeypatch):
    made, _, memory = small_plan

    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(analysis.planning, "simulate", stop)
    for assumptions, seed, n_replicates in ((PEOPLE, 1, 60), (FEW, 2, 60), (FEW, 1, 61)):
        with pytest.raises(KeyboardInterrupt):
            plan(assumptions, made.designs, n_worlds=3, n_replicates=n_replicates, seed=seed, memory=dict(memory))


def test_a_plan_needs_something_to_plan():
    with pytest.raises(InputError):
        plan(FEW, [])
    with pytest.raises(InputError):
        plan(FEW, [SMALL], n_worlds=1)


def test_worlds_that_cannot_be_analysed_have_no_intervals():
    silent = replace(FEW, cannot_tell=0.9999999)
    made = plan(silent, [StudyDesign(2, 1, 1)], n_worlds=2, n_replicates=20)
    assert made.widths == ()


def test_tetrachoric_correlations_bring_back_the_correlation():
    for cut, rho in ((0.0, 0.5), (1.0, 0.3), (-1.5, 0.8), (0.5, -0.4)):
        p = stats.norm.sf(cut)
        both = stats.multivariate_normal.cdf([-cut, -cut], cov=[[1, rho], [rho, 1]])
        assert tetrachoric(p, both - p * p) == pytest.approx(rho, abs=1e-4)
    assert np.sin(np.pi / 2 * 0.5) == pytest.approx(tetrachoric(0.5, 0.125))  # the arcsine law, at the median
    assert tetrachoric(0.5, 0.25) > 0.99
    assert tetrachoric(0.5, -0.25) < -0.99


@pytest.mark.parametrize(
    "world",
    [
        PEOPLE,
        replace(PEOPLE, scale="nominal"),
        replace(PEOPLE, scale="interval", categories=(), thresholds=(), slider=(-200.0, 300.0)),
        replace(PEOPLE, scale="interval", categories=("1", "2", "4")),
    ],
    ids=["ordinal", "nominal", "slider", "points"],
)
def test_a_pilot_gives_back_the_world_it_was_made_in(world):
    design = StudyDesign(60, 6, 40, raters_per_stimulus=20, repeats=0.5, bands="quantiles")
    pilot = simulate(world, design, seed=2)
    found = assumptions_from(pilot.judgements, pilot.stimuli)
    for name, tolerance in (("correlation", 0.06), ("strictness", 0.12), ("idiosyncrasy", 0.08), ("noise", 0.06)):
        assert getattr(found, name) == pytest.approx(getattr(world, name), abs=tolerance), name
    assert found.scale == world.scale
    assert found.categories == world.categories
    if world.categories:
        assert found.thresholds == pytest.approx(world.thresholds, abs=0.2)
    else:
        assert found.slider_step == pytest.approx(15, abs=1.5)
        assert found.slider_centre == pytest.approx(50, abs=3)
    assert found.n_population == 20_000
    again = design_from(pilot.judgements, pilot.stimuli)
    assert (again.per_stratum, again.n_bands, again.n_raters, again.raters_per_stimulus) == (60, 6, 40, 20)
    assert again.repeats == pytest.approx(0.5, abs=0.05)
    assert simulate(found, again, seed=0).stimuli.activation.max() <= pilot.stimuli.activation.max()


def test_the_simulated_population_has_the_activations_of_the_pilot():
    pilot = simulate(FEW, StudyDesign(100, 5, 3, bands="quantiles"), seed=2)
    found = assumptions_from(pilot.judgements, pilot.stimuli)
    again = simulate(found, SMALL, seed=0)
    assert np.quantile(again.activation, [0.1, 0.5, 0.9]) == pytest.approx(
        np.quantile(pilot.activation, [0.1, 0.5, 0.9]), abs=0.25
    )


def test_without_repeats_noise_and_taste_are_halves():
    pilot = simulate(PEOPLE, StudyDesign(40, 5, 8), seed=3)
    found = assumptions_from(pilot.judgements, pilot.stimuli)
    assert found.noise == pytest.approx(found.idiosyncrasy)
    assert np.hypot(found.noise, found.idiosyncrasy) == pytest.approx(np.hypot(0.5, 0.3), abs=0.1)


def test_raters_who_agree_by_chance_make_no_infinite_spread():
    rng = np.random.default_rng(0)
    n = 60
    names = [f"s{i}" for i in range(n)]
    said = Judgements.from_columns(
        names * 2,
        ["a"] * n + ["b"] * n,
        rng.choice(["no", "yes"], 2 * n).tolist(),
        categories=["no", "yes"],
        scale="ordinal",
    )
    found = assumptions_from(said, Stimuli.from_columns(names, rng.normal(size=n)))
    assert 0 < found.noise < 10
    assert design_from(said, Stimuli.from_columns(names, rng.normal(size=n))).n_bands == 1


def _pilot(labels: list[str], raters: list[str], activation: list[float]) -> tuple[Judgements, Stimuli]:
    names = [f"s{i}" for i in range(len(activation))]
    said = Judgements.from_columns(
        names * len(raters), np.repeat(raters, len(names)).tolist(), labels, categories=["no", "yes"], scale="nominal"
    )
    return said, Stimuli.from_columns(names, activation)


@pytest.mark.parametrize(
    ("labels", "raters", "activation", "words"),
    [
        (["no", "yes"] * 6, ["a"], list(range(12)), "2 raters"),
        (["no", "yes"] * 8, ["a", "b"], list(range(8)), "10 images"),
        (["no", "yes"] * 12, ["a", "b"], [1.0] * 12, "activations that differ"),
        (["no"] * 24, ["a", "b"], list(range(12)), "same answer"),
    ],
)
def test_pilots_that_say_too_little(labels, raters, activation, words):
    with pytest.raises(InputError, match=words):
        assumptions_from(*_pilot(labels, raters, activation))
