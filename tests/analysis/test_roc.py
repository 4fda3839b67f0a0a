import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from juries import LABELS, Population, sample_of

from analysis.roc import MOST_POINTS, Roc, rater_points, roc_points
from analysis.unit_statistics import UnitStatistics

ANSWERS = [[0, 0, 1], [1, 2, 2], [2, 2, 2], [0, 1, 2], [0, 0, 0], [2, 1, 2]]
ACTIVATION = [-1.0, 0.5, 3.0, 0.5, -2.0, 4.0]
CHANCE = [0.1, 0.5, 1.0, 0.5, 0.1, 1.0]


def of(points, label, at_least=False):
    return [point for point in points if (point.label, point.at_least) == (label, at_least)]


def rates(points):
    return np.array([[point.false_positive_rate, point.true_positive_rate] for point in points]).T


def area(x, y):
    return float(np.trapezoid(y, x))


def aurocs(sample):
    unit = UnitStatistics.of(sample, sample.activation, 0)
    figures = dict(zip(unit.keys, unit.values(sample.weight[None])[0], strict=True))
    return {
        (label, name == "auroc_at_least"): value
        for (name, label), value in figures.items()
        if name in ("auroc", "auroc_at_least")
    }


def by_brute_force(sample, share):
    """The rates at each threshold, one stimulus after the other."""
    found = []
    for threshold in sorted(set(sample.activation), reverse=True):
        hits = alarms = positive = negative = 0.0
        for a, p, w in zip(sample.activation, share, sample.weight, strict=True):
            positive, negative = positive + w * p, negative + w * (1 - p)
            if a >= threshold:
                hits, alarms = hits + w * p, alarms + w * (1 - p)
        found.append((threshold, alarms / negative, hits / positive))
    return found


def test_every_point_is_what_the_unit_would_get_right_with_that_threshold():
    sample = sample_of(ANSWERS, ACTIVATION, chance=CHANCE)
    made = roc_points(sample, sample.activation)
    shares = {(name, False): share for name, share in zip(LABELS, sample.shares.T, strict=True)}
    shares |= {(name, True): share for name, share in zip(LABELS[1:], sample.at_least.T[1:], strict=True)}
    assert {(point.label, point.at_least) for point in made} == set(shares)
    for key, share in shares.items():
        first, *rest = of(made, *key)
        assert (first.threshold, first.false_positive_rate, first.true_positive_rate) == (None, 0, 0)
        told = [(point.threshold, point.false_positive_rate, point.true_positive_rate) for point in rest]
        assert np.array(told) == pytest.approx(np.array(by_brute_force(sample, share)))
        assert told[-1][1:] == (1, 1)


studies = st.lists(
    st.tuples(st.lists(st.integers(0, 2), min_size=1, max_size=4), st.integers(-3, 3), st.sampled_from([1, 0.5, 0.01])),
    min_size=2,
    max_size=20,
)


@settings(max_examples=150, deadline=None)
@given(studies, st.sampled_from(["nominal", "ordinal"]))
def test_the_area_is_the_auroc_and_the_curve_never_falls(rows, scale):
    answers, activation, chance = (list(column) for column in zip(*rows, strict=True))
    sample = sample_of(answers, [float(a) for a in activation], chance=chance, scale=scale)
    made, figures = roc_points(sample, sample.activation), aurocs(sample)
    for key, value in figures.items():
        points = of(made, *key)
        assert bool(points) == bool(np.isfinite(value))
        if points:
            x, y = rates(points)
            assert area(x, y) == pytest.approx(value, abs=1e-9)
            assert (np.diff(x) >= 0).all()
            assert (np.diff(y) >= 0).all()
            thresholds = [point.threshold for point in points[1:]]
            assert thresholds == sorted(set(thresholds), reverse=True)
    assert {(point.label, point.at_least) for point in made} <= set(figures)


def test_a_study_of_many_images_keeps_its_area_with_few_points():
    sample = Population(seed=2, size=4000).all()
    made, figures = roc_points(sample, sample.activation), aurocs(sample)
    for key, value in figures.items():
        x, y = rates(of(made, *key))
        assert len(x) <= MOST_POINTS
        assert area(x, y) == pytest.approx(value, abs=0.002)
        whole = Roc.of(sample.activation, sample.shares[:, LABELS.index(key[0])], sample.weight)
        if not key[1]:
            assert whole.area == pytest.approx(value, abs=1e-9)
            assert len(whole.true_positive) == 4001


@settings(max_examples=150, deadline=None)
@given(st.integers(200, 1500), st.integers(1, 6), st.integers(1, 6), st.floats(0, 1), st.integers(0, 99))
def test_thinning_keeps_the_area_of_stairs_too(n, yes, no, noise, seed):
    """Regular steps, of as many stimuli with the label as `yes` and then as many without it as `no`."""
    rng = np.random.default_rng(seed)
    stairs = np.where(rng.random(n) < noise, rng.random(n), (np.arange(n) % (yes + no) < yes).astype(float))
    curve = Roc.of(-np.arange(float(n)), stairs, np.ones(n))
    kept = curve.kept()
    assert len(kept) <= MOST_POINTS
    assert kept[0] == 0
    assert kept[-1] == n
    assert (np.diff(kept) > 0).all()
    assert area(curve.false_positive[kept], curve.true_positive[kept]) == pytest.approx(curve.area, abs=0.002)


def test_a_rater_is_a_point_against_the_others_shares():
    """By hand: of rater 2's stimuli the others' shares of "curve" are 0, 1/2, 1, 0, 0, 1/2."""
    sample = sample_of(ANSWERS, ACTIVATION, chance=CHANCE)
    (last,) = [point for point in of(rater_points(sample), "curve") if point.rater == "r2"]
    others, weight = np.array([0, 0.5, 1, 0, 0, 0.5]), 1 / np.array(CHANCE)
    said = np.array([0, 1, 1, 1, 0, 1])
    assert last.true_positive_rate == pytest.approx((weight * others * said).sum() / (weight * others).sum())
    assert last.false_positive_rate == pytest.approx(
        (weight * (1 - others) * said).sum() / (weight * (1 - others)).sum()
    )
    assert last.n_stimuli == 6


@settings(max_examples=100, deadline=None)
@given(studies)
def test_rater_points_one_by_one(rows):
    answers, activation, chance = (list(column) for column in zip(*rows, strict=True))
    sample = sample_of(answers, [float(a) for a in activation], chance=chance)
    made = {(point.label, point.at_least, point.rater): point for point in rater_points(sample)}
    for at_least in (False, True):
        for k in range(int(at_least), 3):
            for r in range(4):
                sums = np.zeros(4)
                for row, pi in zip(answers, chance, strict=True):
                    if r >= len(row) or len(row) < 2:
                        continue
                    says = [x >= k if at_least else x == k for x in row]
                    p = (sum(says) - says[r]) / (len(row) - 1)
                    sums += np.array([p, 1 - p, p * says[r], (1 - p) * says[r]]) / pi
                point = made.pop((LABELS[k], at_least, f"r{r}"), None)
                assert (point is not None) == bool(sums[0] * sums[1] > 1e-9)
                if point:
                    assert point.true_positive_rate == pytest.approx(sums[2] / sums[0])
                    assert point.false_positive_rate == pytest.approx(sums[3] / sums[1])
                    assert point.n_stimuli == sum(len(row) > max(r, 1) for row in answers)
    assert not made


def test_numbers_without_categories_have_no_curve():
    sample = sample_of([[1.0, 2.0], [3.0, 3.5]], [0.0, 1.0], scale="interval")
    assert roc_points(sample, sample.activation) == []
    assert rater_points(sample) == []
