import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.concordance import kendall_tau_b

columns = st.lists(st.tuples(*[st.integers(0, 5)] * 2, st.integers(0, 3)), min_size=2, max_size=30).map(np.array)


def tau(x, y, weight=None):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return kendall_tau_b(x, y, np.ones(len(x)) if weight is None else np.asarray(weight, dtype=float)).value


def test_the_documentation_of_scipy():
    """scipy.stats.kendalltau: [12, 2, 1, 12, 2] and [1, 4, 7, 1, 0] have tau-b -0.47140452079103173."""
    assert tau([12, 2, 1, 12, 2], [1, 4, 7, 1, 0]) == pytest.approx(-0.47140452079103173, abs=1e-15)


def test_kendalls_own_example_of_ties():
    """Kendall 1970, chapter 3: S = 33, and 41 and 36 pairs are untied; tau-b is 0.859."""
    x = [1, 2.5, 2.5, 4.5, 4.5, 6.5, 6.5, 8, 9.5, 9.5]
    y = [1, 2, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10]
    assert tau(x, y) == pytest.approx(33 / np.sqrt(41 * 36))
    assert round(tau(x, y), 3) == 0.859


@given(columns)
def test_weights_count_pairs(table):
    x, y, w = table.T * 1.0
    signs = np.sign(x[:, None] - x) * np.sign(y[:, None] - y)
    apart = [w @ (z[:, None] != z) @ w for z in (x, y)]
    wanted = w @ signs @ w / np.sqrt(apart[0] * apart[1]) if min(apart) > 0 else np.nan
    assert tau(x, y, w) == pytest.approx(wanted, nan_ok=True)
    copies = [np.repeat(z, w.astype(int)) for z in (x, y)]
    if min(apart) > 0:
        assert tau(x, y, w) == pytest.approx(stats.kendalltau(*copies).statistic)


@given(columns)
def test_the_influence_is_the_derivative(table):
    x, y, w = table.T * 1.0
    w += 1
    got = kendall_tau_b(x, y, w)
    if np.isfinite(got.value):
        step = np.zeros(len(w))
        step[0] = 1e-5
        change = (tau(x, y, w + step) - tau(x, y, w - step)) / 2e-5
        assert got.influence[0] == pytest.approx(change, abs=1e-6)
        assert w @ got.influence == pytest.approx(0, abs=1e-9)


def test_many_items():
    rng = np.random.default_rng(0)
    x = rng.normal(size=3000)
    y = np.round(x + rng.normal(size=3000), 1)
    assert tau(x, y) == pytest.approx(stats.kendalltau(x, y).statistic)


def test_a_constant_has_no_order():
    assert np.isnan(tau([1, 1, 1], [1, 2, 3]))
