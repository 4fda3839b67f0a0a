"""Idle time is told apart from active time."""

from __future__ import annotations

import pytest
from helpers import FakeClock
from hypothesis import given
from hypothesis import strategies as st

from app.session import Stopwatch


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def watch(clock: FakeClock) -> Stopwatch:
    return Stopwatch(clock)


def test_nothing_counts_before_the_start(clock: FakeClock, watch: Stopwatch) -> None:
    clock.seconds += 500
    watch.touched()
    assert watch.read() == (0, 0)


def test_a_minute_without_input_is_thinking_and_the_rest_is_idle(clock: FakeClock, watch: Stopwatch) -> None:
    watch.start()
    clock.seconds += 59
    assert watch.read() == (59_000, 0)
    clock.seconds += 31
    assert watch.read() == (90_000, 30_000)


def test_any_input_begins_the_minute_anew(clock: FakeClock, watch: Stopwatch) -> None:
    watch.start()
    for _ in range(3):
        clock.seconds += 50
        watch.touched()
    assert watch.read() == (150_000, 0)
    clock.seconds += 65
    assert watch.read() == (215_000, 5_000)


def test_time_away_from_the_window_is_idle_at_once(clock: FakeClock, watch: Stopwatch) -> None:
    watch.start()
    clock.seconds += 2
    watch.away(True)
    clock.seconds += 10
    watch.away(False)
    clock.seconds += 3
    assert watch.read() == (15_000, 10_000)


def test_a_rest_is_idle_also_when_the_window_is_left_meanwhile(clock: FakeClock, watch: Stopwatch) -> None:
    watch.start()
    watch.pause(True)
    clock.seconds += 5
    watch.away(True)
    clock.seconds += 5
    watch.pause(False)
    clock.seconds += 5
    watch.away(False)
    clock.seconds += 1
    assert watch.read() == (16_000, 15_000)


def test_a_window_that_was_left_before_the_image_came_stays_left(clock: FakeClock, watch: Stopwatch) -> None:
    watch.away(True)
    watch.start()
    clock.seconds += 4
    assert watch.read() == (4_000, 4_000)
    watch.reset()
    watch.start()
    clock.seconds += 1
    assert watch.read() == (1_000, 1_000)


def test_a_second_start_changes_nothing(clock: FakeClock, watch: Stopwatch) -> None:
    watch.start()
    clock.seconds += 1
    watch.start()
    clock.seconds += 1
    assert watch.read() == (2_000, 0)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["touch", "away", "back", "pause", "resume", "look"]),
            st.floats(-50, 200, allow_nan=False),
        ),
        max_size=30,
    )
)
def test_idle_is_a_part_of_the_whole_and_neither_runs_backwards(steps: list[tuple[str, float]]) -> None:
    clock = FakeClock()
    watch = Stopwatch(clock)
    watch.start()
    before = (0, 0)
    for step, seconds in steps:
        clock.seconds += seconds
        {
            "touch": watch.touched,
            "away": lambda: watch.away(True),
            "back": lambda: watch.away(False),
            "pause": lambda: watch.pause(True),
            "resume": lambda: watch.pause(False),
            "look": lambda: None,
        }[step]()
        now = watch.read()
        assert now[0] >= before[0]
        assert now[1] >= before[1]
        assert 0 <= now[1] <= now[0]
        before = now
    assert before[0] == pytest.approx(1000 * sum(max(0.0, seconds) for _, seconds in steps), abs=1)
