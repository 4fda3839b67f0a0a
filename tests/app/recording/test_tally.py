"""What is kept of any number of readings, in any order, by any number of workers: always the same."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.building.sample import draw_from, extremes
from app.errors import Fault
from app.recording.tally import BINS, EXTREMES, STATE, Readings, Tally, bin_of, lower_edge
from app.study_toml import SampleTable

finite = st.floats(-1e6, 1e6, width=32)


def readings(index: int, values: object, name: int | None = None) -> Readings:
    """The readings of an image; images of the same `name` are copies of one another."""
    digest = hashlib.sha256(str(index if name is None else name).encode()).digest()
    array = np.asarray(values, np.float32)
    return Readings(index, digest, np.arange(len(array)), array)


populations = st.lists(
    # few values, so that there are ties and full bins
    arrays(np.float32, st.integers(0, 12), elements=st.sampled_from([-3.0, -0.5, 0.0, 0.5, 0.501, 2.0, 300.0])),
    min_size=1,
    max_size=30,
)


def state(tally: Tally) -> list[bytes]:
    found = tally.state()
    return [found[name].tobytes() for name in STATE]


@given(arrays(np.float32, st.integers(1, 50), elements=finite))
def test_a_fine_bin_holds_what_lies_between_its_edge_and_the_next(values: np.ndarray) -> None:
    bins = bin_of(values)
    assert ((bins >= 0) & (bins < BINS)).all()
    assert (lower_edge(bins) <= values).all()
    assert (values < lower_edge(bins + 1)).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(bins[order]) >= 0).all()


def test_fine_bins_are_narrow_and_zero_is_an_edge() -> None:
    edges = lower_edge(bin_of(np.array([0.0, -0.0, 1.0, 2.5, -4.0], np.float32)))
    assert edges.tolist() == [0, 0, 1, 2.5, -4]
    bins = bin_of(np.array([0.1, 7.3, 412.0], np.float32))
    width = lower_edge(bins + 1) - lower_edge(bins)
    assert (width / lower_edge(bins) <= 1 / 256).all()


@given(populations, st.integers(1, 4), st.permutations(range(30)), st.integers(1, 3))
def test_the_order_the_workers_and_a_restart_change_nothing(
    population: list[np.ndarray], candidates: int, order: list[int], workers: int
) -> None:
    one = Tally("key", candidates)
    for index, values in enumerate(population):
        one.add(readings(index, values))
    parts = [Tally("key", candidates) for _ in range(workers)]
    shuffled = [index for index in order if index < len(population)]
    for number, index in enumerate(shuffled):
        part = parts[number % workers]
        part.add(readings(index, population[index]))
        if number % 5 == 0:  # stopped, saved, and taken up again
            saved = part.state()
            parts[number % workers] = Tally("key", candidates)
            parts[number % workers].restore(saved)
    for part in parts[1:]:
        parts[0].merge(part)
    assert state(parts[0]) == state(one)


@given(populations, st.integers(1, 4))
def test_kept_are_the_smallest_hashes_of_each_bin_and_the_most_extreme_images(
    population: list[np.ndarray], candidates: int
) -> None:
    tally = Tally("key", candidates)
    for index, values in enumerate(population):
        tally.add(readings(index, values))
    tally.state()
    everything = np.concatenate([readings(i, v).items(tally.salt) for i, v in enumerate(population)])
    for fine in np.unique(bin_of(everything["value"])):
        inside = everything[bin_of(everything["value"]) == fine]
        kept = tally.items[bin_of(tally.items["value"]) == fine]
        assert kept["hash"].tolist() == np.sort(inside["hash"])[:candidates].tolist()
    best = sorted((max(values, default=-np.inf) for values in population if len(values)), reverse=True)
    assert tally.most["value"].tolist() == best[:EXTREMES]
    worst = sorted(min(values) for values in population if len(values))
    assert tally.least["value"].tolist() == worst[:EXTREMES]


@given(populations, st.data())
def test_a_copy_is_kept_once_and_its_counting_can_be_undone(population: list[np.ndarray], data: st.DataObject) -> None:
    plain, doubled = Tally("key", 3), Tally("key", 3)
    for index, values in enumerate(population):
        plain.add(readings(index, values))
        doubled.add(readings(index, values))
    of = data.draw(st.integers(0, len(population) - 1))
    copy = readings(len(population), population[of], name=of)
    doubled.add(copy)
    doubled.remove(copy)
    assert state(doubled) == state(plain)


def test_equal_values_at_the_end_of_the_extremes_go_by_the_images_hash_not_by_their_order() -> None:
    forward, backward = Tally("key", 3), Tally("key", 3)
    for index in range(100):
        forward.add(readings(index, [1.0, 1.0]))
        backward.add(readings(99 - index, [1.0, 1.0]))
    assert forward.most.tobytes() == backward.most.tobytes()
    assert len(np.unique(forward.most["index"])) == EXTREMES


def test_another_seed_keeps_other_items() -> None:
    tallies = [Tally(key, 5) for key in ("1 unit", "2 unit")]
    for tally in tallies:
        for index in range(50):
            tally.add(readings(index, [1.0]))
        tally.state()
    assert set(tallies[0].items["index"].tolist()) != set(tallies[1].items["index"].tolist())


@pytest.mark.parametrize("wanted", [SampleTable(strata=4, per_stratum=3, references=1), SampleTable(edges=[0.0, 1.0])])
def test_many_draws_find_each_item_as_often_as_its_inclusion_probability_says(wanted: SampleTable) -> None:
    """The whole way: 1,500 seeds over one small population of 12 images with 5 positions each."""
    rng = np.random.default_rng(0)
    population = [rng.gumbel(size=5).astype(np.float32) for _ in range(12)]
    found: dict[tuple[int, int], int] = {}
    stated: dict[tuple[int, int], float] = {}
    draws = 1500
    per_stratum = min(wanted.per_stratum, 3)
    wanted = SampleTable(strata=wanted.strata, edges=wanted.edges, per_stratum=per_stratum, references=1)
    for seed in range(draws):
        tally = Tally(f"{seed} unit", candidates=per_stratum + 2 * EXTREMES)
        for index, values in enumerate(population):
            tally.add(readings(index, values))
        tally.state()
        most, least = extremes(tally, wanted.references)
        sample = draw_from(tally, most, least, np.concatenate([most, least]), wanted)
        items = list(zip(sample.chosen["index"].tolist(), sample.chosen["place"].tolist(), strict=True))
        for item, probability in zip(items, sample.draw.inclusion_probability.tolist(), strict=True):
            found[item] = found.get(item, 0) + 1
            assert stated.setdefault(item, probability) == probability  # the same whatever the seed
        assert sum(1 / sample.draw.inclusion_probability) == pytest.approx(sample.population)
    assert len(found) == 12 * 5 - 2  # all but the references are drawn at some time, and those never
    for item, times in found.items():
        deviation = np.sqrt(stated[item] * (1 - stated[item]) / draws)
        assert abs(times / draws - stated[item]) <= 5 * deviation, item


def test_a_draw_is_the_smallest_hashes_of_the_whole_stratum_or_refused() -> None:
    """As for a rectified unit read at every position: one fine bin holds most items, more than are kept of it."""
    rng = np.random.default_rng(1)
    population = [np.where(rng.random(60) < 0.75, 0, rng.random(60).round(2)).astype(np.float32) for _ in range(12)]
    wanted = SampleTable(strata=1, per_stratum=40, references=3)
    refused = 0
    for seed in range(60):
        tally = Tally(f"{seed} unit", candidates=wanted.per_stratum + 18)
        items = [readings(index, values).items(tally.salt) for index, values in enumerate(population)]
        for index, values in enumerate(population):
            tally.add(readings(index, values))
        tally.state()
        most, least = extremes(tally, wanted.references)
        gone = set(np.concatenate([most, least])["index"].tolist())
        taken = np.concatenate([items[index] for index in gone])
        left = np.concatenate([items[index] for index in range(12) if index not in gone])
        try:
            sample = draw_from(tally, most, least, taken, wanted)
        except Fault:
            refused += 1
            continue
        assert sorted(sample.chosen["hash"].tolist()) == sorted(left["hash"].tolist())[: wanted.per_stratum]
    assert 0 < refused < 60  # both came about
