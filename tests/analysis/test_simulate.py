from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.asking import Said, ask, jury_of
from analysis.assumptions import Assumptions, StudyDesign
from analysis.judgements import InputError
from analysis.pair_worlds import PairAssumptions, pair_truth, pair_world
from analysis.populations import population_activation, standing_of
from analysis.simulate import Person, answer, expected_shares, feature_strength, panel, simulate, world
from analysis.truth import agreement_truth, component_truth
from analysis.worlds import World

ORDINAL = Assumptions(noise=0.4, lapse=0.1, strictness=0.5)
SMALL = replace(ORDINAL, n_population=3000)
NOMINAL = replace(ORDINAL, scale="nominal")
SLIDER = Assumptions(scale="interval", categories=(), thresholds=(), lapse=0.1, slider_centre=80, strictness=0.3)
POINTS = Assumptions(scale="interval", categories=("1", "2", "4"), thresholds=(-0.5, 1.0))
CENSUS = StudyDesign(per_stratum=10_000, n_strata=4)
"""Every image of the population is judged."""


def test_strength_is_standardised_and_correlated_under_the_weights():
    rng = np.random.default_rng(0)
    activation, weights = rng.gumbel(size=500), rng.uniform(1, 9, size=500)
    strength = feature_strength(activation, weights, correlation=0.7, seed=3)
    assert np.average(strength, weights=weights) == pytest.approx(0)
    assert np.average(strength**2, weights=weights) == pytest.approx(1)
    signal = feature_strength(activation, weights, correlation=1.0, seed=3)
    assert np.average(strength * signal, weights=weights) == pytest.approx(0.7)
    assert (np.argsort(signal) == np.argsort(activation)).all()


def test_strength_without_anything_to_go_by():
    assert feature_strength(np.array([2.0]), np.ones(1), correlation=0.9, seed=0).tolist() == [0]
    assert np.isfinite(feature_strength(np.zeros(9), np.ones(9), correlation=0.9, seed=0)).all()


def test_people_differ_in_strictness_and_the_seed_says_how():
    people = panel(5, 4, seed=1)
    assert len({person.thresholds for person in people}) == 5
    assert all(list(person.thresholds) == sorted(person.thresholds) for person in people)
    assert people == panel(5, 4, seed=1) != panel(5, 4, seed=2)
    assert [len(person.thresholds) for person in panel(3, 2, seed=0)] == [1, 1, 1]


def test_answers_come_as_often_as_expected():
    person = Person("p", (-0.5, 0.8), idiosyncrasy=0.3, noise=0.4, lapse=0.1, cannot_tell=0.2)
    rng = np.random.default_rng(0)
    answers = [answer(person, 0.4, rng) for _ in range(20_000)]
    given = [k for k in answers if k is not None]
    assert len(given) / len(answers) == pytest.approx(0.8, abs=0.01)
    expected = expected_shares(person, np.array([0.4]))[0]
    assert expected.sum() == pytest.approx(1)
    assert np.bincount(given) / len(given) == pytest.approx(expected, abs=0.015)


def test_a_second_look_shares_the_taste_of_the_first():
    person = Person("p", (0.0,), idiosyncrasy=5.0, noise=1e-9, lapse=0.0, cannot_tell=0.0)
    rng = np.random.default_rng(0)
    assert {answer(person, 0.1, rng, taste=1.0) for _ in range(20)} == {1}
    assert {answer(person, 0.1, rng) for _ in range(20)} == {0, 1}


def test_a_world_is_the_same_from_the_same_seed():
    one, again, other = (world(500, 5, 8, 3, 3, seed=seed) for seed in (1, 1, 2))
    assert one.judgements.label.tolist() == again.judgements.label.tolist()
    assert one.stimuli.stimuli == again.stimuli.stimuli != other.stimuli.stimuli
    assert one.shares.shape == (500, 3)


def test_what_is_true_of_a_small_jury_says_nothing_of_raters_like_them():
    truth = world(2_000, 5, 8, 3, 3, seed=1).truth
    assert truth["auroc_at_least", "category 2"] > 0.7
    assert ("subjectivity", None) not in truth
    assert ("percent_agreement", None) not in truth


def test_a_simulated_study_has_the_layout_it_was_asked_for():
    design = StudyDesign(20, 5, 6, raters_per_stimulus=3, repeats=0.3, revealed=0.4, bands="quantiles")
    found = simulate(ORDINAL, design, seed=4)
    said = found.judgements
    assert len(found.stimuli.stimuli) == 100
    assert said.categories == ORDINAL.categories
    assert set(np.bincount(said.stimulus[said.occasion == 1]).tolist()) == {3}
    assert (said.condition == 1).sum() / (said.occasion == 1).sum() == pytest.approx(0.4, abs=0.08)
    assert (said.occasion == 2).sum() / said.first_blind.sum() == pytest.approx(0.3, abs=0.08)
    assert (said.condition[said.occasion == 2] == 0).all()
    assert abs(len(said.label) - design.n_judgements) < 25
    total = (1 / found.stimuli.inclusion_probability).sum()
    assert total == pytest.approx(ORDINAL.n_population)


def test_worlds_of_one_seed_share_their_population_and_raters():
    small, large = (simulate(ORDINAL, StudyDesign(10, 4, n), seed=9) for n in (3, 8))
    assert (small.activation == large.activation).all()
    assert (small.strength == large.strength).all()
    assert (small.jury.cuts == large.jury.cuts[:3]).all()
    other = simulate(ORDINAL, StudyDesign(10, 4, 3), seed=10)
    assert other.stimuli.stimuli != small.stimuli.stimuli


def test_repeats_change_nothing_in_the_first_occasion():
    without, with_some = (simulate(SMALL, StudyDesign(10, 4, 3, repeats=share), seed=9) for share in (0.0, 0.5))
    first = with_some.judgements.occasion == 1
    assert with_some.judgements.label[first].tolist() == without.judgements.label.tolist()


def test_a_rater_s_taste_lasts():
    own = replace(SMALL, idiosyncrasy=3.0, noise=0.0, lapse=0.0)
    said = simulate(own, StudyDesign(20, 4, 3, repeats=1.0), seed=9).judgements
    assert said.label[said.occasion == 1].tolist() == said.label[said.occasion == 2].tolist()


def test_names_on_a_nominal_scale_stand_in_no_order():
    orders = {
        simulate(replace(NOMINAL, n_population=500), StudyDesign(5, 2, 2), seed=seed).judgements.categories
        for seed in range(9)
    }
    assert len(orders) > 1
    found = simulate(NOMINAL, StudyDesign(5, 2, 2), seed=1)
    top = found.judgements.categories.index("clear")
    strongest = found.shares[np.argmax(found.strength)]
    assert strongest.argmax() == top


def test_sliders_stay_between_their_ends_and_strictness_lowers_them():
    found = simulate(replace(SLIDER, strictness=1.0), StudyDesign(30, 5, 6), seed=1)
    values = found.judgements.value
    assert values.min() >= 0
    assert values.max() <= 100
    assert len(np.unique(values)) > 100
    means = np.bincount(found.judgements.rater, values) / np.bincount(found.judgements.rater)
    assert stats.spearmanr(means, found.jury.cuts[:, 0]).statistic < -0.9


def test_categories_that_are_numbers_are_labels_of_an_interval_scale():
    found = simulate(POINTS, StudyDesign(20, 4, 3), seed=1)
    assert set(found.judgements.value.tolist()) == {1.0, 2.0, 4.0}


def test_the_distribution_of_the_activation_can_be_given():
    given = replace(ORDINAL, activation=((0.0, -1.0), (0.9, 0.0), (1.0, 10.0)), n_population=1000)
    activation = population_activation(given, 0)
    assert np.mean(activation < 0) == pytest.approx(0.9)
    assert activation.max() == pytest.approx(10.0, abs=0.1)
    found = simulate(given, StudyDesign(10, edges=(-1.0, 0.0, 5.0, 10.0)), seed=0)
    assert np.bincount(found.stimuli.stratum).tolist() == [10, 10, 10]


def _judged(a: Assumptions, n: int, n_raters: int) -> tuple[np.ndarray, Said]:
    """Everyone judges everything twice."""
    activation = population_activation(replace(a, n_population=n), 1)
    strength = feature_strength(activation, np.ones(n), correlation=a.correlation, seed=2)
    design, rng = StudyDesign(n_raters=n_raters, repeats=1.0), np.random.default_rng(3)
    return strength, ask(jury_of(a, n_raters, rng), a, design, strength, standing_of(activation), rng)


def _as_tables(said: Said, column: np.ndarray, n: int, n_raters: int) -> np.ndarray:
    """(2, n, R): a column of both occasions."""
    tables = np.empty((2, n, n_raters))
    tables[said.occasion - 1, said.item, said.rater] = column
    return tables


def _anova(tables: np.ndarray) -> list[float]:
    """The components of a complete table of two occasions, from its mean squares."""
    y = tables[0]
    n, n_raters = y.shape
    occasion = ((tables[0] - tables[1]) ** 2).mean() / 2
    rest = y - y.mean(axis=1, keepdims=True) - y.mean(axis=0) + y.mean()
    residual = (rest**2).sum() / ((n - 1) * (n_raters - 1))
    return [
        y.mean(axis=1).var(ddof=1) - residual / n_raters,
        y.mean(axis=0).var(ddof=1) - residual / n,
        residual - occasion,
        occasion,
    ]


@pytest.mark.parametrize("a", [ORDINAL, NOMINAL, SLIDER, POINTS], ids=["ordinal", "nominal", "slider", "points"])
def test_true_variances_are_those_of_endless_judging(a):
    n, n_raters = 600, 500
    strength, said = _judged(a, n, n_raters)
    truth = component_truth(a, strength)
    columns = {label: (said.category == k).astype(float) for k, label in enumerate(a.categories)}
    if a.scale != "nominal":
        columns[None] = said.value
    for label, column in columns.items():
        parts = _anova(_as_tables(said, column, n, n_raters))
        names = ("variance_stimulus", "variance_rater", "variance_stimulus_rater", "variance_occasion")
        expected = [truth[name, label] for name in names]
        assert parts == pytest.approx(expected, abs=0.02 * sum(expected))
        s = (expected[1] + expected[2]) / sum(expected[:3])
        assert truth["subjectivity", label] == pytest.approx(s)
        assert truth["subjectivity_lowest", label] < s < truth["subjectivity_highest", label]


@pytest.mark.parametrize("a", [ORDINAL, NOMINAL, POINTS], ids=["ordinal", "nominal", "points"])
def test_true_agreement_is_that_of_endless_judging(a):
    n, n_raters = 600, 500
    strength, said = _judged(a, n, n_raters)
    truth = agreement_truth(a, strength) | component_truth(a, strength)
    tables = _as_tables(said, said.category.astype(float), n, n_raters)
    assert truth["retest_agreement", None] == pytest.approx((tables[0] == tables[1]).mean(), abs=0.01)
    counts = np.stack([(tables[0] == k).sum(axis=1) for k in range(len(a.categories))], axis=1).astype(float)
    pairs = (counts.T @ counts - np.diag(counts.sum(axis=0))) / (n * n_raters * (n_raters - 1))
    share = pairs.sum(axis=0)
    assert truth["percent_agreement", None] == pytest.approx(np.trace(pairs), abs=0.01)
    assert truth["specific_agreement", a.categories[-1]] == pytest.approx(pairs[-1, -1] / share[-1], abs=0.02)
    chance = share @ share
    nominal = (np.trace(pairs) - chance) / (1 - chance)
    assert truth["krippendorff_alpha_nominal", None] == pytest.approx(nominal, abs=0.015)
    ac1_chance = (share * (1 - share)).sum() / (len(share) - 1)
    assert truth["gwet_ac1", None] == pytest.approx((np.trace(pairs) - ac1_chance) / (1 - ac1_chance), abs=0.015)
    scores = {"ordinal": np.cumsum(share) - share / 2, "nominal": None, "interval": np.array([1.0, 2.0, 4.0])}[a.scale]
    apart = 1 - np.eye(len(share)) if scores is None else np.subtract.outer(scores, scores) ** 2
    alpha = 1 - (pairs * apart).sum() / (share @ apart @ share)
    assert truth["krippendorff_alpha", None] == pytest.approx(alpha, abs=0.015)


def test_alpha_of_a_slider_is_the_stimuli_s_share_of_the_variance():
    wide = replace(SLIDER, lapse=0.0, slider=(-1e4, 1e4))
    strength = feature_strength(np.arange(500.0), np.ones(500), correlation=0.5, seed=0)
    truth = component_truth(wide, strength)
    total = 1 + 0.3**2 * 3
    assert truth["krippendorff_alpha", None] == pytest.approx(1 / total, rel=1e-6)
    assert truth["variance_rater", None] == pytest.approx(15**2 * 0.09, rel=1e-6)
    assert truth["variance_stimulus_rater", None] == pytest.approx(15**2 * 0.09, rel=1e-4)
    assert truth["variance_occasion", None] == pytest.approx(15**2 * 0.09, rel=1e-4)


def _unit_figures(found: World) -> dict[tuple[str, str | None], float]:
    """What a study in which everyone judged everything says, from its raw answers."""
    said = found.judgements
    n = len(said.stimuli)
    activation = found.stimuli.activation
    n_raters = np.bincount(said.stimulus, minlength=n)
    figures: dict[tuple[str, str | None], float] = {}
    for k, label in enumerate(said.categories):
        share = np.bincount(said.stimulus, said.label == k, minlength=n) / n_raters
        figures["probability_of_label", label] = share.mean()
        figures["mean_activation", label] = np.average(activation, weights=share)
        positive = np.clip(activation, 0, None)
        figures["share_of_expected_activation", label] = positive @ share / positive.sum()
        wins = (activation[:, None] > activation) + (activation[:, None] == activation) / 2
        figures["auroc", label] = share @ wins @ (1 - share) / (share.sum() * (1 - share).sum())
        above = np.bincount(said.stimulus, said.label >= k, minlength=n) / n_raters
        if k:
            at_least = above @ wins @ (1 - above) / (above.sum() * (1 - above).sum())
            figures["auroc_at_least", label] = at_least
    mean = np.bincount(said.stimulus, said.value, minlength=n) / n_raters
    figures["spearman", None] = stats.spearmanr(activation, mean).statistic
    return figures


def test_the_truth_of_the_unit_is_what_a_census_finds():
    a = replace(ORDINAL, n_population=2000)
    census = simulate(a, replace(CENSUS, n_raters=8), seed=3)
    assert len(census.stimuli.stimuli) == 2000
    for key, value in _unit_figures(census).items():
        tolerance = 0.06 if key[0] == "mean_activation" else 0.02
        assert census.truth[key] == pytest.approx(value, abs=tolerance), key


def test_the_rank_correlation_grows_with_the_number_of_raters():
    few, many = (simulate(SMALL, StudyDesign(10, 4, n), seed=3).truth["spearman", None] for n in (2, 12))
    assert few + 0.05 < many


@pytest.mark.parametrize("a", [ORDINAL, SLIDER], ids=["ordinal", "slider"])
def test_true_anchoring_is_what_a_census_finds(a):
    a = replace(a, anchoring=0.6, n_population=4000)
    census = simulate(a, replace(CENSUS, n_raters=30, revealed=0.5), seed=3)
    said = census.judgements
    standing = census.standing[census.chosen]
    columns = {("anchoring_{}", None): said.value}
    if a.categories:
        columns = {("anchoring_{}_at_least", "clear"): said.label == 2, ("anchoring_{}", "clear"): said.label == 2}
    for (name, label), column in columns.items():
        means = [
            np.bincount(said.stimulus, column * (said.condition == c)) / np.bincount(said.stimulus, said.condition == c)
            for c in (0, 1)
        ]
        slope = np.polyfit(standing, means[1] - means[0], 1)[0]
        tolerance = 0.01 if a.categories else 0.7
        assert census.truth[name.format("slope"), label] == pytest.approx(slope, abs=tolerance)
        assert census.truth[name.format("shift"), label] == pytest.approx(np.mean(means[1] - means[0]), abs=tolerance)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scale": "circular"},
        {"thresholds": (1.0, 0.0)},
        {"thresholds": (0.0,)},
        {"categories": ("only",), "thresholds": ()},
        {"categories": (), "thresholds": ()},
        {"scale": "interval", "categories": ("a", "b", "c")},
        {"scale": "ratio", "categories": (), "slider": (-1.0, 1.0)},
        {"scale": "interval", "categories": (), "slider": (1.0, 0.0)},
        {"noise": -1.0},
        {"lapse": 1.5},
        {"cannot_tell": 1.0},
        {"correlation": 2.0},
        {"n_population": 1},
        {"activation": ((0.0, 1.0), (1.0, 1.0))},
    ],
)
def test_assumptions_that_cannot_be(wrong):
    with pytest.raises(InputError):
        Assumptions(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"per_stratum": 0},
        {"n_raters": 0},
        {"n_raters": 2, "raters_per_stimulus": 3},
        {"repeats": 1.1},
        {"revealed": 1.0},
        {"bands": "diagonal"},
        {"edges": (1.0, 0.0)},
    ],
)
def test_designs_that_cannot_be(wrong):
    with pytest.raises(InputError):
        StudyDesign(**wrong)


@pytest.mark.parametrize("curve", ["logistic", "normal"])
def test_a_world_of_pairs_has_its_truth(curve):
    a = PairAssumptions(curve=curve, revealed=0.5, reveal_shift=1.0)
    found = pair_world(3000, 200, seed=1, assumptions=a, raters_per_pair=40)
    revealed = np.array(found.condition) == "revealed"
    blind = found.correct[~revealed].mean()
    assert found.truth["proportion_correct", None] == pytest.approx(blind, abs=0.015)
    assert found.truth["proportion_correct", "revealed"] == pytest.approx(found.correct[revealed].mean(), abs=0.015)
    assert found.truth["psychometric_threshold", None] == pytest.approx(1.0)
    confident = np.array(found.confidence) >= 4
    assert found.correct[confident].mean() > found.correct[~confident].mean()
    assert len(set(zip(found.pair, found.rater, strict=True))) == len(found.pair) == 3000 * 40


def test_the_width_of_a_psychometric_function():
    alike = PairAssumptions(pair_spread=0.0, rater_spread=0.0)
    assert pair_truth(alike)["psychometric_width", None] == pytest.approx(2 * 0.5 * np.log(19))
    normal = replace(alike, curve="normal", pair_spread=3.0, rater_spread=4.0)
    expected = 2 * 0.5 * np.hypot(1, 5) * stats.norm.ppf(0.95)
    assert pair_truth(normal)["psychometric_width", None] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("wrong", [{"scale": 0.0}, {"lapse": 0.7}, {"curve": "square"}, {"pair_spread": -1.0}])
def test_pairs_that_cannot_be(wrong):
    with pytest.raises(InputError):
        PairAssumptions(**wrong)
