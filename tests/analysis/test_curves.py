import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from juries import LABELS, Population, resampling, sample_of

from analysis.curves import activation_bins, curves, effective_trials, revealed_curve
from analysis.intervals import wilson
from analysis.judgements import Judgements, Stimuli
from analysis.sample import join
from analysis.unit_statistics import UnitStatistics

BINNED = (
    "label_given_activation",
    "label_and_activation",
    "activation_given_label",
    "activation_given_label_cumulative",
    "label_contribution",
)


def drawn(sample, n_replicates=200):
    return curves(sample, sample.activation, resampling(sample, n_replicates))


def of(points, label):
    return [point for point in points if point.label == label]


def test_curves_over_the_strata():
    answers = [[0, 0], [0, 1], [1, 2], [2, 2], [2, 2], [2, 2]]
    sample = sample_of(answers, [-1.0, 0.0, 2.0, 3.0, 5.0, 6.0], stratum=[0, 0, 1, 1, 2, 2])
    made = drawn(sample)
    curve = of(made["label_given_activation"], "curve")
    assert [(p.activation_low, p.activation_high) for p in curve] == [(-1, 1), (1, 4), (4, 6)]
    assert [p.value for p in curve] == [0, 0.75, 1]
    assert [p.n_stimuli for p in curve] == [2, 2, 2]
    assert all(p.low <= p.value <= p.high and p.high - p.low > 0.05 for p in curve)
    assert curve[1].activation == 2.5
    below = of(made["activation_given_label_cumulative"], "curve")
    assert [p.value for p in below] == pytest.approx([0, 1.5 / 3.5, 1])
    assert below[-1].low is None  # all of it, whatever is drawn


def test_densities_integrate_to_1_and_contributions_sum_to_1():
    _, sample = Population(seed=3).draw(0)
    made = drawn(sample)
    contributions = made["label_contribution"]
    assert sum(p.value for p in contributions) == pytest.approx(1)
    unit = UnitStatistics.of(sample, sample.activation, 0)
    share = dict(zip(unit.keys, unit.values(sample.weight[None])[0], strict=True))
    for label in LABELS:
        assert sum(p.value for p in of(contributions, label)) == pytest.approx(
            share["share_of_expected_activation", label]
        )
        density = of(made["activation_given_label"], label)
        mass = np.cumsum([p.value * (p.activation_high - p.activation_low) for p in density])
        assert mass == pytest.approx([p.value for p in of(made["activation_given_label_cumulative"], label)])
        assert mass[-1] == pytest.approx(1)
    for name in BINNED:
        assert all(p.low <= p.value <= p.high for p in made[name] if p.low is not None)


def test_the_joint_density_is_the_share_of_the_population_in_the_bin_with_the_label():
    answers = [[0, 0], [0, 1], [1, 2], [2, 2], [2, 2], [2, 2]]
    chance = [0.1, 0.1, 0.5, 0.5, 1.0, 1.0]
    sample = sample_of(answers, [-1.0, 0.0, 2.0, 3.0, 5.0, 6.0], [0, 0, 1, 1, 2, 2], chance)
    made = drawn(sample)["label_and_activation"]
    assert [p.value for p in of(made, "unrelated")] == pytest.approx([15 / 26 / 2, 0, 0])
    assert [p.value for p in of(made, "curve")] == pytest.approx([0, 3 / 26 / 3, 2 / 26 / 2])
    lowest, _, highest = of(made, "curve")
    none, all_ = wilson(0.0, 2), wilson(1.0, 2)  # of the two stimuli in the bin
    assert (lowest.low, lowest.high) == pytest.approx((0, none[1] * 20 / 26 / 2))
    assert (highest.low, highest.high) == pytest.approx((all_[0] * 2 / 26 / 2, 2 / 26 / 2))
    _, sample = Population(seed=3).draw(0)
    made = drawn(sample)
    joint, given = (made[name] for name in ("label_and_activation", "label_given_activation"))
    assert sum(p.value * (p.activation_high - p.activation_low) for p in joint) == pytest.approx(1)
    in_bin = np.bincount(sample.stratum, sample.weight) / sample.weight.sum()
    for label in LABELS:
        for one, other, share in zip(of(joint, label), of(given, label), in_bin, strict=True):
            assert one.value * (one.activation_high - one.activation_low) == pytest.approx(share * other.value)


def both_ways(rows, activation, **more):
    """Judgements from stimulus, rater, label, condition and occasion; the table of stimuli; and the sample."""
    stimulus, rater, label, condition, occasion = zip(*rows, strict=True)
    judgements = Judgements.from_columns(
        stimulus, rater, label, categories=LABELS, scale="ordinal", condition=condition, occasion=occasion
    )
    stimuli = Stimuli.from_columns(list(activation), list(activation.values()), **more)
    return judgements, stimuli, join(judgements, stimuli)


def test_what_was_said_with_the_activation_shown_is_in_the_bins_of_what_was_said_blind():
    activation = {"a": 0.0, "b": 1.0, "c": 5.0, "d": 6.0, "e": 0.4, "f": 9.0}
    rows = [(name, rater, "unrelated", "blind", 1) for name in "abcd" for rater in ("r", "q")]
    rows += [
        ("a", "r", "curve", "revealed", 1),
        ("a", "r", "unrelated", "revealed", 2),  # a second look
        ("b", "q", "curve", "revealed", 2),
        ("b", "r", "unrelated", "revealed", 1),
        ("e", "r", "unrelated", "revealed", 1),  # nobody judged it blind
        ("e", "q", "unrelated", "feedback", 1),
    ]
    chance = [0.5, 0.5, 1.0, 1.0, 0.1, 1.0]
    judgements, stimuli, sample = both_ways(rows, activation, stratum=[0, 0, 1, 1, 0, 1], inclusion_probability=chance)
    made = revealed_curve(judgements, stimuli, sample)
    assert [point.label for point in made] == list(LABELS)  # the upper bin has none
    assert [point.value for point in made] == pytest.approx([11 / 14, 0, 3 / 14])
    first = drawn(sample)["label_given_activation"][0]
    for point in made:
        assert (point.activation_low, point.activation_high) == (first.activation_low, first.activation_high)
        assert point.n_stimuli == 3
        assert point.low <= point.value <= point.high
    assert made[0].activation == pytest.approx((0 * 2 + 1 * 2 + 0.4 * 10) / 14)


def test_revealed_stimuli_without_an_activation_are_passed_over():
    rows = [(name, "r", "curve", "blind", 1) for name in "ab"] + [("x", "r", "curve", "revealed", 1)]
    judgements, stimuli, sample = both_ways(rows, {"a": 0.0, "b": 1.0})
    assert revealed_curve(judgements, stimuli, sample) == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.integers(1, 5))
def test_a_stimulus_falls_into_its_own_bin_again(values, bands):
    activation = np.array(values)
    stratum = np.unique((activation // 3).astype(int) % bands, return_inverse=True)[1]
    for parts in (stratum, np.searchsorted(np.quantile(activation, np.linspace(0.2, 0.8, bands)), activation)):
        bins = activation_bins(activation, np.unique(parts, return_inverse=True)[1])
        assert bins.holding(activation).member.tolist() == bins.member.tolist()


def test_a_label_never_given_has_no_density():
    made = drawn(sample_of([[0, 2]] * 8, np.linspace(-3, -1, 8)))
    assert {p.value for p in of(made["activation_given_label"], "imperfect")} == {None}
    assert {p.value for p in made["label_contribution"]} == {None}


def test_a_constant_activation_has_one_bin():
    made = drawn(sample_of([[0, 2]] * 8, [1.0] * 8))
    assert [p.value for p in made["label_given_activation"]] == [0.5, 0, 0.5]
    assert {p.value for p in made["activation_given_label"]} == {None}
    assert made["label_given_activation_smooth"] == ()


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


def test_numbers_have_a_mean_in_each_bin():
    activation = np.repeat([0.0, 1.0, 2.0, 3.0], 5)
    rng = np.random.default_rng(0)
    ratings = activation[:, None] * 10 + rng.normal(size=(20, 3))
    sample = sample_of(ratings.tolist(), activation + np.tile(np.arange(5) / 100, 4), np.repeat([0, 1, 2, 3], 5),
                       scale="interval")  # fmt: skip
    made = drawn(sample)
    assert set(made) == {"mean_given_activation"}
    points = made["mean_given_activation"]
    assert {p.label for p in points} == {"mean"}
    assert [p.value for p in points] == pytest.approx(ratings.reshape(4, 15).mean(axis=1).tolist())
    assert all(p.low < p.value < p.high for p in points)


def test_intervals_cover_the_share_in_each_band_of_the_population():
    """Over 500 samples they covered 0.93 to 1; where a band was taken whole they are wider than need be."""
    population, covered = Population(seed=4), []
    rows = np.arange(len(population.activation))
    for seed in range(25):
        _, sample = population.draw(seed)
        bins = activation_bins(sample.activation, sample.stratum)
        band = np.searchsorted(bins.edges[1:-1], population.activation[rows])
        given = (population.labels == 2).mean(axis=1)
        truth = np.bincount(band, given) / np.bincount(band)
        points = of(drawn(sample, 2)["label_given_activation"], "curve")
        covered.append([p.low <= t <= p.high for p, t in zip(points, truth, strict=True)])
    assert (np.mean(covered, axis=0) >= 0.76).all()


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_very_few_stimuli_have_curves(scale, n):
    made = drawn(sample_of([[0, 2], [1, 1], [2, 0]][:n], [0.5, -1.0, 2.0][:n], scale=scale))
    assert all(p.value is None or np.isfinite(p.value) for points in made.values() for p in points)
