"""The power is cut after every single change to the study's files: tests/power_cuts.py says what may be found then."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from power_cuts import Disk, cut, record
from torturing import torture_study
from vfs import Op, why_not

watched = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@watched
def test_what_was_acknowledged_is_there_after_every_cut(tmp_path: Path, quick: Path) -> None:
    recording = record(torture_study(tmp_path, stimuli=4), ["answer", "add a rater", "collect"])
    outcome = cut(recording, quick, seed=1, drawn=0)
    assert outcome.states > 60
    assert outcome.acknowledged > 8
    assert (outcome.lost, outcome.damaged) == (0, [])


@watched
@pytest.mark.parametrize("seed", range(2))
def test_and_whatever_part_of_what_was_not_yet_synced_was_written(tmp_path: Path, quick: Path, seed: int) -> None:
    recording = record(torture_study(tmp_path, stimuli=4), ["answer"])
    outcome = cut(recording, quick, seed, drawn=3)
    assert outcome.states > 30
    assert (outcome.lost, outcome.damaged) == (0, [])


@watched
@pytest.mark.parametrize(("synchronous", "loses"), [("EXTRA", False), ("FULL", True)])
def test_a_journal_that_comes_back_takes_an_answer_with_it_unless_every_sync_is_made(
    tmp_path: Path, quick: Path, synchronous: str, loses: bool
) -> None:
    """Why `connect` asks for EXTRA, and that this test can fail: without it, answers are lost."""
    recording = record(torture_study(tmp_path, stimuli=4), ["answer"], synchronous)
    outcome = cut(recording, quick, seed=1, drawn=0)
    assert bool(outcome.lost + len(outcome.damaged)) is loses


def op(kind: str, offset: int = 0, data: bytes = b"", path: str = "f") -> Op:
    return Op(kind, path, offset, data)  # type: ignore[arg-type]


def test_what_was_synced_is_certain_and_what_was_not_may_be_there_or_not() -> None:
    disk = Disk({"f": b"aaaa"})
    disk.apply(op("write", 0, b"bb"))
    disk.apply(op("sync"))
    disk.apply(op("write", 2, b"cccc"))
    states = [state["f"] for state in disk.states(random.Random(1), 20)]
    assert states[:2] == [b"bbcccc", b"bbaa"]
    assert set(states) <= {b"bbcccc", b"bbaa", b"bbaa\0\0"}


def test_a_name_is_certain_only_once_its_folder_was_synced() -> None:
    disk = Disk({})
    disk.apply(op("create"))
    disk.apply(op("write", 0, b"x"))
    disk.apply(op("sync"))
    assert {} in disk.states(random.Random(1), 0)
    disk.apply(op("folder"))
    assert disk.states(random.Random(1), 0) == [{"f": b"x"}]
    disk.apply(op("delete"))
    assert disk.states(random.Random(1), 0) == [{}, {"f": b"x"}]
    disk.apply(op("folder"))
    assert disk.states(random.Random(1), 5) == [{}]
