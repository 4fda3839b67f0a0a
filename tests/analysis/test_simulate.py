import numpy as np
import pytest

from analysis.simulate import Person, answer, expected_shares, feature_strength, panel, world


def test_strength_is_standardised_and_correlated_under_the_weights():
    rng = np.random.default_rng(0)
    activation, weights = rng.gumbel(size=500), rng.uniform(1, 9, size=500)
    strength = feature_strength(activation, weights, correlation=0.7, seed=3)
    assert np.average(strength, weights=weights) == pytest.approx(0)
    assert np.average(strength**2, weights=weights) == pytest.approx(1)
    signal = feature_strength(activation, weights, correlation=1.0, seed=3)
    assert np.average(strength * signal, weights=weights) == pytest.approx(0.7)
    assert (np.argsort(signal) == np.argsort(activation)).all()


def test_strength_without_anything_to_go_by():
    assert feature_strength(np.array([2.0]), np.ones(1), correlation=0.9, seed=0).tolist() == [0]
    assert np.isfinite(feature_strength(np.zeros(9), np.ones(9), correlation=0.9, seed=0)).all()


def test_people_differ_in_strictness_and_the_seed_says_how():
    people = panel(5, 4, seed=1)
    assert len({person.thresholds for person in people}) == 5
    assert all(list(person.thresholds) == sorted(person.thresholds) for person in people)
    assert people == panel(5, 4, seed=1) != panel(5, 4, seed=2)
    assert [len(person.thresholds) for person in panel(3, 2, seed=0)] == [1, 1, 1]


def test_answers_come_as_often_as_expected():
    person = Person("p", (-0.5, 0.8), idiosyncrasy=0.3, noise=0.4, lapse=0.1, cannot_tell=0.2)
    rng = np.random.default_rng(0)
    answers = [answer(person, 0.4, rng) for _ in range(20_000)]
    given = [k for k in answers if k is not None]
    assert len(given) / len(answers) == pytest.approx(0.8, abs=0.01)
    expected = expected_shares(person, np.array([0.4]))[0]
    assert expected.sum() == pytest.approx(1)
    assert np.bincount(given) / len(given) == pytest.approx(expected, abs=0.015)


def test_a_world_is_the_same_from_the_same_seed():
    one, again, other = (world(500, 5, 8, 3, 3, seed=seed) for seed in (1, 1, 2))
    assert one.judgements.labels.tolist() == again.judgements.labels.tolist()
    assert one.stimuli.stimuli == again.stimuli.stimuli != other.stimuli.stimuli
    assert one.shares.shape == (500, 3)
