import numpy as np
import pytest
from scipy import sparse

from analysis.intervals import (
    Groups,
    Resampling,
    logit_interval,
    percentile_interval,
    proportion_interval,
    rao_wu_factors,
    rater_multiplicities,
    wilson,
)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_digits(k, n, low, high):
    """Newcombe 1998, table I, method 3."""
    assert wilson(k / n, n) == pytest.approx((low, high), abs=5e-5)


def test_rao_wu_keeps_each_stratum_and_gives_the_textbook_variance_of_a_mean():
    """The variance of a stratified mean is sum W_h^2 s_h^2 / n_h (Cochran 1977, 5.3), for which Rao and Wu scale."""
    rng = np.random.default_rng(1)
    stratum = np.repeat([0, 1, 2], [3, 6, 12])
    y = rng.normal(size=21) + stratum
    factors = rao_wu_factors(stratum, 40_000, rng)
    for h in range(3):
        rows = stratum == h
        assert factors[:, rows].sum(axis=1) == pytest.approx(np.full(40_000, rows.sum()))
        exact = y[rows].var(ddof=1) / rows.sum()
        assert (factors[:, rows] @ y[rows] / rows.sum()).var() == pytest.approx(exact, rel=0.05)


def test_many_stimuli_are_drawn_in_another_way_to_the_same_effect():
    rng = np.random.default_rng(1)
    stratum = np.repeat([1, 0, 1], [600, 700, 500])
    y = rng.normal(size=1800) * (1 + stratum)
    factors = rao_wu_factors(stratum, 20_000, rng)
    assert factors.min() == 0
    for h in range(2):
        rows = stratum == h
        assert factors[:, rows].sum(axis=1) == pytest.approx(np.full(20_000, rows.sum()))
        exact = y[rows].var(ddof=1) / rows.sum()
        assert (factors[:, rows] @ y[rows] / rows.sum()).var() == pytest.approx(exact, rel=0.05)


def test_a_lone_stimulus_keeps_its_weight():
    assert rao_wu_factors(np.array([0]), 5, np.random.default_rng(0)).tolist() == [[1.0]] * 5


def test_as_many_raters_are_drawn_as_there_are():
    drawn = rater_multiplicities(4, 100, np.random.default_rng(0))
    assert (drawn.sum(axis=1) == 4).all()


def test_percentiles_leave_undefined_replicates_out_unless_they_are_the_most():
    replicates = np.linspace(0, 1, 1001)
    assert percentile_interval(replicates) == pytest.approx((0.025, 0.975))
    half = np.concatenate([replicates, np.full(1001, np.nan)])
    assert percentile_interval(half) == pytest.approx((0.025, 0.975))
    assert percentile_interval(np.append(half, np.nan)) is None


def test_no_interval_of_no_width():
    assert percentile_interval(np.full(100, 0.3)) is None
    assert percentile_interval(np.zeros(100)) is None


def test_a_logit_interval_stays_inside_and_is_symmetric_on_the_logit_scale():
    replicates = np.random.default_rng(0).normal(0.95, 0.04, 2000)
    low, high = logit_interval(0.95, replicates)
    assert 0 < low < 0.95 < high < 1
    logit = [np.log(p / (1 - p)) for p in (low, 0.95, high)]
    assert logit[1] - logit[0] == pytest.approx(logit[2] - logit[1])
    wide = logit_interval(1e-9, np.array([0.0, 1.0]))
    assert np.isfinite(wide).all()


def test_a_proportion_at_the_edge_gets_wilsons_interval_where_it_rests_on_something():
    assert proportion_interval(0.0, np.zeros(9), 20) == pytest.approx((0, 0.1611), abs=5e-5)
    assert proportion_interval(1.0 - 1e-16, np.ones(9), 20) == pytest.approx((1 - 0.1611, 1), abs=5e-5)
    assert proportion_interval(1.0, np.ones(9), 0) is None


def test_chunks_change_nothing(monkeypatch):
    draws = Resampling(np.ones(20), np.zeros(20, dtype=int), 3, 50, seed=4)
    whole = draws.both(lambda weight, raters: weight.sum(axis=1) + raters[:, 0])
    monkeypatch.setattr("analysis.intervals._CELLS", 60)
    assert draws.both(lambda weight, raters: weight.sum(axis=1) + raters[:, 0]).tolist() == whole.tolist()


def test_totals_are_of_the_sample_and_then_of_the_very_replicates_that_others_see():
    weight = np.arange(1.0, 13.0)
    draws = Resampling(weight, np.repeat([0, 1], 6), 3, 230, seed=4)
    columns = np.random.default_rng(0).normal(size=(12, 2))
    totals = draws.totals(columns)
    assert totals[0] == pytest.approx(weight @ columns)
    assert totals[1:] == pytest.approx(draws.stimuli(lambda w: w @ columns))
    assert draws.totals(sparse.csr_array(columns)) == pytest.approx(totals)


def test_fewer_replicates_are_the_first_of_many():
    few, many = (Resampling(np.ones(9), np.zeros(9, dtype=int), 3, n, seed=4) for n in (100, 300))
    columns = np.eye(9)
    assert (few.totals(columns) == many.totals(columns)[:101]).all()


def test_very_many_stimuli_are_drawn_in_random_groups_to_the_same_effect():
    rng = np.random.default_rng(3)
    stratum = np.repeat([0, 1], [2500, 60])
    y = np.stack([rng.exponential(size=2560) + stratum, np.ones(2560), 1.0 - stratum], axis=1)
    draws = Resampling(1.0 + stratum, stratum, 3, 4000, seed=1)
    totals = draws.totals(y)
    assert totals[0] == pytest.approx((1.0 + stratum) @ y)
    assert totals[1:] == pytest.approx(draws.stimuli(lambda w: w @ y))
    assert totals[:, 1:] == pytest.approx(np.tile([2500 + 120, 2500], (4001, 1)))  # strata keep their weight
    exact = 2500 * y[:2500, 0].var(ddof=1) + 4 * 60 * y[2500:, 0].var(ddof=1)
    assert totals[1:, 0].var() == pytest.approx(exact, rel=0.12)


def test_random_groups_hold_what_the_stratum_has_and_are_almost_equal():
    stratum = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [5, 4321, 1999]))
    groups = Groups.random(stratum, np.random.default_rng(0))
    assert (groups.stratum[groups.of] == stratum).all()
    assert np.bincount(groups.stratum).tolist() == [5, 1000, 1999]
    assert set(groups.sizes[groups.stratum == 1].tolist()) == {4, 5}
    assert groups.sizes.sum() == len(stratum)
