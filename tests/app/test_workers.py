"""Workers side by side: their progress added up, the dead named and started again, their faults told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.errors import Fault
from app.workers import Place, run_workers

WORK = """
import os, sys
from pathlib import Path
from app.workers import ProgressLines
rank, folder = int(os.environ["RANK"]), Path(sys.argv[1])
progress = ProgressLines()
progress("Something else", 1, 1)
if rank == 1:
    deaths = len(list(folder.glob("death*")))
    if deaths < int(sys.argv[2]):
        (folder / f"death{deaths}").touch()
        print("about to die", flush=True)
        os.kill(os.getpid(), 9)
if rank == 2 and sys.argv[3:] == ["fault"]:
    print("Error: the disk is full.\\nBuy another.")
    sys.exit(64)
progress("Working", 10, 10)
(folder / f"done{rank}").touch()
"""


def run(folder: Path, *words: str) -> tuple[list[tuple[str, int, int]], list[str]]:
    steps: list[tuple[str, int, int]] = []
    said: list[str] = []
    command = [sys.executable, "-c", WORK, str(folder), *words]
    run_workers(command, 3, "Working", lambda *step: steps.append(step), said.append)
    return steps, said


def test_the_progress_of_all_is_added_up(tmp_path: Path) -> None:
    steps, said = run(tmp_path, "0")
    assert steps[-1] == ("Working", 30, 30)
    assert said == []
    assert len(list(tmp_path.glob("done*"))) == 3


def test_a_worker_that_dies_is_named_and_its_part_alone_is_done_again(tmp_path: Path) -> None:
    steps, said = run(tmp_path, "1")
    assert said == ["Worker 2 of 3 was killed by SIGKILL. Its part is taken up again."]
    assert steps[-1] == ("Working", 30, 30)
    assert len(list(tmp_path.glob("done*"))) == 3


def test_a_worker_that_dies_again_is_told_when_the_others_are_done(tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"worker 2 of 3 was killed by SIGKILL\. Run the same command again"):
        run(tmp_path, "2")
    assert {path.name for path in tmp_path.glob("done*")} == {"done0", "done2"}


def test_a_fault_of_a_worker_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(Fault) as found:
        run(tmp_path, "0", "fault")
    assert str(found.value) == "the disk is full.\nBuy another."


def test_a_process_knows_its_place_from_torchrun() -> None:
    assert Place.here({}) is None
    assert Place.here({"RANK": "1", "WORLD_SIZE": "4"}) == Place(1, 4)
    for rank, world in (("4", "4"), ("x", "4")):
        with pytest.raises(Fault, match="RANK"):
            Place.here({"RANK": rank, "WORLD_SIZE": world})
