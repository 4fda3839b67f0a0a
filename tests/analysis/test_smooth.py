import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from juries import LABELS, Population, resampling, sample_of
from scipy import optimize

from analysis.smooth import RIDGE, TOP, Spline, in_top, isotonic, logistic, logistic_function, smooth_curves


def smooth(sample, n_replicates=200):
    return smooth_curves(sample, sample.activation, resampling(sample, n_replicates))


def of(points, label):
    return [point for point in points if point.label == label]


def test_the_spline_is_straight_beyond_its_knots_and_smooth_within():
    rng = np.random.default_rng(0)
    spline = Spline.over(rng.normal(size=200), rng.uniform(1, 9, size=200))
    low, high = spline.knots[0], spline.knots[-1]
    assert spline.transform.shape == (len(spline.knots), 5) == (5, 5)
    for outside in (low - np.arange(1.0, 4), high + np.arange(1.0, 4)):
        assert np.diff(spline.basis(outside), 2, axis=0) == pytest.approx(0, abs=1e-6)
    for knot in spline.knots:
        left, right = spline.basis(knot + np.array([-2e-4, -1e-4, 0])), spline.basis(knot + np.array([0, 1e-4, 2e-4]))
        assert np.diff(left, 2, axis=0) == pytest.approx(np.diff(right, 2, axis=0), abs=1e-8)


def test_the_basis_is_orthonormal_over_the_weighted_stimuli():
    rng = np.random.default_rng(1)
    activation, weight = rng.gumbel(size=100), rng.uniform(1, 300, size=100)
    basis = Spline.over(activation, weight).basis(activation)
    assert (basis.T * weight) @ basis / weight.sum() == pytest.approx(np.eye(5), abs=1e-9)


def test_two_activations_leave_a_line():
    spline = Spline.over(np.array([0.0, 0, 0, 1, 1]), np.ones(5))
    assert spline.transform.shape[1] == 2


def test_logistic_regression_is_the_best_of_the_penalised_likelihood():
    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(80), rng.normal(size=(80, 2))])
    share, weight = rng.integers(0, 5, size=80) / 4, rng.uniform(1, 50, size=80)
    w = weight / weight.mean()

    def loss(beta):
        eta = x @ beta
        return -w @ (share * eta - np.logaddexp(0, eta)) + RIDGE / 2 * beta @ beta

    wanted = optimize.minimize(loss, np.zeros(3), tol=1e-12).x
    assert logistic(x, share, weight)[0] == pytest.approx(wanted, abs=1e-4)


def test_coronary_disease_by_age_of_hosmer_and_lemeshow_1989(monkeypatch):
    """Table 3.2: 21 of 27 people of 55 and above have it, 22 of 73 below: coefficients -0.841 and 2.094."""
    monkeypatch.setattr("analysis.smooth.RIDGE", 0.0)
    x, share, people = np.array([[1.0, 1], [1, 0]]), np.array([21 / 27, 22 / 73]), np.array([27.0, 73])
    assert logistic(x, share, people)[0].round(3).tolist() == [-0.841, 2.094]


def test_a_label_on_one_side_only_has_a_finite_curve():
    made = smooth(sample_of([[0]] * 20 + [[2]] * 20, np.arange(40.0)))
    curve = of(made["label_given_activation_smooth"], "curve")
    assert curve[0].value < 0.05 < 0.95 < curve[-1].value
    assert all(0 <= p.low <= p.value <= p.high <= 1 for p in curve)
    assert all(p.value < 0.05 for p in of(made["label_given_activation_smooth"], "imperfect"))


def test_the_smooth_curve_follows_the_population():
    population = Population(seed=6)
    _, sample = population.draw(0, per_stratum=100)
    given = (population.labels == 2).mean(axis=1)
    points = of(smooth(sample)["label_given_activation_smooth"], "curve")
    assert len(points) == 50
    around = [np.abs(population.activation - point.activation) < 0.1 for point in points]
    dense = [(p, given[near].mean()) for p, near in zip(points, around, strict=True) if near.sum() > 200]
    assert len(dense) > 15
    assert np.mean([p.low < truth < p.high for p, truth in dense]) > 0.8
    assert all(p.low < p.value < p.high for p in points)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(1, 5)), min_size=2, max_size=15))
def test_the_isotonic_fit_is_monotone_and_keeps_the_mean(rows):
    activation, share, weight = np.array(rows, dtype=float).T
    share /= 4
    points = list(isotonic("a", activation, share, weight))
    levels = np.diff([p.value for p in points])
    assert (levels > -1e-12).all() or (levels < 1e-12).all()
    assert sum(p.n_stimuli for p in points) == len(rows)
    inside = [(activation >= p.activation_low) & (activation <= p.activation_high) for p in points]
    for p, rows_of in zip(points, inside, strict=True):
        assert p.value == pytest.approx(np.average(share[rows_of], weights=weight[rows_of]), abs=1e-9)


def test_a_label_that_falls_gets_a_falling_fit():
    points = list(isotonic("a", np.arange(4.0), np.array([1, 0.8, 0.9, 0]), np.ones(4)))
    assert [(p.value, p.n_stimuli) for p in points] == [(1, 1), (pytest.approx(0.85), 2), (0, 1)]


def test_the_top_is_a_share_of_the_population():
    activation, weight = np.array([5.0, 4, 3, 2, 2]), np.array([1.0, 9, 10, 40, 40])
    top = in_top(activation, weight)
    by_share = dict(zip(TOP, top.tolist(), strict=True))
    assert by_share[0.01] == [1, 0, 0, 0, 0]
    assert by_share[0.05] == [1, 4, 0, 0, 0]
    assert by_share[0.1] == [1, 9, 0, 0, 0]
    assert by_share[0.5] == pytest.approx([1, 9, 10, 15, 15])  # equal activations share what is left


def test_precision_at_top_of_a_table_by_hand():
    answers = [[2, 2], [2, 0], [0, 0], [0, 0], [0, 0]] * 2
    sample = sample_of(answers, [5.0, 4, 3, 2, 1] * 2)
    made = of(smooth(sample)["precision_at_top"], "curve")
    assert [p.value for p in made] == pytest.approx([1, 1, 1, 1, 1, 1.5 / 2.5])
    assert [p.activation_low for p in made] == [5, 5, 5, 5, 5, 3]
    assert 0 < made[0].low < made[0].high == 1


def test_precision_at_top_covers_the_population():
    """Over 240 samples of each of two designs it covered 0.92 to 0.99."""
    population, covered = Population(seed=7), []
    order = np.argsort(-population.activation)
    given = (population.labels == 2).mean(axis=1)
    truth = [given[order[: round(top * len(order))]].mean() for top in TOP]
    for seed in range(30):
        _, sample = population.draw(seed)
        points = of(smooth(sample, 100)["precision_at_top"], LABELS[2])
        covered.append([p.low <= t <= p.high for p, t in zip(points, truth, strict=True)])
    assert (np.mean(covered, axis=0) >= 0.8).all()


def test_the_logistic_function_does_not_overflow():
    assert logistic_function(np.array([-1e4, 0, 1e4])).tolist() == [0, 0.5, 1]
