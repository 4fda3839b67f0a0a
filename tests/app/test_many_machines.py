"""The worked example of docs/sharing.md, by the lines that stand there: workers record, raters label, one collects."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.study.file import StudyFile

DOCS = Path(__file__).parents[2] / "docs" / "sharing.md"
SECTION = DOCS.read_text().partition("## When one machine is not enough")[2].partition("\n## ")[0]
LINES = [line for block in re.findall(r"```\n(.*?)```", SECTION, flags=re.DOTALL) for line in block.splitlines()]
DESCRIPTION = """
title = "Edges?"
claim = "edges"
[model]
name = "torchvision:squeezenet1_1"
weights = "{weights}"
[unit]
layer = "features.3.expand3x3"
channel = 5
[images]
folder = "{photographs}"
[preprocessing]
resize = 64
crop = 64
[sample]
strata = 2
per_stratum = 6
references = 1
[recording]
device = "cpu"
[rubric]
question = "Edge?"
[[rubric.categories]]
name = "no"
definition = "No edge."
[[rubric.categories]]
name = "yes"
definition = "An edge."
"""
RATER = """
import sys
from pathlib import Path
from helpers import FakeClock, label_everything
from app.study.file import StudyFile

with StudyFile.open(Path(sys.argv[1])) as file:
    label_everything(file, file.issued_to(), FakeClock())
"""
"""In place of `neuronjury label`, whose window would wait for a person."""


def run(words: list[str]) -> str:
    """What a command says; names with * stand for files, as in a shell."""
    found = [name for word in words for name in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
    assert found.pop(0) == "neuronjury"
    result = CliRunner().invoke(main, found)
    assert result.exit_code == 0, result.output
    return result.output


def rater_at_work(file: str, folder: Path) -> subprocess.Popen[str]:
    """A process of its own that labels all of a rater's file."""
    both = os.pathsep.join(str(Path(__file__).parents[up]) for up in (1, 2))
    return subprocess.Popen(
        [sys.executable, "-c", RATER, file],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": both},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_worked_example(
    squeezenet_weights: Path, photographs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, build, pack, label, collect, verify, report = map(shlex.split, LINES)
    study = tmp_path / "researcher"
    study.mkdir()
    (study / "study.toml").write_text(DESCRIPTION.format(weights=squeezenet_weights, photographs=photographs))
    monkeypatch.chdir(study)
    for words in (record, build, pack):
        run(words)
    assert len(list((study / "study.recording").glob("part-?-of-2.npz"))) == 2

    assert label == ["neuronjury", "label", "study-rater-01.jury"]
    at_work = []
    for name in ("rater-01", "rater-02"):
        home = tmp_path / name  # a rater's machine holds their file and nothing else
        home.mkdir()
        shutil.move(study / "handed-out" / label[2].replace("rater-01", name), home)
        at_work.append(rater_at_work(label[2].replace("rater-01", name), home))
    for process in at_work:
        said, _ = process.communicate()
        assert process.returncode == 0, said
    (study / "returned").mkdir()
    for name in ("rater-01", "rater-02"):
        shutil.move(next((tmp_path / name).iterdir()), study / "returned")

    assert "24 answers and other events came in." in run(collect)
    assert run(verify).count("12 events hold together, under their key") == 2
    run([*report, "--only", "json"])
    assert (study / "report" / "report.json").exists()
    with StudyFile.open(study / "study.jury", writable=False) as home:
        assert {judgement.rater for judgement in home.judgements()} == {"rater-01", "rater-02"}
