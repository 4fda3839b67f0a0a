import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.components import OCCASION, RATER, REST, STIMULUS, Crossed
from analysis.estimates import LOGIT, Repeats, bounded, estimate, log_above
from analysis.intervals import Resampling

LOG = log_above(1.0, 0.0)


def crossed(table):
    """From a table of stimuli by raters, NaN for a gap; or of stimuli by raters by scores."""
    table = np.asarray(table, dtype=np.float64)
    table = table[..., None] if table.ndim == 2 else table
    item, rater = np.nonzero(~np.isnan(table[..., 0]))
    return Crossed(item, rater, table[item, rater], table.shape[0], table.shape[1])


def analysis_of_variance(table):
    n, r = table.shape
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    of_rest = (rest**2).sum() / (n - 1) / (r - 1)
    of_stimuli, of_raters = r * table.mean(axis=1).var(ddof=1), n * table.mean(axis=0).var(ddof=1)
    return [(of_stimuli - of_rest) / r, (of_raters - of_rest) / n, of_rest]


def over_pairs(one, weight):
    """The components of the first score, pair by pair."""
    m = np.bincount(one.item)
    sums = {"one stimulus": [0.0, 0.0], "one rater": [0.0, 0.0], "two of both": [0.0, 0.0]}
    for a in range(len(one.item)):
        for b in range(len(one.item)):
            i, j = one.item[a], one.item[b]
            if a == b:
                continue
            if i == j:
                kind, pair = "one stimulus", weight[i] / m[i] / (m[i] - 1)
            else:
                kind = "one rater" if one.rater[a] == one.rater[b] else "two of both"
                pair = weight[i] * weight[j] / m[i] / m[j]
            sums[kind][0] += pair * (one.scores[a, 0] - one.scores[b, 0]) ** 2 / 2
            sums[kind][1] += pair
    stimulus, rater, both = (total / pairs for total, pairs in sums.values())
    return [both - stimulus, both - rater, stimulus + rater - both]


def gappy(seed, n=14, r=5, share=0.6):
    rng = np.random.default_rng(seed)
    table = 40 + 3 * rng.normal(size=(n, r)) + 4 * rng.normal(size=(n, 1)) + rng.normal(size=r)
    table[rng.random((n, r)) > share] = np.nan
    table[:, 0] = np.where(np.isnan(table).all(axis=1), 40.0, table[:, 0])
    return table


@given(st.integers(2, 7), st.integers(2, 6), st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_a_complete_table_gives_the_analysis_of_variance(n, r, seed):
    table = np.random.default_rng(seed).normal(size=(n, r))
    found = crossed(table)(np.ones((1, n)))[0, :, 0]
    assert found[[STIMULUS, RATER, REST]] == pytest.approx(analysis_of_variance(table), abs=1e-10)
    assert np.isnan(found[OCCASION])


def test_indicators_give_it_too():
    table = np.random.default_rng(3).integers(0, 2, (9, 4)).astype(float)
    assert crossed(table)(np.ones((1, 9)))[0, :3, 0] == pytest.approx(analysis_of_variance(table))


@pytest.mark.parametrize("seed", range(5))
def test_weights_and_gaps_are_means_over_pairs(seed):
    one, weight = crossed(gappy(seed)), np.random.default_rng(seed).random((2, 14)) + 0.1
    found = one(weight)
    for row in (0, 1):
        assert found[row, :3, 0] == pytest.approx(over_pairs(one, weight[row]), rel=1e-9)


def test_a_stimulus_that_weighs_nothing_is_not_there():
    table, weight = gappy(1), np.ones(14)
    weight[3:5] = 0
    left = np.delete(table, [3, 4], axis=0)
    assert crossed(table)(weight[None])[0, :3] == pytest.approx(crossed(left)(np.ones((1, 12)))[0, :3])


@given(st.floats(-50, 50), st.floats(0.1, 20), st.integers(0, 100))
@settings(max_examples=30, deadline=None)
def test_units_of_the_scale_are_squared_and_its_origin_is_nothing(shift, factor, seed):
    table, weight = gappy(seed), np.ones((1, 14))
    plain, moved = crossed(table)(weight)[0, :3], crossed(shift + factor * table)(weight)[0, :3]
    assert moved == pytest.approx(factor**2 * plain, rel=1e-6, abs=1e-6 * factor**2)


def test_numbers_of_any_size_stay_finite():
    table = 1e99 * gappy(2)
    one = crossed(table)
    assert np.isfinite(one(np.ones((1, 14)))[0, :3]).all()
    found = estimate(one, Resampling(np.ones(14), np.zeros(14, dtype=np.int64), 5, 200, 1))
    assert found.raters_like_these(lambda v: v[..., REST, :], 0, LOG) is not None


def test_without_a_pair_there_is_no_component():
    nan = np.nan
    apart = crossed([[1, nan], [2, nan], [nan, 5], [nan, 6]])(np.ones((1, 4)))[0, :3, 0]
    assert np.isnan(apart[[STIMULUS, REST]]).all()
    assert apart[RATER] == pytest.approx(((4**2 + 5**2 + 3**2 + 4**2) / 8) - 0.5)


def test_the_share_of_one_raters_pairs():
    assert crossed(np.zeros((5, 4))).same_rater_share(np.ones(5)) == pytest.approx(1 / 4)


def test_many_raters_few_labels_each():
    rng = np.random.default_rng(0)
    n, r = 4000, 500
    item = np.repeat(np.arange(n), 5)
    rater = (item * 7 + np.tile(np.arange(5), n) * 91) % r
    values = rng.normal(size=n)[item] + 0.5 * rng.normal(size=r)[rater] + 0.7 * rng.normal(size=5 * n)
    found = Crossed(item, rater, values[:, None], n, r)(np.ones((1, n)))[0, :3, 0]
    assert found == pytest.approx([1.0, 0.25, 0.49], abs=0.08)


def test_how_panels_differ_is_what_a_jackknife_over_raters_finds():
    """Many stimuli, raters of very different taste, so that little is the doing of single judgements."""
    rng = np.random.default_rng(5)
    size = np.array([0.2, 0.4, 0.6, 0.9, 1.2, 1.6])
    table = rng.normal(size=(3000, 1)) + size * rng.normal(size=(3000, 6))
    weight = np.ones(3000)
    left = [crossed(np.delete(table, r, axis=1))(weight[None])[0, REST, 0] for r in range(6)]
    jackknife = 5 / 6 * ((np.array(left) - np.mean(left)) ** 2).sum()
    one = crossed(table)
    found = estimate(one, Resampling(weight, np.zeros(3000, dtype=np.int64), 6, 2, 0))
    assert found.among[0, REST, REST] * one.unit[0] ** 2 == pytest.approx(jackknife, rel=0.03)
    assert found.single[0, REST, REST] < 0.05 * found.among[0, REST, REST]


def test_strictness_has_the_interval_of_a_normal_sample():
    """With no noise and one answer per rater, v_rater's interval is that of a variance: (R - 1) s^2 / chi2."""
    level = np.array([0.0, 1.0, 3.0, 4.0, 7.0])
    table = np.random.default_rng(0).normal(size=(60, 1)) + level
    resampling = Resampling(np.ones(60), np.zeros(60, dtype=np.int64), 5, 20_000, 3)
    low, high = estimate(crossed(table), resampling).raters_like_these(lambda v: v[..., RATER, :], 0, LOG)
    one = crossed(table)
    s2 = level.var(ddof=1)
    assert low * one.unit[0] == pytest.approx(4 * s2 / 11.143, rel=0.05)
    assert high * one.unit[0] == pytest.approx(4 * s2 / 0.4844, rel=0.05)


def test_two_raters_do_not_speak_for_others():
    resampling = Resampling(np.ones(20), np.zeros(20, dtype=np.int64), 2, 50, 0)
    found = estimate(crossed(np.random.default_rng(0).normal(size=(20, 2))), resampling)
    assert found.like_these is None
    assert found.raters_like_these(lambda v: v[..., REST, :], 0, LOG) is None
    assert found.these_raters(lambda v: v[..., REST, :], 0) is not None


def test_the_occasion_is_half_the_mean_squared_difference():
    one = crossed(np.arange(12.0).reshape(4, 3))
    repeats = Repeats(np.array([0, 4, 11]), np.ones(3), np.array([[2.0], [0.5], [8.0]]))
    weight = np.array([1.0, 2.0, 3.0, 4.0])
    found = estimate(one, Resampling(weight, np.zeros(4, dtype=np.int64), 3, 10, 0), repeats)
    assert found.point[OCCASION, 0] * one.unit[0] == pytest.approx((2 + 2 * 0.5 + 4 * 8) / 7)


def test_links_come_back():
    shares = np.array([0.0, 1e-6, 0.3, 1.0])
    assert [LOGIT.back(x) for x in LOGIT.to(shares).tolist()] == pytest.approx(shares.tolist(), abs=1e-9)
    assert LOG.back(float(LOG.to(np.array([0.0]))[0])) == 0.0


@pytest.mark.parametrize("n_raters", [3, 5])
def test_an_interval_for_raters_like_these_knows_the_truth(n_raters):
    """Raters who differ in strictness and in how much taste they have; true share of the stimuli 1 / 1.6."""
    hits = 0
    for seed in range(40):
        rng = np.random.default_rng([seed, n_raters])
        taste = np.sqrt(rng.choice([0.2, 0.8], n_raters))
        table = rng.normal(size=(80, 1)) + np.sqrt(0.1) * rng.normal(size=n_raters)
        table = table + taste * rng.normal(size=(80, n_raters))
        found = estimate(crossed(table), Resampling(np.ones(80), np.zeros(80, dtype=np.int64), n_raters, 200, seed))
        low, high = found.raters_like_these(lambda v: v[..., STIMULUS, :] / v[..., :OCCASION, :].sum(axis=-2), 0, LOGIT)
        hits += low <= 1 / 1.6 <= high
    assert hits >= 34  # of 40, where 38 are expected


def test_a_variance_near_nothing_has_an_upper_end_of_the_size_of_its_error():
    error = 0.01
    link = log_above(0.0, error)
    at = float(link.to(np.array([0.0]))[0])
    assert link.back(at) == pytest.approx(0.0, abs=1e-9)
    assert link.back(at + 1.0) == pytest.approx(error * (np.e - 1), rel=1e-6)
    well_known = log_above(1.0, error)
    assert well_known.back(float(well_known.to(np.array([1.0]))[0]) + 0.5) == pytest.approx(np.exp(0.5), rel=1e-3)


def test_an_interval_is_cut_to_what_can_be_and_holds_its_value():
    assert bounded((-3.0, 9.0), 0.5, -1.0, 1.0) == (-1.0, 1.0)
    assert bounded((0.2, 0.4), 0.5, -1.0, 1.0) == (0.2, 0.5)
    assert bounded((-3.0, 0.4), -1.5, -1.0, 1.0) == (-1.5, 0.4)
    assert bounded((0.0, 0.0), 0.0, 0.0, 1.0) is None
    assert bounded(None, 0.0, 0.0, 1.0) is None


def test_raters_of_one_stimulus_each_are_part_of_the_rest():
    values = np.random.default_rng(0).normal(size=(15, 3)) + np.arange(15.0)[:, None]
    one = Crossed(np.repeat(np.arange(15), 3), np.arange(45), values.reshape(-1, 1), 15, 45)
    found = one(np.ones((1, 15)))[0, :, 0]
    within = values.var(axis=1, ddof=1).mean()
    assert one.nested
    assert found[[STIMULUS, RATER, REST]] == pytest.approx([values.mean(axis=1).var(ddof=1) - within / 3, 0.0, within])
