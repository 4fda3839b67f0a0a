import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.curves import activation_bins, curves, effective_trials
from analysis.detection import detection, expected_activation_share, label_auroc, mean_activation
from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.sample import join
from analysis.simulate import world
from analysis.weighted import mean

LABELS = ("unrelated", "imperfect", "curve")


def sample_of(answers, activation, stratum=None, chance=None, scale="ordinal"):
    """`answers`: per stimulus the indices of the labels that raters 0, 1, ... gave."""
    names = [f"s{i:04d}" for i in range(len(answers))]
    rows = [(n, f"r{r}", LABELS[k]) for n, row in zip(names, answers, strict=True) for r, k in enumerate(row)]
    stimulus, rater, label = zip(*rows, strict=True)
    return join(
        Judgements.from_columns(stimulus, rater, label, categories=LABELS, scale=scale),
        Stimuli.from_columns(names, activation, stratum=stratum, inclusion_probability=chance),
    )


def resampling(sample, n_replicates=300, seed=0):
    return Resampling.of(sample.weight, sample.stratum, len(sample.raters), n_replicates, seed)


def figures(sample):
    made = detection(sample, sample.activation, resampling(sample))
    return {(figure.name, figure.label): figure for figure in made}


def truth(w):
    """The population's own values, from its expected shares and activations."""
    one, top = np.ones((1, len(w.activation))), w.shares[:, -1]
    return {
        "probability_of_label": mean(top, one)[0],
        "auroc": label_auroc(w.activation, top, one)[0],
        "share_of_expected_activation": expected_activation_share(w.activation, top, one)[0],
        "mean_activation": mean_activation(w.activation, top, one)[0],
    }


def test_distills_figure_from_a_table_worked_by_hand():
    """Four bands of the population; curves and imperfect curves make up 55 % of what the unit's activation expects.

    Bands with activation -1, 1, 2, 5 and populations 60, 30, 8, 2 give expected positive activation
    30 + 16 + 10 = 56. Curve: 0.1 x 30 + 0.5 x 16 + 0.9 x 10 = 20; imperfect: 0.2 x 30 + 0.3 x 16 + 0 = 10.8;
    together 30.8 / 56 = 55 %.
    """
    curve, imperfect = [0, 1, 5, 9], [1, 2, 3, 0]
    answers, activation, stratum, chance = [], [], [], []
    for band, (a, population) in enumerate([(-1.0, 60), (1.0, 30), (2.0, 8), (5.0, 2)]):
        labels = [2] * curve[band] + [1] * imperfect[band] + [0] * (10 - curve[band] - imperfect[band])
        answers += [labels, labels]  # two stimuli of each band, ten raters
        activation += [a, a]
        stratum += [band, band]
        chance += [2 / population] * 2
    made = figures(sample_of(answers, activation, stratum, chance))
    shares = [made["share_of_expected_activation", label].value for label in LABELS]
    assert shares == pytest.approx([25.2 / 56, 10.8 / 56, 20 / 56])
    assert shares[1] + shares[2] == pytest.approx(0.55)
    # P(curve) = (0 + 0.1 x 30 + 0.5 x 8 + 0.9 x 2) / 100; its mean activation: 3 x 1 + 4 x 2 + 1.8 x 5 over 8.8
    assert made["probability_of_label", "curve"].value == pytest.approx(0.088)
    assert made["mean_activation", "curve"].value == pytest.approx(20 / 8.8)
    assert made["auroc_at_least", "curve"].value == pytest.approx(made["auroc", "curve"].value)
    assert {figure.target for figure in made.values()} == {"the population"}


def test_weighted_estimates_hit_the_population_where_naive_ones_miss_by_far():
    errors, naive_errors = [], []
    for seed in range(25):
        w = world(20_000, 8, 40, 5, 3, seed=seed, correlation=0.7)
        expected = truth(w)
        sample = join(w.judgements, w.stimuli)
        top, a = sample.shares[:, -1], sample.activation
        for weight, into in ((sample.weight, errors), (np.ones_like(sample.weight), naive_errors)):
            d = weight[None]
            got = {
                "probability_of_label": mean(top, d)[0],
                "auroc": label_auroc(a, top, d)[0],
                "share_of_expected_activation": expected_activation_share(a, top, d)[0],
                "mean_activation": mean_activation(a, top, d)[0],
            }
            into.append([got[name] - value for name, value in expected.items()])
    bias, naive = np.mean(errors, axis=0), np.mean(naive_errors, axis=0)
    standard_error = np.std(errors, axis=0) / 5
    assert (np.abs(bias) < 3 * standard_error + 0.003).all(), bias
    assert (np.abs(naive) > [0.2, 0.02, 0.2, 1.0]).all(), naive


shares = st.lists(
    st.tuples(st.lists(st.integers(0, 2), min_size=1, max_size=4), st.integers(-3, 6), st.integers(1, 9)),
    min_size=4,
    max_size=12,
)


@given(shares)
def test_twice_the_stimuli_at_half_the_weight_are_the_same_population(rows):
    answers, activation, weight = zip(*rows, strict=True)
    once = figures(sample_of(answers, [float(a) for a in activation], chance=[1 / w for w in weight]))
    twice = figures(sample_of(answers * 2, [float(a) for a in activation] * 2, chance=[1 / w / 2 for w in weight] * 2))
    for key, figure in once.items():
        assert figure.value == pytest.approx(twice[key].value)
        assert figure.undefined == twice[key].undefined


def test_labels_never_or_always_given_and_a_constant_unit_give_the_reason():
    made = figures(sample_of([[2, 2]] * 12, [0.0] * 12))
    assert made["auroc", "curve"].undefined == "always used"
    assert made["auroc_at_least", "imperfect"].undefined == "always used"
    assert made["auroc", "imperfect"].undefined == "never used"
    assert made["mean_activation", "imperfect"].undefined == "never used"
    assert made["spearman", None].undefined == "constant"
    assert made["share_of_expected_activation", "curve"].undefined == "no activation above zero"
    never = made["probability_of_label", "imperfect"]
    assert (never.value, never.low) == (0, 0)
    assert never.high == pytest.approx(0.2425, abs=5e-4)  # Wilson, 0 of 12


def test_nominal_labels_have_no_order():
    made = figures(sample_of([[0, 1], [1, 2], [2, 2]], [1.0, 2.0, 3.0], scale="nominal"))
    assert ("spearman", None) not in made
    assert not [name for name, _ in made if name == "auroc_at_least"]


def test_curves_over_the_strata():
    answers = [[0, 0], [0, 1], [1, 2], [2, 2], [2, 2], [2, 2]]
    sample = sample_of(answers, [-1.0, 0.0, 2.0, 3.0, 5.0, 6.0], stratum=[0, 0, 1, 1, 2, 2])
    drawn = curves(sample, sample.activation, resampling(sample))
    curve = [point for point in drawn["label_given_activation"] if point.label == "curve"]
    assert [(p.activation_low, p.activation_high) for p in curve] == [(-1, 1), (1, 4), (4, 6)]
    assert [p.value for p in curve] == [0, 0.75, 1]
    assert [p.n_stimuli for p in curve] == [2, 2, 2]
    assert all(p.low <= p.value <= p.high and p.high - p.low > 0.05 for p in curve)
    assert curve[1].activation == 2.5
    contributions = drawn["label_contribution"]
    assert sum(p.value for p in contributions) == pytest.approx(1)
    assert sum(p.value for p in contributions if p.label == "curve") == pytest.approx(
        figures(sample)["share_of_expected_activation", "curve"].value
    )
    for label in LABELS:
        density = [p for p in drawn["activation_given_label"] if p.label == label]
        assert sum(p.value * (p.activation_high - p.activation_low) for p in density) == pytest.approx(1)


def test_a_curve_of_a_label_never_given_has_no_density():
    sample = sample_of([[0, 2]] * 8, np.linspace(-3, -1, 8))
    drawn = curves(sample, sample.activation, resampling(sample))
    assert {p.value for p in drawn["activation_given_label"] if p.label == "imperfect"} == {None}
    assert {p.value for p in drawn["label_contribution"]} == {None}


def test_strata_that_are_no_bands_of_activation_are_no_bins():
    bins = activation_bins(np.arange(40.0), np.arange(40) % 2)
    assert len(bins.edges) == 11
    constant = activation_bins(np.zeros(5), np.zeros(5, dtype=int))
    assert constant.edges.tolist() == [0, 0]


def test_judgements_of_one_stimulus_count_as_one_where_they_all_agree():
    agreed = np.array([1.0, 0.0] * 10)
    assert effective_trials(agreed, np.ones(20), 100) == pytest.approx(19)
    assert effective_trials(np.full(20, 0.5), np.ones(20), 100) == 100
    assert effective_trials(np.ones(20), np.ones(20), 100) == pytest.approx(20)


def test_intervals_cover_the_population():
    """Over 600 worlds the 95 % intervals covered 0.91 to 0.95; 120 leave three standard errors to chance."""
    names, covered = ("probability_of_label", "auroc", "share_of_expected_activation", "mean_activation"), []
    for seed in range(120):
        w = world(4_000, 6, 40, 4, 3, seed=seed)
        sample = join(w.judgements, w.stimuli)
        made = {(f.name, f.label): f for f in detection(sample, sample.activation, resampling(sample, 300, seed))}
        top = [made[name, "category 3"] for name in names]
        covered.append([f.low <= value <= f.high for f, value in zip(top, truth(w).values(), strict=True)])
    rates = np.mean(covered, axis=0)
    assert (rates > 0.85).all(), dict(zip(names, rates, strict=True))
