"""The disk is full, or reports errors, at each point of what a rater or a researcher does."""

from __future__ import annotations

from pathlib import Path

import pytest
from failing import Mode, fail
from torturing import torture_study
from vfs import why_not

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@pytest.mark.parametrize(
    ("act", "mode"),
    [
        ("answer", "full"),
        ("collect", "full"),
        ("answer", "error"),
        ("add a rater", "error"),
        ("answer", "gone"),
    ],
)
def test_it_is_told_nothing_is_lost_and_it_can_be_done_again(quick: Path, act: str, mode: Mode) -> None:
    base = quick / "base"
    base.mkdir()
    torture_study(base, stimuli=4)
    outcome = fail(act, mode, base, quick / "room")
    assert outcome.points > 20
    assert (outcome.silent, outcome.lost, outcome.damaged) == ([], [], [])
