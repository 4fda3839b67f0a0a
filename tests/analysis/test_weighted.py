import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.weighted import Ranking, auroc, aurocs, average_precision, best_threshold, binary_kappa, mean, spearman

columns = st.lists(st.tuples(*[st.integers(0, 4)] * 2, st.integers(0, 3)), min_size=3, max_size=25).map(np.array)


def row(values):
    return np.atleast_2d(np.asarray(values, dtype=float))


def test_auroc_of_hanley_and_mcneil_1982():
    """Table I: 58 normal and 51 abnormal images rated 1 to 5; the trapezoid's area is 0.893."""
    rating = np.arange(1.0, 6)
    normal, abnormal = row([33, 6, 6, 11, 2]), row([3, 2, 2, 11, 33])
    assert auroc(rating, abnormal, normal)[0] == pytest.approx(0.893, abs=5e-4)


def test_kappa_of_sim_and_wright_2005():
    """Table 1: two clinicians on 39 patients, 22 and 11 alike, 2 and 4 not; kappa 0.67."""
    x, y = (np.repeat(side, [22, 2, 4, 11]) for side in ([True, True, False, False], [True, False, True, False]))
    assert binary_kappa(x, y, row(np.ones(39)))[0] == pytest.approx(0.67, abs=5e-3)


@given(columns)
def test_weights_count_copies(table):
    """A weight of k is k copies: scipy on the copies agrees."""
    x, y, w = table.T
    copies_x, copies_y = np.repeat(x, w), np.repeat(y, w)
    rho = spearman(x * 1.0, y * 1.0, row(w))[0]
    if len(copies_x) < 2 or np.ptp(copies_x) == 0 or np.ptp(copies_y) == 0:
        assert np.isnan(rho)
    else:
        assert rho == pytest.approx(stats.spearmanr(copies_x, copies_y).statistic)


@given(columns)
def test_auroc_is_the_mann_whitney_statistic(table):
    x, y, w = table.T
    yes = np.repeat(x[y > 1], w[y > 1])
    no = np.repeat(x[y <= 1], w[y <= 1])
    area = auroc(x * 1.0, row(w * (y > 1)), row(w * (y <= 1)))[0]
    if len(yes) and len(no):
        assert area == pytest.approx(stats.mannwhitneyu(yes, no).statistic / len(yes) / len(no))
    else:
        assert np.isnan(area)


@given(columns)
def test_the_best_threshold_is_the_best_of_all(table):
    x, y, w = table.T
    said, weight = y > 1, w + 1.0
    cut, upward = best_threshold(x * 1.0, said, weight)
    reached = binary_kappa((x > cut) == upward, said, row(weight))[0]
    if said.all() or not said.any():
        assert (((x > cut) == upward) == said).all()
    else:
        tried = [binary_kappa((x > c) == up, said, row(weight))[0] for c in range(5) for up in (True, False)]
        assert reached == pytest.approx(max(0.0, *tried))


def test_a_mean_without_weight_is_undefined():
    assert np.isnan(mean(np.ones(3), np.zeros((1, 3)))).all()


def test_average_precision_of_the_documentation_of_scikit_learn():
    """sklearn.metrics.average_precision_score: [0, 0, 1, 1] scored 0.1, 0.4, 0.35, 0.8 has 0.83."""
    got = average_precision(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0, 1, 1]), np.ones(4))
    assert round(got.value, 2) == 0.83


@given(columns)
def test_average_precision_is_the_sum_over_distinct_scores(table):
    x, share, w = table.T
    share = share / 4
    steps, before, total = [], 0.0, w @ share
    for cut in np.unique(x)[::-1]:
        top = x >= cut
        recall = w[top] @ share[top] / total if total else np.nan
        steps.append((recall - before) * (w[top] @ share[top] / max(w[top].sum(), 1)))
        before = recall
    if (w > 0).all():
        got = average_precision(x * 1.0, share, w * 1.0)
        assert got.value == pytest.approx(sum(steps), nan_ok=True)
        one = np.eye(len(w))[0] * 1e-5
        up, down = (average_precision(x * 1.0, share, w + step).value for step in (one, -one))
        assert got.influence[0] == pytest.approx((up - down) / 2e-5, abs=1e-6) or not total


@given(columns)
def test_aurocs_of_many_labels_are_those_of_each(table):
    x, y, w = table.T
    share, weight = np.stack([y / 4, 1 - y / 4, y > 1], axis=1).astype(float), row(w)
    got = aurocs(share, weight, Ranking.of(x * 1.0).midranks(weight))[0]
    wanted = [auroc(x * 1.0, weight * p, weight * (1 - p))[0] for p in share.T]
    assert got == pytest.approx(wanted, nan_ok=True, abs=1e-6)


@given(columns)
def test_midranks_count_what_is_below_and_half_of_what_is_level(table):
    x, _, w = table.T
    ranks = Ranking.of(x * 1.0).midranks(row(w))[0]
    assert ranks == pytest.approx((x[:, None] > x) @ w + 0.5 * (x[:, None] == x) @ w)


def test_a_threshold_fitted_to_shares_weighs_them():
    """Above 1 lie shares of 0.9 and 0.8, below 0.1 and 0.2: kappa is 2 (0.425 - 0.25) / 0.5 = 0.7."""
    assert best_threshold(np.arange(4.0), np.array([0.1, 0.2, 0.8, 0.9]), np.ones(4)) == (1.0, True)
    assert best_threshold(np.arange(4.0), np.array([0.9, 0.8, 0.2, 0.1]), np.ones(4)) == (1.0, False)
