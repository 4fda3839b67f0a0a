"""Cohen's kappa of pairs of raters, held against its papers and against tables made pair by pair."""

import numpy as np
import pytest

from analysis.agreement_weights import identity, linear, quadratic
from analysis.cohen import _influence, _Pairs, cohen
from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.pairs import category_scores
from analysis.sample import join


def sampled(labels, scale="nominal", n_labels=3, weight=None, numbers=None):
    """A sample from (n, R) of labels from 0, -1 for a gap."""
    labels = np.asarray(labels)
    names = numbers or [f"category {k}" for k in range(n_labels)]
    rows = [(f"s{i:05d}", f"r{r:03d}", names[k]) for (i, r), k in np.ndenumerate(labels) if k >= 0]
    stimulus, rater, label = zip(*rows, strict=True)
    judgements = Judgements.from_columns(stimulus, rater, label, categories=names, scale=scale)
    if weight is None:
        return join(judgements, None)
    used = sorted(set(stimulus))
    chance = 1 / np.asarray(weight)[[int(name[1:]) for name in used]]
    return join(judgements, Stimuli.from_columns(used, np.zeros(len(used)), inclusion_probability=chance))


def found(sample, weights=identity, n_replicates=200):
    return cohen(sample, Resampling(sample.weight, sample.stratum, len(sample.raters), n_replicates, 0), weights)


def from_table(counts):
    """(n, 2) of labels from a table of two raters."""
    return np.array([cell for cell, times in np.ndenumerate(counts) for _ in range(times)])


def brute(a, b, weight, table):
    shared = (a >= 0) & (b >= 0)
    joint = np.zeros_like(table)
    np.add.at(joint, (a[shared], b[shared]), weight[shared])
    joint /= joint.sum()
    observed = (joint * table).sum()
    chance = (np.outer(joint.sum(axis=1), joint.sum(axis=0)) * table).sum()
    return (observed - chance) / (1 - chance) if chance < 1 else np.nan


def test_cohen_1968():
    """Two judges, 200 patients: personality disorder, neurosis, psychosis; errors weigh 1, 3 and 6."""
    labels = from_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    made = found(sampled(labels))
    assert made.kappa[0] == pytest.approx(0.492, abs=5e-4)
    disagreement = np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]])
    assert found(sampled(labels), lambda _: 1 - disagreement / 6).kappa[0] == pytest.approx(0.348, abs=5e-4)


def test_gwet_2014_abstractors():
    """irrCAC's cont3x3abstractors, without weights and with quadratic ones."""
    labels = from_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
    assert found(sampled(labels)).kappa[0] == pytest.approx(0.7964094, abs=5e-8)
    made = found(sampled(labels, "ordinal"), quadratic)
    assert made.kappa[0] == pytest.approx(0.8921569, abs=5e-8)
    assert made.figure.low < made.figure.value < made.figure.high
    assert [(pair.rater, pair.other, pair.n_stimuli) for pair in made.pairs] == [("r000", "r001", 100)]


@pytest.mark.parametrize("weights", [identity, linear, quadratic])
@pytest.mark.parametrize("gaps", [0.0, 0.5])
def test_gaps_and_weights_are_those_of_each_pair_of_raters(weights, gaps):
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 4, (120, 1))
    labels = np.where(rng.random((120, 7)) < 0.6, truth, rng.integers(0, 4, (120, 7)))
    labels[rng.random(labels.shape) < gaps] = -1
    labels[:, 6] = -1
    labels[:9, 6] = labels[:9, 0].clip(0)  # too few for any pair
    weight = rng.integers(1, 9, 120).astype(float)
    sample = sampled(labels, "interval", weight=weight, numbers=["0", "1", "2", "5"])
    made = found(sample, weights)
    table = weights(np.array([0.0, 1.0, 2.0, 5.0]))
    wanted = [brute(labels[:, a], labels[:, b], weight, table) for a in range(6) for b in range(a + 1, 6)]
    assert made.kappa == pytest.approx(wanted)
    assert made.figure.value == pytest.approx(np.median(wanted))
    assert (made.lowest, made.highest) == pytest.approx((min(wanted), max(wanted)))
    assert made.matrix[2, 4] == made.matrix[4, 2] == pytest.approx(brute(labels[:, 2], labels[:, 4], weight, table))
    assert np.isnan(made.matrix[6]).all()


def test_influence_is_the_slope_of_kappa_in_the_weight_of_a_stimulus():
    rng = np.random.default_rng(2)
    labels = np.where(rng.random((40, 3)) < 0.7, rng.integers(0, 3, (40, 1)), rng.integers(0, 3, (40, 3)))
    labels[rng.random(labels.shape) < 0.1] = -1
    weight = rng.integers(1, 5, 40).astype(float)
    sample = sampled(labels, "ordinal", weight=weight)
    first, second, table = np.array([0, 0, 1]), np.array([1, 2, 2]), quadratic(category_scores(sample))
    slope = _influence(sample, _Pairs.of(sample, first, second, table), table, np.arange(3))
    assert sample.weight @ slope == pytest.approx(np.zeros(3), abs=1e-12)
    for i in (0, 7, 30):
        step = 1e-5 * (np.arange(40) == i)
        for p, (a, b) in enumerate(zip(first, second, strict=True)):
            up, down = (brute(labels[:, a], labels[:, b], weight + s, table) for s in (step, -step))
            assert slope[i, p] == pytest.approx((up - down) / 2e-5, abs=1e-6)


def test_the_interval_of_the_median_is_that_of_all_pairs_anew():
    rng = np.random.default_rng(5)
    labels = np.where(rng.random((200, 5)) < 0.7, rng.integers(0, 3, (200, 1)), rng.integers(0, 3, (200, 5)))
    sample = sampled(labels)
    figure = found(sample, n_replicates=300).figure
    weights = Resampling(sample.weight, sample.stratum, 5, 300, 0).stimuli(lambda weight: weight)
    pairs = [(a, b) for a in range(5) for b in range(a + 1, 5)]
    anew = [np.median([brute(labels[:, a], labels[:, b], w, np.eye(3)) for a, b in pairs]) for w in weights]
    assert [figure.low, figure.high] == pytest.approx(np.quantile(anew, [0.025, 0.975]), abs=0.01)


def test_of_many_pairs_those_around_the_median_carry_its_interval():
    rng = np.random.default_rng(6)
    skill = rng.uniform(0.4, 0.9, 30)
    labels = np.where(rng.random((300, 30)) < skill, rng.integers(0, 3, (300, 1)), rng.integers(0, 3, (300, 30)))
    sample = sampled(labels)
    resampling = Resampling(sample.weight, sample.stratum, 30, 200, 0)
    made = cohen(sample, resampling)
    table = np.eye(3)
    pairs = _Pairs.of(sample, made.first, made.second, table)
    moved = resampling.totals(_influence(sample, pairs, table, np.arange(435)))
    low, high = np.quantile(np.median(made.kappa + moved[1:], axis=1), [0.025, 0.975])
    assert [made.figure.low, made.figure.high] == pytest.approx([low, high], abs=0.1 * (high - low))


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ([[0]] * 20, "needs at least 2 raters"),
        ([[0, 1]] * 9, "no two raters share 10 stimuli"),
        ([[1, 1]] * 12, "undefined: no variation"),
    ],
)
def test_the_reason_stands_in_place_of_the_number(labels, reason):
    made = found(sampled(labels))
    assert made.figure.undefined == reason
    assert made.lowest is made.highest is None
    assert all(pair.kappa is None for pair in made.pairs)


def test_numbers_need_declared_categories():
    judgements = Judgements.from_columns(["a", "a"] * 1, ["x", "y"], [1.0, 2.0], scale="interval")
    assert found(join(judgements, None)).figure.undefined == "needs a declared list of categories"


def test_one_constant_pair_is_left_out_of_the_median():
    labels = np.full((30, 3), 0)
    labels[:, 2] = np.arange(30) % 2
    made = found(sampled(labels))
    assert [pair.kappa is None for pair in made.pairs] == [True, False, False]
    assert made.figure.value == pytest.approx(0, abs=1e-12)
