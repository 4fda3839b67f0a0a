import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.design import design_weights, draw, equal_width_strata, kish_effective_n
from analysis.judgements import InputError

activations = arrays(np.float64, st.integers(1, 60), elements=st.floats(-50, 50, width=32))


def test_bands_of_equal_width_over_the_whole_range():
    strata = equal_width_strata(np.array([-2.0, -1.5, -0.5, -0.1, 0.0, 0.5, 1.5, 2.0]), 4)
    assert strata.edges.tolist() == [-2, -1, 0, 1, 2]
    assert strata.member.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_thin_bands_are_joined_to_a_neighbour():
    # bands 0-1, 1-2, ..., 9-10 hold 3, 0, 1, 2, 0, 0, 0, 0, 0, 1
    strata = equal_width_strata(np.array([0.0, 0.1, 0.2, 2.5, 3.1, 3.2, 10.0]), 10)
    assert strata.edges.tolist() == [0, 1, 10]
    assert strata.sizes.tolist() == [3, 4]


@given(activations, st.integers(1, 12))
def test_strata_partition_the_population(activation, n_strata):
    strata = equal_width_strata(activation, n_strata)
    assert strata.sizes.sum() == len(activation)
    assert len(strata.edges) - 1 == len(strata.sizes) <= n_strata
    assert (np.diff(strata.edges) >= 0).all()
    assert strata.sizes.min() >= min(2, len(activation))
    assert (strata.edges[strata.member] <= activation).all()
    assert (activation <= strata.edges[strata.member + 1]).all()


@given(activations, st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**32))
def test_the_weights_of_a_draw_add_up_to_the_population(activation, n_strata, per_stratum, seed):
    strata = equal_width_strata(activation, n_strata)
    sample = draw(strata, per_stratum, seed)
    assert sample.chosen.tolist() == sorted(set(sample.chosen.tolist()))
    assert sample.stratum.tolist() == strata.member[sample.chosen].tolist()
    assert np.bincount(sample.stratum).tolist() == np.minimum(strata.sizes, per_stratum).tolist()
    assert design_weights(sample.inclusion_probability).sum() == pytest.approx(len(activation))
    again = draw(strata, per_stratum, seed)
    assert again.chosen.tolist() == sample.chosen.tolist()


def test_each_item_is_drawn_as_often_as_its_inclusion_probability_says():
    strata = equal_width_strata(np.random.default_rng(0).gumbel(size=30), 4)
    draws = [draw(strata, 3, seed) for seed in range(4000)]
    times = np.bincount(np.concatenate([sample.chosen for sample in draws]), minlength=30) / len(draws)
    stated = np.minimum(3 / strata.sizes, 1)[strata.member]
    assert len(strata.sizes) > 2
    # five standard errors of a share over 4,000 draws
    assert np.abs(times - stated).max() < 5 * 0.5 / np.sqrt(len(draws))


@pytest.mark.parametrize(("activation", "n"), [([], 3), ([1.0], 0), ([1.0, np.inf], 3)])
def test_impossible_strata_are_refused(activation, n):
    with pytest.raises(InputError):
        equal_width_strata(np.array(activation), n)


def test_an_empty_draw_is_refused():
    with pytest.raises(InputError):
        draw(equal_width_strata(np.arange(5.0), 2), 0, seed=1)


def test_kish_effective_n():
    assert kish_effective_n(np.full(7, 3.0)) == pytest.approx(7)
    assert kish_effective_n(np.array([1.0, 1.0, 2.0])) == pytest.approx(16 / 6)
    assert kish_effective_n(np.zeros(3)) == 0
