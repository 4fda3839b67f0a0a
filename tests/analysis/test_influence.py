import numpy as np
import pytest
from scipy import stats

from analysis import influence, weighted
from analysis.intervals import Resampling

RNG = np.random.default_rng


def data(seed=0, n=120, n_groups=3):
    rng = RNG(seed)
    x = rng.integers(0, 5, n).astype(float)
    y = x + rng.normal(scale=2, size=n).round(1)
    return x, y, rng.uniform(0.5, 5, n), rng.integers(0, n_groups, n)


@pytest.mark.parametrize(
    ("grouped", "single"),
    [
        (influence.spearman, lambda x, y, w: weighted.spearman(x, y, w)),
        (
            lambda x, y, *rest: influence.kappa(x > 1.5, y > 2, *rest),
            lambda x, y, w: weighted.binary_kappa(x > 1.5, y > 2, w),
        ),
        (lambda x, y, *rest: influence.mean(x * y, *rest), lambda x, y, w: weighted.mean(x * y, w)),
    ],
)
def test_values_are_those_of_each_group_alone_and_influences_are_derivatives(grouped, single):
    x, y, weight, group = data()
    made = grouped(x, y, weight, group, 3)
    for g in range(3):
        rows = np.flatnonzero(group == g)
        assert made.value[g] == pytest.approx(single(x[rows], y[rows], weight[None, rows])[0], abs=1e-12)
        bumps = 1e-6 * np.eye(len(rows))
        up, down = (single(x[rows], y[rows], weight[rows] + sign * bumps) for sign in (1, -1))
        assert made.influence[rows] == pytest.approx((up - down) / 2e-6, abs=1e-8)
        assert weight[rows] @ made.influence[rows] == pytest.approx(0, abs=1e-12)


def test_unweighted_spearman_is_scipys():
    x, y, _, _ = data(3)
    made = influence.spearman(x, y, np.ones(120), np.zeros(120, dtype=int), 1)
    assert made.value[0] == pytest.approx(stats.spearmanr(x, y).statistic)


def test_what_is_constant_or_absent_is_undefined_without_a_warning():
    group = np.array([0, 0, 0, 2, 2, 2])
    x, y, weight = np.array([1.0, 1, 1, 1, 2, 3]), np.arange(6.0), np.ones(6)
    made = influence.spearman(x, y, weight, group, 3)
    assert np.isnan(made.value).tolist() == [True, True, False]
    assert made.influence[:3].tolist() == [0, 0, 0]
    same = influence.kappa(np.ones(6, dtype=bool), np.ones(6, dtype=bool), weight, group, 3)
    assert np.isnan(same.value).all()
    nothing = influence.spearman(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, dtype=int), 1)
    assert np.isnan(nothing.value).all()
    assert np.isnan(influence.mean(np.zeros(0), np.zeros(0), np.zeros(0, dtype=int), 1).value).all()


def test_in_one_stratum_the_spread_of_a_mean_is_that_of_the_t_test():
    x = RNG(1).normal(size=(2, 30))
    group, zeros = np.repeat([0, 1], 30), np.zeros(60, dtype=int)
    made = influence.mean(x.ravel(), np.ones(60), group, 2)
    error, df = influence.spread(made.influence, zeros, group, 2)
    assert error == pytest.approx(x.std(axis=1, ddof=1) / np.sqrt(30))
    assert df == pytest.approx([29, 29])
    low, high = stats.ttest_1samp(x[0], 0).confidence_interval()
    assert influence.t_interval(made.value[0], error[0], df[0]) == pytest.approx((low, high))


def test_the_spread_is_that_of_the_rao_wu_bootstrap():
    x, y, weight, _ = data(5, n=240)
    stratum = np.repeat(np.arange(6), 40)
    group = np.zeros(240, dtype=int)
    made = influence.spearman(x, y, weight, group, 1)
    error, _ = influence.spread(weight * made.influence, stratum, group, 1)
    draws = Resampling(weight, stratum, 1, 4000, 0).stimuli(lambda w: weighted.spearman(x, y, w))
    assert error[0] == pytest.approx(draws.std(), rel=0.06)


def test_satterthwaite_sees_the_stratum_that_stands_for_most():
    u = RNG(2).normal(size=40) * np.repeat([1, 100], 20)
    _, df = influence.spread(u, np.repeat([0, 1], 20), np.zeros(40, dtype=int), 1)
    assert df[0] == pytest.approx(19, abs=0.1)


def test_a_lone_row_counts_with_its_whole_deviation():
    error, df = influence.spread(np.array([3.0]), np.array([0]), np.array([0]), 1)
    assert (error[0], df[0]) == (3, 1)


def test_intervals_stay_where_they_belong():
    assert influence.fisher_interval(1.0, 0.1, 10) is None
    assert influence.fisher_interval(0.5, 0.0, 10) is None
    low, high = influence.fisher_interval(0.9, 0.2, 10)
    assert -1 < low < 0.9 < high < 1
    low, high = influence.logit_interval(0.9, 0.2, 10)
    assert 0 < low < 0.9 < high < 1
    half = stats.t.ppf(0.975, 10) * 0.2 / 0.09
    assert low == pytest.approx(1 / (1 + np.exp(-(np.log(9) - half))))
    assert influence.logit_interval(1.0, 0.1, 10) is None
