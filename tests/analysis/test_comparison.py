import numpy as np
import pytest
from juries import Population, resampling, sample_of

from analysis.comparison import COMPARED, MOST_FOR_ALL_PAIRS, compare
from analysis.detection import detection


def two_units(seed=0, n_replicates=200):
    population = Population(seed=8)
    other = population.activation + 1.2 * np.random.default_rng(1).normal(size=len(population.activation))
    chosen, sample = population.draw(seed)
    units = {"sharp": sample.activation, "blunt": other[chosen]}
    return sample, units, compare(sample, units, resampling(sample, n_replicates), seed)


def test_a_difference_is_that_of_the_units_own_figures():
    sample, units, made = two_units()
    own = {
        name: {(f.name, f.label): f for f in detection(sample, activation, resampling(sample, 200), 0)}
        for name, activation in units.items()
    }
    assert {row.name.removesuffix("_at_least") for row in made.rows} == set(COMPARED)
    for row in made.rows:
        one, other = (own[name][row.name, row.label] for name in (row.unit, row.other))
        assert (row.value, row.other_value) == pytest.approx((one.value, other.value))
        assert row.difference == pytest.approx(one.value - other.value)
        assert row.low < row.difference < row.high
    assert made.target == "the population"


def test_pairing_narrows_the_interval():
    """A unit and a nearly equal one: they are wrong on the same images."""
    _, sample = Population(seed=8).draw(0)
    nudged = sample.activation + 0.05 * np.random.default_rng(2).normal(size=len(sample.activation))
    draws = resampling(sample, 200)
    made = compare(sample, {"unit": sample.activation, "nudged": nudged}, draws, 0)
    alone = {(f.name, f.label): f for f in detection(sample, sample.activation, draws, 0)}
    for row in made.rows:
        if row.name in ("auroc", "average_precision", "spearman"):
            figure = alone[row.name, row.label]
            assert row.high - row.low < 0.6 * (figure.high - figure.low)
            assert row.low < 0 < row.high


def test_a_unit_does_not_differ_from_itself():
    _, sample = Population(seed=8).draw(0)
    made = compare(sample, {"one": sample.activation, "two": sample.activation}, resampling(sample, 50), 0)
    assert {row.difference for row in made.rows} == {0}
    assert {row.low for row in made.rows if "threshold" not in row.name} == {None}  # no replicate differs


def test_few_units_are_compared_in_all_pairs_and_many_with_the_first():
    _, sample = Population(seed=8).draw(0)
    rng = np.random.default_rng(0)
    units = {f"unit {k}": rng.normal(size=len(sample.activation)) for k in range(MOST_FOR_ALL_PAIRS + 1)}
    few = compare(sample, dict(list(units.items())[:3]), resampling(sample, 20), 0)
    assert {(r.unit, r.other) for r in few.rows} == {("unit 0", "unit 1"), ("unit 0", "unit 2"), ("unit 1", "unit 2")}
    many = compare(sample, units, resampling(sample, 20), 0)
    assert {(r.unit, r.other) for r in many.rows} == {("unit 0", f"unit {k}") for k in range(1, 5)}


def test_a_figure_that_one_unit_lacks_is_left_out():
    sample = sample_of([[0, 0], [1, 2], [2, 2], [0, 1]] * 5, np.arange(20.0), scale="ordinal")
    dark = -1.0 - np.arange(20) % 3
    made = compare(sample, {"dark": dark, "lit": sample.activation}, resampling(sample, 50), 0)
    names = {row.name for row in made.rows}
    assert {"auroc", "spearman"} <= names
    assert "share_of_expected_activation" not in names
    flat = compare(sample, {"flat": np.full(20, 1.0), "lit": sample.activation}, resampling(sample, 50), 0)
    assert {row.name for row in flat.rows} == {"share_of_expected_activation"}


def test_intervals_of_differences_cover():
    """Over 300 samples they covered 0.93 to 0.99."""
    population, covered = Population(seed=8), []
    other = population.activation + 1.2 * np.random.default_rng(1).normal(size=len(population.activation))
    everyone = population.all()
    whole = compare(everyone, {"sharp": everyone.activation, "blunt": other}, resampling(everyone, 2), 0)
    truth = {(row.name, row.label): row.difference for row in whole.rows}
    for seed in range(30):
        chosen, sample = population.draw(seed)
        made = compare(sample, {"a": sample.activation, "b": other[chosen]}, resampling(sample, 60), seed)
        covered.append({(r.name, r.label): r.low <= truth[r.name, r.label] <= r.high for r in made.rows})
    rates = {key: np.mean([row[key] for row in covered]) for key in covered[0]}
    assert min(rates.values()) >= 0.8, rates
