import numpy as np
import pytest
from scipy import stats

from analysis.ceiling import ceiling, cross_fitted, majority, stratified_folds
from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.sample import join

LABELS = ("a", "b", "c")


def sample_of(labels, activation=None, scale="ordinal"):
    names = [f"s{i:04d}" for i in range(len(labels))]
    rows = [(names[i], f"r{r}", LABELS[k]) for (i, r), k in np.ndenumerate(np.array(labels)) if k >= 0]
    stimulus, rater, label = zip(*rows, strict=True)
    table = None if activation is None else Stimuli.from_columns(names, activation)
    return join(Judgements.from_columns(stimulus, rater, label, categories=LABELS, scale=scale), table)


def figures(sample, seed=0, n_replicates=200):
    draws = Resampling.of(sample.weight, sample.stratum, len(sample.raters), n_replicates, seed)
    return {(f.name, f.label, f.rater): f for f in ceiling(sample, draws, seed)}


def people(n, n_raters, seed=0, spread=0.5):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(n, 1))
    seen = truth + spread * rng.normal(size=(n, n_raters))
    return np.digitize(seen, [-0.4, 0.6]), truth[:, 0]


def test_ordinal_ceilings_are_the_rank_correlations_they_are_said_to_be():
    labels, truth = people(80, 4)
    made = figures(sample_of(labels, truth))
    lower, upper, unit = [], [], []
    for r in range(4):
        others = np.delete(labels, r, axis=1).mean(axis=1)
        lower.append(stats.spearmanr(labels[:, r], others).statistic)
        upper.append(stats.spearmanr(labels[:, r], labels.mean(axis=1)).statistic)
        unit.append(stats.spearmanr(truth, others).statistic)
        assert made["ceiling_lower", None, f"r{r}"].value == pytest.approx(lower[-1])
    assert made["ceiling_lower", None, None].value == pytest.approx(np.mean(lower))
    assert made["ceiling_upper", None, None].value == pytest.approx(np.mean(upper))
    assert made["normalised_agreement", None, None].value == pytest.approx(np.mean(unit) / np.mean(lower))
    whole = stats.spearmanr(truth, labels.mean(axis=1)).statistic
    assert made["unit_against_consensus", None, None].value == pytest.approx(whole)
    for figure in made.values():
        assert figure.low < figure.value < figure.high


def test_a_unit_that_is_one_more_person_reaches_the_ceiling_however_many_raters_there_are():
    for n_raters in (3, 9):
        labels, _ = people(3000, n_raters + 1, seed=3)
        made = figures(sample_of(labels[:, 1:], labels[:, 0]), n_replicates=20)
        assert made["normalised_agreement", None, None].value == pytest.approx(1, abs=0.03)


def test_nominal_ceilings_are_per_label_and_leave_ties_out():
    labels, truth = people(300, 3)
    made = figures(sample_of(labels, truth, scale="nominal"))
    others = labels[:, 1:]
    agree = others[:, 0] == others[:, 1]
    x, y = labels[agree, 0] == 2, others[agree, 0] == 2
    chance = x.mean() * y.mean() + (1 - x.mean()) * (1 - y.mean())
    kappa = ((x == y).mean() - chance) / (1 - chance)
    held_out = made["ceiling_lower", "c", "r0"]
    assert held_out.value == pytest.approx(kappa)
    assert held_out.n_stimuli == agree.sum()
    assert made["unit_against_consensus", "c", None].value > 0.5
    assert made["unit_against_consensus", "a", None].value > 0.5  # what the unit does not fire on is told, too


def test_a_unit_of_pure_chance_is_worth_nothing_when_its_threshold_is_cross_fitted():
    labels, _ = people(400, 5)
    made = figures(sample_of(labels, np.random.default_rng(8).normal(size=400), scale="nominal"))
    figure = made["unit_against_consensus", "c", None]
    assert figure.low < 0 < figure.high


def test_people_alone_have_a_ceiling_too():
    labels, _ = people(60, 3)
    names = {name for name, _, _ in figures(sample_of(labels))}
    assert names == {"ceiling_lower", "ceiling_upper"}


def test_one_rater_leaves_the_unit_its_figure():
    labels, truth = people(60, 1)
    made = figures(sample_of(labels, truth))
    assert made["ceiling_lower", None, None].undefined == "needs at least 2 raters"
    assert made["normalised_agreement", None, None].undefined == "needs at least 2 raters"
    assert made["unit_against_consensus", None, None].value > 0.5


def test_a_rater_who_cannot_be_held_out_is_said_so_and_left_out():
    labels, truth = people(60, 4)
    labels[:, 0] = 1
    labels[9:, 1] = -1
    made = figures(sample_of(labels, truth))
    assert made["ceiling_lower", None, "r0"].undefined == "constant"
    assert made["ceiling_lower", None, "r1"].undefined.startswith("withheld: fewer than 10")
    kept = [made["ceiling_lower", None, f"r{r}"].value for r in (2, 3)]
    assert made["ceiling_lower", None, None].value == pytest.approx(np.mean(kept))


def test_raters_who_do_not_predict_one_another_leave_nothing_to_normalise_by():
    labels = np.random.default_rng(0).integers(0, 3, size=(100, 3))
    made = figures(sample_of(labels, np.arange(100.0)))
    assert made["normalised_agreement", None, None].undefined.startswith("undefined: the raters")


def test_constant_units_and_people():
    made = figures(sample_of(np.ones((20, 3), dtype=int), np.zeros(20)))
    assert {figure.undefined for figure in made.values()} == {"constant"}
    made = figures(sample_of(np.ones((20, 3), dtype=int), np.zeros(20), scale="nominal"))
    assert {figure.undefined for figure in made.values()} == {"undefined: no variation"}


def test_majority_knows_ties():
    assert majority(np.array([[2, 1, 0], [1, 1, 0], [0, 0, 0], [0, 1, 3]])).tolist() == [0, -1, -1, 2]


def test_folds_spread_each_stratum_evenly():
    stratum = np.repeat([0, 1, 2], [20, 10, 7])
    fold = stratified_folds(stratum, np.random.default_rng(0))
    assert np.bincount(fold[stratum == 0]).tolist() == [4] * 5
    assert np.bincount(fold[stratum == 1]).tolist() == [2] * 5
    assert set(np.bincount(fold[stratum == 2]).tolist()) <= {1, 2}


def test_cross_fitting_never_uses_the_answer_that_it_predicts():
    rng = np.random.default_rng(0)
    score, fold = np.arange(40.0), np.arange(40) % 5
    y = score > 19.5
    fired = cross_fitted(score, y, np.ones(40), fold)
    assert np.flatnonzero(fired != y).tolist() in ([], [19], [20])  # only beside the cut can it go wrong
    changed = np.where(fold == 0, rng.random(40) < 0.5, y)
    again = cross_fitted(score, changed, np.ones(40), fold)
    assert again[fold == 0].tolist() == fired[fold == 0].tolist()
