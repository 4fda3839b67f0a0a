"""The disk is full, or reports errors, at each point of what a rater or a researcher does."""

from __future__ import annotations

from pathlib import Path

import pytest
from failing import Mode, fail
from torturing import torture_study
from vfs import why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@pytest.mark.parametrize(
    ("act", "mode", "every"),
    [
        ("answer", "full", 1),
        ("collect", "full", 1),
        ("answer", "error", 1),
        ("add a rater", "error", 1),
        ("answer", "gone", 1),
        ("hand out", "full", 17),  # they write some ten times as often: the long form tries each point
        ("forget", "full", 17),
        ("hand out", "gone", 17),
    ],
)
def test_it_is_told_nothing_is_lost_and_it_can_be_done_again(quick: Path, act: str, mode: Mode, every: int) -> None:
    base = quick / "base"
    base.mkdir()
    torture_study(base, stimuli=4)
    outcome = fail(act, mode, base, quick / "room", every=every)
    assert outcome.points * every > (20 if every == 1 else 200)
    assert (outcome.silent, outcome.lost, outcome.damaged) == ([], [], [])
