"""SIGKILL at random moments: nothing acknowledged is lost. `benchmarks/torture.py` does it a thousand times."""

from __future__ import annotations

from pathlib import Path

from helpers import study_file
from torturing import torture


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    outcome = torture(study_file(tmp_path, stimuli=40), kills=12, seed=1)
    assert outcome.acknowledged > 12
    assert (outcome.lost, outcome.damaged) == (0, 0)
