"""The coefficients give the digits printed where they were published."""

import numpy as np
import pytest

from analysis.components import Crossed
from analysis.icc import coefficients, icc
from analysis.intervals import Resampling
from analysis.judgements import Judgements
from analysis.sample import join

# Shrout and Fleiss 1979, table 2: 6 targets by 4 judges; table 4 prints the coefficients.
SHROUT_FLEISS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
PRINTED = {"icc_1_1": 0.17, "icc_a_1": 0.29, "icc_c_1": 0.71, "icc_1_k": 0.44, "icc_a_k": 0.62, "icc_c_k": 0.91}
NAMES = tuple(PRINTED)


def values(table, weight=None):
    table = np.asarray(table, dtype=np.float64)
    item, rater = np.nonzero(~np.isnan(table))
    one = Crossed(item, rater, table[item, rater][:, None], *table.shape)
    weight = np.ones(len(table)) if weight is None else weight
    point = one(weight[None])[0]
    return {name: float(formula(point)[0]) for name, formula in coefficients(one, weight).named().items()}


def figures(table, scale="interval", categories=(), n_replicates=300):
    rows = [(f"s{i:03d}", f"r{r}", y) for (i, r), y in np.ndenumerate(np.asarray(table, dtype=object)) if y is not None]
    stimulus, rater, label = zip(*rows, strict=True)
    sample = join(Judgements.from_columns(stimulus, rater, label, categories=categories, scale=scale), None)
    return icc(sample, Resampling(sample.weight, sample.stratum, len(sample.raters), n_replicates, 1))


def mean_squares(table):
    n, k = table.shape
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    return (
        k * table.mean(axis=1).var(ddof=1),
        n * table.mean(axis=0).var(ddof=1),
        (rest**2).sum() / (n - 1) / (k - 1),
        table.var(axis=1, ddof=1).mean(),
    )


def textbook(table):
    """Shrout and Fleiss's own formulas, of mean squares."""
    n, k = table.shape
    b, j, e, w = mean_squares(table)
    return {
        "icc_1_1": (b - w) / (b + (k - 1) * w),
        "icc_a_1": (b - e) / (b + (k - 1) * e + k * (j - e) / n),
        "icc_c_1": (b - e) / (b + (k - 1) * e),
        "icc_1_k": (b - w) / b,
        "icc_a_k": (b - e) / (b + (j - e) / n),
        "icc_c_k": (b - e) / b,
    }


def test_shrout_and_fleiss():
    assert {name: round(value, 2) for name, value in values(SHROUT_FLEISS).items()} == PRINTED


@pytest.mark.parametrize("seed", range(5))
def test_complete_tables_give_the_formulas_of_mean_squares(seed):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(8, 5)) + rng.normal(size=(8, 1)) + rng.normal(size=5)
    assert values(table) == pytest.approx(textbook(table))


def test_weights_stand_for_copies_when_there_are_many():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(400, 4)) + rng.normal(size=(400, 1)) + rng.normal(size=4)
    weight = rng.integers(1, 4, 400)
    copies = np.repeat(table, weight, axis=0)
    assert values(table, weight.astype(float)) == pytest.approx(values(copies), abs=0.01)


def test_with_gaps_k_is_the_harmonic_mean():
    table = np.random.default_rng(1).normal(size=(30, 4)) + np.random.default_rng(2).normal(size=(30, 1))
    table[:15, 3] = np.nan
    found = values(table)
    k = 1 / np.mean([1 / 3] * 15 + [1 / 4] * 15)
    one = found["icc_a_1"]
    assert found["icc_a_k"] == pytest.approx(k * one / (1 + (k - 1) * one))  # Spearman and Brown's formula


def test_gaps_at_random_estimate_the_same():
    rng = np.random.default_rng(4)
    table = rng.normal(size=(2000, 6)) + rng.normal(size=(2000, 1)) + 0.5 * np.arange(6)
    gappy = np.where(rng.random(table.shape) < 0.4, np.nan, table)
    gappy[np.isnan(gappy).all(axis=1), 0] = 0.0
    full, part = values(table), values(gappy)
    for name in ("icc_a_1", "icc_c_1"):
        assert part[name] == pytest.approx(full[name], abs=0.03)


def test_raters_who_disagree_more_than_by_chance_come_out_negative():
    rng = np.random.default_rng(0)
    first = rng.normal(size=40)
    found = figures(np.stack([first, -first + 0.1 * rng.normal(size=40)], axis=1).tolist())
    assert {f.name: f.value < -0.5 for f in found if f.name.endswith("_1")} == dict.fromkeys(NAMES[:3], True)


def test_each_has_both_intervals_and_its_value_inside():
    rng = np.random.default_rng(6)
    found = figures((rng.normal(size=(40, 4)) + 1.5 * rng.normal(size=(40, 1)) + 0.3 * rng.normal(size=4)).tolist())
    assert [(f.name, f.speaks_for) for f in found] == [
        (name, who) for name in NAMES for who in ("these raters", "raters like these")
    ]
    assert all(f.low <= f.value <= f.high for f in found)
    width = {(f.name, f.speaks_for): f.high - f.low for f in found}
    assert width["icc_a_1", "raters like these"] > width["icc_a_1", "these raters"]


def test_two_raters_speak_for_themselves_only():
    rng = np.random.default_rng(6)
    found = figures((rng.normal(size=(20, 2)) + rng.normal(size=(20, 1))).tolist())
    assert {f.speaks_for for f in found} == {"these raters"}


def test_an_ordinal_scale_is_scored_by_place_and_a_nominal_one_has_none():
    labels = [["low", "mid", "low"], ["mid", "high", "mid"], ["high", "high", "mid"]] * 4
    found = figures(labels, "ordinal", ("low", "mid", "high"))
    places = np.array([[("low", "mid", "high").index(name) for name in row] for row in labels])
    assert {f.name: f.value for f in found} == pytest.approx(textbook(places.astype(float)))
    assert figures(labels, "nominal", ("low", "mid", "high")) == []


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1.0]] * 12, "needs at least 2 raters"),
        ([[1.0, None], [None, 2.0]] * 6, "no stimulus has two raters"),
        ([[1.0, 2.0]] * 9, "only 9 stimuli have two raters, 10 are needed"),
        ([[3.0, 3.0, 3.0]] * 12, "undefined: no variation"),
    ],
)
def test_a_reason_stands_where_there_is_no_number(table, reason):
    assert [(f.name, f.undefined) for f in figures(table)] == [(name, reason) for name in NAMES]


def test_full_agreement_is_one():
    found = figures([[float(i)] * 3 for i in range(12)])
    assert [f.value for f in found] == pytest.approx([1.0] * len(found))


def test_large_numbers():
    rng = np.random.default_rng(6)
    table = rng.normal(size=(20, 3)) + rng.normal(size=(20, 1))
    small, large = figures(table.tolist()), figures((1e49 * table).tolist())
    assert [f.value for f in large] == pytest.approx([f.value for f in small])


def sparse_votes(seed, n=24, r=5, share=0.5):
    """Yes-or-no answers as numbers, with gaps; every stimulus has two."""
    rng = np.random.default_rng(seed)
    table = (rng.random((n, 1)) + 0.2 * rng.random((n, r)) > 0.6).astype(float).astype(object)
    gone = rng.random((n, r)) > share
    gone[np.arange(n), rng.integers(0, r, n)] = False
    table[gone] = None
    return table


@pytest.mark.parametrize("seed", range(12))
def test_none_is_above_one_or_outside_its_interval(seed):
    found = [f for f in figures(sparse_votes(seed)) if f.value is not None]
    assert found
    assert all(f.value <= 1 for f in found)
    assert all(-1 <= f.low <= f.value <= f.high <= 1 for f in found if f.low is not None)


def test_a_negative_rest_is_nothing():
    """Components as gaps may give them: consistency cannot be more than full."""
    one = Crossed(np.repeat(np.arange(10), 3), np.tile(np.arange(3), 10), np.zeros((30, 1)), 10, 3)
    odd = np.array([1.2, 0.3, -0.2, np.nan])[:, None]
    found = {name: float(formula(odd)[0]) for name, formula in coefficients(one, np.ones(10)).named().items()}
    assert (found["icc_c_1"], found["icc_c_k"]) == (1.0, 1.0)
    assert found["icc_a_1"] == pytest.approx(1.2 / 1.3)


@pytest.mark.parametrize("seed", range(8))
def test_no_interval_reaches_below_what_can_be(seed):
    """Raters who agree on nothing: a single label's correlation is at least -1 / (k - 1)."""
    found = figures(np.random.default_rng(seed).normal(size=(14, 4)).tolist())
    assert all(f.low >= min(-1 / 3, f.value) for f in found if f.name.endswith("_1"))
    assert all(f.low >= -1 for f in found if f.low is not None)


def test_a_mean_of_k_that_is_less_reliable_than_nothing_is_withheld():
    rng = np.random.default_rng(0)
    first = rng.normal(size=40)
    found = figures(np.stack([first, -first + 0.1 * rng.normal(size=40)], axis=1).tolist())
    reason = "labels of one stimulus differ more than those of two"
    assert {f.name: f.undefined for f in found if f.name.endswith("_k")} == dict.fromkeys(NAMES[3:], reason)


def test_raters_of_one_stimulus_each_have_the_one_way_coefficients():
    """As Shrout and Fleiss's case 1 has it: each target is rated by other judges."""
    rng = np.random.default_rng(3)
    table = rng.normal(size=(20, 3)) + rng.normal(size=(20, 1))
    stimulus, rater = np.repeat([f"s{i:02d}" for i in range(20)], 3), [f"r{j:02d}" for j in range(60)]
    sample = join(Judgements.from_columns(stimulus.tolist(), rater, table.ravel().tolist(), scale="interval"), None)
    found = icc(sample, Resampling(sample.weight, sample.stratum, 60, 200, 1))
    expected = textbook(table)
    for f in found:
        if f.name.startswith("icc_1"):
            assert f.value == pytest.approx(expected[f.name])
            assert f.speaks_for == "raters like these"
            assert f.low < f.value < f.high
        else:
            assert f.undefined == "no rater has two stimuli"
    assert sorted(f.name for f in found) == sorted(NAMES)
