"""Each coefficient gives the digits printed where it was published."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intervals import Resampling
from analysis.judgements import Judgements
from analysis.reliability import (
    agreement,
    brennan_prediger,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_nominal,
    krippendorff_ordinal,
    specific_agreement,
    tally,
)
from analysis.sample import join

# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: 4 observers, 12 units, gaps.
# Gwet 2014 works the same table ("raw4raters").
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
).T
# Fleiss 1971, table 1: 30 patients, each put into one of 5 classes by 6 psychiatrists.
FLEISS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""


def one_hot(labels, n_labels):
    """(n, R) of labels from 1, 0 for a gap."""
    return (np.asarray(labels)[:, :, None] == np.arange(1, n_labels + 1)).astype(float)


def tallied(table, weight=None, raters=None):
    n, r, _ = table.shape
    weight = np.ones(n) if weight is None else weight
    return tally(table, np.atleast_2d(weight), np.atleast_2d(np.ones(r) if raters is None else raters))


def from_labels(labels, names="abcdefgh", scale="nominal"):
    rows = [(f"s{i:04d}", f"r{r}", names[k]) for (i, r), k in np.ndenumerate(labels) if k >= 0]
    stimulus, rater, label = zip(*rows, strict=True)
    return Judgements.from_columns(stimulus, rater, label, categories=list(names), scale=scale)


def figures(labels, seed=0, names="abc", scale="nominal", n_replicates=200):
    sample = join(from_labels(labels, names, scale), None)
    return agreement(sample, Resampling.of(sample.weight, sample.stratum, len(sample.raters), n_replicates, seed))


@pytest.mark.parametrize(("coefficient", "value"), [(krippendorff_nominal, 0.743), (krippendorff_ordinal, 0.815)])
def test_krippendorff_2011(coefficient, value):
    assert coefficient(tallied(one_hot(KRIPPENDORFF, 5)))[0] == pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize(
    ("coefficient", "value"),
    [(gwet_ac1, 0.77544), (fleiss_kappa, 0.76117), (brennan_prediger, 0.77273), (krippendorff_nominal, 0.74342)],
)
def test_gwet_2014_with_gaps(coefficient, value):
    assert tallied(one_hot(KRIPPENDORFF, 5)).agreement[0] == pytest.approx(0.81818, abs=5e-6)
    assert coefficient(tallied(one_hot(KRIPPENDORFF, 5)))[0] == pytest.approx(value, abs=5e-6)


def test_fleiss_1971():
    counts = [[int(digit) for digit in row] for row in FLEISS.split()]
    labels = [[k + 1 for k, times in enumerate(row) for _ in range(times)] for row in counts]
    t = tallied(one_hot(labels, 5))
    assert t.prevalence[0] == pytest.approx([0.144, 0.144, 0.167, 0.306, 0.239], abs=5e-4)
    assert t.agreement[0] == pytest.approx(0.556, abs=5e-4)
    assert fleiss_kappa(t)[0] == pytest.approx(0.430, abs=5e-4)


def test_specific_agreement_of_two_raters_is_that_of_a_fourfold_table():
    """Cicchetti and Feinstein 1990: 2a / (2a + b + c), and the same for the other label."""
    labels = np.repeat([[1, 1], [1, 2], [2, 1], [2, 2]], [20, 5, 10, 15], axis=0)
    assert specific_agreement(tallied(one_hot(labels, 2)))[0] == pytest.approx([40 / 55, 30 / 45])


tables = st.integers(2, 5).flatmap(
    lambda raters: st.lists(st.lists(st.integers(0, 3), min_size=raters, max_size=raters), min_size=3, max_size=15)
)
ALL = [krippendorff_nominal, krippendorff_ordinal, gwet_ac1, fleiss_kappa, brennan_prediger]


@given(tables, st.randoms(use_true_random=False))
def test_who_the_raters_are_and_the_order_of_stimuli_change_nothing(labels, random):
    labels = np.array(labels)
    stimuli, raters = (random.sample(range(n), n) for n in labels.shape)
    one, other = (tallied(one_hot(table, 3)) for table in (labels, labels[stimuli][:, raters]))
    for coefficient in ALL:
        assert coefficient(one) == pytest.approx(coefficient(other), nan_ok=True)


@given(tables)
def test_twice_the_stimuli_at_half_the_weight_are_the_same_population(labels):
    table = one_hot(labels, 3)
    weight = np.arange(1.0, len(table) + 1)
    one, two = tallied(table, weight), tallied(np.concatenate([table, table]), np.tile(weight / 2, 2))
    for coefficient in (gwet_ac1, fleiss_kappa, brennan_prediger, lambda t: t.agreement):
        assert coefficient(one) == pytest.approx(coefficient(two), nan_ok=True)


@given(tables)
def test_a_rater_drawn_twice_does_not_agree_with_itself(labels):
    """A rater drawn twice is worth two raters toward the others, and nothing toward itself."""
    table = one_hot(labels, 3)
    alone = np.zeros(table.shape[1])
    alone[0] = 3
    assert np.isnan(tallied(table, raters=alone).agreement).all()
    both = np.zeros(table.shape[1])
    both[:2] = 1
    uneven = both * [2, *[1] * (len(both) - 1)]
    answered = np.array(labels)[:, :2].all(axis=1)
    one, two = (tallied(table, weight=answered * 1.0, raters=c).agreement for c in (both, uneven))
    assert one == pytest.approx(two, nan_ok=True)


def test_the_average_over_raters_like_these_is_not_shifted_upward():
    """The naive bootstrap lets a rater agree with itself: with 3 raters that adds almost 0.2 to alpha."""
    rng = np.random.default_rng(5)
    truth = rng.integers(1, 4, size=(300, 1))
    labels = np.where(rng.random((300, 3)) < 0.6, truth, rng.integers(1, 4, size=(300, 3)))
    draws = rng.multinomial(3, np.full(3, 1 / 3), size=500).astype(float)
    replicates = krippendorff_nominal(tally(one_hot(labels, 3), np.ones((500, 300)), draws))
    alpha = krippendorff_nominal(tallied(one_hot(labels, 3)))[0]
    assert np.nanmean(replicates) == pytest.approx(alpha, abs=0.02)

    # what happens without the removal: a rater drawn twice counts as two raters who always agree
    naive = [
        krippendorff_nominal(tallied(one_hot(np.repeat(labels, c.astype(int), axis=1), 3)))[0] for c in draws[:200]
    ]
    assert np.mean(naive) > alpha + 0.15


def test_two_identical_raters_agree_perfectly_and_speak_for_nobody_else():
    labels = np.repeat(np.random.default_rng(0).integers(0, 3, size=(30, 1)), 2, axis=1)
    made = figures(labels)
    assert {figure.value for figure in made} == {1.0}
    assert {figure.speaks_for for figure in made} == {"these raters"}
    percent = made[0]
    assert percent.low == pytest.approx(1 - 0.11, abs=0.01)  # Wilson for 30 of 30
    assert percent.high == 1


def test_raters_like_these_are_less_certain_than_these_raters():
    rng = np.random.default_rng(2)
    truth, strictness = rng.normal(size=(200, 1)), np.array([-0.8, -0.2, 0.2, 0.8])
    labels = np.digitize(truth + strictness + 0.2 * rng.normal(size=(200, 4)), [-0.5, 0.5])
    for these, like_these in zip(*[iter(figures(labels, scale="ordinal"))] * 2, strict=True):
        assert (these.name, these.value) == (like_these.name, like_these.value)
        assert like_these.speaks_for == "raters like these"
        assert like_these.high - like_these.low > these.high - these.low


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ([[0]] * 20, "needs at least 2 raters"),
        ([[0, -1], [-1, 1]] * 10, "no stimulus has two raters"),
        ([[0, 1]] * 9, "withheld: only 9 stimuli have two raters, 10 are needed"),
    ],
)
def test_too_little_to_compare_gives_the_reason_in_place_of_the_number(labels, reason):
    assert {figure.undefined for figure in figures(np.array(labels))} == {reason}


def test_one_label_only_is_full_agreement_about_nothing():
    made = {(figure.name, figure.label): figure for figure in figures(np.zeros((12, 3), dtype=int))}
    assert made["percent_agreement", None].value == 1
    for name in ("krippendorff_alpha", "krippendorff_alpha_nominal", "gwet_ac1", "fleiss_kappa", "brennan_prediger"):
        assert made[name, None].undefined == "undefined: no variation"
    assert made["specific_agreement", "b"].undefined == "never used"
