import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from juries import LABELS, Population, resampling, sample_of
from scipy import stats

from analysis.detection import detection
from analysis.intervals import degrees_of_freedom
from analysis.thresholds import cross_fitted, soft_kappa, stratified_folds
from analysis.unit_statistics import UnitStatistics

FEW = settings(max_examples=40)

DISTILL = {
    "opposing": [128.1, 31.5, 0, 0, 0, 0, 0, 0, 0, 0],
    "unrelated": [2097.1, 1422.8, 609.4, 131.1, 42.0, 6.9, 0, 0, 0, 0],
    "imperfect": [952.8, 1420.4, 953.1, 557.2, 265.8, 94.0, 20.2, 4.4, 0.6, 2.1],
    "curve": [35.8, 214.1, 230.7, 255.5, 196.2, 159.9, 94.2, 53.1, 15.6, 4.1],
}
"""What each label contributes to the expected activation of 3b:379 in bands of 100, in ten-thousandths: the heights
of the last plot of Human Comparison in Cammarata et al. 2020, Curve Detectors, summed by fours."""


def figures(sample, seed=0, n_replicates=200):
    made = detection(sample, sample.activation, resampling(sample, n_replicates), seed)
    return {(figure.name, figure.label): figure for figure in made}


def values(sample):
    """The figures as they are, without intervals."""
    unit = UnitStatistics.of(sample, sample.activation, 0)
    return dict(zip(unit.keys, unit.values(sample.weight[None])[0].tolist(), strict=True))


def test_distills_figure_curves_and_imperfect_curves_are_55_percent_of_the_expected_activation():
    """One stimulus for each label and band, that stands for as many images as give the published contribution."""
    cells = [
        (k, 62.5 + 100 * band, published)
        for k, row in enumerate(DISTILL.values())
        for band, published in enumerate(row)
        if published
    ]
    cells += [(1, -200.0, 1.0)]  # most images: below zero they count nothing
    label, activation, contribution = (np.array(column) for column in zip(*cells, strict=True))
    population = contribution / np.abs(activation)
    population[-1] = 9 * population.sum()
    sample = sample_of(
        label[:, None].tolist(), activation, chance=0.01 * population.min() / population, labels=tuple(DISTILL)
    )
    made = figures(sample)
    shares = {name: made["share_of_expected_activation", name].value for name in DISTILL}
    assert round(shares["curve"] + shares["imperfect"], 2) == 0.55
    assert shares == pytest.approx(
        {"opposing": 0.0160, "unrelated": 0.4310, "imperfect": 0.4271, "curve": 0.1259}, abs=5e-5
    )
    assert {figure.target for figure in made.values()} == {"the population"}


def test_a_table_worked_by_hand():
    """Four bands of the population, two stimuli of each, ten raters.

    Bands with activation -1, 1, 2, 5 and populations 60, 30, 8, 2 give expected positive activation
    30 + 16 + 10 = 56. Curve: 0.1 x 30 + 0.5 x 16 + 0.9 x 10 = 20; imperfect: 0.2 x 30 + 0.3 x 16 + 0 = 10.8.
    """
    curve, imperfect = [0, 1, 5, 9], [1, 2, 3, 0]
    answers, activation, stratum, chance = [], [], [], []
    for band, (a, population) in enumerate([(-1.0, 60), (1.0, 30), (2.0, 8), (5.0, 2)]):
        labels = [2] * curve[band] + [1] * imperfect[band] + [0] * (10 - curve[band] - imperfect[band])
        answers += [labels, labels]
        activation += [a, a]
        stratum += [band, band]
        chance += [2 / population] * 2
    made = figures(sample_of(answers, activation, stratum, chance))
    shares = [made["share_of_expected_activation", label].value for label in LABELS]
    assert shares == pytest.approx([25.2 / 56, 10.8 / 56, 20 / 56])
    # P(curve) = (0 + 0.1 x 30 + 0.5 x 8 + 0.9 x 2) / 100; its mean activation: 3 x 1 + 4 x 2 + 1.8 x 5 over 8.8
    assert made["probability_of_label", "curve"].value == pytest.approx(0.088)
    assert made["mean_activation", "curve"].value == pytest.approx(20 / 8.8)
    assert made["auroc_at_least", "curve"].value == made["auroc", "curve"].value
    # average precision: 1.8 of the curves lie at the top with precision 0.9, 4 with 5.8 / 10, 3 with 8.8 / 40
    assert made["average_precision", "curve"].value == pytest.approx((1.8 * 0.9 + 4 * 0.58 + 3 * 0.22) / 8.8)


def test_hajeks_estimates_of_a_stratified_sample_by_hand():
    """Strata of 90 and 10, of which 2 and 2 were drawn with shares 0, 1/2 and 1, 1: P = (90/4 + 10) / 100."""
    made = values(sample_of([[0, 0], [0, 2], [2, 2], [2, 2]], [0.0, 0, 1, 1], [0, 0, 1, 1], [2 / 90, 2 / 90, 0.2, 0.2]))
    assert made["probability_of_label", "curve"] == pytest.approx(0.325)


def test_weighted_estimates_hit_the_population_where_naive_ones_miss_by_far():
    population = Population(seed=1)
    names = ("probability_of_label", "share_of_expected_activation", "mean_activation", "auroc", "average_precision")
    keys = [*((name, "curve") for name in names), ("spearman", None), ("kendall_tau_b", None), ("eta_squared", None)]
    expected = values(population.all())
    errors, naive_errors = [], []
    for seed in range(20):
        chosen, sample = population.draw(seed, 8)
        naive = sample_of(population.labels[chosen].tolist(), population.activation[chosen])
        for one, into in ((sample, errors), (naive, naive_errors)):
            got = values(one)
            into.append([got[key] - expected[key] for key in keys])
    bias, naive = np.mean(errors, axis=0), np.mean(naive_errors, axis=0)
    standard_error = np.std(errors, axis=0) / np.sqrt(20)
    assert (np.abs(bias) < 3 * standard_error + 0.01).all(), bias
    assert (np.abs(naive[:5]) > [0.1, 0.08, 1.0, 0.04, 0.08]).all(), naive


stimuli = st.lists(
    st.tuples(st.lists(st.integers(0, 2), min_size=1, max_size=4), st.integers(-3, 6), st.integers(1, 9)),
    min_size=4,
    max_size=12,
)


def unfitted(made):
    """Without thresholds, whose folds are drawn for the sample at hand."""
    return {key: value for key, value in made.items() if "threshold" not in key[0]}


@FEW
@given(stimuli)
def test_twice_the_stimuli_at_half_the_weight_are_the_same_population(rows):
    answers, activation, weight = zip(*rows, strict=True)
    once = values(sample_of(answers, [float(a) for a in activation], chance=[1 / w for w in weight]))
    twice = values(sample_of(answers * 2, [float(a) for a in activation] * 2, chance=[1 / w / 2 for w in weight] * 2))
    assert unfitted(once) == pytest.approx(unfitted(twice), nan_ok=True, abs=1e-9)


@FEW
@given(stimuli)
def test_rank_figures_ignore_how_activation_is_measured(rows):
    answers, activation, _ = zip(*rows, strict=True)
    once = values(sample_of(answers, [float(a) for a in activation]))
    other = values(sample_of(answers, [float(np.exp(a)) for a in activation]))
    ranked = [key for key in once if "activation" not in key[0] and key[0] != "eta_squared"]
    assert [once[key] for key in ranked] == pytest.approx([other[key] for key in ranked], nan_ok=True, abs=1e-9)


@FEW
@given(stimuli)
def test_turning_the_unit_around_turns_its_figures(rows):
    answers, activation, _ = zip(*rows, strict=True)
    once, turned = (values(sample_of(answers, [s * a for a in activation])) for s in (1.0, -1.0))
    for label in LABELS:
        assert once["auroc", label] == pytest.approx(1 - turned["auroc", label], nan_ok=True)
    assert once["eta_squared", None] == pytest.approx(turned["eta_squared", None], nan_ok=True)
    for name in ("spearman", "kendall_tau_b"):
        assert once[name, None] == pytest.approx(-turned[name, None], nan_ok=True, abs=1e-9)


@FEW
@given(stimuli)
def test_aurocs_are_means_over_all_pairs(rows):
    answers, activation, weight = zip(*rows, strict=True)
    sample = sample_of(answers, [float(a) for a in activation], chance=[1 / w for w in weight])
    got, a, d = values(sample), sample.activation, sample.weight
    above = (a[:, None] > a) + 0.5 * (a[:, None] == a)
    for label, p in zip(LABELS, sample.shares.T, strict=True):
        pairs = np.outer(d * p, d * (1 - p))
        wanted = (pairs * above).sum() / pairs.sum() if pairs.sum() > 1e-9 else np.nan
        assert got["auroc", label] == pytest.approx(wanted, nan_ok=True)


def test_eta_squared_is_that_of_an_analysis_of_variance():
    groups = [[1.0, 2.0, 3.0], [2.0, 5.0], [7.0, 8.0, 6.0, 9.0]]
    activation = np.concatenate(groups)
    answers = [[k] for k, group in enumerate(groups) for _ in group]
    f = stats.f_oneway(*groups).statistic
    between, within = 2 * f, 6.0
    got = values(sample_of(answers, activation, scale="nominal"))
    assert got["eta_squared", None] == pytest.approx(between / (between + within))


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_influences_are_derivatives(scale):
    chosen, _ = Population(seed=2, size=2000).draw(0, 5, 10)
    population = Population(seed=2, size=2000)
    rounded = np.round(population.activation[chosen], 1)
    rng = np.random.default_rng(0)
    sample = sample_of(
        population.labels[chosen].tolist(), rounded, chance=rng.uniform(0.1, 1, len(chosen)), scale=scale
    )
    unit, w = UnitStatistics.of(sample, sample.activation, 0), sample.weight
    step = np.diag(w) * 1e-5
    numeric = (unit.values(w + step) - unit.values(w - step)) / (2e-5 * w[:, None])
    influence = unit.influence(w)
    assert np.abs(numeric - influence).max(axis=0) == pytest.approx(0, abs=1e-6 * np.abs(influence).max())
    assert np.abs(w @ influence).max() < 1e-9


def test_labels_never_or_always_given_and_a_constant_unit_give_the_reason():
    made = figures(sample_of([[2, 2]] * 12, [0.0] * 12))
    for name in ("auroc", "average_precision", "threshold_kappa"):
        assert made[name, "curve"].undefined == "always used"
        assert made[f"{name}_at_least", "imperfect"].undefined == "always used"
        assert made[name, "imperfect"].undefined == "never used"
    assert made["mean_activation", "imperfect"].undefined == "never used"
    assert made["share_of_expected_activation", "curve"].undefined == "no activation above zero"
    assert {made[name, None].undefined for name in ("spearman", "kendall_tau_b", "eta_squared")} == {"constant"}
    never = made["probability_of_label", "imperfect"]
    assert (never.value, never.low) == (0, 0)
    assert never.high == pytest.approx(0.2425, abs=5e-4)  # Wilson, 0 of 12


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_a_constant_unit_ranks_nothing(scale):
    made = figures(sample_of([[0, 1], [1, 2], [2, 2], [0, 0], [0, 1]] * 7, [0.3] * 35, scale=scale))
    ranked = [f for (name, _), f in made.items() if name.startswith(("auroc", "average_precision", "threshold_kappa"))]
    assert len(ranked) == (9 if scale == "nominal" else 15)
    assert {figure.undefined for figure in ranked} == {"constant"}
    assert made["share_of_expected_activation", "curve"].value == pytest.approx(0.3)


def test_equal_means_of_decimals_are_equal():
    answers = [[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]] * 20
    made = figures(sample_of(answers, np.arange(40.0) % 2, scale="interval"))
    assert {made[name, None].undefined for name in ("spearman", "kendall_tau_b")} == {"constant"}


@pytest.mark.parametrize(("by", "more"), [(0.1, 0), (0.1, 0.7), (1e-20, 0), (1, 1e9), (0.1, -1e6)])
def test_ranks_of_means_do_not_depend_on_how_ratings_are_written(by, more):
    answers = np.random.default_rng(0).integers(0, 7, size=(200, 6))
    activation = answers.mean(axis=1) + np.random.default_rng(1).normal(size=200)
    whole = sample_of(answers.astype(float).tolist(), activation, scale="interval")
    written = sample_of((answers * by + more).tolist(), activation, scale="interval")
    assert len(np.unique(written.mean_score)) == len(np.unique(answers.sum(axis=1)))
    assert values(written) == pytest.approx(values(whole), abs=1e-12, nan_ok=True)


def test_one_label_explains_nothing():
    assert figures(sample_of([[2]] * 12, np.arange(12.0)))["eta_squared", None].undefined == "undefined: no variation"


def test_nominal_labels_have_no_order():
    made = figures(sample_of([[0, 1], [1, 2], [2, 2]], [1.0, 2.0, 3.0], scale="nominal"))
    assert {name for name, _ in made} == {
        *("probability_of_label", "share_of_expected_activation", "mean_activation", "eta_squared"),
        *("auroc", "average_precision", "threshold_kappa"),
    }


def test_numbers_without_categories_have_rank_correlations():
    rng = np.random.default_rng(0)
    activation = rng.normal(size=60)
    made = figures(sample_of((activation[:, None] + rng.normal(size=(60, 3))).tolist(), activation, scale="interval"))
    assert set(made) == {("spearman", None), ("kendall_tau_b", None), ("eta_squared", None)}
    assert made["eta_squared", None].undefined == "needs a declared list of categories"
    assert made["spearman", None].low < made["spearman", None].value < made["spearman", None].high


def test_two_ordinal_categories():
    made = figures(sample_of([[0], [1]] * 10, np.arange(20.0), labels=("no", "yes")))
    assert made["auroc_at_least", "yes"].value == made["auroc", "yes"].value


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_very_few_stimuli_give_figures_or_reasons(scale, n):
    sample = sample_of([[0, 2], [1, 1], [2, 0]][:n], [0.5, -1.0, 2.0][:n], scale=scale)
    for figure in figures(sample).values():
        assert figure.undefined or np.isfinite(figure.value)


def test_activations_of_any_size():
    activation = np.array([-8.0, 1, 2, 9] * 5) * 1e99
    made = figures(sample_of([[0], [1], [1], [2]] * 5, activation))
    small = figures(sample_of([[0], [1], [1], [2]] * 5, activation / 1e99))
    for key, figure in made.items():
        scale = 1e99 if key[0] == "mean_activation" else 1
        assert figure.value == pytest.approx(small[key].value * scale)


def test_folds_are_even_within_strata():
    fold = stratified_folds(np.repeat([0, 1, 2], [10, 25, 40]), np.random.default_rng(0))
    for rows in (slice(0, 10), slice(10, 35), slice(35, 75)):
        assert np.bincount(fold[rows], minlength=5).tolist() == [len(fold[rows]) // 5] * 5


def test_a_threshold_is_fitted_to_other_folds():
    score, share = np.arange(10.0), np.array([0, 0, 0, 0, 0, 0.8, 1, 1, 1, 1])
    said = cross_fitted(score, share, np.ones(10), np.arange(10) % 5)
    # without 4 and 9 any cut between 3 and 5 is best, and the lowest is taken
    assert said.tolist() == [False] * 4 + [True] * 6
    # held out, each item is what the others are not: a threshold that saw it would do better than chance
    lone = cross_fitted(np.zeros(2), np.array([True, False]), np.ones(2), np.arange(2))
    assert lone.tolist() == [False, True]


def test_soft_kappa_is_that_with_a_rater_picked_at_random():
    """6 images the unit fires on, of which raters give the label to 2/3; 4 others, to 1/4: kappa of the 2 x 2 table."""
    assert soft_kappa(*np.array([[0.4], [0.6], [0.5]]))[0] == pytest.approx((0.7 - 0.5) / 0.5)


def test_degrees_of_freedom_are_those_of_the_t_test_in_one_stratum_of_light_tails():
    assert degrees_of_freedom(np.array([[-1.0], [1.0]] * 10), np.zeros(20, dtype=int)) == pytest.approx(19)


def test_one_image_that_makes_the_variance_leaves_two_degrees_of_freedom():
    lone = np.zeros((100, 1))
    lone[0] = 1
    assert 2 < degrees_of_freedom(lone, np.zeros(100, dtype=int))[0] < 2.1


def test_intervals_cover_the_population():
    """Over thousands of worlds they covered 0.92 to 0.98; 50 leave three standard errors to chance."""
    population, covered = Population(seed=5), []
    expected = values(population.all())
    for seed in range(50):
        _, sample = population.draw(seed)
        made = figures(sample, seed, 100)
        covered.append({key: f.low <= expected[key] <= f.high for key, f in made.items()})
    rates = {key: np.mean([row[key] for row in covered]) for key in covered[0]}
    assert min(rates.values()) >= 0.82, rates
