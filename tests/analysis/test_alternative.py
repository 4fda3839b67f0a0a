"""The formulas were held against the authors' published code; `by_the_book` follows its definitions step by step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis import hard_answers
from analysis.alternative import EPSILONS, alternative, benjamini_yekutieli
from analysis.contests import Contest
from analysis.hard_answers import isotonic_answers
from analysis.intervals import Resampling
from analysis.judgements import Judgements, Stimuli
from analysis.sample import join

LABELS = ("a", "b", "c")


def sample_of(labels, activation, scale="nominal", *, labeled=LABELS, **design):
    names = [f"s{i:04d}" for i in range(len(labels))]
    rows = [
        (names[i], f"r{r}", labeled[int(k)] if labeled else float(k))
        for (i, r), k in np.ndenumerate(np.array(labels))
        if k >= 0
    ]
    stimulus, rater, label = zip(*rows, strict=True)
    table = None if activation is None else Stimuli.from_columns(names, activation, **design)
    return join(Judgements.from_columns(stimulus, rater, label, categories=labeled, scale=scale), table)


def run(sample, seed=0):
    draws = Resampling(sample.weight, sample.stratum, len(sample.raters), 2, seed)
    return alternative(sample, draws, seed)


def figures(sample, seed=0):
    return {(f.name, f.label): f for f in run(sample, seed).figures}


def by_the_book(labels, unit, score, epsilon, fewest=30):
    """(winning rate, advantage): labels (n, R), -1 where missing."""
    p, advantages = [], []
    for r in range(labels.shape[1]):
        wins, losses = [], []
        for i in np.flatnonzero(labels[:, r] >= 0):
            others = [labels[i, j] for j in range(labels.shape[1]) if j != r and labels[i, j] >= 0]
            if others:
                s_unit, s_rater = score(unit[i], others), score(labels[i, r], others)
                wins.append(s_unit >= s_rater)
                losses.append(s_rater >= s_unit)
        if len(wins) < fewest:
            continue
        d = np.array(losses, dtype=float) - np.array(wins)
        p.append(stats.ttest_1samp(d, epsilon, alternative="less").pvalue)
        advantages.append(np.mean(wins))
    m = len(p)
    threshold = np.arange(1, m + 1) / m * 0.05 / np.sum(1 / np.arange(1, m + 1))
    below = np.flatnonzero(np.sort(p) <= threshold)
    return (below[-1] + 1 if len(below) else 0) / m, np.mean(advantages)


def accuracy(answer, others):
    return np.mean([answer == other for other in others])


def negative_rmse(answer, others):
    return -np.sqrt(np.mean([(answer - other) ** 2 for other in others])).round(9)


def people(n, n_raters, seed=0, missing=0.0, spread=0.6):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n)
    labels = np.digitize(truth[:, None] + spread * rng.normal(size=(n, n_raters)), [-0.4, 0.6])
    gone = rng.random(labels.shape) < missing
    gone[:, 0] &= ~gone.all(axis=1)
    return np.where(gone, -1, labels), truth


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_labels_are_compared_as_in_the_published_code(seed, missing, monkeypatch):
    labels, truth = people(90, 5, seed, missing)
    unit = truth + 0.3 * np.random.default_rng(seed).normal(size=90) > 0.6
    monkeypatch.setattr(hard_answers, "cross_fitted", lambda *_: unit)
    made = run(sample_of(labels, truth))
    for epsilon in EPSILONS:
        binary = np.where(labels < 0, -1, labels == 2)
        rate, advantage = by_the_book(binary, unit, accuracy, epsilon)
        found = [w for w in made.winning_rates if (w.label, w.answers, w.epsilon) == ("c", "unit", epsilon)]
        assert [w.value for w in found] == [pytest.approx(rate)]
        assert found[0].passed == (rate >= 0.5)
    figure = next(f for f in made.figures if f.name == "alt_test_advantage_probability" and f.label == "c")
    assert figure.value == pytest.approx(advantage)


@pytest.mark.parametrize("scale", ["ordinal", "interval"])
@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_scores_are_compared_as_in_the_published_code(scale, missing, monkeypatch):
    labels, truth = people(80, 4, 3, missing)
    unit = np.clip(np.rint(truth + 1), 0, 2)
    monkeypatch.setattr(hard_answers, "isotonic_answers", lambda *_: unit)
    sample = sample_of(labels, truth, scale, labeled=LABELS if scale == "ordinal" else ())
    made = run(sample)
    for epsilon in EPSILONS:
        rate, advantage = by_the_book(labels, unit, negative_rmse, epsilon)
        found = [w for w in made.winning_rates if (w.answers, w.epsilon) == ("unit", epsilon)]
        assert [w.value for w in found] == [pytest.approx(rate)]
    figure = next(f for f in made.figures if f.name == "alt_test_advantage_probability")
    assert figure.value == pytest.approx(advantage)
    assert figure.low < figure.value < figure.high
    assert figure.label is None


def test_benjamini_yekutieli_rejects_step_up():
    # harmonic sum of 4 is 25/12: thresholds 0.006, 0.012, 0.018, 0.024
    assert benjamini_yekutieli(np.array([0.0179, 0.5, 0.0131, 0.013])).tolist() == [True, False, True, True]
    assert benjamini_yekutieli(np.array([0.0239, 0.0239, 0.0239, 0.0239])).all()
    assert not benjamini_yekutieli(np.array([0.0241, 0.03, 0.9, 1.0])).any()
    assert not benjamini_yekutieli(np.array([])).any()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_yekutieli_is_scipys(p):
    expected = stats.false_discovery_control(p, method="by") <= 0.05
    made = benjamini_yekutieli(np.array(p))
    near = np.abs(stats.false_discovery_control(p, method="by") - 0.05) < 1e-9
    assert (made == expected)[~near].all()


def test_a_unit_like_the_people_wins_and_its_opposite_is_turned_round():
    labels, truth = people(300, 5)
    for activation in (truth, -truth):
        made = figures(sample_of(labels, activation, "ordinal"))
        assert made["alt_test_winning_rate", None].value == 1
        assert made["alt_test_advantage_probability", None].value > 0.8
        assert made["alt_test_winning_rate", None].low is None


def test_a_constant_answer_does_well_where_the_label_is_rare_and_is_shown_beside_the_unit():
    rng = np.random.default_rng(0)
    labels = np.where(rng.random((300, 4)) < 0.03, 2, 0)
    made = figures(sample_of(labels, rng.normal(size=300)))
    for name in ("alt_test_winning_rate", "alt_test_advantage_probability"):
        assert made[name + "_constant", "c"].value > 0.9
    assert made["alt_test_advantage_probability_random", "c"].value < 1


def test_random_answers_are_about_as_good_as_people_who_answer_at_random():
    labels = np.random.default_rng(1).integers(0, 3, size=(400, 4))
    made = figures(sample_of(labels, np.arange(400.0)))
    figure = made["alt_test_advantage_probability_random", "a"]
    # they say the same in 5 of 9 cases, a tie; of the rest they win half, and tie where the third and fourth disagree
    assert figure.value == pytest.approx(7 / 9, abs=0.06)
    assert made["alt_test_winning_rate_random", "a"].value > 0.5


def test_the_constant_answer_is_the_most_common_label_or_the_median(monkeypatch):
    labels = np.array([[0, 0, 2], [0, 2, 2], [0, 0, 1]] * 12)
    sample = sample_of(labels, np.arange(36.0), "ordinal")
    made = figures(sample)["alt_test_advantage_probability_constant", None]
    assert made.value == pytest.approx(by_the_book(labels, np.zeros(36), negative_rmse, 0.1)[1])
    numbers = sample_of(labels, np.arange(36.0), "interval", labeled=())
    again = figures(numbers)["alt_test_advantage_probability_constant", None]
    assert again.value == pytest.approx(made.value)


def test_weights_speak_for_the_population():
    labels, truth = people(200, 4, 5)
    truth[100:] = np.random.default_rng(0).permutation(truth[100:])  # there the unit is wrong
    stratum = np.repeat([0, 1], 100)
    rare = sample_of(labels, truth, "ordinal", stratum=stratum.tolist(),
                     inclusion_probability=np.where(stratum, 1.0, 0.01))  # fmt: skip
    common = sample_of(labels, truth, "ordinal", stratum=stratum.tolist(),
                       inclusion_probability=np.where(stratum, 0.01, 1.0))  # fmt: skip
    name = "alt_test_advantage_probability", None
    assert figures(rare)[name].value > figures(common)[name].value + 0.05


def test_too_few_raters_or_stimuli_are_said():
    labels, truth = people(60, 2)
    assert figures(sample_of(labels, truth, "ordinal"))["alt_test_winning_rate", None].undefined == (
        "needs at least 3 raters"
    )
    labels, truth = people(29, 4)
    reasons = {f.undefined for f in figures(sample_of(labels, truth)).values()}
    assert reasons == {"fewer than 3 raters share 30 stimuli with others"}
    assert run(sample_of(labels, None)).figures == ()


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_where_all_say_the_same_there_is_nothing_to_win(scale):
    labeled = () if scale == "interval" else LABELS
    made = run(sample_of(np.ones((40, 3), dtype=int), np.arange(40.0), scale, labeled=labeled))
    assert len(made.figures) == 6 * (3 if scale == "nominal" else 1)
    assert {figure.undefined for figure in made.figures} == {"undefined: no variation"}
    assert made.winning_rates == ()


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_a_constant_activation_has_no_answers_of_its_own(scale):
    labels, _ = people(60, 4)
    made = run(sample_of(labels, np.full(60, 3.0), scale, labeled=() if scale == "interval" else LABELS))
    of_unit = {f.undefined for f in made.figures if not f.name.endswith(("_constant", "_random"))}
    assert of_unit == {"constant"}
    assert all(f.value is not None for f in made.figures if f.name.endswith(("_constant", "_random")))
    assert {rate.answers for rate in made.winning_rates} == {"constant", "random"}


@pytest.mark.parametrize(("offset", "unit"), [(0, 0.1), (0, 1e-20), (0, 1e20), (1e9, 1), (-1e9, 1), (1e9, 1e3)])
def test_figures_do_not_depend_on_where_a_scale_lies_and_what_its_unit_is(offset, unit):
    labels, truth = people(60, 5, 1, 0.2)
    labels = np.where(labels < 0, -1, labels + 1)
    said, moved = (
        join(
            Judgements.from_columns(*zip(*rows, strict=True), scale="interval"),
            Stimuli.from_columns([f"s{i:02d}" for i in range(60)], truth),
        )
        for rows in (
            [(f"s{i:02d}", f"r{r}", float(k * by + more)) for (i, r), k in np.ndenumerate(labels) if k >= 0]
            for by, more in ((1, 0), (unit, offset))
        )
    )
    before, after = figures(said), figures(moved)
    assert before.keys() == after.keys()
    for key, figure in before.items():
        assert after[key].value == pytest.approx(figure.value, abs=1e-9), key
        assert (after[key].low is None) == (figure.low is None), key
        if figure.low is not None:
            assert (after[key].low, after[key].high) == pytest.approx((figure.low, figure.high), abs=1e-6), key


def test_the_same_seed_gives_the_same_answers():
    labels, truth = people(60, 3)
    assert figures(sample_of(labels, truth), 4) == figures(sample_of(labels, truth), 4)


def test_isotonic_answers_come_from_the_other_folds():
    rng = np.random.default_rng(0)
    score, fold = rng.normal(size=50), np.arange(50) % 5
    y, weight = score + rng.normal(size=50), rng.uniform(1, 3, 50)
    made = isotonic_answers(score, y, weight, fold)
    changed = isotonic_answers(score, np.where(fold == 2, 99.0, y), weight, fold)
    assert changed[fold == 2] == pytest.approx(made[fold == 2])
    order = np.argsort(score[fold == 0])
    assert (np.diff(made[fold == 0][order]) >= 0).all()
    down = isotonic_answers(-score, y, weight, fold)
    assert down == pytest.approx(made)
    assert isotonic_answers(np.zeros(4), np.arange(4.0), np.ones(4), np.zeros(4, dtype=int)) == pytest.approx(1.5)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval"])
def test_the_advantage_of_random_answers_is_the_mean_of_endless_draws(scale):
    labels, truth = people(60, 4, 2, 0.2)
    chance = np.where(np.arange(60) < 30, 0.2, 1.0)
    sample = sample_of(labels, truth, scale, labeled=() if scale == "interval" else LABELS,
                       stratum=(np.arange(60) // 30).tolist(), inclusion_probability=chance)  # fmt: skip
    contest = Contest.of(sample, sample.stratum, 1 if scale == "nominal" else None)
    said = (sample.label == 1).astype(float) if scale == "nominal" else sample.value
    weight = (sample.weight / sample.n_labels)[sample.item]
    values = np.unique(said)
    share = np.array([weight[said == value].sum() for value in values]) / weight.sum()
    always = [contest(np.full(60, value))[0].astype(float) for value in values]
    expected = share @ [contest.mean_of_means(ahead, 60).value for ahead in always]
    label = "b" if scale == "nominal" else None
    figure = figures(sample)["alt_test_advantage_probability_random", label]
    assert figure.value == pytest.approx(expected)
    chances, of_drawn = contest.by_chance(said, weight)
    assert chances == pytest.approx(share @ np.array(always))
    for value, ahead in zip(values, always, strict=True):
        assert of_drawn[said == value] == pytest.approx(contest.mean_of_means(ahead, 60).value)
