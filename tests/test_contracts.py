"""The walls of the house: import contracts, and what each package may import."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_import_contracts_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_analysis_imports_numpy_and_scipy_alone() -> None:
    allowed = sys.stdlib_module_names | {"numpy", "scipy", "analysis"}
    for path in (ROOT / "analysis").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed, path


@pytest.mark.parametrize(
    ("imports", "never"),
    [
        ("import app.cli", ("torch", "PySide6", "matplotlib", "scipy", "jinja2")),
        ("import app.qt.run, app.session, app.study.log", ("torch", "torchvision", "matplotlib", "scipy")),
        ("import app.planning", ("torch", "PySide6", "matplotlib", "scipy", "jinja2")),
        ("import app.results", ("torch", "PySide6", "matplotlib")),
    ],
)
def test_heavy_libraries_are_loaded_only_where_needed(imports: str, never: tuple[str, ...]) -> None:
    code = f"import sys; {imports}; print([name for name in {never!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
