"""A disk that is really full, and one that is really read-only: small ones, mounted where nobody else sees them.

What is done there is in room.py. That a folder of another user is told: tests/app/study/test_file.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
MOUNT = 'mount -t tmpfs -o size=800k none "$0" && exec "$@"'


def in_a_room(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run this where `folder` is a small disk of its own."""
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    return subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, folder, *command],
        text=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": paths},
        check=False,
    )


def why_not(folder: Path) -> str | None:
    try:
        tried = in_a_room(folder, "true")
    except FileNotFoundError:
        return "there is no unshare here"
    return f"nothing may be mounted here: {tried.stderr.strip()}" if tried.returncode else None


@pytest.mark.parametrize("what", ["full", "read-only"])
def test_it_is_told_nothing_is_lost_and_it_goes_on(tmp_path: Path, what: str) -> None:
    reason = why_not(tmp_path)
    if reason is not None:
        pytest.skip(reason)
    done = in_a_room(tmp_path, sys.executable, TESTS / "faults" / "room.py", what, tmp_path)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []  # it was another disk
