import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.design import (
    Distribution,
    design_weights,
    draw,
    draw_at_random,
    equal_width,
    given_edges,
    kish_effective_n,
    quantiles,
)
from analysis.judgements import InputError

activations = arrays(np.float64, st.integers(1, 60), elements=st.floats(-50, 50, width=32))


def of(*activation: float) -> Distribution:
    return Distribution.of(np.array(activation))


@st.composite
def in_bins(drawn):
    """A population, and its distribution in bins that hold several values each."""
    activation = drawn(activations)
    bins = np.floor(activation / 0.75)
    starts, counts = np.unique(bins, return_counts=True)
    return activation, Distribution(starts * 0.75, (starts + 1) * 0.75, counts)


def test_bands_of_equal_width_over_the_whole_range():
    strata = equal_width(of(-2.0, -1.5, -0.5, -0.1, 0.0, 0.5, 1.5, 2.0), 4)
    assert strata.edges.tolist() == [-2, -1, 0, 1, 2]
    assert strata.sizes.tolist() == [2, 2, 2, 2]


def test_thin_bands_are_joined_to_a_neighbour():
    # bands 0-1, 1-2, ..., 9-10 hold 3, 0, 1, 2, 0, 0, 0, 0, 0, 1
    strata = equal_width(of(0.0, 0.1, 0.2, 2.5, 3.1, 3.2, 10.0), 10)
    assert strata.edges.tolist() == [0, 1, 10]
    assert strata.sizes.tolist() == [3, 4]


def test_quantiles_are_of_equal_size_and_a_common_value_stays_whole():
    assert quantiles(of(*range(12)), 4).sizes.tolist() == [3, 3, 3, 3]
    strata = quantiles(of(*[0.0] * 17, 1.0, 2.0, 3.0), 4)  # what a rectified unit gives: 85 % are 0
    assert strata.edges.tolist() == [0, 1, 3]
    assert strata.sizes.tolist() == [17, 3]


def test_given_edges_are_kept_where_they_cut_no_bin():
    strata = given_edges(of(0.0, 0.1, 0.4, 0.6, 1.5, 1.6, 9.0), np.array([0.5, 1.0]))
    assert strata.edges.tolist() == [0, 0.5, 9]  # 0.5 to 1 holds one item: joined
    assert strata.sizes.tolist() == [3, 4]
    binned = Distribution(np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0]), np.array([5, 5, 5]))
    assert given_edges(binned, np.array([1.4])).edges.tolist() == [0, 1, 3]  # moved to the nearer border
    assert given_edges(binned, np.array([1.6])).edges.tolist() == [0, 2, 3]


@given(in_bins(), st.integers(1, 12), st.sampled_from([equal_width, quantiles]), st.booleans())
def test_strata_partition_the_population(population, n_strata, how, exact):
    activation, binned = population
    strata = how(Distribution.of(activation) if exact else binned, n_strata)
    assert np.bincount(strata.member(activation), minlength=len(strata.sizes)).tolist() == strata.sizes.tolist()
    assert len(strata.edges) - 1 == len(strata.sizes) <= n_strata
    assert (np.diff(strata.edges) >= 0).all()
    assert strata.sizes.min() >= min(2, len(activation))
    member = strata.member(activation)
    assert (strata.edges[member] <= activation).all()
    assert (activation <= strata.edges[member + 1]).all()


@given(activations, st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**32))
def test_the_weights_of_a_draw_add_up_to_the_population(activation, n_strata, per_stratum, seed):
    strata = equal_width(Distribution.of(activation), n_strata)
    sample = draw_at_random(strata, activation, per_stratum, seed)
    assert sample.chosen.tolist() == sorted(set(sample.chosen.tolist()))
    assert sample.stratum.tolist() == strata.member(activation)[sample.chosen].tolist()
    assert np.bincount(sample.stratum).tolist() == np.minimum(strata.sizes, per_stratum).tolist()
    assert design_weights(sample.inclusion_probability).sum() == pytest.approx(len(activation))
    again = draw_at_random(strata, activation, per_stratum, seed)
    assert again.chosen.tolist() == sample.chosen.tolist()


def test_each_item_is_drawn_as_often_as_its_inclusion_probability_says():
    activation = np.random.default_rng(0).gumbel(size=30)
    strata = equal_width(Distribution.of(activation), 4)
    draws = [draw_at_random(strata, activation, 3, seed) for seed in range(4000)]
    times = np.bincount(np.concatenate([sample.chosen for sample in draws]), minlength=30) / len(draws)
    stated = np.minimum(3 / strata.sizes, 1)[strata.member(activation)]
    assert len(strata.sizes) > 2
    # five standard errors of a share over 4,000 draws
    assert np.abs(times - stated).max() < 5 * 0.5 / np.sqrt(len(draws))


@pytest.mark.parametrize(("activation", "n"), [([], 3), ([1.0], 0), ([1.0, np.inf], 3)])
@pytest.mark.parametrize("how", [equal_width, quantiles])
def test_impossible_strata_are_refused(activation, n, how):
    with pytest.raises(InputError):
        how(Distribution.of(np.array(activation)), n)


@pytest.mark.parametrize("edges", [[1.0, 1.0], [2.0, 1.0], [np.nan]])
def test_edges_that_do_not_ascend_are_refused(edges):
    with pytest.raises(InputError):
        given_edges(of(1.0, 2.0), np.array(edges))


def test_an_empty_draw_is_refused():
    strata = equal_width(of(*range(5)), 2)
    with pytest.raises(InputError):
        draw_at_random(strata, np.arange(5.0), 0, seed=1)


def test_too_few_candidates_are_refused_rather_than_drawn_from():
    strata = equal_width(of(*range(10)), 2)
    with pytest.raises(InputError, match="too few candidates"):
        draw(strata, np.array([0, 0, 0, 1]), np.arange(4), per_stratum=3)


def test_kish_effective_n():
    assert kish_effective_n(np.full(7, 3.0)) == pytest.approx(7)
    assert kish_effective_n(np.array([1.0, 1.0, 2.0])) == pytest.approx(16 / 6)
    assert kish_effective_n(np.zeros(3)) == 0
