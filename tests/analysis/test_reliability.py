"""Each coefficient gives the digits printed where it was published, and intervals hold what they claim."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.agreement_weights import identity, linear, quadratic
from analysis.crossed import rater_variance
from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.pairs import Pairs, conger_chance
from analysis.reliability import (
    agreement,
    brennan_prediger,
    conger_kappa,
    fleiss_kappa,
    gwet,
    krippendorff,
    krippendorff_nominal,
    percent_agreement,
    specific_agreement,
)
from analysis.sample import join

GAP = 0
# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section C: 4 observers, 12 units, gaps.
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
).T
# Gwet 2014's "raw4raters" is the same but for the lone 3, which another rater gave.
GWET = KRIPPENDORFF.copy()
GWET[11] = [0, 0, 3, 0]
# Fleiss 1971, table 1: 30 patients, each put into one of 5 classes by 6 psychiatrists.
FLEISS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
# The abstractors of Gwet's package irrCAC, cont3x3abstractors.
ABSTRACTORS = np.repeat([[1, 1], [2, 2], [2, 3], [3, 2], [3, 3]], [13, 20, 7, 4, 56], axis=0)


def from_counts(text):
    """(n, m) of labels from 1: raters of no particular order."""
    rows = ([int(digit) for digit in row] for row in text.split())
    return np.array([[k + 1 for k, times in enumerate(row) for _ in range(times)] for row in rows])


def sampled(labels, scale="nominal", n_labels=5, weight=None, declared=True):
    """A sample from (n, R) of labels from 1, 0 for a gap; stimuli without a label are no part of it."""
    labels = np.asarray(labels)
    kept = np.flatnonzero((labels > 0).any(axis=1))
    rows = [(f"s{i:04d}", f"r{r}", str(k)) for (i, r), k in np.ndenumerate(labels) if k > 0]
    stimulus, rater, label = zip(*rows, strict=True)
    names = [str(k + 1) for k in range(n_labels)] if declared else ()
    judgements = Judgements.from_columns(stimulus, rater, label, categories=names, scale=scale)
    chance = None if weight is None else 1 / np.asarray(weight)[kept]
    stimuli = [f"s{i:04d}" for i in kept]
    return join(judgements, Stimuli.from_columns(stimuli, np.zeros(len(kept)), inclusion_probability=chance))


def tallied(labels, scale="nominal", n_labels=5, weight=None, declared=True):
    pairs = Pairs(sampled(labels, scale, n_labels, weight, declared))
    return pairs.tally(pairs.sample.weight[None] @ pairs.columns)


def figures(labels, scale="nominal", n_labels=3, n_replicates=200, declared=True):
    """Of labels from 0, -1 for a gap."""
    sample = sampled(np.asarray(labels) + 1, scale, n_labels, declared=declared)
    return agreement(sample, Resampling(sample.weight, sample.stratum, len(sample.raters), n_replicates, 0))


# ---- worked examples ----


@pytest.mark.parametrize(("scale", "value"), [("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)])
@pytest.mark.parametrize("declared", [True, False])
def test_krippendorff_2011(scale, value, declared):
    if not declared and scale == "ordinal":
        return
    t = tallied(KRIPPENDORFF, scale, declared=declared)
    assert krippendorff(t)[0] == pytest.approx(value, abs=5e-4)
    if declared:
        assert krippendorff_nominal(t)[0] == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize(
    ("coefficient", "value"),
    [
        (percent_agreement, 0.81818),
        (gwet, 0.77544),
        (fleiss_kappa, 0.76117),
        (conger_kappa, 0.76282),
        (brennan_prediger, 0.77273),
        (krippendorff_nominal, 0.74342),
    ],
)
def test_gwet_2014_with_gaps(coefficient, value):
    assert coefficient(tallied(GWET))[0] == pytest.approx(value, abs=5e-6)


@pytest.mark.parametrize("scale", ["ordinal", "interval"])
def test_gwet_2014_with_quadratic_weights(scale):
    t = tallied(GWET, scale)
    assert t.agreement[0, 2] == pytest.approx(0.9753788, abs=5e-8)
    for coefficient, value in ((gwet, 0.914), (fleiss_kappa, 0.86494), (brennan_prediger, 0.90152)):
        assert coefficient(t, 2)[0] == pytest.approx(value, abs=5e-6)


def test_gwet_2014_six_raters():
    """irrCAC's distrib.6raters: the first 15 patients of Fleiss 1971."""
    t = tallied(from_counts(FLEISS)[:15], "ordinal")
    for coefficient, plain, weighted in (
        (gwet, 0.4448007, 0.4837438),
        (fleiss_kappa, 0.4139265, 0.2511909),
        (brennan_prediger, 0.4388889, 0.4177778),
    ):
        assert coefficient(t)[0] == pytest.approx(plain, abs=5e-8)
        assert coefficient(t, 2)[0] == pytest.approx(weighted, abs=5e-8)
    assert krippendorff_nominal(t)[0] == pytest.approx(0.4204384, abs=5e-8)
    assert krippendorff(tallied(from_counts(FLEISS)[:15], "interval"))[0] == pytest.approx(0.259511, abs=5e-7)


def test_gwet_2014_two_raters():
    """Two raters without gaps: Conger's kappa is Cohen's, and Fleiss's is Scott's pi."""
    t = tallied(ABSTRACTORS, "ordinal", 3)
    assert conger_kappa(t)[0] == pytest.approx(0.7964094, abs=5e-8)
    for coefficient, plain, weighted in (
        (gwet, 0.8493305, 0.9402369),
        (fleiss_kappa, 0.7962397, 0.8921093),
        (brennan_prediger, 0.835, 0.9175),
    ):
        assert coefficient(t)[0] == pytest.approx(plain, abs=5e-8)
        assert coefficient(t, 2)[0] == pytest.approx(weighted, abs=5e-8)
    assert krippendorff_nominal(t)[0] == pytest.approx(0.7972585, abs=5e-8)


def test_fleiss_1971():
    t = tallied(from_counts(FLEISS))
    assert t.prevalence[0] == pytest.approx([0.144, 0.144, 0.167, 0.306, 0.239], abs=5e-4)
    assert percent_agreement(t)[0] == pytest.approx(0.556, abs=5e-4)
    assert fleiss_kappa(t)[0] == pytest.approx(0.430, abs=5e-4)


def test_specific_agreement_of_two_raters_is_that_of_a_fourfold_table():
    """Cicchetti and Feinstein 1990: 2a / (2a + b + c), and the same for the other label."""
    labels = np.repeat([[1, 1], [1, 2], [2, 1], [2, 2]], [20, 5, 10, 15], axis=0)
    assert specific_agreement(tallied(labels, n_labels=2))[0] == pytest.approx([40 / 55, 30 / 45])


def test_agreement_weights_are_those_of_gwet_2014():
    scores = np.array([1.0, 2.0, 3.0])
    assert identity(scores).tolist() == np.eye(3).tolist()
    assert linear(scores).tolist() == [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]
    assert quadratic(scores).tolist() == [[1, 0.75, 0], [0.75, 1, 0.75], [0, 0.75, 1]]


# ---- laws ----

tables = st.integers(2, 5).flatmap(
    lambda raters: st.lists(st.lists(st.integers(0, 3), min_size=raters, max_size=raters), min_size=3, max_size=15)
).filter(lambda rows: any(any(row) for row in rows))  # fmt: skip
few = settings(max_examples=25, deadline=None)
ALL = [krippendorff_nominal, krippendorff, gwet, fleiss_kappa, conger_kappa, brennan_prediger, percent_agreement]


@few
@given(tables, st.randoms(use_true_random=False), st.sampled_from(["ordinal", "interval", "ratio"]))
def test_who_the_raters_are_and_the_order_of_stimuli_change_nothing(labels, random, scale):
    labels = np.array(labels)
    stimuli, raters = (random.sample(range(n), n) for n in labels.shape)
    one, other = (tallied(table, scale, 3) for table in (labels, labels[stimuli][:, raters]))
    for coefficient in ALL:
        assert coefficient(one) == pytest.approx(coefficient(other), nan_ok=True)


@few
@given(tables, st.permutations([1, 2, 3]))
def test_what_labels_are_called_changes_no_nominal_figure(labels, names):
    labels = np.array(labels)
    one, other = tallied(labels, n_labels=3), tallied(np.array([0, *names])[labels], n_labels=3)
    for coefficient in (krippendorff_nominal, gwet, fleiss_kappa, conger_kappa, brennan_prediger, percent_agreement):
        assert coefficient(one) == pytest.approx(coefficient(other), nan_ok=True)


@few
@given(tables)
def test_an_ordinal_scale_read_backwards_says_the_same(labels):
    labels = np.array(labels)
    one, other = (tallied(t, "ordinal", 3) for t in (labels, np.where(labels > 0, 4 - labels, 0)))
    for coefficient in (krippendorff, lambda t: gwet(t, 1), lambda t: gwet(t, 2)):
        assert coefficient(one) == pytest.approx(coefficient(other), nan_ok=True)


@few
@given(tables)
def test_twice_the_stimuli_at_half_the_weight_are_the_same_population(labels):
    weight = 2 * np.arange(1.0, len(labels) + 1)
    one, two = tallied(labels, "ordinal", 3, weight), tallied(labels * 2, "ordinal", 3, np.tile(weight / 2, 2))
    for coefficient in (gwet, fleiss_kappa, conger_kappa, brennan_prediger, percent_agreement):
        assert coefficient(one) == pytest.approx(coefficient(two), nan_ok=True)


@few
@given(tables, st.sampled_from(["ordinal", "interval", "ratio"]))
def test_a_weight_of_two_is_a_stimulus_that_stands_there_twice(labels, scale):
    """All but for alpha's n - 1, which counts the values that there are."""
    labels = np.array(labels)
    times = np.arange(len(labels)) % 3 + 1
    weighted, repeated = tallied(labels, scale, 3, times), tallied(np.repeat(labels, times, axis=0), scale, 3)
    for coefficient in (gwet, fleiss_kappa, conger_kappa, brennan_prediger, percent_agreement):
        assert coefficient(weighted) == pytest.approx(coefficient(repeated), nan_ok=True)
    if weighted.n_values > 1:
        factor = (1 - 1 / weighted.n_values) / (1 - 1 / repeated.n_values)
        for alpha in (krippendorff, krippendorff_nominal):
            assert 1 - alpha(weighted) == pytest.approx(factor * (1 - alpha(repeated)), nan_ok=True)


def brute_alpha(labels, weight, distance):
    """From every pair of values, one by one; `distance` of two values."""
    values, pairs = [], []
    for row, d in zip(labels, weight, strict=True):
        given = [k for k in row if k > 0]
        if len(given) > 1:
            values += [(k, d) for k in given]
            pairs += [(a, b, d / (len(given) - 1)) for i, a in enumerate(given) for j, b in enumerate(given) if i != j]
    total = sum(d for _, d in values)
    observed = sum(w * distance(a, b) for a, b, w in pairs) / total
    expected = sum(u * v * distance(a, b) for a, u in values for b, v in values) / total**2
    return 1 - (1 - 1 / len(values)) * observed / expected if expected > 0 else np.nan


@few
@given(tables)
def test_alpha_is_what_every_pair_of_values_says(labels):
    labels = np.array(labels)
    weight = 1 + np.arange(len(labels)) % 4
    pairable = (labels > 0).sum(axis=1) >= 2
    if not pairable.any():
        return
    share = np.bincount(labels[pairable].ravel(), np.repeat(weight[pairable], labels.shape[1]), 4)[1:]
    rank = np.cumsum(share) - share / 2
    for scale, distance in (
        ("ordinal", lambda a, b: (rank[a - 1] - rank[b - 1]) ** 2),
        ("interval", lambda a, b: (a - b) ** 2),
        ("ratio", lambda a, b: ((a - b) / (a + b)) ** 2),
    ):
        expected = brute_alpha(labels, weight, distance)
        assert krippendorff(tallied(labels, scale, 3, weight))[0] == pytest.approx(expected, nan_ok=True, abs=1e-9)


@few
@given(tables, st.sampled_from(["ordinal", "interval", "ratio"]))
def test_columns_without_a_judgement_are_those_of_a_sample_without_it(labels, scale):
    labels = np.array(labels)
    weight = 1 + np.arange(len(labels)) % 4
    pairs = Pairs(sampled(labels, scale, 3, weight))
    sample = pairs.sample
    left = pairs.without(slice(None))
    stable = slice(2, pairs._conger)  # what depends on the stimulus's own labels and nothing else
    for place in (0, len(left) - 1):
        i, r = np.argwhere(labels > 0)[place]
        fewer = labels.copy()
        fewer[i, r] = 0
        total = sample.weight @ pairs.columns + sample.weight[sample.item[place]] * (
            left[place] - pairs.columns[sample.item[place]]
        )
        if fewer.any():
            other = Pairs(sampled(fewer, scale, 3, weight))
            assert total[stable] == pytest.approx((other.sample.weight @ other.columns)[stable])


def test_replicates_to_first_order_are_those_of_ranks_and_marginals_anew():
    """Mid-ranks and raters' own shares follow the drawn stimuli to first order: held against doing it all again."""
    rng = np.random.default_rng(4)
    truth, strictness = rng.normal(size=(150, 1)), rng.normal(size=4) / 2
    labels = 1 + np.digitize(truth + strictness + 0.7 * rng.normal(size=(150, 4)), [-1, 0, 0.3, 1.5])
    labels[rng.random(labels.shape) < 0.2] = GAP
    pairs = Pairs(sampled(labels, "ordinal"))
    resampling = Resampling(pairs.sample.weight, pairs.sample.stratum, 4, 60, 3)
    weights = resampling.stimuli(lambda weight: weight)
    t = pairs.tally(weights @ pairs.columns)
    anew = [tallied(labels, "ordinal", weight=np.maximum(1e6 * w, 1)) for w in weights]
    for coefficient, error in ((krippendorff, 0.03), (conger_kappa, 0.02)):
        exact = np.array([coefficient(other)[0] for other in anew])
        assert np.abs(coefficient(t) - exact).max() < error
        assert coefficient(t).std() == pytest.approx(exact.std(), rel=0.1)


def test_conger_chance_is_the_mean_of_cohens_over_pairs_of_raters():
    p = np.array([[0.2, 0.8], [0.5, 0.5], [0.9, 0.1]])
    pairs = [p[a] @ p[b] for a, b in ((0, 1), (0, 2), (1, 2))]
    assert conger_chance(p) == pytest.approx(np.mean(pairs))


# ---- raters like these ----


def test_leaving_raters_out_is_what_a_sample_without_them_says():
    """Percent agreement and Conger's chance without a rater are exact; so the jackknife of complete tables is."""
    rng = np.random.default_rng(1)
    truth = rng.integers(1, 4, size=(60, 1))
    labels = np.where(rng.random((60, 4)) < [0.9, 0.7, 0.5, 0.8], truth, rng.integers(1, 4, size=(60, 4)))
    pairs = Pairs(sampled(labels, n_labels=3))
    seen = []

    def spy(totals):
        t = pairs.tally(totals)
        seen.append(np.stack([percent_agreement(t), conger_kappa(t), krippendorff_nominal(t)], axis=1))
        return seen[-1]

    found = rater_variance(pairs, spy)
    assert found.freedom == pytest.approx(3)
    for r in range(4):
        t = tallied(np.delete(labels, r, axis=1), n_labels=3)
        wanted = [percent_agreement(t)[0], conger_kappa(t)[0]]
        assert seen[-1][r, :2] == pytest.approx(wanted)
        # alpha's n - 1 still counts the values of all raters
        assert 1 - seen[-1][r, 2] == pytest.approx((1 - 1 / 240) / (1 - 1 / 180) * (1 - krippendorff_nominal(t)[0]))


def test_two_identical_raters_agree_perfectly_and_speak_for_nobody_else():
    labels = np.repeat(np.random.default_rng(0).integers(0, 3, size=(30, 1)), 2, axis=1)
    made = figures(labels, "ordinal")
    assert {figure.value for figure in made} == {1.0}
    assert {figure.speaks_for for figure in made} == {"these raters"}
    percent = made[0]
    assert percent.low == pytest.approx(1 - 0.11, abs=0.01)  # Wilson for 30 of 30
    assert percent.high == 1


def test_raters_who_answer_at_random_agree_by_chance():
    labels = np.random.default_rng(3).integers(0, 3, size=(2000, 5))
    for figure in figures(labels, "ordinal"):
        if figure.name not in ("percent_agreement", "specific_agreement"):
            assert figure.value == pytest.approx(0, abs=0.03)
            assert figure.low < 0 < figure.high


def test_raters_like_these_are_less_certain_than_these_raters():
    rng = np.random.default_rng(2)
    truth, strictness = rng.normal(size=(200, 1)), np.array([-0.8, -0.2, 0.2, 0.8])
    labels = np.digitize(truth + strictness + 0.2 * rng.normal(size=(200, 4)), [-0.5, 0.5])
    for these, like_these in zip(*[iter(figures(labels, "ordinal"))] * 2, strict=True):
        assert (these.name, these.value) == (like_these.name, like_these.value)
        assert like_these.speaks_for == "raters like these"
        assert like_these.high - like_these.low > these.high - these.low
        assert like_these.low < like_these.value < like_these.high


def test_the_wider_claim_never_has_the_nearer_end():
    """Where raters hardly differ the two intervals differ by their scales, and a share below a half most of all."""
    rng = np.random.default_rng(4)
    rare = rng.random((40, 1)) < 0.25
    labels = np.where(rng.random((40, 6)) < 0.75, rare, rng.random((40, 6)) < 0.25).astype(int)
    nearer = []
    for these, like_these in zip(*[iter(figures(labels, "nominal", n_labels=2))] * 2, strict=True):
        assert like_these.low <= these.low
        assert like_these.high >= these.high
        nearer.append(like_these.high == these.high)
    assert any(nearer)  # there the scale of its own would have had the nearer end


def test_where_raters_are_alike_others_would_say_about_the_same():
    """Without any difference between raters, all variance is that of stimuli: it must not be counted twice."""
    rng = np.random.default_rng(8)
    truth = rng.normal(size=(300, 1))
    labels = np.digitize(truth + 0.5 * rng.normal(size=(300, 10)), [-0.5, 0.5])
    for these, like_these in zip(*[iter(figures(labels, "ordinal"))] * 2, strict=True):
        assert like_these.high - like_these.low < 1.5 * (these.high - these.low)


# ---- the reason in place of the number ----


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ([[0]] * 20, "needs at least 2 raters"),
        ([[0, -1], [-1, 1]] * 10, "no stimulus has two raters"),
        ([[0, 1]] * 9, "only 9 stimuli have two raters, 10 are needed"),
    ],
)
@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_too_little_to_compare_gives_the_reason_in_place_of_the_number(labels, reason, scale):
    assert {figure.undefined for figure in figures(np.array(labels), scale)} == {reason}


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_one_label_only_is_full_agreement_about_nothing(scale):
    made = {(figure.name, figure.label): figure for figure in figures(np.zeros((12, 3), dtype=int), scale)}
    assert made["percent_agreement", None].value == 1
    for (name, _), figure in made.items():
        if name not in ("percent_agreement", "specific_agreement"):
            assert figure.undefined == "undefined: no variation"
    assert made["specific_agreement", "2"].undefined == "never used"


@pytest.mark.parametrize("scale", ["interval", "ratio"])
def test_numbers_without_declared_categories_have_an_alpha_and_no_more(scale):
    rng = np.random.default_rng(1)
    labels = np.clip(rng.integers(0, 40, (30, 1)) + rng.integers(-3, 4, (30, 4)), 0, None)
    made = {figure.name: figure for figure in figures(labels, scale, declared=False)}
    assert made["krippendorff_alpha"].low < made["krippendorff_alpha"].value < made["krippendorff_alpha"].high
    others = {figure.undefined for name, figure in made.items() if name != "krippendorff_alpha"}
    assert others == {"needs a declared list of categories"}
    assert "specific_agreement" not in made


def test_too_many_different_ratios_are_refused():
    labels = np.arange(3000).reshape(1000, 3)
    made = {figure.name: figure for figure in figures(labels, "ratio", declared=False, n_replicates=20)}
    assert made["krippendorff_alpha"].undefined == "more than 2000 different numbers to compare on a ratio scale"
    assert figures(labels, "interval", declared=False, n_replicates=20)[1].value > 0.9


def test_names_are_those_of_the_design():
    names = {figure.name for figure in figures(np.random.default_rng(0).integers(0, 3, (40, 3)), "ordinal")}
    assert names == {
        *("percent_agreement", "fleiss_kappa", "conger_kappa", "brennan_prediger", "gwet_ac1", "gwet_ac2_linear"),
        *("gwet_ac2_quadratic", "krippendorff_alpha", "krippendorff_alpha_nominal", "specific_agreement"),
    }
