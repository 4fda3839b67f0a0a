"""SIGKILL at random moments: nothing acknowledged is lost. `benchmarks/torture.py` does it a thousand times.

tests/app/qt/test_kill.py does it to the whole window.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from torturing import torture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


@pytest.mark.parametrize(("kind", "kills"), [("label", 10), ("collect", 4), ("pack", 3)])
def test_nothing_acknowledged_is_lost(tmp_path: Path, kind: str, kills: int) -> None:
    outcome = torture(kind, tmp_path, kills, seed=1)
    assert outcome.kills == kills
    assert outcome.acknowledged > kills
    assert (outcome.lost, outcome.damaged) == (0, [])
