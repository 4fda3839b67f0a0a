import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.weighted import auroc, best_threshold, binary_kappa, mean, spearman

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
