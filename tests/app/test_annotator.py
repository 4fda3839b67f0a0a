"""What the installers start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import app
from app.annotator import main
from app.errors import Fault
from app.qt import run

ROOT = Path(__file__).parents[2]


def test_its_version() -> None:
    assert app.__version__ in CliRunner().invoke(main, ["--version"]).output


def test_the_file_that_was_double_clicked_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path | None] = []

    def annotate(path: Path | None) -> int:
        opened.append(path)
        return 3

    monkeypatch.setattr(run, "annotate", annotate)
    assert CliRunner().invoke(main, ["a study.jury"]).exit_code == 3
    assert CliRunner().invoke(main, []).exit_code == 3
    assert opened == [Path("a study.jury"), None]


def test_a_fault_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def selftest() -> None:
        raise Fault("The selftest failed: no window.")

    monkeypatch.setattr(run, "selftest", selftest)
    done = CliRunner().invoke(main, ["--selftest"])
    assert (done.exit_code, done.output) == (1, "Error: The selftest failed: no window.\n")


def test_the_selftest_labels_a_study_with_no_screen_and_without_what_installers_leave_out() -> None:
    left_out = ("torch", "scipy", "matplotlib", "jinja2", "analysis", "app.recording", "app.results", "app.export")
    code = (
        "import sys\n"
        f"for name in {left_out!r}: sys.modules[name] = None\n"  # importing one fails, as where it is not installed
        "from app.annotator import main\n"
        "main(['--selftest'])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"neuronjury {app.__version__}: a stimulus was shown")
