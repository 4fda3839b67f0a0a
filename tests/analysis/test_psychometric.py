"""The psychometric function: the published fits, brute force, known truths, and reasons in place of numbers."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit

from analysis import psychometric_fit
from analysis.psychometric import psychometric
from analysis.psychometric_fit import WIDTH, fit
from analysis.trials import Trials

# The example of psignifit's tutorial (Wichmann and Hill's constrained maximum likelihood, logistic, two alternatives).
INTENSITY = np.array([0.0, 2, 4, 6, 8, 10])
RIGHT, TRIALS = np.array([[34.0, 32, 40, 48, 50, 48]]), np.full((1, 6), 50.0)
NAMES = ("psychometric_threshold", "psychometric_width", "lapse_rate")


def test_psignifits_example_with_a_flat_prior():
    """Lapse uniform on [0, 0.1]: it prints 2.7517686, 1.45723724, 0.01555636, and a deviance of 8.071331367479."""
    found = fit(INTENSITY, TRIALS, RIGHT, (1, 1))
    m, log_s, lapse = found.theta[0]
    assert (m, math.exp(log_s), lapse) == pytest.approx((2.7517686, 1.45723724, 0.01555636), abs=5e-5)
    assert 2 * math.log(9) * math.exp(log_s) == pytest.approx(6.40375494, abs=2e-4)  # it counts from 10 % to 90 %
    assert deviance(found.at(INTENSITY)) == pytest.approx(8.0713313674, abs=2e-7)


def test_psignifits_example_with_a_beta_prior():
    """Beta(2, 30): its tests hold 2.7373, 1.40406 and 0.0203201."""
    m, log_s, lapse = fit(INTENSITY, TRIALS, RIGHT, (2, 30)).theta[0]
    assert (m, math.exp(log_s), lapse) == pytest.approx((2.7373, 1.40406, 0.0203201), rel=2e-4)


def deviance(p):
    right, wrong = RIGHT / TRIALS, 1 - RIGHT / TRIALS
    terms = RIGHT * np.log(right / p) + (TRIALS - RIGHT) * np.log(np.where(wrong > 0, wrong, 1) / (1 - p))
    return 2 * float(terms.sum())


def penalised(theta, gap, trials, right):
    """The logarithm of the posterior, written anew."""
    m, log_s, lapse = theta
    if not 0 <= lapse <= 0.1:
        return -np.inf
    p = 0.5 + (0.5 - lapse) * expit((gap - m) / np.exp(log_s))
    return float((right * np.log(p) + (trials - right) * np.log(1 - p)).sum()) + 9 * np.log(1 - lapse)


@pytest.mark.parametrize("seed", range(4))
def test_no_other_function_fits_better(seed):
    rng = np.random.default_rng(seed)
    gap = rng.gamma(2, 2, 40) + 0.1
    trials = rng.integers(2, 9, 40).astype(float)
    right = rng.binomial(trials.astype(int), 0.5 + 0.46 * expit(gap - 3)).astype(float)
    theta = fit(gap, trials[None], right[None]).theta[0]
    best = -np.inf
    for m in (2.0, 4.0):
        for s in (0.3, 1.5):
            start = np.array([m, math.log(s), 0.03])
            found = minimize(
                lambda t: min(-penalised(t, gap, trials, right), 1e9),
                start,
                method="Nelder-Mead",
                options={"maxiter": 4000, "xatol": 1e-8, "fatol": 1e-10},
            )
            best = max(best, -found.fun)
    assert penalised(theta, gap, trials, right) >= best - 1e-4


def test_a_given_lapse_is_kept_and_the_rest_fits_it():
    found = fit(INTENSITY, np.tile(TRIALS, (2, 1)), np.tile(RIGHT, (2, 1)), (1, 1), np.array([0.0, 0.05]))
    assert found.theta[:, 2] == pytest.approx([0, 0.05], abs=1e-8)
    free = fit(INTENSITY, TRIALS, RIGHT, (1, 1))
    again = fit(INTENSITY, TRIALS, RIGHT, (1, 1), free.theta[:, 2])
    assert again.theta == pytest.approx(free.theta, abs=1e-6)


def test_the_interval_of_the_lapse_is_the_profile_likelihoods():
    """One rater, and pairs of one trial each: nothing to widen it but Student's t."""
    trials = trials_of(GAPS, RISING, 1, seed=3)
    figure = psychometric(trials, 1, 20).figures[2]
    right = trials.correct

    def lost(lapse):
        rest = [
            minimize(lambda t: -penalised((t[0], t[1], lapse), GAPS, 1.0, right), start, method="Nelder-Mead").fun
            for start in ((3.0, 0.0), (5.0, 0.5))
        ]
        return min(rest)

    best = min(lost(lapse) for lapse in np.linspace(0, 0.1, 21))
    kept = [lapse for lapse in np.linspace(0, 0.1, 41) if 2 * (lost(lapse) - best) <= 1.98**2]
    assert (figure.low, figure.high) == pytest.approx((kept[0], kept[-1]), abs=0.01)


def test_many_sets_of_data_are_fitted_as_each_alone():
    rng = np.random.default_rng(2)
    gap = np.linspace(0.5, 9, 25)
    trials = np.full((30, 25), 6.0)
    right = rng.binomial(6, 0.5 + 0.48 * expit(gap - 3), (30, 25)).astype(float)
    together = fit(gap, trials, right).theta
    alone = np.concatenate([fit(gap, t[None], r[None]).theta for t, r in zip(trials, right, strict=True)])
    assert together == pytest.approx(alone, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 6), st.floats(-1, 1), st.floats(0.005, 0.09), st.integers(0, 999))
def test_derivatives_are_those_of_finite_differences(m, log_s, lapse, seed):
    rng = np.random.default_rng(seed)
    gap, trials = rng.uniform(0.1, 8, 7), np.full((1, 7), 10.0)
    right = rng.integers(0, 11, (1, 7)).astype(float)
    theta, prior = np.array([[m, log_s, lapse]]), (1.5, 10.0)

    def value(t):
        return float(psychometric_fit.objective(t, gap, trials, right, prior)[0])

    def gradient(t):
        return psychometric_fit._derivatives(t, gap, trials, right, prior)[0][0]

    steps = 1e-5 * np.array([1, 1, 0.01])
    exact, bent = psychometric_fit._derivatives(theta, gap, trials, right, prior)
    for j, h in enumerate(steps):
        step = np.eye(3)[j] * h
        assert exact[0, j] == pytest.approx((value(theta + step) - value(theta - step)) / 2 / h, rel=1e-4, abs=1e-3)
        slope = (gradient(theta + step) - gradient(theta - step)) / 2 / h
        assert -bent[0, j] == pytest.approx(slope, rel=1e-3, abs=1e-2)


def trials_of(gap, p, n_raters=5, seed=0, **columns):
    """Everybody on every pair; `p` (n,) is the chance to be right."""
    right = np.random.default_rng(seed).random((len(gap), n_raters)) < np.asarray(p)[:, None]
    cells = list(np.ndindex(right.shape))
    return Trials.from_columns(
        [f"p{i:04}" for i, _ in cells],
        [f"r{r}" for _, r in cells],
        [bool(right[cell]) for cell in cells],
        [float(gap[i]) for i, _ in cells],
        **{name: [values[i] for i, _ in cells] for name, values in columns.items()},
    )


GAPS = np.linspace(0.2, 10, 120)
RISING = 0.5 + 0.48 * expit(GAPS - 4)


def test_a_known_function_is_found_again():
    found = psychometric(trials_of(GAPS, RISING, 60), 1, 100)
    threshold, width, lapse = found.figures
    assert tuple(f.name for f in found.figures) == NAMES
    assert threshold.value == pytest.approx(4, abs=0.15)
    assert width.value == pytest.approx(WIDTH, rel=0.1)
    assert lapse.value == pytest.approx(0.02, abs=0.008)
    for figure, truth in zip(found.figures, (4, WIDTH, 0.02), strict=True):
        assert figure.low < truth < figure.high
        assert (figure.speaks_for, figure.n_stimuli, figure.n_raters) == ("raters like these", 120, 60)
    assert lapse.low >= 0
    assert lapse.high <= 0.1


def test_the_curves_rise_and_hold_together():
    found = psychometric(trials_of(GAPS, RISING, 30), 1, 100)
    observed, fitted = found.curves["correct_given_gap"], found.curves["correct_given_gap_fitted"]
    assert sum(point.n_stimuli for point in observed) == 120
    assert {point.label for point in (*observed, *fitted)} == {"correct"}
    assert all(one.activation_high < other.activation_low for one, other in pairwise(observed))
    values = [point.value for point in fitted]
    assert values == sorted(values)
    assert (fitted[0].activation, fitted[-1].activation) == (0.2, 10.0)
    for point in fitted:
        assert 0.5 <= point.low <= point.value <= point.high <= 1
    for point in observed:
        near = min(fitted, key=lambda other: abs(other.activation - point.activation))
        assert point.value == pytest.approx(near.value, abs=0.08)


@pytest.mark.parametrize(
    ("gap", "p", "reason"),
    [
        (GAPS, np.ones(120), "undefined: all correct"),
        (GAPS, np.full(120, 0.4), "undefined: no better than chance"),
        (np.full(120, 3.0), RISING, "undefined: the gap is constant"),
        (GAPS[:9], RISING[:9], "fewer than 10 pairs"),
        (GAPS, np.where(GAPS < 0.5, 0.95, 0.97), "undefined: halfway lies below the smallest gap"),
        (GAPS, np.linspace(0.9, 0.6, 120), "undefined: "),
    ],
)
def test_where_there_is_no_function_the_reason_stands(gap, p, reason):
    found = psychometric(trials_of(gap, p), 1, 50)
    assert [figure.value for figure in found.figures] == [None] * 3
    assert all(figure.undefined.startswith(reason) for figure in found.figures)
    assert set(found.curves) == {"correct_given_gap"}


def test_without_blind_trials_there_is_nothing():
    found = psychometric(trials_of(GAPS, RISING, condition=["revealed"] * 120), 1, 50)
    assert found.figures[0].undefined.startswith("fewer than")
    assert found.curves == {}


def test_blind_trials_alone_are_fitted():
    both = np.concatenate([GAPS, GAPS])
    condition = ["blind"] * 120 + ["revealed"] * 120
    mixed = psychometric(trials_of(both, np.concatenate([RISING, np.ones(120)]), condition=condition), 1, 50)
    alone = psychometric(trials_of(GAPS, RISING), 1, 50)
    assert [f.value for f in mixed.figures] == pytest.approx([f.value for f in alone.figures])


def test_the_unit_of_the_gap_is_the_unit_of_the_threshold():
    one, ten = (psychometric(trials_of(GAPS * scale, RISING), 1, 40).figures for scale in (1, 10))
    for figure, other, scale in zip(one, ten, (10, 10, 1), strict=True):
        for value, same in zip(
            (figure.value, figure.low, figure.high), (other.value, other.low, other.high), strict=True
        ):
            assert same == pytest.approx(scale * value, rel=1e-3, abs=1e-4)


def test_pairs_that_stand_for_twice_as_many_count_twice():
    doubled = trials_of(GAPS, RISING, inclusion_probability=np.where(GAPS > 5, 0.1, 0.2).tolist())
    pair, right = doubled.pair, doubled.correct
    trials = np.bincount(pair) * np.where(GAPS > 5, 2.0, 1.0)
    share = np.bincount(pair, right) / np.bincount(pair)
    scale = np.bincount(pair).sum() / trials.sum()  # the prior weighs as against so many trials
    expected = fit(GAPS, trials[None] * scale, (trials * share)[None] * scale)
    assert psychometric(doubled, 1, 50).figures[0].value == pytest.approx(expected.theta[0, 0], abs=1e-6)


def test_replicates_on_knots_are_those_on_all_gaps(monkeypatch):
    gap = np.linspace(0.2, 10, 300)
    trials = trials_of(gap, 0.5 + 0.48 * expit(gap - 4))
    coarse = psychometric(trials, 1, 60).figures
    monkeypatch.setattr("analysis.psychometric._KNOTS", 1000)
    for figure, exact in zip(coarse, psychometric(trials, 1, 60).figures, strict=True):
        span = exact.high - exact.low
        assert (figure.low, figure.high) == pytest.approx((exact.low, exact.high), abs=0.03 * span)


def test_the_same_seed_gives_the_same_figures():
    trials = trials_of(GAPS, RISING)
    assert psychometric(trials, 3, 30).figures == psychometric(trials, 3, 30).figures
    assert psychometric(trials, 3, 30).figures != psychometric(trials, 4, 30).figures


def test_raters_who_differ_widen_the_interval(monkeypatch):
    rng = np.random.default_rng(5)
    right = rng.random((120, 6)) < 0.5 + 0.48 * expit(GAPS[:, None] - 4 + np.linspace(-3, 3, 6))
    trials = trials_of(GAPS, RISING, 6)
    trials = replace(trials, correct=right.ravel().astype(float))  # rows are sorted by pair, then by rater
    everyone = psychometric(trials, 1, 100).figures[0]
    monkeypatch.setattr("analysis.forced_choice.ENOUGH_RATERS", 99)
    monkeypatch.setattr("analysis.psychometric.ENOUGH_RATERS", 99)
    given_these = psychometric(trials, 1, 100).figures[0]
    assert (everyone.speaks_for, given_these.speaks_for) == ("raters like these", "these raters")
    assert everyone.high - everyone.low > 1.5 * (given_these.high - given_these.low)


def test_an_interval_with_no_known_end_is_not_shown():
    """So few trials that in many a draw the function is a step, or flat: the width could be anything."""
    found = psychometric(trials_of(np.linspace(1, 9, 12), np.full(12, 0.62), 2, seed=4), 1, 200)
    for figure in found.figures[:2]:
        assert figure.undefined or figure.high is None or figure.high < 90
