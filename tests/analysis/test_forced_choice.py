"""The two-alternative task: what gets in, what comes out, and how far it would vary."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.forced_choice import TwoWay, forced_choice, proportion_correct
from analysis.judgements import InputError
from analysis.trials import Trials

# Shrout and Fleiss 1979, table 2: six targets, each rated by four judges. Table 3 gives the mean squares.
SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)


def crossed(correct, **columns):
    """(n, R) of answers, -1 for none, as trials: pair n has a gap of n + 1."""
    cells = [(i, r, y) for (i, r), y in np.ndenumerate(np.asarray(correct)) if y >= 0]
    pair, rater, right = zip(*cells, strict=True)
    rest = {name: [values[i] for i in pair] for name, values in columns.items()}
    gaps = rest.pop("gap", [float(i + 1) for i in pair])
    return Trials.from_columns([f"p{i:03}" for i in pair], [f"r{r}" for r in rater], list(right), gaps, **rest)


def answers(n, n_raters, p=0.8, seed=0):
    return (np.random.default_rng(seed).random((n, n_raters)) < p).astype(int)


def get(figures, label=None, rater=None):
    return next(f for f in figures if (f.label, f.rater) == (label, rater))


# ---- the variance ------------------------------------------------------------------------------------------------


def test_of_a_complete_table_the_variance_is_that_of_the_two_way_analysis_of_variance():
    """Shrout and Fleiss print BMS 11.24, JMS 32.49 and EMS 1.02; the mean has variance (JMS + BMS - EMS) / 24."""
    trials = crossed(np.ones((6, 4)))
    found = TwoWay.of(trials, (SHROUT - SHROUT.mean()).ravel()).spread(np.full(6, 1 / 24))
    bms, jms, ems = (24 * v for v in _mean_squares(SHROUT))
    assert [round(ms, 2) for ms in (bms, jms, ems)] == [11.24, 32.49, 1.02]
    assert found.variance == pytest.approx((jms + bms - ems) / 24)
    assert found.df == pytest.approx((jms + bms - ems) ** 2 / (jms**2 / 3 + bms**2 / 5 + ems**2 / 15))


def _mean_squares(table):
    """Of the mean of all: what pairs, raters and the rest bring, by the textbook."""
    n, r = table.shape
    rows, columns, mean = table.mean(axis=1), table.mean(axis=0), table.mean()
    left = table - rows[:, None] - columns + mean
    return (
        rows.var(ddof=1) / n,
        columns.var(ddof=1) / r,
        (left**2).sum() / ((n - 1) * (r - 1)) / (n * r),
    )


def test_of_a_table_with_gaps_what_is_left_is_the_residual_of_least_squares():
    rng = np.random.default_rng(3)
    table = np.where(rng.random((12, 5)) < 0.7, 1, -1)
    trials = crossed(table)
    residual = rng.normal(size=len(trials.pair))
    design = np.hstack([trials.pair[:, None] == np.arange(12), trials.rater[:, None] == np.arange(5)]).astype(float)
    exact = residual - design @ np.linalg.lstsq(design, residual, rcond=None)[0]
    assert TwoWay.of(trials, residual).left == pytest.approx(exact, abs=1e-3)


def test_where_each_pair_has_one_rater_the_variance_is_that_between_raters():
    right = np.full((40, 4), -1)
    for r, p in enumerate((10, 7, 4, 9)):
        right[10 * r : 10 * r + 10, r] = np.arange(10) < p
    found = TwoWay.of(trials := crossed(right), trials.correct - 0.75).spread(np.full(40, 1 / 40))
    assert found.variance == pytest.approx(np.var([1.0, 0.7, 0.4, 0.9], ddof=1) / 4, rel=0.01)


def test_the_variance_is_never_below_that_of_independent_trials():
    """Everybody is right on exactly half of the pairs, and every pair is got right by half: less than chance varies."""
    right = np.indices((10, 4)).sum(axis=0) % 2
    trials = crossed(right)
    found = TwoWay.of(trials, trials.correct - 0.5).spread(np.full(10, 1 / 40))
    assert found.variance == pytest.approx(0.25 / 40)


def test_the_interval_covers_where_that_of_independent_trials_does_not():
    rng = np.random.default_rng(0)
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    truth = float((weights / weights.sum()) @ (0.5 + 0.5 / (1 + np.exp(-1 - math.sqrt(2) * nodes))))
    hits = plain = 0
    for _ in range(100):
        skill, ease = rng.normal(size=5), rng.normal(size=(60, 1))
        right = rng.random((60, 5)) < 0.5 + 0.5 / (1 + np.exp(-1 - skill - ease))
        figure = proportion_correct(crossed(right.astype(int)))
        hits += figure.low <= truth <= figure.high
        half = 1.96 * math.sqrt(figure.value * (1 - figure.value) / 300)
        plain += abs(figure.value - truth) <= half
    assert hits / 100 >= 0.92
    assert plain / 100 <= 0.80


# ---- the figures -------------------------------------------------------------------------------------------------


def test_all_blind_trials_conditions_levels_and_raters_have_their_figures():
    right = answers(20, 3)
    blind, bare = right[:12], right[12:]
    condition = ["blind"] * 12 + ["without references"] * 8
    sure = [1 + i % 2 for i in range(20)]
    figures = forced_choice(crossed(right, condition=condition, confidence=sure))
    assert {f.name for f in figures} == {"proportion_correct"}
    assert [(f.label, f.rater) for f in figures] == [
        (None, None),
        ("blind", None),
        ("without references", None),
        ("confidence 1", None),
        ("confidence 2", None),
        (None, "r0"),
        (None, "r1"),
        (None, "r2"),
    ]
    assert get(figures).value == get(figures, "blind").value == pytest.approx(blind.mean())
    assert get(figures, "without references").value == pytest.approx(bare.mean())
    assert get(figures, "confidence 1").value == pytest.approx(blind[::2].mean())
    assert get(figures, rater="r1").value == pytest.approx(blind[:, 1].mean())
    assert (get(figures).n_stimuli, get(figures).n_raters, get(figures).n_judgements) == (12, 3, 36)
    assert (get(figures, rater="r1").n_raters, get(figures, rater="r1").n_judgements) == (1, 12)
    assert (get(figures).speaks_for, get(figures).target) == ("raters like these", "these stimuli")
    assert get(figures, rater="r1").speaks_for == "these raters"


def test_a_raters_own_interval_is_wilsons():
    """Newcombe 1998, table I, method 3: 81 of 263."""
    right = (np.arange(263) < 81).astype(int)[:, None]
    figure = get(forced_choice(crossed(right)), rater="r0")
    assert (figure.low, figure.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)


@pytest.mark.parametrize("n_raters", [1, 2])
def test_one_or_two_raters_speak_for_themselves(n_raters):
    """With them given, only the pairs vary."""
    right = answers(50, n_raters)
    figure = proportion_correct(crossed(right))
    assert figure.speaks_for == "these raters"
    variance = max(right.mean(axis=1).var(ddof=1) / 50, figure.value * (1 - figure.value) / right.size)
    t_over_z = 2.0096 / 1.96  # of 49 degrees of freedom
    half = (figure.high - figure.low) / 2
    assert half == pytest.approx(1.96 * t_over_z * math.sqrt(variance), rel=0.05)


def test_where_all_are_right_the_interval_rests_on_the_number_of_pairs():
    """Wilson's upper end for 0 of 20 is 0.1611 (Newcombe 1998)."""
    figure = proportion_correct(crossed(np.ones((20, 5))))
    assert (figure.value, figure.low, figure.high) == (1.0, pytest.approx(1 - 0.1611, abs=5e-5), 1.0)


def test_one_pair_tells_nothing_of_others():
    figure = proportion_correct(crossed([[1, 0, 1, 1]]))
    assert (figure.value, figure.low, figure.high) == (0.75, None, None)


def test_without_a_blind_trial_the_other_conditions_stand():
    figures = forced_choice(crossed(answers(12, 3), condition=["revealed"] * 6 + ["feedback"] * 6))
    assert get(figures).undefined == "no such trials"
    assert get(figures, "revealed").value is not None


def test_pairs_that_stand_for_more_count_for_more():
    right = np.repeat([[1], [0]], 10, axis=0) @ np.ones((1, 4))
    chance = [0.5] * 10 + [0.1] * 10
    figure = proportion_correct(crossed(right, inclusion_probability=chance))
    assert figure.value == pytest.approx(20 / 120)
    assert figure.target == "the population"


def test_equal_weights_are_no_weights():
    right = answers(30, 4)
    plain, weighted = (proportion_correct(crossed(right, **c)) for c in ({}, {"inclusion_probability": [0.2] * 30}))
    assert (weighted.value, weighted.low, weighted.high) == pytest.approx((plain.value, plain.low, plain.high))


def test_strata_take_the_variance_between_them_out():
    """Easy pairs are always got right, and hard ones by half: that they differ is no chance."""
    right = np.vstack([np.ones((40, 4)), answers(40, 4, 0.5)])
    strata, plain = (crossed(right, **c) for c in ({"stratum": ["easy"] * 40 + ["hard"] * 40}, {}))
    in_strata, at_large = (TwoWay.of(t, t.correct - right.mean()).spread(np.full(80, 1 / 320)) for t in (strata, plain))
    assert in_strata.variance < at_large.variance
    assert proportion_correct(strata).value == proportion_correct(plain).value


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(24)), st.integers(0, 99))
def test_the_order_of_rows_changes_nothing(order, seed):
    right, levels = answers(6, 4, 0.7, seed).ravel(), np.random.default_rng(seed).integers(1, 4, 24).tolist()
    rows = [(f"p{k // 4}", f"r{k % 4}", int(y), 1.0 + k // 4, levels[k]) for k, y in enumerate(right)]

    def figures(chosen):
        pair, rater, correct, gap, sure = zip(*chosen, strict=True)
        return forced_choice(Trials.from_columns(pair, rater, correct, gap, confidence=sure))

    assert figures(rows) == figures([rows[k] for k in order])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 6), st.integers(2, 30))
def test_an_interval_holds_its_value_and_lies_within_bounds(seed, n_raters, n):
    rng = np.random.default_rng(seed)
    right = np.where(rng.random((n, n_raters)) < 0.8, rng.random((n, n_raters)) < rng.random(), -1)
    right[0] = 1
    for figure in forced_choice(crossed(right, inclusion_probability=rng.uniform(0.01, 1, n).tolist())):
        if figure.low is not None:
            assert 0 <= figure.low <= figure.value <= figure.high <= 1


# ---- at the door -------------------------------------------------------------------------------------------------

GOOD = {"pair": ["a", "a", "b"], "rater": ["x", "y", "x"], "correct": [1, 0, 1], "gap": [1.0, 1.0, 2.0]}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"pair": [], "rater": [], "correct": [], "gap": []}, "no trial"),
        ({"rater": ["x", "y"]}, "equally long.*rater 2"),
        ({"confidence": [1, 2]}, "equally long.*confidence 2"),
        ({"gap": [1.0, 1.0, 0.0]}, "gap must be a positive number; it is not for b"),
        ({"gap": [-1.0, -1.0, 2.0]}, "gap must be a positive number; it is not for a"),
        ({"gap": [1.0, 1.0, math.nan]}, "gap must be a positive number"),
        ({"gap": [1.0, 1.0, math.inf]}, "gap must be a positive number"),
        ({"gap": [1.0, 1.5, 2.0]}, "A pair has one gap; these have several: a"),
        ({"stratum": ["s", "t", "s"]}, "A pair has one stratum; these have several: a"),
        ({"inclusion_probability": [0.5, 0.4, 1]}, "A pair has one inclusion probability"),
        ({"inclusion_probability": [0.5, 0.5, 0]}, "above 0 and at most 1; it is not for b"),
        ({"correct": [1, 2, 1]}, "right .1. or wrong .0.; it is not for a"),
        ({"correct": [1, None, 1]}, "right .1. or wrong .0."),
        ({"confidence": [1, -2, None]}, "confidence must be a whole number; it is not for a"),
        ({"rater": ["x", "x", "x"]}, "More than one first trial by rater x on pair a"),
    ],
)
def test_what_does_not_fit_is_refused(changed, words):
    with pytest.raises(InputError, match=words):
        Trials.from_columns(**(GOOD | changed))


def test_the_same_pair_may_be_judged_once_in_each_condition():
    columns = GOOD | {"rater": ["x", "x", "x"], "condition": [None, "revealed", ""]}
    trials = Trials.from_columns(**columns)
    assert trials.conditions == ("blind", "revealed")
    assert (len(trials.of_condition("blind").pair), trials.of_condition("revealed").pairs) == (2, ("a",))
