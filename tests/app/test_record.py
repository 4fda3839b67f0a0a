"""Recording by several processes, killed and taken up again: the same study, byte for byte."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.study.file import ORDER_SEED, StudyFile
from app.study.records import Reference, Stimulus, Stratum

BIN = Path(sys.executable).parent
# Every image is a state of its own, so that each kill finds something to go on from.
OFTEN = "from app.recording import part; part.SAVE_EVERY = 0.0; from app.cli import main; main()"


@pytest.fixture(scope="module")
def description(squeezenet_weights: Path, photographs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of two units on a list of images, one of them a copy and one unreadable."""
    folder = tmp_path_factory.mktemp("record")
    (folder / "broken.jpg").write_bytes(b"no image")
    (folder / "copy.png").write_bytes((photographs / "photograph-03.png").read_bytes())
    names = [str(path) for path in sorted(photographs.iterdir())]
    write_list(folder / "images.txt", [*names, str(folder / "broken.jpg"), str(folder / "copy.png")])
    rubric = (Path(__file__).parents[2] / "resources" / "demo" / "study.toml").read_text().partition("[rubric]")[2]
    (folder / "study.toml").write_text(
        f"""title = "t"\nclaim = "c"\nseed = 5
        [model]\nname = "torchvision:squeezenet1_1"\nweights = "{squeezenet_weights}"
        [[units]]\nlayer = "features.3.expand3x3"\nchannel = 3
        [[units]]\nlayer = "features.4"\nchannel = 3\nat = "maximum"
        [images]\nlist = "images.txt"\n[preprocessing]\nresize = 64\ncrop = 64
        [sample]\nreferences = 3\n[recording]\ndevice = "cpu"
        [rubric]{rubric}"""
    )
    return folder / "study.toml"


def write_list(path: Path, names: list[str]) -> None:
    path.write_text("\n".join(names))


Content = tuple[tuple[Stimulus, ...], tuple[Reference, ...], tuple[Stratum, ...], object]


def content(description: Path, recording: Path, *options: str) -> Content:
    out = recording.with_suffix(".jury")
    words = ["build", str(description), "--recording", str(recording), "--out", str(out), *options]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    with StudyFile.open(out) as study:
        units = [unit.number for unit in study.units()]
        references = tuple(reference for unit in units for reference in study.references(unit))
        strata = tuple(stratum for unit in units for stratum in study.strata(unit))
        facts = dict(study.info().facts)
        assert facts.pop(ORDER_SEED) is not None  # drawn by chance, for each study anew
        return study.stimuli(), references, strata, facts


@pytest.fixture(scope="module")
def alone(description: Path, tmp_path_factory: pytest.TempPathFactory) -> Content:
    """What one process makes that nothing disturbs."""
    return content(description, tmp_path_factory.mktemp("alone") / "one")


def test_one_process_leaves_out_what_it_must(alone: Content) -> None:
    facts = alone[3]
    assert isinstance(facts, dict)
    assert (facts["images"], facts["skipped"], facts["duplicates"]) == (12, 1, 1)


def test_three_workers_make_the_same_study(description: Path, alone: Content, tmp_path: Path) -> None:
    assert content(description, tmp_path / "three", "--workers", "3") == alone


def test_torchrun_makes_the_same_study(description: Path, alone: Content, tmp_path: Path) -> None:
    """The line of the documentation, on this machine."""
    words = ["--nproc-per-node", "2", "--no-python", BIN / "neuronjury", "record", description]
    done = subprocess.run(
        [BIN / "torchrun", *words, "--recording", tmp_path / "two"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Part 1 of 2 is recorded." in done.stdout
    assert content(description, tmp_path / "two") == alone


def test_another_order_of_the_files_makes_the_same_study(description: Path, alone: Content, tmp_path: Path) -> None:
    images = description.with_name("images.txt")
    names = images.read_text().splitlines()
    random.Random(1).shuffle(names)
    write_list(images, names)
    assert content(description, tmp_path / "shuffled") == alone


def test_killed_again_and_again_it_makes_the_same_study(description: Path, alone: Content, tmp_path: Path) -> None:
    kill_after = random.Random(2)
    began: list[int] = []
    for _ in range(50):
        done = _record_and_kill(description, tmp_path / "killed", after=kill_after.randint(4, 6))
        began.append(done[0])
        if done[-1] == 14:
            break
    assert began[-1] > 0  # the last one went on from the middle
    assert sorted(began) == began
    assert len(began) > 2  # it was killed twice, at the least
    assert content(description, tmp_path / "killed") == alone


def _record_and_kill(description: Path, recording: Path, after: int) -> list[int]:
    """How many images were done, each time that it said so, until it was killed after so many more, or finished."""
    words = [sys.executable, "-c", OFTEN, "record", str(description), "--recording", str(recording)]
    environment = os.environ | {"NEURONJURY_PROGRESS": "all"}
    said: list[int] = []
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.fullmatch(r"progress\tRecording activations\t(\d+)\t14\n", line):
                said.append(int(found[1]))
                if said[-1] >= said[0] + after:
                    process.kill()
                    break
    return said


@pytest.fixture
def refused() -> Callable[..., str]:
    def run(*words: object) -> str:
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == 1
        assert "Error: " in result.output
        assert "Traceback" not in result.output
        return result.output

    return run


def test_a_fault_of_the_workers_is_told_once(description: Path, refused: Callable[..., str], tmp_path: Path) -> None:
    bad = description.with_name("bad.toml")
    bad.write_text(description.read_text().replace('"features.4"', '"features.44"'))
    said = refused("record", bad, "--workers", 2, "--recording", tmp_path / "bad")
    assert "no layer 'features.44'" in said
    assert said.count("Error: ") == 1


def test_what_is_recorded_with_something_else_is_refused(
    description: Path, refused: Callable[..., str], tmp_path: Path
) -> None:
    content(description, tmp_path / "first")
    other = description.with_name("other.toml")
    other.write_text(description.read_text().replace("seed = 5", "seed = 6"))
    said = refused("record", other, "--recording", tmp_path / "first")
    assert "never mixed" in said
    assert "seed: it has 5, wanted is 6" in said
